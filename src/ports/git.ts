/**
 * Git as a port: one bare mirror per repository, shared by every Source of it; no checkouts.
 * Every method returns typed errors; none throws for bad input, a bad remote or a damaged mirror.
 */
import type { FileAnswer, ListAnswer, TreeEntry } from '../core/ask/index.ts';
import type { Result } from '../std/index.ts';

export type GitErrorCode =
  | 'InvalidURL'
  | 'Unreachable'
  | 'CertificateInvalid'
  | 'HostKeyUnknown'
  | 'AuthenticationFailed'
  | 'RepositoryNotFound'
  | 'RefNotFound'
  | 'EmptyRepository'
  | 'TooLarge'
  | 'Timeout'
  | 'DiskFull'
  | 'Corrupt'
  | 'VerificationFailed'
  | 'PushRejected'
  | 'ContentMoved'
  | 'GitFailed';

export interface GitError {
  readonly code: GitErrorCode;
  /** A sentence without credentials. */
  readonly message: string;
  readonly hint?: string;
}

/** Precedence commit > semver > tag > branch; all absent: the remote's HEAD. */
export interface GitRef {
  readonly branch?: string;
  readonly tag?: string;
  /** A Masterminds range over the repository's tags. */
  readonly semver?: string;
  /** Full or abbreviated (≥ 7) commit id. */
  readonly commit?: string;
}

export interface GitAuth {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  /** OpenSSH private key and known_hosts lines, for ssh:// URLs. */
  readonly sshPrivateKey?: string;
  readonly knownHosts?: string;
  /** PEM bundle that signs the server's certificate. */
  readonly ca?: string;
}

export interface GitRepository {
  readonly url: string;
  readonly auth?: GitAuth;
  /** Milliseconds for one network operation. */
  readonly timeout?: number;
}

export interface GitRevision {
  /** Full commit id. */
  readonly commit: string;
  /** The tree of that commit. */
  readonly tree: string;
  /** What people read: `main@sha1:<commit>`, `v1.2.3@sha1:<commit>`, `sha1:<commit>`. */
  readonly name: string;
  /** The ref it was found by, for example `refs/heads/main`. */
  readonly ref: string;
}

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string; readonly at: number };
  readonly committer: { readonly name: string; readonly email: string; readonly at: number };
  readonly message: string;
}

export interface VerifyKeys {
  /** `allowed_signers` lines or bare OpenSSH public keys. */
  readonly ssh: readonly string[];
  /** Armored PGP public keys. */
  readonly pgp: readonly string[];
}

/** What is to be different on a branch: one commit on top of its head. */
export interface GitChange {
  /** Made when the repository has no commit at all, or from `from`; otherwise it has to be there. */
  readonly branch: string;
  /** The branch that a new `branch` starts at. */
  readonly from?: string;
  /** Whole files by path from the root of the repository; an entry of a listing is content the repository has; null deletes. Modes of files that are there stay. */
  readonly files: ReadonlyMap<string, string | Uint8Array | TreeEntry | null>;
  /** What these paths have to hold before (ids as in listings; null: nothing), unless they hold what is to be written; else `ContentMoved`, and nothing is written. */
  readonly expected?: ReadonlyMap<string, string | null>;
  readonly message: string;
  /** `at`: milliseconds since the Unix epoch. */
  readonly author: { readonly name: string; readonly email: string; readonly at: number };
}

/** `commit` is the head that has the change: a new one, or the old one when nothing was different. */
export interface GitWritten {
  readonly commit: string;
  readonly changed: boolean;
}

/** Who signed, when the signature holds. */
export interface SignatureCheck {
  readonly signer: string;
  readonly kind: 'ssh' | 'pgp';
}

export interface GitMirror {
  /** Fetches what `ref` needs (nothing when the remote has not moved) and resolves it. */
  fetch(ref: GitRef, signal?: AbortSignal): Promise<Result<GitRevision, GitError>>;
  /** Resolves from what is already here, without the network. */
  resolve(ref: GitRef): Promise<Result<GitRevision, GitError>>;
  /** Reads files of one commit or tree, in one round through the long-lived reader. Answers are in the order of `paths`. */
  readMany(revision: string, paths: readonly string[]): Promise<Result<readonly FileAnswer[], GitError>>;
  list(revision: string, path: string, options: { readonly recursive: boolean }): Promise<Result<ListAnswer, GitError>>;
  commit(id: string): Promise<Result<Commit, GitError>>;
  /** Newest first; only commits that touch `paths` when given. */
  log(id: string, options: { readonly limit: number; readonly paths?: readonly string[] }): Promise<Result<readonly Commit[], GitError>>;
  isAncestor(ancestor: string, descendant: string): Promise<Result<boolean, GitError>>;
  /** Pins a commit so that neither gc nor a force push can take it away (`refs/lockstep/keep/<name>`). */
  keep(name: string, commit: string): Promise<Result<void, GitError>>;
  release(name: string): Promise<Result<void, GitError>>;
  /**
   * Commits files on top of a branch and pushes it, never with force. When somebody else pushed meanwhile, the files are put on top of what is there
   * now, at most three times; then, or when the server refuses the push, `PushRejected`.
   */
  write(change: GitChange, signal?: AbortSignal): Promise<Result<GitWritten, GitError>>;
  verify(target: { readonly commit: string } | { readonly tag: string }, keys: VerifyKeys): Promise<Result<SignatureCheck, GitError>>;
}

export interface GitMirrors {
  /** The mirror of a repository, created on first use. Same URL, same mirror; credentials stay per call. */
  open(repository: GitRepository): Promise<Result<GitMirror, GitError>>;
  /** Ends reader processes; mirrors stay on disk. */
  close(): Promise<void>;
}
