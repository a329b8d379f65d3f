/** What finds leaks has to find them: every form that a value could hide in. */
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { leaksIn } from './leaks.ts';

const value = 'hunter "two" & co\nline';
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

test.each([
  ['plain', `x ${value} y`],
  ['JSON', JSON.stringify({ a: value })],
  ['JSON in JSON', JSON.stringify({ a: JSON.stringify({ a: value }) })],
  ['base64', `data: ${base64(value)}`],
  ['in the middle of a file in base64', base64(`first line\n${value}\nlast`)],
  ['base64 twice', base64(base64(`xx${value}`))],
  ['base64url', Buffer.from(`?>${value}?>`).toString('base64url')],
  ['gzip', gzipSync(value)],
  ['zlib, as Git has it', deflateSync(`blob 5\0${value}`)],
  ['a Helm release', base64(base64(gzipSync(JSON.stringify({ manifest: value }))))],
])('%s', (_name, content) => {
  expect(leaksIn(content, { value, other: 'not here' })).toEqual(['value']);
});

test('nothing is found where nothing is', () => {
  expect(leaksIn(`${base64('something else')} hunter two`, { value })).toEqual([]);
});
