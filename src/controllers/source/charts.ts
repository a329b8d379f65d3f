/**
 * Sources of kind `helm` and `oci`: the repository is looked at, every chart that an App wants of it is resolved to a version and a digest and fetched, and
 * its head moves. What cannot be resolved keeps the head it had (S17).
 */
import type { ReasonCode, Source } from '../../api/index.ts';
import type { ChartAuth, ChartError, ChartErrorCode, ChartFound, ChartRepository, Charts, Clock } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';
import { rfc3339 } from '../time.ts';
import { ArtifactTree } from './artifact-tree.ts';
import { ChartTree } from './chart-tree.ts';
import { type Head, type Heads, type RefSpec, headKey, refText } from './heads.ts';
import type { RefState, SourceVerdict } from './status.ts';

type Problem = NonNullable<SourceVerdict['problem']>;

export interface ChartPass {
  readonly refs: readonly RefState[];
  readonly problem?: Problem;
}

const reasons: Readonly<Record<ChartErrorCode, { readonly code: ReasonCode; readonly transient: boolean }>> = {
  InvalidURL: { code: 'UnsafeUrl', transient: false },
  Unreachable: { code: 'SourceUnreachable', transient: true },
  CertificateInvalid: { code: 'CertificateInvalid', transient: true },
  AuthenticationFailed: { code: 'AuthFailed', transient: true },
  RepositoryNotFound: { code: 'RepositoryNotFound', transient: true },
  ChartNotFound: { code: 'ChartNotFound', transient: true },
  VersionNotFound: { code: 'NoMatchingVersion', transient: true },
  Corrupt: { code: 'DigestMismatch', transient: true },
  TooLarge: { code: 'FileTooLarge', transient: false },
  Timeout: { code: 'FetchTimeout', transient: true },
  VerificationFailed: { code: 'VerificationFailed', transient: true },
  CacheFailed: { code: 'DiskFull', transient: true },
};

export const chartProblem = ({ code, message, hint }: ChartError): Problem => ({
  ...reasons[code],
  message: hint === undefined ? message : `${message} (${hint})`,
});

/** A registry on this machine speaks plain HTTP, as container tools have it. */
const isLoopback = (url: string): boolean => /^oci:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?\//.test(url);

interface Asked {
  readonly source: Source;
  readonly repository: ChartRepository;
  readonly ref: RefSpec;
  readonly signal: AbortSignal;
}

export class ChartSources {
  readonly #charts: Charts;
  readonly #heads: Heads;
  readonly #clock: Clock;

  constructor(charts: Charts, heads: Heads, clock: Clock) {
    this.#charts = charts;
    this.#heads = heads;
    this.#clock = clock;
  }

  async pass(source: Source, auth: ChartAuth | undefined, signal: AbortSignal): Promise<ChartPass> {
    const url = source.spec.helm?.url ?? source.spec.oci?.url ?? '';
    const repository = { url, ...(auth === undefined ? {} : { auth }), ...(isLoopback(url) ? { plainHttp: true } : {}) };
    const looked = source.spec.suspend ? undefined : await this.#charts.look(repository, signal);
    const refs: RefState[] = looked === undefined ? this.#oldIndex(source) : this.#index(source, looked);
    let problem = looked?.ok === false ? chartProblem(looked.error) : undefined;
    const away = problem;
    for (const ref of this.#refsOf(source)) {
      const result = await this.#one({ source, repository, ref, signal }, away);
      if (result.state !== undefined) refs.push(result.state);
      problem ??= result.problem;
    }
    return { refs, ...(problem === undefined ? {} : { problem }) };
  }

  /** Charts that Apps name; for a registry also the artifact itself, when the Source says which or an App reads it. */
  #refsOf(source: Source): readonly RefSpec[] {
    const key = `${source.metadata.namespace}/${source.metadata.name}`;
    const own =
      source.spec.oci !== undefined && (source.spec.oci.ref !== undefined || this.#heads.isWanted(headKey(key, refText(undefined))));
    return own ? [{}, ...this.#heads.wanted(key)] : this.#heads.wanted(key);
  }

  #oldIndex(source: Source): RefState[] {
    return (source.status?.refs ?? []).filter(({ ref }) => ref === 'index').map((ref) => ({ verified: false, ...ref }));
  }

  #index(source: Source, looked: Result<{ readonly digest?: string }, ChartError>): RefState[] {
    const old = this.#oldIndex(source);
    if (!looked.ok) return old;
    const { digest } = looked.value;
    if (digest === undefined) return [];
    return old[0]?.revision === digest ? old : [{ ref: 'index', revision: digest, verified: false, at: rfc3339(this.#clock.now()) }];
  }

  async #one(asked: Asked, away: Problem | undefined): Promise<{ readonly state?: RefState; readonly problem?: Problem }> {
    const { source, ref } = asked;
    const key = headKey(`${source.metadata.namespace}/${source.metadata.name}`, refText(ref));
    const old = this.#heads.get(key) ?? (await this.#restore(asked));
    const problem = away ?? unfit(source, ref);
    const found = source.spec.suspend || problem !== undefined ? undefined : await this.#find(asked);
    const head = found?.ok === true ? this.#headOf(asked, found.value, old) : old;
    const failed = found?.ok === false ? chartProblem(found.error) : problem;
    if (head === undefined) return failed === undefined ? {} : { problem: failed };
    const before = this.#heads.get(key);
    if (before?.revision.name !== head.revision.name) this.#heads.move({ key, before, after: head, diff: undefined });
    const state = { ref: refText(ref), revision: head.revision.name, verified: false, at: head.at };
    return { state, ...(failed === undefined ? {} : { problem: failed }) };
  }

  #find({ source, repository, ref, signal }: Asked): Promise<Result<ChartFound, ChartError>> {
    if (ref.chart === undefined) return this.#charts.artifact(repository, source.spec.oci?.ref ?? {}, signal);
    const version = ref.version === undefined ? {} : { version: ref.version };
    return this.#charts.find(repository, { chart: ref.chart ?? '', ...version }, signal);
  }

  #headOf({ ref }: Asked, { version, digest }: ChartFound, old: Head | undefined): Head {
    const name = `${version}@${digest}`;
    if (old?.revision.name === name) return old;
    const hex = digest.slice('sha256:'.length);
    const mirror = this.#treeOf(ref);
    return { revision: { commit: hex, tree: hex, name, ref: refText(ref) }, mirror, at: rfc3339(this.#clock.now()), verified: false };
  }

  #treeOf({ chart }: RefSpec): Head['mirror'] {
    return chart === undefined ? new ArtifactTree(this.#charts) : new ChartTree(this.#charts, chart);
  }

  /** After a restart: what status names, if it is still here, even while the repository is away. */
  async #restore({ source, ref }: Asked): Promise<Head | undefined> {
    const stored = source.status?.refs?.find((state) => state.ref === refText(ref));
    const hex = /@sha256:([0-9a-f]{64})$/.exec(stored?.revision ?? '')?.[1];
    if (stored === undefined || hex === undefined) return undefined;
    const kept = await this.#charts.kept(`sha256:${hex}`);
    if (!kept.ok || kept.value === undefined) return undefined;
    const mirror = this.#treeOf(ref);
    return { revision: { commit: hex, tree: hex, name: stored.revision, ref: refText(ref) }, mirror, at: stored.at, verified: false };
  }
}

/** What an App wants that this kind of Source does not have, and what this version cannot promise. */
function unfit(source: Source, ref: RefSpec): Problem | undefined {
  if (source.spec.oci?.verify !== undefined)
    return { code: 'Unsupported', message: 'spec.oci.verify: signatures of artifacts cannot be checked by this version', transient: false };
  const artifact = source.spec.oci !== undefined && refText(ref) === refText(undefined);
  if (ref.chart !== undefined || artifact) return undefined;
  const message = 'an App wants a Git ref of a Source that is no Git repository; charts are named with spec.source.chart';
  return { code: 'Unsupported', message, transient: false };
}
