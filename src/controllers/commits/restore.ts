/** What has to be written so that the files of one App are as they were: found by descending only into what differs. */
import type { TreeEntry } from '../../core/ask/index.ts';
import type { GitError, GitMirror } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import { diffTrees } from '../source/tree-diff.ts';
import { type Change, type Reads, parentOf } from './reads.ts';

export interface Restoration {
  readonly changes: readonly Change[];
  /** As they were; null: the file was not there. */
  readonly files: ReadonlyMap<string, TreeEntry | null>;
  /** As they are: what the branch has to hold still when the commit is made. */
  readonly expected: ReadonlyMap<string, string | null>;
}

type Lister = Pick<GitMirror, 'list'>;

/** From `bad` back to `good`; undefined: more differs than can be told apart. */
export async function restorationOf(
  mirror: Lister,
  { good, bad }: { readonly good: string; readonly bad: string },
  reads: Reads,
): Promise<Result<Restoration | undefined, GitError>> {
  const diff = await diffTrees(mirror, good, bad);
  if (!diff.ok) return diff;
  if (diff.value === undefined) return ok(undefined);
  const listed = new Set(diff.value.listed);
  const changes = diff.value.changed.map((path) => ({ path, listed: listed.has(path) })).filter((change) => reads.sees(change));
  const paths = changes.map(({ path }) => path);
  const [before, now] = [await entriesOf(mirror, good, paths), await entriesOf(mirror, bad, paths)];
  if (!before.ok) return before;
  if (!now.ok) return now;
  const isFile = (path: string): boolean =>
    [before.value.get(path), now.value.get(path)].every((entry) => entry === undefined || isBlob(entry));
  const kept = changes.filter(({ path }) => isFile(path));
  return ok({
    changes: kept,
    files: new Map(kept.map(({ path }) => [path, before.value.get(path) ?? null])),
    expected: new Map(kept.map(({ path }) => [path, now.value.get(path)?.id ?? null])),
  });
}

const isBlob = ({ type }: TreeEntry): boolean => type === 'file' || type === 'symlink';

async function entriesOf(
  mirror: Lister,
  revision: string,
  paths: readonly string[],
): Promise<Result<ReadonlyMap<string, TreeEntry>, GitError>> {
  const found = new Map<string, TreeEntry>();
  for (const folder of new Set(paths.map(parentOf))) {
    const listed = await mirror.list(revision, folder, { recursive: false });
    if (!listed.ok) return err(listed.error);
    for (const entry of listed.value?.entries ?? []) found.set(folder === '' ? entry.path : `${folder}/${entry.path}`, entry);
  }
  return ok(found);
}
