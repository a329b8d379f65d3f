/** A repository whose files are changed: a clone on this machine, or the branch that a Source follows. */
import type { FileChange, Files } from '../../core/amend/index.ts';
import type { Result } from '../../std/index.ts';

export interface Repository {
  readonly files: Files;
  /** For people. */
  readonly name: string;
  commit(changes: readonly FileChange[], wish: CommitWish): Promise<Result<Committed, string>>;
}

export interface CommitWish {
  readonly message: string;
  /** A branch of its own for the commit, to be reviewed. */
  readonly branch?: string;
  /** Of a clone: whether the commit is pushed too. */
  readonly push: boolean;
}

export interface Committed {
  readonly commit: string;
  readonly branch: string;
  readonly pushed: boolean;
}

/** Files that may say something about an App; larger ones are no configuration. */
export const isConfiguration = (path: string): boolean => /(?:\.(?:ya?ml|json)|(?:^|\/)(?:Kustomization|Chart\.lock))$/.test(path);
export const largestFile = 2 << 20;
