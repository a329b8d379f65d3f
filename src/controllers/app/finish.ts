/**
 * Deleting an App (S14). It needs the inventory and the target only: no source, no render. Without a person's word the App stays and so does everything
 * it delivered.
 */
import { type App, names, targetOf } from '../../api/index.ts';
import { type KubeObject, getKey, refKey } from '../../core/object/index.ts';
import { type Plan, type Policy, decide, remaining } from '../../core/plan/index.ts';
import type { ReasonCode } from '../../api/index.ts';
import type { Seen } from '../../core/plan/index.ts';
import { type AppId, appKey } from '../../core/plan/owner/index.ts';
import type { KubeClient, KubeError } from '../../ports/index.ts';
import { type ActResult, act } from './act.ts';
import { type Served, apps } from './cluster.ts';
import {
  deleteInventory,
  type Inventories,
  type InventoryState,
  inventoryDigest,
  isEmpty,
  placeIn,
  placeName,
  writeInventory,
} from './inventory.ts';
import { waitsOf } from './hold.ts';
import type { AppMemory } from './memory.ts';
import { type ObserveFailure, readHolds, readLive } from './observe.ts';
import type { Parts, Settings } from './parts.ts';
import { protectedFor } from './protect.ts';
import { isSuspended } from './suspend.ts';
import { mayBeRelease, placeBySpec, Removal, type RemovalEnd } from './release/removal.ts';
import { requiredBeyond } from './contracts.ts';
import { dependentsLeaving } from './dependencies.ts';
import type { Findings, Verdict } from './verdict.ts';

export type FinishEnd =
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly error: KubeError }
  | {
      readonly kind: 'stays';
      readonly verdict: Verdict;
      readonly findings: Findings;
      readonly after?: number;
      /** Nobody can delete what it owns. */ readonly nobody?: true;
    };

/** With nobody to act as, an App's objects are left after this long, so that its namespace can go. */
const patience = 600_000;
const lookAgain = 5000;

/** `move`: it is no deletion; the App lives on in another cluster. */
type Word = 'prune' | 'orphan' | 'move' | undefined;

export class Finisher {
  readonly #parts: Parts;
  readonly #settings: Settings;
  readonly #removal: Removal;

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#removal = new Removal(parts);
  }

  async finish(app: App, memory: AppMemory, { here: inventory, left }: Inventories): Promise<FinishEnd> {
    const key = appKey(app.metadata);
    if (!(app.metadata.finalizers ?? []).includes(names.finalizer)) return { kind: 'gone' };
    this.#parts.registry.retire(key);
    const word = wordOf(app);
    const elsewhere = left.filter((one) => !isEmpty(one));
    if (word === 'orphan' || (isEmpty(inventory) && elsewhere.length === 0 && !mayBeRelease(app)))
      return this.#release(app, word === 'orphan' ? [inventory, ...elsewhere] : []);
    if (isSuspended(app, this.#parts.ports.clock.now())) {
      const message = 'suspended: a suspended App deletes nothing; resume it or choose onDelete: orphan';
      return stays({ phase: 'Waiting', ready: 'False', reason: 'Suspended', message, moving: false }, inventory);
    }
    const [dependent] = word === 'prune' ? dependentsLeaving(app, this.#parts.apps.values(), this.#parts.dependencies) : [];
    if (dependent !== undefined) {
      const message = `App ${dependent} depends on it and is deleted first`;
      const verdict: Verdict = { phase: 'Waiting', ready: 'False', reason: 'Deleting', message, about: `App/${dependent}`, moving: true };
      return stays(verdict, inventory, { after: lookAgain });
    }
    return this.#inPlace({ app, memory, inventory, word, left: elsewhere });
  }

  /**
   * S4: what an App has left in this cluster, which it named before, goes under the guards of every deletion; data stays until a person says otherwise.
   * `app` names this cluster. `gone`: nothing is left, and the record of it neither.
   */
  leave(app: App, memory: AppMemory, inventory: InventoryState): Promise<FinishEnd> {
    return this.#inPlace({ app, memory, inventory: memory.inventory ?? inventory, word: 'move', left: [] });
  }

  async #inPlace(subject: Subject): Promise<FinishEnd> {
    const { app, inventory } = subject;
    const unreached = this.#parts.reach.unreached(app);
    if (unreached !== undefined) return this.#nobody(subject, unreached);
    if (this.#parts.reach.clusterOf(app) !== this.#parts.place) return { kind: 'gone' };
    const identity = await this.#parts.identities.of(app);
    if (identity.kind === 'failed') return { kind: 'failed', error: identity.error };
    if (identity.kind === 'missing') return this.#nobody(subject, { code: 'NoIdentity', message: identity.message });
    const served = await this.#parts.cluster.served();
    if (!served.ok) return { kind: 'failed', error: served.error };
    const uid = await this.#parts.cluster.uid();
    if (!uid.ok) return { kind: 'failed', error: uid.error };
    if (inventory.cluster !== '' && inventory.cluster !== uid.value) {
      const message = `what it owns is in cluster ${inventory.cluster}, but cluster ${uid.value} answers; nothing is deleted there`;
      return this.#nobody(subject, { code: 'ClusterIdentityChanged', message });
    }
    const access = { client: identity.client, served: served.value };
    if (inventory.entries.length === 0 && subject.left.length === 0) return this.#last(subject, access);
    return this.#withIdentity(subject, access);
  }

  /** What was left in other clusters goes with it. */
  async #elsewhere(subject: Subject): Promise<FinishEnd | undefined> {
    for (const left of subject.left) {
      const end = await this.#parts.leave(subject.app, left);
      if (end.kind === 'failed') return end;
      if (end.kind === 'stays' && end.nobody === true)
        return this.#nobody(subject, { code: 'ClusterUnreachable', message: end.verdict.message });
      if (end.kind === 'stays') return end;
    }
    return undefined;
  }

  /** Nothing is left but, perhaps, the records of a release. */
  async #last(subject: Subject, access: Access): Promise<FinishEnd> {
    const { app, inventory, word } = subject;
    const after = await this.#ofReleases(subject, access, 'after');
    if (after.kind !== 'go') return this.#afterHooks(after, inventory);
    return word === 'move' ? this.#forget(app, inventory) : this.#release(app);
  }

  async #forget(app: App, inventory: InventoryState): Promise<FinishEnd> {
    await this.#parts.journal.durable();
    const failed = await deleteInventory(inventory, this.#parts.hub);
    if (failed !== undefined) return { kind: 'failed', error: failed };
    const message = `nothing is left in ${placeName(inventory.place)}`;
    this.#parts.journal.record(app as unknown as KubeObject, { type: 'Moved', message, step: `${inventory.cluster} ${placeIn(app)}` });
    return { kind: 'gone' };
  }

  /** A step of the end of every release that may have records here. What was left in another cluster is known from its inventory only. */
  async #ofReleases({ app, memory, inventory, word }: Subject, access: Access, step: 'before' | 'after'): Promise<RemovalEnd> {
    const { namespace, name } = app.metadata;
    const owner = { installation: this.#settings.installation, namespace, name };
    const bySpec = word !== 'move' && mayBeRelease(app) ? [placeBySpec(app)] : [];
    for (const place of inventory.releases.length > 0 ? inventory.releases : bySpec) {
      const end = await this.#removal[step]({ app, memory, ...access, owner, place });
      if (end.kind !== 'go') return end;
    }
    return { kind: 'go' };
  }

  #afterHooks(end: Exclude<RemovalEnd, { kind: 'go' }>, inventory: InventoryState): FinishEnd {
    if (end.kind === 'failed') return { kind: 'failed', error: end.error };
    const { message, about } = end;
    return stays({ phase: 'Applying', ready: 'False', reason: 'HooksRunning', message, about, moving: true }, inventory, {
      after: lookAgain,
    });
  }

  /** Nobody can delete what it owns now; after a while it is left where it is (S14). */
  #nobody(
    { app, memory, inventory, word, left: elsewhere }: Subject,
    { code, message }: { readonly code: ReasonCode; readonly message: string },
  ): Promise<FinishEnd> | FinishEnd {
    // Since it was noticed, and not since the deletion: one that waits for a person may be days old when its cluster is away for a moment.
    memory.nobodySince ??= this.#parts.ports.clock.now();
    const left = memory.nobodySince + patience - this.#parts.ports.clock.now();
    if (left <= 0 && word !== 'move') return this.#release(app, [inventory, ...elsewhere]);
    const verdict: Verdict = { phase: 'Waiting', ready: 'False', reason: code, message, moving: true };
    return stays(verdict, inventory, { after: word === 'move' ? lookAgain : Math.min(left, lookAgain), nobody: true });
  }

  async #withIdentity(subject: Subject, access: Access): Promise<FinishEnd> {
    const { app, inventory, word, left } = subject;
    const planned = await this.#plan(app, inventory, { ...access, word });
    if ('failed' in planned) return { kind: 'failed', error: planned.failed };
    const { plan, seen } = planned;
    const unread = [...seen.values()]
      .map(({ prediction }) => (prediction?.kind === 'refused' ? prediction.reason.message : undefined))
      .find((message) => message !== undefined);
    if (unread !== undefined) return this.#nobody(subject, { code: 'NoIdentity', message: unread });
    if (word === undefined && !this.#approved(app, plan)) {
      const message = `what it owns (${[inventory, ...left].map(count).join(' and ')}) runs on until a person decides about plan ${plan.digest}`;
      return stays({ phase: 'Waiting', ready: 'False', reason: 'DeletionNeedsConfirmation', message, moving: false }, inventory, { plan });
    }
    const elsewhere = await this.#elsewhere(subject);
    if (elsewhere !== undefined) return elsewhere;
    if (inventory.entries.length === 0) return this.#last(subject, access);
    const required =
      word === 'move' ? undefined : requiredBeyond(new Set([appKey(app.metadata)]), this.#parts.contracts).get(appKey(app.metadata));
    if (required !== undefined) {
      const message = `it provides what others require: ${required.message}; remove the requirement, or annotate ${names.confirmDeletion}: orphan, and it runs on`;
      return stays({ phase: 'Waiting', ready: 'False', reason: 'PruneRefused', message, moving: false }, inventory, { after: lookAgain });
    }
    const before = await this.#ofReleases(subject, access, 'before');
    if (before.kind !== 'go') return this.#afterHooks(before, inventory);
    const all = word === 'prune' || (word === 'move' && this.#approved(app, plan));
    const allowed = all ? { ...plan, items: plan.items.map((item) => ({ ...item, waits: false })) } : plan;
    const result = await this.#act(app, { plan: allowed, seen }, access);
    return this.#afterwards(subject, { plan: allowed, result, access });
  }

  async #plan(
    app: App,
    inventory: InventoryState,
    access: Access & { readonly word: Word },
  ): Promise<{ readonly plan: Plan; readonly seen: Map<string, Seen> } | ObserveFailure> {
    const observe = {
      ...access,
      live: this.#parts.live,
      maskKey: new Uint8Array(32),
      manager: names.manager,
      force: true,
      typeOf: () => undefined,
      verified: () => true,
    };
    const read = await readLive(
      inventory.entries.map((ref) => ({ ref })),
      observe,
    );
    if ('failed' in read) return read;
    const { seen } = read;
    const holds = await readHolds(inventory.entries, seen, access);
    if (holds !== undefined) return holds;
    const owner: AppId = { installation: this.#settings.installation, namespace: app.metadata.namespace, name: app.metadata.name };
    const desired = {
      app: owner,
      uid: app.metadata.uid ?? '',
      createdAt: 0,
      revision: 'deletion',
      cause: 'deletion' as const,
      objects: [],
      incomplete: false,
      ...releaseIn(app),
    };
    const claims = this.#parts.registry.viewOf(appKey(app.metadata), this.#parts.place);
    const protectedKeys = access.word === 'move' ? protectedFor(app, this.#settings.namespace) : new Set<string>();
    return {
      plan: decide(desired, { objects: seen, inventory: inventory.entries, claims, protectedKeys }, deletionPolicy(app)),
      seen,
    };
  }

  #approved(app: App, plan: Plan): boolean {
    return this.#parts.approvals
      .byIndex('app', app.metadata.uid ?? '')
      .some((object) => getKey(object['spec'] as { plan?: string }, 'plan') === plan.digest);
  }

  #act(app: App, { plan, seen }: { readonly plan: Plan; readonly seen: ReadonlyMap<string, Seen> }, access: Access): Promise<ActResult> {
    const living = [...seen].flatMap(([key, { live }]) => (live === null ? [] : [[key, live] as const]));
    const propagation =
      app.spec.sync.prunePropagation === 'foreground'
        ? 'Foreground'
        : app.spec.sync.prunePropagation === 'orphan'
          ? 'Orphan'
          : 'Background';
    return act(plan, {
      ...access,
      live: this.#parts.live,
      manifests: new Map(),
      controllers: new Map(),
      seen: new Map(living),
      rules: {
        manager: names.manager,
        force: true,
        propagation,
        superseded: [],
        strict: false,
        discovery: 'fresh',
        gates: 'pass',
        ready: () => true,
      },
    });
  }

  async #afterwards(
    subject: Subject,
    { plan, result, access }: { readonly plan: Plan; readonly result: ActResult; readonly access: Access },
  ): Promise<FinishEnd> {
    const { app, memory, inventory } = subject;
    const over = plan.items.filter(
      (item) => !item.owned && (item.operation !== 'prune' || (result.pruned.includes(refKey(item.ref)) && result.waiting.length === 0)),
    );
    const gone = new Set(over.map(({ ref }) => refKey(ref)));
    const entries = inventory.entries.filter((entry) => !gone.has(refKey(entry)));
    const state = await writeInventory(app, { ...inventory, entries }, inventory, this.#parts.hub);
    memory.inventory = state.ok ? state.value : undefined;
    if (!state.ok) return { kind: 'failed', error: state.error };
    if (entries.length === 0) return this.#last({ ...subject, inventory: state.value }, access);
    const rest = remaining(plan, gone);
    const failure = result.failures[0];
    const stuck = rest.items.find((item) => item.waits || item.operation === 'refuse');
    this.#parts.registry.waitFor(appKey(app.metadata), { ...waitsOf(rest), cluster: this.#parts.place });
    if (failure?.code === 'Forbidden')
      return this.#nobody({ ...subject, inventory: state.value }, { code: 'NoIdentity', message: failure.message });
    if (failure !== undefined)
      return stays({ phase: 'Failed', ready: 'False', reason: failure.code, message: failure.message, moving: true }, state.value, {
        plan: rest,
        after: lookAgain,
      });
    if (stuck !== undefined && result.waiting.length === 0 && result.pruned.length === 0) {
      const reason = stuck.operation === 'refuse' ? ('PruneRefused' as const) : ('PruneNeedsApproval' as const);
      const message = stuck.reasons.map((each) => each.message).join('; ');
      return stays({ phase: 'Waiting', ready: 'False', reason, message, moving: false }, state.value, { plan: rest, after: 30_000 });
    }
    const message = `${count(state.value)} left${result.waiting.length === 0 ? '' : `, waiting for ${result.waiting.slice(0, 5).join(', ')}`}`;
    return stays({ phase: 'Applying', ready: 'False', reason: 'Deleting', message, moving: true }, state.value, { after: lookAgain });
  }

  /** Lets the App go; what is left in the cluster is named. */
  async #release(app: App, all: readonly InventoryState[] = []): Promise<FinishEnd> {
    const { namespace, name } = app.metadata;
    const finalizers = (app.metadata.finalizers ?? []).filter((finalizer) => finalizer !== names.finalizer);
    for (const { entries, place } of all) {
      if (entries.length === 0) continue;
      const listed = entries.slice(0, 20).map(refKey).join(', ');
      const message = `${entries.length} objects are left in ${place === '' ? 'the cluster' : placeName(place)}: ${listed}`;
      this.#parts.journal.record(app as unknown as KubeObject, { type: 'Orphaned', message, step: inventoryDigest(entries) });
    }
    const patched = await this.#parts.hub.patch(
      apps,
      { namespace, name },
      {
        type: 'application/merge-patch+json',
        value: { metadata: { finalizers: finalizers.length === 0 ? null : finalizers } },
        fieldManager: 'lockstep-status',
      },
    );
    if (!patched.ok && patched.error.code !== 404) return { kind: 'failed', error: patched.error };
    this.#parts.journal.record(app as unknown as KubeObject, {
      type: 'Deleted',
      message: 'the App is deleted',
      step: app.metadata.uid ?? '',
    });
    return { kind: 'gone' };
  }
}

interface Access {
  readonly client: KubeClient;
  readonly served: Served;
}

interface Subject {
  readonly app: App;
  readonly memory: AppMemory;
  readonly inventory: InventoryState;
  readonly word: Word;
  /** In clusters that it named before. */
  readonly left: readonly InventoryState[];
}

const count = ({ entries }: InventoryState): string => `${entries.length} object${entries.length === 1 ? '' : 's'}`;

/** What a person said: on the deletion itself, or in the spec. */
function wordOf(app: App): Word {
  const said = getKey(app.metadata.annotations ?? {}, names.confirmDeletion);
  if (said === 'prune' || said === 'orphan') return said;
  const { onDelete } = app.spec.sync;
  return onDelete === 'confirm' ? undefined : onDelete;
}

const deletionPolicy = (app: App): Policy => ({
  approve: 'never',
  engine: 'apply',
  prune: true,
  adopt: app.spec.sync.adopt,
  recreate: false,
  heal: 'auto',
  approved: new Set(),
});

interface More {
  readonly plan?: Plan;
  readonly after?: number;
  readonly nobody?: true;
}

function stays(verdict: Verdict, inventory: InventoryState, { plan, after, nobody }: More = {}): FinishEnd {
  const findings: Findings = {
    applied: false,
    drift: [],
    contested: [],
    inventory: { count: inventory.entries.length, digest: inventoryDigest(inventory.entries), cluster: inventory.cluster },
    ...(plan === undefined ? {} : { plan }),
  };
  return {
    kind: 'stays',
    verdict,
    findings,
    ...(after === undefined ? {} : { after }),
    ...(nobody === undefined ? {} : { nobody }),
  };
}

/** What the real Helm applied last of a release carries Helm's marks alone. */
function releaseIn(app: App): { readonly release?: { readonly name: string; readonly namespace: string } } {
  const release = app.status?.release;
  return release === undefined ? {} : { release: { name: release.name, namespace: release.namespace ?? targetOf(app).namespace } };
}
