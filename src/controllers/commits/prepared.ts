/** What a commit would be, before it is made, and what came of it. */
import type { App } from '../../api/index.ts';
import type { GitMirror } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';
import type { Restoration } from './restore.ts';

/** Who it is made for, as far as it is known (S26). */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Why nothing was written, for a person. */
export interface WriteError {
  readonly message: string;
  readonly hint?: string;
  /** Trying again may help without anybody changing anything. */
  readonly transient?: boolean;
}

export interface Prepared {
  readonly app: App;
  readonly mirror: GitMirror;
  /** The branch the App follows. */
  readonly branch: string;
  /** What is undone and what it goes back to, as people read revisions. */
  readonly from: string;
  readonly to: string;
  readonly toCommit: string;
  readonly restoration: Restoration;
  /** Files that other Apps read too: then it is proposed on a branch of its own, not pushed (S7). */
  readonly shared: readonly { readonly path: string; readonly apps: readonly string[] }[];
}

/** The same for people, and the way to make it. */
export interface Rollback {
  readonly from: string;
  readonly to: string;
  readonly files: readonly { readonly path: string; readonly change: 'restored' | 'removed' | 'brought back' }[];
  readonly shared: Prepared['shared'];
  readonly branch: string;
  write(author: Author, reason: string | undefined): Promise<Result<Written, WriteError>>;
}

/** A file that can be replaced by a commit. */
export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  write(text: string, telling: EditTelling): Promise<Result<Written, WriteError>>;
}

export interface EditTelling {
  readonly author: Author;
  /** The first line of the commit's message. */
  readonly message: string;
  readonly reason: string | undefined;
}

export interface Written {
  readonly commit: string;
  readonly branch: string;
  /** Set when the commit waits for a review on a branch of its own, and why. */
  readonly proposed?: string;
  readonly changed: boolean;
}

export function filesOf({ restoration }: Prepared): Rollback['files'] {
  return [...restoration.files].map(([path, entry]) => {
    const now = restoration.expected.get(path) ?? null;
    return { path, change: entry === null ? ('removed' as const) : now === null ? ('brought back' as const) : ('restored' as const) };
  });
}
