/**
 * Time and randomness that a test or a rehearsal owns.
 * In: a start time, a seed. Out: the ports Clock and Random with handles to move them. Never: looks at the real clock.
 */
export { virtualClock, type VirtualClock } from './clock.ts';
export { seededRandom } from './seeded-random.ts';
