import { expect, test } from 'vitest';
import { fitsWildcard } from './index.ts';

test.each([
  ['main', 'main', true],
  ['main', 'maintenance', false],
  ['release/*', 'release/1.2/x', true],
  ['release/*', 'old/release/1', false],
  ['*', '', true],
  ['a*a', 'a', false],
  ['a*b*c', 'abc', true],
  ['a*bc*c', 'abc', false],
  ['a.c', 'abc', false],
])('%s fits %s: %s', (pattern, text, fits) => {
  expect(fitsWildcard(pattern, text)).toBe(fits);
});
