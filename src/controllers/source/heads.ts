/**
 * What every ref of every Source stands for now: shared between the Source controller, which moves heads, and the App controller, which renders them.
 * In memory only; a restart fills it again from the mirror.
 */
import type { GitMirror, GitRevision } from '../../ports/index.ts';
import type { GitRefSpec } from '../../api/index.ts';
import type { TreeDiff } from './tree-diff.ts';

/** What a revision is read through: a Git mirror, or a chart of a repository in the same shape. */
export type RevisionReader = Pick<GitMirror, 'readMany' | 'list' | 'commit' | 'resolve' | 'keep' | 'log'>;

/** A ref of a Git Source, or a chart of another kind of Source. */
export type RefSpec = GitRefSpec & { readonly chart?: string; readonly version?: string };

export interface Head {
  readonly revision: GitRevision;
  readonly mirror: RevisionReader;
  /** RFC 3339; when this revision was taken. */
  readonly at: string;
  readonly verified: boolean;
  /** The tree holds symbolic links, so that a path may be read through another one. */
  readonly links?: boolean;
}

/** As asked for: `branch/main`, `tag/v1`, `semver/>=1`, `commit/…`, `head`, `chart/shop@~1.2`. */
export function refText(ref: RefSpec | undefined): string {
  if (ref?.chart !== undefined) return `chart/${ref.chart}${ref.version === undefined ? '' : `@${ref.version}`}`;
  if (ref?.commit !== undefined) return `commit/${ref.commit}`;
  if (ref?.semver !== undefined) return `semver/${ref.semver}`;
  if (ref?.tag !== undefined) return `tag/${ref.tag}`;
  return ref?.branch === undefined ? 'head' : `branch/${ref.branch}`;
}

/** One ref of one Source: `namespace/name#branch/main`. */
export const headKey = (source: string, ref: string): string => `${source}#${ref}`;

export interface HeadMove {
  readonly key: string;
  readonly before: Head | undefined;
  readonly after: Head;
  /** Undefined: everything may differ. */
  readonly diff: TreeDiff | undefined;
}

export class Heads {
  readonly #heads = new Map<string, Head>();
  readonly #wanted = new Map<string, { readonly ref: RefSpec | undefined; readonly users: Set<string> }>();
  readonly #listeners = new Set<(move: HeadMove) => void>();

  get(key: string): Head | undefined {
    return this.#heads.get(key);
  }

  /** Takes a revision for a ref and tells everybody who listens. */
  move(move: HeadMove): void {
    this.#heads.set(move.key, move.after);
    for (const listener of this.#listeners) listener(move);
  }

  onMove(listener: (move: HeadMove) => void): void {
    this.#listeners.add(listener);
  }

  /** An App reads this ref of a Source. True when nobody did before, so that it has to be resolved first. */
  want(source: string, ref: RefSpec | undefined, user: string): boolean {
    const key = headKey(source, refText(ref));
    const known = this.#wanted.get(key);
    if (known !== undefined) {
      known.users.add(user);
      return false;
    }
    this.#wanted.set(key, { ref, users: new Set([user]) });
    return true;
  }

  /** An App reads it no more. */
  unwant(key: string, user: string): void {
    const known = this.#wanted.get(key);
    known?.users.delete(user);
    if (known?.users.size === 0) this.#wanted.delete(key);
  }

  /** Refs of a Source that Apps read besides its own. */
  wanted(source: string): readonly RefSpec[] {
    const found: RefSpec[] = [];
    for (const [key, { ref }] of this.#wanted) if (key.startsWith(`${source}#`) && ref !== undefined) found.push(ref);
    return found;
  }

  /** Whether an App reads exactly this. */
  isWanted(key: string): boolean {
    return this.#wanted.has(key);
  }

  forget(source: string): void {
    for (const key of this.#heads.keys()) if (key.startsWith(`${source}#`)) this.#heads.delete(key);
  }
}
