/** Carries a target out: plan, write ahead, act, shrink; and again when what was done made more known (a CRD established in this pass). */
import type { App } from '../../api/index.ts';
import { healthOf } from '../../core/health/index.ts';
import { type KubeObject, parseApiVersion, refKey, refOf } from '../../core/object/index.ts';
import { moveAllowed } from '../../core/plan/marks/index.ts';
import { type InventoryEntry, type Plan, type PlanItem, type Reason, countPlan, isRun, itemDigest } from '../../core/plan/index.ts';
import { finishOf } from '../../core/release/hooks/index.ts';
import type { KubeError } from '../../ports/index.ts';
import { type ActResult, type ActRules, act } from './act.ts';
import { approvedPlans } from './approvals.ts';
import type { Healer } from './heal.ts';
import { rememberPruned } from './returned.ts';
import { inventoryNow, type InventoryState, placeIn, writeInventory } from './inventory.ts';
import { managerOf } from './managers.ts';
import type { AppMemory } from './memory.ts';
import { movedObjects } from './moves.ts';
import type { Parts, Settings } from './parts.ts';
import type { Done, Pass } from './pass-end.ts';
import { type Planned, isFailure } from './planner.ts';
import { policyOf } from './policy.ts';
import { isSuspended } from './suspend.ts';
import type { Target } from './targets.ts';
import { prunesClosed } from './windows.ts';

const mostRounds = 6;

/** Which objects of a plan are left for now, by key. */
export interface Choice {
  /** These a newer revision has reached already. */
  readonly leave?: ReadonlySet<string>;
  /** Only these are carried out now. */
  readonly only?: (key: string) => boolean;
}

function chosen(plan: Plan, { leave, only }: Choice): Plan {
  const left = leave === undefined || leave.size === 0 ? plan : leaveAlone(plan, (item) => leave.has(refKey(item.ref)), reached);
  return only === undefined ? left : leaveAlone(left, (item) => !only(refKey(item.ref)), reached);
}

const reached = { rule: 'S15', code: 'NewerRevision', message: 'a newer revision that waits has reached this object already' };
const hooksFirst = { rule: 'S20', code: 'OldRelease', message: 'goes with the release it was part of, after the hooks of that one' };

const isPrune = ({ operation }: PlanItem): boolean => operation === 'prune';

function leaveAlone(plan: Plan, leave: (item: PlanItem) => boolean, reason: Reason): Plan {
  const left = (item: PlanItem): PlanItem => ({
    ...item,
    operation: 'skip',
    changes: [],
    owned: item.owned || isPrune(item),
    reasons: [...item.reasons, reason],
  });
  return { ...plan, items: plan.items.map((item) => (item.operation !== 'keep' && leave(item) ? left(item) : item)) };
}

export class Carrier {
  readonly #parts: Parts;
  readonly #settings: Settings;
  readonly #healer: Healer;

  constructor(parts: Parts, settings: Settings, healer: Healer) {
    this.#parts = parts;
    this.#settings = settings;
    this.#healer = healer;
  }

  /**
   * Objects of `target` that the newer revision `wanted`, carried out in part before it was interrupted and now held back, has changed or removed
   * already. Healing them by what was applied last would do them twice.
   */
  async alreadyAs(pass: Pass, target: Target, wanted: Target): Promise<ReadonlySet<string> | { readonly failed: KubeError }> {
    const planned = await this.#plan(pass, wanted);
    if (isFailure(planned)) return planned;
    const kept = planned.plan.items.filter(({ operation }) => operation === 'keep').map(({ ref }) => refKey(ref));
    const stays = new Set(planned.plan.items.filter(({ operation }) => operation !== 'prune').map(({ ref }) => refKey(ref)));
    const removed = target.objects.map(({ object }) => refKey(refOf(object))).filter((key) => !stays.has(key));
    return new Set([...kept, ...removed]);
  }

  /**
   * Plans and acts until there is nothing to look at again (a CRD established in this pass makes its kind known). Objects in `leave` are not touched.
   */
  async carryOut(pass: Pass, target: Target, choice: Choice = {}): Promise<Done | { readonly failed: KubeError }> {
    let { served, inventory } = pass;
    for (let round = 1; ; round += 1) {
      const made = await this.#plan({ ...pass, served, inventory }, target);
      if (isFailure(made)) return made;
      const plan = chosen(made.plan, choice);
      const planned = { ...made, plan: pass.request.memory.former.keepsOld ? leaveAlone(plan, isPrune, hooksFirst) : plan };
      pass.request.memory.plan = planned.plan;
      pass.request.memory.wanted = { objects: target.objects, secrets: target.render.secrets };
      if (round === 1) this.#tell(pass, planned.plan);
      this.#verifyKept(pass, planned);
      this.#noteApproved(pass, planned.plan);
      if (!this.#mayAct(pass, planned.plan)) return { planned, result: undefined, inventory };
      const ahead = await this.#writeAhead({ ...pass, inventory }, planned);
      if ('failed' in ahead) return ahead;
      inventory = ahead;
      const result = await this.#act({ ...pass, served }, target, { ...planned, discovery: round === 1 ? 'cached' : 'fresh' });
      const shrunk = await this.#shrink({ ...pass, inventory }, planned, result);
      if ('failed' in shrunk) return shrunk;
      inventory = shrunk;
      if (!result.replan || round >= mostRounds) return { planned, result, inventory };
      const again = await this.#parts.cluster.served({ refresh: true });
      if (!again.ok) return { failed: again.error };
      served = again.value;
    }
  }

  /** What carrying it out would do; nothing is done. */
  async preview(pass: Pass, target: Target): Promise<Done | { readonly failed: KubeError }> {
    const planned = await this.#plan(pass, target);
    if (isFailure(planned)) return planned;
    pass.request.memory.plan = planned.plan;
    this.#noteApproved(pass, planned.plan);
    return { planned, result: undefined, inventory: pass.inventory };
  }

  /** A plan that would do something is told once, before anything of it is done. */
  #tell({ request: { app } }: Pass, plan: Plan): void {
    if (plan.cause === 'drift') return;
    const { creates, changes, prunes } = countPlan(plan);
    const counts = [
      [creates, 'to create'],
      [changes, 'to change'],
      [prunes, 'to delete'],
      [plan.refused.length, 'refused'],
    ] as const;
    const message = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(', ');
    if (message === '') return;
    const { revision, digest } = plan;
    this.#parts.journal.record(app as unknown as KubeObject, {
      type: 'Planned',
      message,
      revision,
      step: digest,
      details: { plan: digest },
    });
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
      policy: policyOf(app, {
        engine: this.#settings.platform.onEngineChange,
        approved: this.#approved(app, memory),
        // A revision that is carried out was let through with its prunes.
        closed: target.cause === 'drift' ? prunesClosed(app, this.#parts.ports.clock.now()) : undefined,
      }),
    });
    if (isFailure(planned) || moved === undefined || moveAllowed(app as unknown as KubeObject)) return planned;
    return { ...planned, plan: { ...planned.plan, refused: [...planned.plan.refused, moved] } };
  }

  /** Plans a person approved, and what was decided in them. */
  #approved(app: App, memory: AppMemory): ReadonlySet<string> {
    const plans = this.#approvals(app);
    return plans.size === 0 ? plans : new Set([...plans, ...[...plans].flatMap((digest) => [...(memory.approved.get(digest) ?? [])])]);
  }

  #approvals(app: App): ReadonlySet<string> {
    return approvedPlans(this.#parts.approvals.byIndex('app', app.metadata.uid ?? ''), this.#parts.ports.clock.now());
  }

  /** What an approved plan decided stays approved while it is carried out bit by bit. */
  #noteApproved({ request: { app, memory } }: Pass, plan: Plan): void {
    if (this.#approvals(app).has(plan.digest)) memory.approved.set(plan.digest, new Set(plan.items.map(itemDigest)));
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

  /** S6: the releases that may have records are known before the first of them is made. */
  async noteReleases(pass: Pass, releases: InventoryState['releases']): Promise<Pass | { readonly failed: KubeError }> {
    const stored = await this.#store(pass, pass.inventory.entries, releases);
    return 'failed' in stored ? stored : { ...pass, inventory: stored };
  }

  async #store(
    pass: Pass,
    entries: readonly InventoryEntry[],
    releases = pass.inventory.releases,
  ): Promise<InventoryState | { readonly failed: KubeError }> {
    const written = await writeInventory(
      pass.request.app,
      { entries, releases, cluster: pass.cluster, place: placeIn(pass.request.app) },
      pass.inventory,
      this.#parts.hub,
    );
    if (!written.ok) {
      // A watch may have fallen silent: the copy it left behind would be refused again and again.
      const old = written.error.reason === 'Conflict';
      pass.request.memory.inventory = old ? await inventoryNow(pass.request.app, this.#parts.hub) : undefined;
      return { failed: written.error };
    }
    pass.request.memory.inventory = written.value;
    return written.value;
  }

  async #act(
    pass: Pass,
    target: Target,
    { plan, manifests, seen, digests, controllers, discovery }: Planned & Pick<ActRules, 'discovery'>,
  ): Promise<ActResult> {
    const { request } = pass;
    const now = this.#parts.ports.clock.now();
    const manager = managerOf(target);
    const allowed = this.#healer.pace(plan, request.memory);
    const { sync } = request.app.spec;
    const careful = sync.pruneLast || moveAllowed(request.app as unknown as KubeObject);
    const items = careful && allowed.items.some(({ operation }) => operation === 'prune') ? allowed.items.map(gated) : allowed.items;
    const checks = this.#settings.rules.checksOf(request.app);
    const living = [...seen].flatMap(([key, { live }]) => (live === null ? [] : [[key, live] as const]));
    const result = await act(
      { ...allowed, items },
      {
        client: pass.client,
        served: pass.served,
        live: this.#parts.live,
        manifests,
        controllers,
        seen: new Map(living),
        rules: {
          force: sync.conflicts === 'take',
          discovery,
          strict: sync.heal === 'strict',
          propagation: propagations[sync.prunePropagation],
          manager,
          ...(target.originals === undefined ? {} : { threeWay: { originals: target.originals, typeOf: this.#parts.typeOf } }),
          superseded: this.#settings.platform.superseded,
          gates: target.cause === 'drift' && !careful ? 'pass' : 'hold',
          ready: (object) => isReady(healthOf(object, { now, checks }).state),
        },
      },
    );
    for (const [key, object] of result.results) request.memory.verify(key, object, digests.get(key) ?? '');
    this.#healer.record({ app: request.app, plan, seen, result, memory: request.memory, revision: target.render.revision, manager });
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
    rememberPruned(
      pass.request.memory,
      pass.inventory.entries.filter((entry) => leaving.has(refKey(entry)) && result.pruned.includes(refKey(entry))),
    );
    const entries = pass.inventory.entries
      .filter((entry) => !leaving.has(refKey(entry)))
      .map((entry) => {
        const digest = done.get(refKey(entry));
        return digest === undefined || entry.digest === digest ? entry : { ...entry, digest };
      });
    // Once the inventory has forgotten it, nobody can tell any more that it was pruned.
    if (result.pruned.length > 0) await this.#parts.journal.durable();
    return this.#store(pass, entries);
  }

  #finished(item: PlanItem, pass: Pass): boolean {
    if (!isRun(item.ref) || item.operation !== 'keep') return false;
    const live = this.#parts.live.peek(pass.served.findKind(item.ref), item.ref);
    return live !== null && finishOf(live).state !== 'running';
  }
}

const propagations = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

const gated = (item: PlanItem): PlanItem => (item.after === undefined ? item : { ...item, gate: true });

const isReady = (state: string): boolean => state === 'Healthy' || state === 'Suspended';

const formatGone = (item: PlanItem): string =>
  `${[item.ref.kind, item.ref.namespace, item.ref.name].filter((part) => part !== '').join('/')} to be gone`;
