/**
 * Sources of kind `helm` and `oci`: the repository is looked at, every chart that an App wants of it is resolved to a version and a digest and fetched, and
 * its head moves. What cannot be resolved keeps the head it had (S17).
 */
import type { ReasonCode, Source } from '../../api/index.ts';
import type { ChartAuth, ChartError, ChartErrorCode, ChartFound, ChartRepository, Charts, ChartTrust, Clock } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';
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

/** What charts of a Source have to be signed by; what is wrong with that rule; nothing: they need no signature. */
export interface ChartRule {
  readonly trust?: ChartTrust | undefined;
  readonly problem?: Problem;
}

interface Asked {
  readonly source: Source;
  readonly rule: ChartRule;
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

  async pass(
    source: Source,
    how: { readonly auth: ChartAuth | undefined; readonly rule: ChartRule },
    signal: AbortSignal,
  ): Promise<ChartPass> {
    const { auth, rule } = how;
    const url = source.spec.helm?.url ?? source.spec.oci?.url ?? '';
    const repository = { url, ...(auth === undefined ? {} : { auth }), ...(isLoopback(url) ? { plainHttp: true } : {}) };
    const looked = source.spec.suspend ? undefined : await this.#charts.look(repository, signal);
    const refs: RefState[] = looked === undefined ? this.#oldIndex(source) : this.#index(source, looked);
    let problem = looked?.ok === false ? chartProblem(looked.error) : undefined;
    const away = problem;
    for (const ref of this.#refsOf(source)) {
      const result = await this.#one({ source, rule, repository, ref, signal }, away);
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
    const problem = away ?? asked.rule.problem ?? unfit(source, ref);
    const found = source.spec.suspend || problem !== undefined ? undefined : await this.#findSigned(asked, old);
    const head = found?.ok === true ? found.value : old;
    const failed = found?.ok === false ? chartProblem(found.error) : problem;
    if (head === undefined) return failed === undefined ? {} : { problem: failed };
    const before = this.#heads.get(key);
    if (before?.revision.name !== head.revision.name) this.#heads.move({ key, before, after: head, diff: undefined });
    const state = { ref: refText(ref), revision: head.revision.name, verified: head.verified, at: head.at };
    return { state, ...(failed === undefined ? {} : { problem: failed }) };
  }

  #find({ source, repository, ref, signal }: Asked): Promise<Result<ChartFound, ChartError>> {
    if (ref.chart === undefined) return this.#charts.artifact(repository, source.spec.oci?.ref ?? {}, signal);
    const version = ref.version === undefined ? {} : { version: ref.version };
    return this.#charts.find(repository, { chart: ref.chart ?? '', ...version }, signal);
  }

  /** What is there now, if it is signed as it has to be. What was verified once is not asked about again. */
  async #findSigned(asked: Asked, old: Head | undefined): Promise<Result<Head, ChartError>> {
    const found = await this.#find(asked);
    if (!found.ok) return found;
    const { trust } = asked.rule;
    const name = `${found.value.version}@${found.value.digest}`;
    const same = old?.revision.name === name ? old : undefined;
    if (same !== undefined && (trust === undefined || same.verified)) return ok(same);
    if (trust === undefined) return ok(this.#headOf(asked, found.value, false));
    const what = { found: found.value, isArtifact: asked.ref.chart === undefined };
    const verified = await this.#charts.verify(asked.repository, what, trust, asked.signal);
    return verified.ok ? ok(this.#headOf(asked, found.value, true)) : verified;
  }

  #headOf({ ref }: Asked, { version, digest }: ChartFound, verified: boolean): Head {
    const name = `${version}@${digest}`;
    const hex = digest.slice('sha256:'.length);
    const mirror = this.#treeOf(ref);
    return { revision: { commit: hex, tree: hex, name, ref: refText(ref) }, mirror, at: rfc3339(this.#clock.now()), verified };
  }

  #treeOf({ chart }: RefSpec): Head['mirror'] {
    return chart === undefined ? new ArtifactTree(this.#charts) : new ChartTree(this.#charts, chart);
  }

  /** After a restart: what status names, if it is still here and was signed as it has to be, even while the repository is away. */
  async #restore({ source, ref, rule }: Asked): Promise<Head | undefined> {
    const stored = source.status?.refs?.find((state) => state.ref === refText(ref));
    const hex = /@sha256:([0-9a-f]{64})$/.exec(stored?.revision ?? '')?.[1];
    const mustBeSigned = rule.trust !== undefined || rule.problem !== undefined;
    if (stored === undefined || hex === undefined || (mustBeSigned && stored.verified !== true)) return undefined;
    const kept = await this.#charts.kept(`sha256:${hex}`);
    if (!kept.ok || kept.value === undefined) return undefined;
    const mirror = this.#treeOf(ref);
    return {
      revision: { commit: hex, tree: hex, name: stored.revision, ref: refText(ref) },
      mirror,
      at: stored.at,
      verified: stored.verified ?? false,
    };
  }
}

/** What an App wants that this kind of Source does not have. */
function unfit(source: Source, ref: RefSpec): Problem | undefined {
  const artifact = source.spec.oci !== undefined && refText(ref) === refText(undefined);
  if (ref.chart !== undefined || artifact) return undefined;
  const message = 'an App wants a Git ref of a Source that is no Git repository; charts are named with spec.source.chart';
  return { code: 'Unsupported', message, transient: false };
}
