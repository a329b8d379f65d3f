/**
 * The closed list of things an engine may ask for, and the shape of each answer.
 * The answers an engine used are its trace: the cache key, the reason for a re-render, and the test fixture (S1).
 */
import type { KubeObject } from '../object/index.ts';

/**
 * `source` names a tree: the empty string is the App's own source, other names are sources the App refers to, or trees that an answer named.
 * `path` is relative, `/`-separated, without `.`, `..` or a leading `/`; the empty string is the root.
 */
export type Request =
  | { readonly kind: 'file'; readonly source: string; readonly path: string }
  | { readonly kind: 'list'; readonly source: string; readonly path: string; readonly recursive: boolean }
  | { readonly kind: 'lookup'; readonly apiVersion: string; readonly kindName: string; readonly namespace: string; readonly name: string }
  /** Milliseconds since the epoch; one moment for a whole render. */
  | { readonly kind: 'now' }
  /** What the target cluster can do; null when no cluster is known. */
  | { readonly kind: 'capabilities' }
  /**
   * `sequence` tells the draws of one render apart, so that a seeded answerer can repeat them. `seed`: a digest of what the draw is for (S12), so that
   * the same chart and values draw the same.
   */
  | { readonly kind: 'randomBytes'; readonly sequence: number; readonly length: number; readonly seed?: string }
  /** A PKCS#1 or PKCS#8 PEM private key. `algorithm`: as Helm's genPrivateKey names it. */
  | {
      readonly kind: 'privateKey';
      readonly sequence: number;
      readonly algorithm: 'rsa' | 'ecdsa' | 'ed25519' | 'dsa';
      readonly bits: number;
      readonly seed?: string;
    }
  /** Which revision of the release is rendered; null when it is no release. */
  | { readonly kind: 'release' }
  /** A file over HTTP. */
  | { readonly kind: 'webFile'; readonly url: string }
  /** A directory of a Git repository. `ref`: a branch, tag or commit; empty: the default branch. `path`: as in a file request. */
  | { readonly kind: 'gitDirectory'; readonly repository: string; readonly ref: string; readonly path: string }
  /** A chart of a repository (with an index, or `oci://`), unpacked. `version`: exact or a range; empty: the newest. */
  | { readonly kind: 'repositoryChart'; readonly repository: string; readonly chart: string; readonly version: string };

export interface FileFound {
  readonly found: 'file';
  /** Content digest: Git blob id or sha256, prefixed by its algorithm. */
  readonly id: string;
  readonly bytes: Uint8Array;
  /** The bytes decoded as UTF-8; invalid sequences become U+FFFD. Computed on first use. */
  readonly text: string;
}

/** Symbolic links are followed by the answerer as long as they stay inside the tree. */
export type FileAnswer =
  | FileFound
  | { readonly found: 'directory'; readonly id: string }
  | { readonly found: 'nothing' }
  | { readonly found: 'outside'; readonly target: string }
  | { readonly found: 'tooLarge'; readonly size: number; readonly limit: number };

export interface TreeEntry {
  /** Relative to the listed path; contains `/` only in recursive listings. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'submodule';
  readonly id: string;
  readonly size?: number;
  readonly executable?: boolean;
}

/** Entries in byte order of their paths; null when there is no such directory. */
export type ListAnswer = { readonly id: string; readonly entries: readonly TreeEntry[] } | null;

/** A single object (or null), or the list when the request's name is empty. */
export type LookupAnswer = KubeObject | readonly KubeObject[] | null;

export interface CapabilitiesAnswer {
  /** `v1.33.4` */
  readonly kubeVersion: string;
  /** `apps/v1` and `apps/v1/Deployment`, in byte order. */
  readonly apiVersions: readonly string[];
}

export interface ReleaseAnswer {
  /** From 1. */
  readonly revision: number;
  readonly isUpgrade: boolean;
}

/** Where something remote can be read. The name of the tree says its content (a commit, a digest): another content is another answer. */
export interface RemoteFound {
  readonly source: string;
  readonly path: string;
}

/** Why nothing is fetched, for a person. */
export interface RemoteRefused {
  readonly refused: string;
}

/** `notFile`: the server answered, but not with a file; what it said instead. */
export type WebFileAnswer = RemoteFound | RemoteRefused | { readonly notFile: string };

export type RemoteAnswer = RemoteFound | RemoteRefused;

export type AnswerOf<R extends Request> = R extends { kind: 'file' }
  ? FileAnswer
  : R extends { kind: 'list' }
    ? ListAnswer
    : R extends { kind: 'capabilities' }
      ? CapabilitiesAnswer | null
      : R extends { kind: 'lookup' }
        ? LookupAnswer
        : R extends { kind: 'now' }
          ? number
          : R extends { kind: 'randomBytes' }
            ? Uint8Array
            : R extends { kind: 'privateKey' }
              ? string
              : R extends { kind: 'release' }
                ? ReleaseAnswer | null
                : R extends { kind: 'webFile' }
                  ? WebFileAnswer
                  : R extends { kind: 'gitDirectory' | 'repositoryChart' }
                    ? RemoteAnswer
                    : never;
