/**
 * Which paths differ between two revisions of a repository, found by descending only into directories whose ids differ: the cost is that of the change,
 * not of the repository.
 */
import type { TreeEntry } from '../../core/ask/index.ts';
import type { GitError, GitMirror } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';

export interface TreeDiff {
  /** Every path whose content, type or presence differs; directories only when they appear, vanish or change type. */
  readonly changed: readonly string[];
  /** Those among them that appear, vanish or change type: what a listing shows. */
  readonly listed: readonly string[];
  /** A symbolic link is among the changed entries, so that paths read through it may differ too. */
  readonly links: boolean;
}

/** Beyond this many paths the answer is "everything may differ". */
const mostPaths = 20_000;

/** `undefined`: too much differs to say; treat every reader as affected. */
export async function diffTrees(
  mirror: Pick<GitMirror, 'list'>,
  before: string,
  after: string,
): Promise<Result<TreeDiff | undefined, GitError>> {
  const changed: string[] = [];
  const listed: string[] = [];
  let links = false;
  const queue: string[] = [''];
  const note = (entry: TreeEntry, path: string): void => {
    changed.push(path);
    links ||= entry.type === 'symlink';
  };
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (changed.length > mostPaths) return ok(undefined);
    const [old, now] = await Promise.all([mirror.list(before, path, flat), mirror.list(after, path, flat)]);
    if (!old.ok) return err(old.error);
    if (!now.ok) return err(now.error);
    const prefix = path === '' ? '' : `${path}/`;
    for (const { entry, other } of pairs(old.value?.entries ?? [], now.value?.entries ?? [])) {
      if (other !== undefined && other.id === entry.id && other.type === entry.type && other.executable === entry.executable) continue;
      const both = other !== undefined && other.type === entry.type;
      if (!both || other.executable !== entry.executable) listed.push(prefix + entry.path);
      if (!both || entry.type !== 'directory') note(entry, prefix + entry.path);
      if (entry.type === 'directory' || other?.type === 'directory') queue.push(prefix + entry.path);
    }
  }
  return ok({ changed, listed, links });
}

const flat = { recursive: false } as const;

/** Entries of both sides by name; `other` is the older one where there is one. */
function pairs(old: readonly TreeEntry[], now: readonly TreeEntry[]): readonly { readonly entry: TreeEntry; readonly other?: TreeEntry }[] {
  const before = new Map(old.map((entry) => [entry.path, entry]));
  const found: { readonly entry: TreeEntry; readonly other?: TreeEntry }[] = now.map((entry) => {
    const other = before.get(entry.path);
    before.delete(entry.path);
    return other === undefined ? { entry } : { entry, other };
  });
  return [...found, ...[...before.values()].map((entry) => ({ entry }))];
}
