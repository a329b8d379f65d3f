/**
 * Time and randomness that a test owns.
 * In: a start time, a seed. Out: the ports Clock and Random with handles to move them. Never: looks at the real clock.
 */
export { seededRandom, virtualClock as fakeClock, type VirtualClock as FakeClock } from '../../adapters/virtual/index.ts';
