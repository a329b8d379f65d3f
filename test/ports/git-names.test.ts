/** Names, URLs and paths from outside, against git's own opinion and at random: nothing accepted here may mean something else to git. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followLink, pathParts } from '../../src/adapters/files/index.ts';
import { checkRefName, localRef, remoteName } from '../../src/adapters/git/names.ts';
import { parseRemote } from '../../src/adapters/git/url.ts';

const gitAccepts = (ref: string): boolean => spawnSync('git', ['check-ref-format', ref]).status === 0;

const names = [
  'main',
  'feature/x',
  'v1.0.0',
  'a.b',
  'a@b',
  'ümläut',
  '日本',
  'a-',
  'release-1.x',
  '@',
  '@{',
  'a@{b',
  '.a',
  'a/.b',
  'a.',
  'a.lock',
  'a.lock/b',
  'a..b',
  'a b',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  'a[',
  'a\\b',
  '/a',
  'a/',
  'a//b',
  '',
  '-x',
  '--help',
  'refs/heads/x',
  'HEAD',
  'a\u007fb',
  'a\tb',
  '%2E',
  'a%2Fb',
  '.lock',
  'x/y.lock',
];

describe('names of refs', () => {
  test('what is accepted, git accepts; what git accepts is refused only when it starts with a dash', () => {
    const wrong = names.filter((name) => checkRefName(name).ok !== (name !== '' && gitAccepts(`refs/heads/${name}`)));
    expect(wrong.toSorted()).toEqual(['--help', '-x', '@']);
  });

  test('random names: accepted here means accepted by git, flat in the mirror, and found again', () => {
    const odd = fc.constantFrom('a', 'B', '1', '.', '/', '-', '_', '@', '{', '~', ' ', ':', '.lock', '..', '\\', 'é', '%', '*', '\u0001');
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1, maxLength: 6 }), (parts) => {
        const name = parts.join('');
        if (!checkRefName(name).ok) return;
        const local = localRef('heads', name);
        expect(gitAccepts(`refs/heads/${name}`)).toBe(true);
        expect(gitAccepts(local)).toBe(true);
        expect(local.split('/')).toHaveLength(4);
        expect(remoteName(local)).toBe(name);
      }),
      { seed: 7, numRuns: 250 },
    );
  });

  test('names of kept revisions may be anything', () => {
    const keep = ['team/shop', '../../HEAD', 'a.lock', '.hidden', 'x..y', 'with space', '-', '😀'].map((name) => localRef('keep', name));
    expect(keep.filter((ref) => !gitAccepts(ref) || ref.split('/').length !== 4)).toEqual([]);
    expect(new Set(keep).size).toBe(keep.length);
  });
});

test('random URLs: what is accepted cannot be an option, a helper or a place on this machine', () => {
  const part = fc.constantFrom(
    'https://',
    'ssh://',
    'ext::',
    'file://',
    '-',
    '--upload-pack=',
    'git@',
    'host',
    '.',
    '/',
    ':',
    '@',
    ' ',
    '\n',
    '%',
    'x',
    '..',
    '\\',
    '[',
    'fd::',
    '-oProxyCommand=',
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), (parts) => {
      const text = parts.join('');
      const remote = parseRemote(text, { local: false });
      if (!remote.ok) return;
      expect(remote.value.url).toBe(text);
      // A helper is what stands before the first `::`, as long as it could be a scheme (Git: transport.c).
      expect(text).not.toMatch(/^-|^\.{0,2}\/|^[\w+.-]*::|^file:|\p{Cc}|\s/u);
      expect(['https', 'http', 'ssh']).toContain(remote.value.scheme);
      // Neither user nor host can be read as an option by ssh.
      expect(text).not.toMatch(/^ssh:\/\/-|@-/);
    }),
    { seed: 7, numRuns: 5000 },
  );
});

test('random paths and links never leave the tree', () => {
  const part = fc.constantFrom('a', '..', '.', '', 'b', '...', '/', '\0', 'c d');
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }),
      fc.array(part, { maxLength: 5 }),
      fc.array(fc.constantFrom('p', 'q'), { maxLength: 3 }),
      (path, target, parent) => {
        for (const parts of [pathParts(path.join('/')), followLink(parent, target.join('/'), path)]) {
          if (parts !== null)
            expect(parts.filter((name) => name === '..' || name === '.' || name === '' || /[/\0]/.test(name))).toEqual([]);
        }
      },
    ),
    { seed: 7, numRuns: 3000 },
  );
});
