/** Which paths differ between two commits, found without reading what is equal. */
import { expect, test } from 'vitest';
import { MemoryGit } from '../../testing/world/index.ts';
import { diffTrees } from './tree-diff.ts';

async function diff(before: Record<string, string>, after: Record<string, string>): Promise<unknown> {
  const git = new MemoryGit();
  const repository = git.repository('u', () => 0);
  const [a, b] = [repository.commit(before), repository.commit(after)];
  const mirror = await git.open({ url: 'u' });
  if (!mirror.ok) throw new Error(mirror.error.message);
  await mirror.value.fetch({});
  const found = await diffTrees(mirror.value, a, b);
  if (!found.ok) throw new Error(found.error.message);
  const sorted = (paths: readonly string[]): readonly string[] => paths.toSorted();
  return found.value === undefined
    ? undefined
    : { changed: sorted(found.value.changed), listed: sorted(found.value.listed), links: found.value.links };
}

const same = { 'a/x': '1', 'a/y': '2', 'b/deep/z': '3' };
const table: readonly (readonly [string, Record<string, string>, unknown])[] = [
  ['nothing', same, { changed: [], listed: [], links: false }],
  ['content', { ...same, 'a/x': '9' }, { changed: ['a/x'], listed: [], links: false }],
  ['a new file', { ...same, 'a/n': '9' }, { changed: ['a/n'], listed: ['a/n'], links: false }],
  ['a new folder', { ...same, 'c/d/e': '9' }, { changed: ['c', 'c/d', 'c/d/e'], listed: ['c', 'c/d', 'c/d/e'], links: false }],
  [
    'a folder that goes',
    { 'a/x': '1', 'a/y': '2' },
    { changed: ['b', 'b/deep', 'b/deep/z'], listed: ['b', 'b/deep', 'b/deep/z'], links: false },
  ],
  [
    'a file that becomes a folder',
    { 'a/x/n': '1', 'a/y': '2', 'b/deep/z': '3' },
    { changed: ['a/x', 'a/x/n'], listed: ['a/x', 'a/x/n'], links: false },
  ],
  ['a link', { ...same, 'a/l': '-> b' }, { changed: ['a/l'], listed: ['a/l'], links: true }],
];

test.each(table)('%s', async (_name, after, expected) => {
  expect(await diff(same, after)).toEqual(expected);
});
