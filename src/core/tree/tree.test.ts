/** Path cleaning, and .gitignore patterns against what git says. */
import { expect, test } from 'vitest';
import { baseName, cleanPath, compilePatterns, folderOf, joinPath, matchesPatterns } from './index.ts';

test.each([
  ['a/b', 'a/b'],
  ['./a//b/', 'a/b'],
  ['a/../b', 'b'],
  ['.', ''],
  ['', ''],
  ['..', undefined],
  ['a/../../b', undefined],
  ['/etc/passwd', undefined],
  ['a\\..\\b', undefined],
  ['a\0b', undefined],
  ['...', '...'],
])('cleanPath(%j) = %j', (path, expected) => expect(cleanPath(path)).toBe(expected));

test.each([
  ['apps/shop', '../base', 'apps/base'],
  ['apps', '../../x', undefined],
  ['apps', 'web.yaml', 'apps/web.yaml'],
  ['', 'x', 'x'],
])('joinPath(%j, %j) = %j', (base, path, expected) => expect(joinPath(base, path)).toBe(expected));

test('folder and base name', () => {
  expect([folderOf('a/b/c'), folderOf('c'), baseName('a/b/c'), baseName('c')]).toEqual(['a/b', '', 'c', 'c']);
});

/** [patterns, path, selected]; a path ending in `/` is a directory. Each row agrees with `git check-ignore`. */
test.each<[string, string, boolean]>([
  ['*.md', 'README.md', true],
  ['*.md', 'docs/a.md', true],
  ['/*.md', 'docs/a.md', false],
  ['docs/', 'docs/', true],
  ['docs/', 'docs', false],
  ['docs/', 'docs/a/b.yaml', true],
  ['docs/', 'x/docs/a.yaml', true],
  ['/docs/', 'x/docs/a.yaml', false],
  ['a/b', 'a/b', true],
  ['a/b', 'x/a/b', false],
  ['**/a/b', 'x/y/a/b', true],
  ['a/**', 'a/b/c', true],
  ['a/**', 'a/', false],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['*.yaml\n!keep.yaml', 'keep.yaml', false],
  ['*.yaml\n!keep.yaml', 'x/keep.yaml', false],
  ['dir/\n!dir/keep.yaml', 'dir/keep.yaml', true],
  ['/*\n!/apps', 'apps/web.yaml', false],
  ['/*\n!/apps', 'other/web.yaml', true],
  ['# comment', '# comment', false],
  ['\\#file', '#file', true],
  ['\\!file', '!file', true],
  ['trailing   ', 'trailing', true],
  ['trailing\\ ', 'trailing ', true],
  ['f?o', 'foo', true],
  ['f?o', 'fo', false],
  ['f[a-c]o', 'fbo', true],
  ['f[!a-c]o', 'fbo', false],
  ['f[^a-c]o', 'fxo', true],
  ['f[]x]o', 'f]o', true],
  ['f[[:digit:]]o', 'f7o', true],
  ['f[a-', 'f[a-', false],
  ['foo\\', 'foo', false],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'aXbY', false],
  ['', 'x', false],
  ['*', 'x/y', true],
])('%j on %j: %j', (patterns, path, expected) => {
  const type = path.endsWith('/') ? 'directory' : 'file';
  expect(matchesPatterns(compilePatterns(patterns), path.replace(/\/$/, ''), type)).toBe(expected);
});

test('a hostile pattern costs no more than the product of the lengths', () => {
  const patterns = compilePatterns(`${'a*'.repeat(200)}b\n${'**/a/'.repeat(60)}b`);
  expect(matchesPatterns(patterns, 'a'.repeat(2000), 'file')).toBe(false);
  expect(matchesPatterns(patterns, 'a/'.repeat(200) + 'c', 'file')).toBe(false);
});
