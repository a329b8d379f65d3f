/** Token buckets: a burst, then so many a second, each address for itself; made-up addresses fill no memory. */
import { expect, test } from 'vitest';
import { fakeClock } from '../../testing/clock/index.ts';
import { RateLimit } from './rate.ts';

test('a burst, then a refusal that says how long, then so many a second', async () => {
  const clock = fakeClock();
  const rate = new RateLimit({ burst: 5, perSecond: 2 }, clock);
  expect(Array.from({ length: 6 }, () => rate.take('a'))).toEqual([0, 0, 0, 0, 0, 1]);
  expect(rate.take('b')).toBe(0);
  await clock.advance(1000);
  expect(Array.from({ length: 3 }, () => rate.take('a'))).toEqual([0, 0, 1]);
});

test('a flood of made-up keys is forgotten, the oldest first', () => {
  const rate = new RateLimit({ burst: 1, perSecond: 0.001 }, fakeClock());
  expect(rate.take('first')).toBe(0);
  expect(rate.take('first')).toBeGreaterThan(0);
  for (let key = 0; key < 10_001; key += 1) rate.take(`flood ${key}`);
  expect(rate.take('first')).toBe(0);
  expect(rate.take('flood 10000')).toBeGreaterThan(0);
});
