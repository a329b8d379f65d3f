/** Helm's tables and times, as the real Helm prints them. */
import { expect, test } from 'vitest';
import { ansiTime, formatColumns, goTime } from './releases.ts';

test.each([
  ['2026-11-29T04:39:15Z', 'Sun Nov 29 04:39:15 2026', '2026-11-29 04:39:15 +0000 UTC'],
  ['2026-01-02T23:04:05.678901234+02:00', 'Fri Jan  2 23:04:05 2026', '2026-01-02 23:04:05.678901234 +0200 +0200'],
  ['2026-01-02T03:04:05.500Z', 'Fri Jan  2 03:04:05 2026', '2026-01-02 03:04:05.5 +0000 UTC'],
  ['', 'Mon Jan  1 00:00:00 0001', '-'],
])('%s', (text, ansi, go) => {
  expect(ansiTime(text)).toBe(ansi);
  expect(goTime(text)).toBe(go);
});

test('columns are padded, the last one, too', () => {
  expect(
    formatColumns([
      ['NAME', 'APP VERSION'],
      ['repository', '7'],
    ]),
  ).toBe('NAME      \tAPP VERSION\nrepository\t7          \n');
});
