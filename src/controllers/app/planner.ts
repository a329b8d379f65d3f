/** Observe and decide for one target: manifests made ready, living objects read, differences foretold, guards asked, one plan. */
import { type App, type IgnoreRule, targetOf } from '../../api/index.ts';
import { type Gvk, type KubeObject, type ObjectRef, formatRef, refKey, refOf } from '../../core/object/index.ts';
import { ApplyCache } from '../../core/merge/apply/index.ts';
import { keyedDigestOf } from '../../core/plan/digest/index.ts';
import {
  type Desired,
  type InventoryEntry,
  type Plan,
  type PlanItem,
  type Policy,
  type Prediction,
  type Reason,
  type Seen,
  type WantedObject,
  decide,
  isRun,
} from '../../core/plan/index.ts';
import { type Problem, formatProblem, isError } from '../../core/problem/index.ts';
import { extraFields, formatSteps, stepsOfPath } from '../../core/plan/fields/index.ts';
import { type AppId, appKey, isAppRef, provenOwner, sameApp } from '../../core/plan/owner/index.ts';
import type { TypeNode } from '../../core/schema/index.ts';
import type { KubeClient, KubeError } from '../../ports/index.ts';
import type { Served } from './cluster.ts';
import { withController } from './controlled.ts';
import type { LiveObjects } from './live.ts';
import { type Yield, createdNamespace, ignoredPointers, scalerOf, stamp, yieldFields, yieldedReplicas } from './manifests.ts';
import { isPeoplesTool, managerOf } from './managers.ts';
import type { AppMemory } from './memory.ts';
import { type ObserveFailure, type ObserveRequest, predictAll, readHolds, readLive, readRequired, type ToRead } from './observe.ts';
import { mapInTurns, type Turn } from './parallel.ts';
import type { Registry } from './registry.ts';
import type { Target } from './targets.ts';

export interface PlanRequest {
  readonly app: App;
  readonly owner: AppId;
  readonly target: Target;
  readonly inventory: readonly InventoryEntry[];
  readonly memory: AppMemory;
  readonly access: Access;
  readonly policy: Policy;
}

/** As whom and through what the target cluster is seen. */
export interface Access {
  readonly client: KubeClient;
  readonly served: Served;
  readonly live: LiveObjects;
}

export interface Planned {
  readonly plan: Plan;
  /** What is sent, by object key. */
  readonly manifests: ReadonlyMap<string, KubeObject>;
  readonly seen: ReadonlyMap<string, Seen>;
  /** Digest of what is sent, by object key: what `verify` is told after an apply. */
  readonly digests: ReadonlyMap<string, string>;
  /** The Namespace of createNamespace, if it is made along the way. */
  readonly made: readonly string[];
  /** Keys of the objects that control others, by the key of the controlled one. */
  readonly controllers: ReadonlyMap<string, string>;
}

export interface PlannerSettings {
  readonly maskKey: Uint8Array;
  /** The type of a built-in kind. */
  readonly typeOf: (gvk: Gvk) => TypeNode | undefined;
  /** Keys of objects that no App may prune (S3c). */
  readonly protectedKeys: (app: App) => ReadonlySet<string>;
  /** Scale targets of living autoscalers: `Kind/namespace/name` → `HorizontalPodAutoscaler web`. */
  readonly scaleTargets: (wanted: readonly KubeObject[]) => ReadonlyMap<string, string>;
  /** What a child App owns, for the plan that removes it (S14). */
  readonly ownedBy: (app: ObjectRef) => readonly ObjectRef[];
  /** Of Apps (keys) that go for good: those that others require (S21). */
  readonly requiredBeyond: (going: ReadonlySet<string>) => ReadonlyMap<string, NonNullable<Seen['required']>>;
  /** Whether an ignore rule's CEL holds for a living object. */
  readonly ruleHolds: (rule: IgnoreRule, live: KubeObject) => boolean;
  readonly turn?: Turn;
}

/** A namespace that several Apps ask for belongs to the one that made it; the others find it there. */
function isOfAnother(live: KubeObject | null | undefined, own: AppId): boolean {
  const owner = live === null || live === undefined ? undefined : provenOwner(live);
  return owner !== undefined && !sameApp(owner, own);
}

interface Guessing {
  readonly unknown: 'guess' | 'ask';
  readonly made: WantedObject | undefined;
}

export const isFailure = <T extends object>(value: T | ObserveFailure): value is ObserveFailure => 'failed' in value;

export class Planner {
  readonly #registry: Registry;
  readonly #settings: PlannerSettings;
  readonly #cache = new ApplyCache();

  constructor(registry: Registry, settings: PlannerSettings) {
    this.#registry = registry;
    this.#settings = settings;
  }

  async plan(request: PlanRequest): Promise<Planned | { readonly failed: KubeError }> {
    const planned = await this.#plan(request, 'guess');
    return planned === 'surprise' ? ((await this.#plan(request, 'ask')) as Planned | { readonly failed: KubeError }) : planned;
  }

  async #plan(request: PlanRequest, unknown: 'guess' | 'ask'): Promise<Planned | { readonly failed: KubeError } | 'surprise'> {
    const { app, target, inventory, access } = request;
    const asked = createdNamespace(app, target.objects);
    const all = asked === undefined ? target.objects : [asked, ...target.objects];
    const observe = this.#observeRequest(request);
    const { turn } = this.#settings;
    const live = await readLive(refsOf(all, inventory, { unknown, made: asked }), observe);
    if (isFailure(live)) return live;
    const made = asked !== undefined && isOfAnother(live.seen.get(refKey(refOf(asked.object)))?.live, request.owner) ? undefined : asked;
    const objects = made === undefined ? target.objects : all;
    const { sent, warnings } = await this.#prepare(request, objects, live.seen);
    const seen = await predictAll(
      sent.map((one) => toPredict(one, this.#settings.maskKey)),
      live,
      observe,
    );
    if (seen === 'surprise' || isFailure(seen)) return seen;
    if (app.spec.sync.conflicts === 'yield' && this.#yieldConflicts(request, objects, seen)) return this.#plan(request, unknown);
    await turn?.();
    const extra = this.#extras(request, sent, seen);
    const wanted = new Set(objects.map(({ object }) => refKey(refOf(object))));
    const leaving = inventory.filter((entry) => !wanted.has(refKey(entry)));
    const holds = await readHolds(leaving, seen, access);
    if (holds !== undefined) return holds;
    readRequired(leaving, seen, this.#settings.requiredBeyond);
    await turn?.();
    const plan = decide(this.#desired(request, objects), this.#observed(request, seen), request.policy);
    await turn?.();
    return {
      plan: {
        ...plan,
        items: plan.items.map((item) => this.#withInventory(item)),
        warnings: [...warningsOf(target.render.problems), ...warnings, ...extra],
      },
      manifests: new Map(sent.map(({ item, stamped }) => [refKey(refOf(item.object)), stamped])),
      digests: new Map(sent.map(({ item, stamped }) => [refKey(refOf(item.object)), digestOfSent(item, stamped, this.#settings.maskKey)])),
      seen,
      made: made === undefined ? [] : [refKey(refOf(made.object))],
      controllers: new Map(
        objects.flatMap(({ object, controller }) =>
          controller === undefined ? [] : [[refKey(refOf(object)), refKey(controller)] as const],
        ),
      ),
    };
  }

  /** Removing an App may remove what it owns: its inventory is part of the plan (S14). */
  #withInventory(item: PlanItem): PlanItem {
    if (item.operation !== 'prune' || !isAppRef(item.ref)) return item;
    const owned = this.#settings.ownedBy(item.ref);
    if (owned.length === 0) return item;
    const names = owned.slice(0, 20).map(formatRef).join(', ');
    const message = `${formatRef(item.ref)} owns ${owned.length} objects: ${names}${owned.length > 20 ? ', …' : ''}`;
    return { ...item, reasons: [...item.reasons, { rule: 'S14', code: 'ChildInventory', message }] };
  }

  #observeRequest({ app, memory, access, target }: PlanRequest): ObserveRequest {
    return {
      ...access,
      maskKey: this.#settings.maskKey,
      secrets: target.render.secrets,
      typeOf: this.#settings.typeOf,
      ...(this.#settings.turn === undefined ? {} : { turn: this.#settings.turn }),
      cache: this.#cache,
      manager: managerOf(target),
      ...(target.originals === undefined ? {} : { originals: target.originals }),
      force: app.spec.sync.conflicts === 'take',
      verified: (object, digest) => memory.isVerified(refKey(refOf(object)), object, digest),
    };
  }

  #desired({ app, owner, target }: PlanRequest, objects: readonly WantedObject[]): Desired {
    const { release } = target.render;
    return {
      app: owner,
      uid: app.metadata.uid ?? '',
      createdAt: Date.parse(app.metadata.creationTimestamp ?? '') || 0,
      revision: target.render.revision,
      cause: target.cause,
      objects,
      incomplete: target.hold !== undefined,
      ...(target.downgrade === undefined ? {} : { downgrade: target.downgrade }),
      ...(release?.kind !== 'helm' ? {} : { release: { name: release.name, namespace: targetOf(app).namespace } }),
    };
  }

  #observed({ app, inventory }: PlanRequest, seen: ReadonlyMap<string, Seen>): Parameters<typeof decide>[1] {
    return {
      objects: seen,
      inventory,
      claims: this.#registry.viewOf(appKey(app.metadata)),
      protectedKeys: this.#settings.protectedKeys(app),
    };
  }

  /** What is sent for each wanted object, with the fields that are left to others (S8). */
  async #prepare(request: PlanRequest, objects: readonly WantedObject[], live: ReadonlyMap<string, Seen>): Promise<Prepared> {
    const targets = this.#settings.scaleTargets(objects.map(({ object }) => object));
    const warnings: Reason[] = [];
    const sent = await mapInTurns(objects, this.#settings.turn, (item) => {
      const key = refKey(refOf(item.object));
      const there = live.get(key)?.live ?? null;
      const yields = [...this.#ignored(request.app, item.object, there), ...(request.memory.yields.get(key) ?? [])];
      const scaler = scalerOf(item.object, targets);
      if (scaler !== undefined) {
        yields.push({ pointer: '/spec/replicas', atCreate: 'omit' });
        warnings.push(yieldedReplicas(item.object, scaler));
      }
      const object = yields.length === 0 ? item.object : yieldFields(item.object, there, { yields, manager: managerOf(request.target) });
      const controller = item.controller === undefined ? undefined : live.get(refKey(item.controller))?.live;
      return { item, stamped: stamp(item, withController(object, controller, there), request.owner) };
    });
    return { sent, warnings };
  }

  /** Fields that others own are left to them until the next revision. True when there are new ones, so that it has to be planned again. */
  #yieldConflicts({ memory }: PlanRequest, objects: readonly WantedObject[], seen: ReadonlyMap<string, Seen>): boolean {
    let more = false;
    for (const { object } of objects) {
      const key = refKey(refOf(object));
      const prediction = seen.get(key)?.prediction;
      if (prediction?.kind !== 'conflict') continue;
      const known = memory.yields.get(key) ?? [];
      const paths = prediction.fields.map(({ path }) => path).filter((path) => stepsOfPath(object, path) !== undefined);
      const fresh = paths.filter((path) => !known.some((each) => each.path === path));
      if (fresh.length === 0) continue;
      memory.yields.set(key, [...known, ...fresh.map((path) => ({ path, atCreate: 'keep' as const }))]);
      more = true;
    }
    return more;
  }

  /** Fields that people added beside ours: told, and with `heal: strict` taken away again (S9). */
  #extras({ app, target }: PlanRequest, sent: Prepared['sent'], seen: Map<string, Seen>): readonly Reason[] {
    const told: Reason[] = [];
    for (const { stamped } of sent) {
      const key = refKey(refOf(stamped));
      const known = seen.get(key);
      const live = known?.live;
      if (known === undefined || live === null || live === undefined) continue;
      const extra = extraFields(live, stamped, (manager) => manager !== managerOf(target) && isPeoplesTool(manager));
      if (extra.length === 0) continue;
      const paths = extra.map(formatSteps);
      const hint = 'put them into Git, or set sync.heal: strict';
      told.push({
        rule: 'S9',
        code: 'ExtraFields',
        message: `${stamped.kind} ${stamped.metadata.name ?? ''} has fields added by hand: ${paths.join(', ')}`,
        hint,
      });
      if (app.spec.sync.heal === 'strict') seen.set(key, { ...known, prediction: withExtras(known.prediction, paths) });
    }
    return told;
  }

  #ignored(app: App, object: KubeObject, live: KubeObject | null): readonly Yield[] {
    const rules = app.spec.sync.ignore ?? [];
    if (rules.length === 0) return [];
    return ignoredPointers(object, rules, (rule) => live !== null && this.#settings.ruleHolds(rule, live));
  }
}

/** What the render warns of. */
const warningsOf = (problems: readonly Problem[]): readonly Reason[] =>
  problems
    .filter((problem) => !isError(problem))
    .map((problem) => ({ rule: problem.code === 'PlainSecretInGit' ? 'S18' : 'S1', code: problem.code, message: formatProblem(problem) }));

const toPredict = ({ item, stamped }: Prepared['sent'][number], key: Uint8Array): Prepared['sent'][number] => ({
  item: { ...item, digest: digestOfSent(item, stamped, key) },
  stamped,
});

/** Values are left out: they may be anything, and nobody wrote them into Git. */
function withExtras(prediction: Prediction | undefined, paths: readonly string[]): Prediction {
  const changes = paths.map((path) => ({ path, before: '(added by hand)' }));
  if (prediction === undefined || prediction.kind === 'same') return { kind: 'differs', basis: 'local', changes };
  return prediction.kind === 'differs' ? { ...prediction, changes: [...prediction.changes, ...changes] } : prediction;
}

interface Prepared {
  readonly sent: readonly { readonly item: WantedObject; readonly stamped: KubeObject }[];
  readonly warnings: readonly Reason[];
}

/** A manifest whose fields were left to others is another one than was rendered; runs are told apart by the rendered one (S10). */
const digestOfSent = (item: WantedObject, stamped: KubeObject, key: Uint8Array): string => {
  const untouched = stamped['spec'] === item.object['spec'] && stamped['data'] === item.object['data'];
  return untouched || isRun(refOf(item.object)) ? item.digest : keyedDigestOf(stamped, key);
};

/** What no inventory names is probably not there. A namespace made for the App is shared, and probably is. */
function refsOf(objects: readonly WantedObject[], inventory: readonly InventoryEntry[], { unknown, made }: Guessing): readonly ToRead[] {
  const found = new Map<string, ToRead>();
  for (const entry of inventory)
    found.set(refKey(entry), { ref: { group: entry.group, kind: entry.kind, namespace: entry.namespace, name: entry.name } });
  for (const item of objects) {
    const ref = refOf(item.object);
    const unlikely = unknown === 'guess' && item !== made && !found.has(refKey(ref));
    found.set(refKey(ref), { ref, object: item.object, unlikely });
  }
  return [...found.values()];
}
