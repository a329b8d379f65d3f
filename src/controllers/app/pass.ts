/** One pass over one App once it is known what it should be: plan, write ahead, act, assess, and say what came of it. */
import { type App, type Drift, type ReasonCode, getCondition, names, parseDuration, reasons } from '../../api/index.ts';
import { type KubeObject, getKey, parseApiVersion, refKey } from '../../core/object/index.ts';
import { type InventoryEntry, type Plan, type PlanItem, type Policy, type Seen, isQuiet, isRun } from '../../core/plan/index.ts';
import type { AppId } from '../../core/plan/owner/index.ts';
import { moveAllowed, replacedApp } from '../../core/plan/marks/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import { healthOf } from '../../core/health/index.ts';
import type { KubeClient, KubeError } from '../../ports/index.ts';
import { rfc3339 } from '../time.ts';
import { type ActResult, act } from './act.ts';
import { type Worst, assessHealth, driftOf } from './assess.ts';
import { isExhausted } from './backoff.ts';
import type { Served } from './cluster.ts';
import { Healer } from './heal.ts';
import { type InventoryState, inventoryDigest, writeInventory } from './inventory.ts';
import { movedObjects } from './moves.ts';
import type { Parts, Settings } from './parts.ts';
import { type Planned, isFailure } from './planner.ts';
import { conclude } from './conclude.ts';
import { type Hold, type Target, type TargetRequest, isHold } from './targets.ts';
import type { Findings, Verdict } from './verdict.ts';

/** Everything `prepare` found; the pass goes on from here. */
export interface Pass {
  readonly request: TargetRequest;
  readonly owner: AppId;
  readonly client: KubeClient;
  readonly user: string;
  readonly served: Served;
  readonly inventory: InventoryState;
  readonly cluster: string;
  /** False while a lost inventory is not rebuilt whole: nothing may be pruned (S6). */
  readonly whole: boolean;
}

export type Next =
  | { readonly kind: 'done' }
  | { readonly kind: 'after'; readonly ms: number }
  | { readonly kind: 'waiting'; readonly topics: readonly string[]; readonly atLatest?: number }
  | { readonly kind: 'retry'; readonly notBefore?: number };

export type PassEnd =
  | { readonly kind: 'end'; readonly verdict: Verdict; readonly findings: Findings; readonly next: Next }
  | { readonly kind: 'failed'; readonly error: KubeError }
  /** Nothing to say yet. */
  | { readonly kind: 'quiet'; readonly topics: readonly string[] };

const nothingFound: Findings = { applied: false, drift: [], contested: [] };

/** Ends a pass before it began. */
export function stop(
  reason: ReasonCode,
  message: string,
  options: { readonly moving?: boolean; readonly topics?: readonly string[]; readonly after?: number } = {},
): PassEnd {
  const verdict: Verdict = {
    phase: options.moving === true ? 'Waiting' : 'Refused',
    ready: 'False',
    reason,
    message,
    moving: options.moving === true,
  };
  const next: Next =
    options.topics === undefined
      ? options.after === undefined
        ? { kind: 'done' }
        : { kind: 'after', ms: options.after }
      : { kind: 'waiting', topics: options.topics };
  return { kind: 'end', verdict, findings: nothingFound, next };
}

/** A plan and what became of it. */
export interface Done {
  readonly planned: Planned;
  readonly result: ActResult | undefined;
  readonly inventory: InventoryState;
}

const mostRounds = 6;

export class PassRunner {
  readonly #parts: Parts;
  readonly #settings: Settings;
  readonly #healer: Healer;

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#healer = new Healer(parts);
  }

  /** Carries out the target; or, while it is held back, heals what was applied last. */
  async run(pass: Pass, wanted: Target | Hold): Promise<PassEnd> {
    if (isHold(wanted)) return this.#held(pass, wanted);
    const done = await this.#carryOut(pass, wanted);
    if ('failed' in done) return { kind: 'failed', error: done.failed };
    const refusal = done.planned.plan.refused[0];
    if (refusal !== undefined && wanted.cause !== 'drift') {
      const code = refusal.code in reasons ? (refusal.code as ReasonCode) : 'ApplyFailed';
      const message = done.planned.plan.refused
        .map((reason) => reason.message + (reason.hint === undefined ? '' : ` (${reason.hint})`))
        .join('; ');
      const topics = waits.has(refusal.code) ? [] : undefined;
      const hold: Hold = {
        code,
        message,
        problems: [],
        transient: waits.has(refusal.code),
        newest: wanted.render,
        ...(topics === undefined ? {} : { topics }),
      };
      return this.#held(pass, hold, done.planned.plan);
    }
    return this.#end(pass, wanted, done);
  }

  /** The newest revision cannot or may not be applied: what runs is kept as it was applied, and the reason is told. */
  async #held(pass: Pass, hold: Hold, refused?: Plan): Promise<PassEnd> {
    const { request } = pass;
    const target = await this.#parts.targets.lastApplied(request, hold);
    if (!waits.has(hold.code)) this.#parts.registry.settled(request.record);
    else this.#parts.registry.waitFor(request.record.key);
    const done = target === undefined ? undefined : await this.#carryOut(pass, target);
    if (done !== undefined && 'failed' in done) return { kind: 'failed', error: done.failed };
    const drift = done === undefined ? [] : this.#driftOf(pass, done);
    const health = done === undefined ? undefined : this.#health(pass, done);
    const findings: Findings = {
      ...nothingFound,
      ...(hold.newest === undefined ? {} : { render: hold.newest }),
      ...(refused === undefined ? {} : { plan: refused }),
      ...(health === undefined ? {} : { health }),
      drift,
      ...this.#common(pass, done?.inventory ?? pass.inventory),
    };
    const why = hold.problems.map((problem) => ({
      reason: problem.code,
      message: formatProblem(problem),
      ...(problem.file === undefined
        ? {}
        : { file: [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':') }),
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    }));
    const verdict: Verdict = {
      phase: hold.transient ? 'Waiting' : hold.newest === undefined ? 'Failed' : 'Refused',
      ready: 'False',
      reason: hold.code,
      message: hold.message,
      moving: hold.transient,
      ...(why.length === 0 ? {} : { why }),
    };
    const next: Next =
      hold.topics !== undefined && hold.topics.length > 0
        ? { kind: 'waiting', topics: hold.topics }
        : hold.newest === undefined
          ? { kind: 'done' }
          : { kind: 'retry' };
    return { kind: 'end', verdict, findings, next };
  }

  /** Plans and acts until there is nothing to look at again (a CRD established in this pass makes its kind known). */
  async #carryOut(pass: Pass, target: Target): Promise<Done | { readonly failed: KubeError }> {
    let { served, inventory } = pass;
    for (let round = 1; ; round += 1) {
      const planned = await this.#plan({ ...pass, served, inventory }, target);
      if (isFailure(planned)) return planned;
      this.#verifyKept(pass, planned);
      if (!this.#mayAct(pass, planned.plan)) return { planned, result: undefined, inventory };
      const ahead = await this.#writeAhead({ ...pass, inventory }, planned);
      if ('failed' in ahead) return ahead;
      inventory = ahead;
      const result = await this.#act({ ...pass, served }, target, planned);
      const shrunk = await this.#shrink({ ...pass, inventory }, planned, result);
      if ('failed' in shrunk) return shrunk;
      inventory = shrunk;
      if (!result.replan || round >= mostRounds) return { planned, result, inventory };
      const again = await this.#parts.cluster.served({ refresh: true });
      if (!again.ok) return { failed: again.error };
      served = again.value;
    }
  }

  #mayAct({ request }: Pass, plan: Plan): boolean {
    return !isSuspended(request.app, this.#parts.ports.clock.now()) && (plan.refused.length === 0 || plan.cause === 'drift');
  }

  async #plan(pass: Pass, target: Target): ReturnType<Parts['planner']['plan']> {
    const { app, memory } = pass.request;
    const moved = movedObjects(app, target.objects, pass.inventory.entries);
    const held: Target = pass.whole
      ? target
      : { ...target, hold: target.hold ?? { code: 'InventoryLost', message: '', problems: [], transient: true } };
    const planned = await this.#parts.planner.plan({
      app,
      owner: pass.owner,
      target: held,
      inventory: pass.inventory.entries,
      memory,
      access: { client: pass.client, served: pass.served, live: this.#parts.live },
      policy: this.#policy(app),
    });
    if (isFailure(planned) || moved === undefined || moveAllowed(app as unknown as KubeObject)) return planned;
    return { ...planned, plan: { ...planned.plan, refused: [...planned.plan.refused, moved] } };
  }

  #policy(app: App): Policy {
    const { sync } = app.spec;
    const replaces = replacedApp(app as unknown as KubeObject);
    const resumed = app.spec.suspend && app.spec.suspendUntil !== undefined;
    return {
      approve: resumed && sync.approve === 'never' ? 'prune' : sync.approve,
      engine: this.#settings.onEngineChange,
      prune: sync.prune,
      adopt: sync.adopt,
      recreate: sync.recreate,
      heal: sync.heal,
      approved: this.#approved(app),
      ...(replaces === undefined ? {} : { replaces }),
    };
  }

  #approved(app: App): ReadonlySet<string> {
    const found = new Set<string>();
    const now = this.#parts.ports.clock.now();
    for (const object of this.#parts.approvals.byIndex('app', app.metadata.uid ?? '')) {
      const spec = object['spec'] as { readonly plan?: string; readonly expires?: string } | undefined;
      if (spec?.plan !== undefined && (spec.expires === undefined || Date.parse(spec.expires) > now)) found.add(spec.plan);
    }
    return found;
  }

  #verifyKept({ request }: Pass, { plan, seen, digests }: Planned): void {
    for (const item of plan.items) {
      const key = refKey(item.ref);
      const live = seen.get(key)?.live;
      const digest = digests.get(key);
      if (item.operation === 'keep' && live !== null && live !== undefined && digest !== undefined)
        request.memory.verify(key, live, digest);
    }
  }

  /** S6: old ∪ new is durable before the first write. */
  async #writeAhead(pass: Pass, { plan, made, manifests }: Planned): Promise<InventoryState | { readonly failed: KubeError }> {
    const entries = new Map(pass.inventory.entries.map((entry) => [refKey(entry), entry]));
    for (const item of plan.items) {
      const key = refKey(item.ref);
      if (!item.owned || item.after === undefined || item.waits || entries.has(key)) continue;
      const version = parseApiVersion(manifests.get(key)?.apiVersion ?? item.apiVersion).version;
      entries.set(key, { ...item.ref, version, ...(made.includes(key) ? { origin: 'createNamespace' as const } : {}) });
    }
    return this.#store(pass, [...entries.values()]);
  }

  async #store(pass: Pass, entries: readonly InventoryEntry[]): Promise<InventoryState | { readonly failed: KubeError }> {
    const written = await writeInventory(pass.request.app, { entries, cluster: pass.cluster }, pass.inventory, this.#parts.cluster.kube);
    if (!written.ok) {
      pass.request.memory.inventory = undefined;
      return { failed: written.error };
    }
    pass.request.memory.inventory = written.value;
    return written.value;
  }

  async #act(pass: Pass, target: Target, { plan, manifests, seen, digests }: Planned): Promise<ActResult> {
    const { request } = pass;
    const now = this.#parts.ports.clock.now();
    const allowed = this.#healer.pace(plan, request.memory);
    const { sync } = request.app.spec;
    const careful = sync.pruneLast || moveAllowed(request.app as unknown as KubeObject);
    const items = careful && allowed.items.some(({ operation }) => operation === 'prune') ? allowed.items.map(gated) : allowed.items;
    const checks = this.#settings.checksOf(request.app);
    const living = [...seen].flatMap(([key, { live }]) => (live === null ? [] : [[key, live] as const]));
    const result = await act(
      { ...allowed, items },
      {
        client: pass.client,
        served: pass.served,
        live: this.#parts.live,
        manifests,
        seen: new Map(living),
        rules: {
          force: sync.conflicts !== 'fail',
          propagation: propagations[sync.prunePropagation],
          superseded: this.#settings.superseded,
          gates: target.cause === 'drift' && !careful ? 'pass' : 'hold',
          ready: (object) => isReady(healthOf(object, { now, checks }).state),
        },
      },
    );
    for (const [key, object] of result.results) request.memory.verify(key, object, digests.get(key) ?? '');
    this.#healer.record({ app: request.app, plan, seen, result, memory: request.memory, revision: target.render.revision });
    return result;
  }

  /** The inventory shrinks only after a confirmed delete or a transfer that took place; finished runs are noted (S10). */
  async #shrink(pass: Pass, { plan }: Planned, result: ActResult): Promise<InventoryState | { readonly failed: KubeError }> {
    const leaving = new Set(plan.items.filter((item) => !item.owned && item.operation !== 'prune').map(({ ref }) => refKey(ref)));
    for (const item of plan.items) {
      const key = refKey(item.ref);
      if (item.operation === 'prune' && result.pruned.includes(key) && !result.waiting.some((text) => text.startsWith(formatGone(item))))
        leaving.add(key);
    }
    const done = new Map(plan.items.filter((item) => this.#finished(item, pass)).map((item) => [refKey(item.ref), item.after]));
    const entries = pass.inventory.entries
      .filter((entry) => !leaving.has(refKey(entry)))
      .map((entry) => {
        const digest = done.get(refKey(entry));
        return digest === undefined || entry.digest === digest ? entry : { ...entry, digest };
      });
    return this.#store(pass, entries);
  }

  #finished(item: PlanItem, pass: Pass): boolean {
    if (!isRun(item.ref) || item.operation !== 'keep') return false;
    const live = this.#living(pass, item);
    return live !== null && isOver(live);
  }

  #living(pass: Pass, item: PlanItem): KubeObject | null {
    return this.#parts.live.peek(pass.served.findKind(item.ref), item.ref);
  }

  #health(pass: Pass, { planned }: Done): Worst {
    const { app } = pass.request;
    return assessHealth(planned.plan, {
      now: this.#parts.ports.clock.now(),
      checks: this.#settings.checksOf(app),
      live: (item) => this.#living(pass, item) ?? planned.seen.get(refKey(item.ref))?.live ?? null,
      manifest: (key) => planned.manifests.get(key),
    });
  }

  /** What differs and was not put back in this pass. */
  #driftOf({ request }: Pass, { planned, result }: Done): readonly Drift[] {
    const at = rfc3339(this.#parts.ports.clock.now());
    const written = new Set(result?.written ?? []);
    const items = planned.plan.items.filter(({ ref }) => !written.has(refKey(ref)));
    const drift = driftOf({ ...planned.plan, items }, (item) => planned.seen.get(refKey(item.ref))?.live ?? null, at);
    this.#healer.detected({ app: request.app, drift, plan: planned.plan });
    return drift;
  }

  #common(pass: Pass, inventory: InventoryState): Pick<Findings, 'contested' | 'inventory' | 'stale'> {
    const { request, cluster } = pass;
    const contested = [...request.memory.contests.values()].flat();
    const { entries } = inventory;
    const stale = this.#staleSource(request.app);
    return {
      contested,
      inventory: { count: entries.length, digest: inventoryDigest(entries), cluster },
      ...(stale === undefined ? {} : { stale }),
    };
  }

  #staleSource(app: App): Findings['stale'] {
    const object = this.#parts.sources.get(app.metadata.namespace, app.spec.source.name);
    const fresh = getCondition((object as unknown as { status?: App['status'] } | undefined)?.status?.conditions, 'SourceFresh');
    return fresh?.status === 'False' ? { since: fresh.lastTransitionTime, message: fresh.message } : undefined;
  }

  async #end(pass: Pass, target: Target, done: Done): Promise<PassEnd> {
    const { app, memory, record } = pass.request;
    const health = this.#health(pass, done);
    const drift = this.#driftOf(pass, done);
    const ended = conclude({ app, target, done, health, memory, clock: this.#parts.ports.clock, drift });
    if (ended.applied) {
      memory.applied = target.render;
      await this.#newlyApplied(pass, target, done);
    }
    if (ended.settled) this.#parts.registry.settled(record);
    if (ended.waitsForApps) this.#parts.registry.waitFor(record.key);
    if (done.result?.failures.some(({ code }) => code === 'Forbidden') === true) this.#parts.identities.forget(pass.user);
    const findings: Findings = {
      render: target.render,
      plan: done.planned.plan,
      applied: ended.applied,
      health,
      drift,
      images: ended.images,
      ...this.#common(pass, done.inventory),
    };
    const exhausted = ended.next.kind === 'retry' && isExhausted(app.spec.sync.retry, memory.failures + 1);
    const verdict = exhausted ? { ...ended.verdict, reason: 'RetriesExhausted' as const, moving: false } : ended.verdict;
    return { kind: 'end', verdict, findings, next: exhausted ? { kind: 'done' } : ended.next };
  }

  /** S17: the applied commit is pinned by a ref of our own. */
  async #newlyApplied(pass: Pass, target: Target, done: Done): Promise<void> {
    const { app, head } = pass.request;
    if (app.status?.applied?.digest === target.render.digest && app.status.applied.renderKey === target.render.renderKey) return;
    await head.mirror.keep(`app/${app.metadata.uid ?? ''}`, target.render.commit);
    if (!isQuiet(done.planned.plan) || app.status?.applied?.digest !== target.render.digest) this.#healer.applied(app, target, done);
  }
}

/** Refusals that another App's pass, or time, resolves. */
const waits = new Set(['WaitingForOwner', 'DiscoveryFailed', 'DependencyNotReady', 'NamespaceMissing', 'UnknownKind']);

const propagations = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

const gated = (item: PlanItem): PlanItem => (item.after === undefined ? item : { ...item, gate: true });

const isReady = (state: string): boolean => state === 'Healthy' || state === 'Suspended';

const formatGone = (item: PlanItem): string =>
  `${[item.ref.kind, item.ref.namespace, item.ref.name].filter((part) => part !== '').join('/')} to be gone`;

/** A Job that completed or failed for good, a Pod that ended. */
function isOver(live: KubeObject): boolean {
  const status = live['status'] as
    { readonly conditions?: readonly { readonly type: string; readonly status: string }[]; readonly phase?: string } | undefined;
  const ended = status?.conditions?.some(({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True');
  return ended === true || status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** S19; a moment in `suspendUntil` ends it by itself, and a token `once:…` runs one pass all the same. */
export function isSuspended(app: App, now: number): boolean {
  if (!app.spec.suspend) return false;
  const until = app.spec.suspendUntil;
  if (until !== undefined && Date.parse(until) <= now) return false;
  const token = getKey(app.metadata.annotations ?? {}, names.reconcileAt);
  return token === undefined || !token.startsWith('once:') || token === app.status?.lastHandledReconcileAt;
}

export const healthTimeout = (app: App): number => parseDuration(app.spec.health.timeout) ?? 300_000;

/** For the planner: which Seen states were read. */
export type SeenMap = ReadonlyMap<string, Seen>;
