/** Observe and decide for one target: manifests made ready, living objects read, differences foretold, guards asked, one plan. */
import { type App, type IgnoreRule } from '../../api/index.ts';
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../core/object/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import {
  type Desired,
  type InventoryEntry,
  type Plan,
  type Policy,
  type Reason,
  type Seen,
  type WantedObject,
  decide,
  isRun,
} from '../../core/plan/index.ts';
import { type AppId, appKey } from '../../core/plan/owner/index.ts';
import type { KubeClient, KubeError } from '../../ports/index.ts';
import type { Served } from './cluster.ts';
import type { LiveObjects } from './live.ts';
import { type Yield, createdNamespace, ignoredPointers, scalerOf, stamp, yieldFields, yieldedReplicas } from './manifests.ts';
import type { AppMemory } from './memory.ts';
import { type ObserveFailure, type ObserveRequest, predictAll, readHolds, readLive } from './observe.ts';
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
}

export interface PlannerSettings {
  readonly maskKey: Uint8Array;
  /** Keys of objects that no App may prune (S3c). */
  readonly protectedKeys: (app: App) => ReadonlySet<string>;
  /** Scale targets of living autoscalers: `Kind/namespace/name` → `HorizontalPodAutoscaler web`. */
  readonly scaleTargets: (wanted: readonly KubeObject[]) => ReadonlyMap<string, string>;
  /** Whether an ignore rule's CEL holds for a living object. */
  readonly ruleHolds: (rule: IgnoreRule, live: KubeObject) => boolean;
}

export const isFailure = <T extends object>(value: T | ObserveFailure): value is ObserveFailure => 'failed' in value;

export class Planner {
  readonly #registry: Registry;
  readonly #settings: PlannerSettings;

  constructor(registry: Registry, settings: PlannerSettings) {
    this.#registry = registry;
    this.#settings = settings;
  }

  async plan(request: PlanRequest): Promise<Planned | { readonly failed: KubeError }> {
    const { app, target, inventory, access } = request;
    const made = createdNamespace(app, target.objects);
    const objects = made === undefined ? target.objects : [made, ...target.objects];
    const observe = this.#observeRequest(request);
    const live = await readLive(refsOf(objects, inventory), observe);
    if (isFailure(live)) return live;
    const { sent, warnings } = this.#prepare(request, objects, live);
    const seen = await predictAll(
      sent.map(({ item, stamped }) => ({ item: { ...item, digest: digestOfSent(item, stamped) }, stamped })),
      live,
      observe,
    );
    if (isFailure(seen)) return seen;
    const wanted = new Set(objects.map(({ object }) => refKey(refOf(object))));
    const leaving = inventory.filter((entry) => !wanted.has(refKey(entry)));
    const holds = await readHolds(leaving, seen, access);
    if (holds !== undefined) return holds;
    const plan = decide(this.#desired(request, objects), this.#observed(request, seen), request.policy);
    return {
      plan: warnings.length === 0 ? plan : { ...plan, warnings },
      manifests: new Map(sent.map(({ item, stamped }) => [refKey(refOf(item.object)), stamped])),
      digests: new Map(sent.map(({ item, stamped }) => [refKey(refOf(item.object)), digestOfSent(item, stamped)])),
      seen,
      made: made === undefined ? [] : [refKey(refOf(made.object))],
    };
  }

  #observeRequest({ app, memory, access }: PlanRequest): ObserveRequest {
    return {
      ...access,
      maskKey: this.#settings.maskKey,
      force: app.spec.sync.conflicts !== 'fail',
      verified: (object, digest) => memory.isVerified(refKey(refOf(object)), object, digest),
    };
  }

  #desired({ app, owner, target }: PlanRequest, objects: readonly WantedObject[]): Desired {
    return {
      app: owner,
      uid: app.metadata.uid ?? '',
      createdAt: Date.parse(app.metadata.creationTimestamp ?? '') || 0,
      revision: target.render.revision,
      cause: target.cause,
      objects,
      incomplete: target.hold !== undefined,
    };
  }

  #observed({ app, inventory }: PlanRequest, seen: ReadonlyMap<string, Seen>): Parameters<typeof decide>[1] {
    return {
      objects: seen,
      inventory,
      claims: this.#registry.viewOf(appKey({ namespace: app.metadata.namespace, name: app.metadata.name })),
      protectedKeys: this.#settings.protectedKeys(app),
    };
  }

  /** What is sent for each wanted object, with the fields that are left to others (S8). */
  #prepare(request: PlanRequest, objects: readonly WantedObject[], live: ReadonlyMap<string, Seen>): Prepared {
    const targets = this.#settings.scaleTargets(objects.map(({ object }) => object));
    const warnings: Reason[] = [];
    const sent = objects.map((item) => {
      const key = refKey(refOf(item.object));
      const there = live.get(key)?.live ?? null;
      const yields = [...this.#ignored(request.app, item.object, there), ...(request.memory.yields.get(key) ?? [])];
      const scaler = scalerOf(item.object, targets);
      if (scaler !== undefined) {
        yields.push({ pointer: '/spec/replicas', atCreate: 'omit' });
        warnings.push(yieldedReplicas(item.object, scaler));
      }
      const object = yields.length === 0 ? item.object : yieldFields(item.object, there, yields);
      return { item, stamped: stamp(item, object, request.owner) };
    });
    return { sent, warnings };
  }

  #ignored(app: App, object: KubeObject, live: KubeObject | null): readonly Yield[] {
    const rules = app.spec.sync.ignore ?? [];
    if (rules.length === 0) return [];
    return ignoredPointers(object, rules, (rule) => live !== null && this.#settings.ruleHolds(rule, live));
  }
}

interface Prepared {
  readonly sent: readonly { readonly item: WantedObject; readonly stamped: KubeObject }[];
  readonly warnings: readonly Reason[];
}

/** A manifest whose fields were left to others is another one than was rendered; runs are told apart by the rendered one (S10). */
const digestOfSent = (item: WantedObject, stamped: KubeObject): string => {
  const untouched = stamped['spec'] === item.object['spec'] && stamped['data'] === item.object['data'];
  return untouched || isRun(refOf(item.object)) ? item.digest : digestOf(stamped);
};

function refsOf(
  objects: readonly WantedObject[],
  inventory: readonly InventoryEntry[],
): readonly { readonly ref: ObjectRef; readonly object?: KubeObject }[] {
  const found = new Map<string, { readonly ref: ObjectRef; readonly object?: KubeObject }>();
  for (const entry of inventory)
    found.set(refKey(entry), { ref: { group: entry.group, kind: entry.kind, namespace: entry.namespace, name: entry.name } });
  for (const { object } of objects) found.set(refKey(refOf(object)), { ref: refOf(object), object });
  return [...found.values()];
}
