/** Details of warnings, as Go's slog prints them. */
import { expect, test } from 'vitest';
import { slogDetails } from './warning.ts';

function check(pairs: Readonly<Record<string, string>>, expected: string): void {
  expect(slogDetails(pairs)).toBe(expected);
}

test.each<[Readonly<Record<string, string>>, string]>([
  [{ path: 'a.b', chart: 'x' }, ' path=a.b chart=x'],
  [{ hookTypes: 'crd-install' }, ' hookTypes=crd-install'],
  [{ hookTypes: 'a, b' }, ' hookTypes="a, b"'],
  [{ hookTypes: '' }, ' hookTypes=""'],
  [{ error: '"x" is not a table' }, String.raw` error="\"x\" is not a table"`],
  [{ path: 'a=b' }, ' path="a=b"'],
  [{ path: 'a\tb' }, String.raw` path="a\tb"`],
  [{ path: 'ü\\' }, ' path=ü\\'],
])('%j', check);
