/**
 * Time and randomness that a test owns.
 * In: a start time, a seed. Out: the ports Clock and Random with handles to move them. Never: looks at the real clock.
 */
export { fakeClock, type FakeClock } from './fake-clock.ts';
export { seededRandom } from './seeded-random.ts';
