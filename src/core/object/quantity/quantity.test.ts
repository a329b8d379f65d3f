/** Quantities as the API server reads and writes them. */
import { expect, test } from 'vitest';
import { canonicalQuantity, compareQuantities, parseQuantity } from './index.ts';

const rows: readonly (readonly [text: string, stored: string | undefined])[] = [
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1.5Gi', '1536Mi'],
  ['1024Mi', '1Gi'],
  ['1e3', '1e3'],
  ['1000', '1k'],
  ['+1', '+1'],
  ['0.1m', '100u'],
  ['0.0000000001', '1n'],
  ['-2', '-2'],
  ['0', '0'],
  ['0Gi', '0'],
  ['1023Ki', '1023Ki'],
  ['0.5Ki', '512'],
  ['M', '0'],
  ['1 Gi', undefined],
  ['1K', undefined],
  ['', undefined],
  ['1e99999999999', undefined],
];

test.each(rows)('%j is stored as %j', (text, stored) => expect(canonicalQuantity(text)).toBe(stored));

test('equal amounts compare equal whatever their suffix', () => {
  const compare = (a: string, b: string): number => {
    const [left, right] = [parseQuantity(a), parseQuantity(b)];
    return left.ok && right.ok ? compareQuantities(left.value, right.value) : Number.NaN;
  };
  expect([compare('1000m', '1'), compare('1Ki', '1k'), compare('-1', '0')]).toEqual([0, 1, -1]);
});
