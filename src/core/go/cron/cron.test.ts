import { expect, test } from 'vitest';
import { nextTime, parseSchedule } from './index.ts';

const at = (text: string): number => Date.parse(text);
const hour = 3_600_000;
/** Berlin in 2026: summer time from 29 March to 25 October, 01:00 UTC. */
const berlin = (moment: number): number => (moment >= at('2026-03-29T01:00:00Z') && moment < at('2026-10-25T01:00:00Z') ? 2 * hour : hour);

test.each([
  ['*/15 * * * *', '2026-01-01T00:14:59Z', '2026-01-01T00:15:00Z'],
  ['0 9 * * mon-fri', '2026-01-02T09:00:00Z', '2026-01-05T09:00:00Z'],
  ['30 4 1,15 * 5', '2026-01-01T04:30:00Z', '2026-01-02T04:30:00Z'],
  ['0 0 */10 * 5', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
  ['0 0 */1 * 5', '2026-01-02T00:00:00Z', '2026-01-09T00:00:00Z'],
  ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['@daily', '2026-01-01T12:00:00Z', '2026-01-02T00:00:00Z'],
  ['@every 90s', '2026-01-01T00:00:00Z', '2026-01-01T00:01:30Z'],
])('%s after %s is %s', (text, after, next) => {
  const schedule = parseSchedule(text);
  expect(schedule && new Date(nextTime(schedule, at(after)) ?? 0).toISOString()).toBe(next.replace('Z', '.000Z'));
});

test.each([
  ['in winter', '0 9 * * *', '2026-01-01T00:00:00Z', '2026-01-01T08:00:00Z'],
  ['in summer', '0 9 * * *', '2026-07-01T00:00:00Z', '2026-07-01T07:00:00Z'],
  ['over the change to summer', '0 9 * * *', '2026-03-28T09:00:00Z', '2026-03-29T07:00:00Z'],
  ['left out by the change', '30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T01:30:00Z'],
  ['over the change to winter', '0 9 * * *', '2026-10-24T09:00:00Z', '2026-10-25T08:00:00Z'],
])('a place: %s', (_name, text, after, next) => {
  const schedule = parseSchedule(text);
  expect(schedule && new Date(nextTime(schedule, at(after), berlin) ?? 0).toISOString()).toBe(next.replace('Z', '.000Z'));
});

test.each(['', '* * * *', '60 * * * *', '* * * * 7', '*/0 * * * *', '*/1e1 * * * *', 'a * * * *', '@sometimes'])(
  '%s is no schedule',
  (text) => {
    expect(parseSchedule(text)).toBeUndefined();
  },
);
