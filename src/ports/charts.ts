/**
 * Charts from repositories as a port: HTTP repositories with an index, and OCI registries. Archives are kept by digest.
 * Every method returns typed errors; none throws for a bad repository, a bad answer or a damaged cache.
 */
import type { Result } from '../std/index.ts';

export type ChartErrorCode =
  | 'InvalidURL'
  | 'Unreachable'
  | 'CertificateInvalid'
  | 'AuthenticationFailed'
  /** The server knows no such repository. */
  | 'RepositoryNotFound'
  /** The repository has no chart of that name. */
  | 'ChartNotFound'
  /** The chart has no version in the asked-for range. */
  | 'VersionNotFound'
  /** What was received is not what its digest says, or not what the format says. */
  | 'Corrupt'
  | 'TooLarge'
  | 'Timeout'
  | 'VerificationFailed'
  | 'CacheFailed';

export interface ChartError {
  readonly code: ChartErrorCode;
  /** A sentence without credentials. */
  readonly message: string;
  readonly hint?: string;
}

export interface ChartAuth {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  /** PEM bundle that signs the server's certificate. */
  readonly ca?: string;
  /** Our own certificate and its key, in PEM, for servers that ask for one. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Take any certificate the server shows. */
  readonly insecureTls?: boolean;
  /** Send the credentials to the hosts of an index's archives, too (Helm's --pass-credentials). */
  readonly passCredentials?: boolean;
}

/** Where charts come from: the URL of an index without `/index.yaml`, or `oci://host/path`. */
export interface ChartRepository {
  readonly url: string;
  /** Sent to this host only, never along a redirect to another. */
  readonly auth?: ChartAuth;
  /** OCI over http:// instead of https://. */
  readonly plainHttp?: boolean;
  /** Milliseconds for one request. */
  readonly timeout?: number;
}

/** `version`: exact, or a Masterminds range; absent: the newest that is no prerelease. */
export interface ChartWant {
  readonly chart: string;
  readonly version?: string;
}

export interface ChartFound {
  readonly chart: string;
  readonly version: string;
  /** `sha256:…` of what pins everything: the archive, or in a registry the manifest. */
  readonly digest: string;
  /** The .tgz. */
  readonly archive: Uint8Array;
}

/** Whose signature counts. `keys`: public keys in PEM for cosign, armored PGP keys for a chart's own signature. */
export interface ChartTrust {
  readonly by: 'cosign' | 'provenance';
  readonly keys: readonly string[];
}

export interface Charts {
  /** Looks at the repository as a whole. An index has a digest; a registry has none. */
  look(repository: ChartRepository, signal?: AbortSignal): Promise<Result<{ readonly digest?: string }, ChartError>>;
  /** Resolves a version and makes sure that its archive is here. Nothing is transferred that is here already. */
  find(repository: ChartRepository, want: ChartWant, signal?: AbortSignal): Promise<Result<ChartFound, ChartError>>;
  /** The artifact a tag, range or digest of an OCI repository stands for. `version` of the answer is the tag. */
  artifact(
    repository: ChartRepository,
    ref: { readonly tag?: string; readonly semver?: string; readonly digest?: string },
    signal?: AbortSignal,
  ): Promise<Result<ChartFound, ChartError>>;
  /** The signature that was published with a chart; undefined when there is none. */
  provenance(repository: ChartRepository, want: ChartWant, signal?: AbortSignal): Promise<Result<string | undefined, ChartError>>;
  /** Whether one of the keys signed what `find` or, without a chart's name, `artifact` brought; and who that is. */
  verify(
    repository: ChartRepository,
    what: { readonly found: ChartFound; readonly isArtifact: boolean },
    trust: ChartTrust,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly signer: string }, ChartError>>;
  /** From what is here, by the digest that `find` told; undefined when it is not here. */
  kept(digest: string): Promise<Result<Uint8Array | undefined, ChartError>>;
  /** The same unpacked: files by path, without links. */
  files(digest: string): Promise<Result<ReadonlyMap<string, Uint8Array> | undefined, ChartError>>;
  close(): Promise<void>;
}
