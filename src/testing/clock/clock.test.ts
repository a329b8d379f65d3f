/** The fake clock and the real one keep the same contract. */
import { expect, test } from 'vitest';
import { systemClock, systemRandom } from '../../adapters/system/index.ts';
import { fakeClock, seededRandom } from './index.ts';

test('timers fire in order of time, then creation, including those made while firing', async () => {
  const clock = fakeClock(1000);
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b@${clock.now()}`));
  clock.after(10, () => {
    seen.push(`a@${clock.now()}`);
    clock.after(5, () => seen.push(`c@${clock.now()}`));
  });
  clock.after(20, () => seen.push('d'));
  clock.after(20, () => seen.push('never')).cancel();
  void clock.sleep(30).then(() => seen.push('slept'));
  await clock.advance(25);
  expect(seen).toEqual(['a@1010', 'c@1015', 'b@1020', 'd']);
  await clock.advance(5);
  expect(seen.at(-1)).toBe('slept');
  expect([clock.now(), clock.monotonic(), clock.pending]).toEqual([1030, 30, 0]);
  clock.jump(-500);
  expect([clock.now(), clock.monotonic()]).toEqual([530, 30]);
});

test.each([
  ['fake', fakeClock],
  ['system', systemClock],
])('%s: an aborted sleep ends at once and leaves no timer', async (_name, make) => {
  const clock = make();
  const stop = new AbortController();
  const slept = clock.sleep(60_000, stop.signal);
  stop.abort();
  await slept;
  await clock.sleep(60_000, stop.signal);
});

test('seeded randomness repeats; both kinds have the right shape', () => {
  expect(seededRandom(7).bytes(8)).toEqual(seededRandom(7).bytes(8));
  expect(seededRandom(7).bytes(8)).not.toEqual(seededRandom(8).bytes(8));
  for (const random of [seededRandom(1), systemRandom()]) {
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(random.fraction()).toBeGreaterThanOrEqual(0);
    expect(random.fraction()).toBeLessThan(1);
    expect(random.bytes(5)).toHaveLength(5);
  }
});
