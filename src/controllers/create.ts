/** Puts the controllers together: queues, informers, and what wakes what. */
import type { App, AppStatus } from '../api/index.ts';
import { type Gvk, type KubeObject, refKey } from '../core/object/index.ts';
import { appKey, provenOwner } from '../core/plan/owner/index.ts';
import { type Schema, type TypeNode, builtinSchema } from '../core/schema/index.ts';
import type { Clock, GitMirrors, KubeClient, Ledger, Log, Metrics, Random } from '../ports/index.ts';
import { type Change, type Informer, type WorkQueue, createInformers, createWorkQueue } from '../runtime/index.ts';
import { Autoscalers } from './app/autoscalers.ts';
import { type Builders, plainBuilder } from './app/build.ts';
import { Cluster, apps, approvals, inventories, sources } from './app/cluster.ts';
import { appTopic } from './app/dependencies.ts';
import { Identities } from './app/identities.ts';
import { kindsTopic, watchKinds } from './app/kinds.ts';
import { LiveObjects } from './app/live.ts';
import { ObjectCache, type ObjectChange } from './app/objects.ts';
import type { Parts, Settings } from './app/parts.ts';
import { Planner } from './app/planner.ts';
import { protectedFor } from './app/protect.ts';
import { AppReconciler } from './app/reconcile.ts';
import { Registry } from './app/registry.ts';
import { Rules } from './app/rules.ts';
import { Targets } from './app/targets.ts';
import { Journal } from './events/journal.ts';
import type { CatalogueEntry } from './source/credentials.ts';
import { Heads } from './source/heads.ts';
import { SourceReconciler } from './source/reconcile.ts';
import { sourceOf } from './source/source-of.ts';

export interface ControllerPorts {
  readonly kube: KubeClient;
  readonly mirrors: GitMirrors;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface ControllerSettings {
  /** Lockstep's own namespace. */
  readonly namespace: string;
  /** Name of the installation: part of every proof of ownership (S5). */
  readonly installation: string;
  /** Engines besides plain YAML. */
  readonly builders?: Builders;
  /** Keys the fingerprints of secret values in plans; kept in a Secret of its own. */
  readonly maskKey?: Uint8Array;
  readonly platform?: PlatformSettings;
  /** Apps worked on at the same time. Default 8. */
  readonly concurrency?: number;
}

/** What the Platform object says, as far as the controllers need it. */
export interface PlatformSettings {
  readonly superseded?: readonly string[];
  readonly onEngineChange?: 'approve' | 'apply';
  readonly catalogue?: () => readonly CatalogueEntry[];
}

export interface Controllers {
  /** Resolves once everything that exists is known and queued. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Somebody pushed to this repository: the Sources that read it look now. */
  notifyPush(url: string): void;
  /** True when nothing is being worked on or ready to be. What waits for a moment or an event does not count. */
  idle(): boolean;
  /** Renders carried out so far. */
  readonly renders: number;
}

export function createControllers(ports: ControllerPorts, settings: ControllerSettings): Controllers {
  return new Running(ports, settings);
}

class Running implements Controllers {
  readonly #ports: ControllerPorts;
  readonly #informers: ReturnType<typeof createInformers>;
  readonly #appQueue: WorkQueue;
  readonly #sourceQueue: WorkQueue;
  readonly #registry: Registry;
  readonly #heads = new Heads();
  readonly #live: LiveObjects;
  readonly #journal: Journal;
  readonly #cache: ObjectCache;
  readonly #held: { readonly informer: Informer; readonly release: () => void }[];
  readonly #autoscalers: Autoscalers;
  readonly #cluster: Cluster;
  readonly #installation: string;
  readonly #reconciler: AppReconciler;

  constructor(ports: ControllerPorts, settings: ControllerSettings) {
    const { kube, clock, random, log, metrics } = ports;
    this.#ports = ports;
    this.#installation = settings.installation;
    this.#informers = createInformers({ client: kube, clock, random, log, metrics });
    this.#held = [apps, sources, inventories, approvals].map((resource) => this.#informers.acquire(resource));
    this.#cluster = new Cluster(kube);
    this.#registry = new Registry((key) => this.#appQueue.add(key));
    this.#journal = new Journal({ kube, ledger: ports.ledger, clock, log });
    this.#autoscalers = new Autoscalers(this.#informers);
    this.#cache = new ObjectCache(this.#informers, (change) => this.#objectChanged(change));
    this.#live = new LiveObjects(this.#cache);
    const catalogue = settings.platform?.catalogue ?? (() => []);
    const sourceReconciler = new SourceReconciler(
      { kube, mirrors: ports.mirrors, clock, metrics, journal: this.#journal },
      this.#heads,
      catalogue,
    );
    this.#reconciler = this.#createReconciler(settings);
    const queuePorts = { clock, random, log, metrics };
    this.#appQueue = createWorkQueue(
      { name: 'apps', concurrency: settings.concurrency ?? 8, bucketOf: namespaceOf, handle: (key) => this.#reconciler.reconcile(key) },
      queuePorts,
    );
    this.#sourceQueue = createWorkQueue(
      {
        name: 'sources',
        concurrency: 4,
        bucketOf: namespaceOf,
        handle: (key, signal) => this.#handleSource(key, signal, sourceReconciler),
      },
      queuePorts,
    );
  }

  #informer(index: number): Informer {
    const held = this.#held[index];
    if (held === undefined) throw new Error(`there is no informer ${index}`);
    return held.informer;
  }

  #createReconciler(settings: ControllerSettings): AppReconciler {
    const { clock, random, kube } = this.#ports;
    const rules = new Rules();
    const [appInformer, sourceInformer, inventoryInformer, approvalInformer] = [0, 1, 2, 3].map((index) => this.#informer(index)) as [
      Informer,
      Informer,
      Informer,
      Informer,
    ];
    approvalInformer.addIndex('app', (object) => [(object['spec'] as { app?: { uid?: string } } | undefined)?.app?.uid ?? '']);
    const planner = new Planner(this.#registry, {
      maskKey: settings.maskKey ?? random.bytes(32),
      typeOf: typesOfBuiltins(),
      protectedKeys: (app) => protectedFor(app, settings.namespace),
      scaleTargets: (wanted) => this.#autoscalers.targets(wanted),
      ruleHolds: (rule, live) => rules.ignoreHolds(rule, live),
    });
    const parts: Parts = {
      ports: { clock, random },
      cluster: this.#cluster,
      live: this.#live,
      registry: this.#registry,
      heads: this.#heads,
      identities: new Identities(kube, settings.namespace),
      journal: this.#journal,
      planner,
      targets: new Targets(this.#registry, { plain: plainBuilder, ...settings.builders }, clock),
      dependencies: {
        apps: (namespace, name) => appInformer.get(namespace, name),
        registry: this.#registry,
        kube,
        now: () => clock.now(),
        ready: (rule, app, dependency) => rules.dependencyReady(rule, app, dependency),
      },
      apps: appInformer,
      sources: sourceInformer,
      inventories: inventoryInformer,
      approvals: approvalInformer,
      queue: () => this.#appQueue,
      sourceQueue: () => this.#sourceQueue,
      parentOf: (object) => this.#parentOf(object),
    };
    const inner: Settings = {
      installation: settings.installation,
      namespace: settings.namespace,
      superseded: settings.platform?.superseded ?? [],
      onEngineChange: settings.platform?.onEngineChange ?? 'approve',
      rules,
    };
    return new AppReconciler(parts, inner);
  }

  #parentOf(object: KubeObject): ReturnType<typeof provenOwner> {
    const owner = provenOwner(object);
    return owner?.installation === this.#installation ? owner : undefined;
  }

  async start(): Promise<void> {
    await Promise.all(this.#held.map(({ informer }) => informer.ready()));
    const served = await this.#cluster.served();
    if (served.ok) await this.#autoscalers.watch(served.value);
    await watchKinds(this.#informers, () => {
      this.#cluster.invalidate();
      this.#appQueue.wake(kindsTopic);
    });
    this.#heads.onMove((move) => {
      this.#registry.headMoved(move);
      this.#appQueue.wake(`source:${move.key.slice(0, move.key.indexOf('#'))}`);
    });
    this.#informer(1).subscribe((change) => this.#sourceChanged(change));
    this.#informer(0).subscribe((change) => this.#appChanged(change));
    this.#informer(2).subscribe((change) => this.#inventoryChanged(change));
    this.#informer(3).subscribe((change) => this.#approvalChanged(change));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#appQueue.stop(), this.#sourceQueue.stop()]);
    await this.#journal.flush();
    this.#cache.release();
    await this.#informers.stop();
  }

  notifyPush(url: string): void {
    const wanted = sameRepository(url);
    for (const object of this.#informer(1).values()) {
      const git = sourceOf(object)?.git?.url;
      if (git !== undefined && sameRepository(git) === wanted) this.#sourceQueue.add(keyOf(object), { priority: 10 });
    }
  }

  idle(): boolean {
    const [app, source] = [this.#appQueue.size(), this.#sourceQueue.size()];
    return app.ready + app.running + source.ready + source.running === 0 && this.#journal.idle;
  }

  get renders(): number {
    return this.#registry.renders;
  }

  async #handleSource(key: string, signal: AbortSignal, reconciler: SourceReconciler): ReturnType<SourceReconciler['reconcile']> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#informer(1).get(namespace, name);
    const result = await reconciler.reconcileObject(object, key, signal);
    this.#appQueue.wake(`fetched:${key}`);
    this.#appQueue.wake(`source:${key}`);
    return result;
  }

  #sourceChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const key = keyOf(object);
    if (change.type !== 'changed' || meaningful(change.old, change.now)) this.#sourceQueue.add(key);
    this.#appQueue.wake(`source:${key}`);
    if (change.type === 'changed' && freshness(change.old) !== freshness(change.now)) this.#wakeUsers(key);
  }

  #wakeUsers(source: string): void {
    for (const key of this.#registry.keys()) if (this.#registry.get(key)?.head.startsWith(`${source}#`) === true) this.#appQueue.add(key);
  }

  #appChanged(change: Change): void {
    const key = keyOf(change.type === 'deleted' ? change.old : change.now);
    if (change.type !== 'changed' || meaningful(change.old, change.now)) this.#appQueue.add(key);
    this.#appQueue.wake(appTopic(key));
  }

  #inventoryChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const name = (object['spec'] as { app?: { name?: string } } | undefined)?.app?.name;
    if (name === undefined) return;
    const key = `${object.metadata.namespace ?? ''}/${name}`;
    if (this.#reconciler.inventoryChanged(key, object, change.type)) this.#appQueue.add(key);
  }

  #approvalChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const name = (object['spec'] as { app?: { name?: string } } | undefined)?.app?.name;
    if (name !== undefined) this.#appQueue.add(`${object.metadata.namespace ?? ''}/${name}`, { priority: 5 });
  }

  /** Only what we did not do ourselves is news. */
  #objectChanged({ ref, now, old, owners }: ObjectChange): void {
    if (now === null) {
      if (old !== undefined) this.#live.dropped(ref, old);
    } else {
      const ours = this.#live.isOurs(ref, now);
      this.#live.seen(ref, now);
      if (ours) return;
    }
    const known = new Set(owners.filter(({ installation }) => installation === this.#installation).map(appKey));
    for (const key of known) if (this.#registry.get(key) !== undefined) this.#appQueue.add(key);
    for (const key of this.#registry.viewOf('').claimants(refKey(ref))) if (!known.has(key)) this.#appQueue.add(key);
  }
}

/** The built-in kinds, parsed when the first one is asked for. */
function typesOfBuiltins(): (gvk: Gvk) => TypeNode | undefined {
  let schema: Schema | undefined;
  return (gvk) => (schema ??= builtinSchema()).typeOf(gvk);
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

const namespaceOf = (key: string): string => key.slice(0, key.indexOf('/'));

/** Anything but status and what the server writes about it. */
function meaningful(old: KubeObject, now: KubeObject): boolean {
  const part = ({ metadata }: KubeObject): unknown => [
    metadata.uid,
    metadata.generation,
    metadata.annotations,
    metadata.labels,
    metadata.finalizers,
    metadata.deletionTimestamp,
  ];
  return JSON.stringify(part(old)) !== JSON.stringify(part(now));
}

const freshness = (object: KubeObject): string | undefined =>
  (object as unknown as { status?: AppStatus }).status?.conditions?.find(({ type }) => type === 'SourceFresh')?.status;

/** URLs of one repository differ in a trailing `.git` or slash. */
const sameRepository = (url: string): string => url.replace(/\/+$/, '').replace(/\.git$/, '');

/** Types that callers of this file need. */
export type { App };
