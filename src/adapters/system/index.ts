/**
 * What the machine itself provides: time, randomness, key generation.
 * In: nothing. Out: the ports Clock and Random, private keys. Never: reads configuration or environment.
 */
export { systemClock } from './clock.ts';
export { systemRandom } from './random.ts';
export { generatePrivateKey } from './private-key.ts';
