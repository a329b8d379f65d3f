/** Headers as registries send them, and as nobody should. */
import { expect, test } from 'vitest';
import { parseChallenges } from './challenge.ts';

const rows: [string, string, Record<string, string>][] = [
  ['Basic realm="r"', 'basic', { realm: 'r' }],
  [
    'Bearer realm="https://a/t",service="s",scope="repository:x/y:pull,push"',
    'bearer',
    { realm: 'https://a/t', service: 's', scope: 'repository:x/y:pull,push' },
  ],
  ['bearer realm=https://a/t', 'bearer', { realm: 'https://a/t' }],
  [String.raw`Bearer realm="a\"b"`, 'bearer', { realm: 'a"b' }],
  ['Negotiate, Basic realm="r"', 'negotiate', {}],
];

test.each(rows)('%s', (header, scheme, parameters) => {
  const [first] = parseChallenges(header);
  expect([first?.scheme, Object.fromEntries(first?.parameters ?? [])]).toEqual([scheme, parameters]);
});

test('garbage ends', () => {
  for (const header of ['', ',,,,', '"""', '='.repeat(10_000), 'a '.repeat(10_000)])
    expect(parseChallenges(header).length).toBeLessThan(5000);
});
