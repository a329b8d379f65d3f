/**
 * What the machine itself provides: time, randomness, key generation, ownership of a folder.
 * In: nothing. Out: the ports Clock and Random, private keys, locks, how long the event loop was held up. Never: reads configuration or environment.
 */
export { systemClock } from './clock.ts';
export { systemRandom } from './random.ts';
export { generatePrivateKey } from './private-key.ts';
export { seededBy } from './seeded.ts';
export { type Stretch, watchLoop } from './loop-watch.ts';
export { workerEntry } from './worker-entry.ts';
export { takeOwnership, type Ownership } from './owner-lock.ts';
