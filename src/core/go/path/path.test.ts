/** Names and patterns of Go's path package. */
import { expect, test } from 'vitest';
import { baseName, cleanPath, dirName, extension, isAbsolute, joinPath, matchPath, splitPath } from './index.ts';

test.each([
  ['', '.', '.', '.', ''],
  ['/', '/', '/', '/', ''],
  ['a/b/../c.tar.gz', 'a/c.tar.gz', 'c.tar.gz', 'a', '.gz'],
  ['/../a//', '/a', 'a', '/a', ''],
  ['../../x', '../../x', 'x', '../..', ''],
  ['a.b/c', 'a.b/c', 'c', 'a.b', ''],
])('%j', (path, ...expected) => {
  expect([cleanPath(path), baseName(path), dirName(path), extension(path)]).toEqual(expected);
});

test('joining and splitting', () => {
  expect([joinPath(['', 'a', '../b']), joinPath(['', '']), isAbsolute('/a')]).toEqual(['b', '', true]);
  expect(splitPath('a/b')).toEqual(['a/', 'b']);
});

test.each([
  ['templates/*.yaml', 'templates/a.yaml', true],
  ['*.yaml', 'a/b.yaml', false],
  ['a*b*c', 'axxbyybc', true],
  ['[^a-c]?', 'dx', true],
  ['[a', 'a', undefined],
  ['[a]\\', 'b', undefined],
  ['[]a]', 'a', undefined],
  ['\\*', '*', true],
  ['*', '', true],
])('%s matches %s: %o', (pattern, name, matched) => {
  expect(matchPath(pattern, name)).toEqual(
    matched === undefined ? { ok: false, error: 'syntax error in pattern' } : { ok: true, value: matched },
  );
});

test('many stars take no more than pattern times name', () => {
  expect(matchPath(`${'*a'.repeat(200)}b`, 'a'.repeat(5000))).toEqual({ ok: true, value: false });
});
