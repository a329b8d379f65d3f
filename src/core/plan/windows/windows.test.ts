import { expect, test } from 'vitest';
import { type OffsetAt, parseSchedule } from '../../go/cron/index.ts';
import { type Window, judgeWindows } from './index.ts';

const at = (text: string): number => Date.parse(text);
const hour = 3_600_000;
const utc: OffsetAt = () => 0;
/** Berlin in 2026: summer time from 29 March to 25 October, 01:00 UTC. */
const berlin: OffsetAt = (moment) => (moment >= at('2026-03-29T01:00Z') && moment < at('2026-10-25T01:00Z') ? 2 * hour : hour);

/** `allow 0 8 * * mon-fri 8` */
function window(text: string, offsetAt: OffsetAt): Window {
  const [kind = '', ...rest] = text.split(' ');
  const schedule = parseSchedule(rest.slice(0, 5).join(' '));
  if (schedule === undefined) throw new Error(text);
  return { kind: kind as Window['kind'], schedule, offsetAt, length: Number(rest[5]) * hour, text };
}

function said(windows: readonly string[], now: string, offsetAt = utc): string {
  const judged = judgeWindows(
    windows.map((text) => window(text, offsetAt)),
    at(now),
  );
  if (judged.open) return 'open';
  const opens = judged.opens === undefined ? 'never' : new Date(judged.opens).toISOString().slice(0, 16);
  return `${judged.by?.text ?? 'no allow'}; ${opens}`;
}

/** 2026-11-27 is a Friday. */
test.each([
  ['no windows', [], '2026-11-27T12:00Z', 'open'],
  ['an allow that runs', ['allow 0 8 * * * 8'], '2026-11-27T12:00Z', 'open'],
  ['its first moment', ['allow 0 8 * * * 8'], '2026-11-27T08:00Z', 'open'],
  ['the moment of its end', ['allow 0 8 * * mon-fri 8'], '2026-11-27T16:00Z', 'no allow; 2026-11-30T08:00'],
  ['before it', ['allow 0 8 * * * 8'], '2026-11-27T07:59Z', 'no allow; 2026-11-27T08:00'],
  ['a deny that runs', ['deny 0 18 * * fri 62'], '2026-11-28T12:00Z', 'deny 0 18 * * fri 62; 2026-11-30T08:00'],
  ['a deny that does not', ['deny 0 18 * * fri 62'], '2026-11-30T08:00Z', 'open'],
  ['a deny wins over an allow', ['allow 0 8 * * * 8', 'deny 0 12 * * * 1'], '2026-11-27T12:30Z', 'deny 0 12 * * * 1; 2026-11-27T13:00'],
  [
    'a deny to the end of the allow',
    ['allow 0 8 * * * 8', 'deny 0 12 * * * 5'],
    '2026-11-27T12:30Z',
    'deny 0 12 * * * 5; 2026-11-28T08:00',
  ],
  [
    'denies that follow each other',
    ['deny 0 0 * * * 12', 'deny 0 12 * * fri 6'],
    '2026-11-27T01:00Z',
    'deny 0 0 * * * 12; 2026-11-27T18:00',
  ],
  ['one that overlaps itself for ever', ['deny 0 * * * * 2'], '2026-11-27T01:00Z', 'deny 0 * * * * 2; never'],
  ['one of two allows', ['allow 0 8 * * * 1', 'allow 0 20 * * * 1'], '2026-11-27T20:30Z', 'open'],
  ['a date that never comes', ['allow 0 8 30 feb * 1'], '2026-11-27T20:30Z', 'no allow; never'],
] as const)('%s', (_name, windows, now, expected) => {
  expect(said(windows, now)).toBe(expected);
});

test.each([
  ['winter', 'allow 0 9 * * * 1', '2026-01-05T08:30Z', 'open'],
  ['summer', 'allow 0 9 * * * 1', '2026-07-06T08:30Z', 'no allow; 2026-07-07T07:00'],
  [
    'across the change to summer: it lasts as long as ever',
    'deny 0 0 * * sun 6',
    '2026-03-29T04:30Z',
    'deny 0 0 * * sun 6; 2026-03-29T05:00',
  ],
  ['across the change to winter', 'deny 0 0 * * sun 6', '2026-10-25T03:59Z', 'deny 0 0 * * sun 6; 2026-10-25T04:00'],
  ['a beginning that the change leaves out', 'allow 30 2 29 3 * 1', '2026-03-29T01:45Z', 'open'],
] as const)('clocks of a place: %s', (_name, window_, now, expected) => {
  expect(said([window_], now, berlin)).toBe(expected);
});
