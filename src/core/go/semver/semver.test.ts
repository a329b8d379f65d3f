/** Ranges as charts write them. */
import { expect, test } from 'vitest';
import {
  compareVersions,
  incrementVersion,
  newVersion,
  parseConstraints,
  parseStrictVersion,
  parseVersion,
  versionString,
} from './index.ts';

function fits(range: string, version: string): boolean {
  const constraints = parseConstraints(range);
  const parsed = parseVersion(version);
  if (!constraints.ok || !parsed.ok) throw new Error('does not parse');
  return constraints.value.check(parsed.value);
}

test.each([
  ['>=1.25.0-0', '1.27.3-gke.100', true],
  ['>=1.25.0', '1.27.3-gke.100', false],
  ['^1.2', 'v1.9.0', true],
  ['^0.2.3', '0.3.0', false],
  ['~1.2.3', '1.2.9', true],
  ['1.2 - 1.4', '1.4.9', true],
  ['>1 || <0.5', '0.4.0', true],
  ['>= 1.2, < 2', '2.0.0', false],
  ['1.x', '1.9.9', true],
  ['*', '0.0.1', true],
  ['!=1.2.x', '1.2.4', false],
])('%s fits %s: %o', (range, version, expected) => {
  expect(fits(range, version)).toBe(expected);
});

test.each([
  ['', 'improper constraint: ""'],
  ['1.2.3 foo', 'improper constraint: "1.2.3 foo"'],
  ['>=1.2.3 ||', 'improper constraint: ""'],
  ['1'.repeat(513), 'constraint string is too long (max 512 bytes)'],
  ['1||'.repeat(40) + '1', 'too many constraint groups (max 32)'],
  ['1|2', 'constraint parser error'],
])('%s is no range', (range, error) => {
  expect(parseConstraints(range)).toEqual({ ok: false, error });
});

test('a range with long runs of spaces is refused without trying all ways to cut it', () => {
  expect(parseConstraints(`${'1         '.repeat(50)}!`).ok).toBe(false);
});

test('versions keep their text, and numbers past 2^53', () => {
  const big = parseVersion('v1.18446744073709551615');
  expect(big.ok && [versionString(big.value), big.value.original]).toEqual(['1.18446744073709551615.0', 'v1.18446744073709551615']);
  expect(big.ok && incrementVersion(big.value, 'minor').ok).toBe(false);
  expect(parseVersion('1.99999999999999999999')).toEqual({
    ok: false,
    error: 'error parsing version segment: strconv.ParseUint: parsing "99999999999999999999": value out of range',
  });
  expect(parseVersion('x')).toEqual({ ok: false, error: 'invalid semantic version' });
  expect(parseStrictVersion('1.2.03')).toEqual({ ok: false, error: 'version segment starts with 0' });
  const release = { major: 1, minor: 0, patch: 0, metadata: '' };
  const order = ['', 'rc.10', 'rc.9', 'alpha.beta', 'alpha.1', 'alpha'].map((prerelease) => newVersion({ ...release, prerelease }));
  expect(order.toSorted(compareVersions).map(versionString)).toEqual(order.toReversed().map(versionString));
});
