/**
 * The Source controller: fetches, resolves, verifies, pins what is in use, and moves heads. Everything it finds wrong is a condition; the last good
 * revision stays (S17).
 */
import { type GitRefSpec, type Source, names, onRewrite, parseDuration, parseSource } from '../../api/index.ts';
import { type KubeObject, getKey } from '../../core/object/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import type { Charts, Clock, GitAuth, GitError, GitMirror, GitMirrors, GitRevision, KubeClient, Metrics } from '../../ports/index.ts';
import { type Outcome, outcome } from '../../runtime/index.ts';
import type { Journal } from '../events/journal.ts';
import { sources } from '../app/cluster.ts';
import { commitNote } from '../events/commit-note.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import { type CatalogueEntry, authOf, chartTrustOf, verifyKeysOf } from './credentials.ts';
import { type ChartRule, ChartSources } from './charts.ts';
import { gitReason } from './git-reason.ts';
import { type Head, type Heads, headKey, refText } from './heads.ts';
import { type RefState, type SourceVerdict, nextSourceStatus } from './status.ts';
import { diffTrees } from './tree-diff.ts';

export interface SourcePorts {
  readonly kube: KubeClient;
  readonly mirrors: GitMirrors;
  readonly charts: Charts;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly journal: Journal;
}

type Problem = NonNullable<SourceVerdict['problem']>;

/** One ref after a pass: where it stands, and what is wrong with where it should stand. */
interface RefResult {
  readonly state?: RefState;
  readonly problem?: Problem;
}

const fetchTimeout = 300_000;

export class SourceReconciler {
  readonly #ports: SourcePorts;
  readonly #heads: Heads;
  readonly #catalogue: () => readonly CatalogueEntry[];
  readonly #chartSources: ChartSources;

  constructor(ports: SourcePorts, heads: Heads, catalogue: () => readonly CatalogueEntry[]) {
    this.#ports = ports;
    this.#heads = heads;
    this.#catalogue = catalogue;
    this.#chartSources = new ChartSources(ports.charts, heads, ports.clock);
  }

  /** One Source as the informer has it; `undefined`: it is gone. */
  async reconcileObject(object: KubeObject | undefined, key: string, signal: AbortSignal): Promise<Outcome> {
    if (object === undefined) {
      this.#heads.forget(key);
      return outcome.done();
    }
    const parsed = parseSource(object);
    if (parsed.value !== null) return this.reconcile(parsed.value, signal);
    const message = parsed.problems.map(formatProblem).join('; ');
    const source = object as unknown as Source;
    const verdict: SourceVerdict = {
      refs: (source.status?.refs ?? []).map((ref) => ({ verified: false, ...ref })),
      now: rfc3339(this.#ports.clock.now()),
      handled: getKey(source.metadata.annotations ?? {}, names.reconcileAt),
      problem: { code: 'InvalidSpec', message, transient: false },
    };
    const written = await writeStatus(this.#ports.kube, sources, object, nextSourceStatus(source, verdict) as never);
    return written.ok ? outcome.stalled('InvalidSpec') : outcome.retry(written.error.message);
  }

  async reconcile(source: Source, signal: AbortSignal): Promise<Outcome> {
    const started = this.#ports.clock.monotonic();
    const { refs, problem } = await this.#pass(source, signal);
    if (signal.aborted) return outcome.done();
    const { clock } = this.#ports;
    const seconds = (clock.monotonic() - started) / 1000;
    this.#ports.metrics.observe('lockstep_fetch_seconds', seconds);
    const verdict: SourceVerdict = {
      refs,
      now: rfc3339(clock.now()),
      handled: getKey(source.metadata.annotations ?? {}, names.reconcileAt) ?? source.status?.lastHandledReconcileAt,
      ...(problem === undefined ? { fetched: { at: rfc3339(clock.now()), duration: `${Math.round(seconds * 1000)}ms` } } : { problem }),
    };
    await this.#tell(source, verdict);
    await this.#ports.journal.durable();
    const written = await writeStatus(
      this.#ports.kube,
      sources,
      source as unknown as KubeObject,
      nextSourceStatus(source, verdict) as never,
    );
    if (!written.ok) return outcome.retry(written.error.message);
    const interval = parseDuration(source.spec.interval) ?? 60_000;
    return source.spec.suspend ? outcome.done() : outcome.after(interval);
  }

  /**
   * Takes the revisions that the status names, as far as the mirrors hold them: after a restart Apps need not wait for the first fetch, and it brings a
   * difference instead of everything.
   */
  async restore(source: Source): Promise<void> {
    const { git } = source.spec;
    const mirror = git === undefined ? undefined : await this.#openMirror(git.url, undefined);
    if (mirror?.ok !== true) return;
    const signal = new AbortController().signal;
    for (const ref of this.#refsOf(source)) {
      const key = headKey(`${source.metadata.namespace}/${source.metadata.name}`, refText(ref));
      const asked = { ref, mirror: mirror.value, signal };
      const known = this.#heads.get(key) ?? (await this.#restore(source, asked));
      const trusted = known !== undefined && (git?.verify === undefined || known.verified);
      if (trusted) await this.#take(source, { ...asked, key }, known);
    }
  }

  /** Brings the mirror up to date; what comes of it is nobody's business yet. */
  async fetchOnly(source: Source, signal: AbortSignal): Promise<void> {
    const { git, suspend } = source.spec;
    const auth = git === undefined || suspend ? undefined : await authOf(source, this.#ports.kube, this.#catalogue());
    if (git === undefined || auth?.ok !== true) return;
    const mirror = await this.#openMirror(git.url, auth.value);
    if (mirror.ok) await mirror.value.fetch(git.ref ?? {}, signal);
  }

  #openMirror(url: string, auth: GitAuth | undefined): ReturnType<GitMirrors['open']> {
    return this.#ports.mirrors.open({ url, timeout: fetchTimeout, ...(auth === undefined ? {} : { auth }) });
  }

  /** A change of verdict is an event; the same verdict again is not. */
  async #tell(source: Source, { problem, refs }: SourceVerdict): Promise<void> {
    const ready = source.status?.conditions?.find(({ type }) => type === 'Ready');
    if (problem !== undefined && (ready?.reason !== problem.code || ready.message !== problem.message)) {
      this.#ports.journal.record(source as unknown as KubeObject, {
        type: problem.code,
        message: problem.message,
        warning: true,
        step: problem.message,
      });
    }
    for (const { ref, revision } of refs) {
      if (source.status?.refs?.some((old) => old.ref === ref && old.revision === revision) === true) continue;
      const head = this.#heads.get(headKey(`${source.metadata.namespace}/${source.metadata.name}`, ref));
      const commit = head === undefined ? undefined : await commitNote(head.mirror, head.revision.commit);
      this.#ports.journal.record(source as unknown as KubeObject, {
        type: 'Fetched',
        message: `${ref} is ${revision}`,
        revision,
        step: ref,
        ...(commit === undefined ? {} : { commit, actor: commit.author }),
      });
    }
  }

  async #pass(source: Source, signal: AbortSignal): Promise<{ readonly refs: readonly RefState[]; readonly problem?: Problem }> {
    const known = (source.status?.refs ?? []).map((ref) => ({ verified: false, ...ref }));
    const auth = await authOf(source, this.#ports.kube, this.#catalogue());
    if (!auth.ok) return { refs: known, problem: { ...auth.error, transient: true } };
    const git = source.spec.git;
    if (git === undefined) return this.#chartSources.pass(source, { auth: auth.value, rule: await this.#chartRule(source) }, signal);
    const mirror = await this.#openMirror(git.url, auth.value);
    if (!mirror.ok) return { refs: known, problem: gitProblem(mirror.error) };
    const results: RefResult[] = [];
    for (const ref of this.#refsOf(source)) results.push(await this.#one(source, { ref, mirror: mirror.value, signal }));
    const refs = results.flatMap(({ state }) => (state === undefined ? [] : [state]));
    const problem = results.find((result) => result.problem !== undefined)?.problem;
    return { refs, ...(problem === undefined ? {} : { problem }) };
  }

  async #chartRule(source: Source): Promise<ChartRule> {
    const trust = await chartTrustOf(source, this.#ports.kube);
    return trust.ok ? { trust: trust.value } : { problem: { ...trust.error, transient: trust.error.code !== 'Unsupported' } };
  }

  /** The Source's own ref first, then those that Apps ask for. */
  #refsOf(source: Source): readonly (GitRefSpec | undefined)[] {
    const own = source.spec.git?.ref;
    const key = `${source.metadata.namespace}/${source.metadata.name}`;
    const others = this.#heads.wanted(key).filter((ref) => ref.chart === undefined && refText(ref) !== refText(own));
    return [own, ...others];
  }

  async #one(source: Source, asked: Asked): Promise<RefResult> {
    const key = headKey(`${source.metadata.namespace}/${source.metadata.name}`, refText(asked.ref));
    const old = this.#heads.get(key) ?? (await this.#restore(source, asked));
    const found = source.spec.suspend ? undefined : await asked.mirror.fetch(asked.ref ?? {}, asked.signal);
    if (found === undefined) return old === undefined ? {} : this.#take(source, { ...asked, key }, old);
    if (!found.ok)
      return { ...(old === undefined ? {} : await this.#take(source, { ...asked, key }, old)), problem: gitProblem(found.error) };
    if (old?.revision.commit === found.value.commit) return this.#take(source, { ...asked, key }, old);
    const refused = await this.#refuse(source, { ...asked, revision: found.value, old });
    if (refused.problem !== undefined)
      return { ...(old === undefined ? {} : await this.#take(source, { ...asked, key }, old)), problem: refused.problem };
    const head = { revision: found.value, mirror: asked.mirror, at: rfc3339(this.#ports.clock.now()), verified: refused.verified };
    return this.#take(source, { ...asked, key }, head);
  }

  /** After a restart: the revision that status names, from the mirror, even while the remote is away or its history was rewritten (S17). */
  async #restore(source: Source, { ref, mirror }: Asked): Promise<Head | undefined> {
    const stored = source.status?.refs?.find((state) => state.ref === refText(ref));
    const commit = /@?sha(?:1|256):([0-9a-f]{40,64})$/.exec(stored?.revision ?? '')?.[1];
    if (stored === undefined || commit === undefined) return undefined;
    const found = await mirror.resolve({ commit });
    if (!found.ok) return undefined;
    return { revision: { ...found.value, name: stored.revision }, mirror, at: stored.at, verified: stored.verified ?? false };
  }

  /** Why the new revision is not taken: an unsigned one, or a rewritten history that is held. */
  async #refuse(
    source: Source,
    { revision, old, mirror, ref }: Asked & { readonly revision: GitRevision; readonly old: Head | undefined },
  ): Promise<{
    readonly problem?: Problem;
    readonly verified: boolean;
  }> {
    const git = source.spec.git;
    if (git === undefined) return { verified: false };
    const branch = ref?.tag === undefined && ref?.semver === undefined && ref?.commit === undefined;
    if (old !== undefined && branch && onRewrite(git) === 'hold' && !this.#asked(source)) {
      const descends = await mirror.isAncestor(old.revision.commit, revision.commit);
      if (descends.ok && !descends.value) {
        const message = `history was rewritten: ${revision.name} does not contain ${old.revision.name}, which is kept`;
        return { verified: false, problem: { code: 'HistoryRewritten', message, transient: true } };
      }
    }
    if (git.verify === undefined) return { verified: false };
    const keys = await verifyKeysOf(source, this.#ports.kube);
    if (!keys.ok) return { verified: false, problem: { ...keys.error, transient: true } };
    const target = git.verify.mode === 'tag' ? { tag: revision.ref.replace('refs/tags/', '') } : { commit: revision.commit };
    const checked = await mirror.verify(target, keys.value);
    return checked.ok ? { verified: true } : { verified: false, problem: gitProblem(checked.error) };
  }

  /** A person asking for a run takes a rewritten history (the hint of HistoryRewritten says so). */
  #asked(source: Source): boolean {
    const token = getKey(source.metadata.annotations ?? {}, names.reconcileAt);
    return token !== undefined && token !== source.status?.lastHandledReconcileAt;
  }

  /** Pins the revision, then lets everybody see it. */
  async #take(source: Source, { key, mirror, ref }: Asked & { readonly key: string }, head: Head): Promise<RefResult> {
    const state: RefState = { ref: refText(ref), revision: head.revision.name, verified: head.verified, at: head.at };
    const before = this.#heads.get(key);
    if (before?.revision.commit === head.revision.commit) return { state };
    const kept = await mirror.keep(
      `${source.metadata.uid ?? key}/${refText(ref).replaceAll(/[^A-Za-z0-9/._-]/g, '_')}`,
      head.revision.commit,
    );
    if (!kept.ok) return { state, problem: gitProblem(kept.error) };
    const diffed = before === undefined ? undefined : await diffTrees(mirror, before.revision.commit, head.revision.commit);
    const diff = diffed?.ok === true ? diffed.value : undefined;
    const links = before === undefined ? await holdsLinks(mirror, head.revision.commit) : before.links === true || diff?.links !== false;
    this.#heads.move({ key, before, after: { ...head, links }, diff: diff === undefined ? undefined : { ...diff, links } });
    return { state };
  }
}

interface Asked {
  readonly ref: GitRefSpec | undefined;
  readonly mirror: GitMirror;
  readonly signal: AbortSignal;
}

async function holdsLinks(mirror: GitMirror, commit: string): Promise<boolean> {
  const listed = await mirror.list(commit, '', { recursive: true });
  return !listed.ok || listed.value?.entries.some(({ type }) => type === 'symlink') === true;
}

const gitProblem = (error: GitError): Problem => {
  const { code, transient } = gitReason(error.code);
  return { code, transient, message: error.hint === undefined ? error.message : `${error.message} (${error.hint})` };
};
