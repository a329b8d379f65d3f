/** From changed paths to the Apps that could see them. */
import { expect, test } from 'vitest';
import type { Request } from '../../core/ask/index.ts';
import type { TreeDiff } from '../source/tree-diff.ts';
import { ReadIndex } from './read-index.ts';

const reads: Readonly<Record<string, readonly Request[]>> = {
  files: [
    { kind: 'file', source: '', path: 'a/x.yaml' },
    { kind: 'file', source: '', path: 'a/missing.yaml' },
  ],
  listing: [{ kind: 'list', source: '', path: 'a', recursive: false }],
  tree: [{ kind: 'list', source: '', path: 'a', recursive: true }],
  root: [{ kind: 'list', source: '', path: '', recursive: true }],
  elsewhere: [{ kind: 'file', source: '', path: 'b/x.yaml' }],
};

const index = (): ReadIndex => {
  const made = new ReadIndex();
  for (const [app, requests] of Object.entries(reads)) {
    const head = app === 'elsewhere' ? 'other' : 'main';
    made.set(
      app,
      requests.map((request) => ({ request, digest: 'x' })),
      () => head,
    );
  }
  return made;
};

const changed = (...paths: string[]): TreeDiff => ({ changed: paths, listed: [], links: false });
const listed = (...paths: string[]): TreeDiff => ({ changed: paths, listed: paths, links: false });

const table: readonly (readonly [string, TreeDiff | undefined, readonly string[]])[] = [
  ['a file that was read', changed('a/x.yaml'), ['files']],
  ['a file that was looked for appears', listed('a/missing.yaml'), ['files', 'listing', 'root', 'tree']],
  ['a file appears deeper', listed('a/deep/new.yaml'), ['root', 'tree']],
  ['content that nobody read', changed('a/other.yaml'), []],
  ['a file appears beside', listed('readme.md'), ['root']],
  ['the same path of another head', changed('b/x.yaml'), []],
  ['too much to say', undefined, ['files', 'listing', 'root', 'tree']],
  ['links that may lead anywhere', { changed: ['z'], listed: [], links: true }, ['files', 'listing', 'root', 'tree']],
];

test.each(table)('%s', (_name, diff, expected) => {
  expect([...index().affected('main', diff)].toSorted()).toEqual(expected);
});

test('what an App read is replaced and forgotten', () => {
  const made = index();
  made.set('files', [{ request: { kind: 'file', source: '', path: 'new.yaml' }, digest: 'x' }], () => 'main');
  expect([...made.affected('main', changed('a/x.yaml'))]).toEqual([]);
  made.delete('files');
  expect([...made.affected('main', changed('new.yaml'))]).toEqual([]);
});
