/**
 * One cluster that Apps are delivered to: its own client, informers, queue and App controller, so that what happens to it happens to nobody else (S22).
 * The cluster that Lockstep lives in is one of them.
 */
import { type KubeObject, refKey } from '../../core/object/index.ts';
import { appKey } from '../../core/plan/owner/index.ts';
import type { Plan } from '../../core/plan/index.ts';
import { anyRecord } from '../../core/release/store/index.ts';
import type { Clock, KubeClient } from '../../ports/index.ts';
import { type Informers, type WorkQueue, createInformers, createWorkQueue } from '../../runtime/index.ts';
import { Autoscalers } from '../app/autoscalers.ts';
import { Cluster, type Served } from '../app/cluster.ts';
import { kindsTopic, watchKinds } from '../app/kinds.ts';
import { Lookups } from '../app/lookups.ts';
import { LiveObjects } from '../app/live.ts';
import type { Wanted } from '../app/memory.ts';
import { ObjectCache, type ObjectChange } from '../app/objects.ts';
import type { AppReconciler } from '../app/reconcile.ts';
import { secrets } from '../app/release/records.ts';
import type { Reach } from '../app/reach.ts';
import { type Shared, assembleApps } from '../assemble.ts';
import type { ControllerPorts, ControllerSettings } from '../create.ts';
import { PROGRESS_EVERY, urgencyOf } from './urgency.ts';

export interface DeliveryOptions {
  /** `namespace/name` of the TargetCluster; empty: the cluster that Lockstep lives in. */
  readonly name: string;
  readonly kube: KubeClient;
  /** Shared with others that watch the same cluster; absent: its own, which end with it. */
  readonly informers?: Informers;
  readonly reach: Reach;
  /** Apps worked on at the same time. */
  readonly concurrency: number;
  /** Its queue collects until it is told to begin. */
  readonly held?: boolean;
}

/** What all clusters have in common. */
export type Common = Omit<Shared, 'cluster' | 'live' | 'lookups' | 'autoscalers' | 'reach' | 'place'>;

export class Delivery {
  readonly name: string;
  readonly cluster: Cluster;
  readonly queue: WorkQueue;
  readonly #informers: Informers;
  readonly #ownsInformers: boolean;
  /** Of release records only what labels say is kept: their bodies would fill the memory. */
  readonly #records: Informers;
  readonly #autoscalers: Autoscalers;
  readonly #cache: ObjectCache;
  readonly #live: LiveObjects;
  readonly #lookups: Lookups;
  readonly #reconciler: AppReconciler;
  readonly #common: Common;
  readonly #clock: Clock;
  readonly #progressEvery: number;
  readonly #installation: string;
  #warm: Promise<void> | undefined;
  #kindsChanged: (served: Served) => void = () => undefined;

  constructor(
    options: DeliveryOptions,
    common: Common,
    { ports, settings }: { readonly ports: ControllerPorts; readonly settings: ControllerSettings },
  ) {
    const { clock, random, log, metrics } = ports;
    const { name, kube } = options;
    const watching = { client: kube, clock, random, log, metrics };
    this.name = name;
    this.#common = common;
    this.#clock = clock;
    this.#progressEvery = settings.progressEvery ?? PROGRESS_EVERY;
    this.#installation = settings.installation;
    this.#ownsInformers = options.informers === undefined;
    this.#informers = options.informers ?? createInformers(watching);
    this.#records = createInformers(watching, { keep: ({ data: _dropped, ...rest }) => rest as KubeObject });
    this.cluster = new Cluster(kube);
    this.#autoscalers = new Autoscalers(this.#informers);
    this.#cache = new ObjectCache(this.#informers, (change) => this.#objectChanged(change));
    this.#live = new LiveObjects(this.#cache);
    this.#lookups = new Lookups(this.#informers, (key) => common.registry.touch(key));
    const own = {
      cluster: this.cluster,
      live: this.#live,
      lookups: this.#lookups,
      autoscalers: this.#autoscalers,
      reach: options.reach,
      place: name,
    };
    this.#reconciler = assembleApps({ ...common, ...own }, ports, settings);
    this.queue = createWorkQueue(
      {
        name: name === '' ? 'apps' : `apps ${name}`,
        concurrency: options.concurrency,
        held: options.held === true,
        bucketOf: (key) => key.slice(0, key.indexOf('/')),
        handle: (key) => this.#reconciler.reconcile(key),
      },
      { clock, random, log, metrics },
    );
  }

  /** Resolves once what this cluster serves is known, as far as it answers. `kindsChanged` is told of every later news of kinds. */
  async start(kindsChanged: (served: Served) => void = () => undefined): Promise<void> {
    this.#kindsChanged = kindsChanged;
    await this.warm();
  }

  /** The same for whoever stands by: everything is read, nobody is told. */
  warm(): Promise<void> {
    return (this.#warm ??= this.#read());
  }

  /** Watches kinds before anything is done with them. */
  async watchKinds(kinds: readonly { readonly group: string; readonly kind: string }[]): Promise<void> {
    const served = await this.cluster.served();
    if (!served.ok) return;
    const resources = kinds.flatMap((kind) => served.value.findKind(kind) ?? []);
    await Promise.all(resources.map((resource) => this.#cache.watch(resource)));
  }

  recognise(object: KubeObject): void {
    this.#reconciler.recognise(object);
  }

  async #read(): Promise<void> {
    const served = await this.cluster.served();
    if (served.ok) await this.#autoscalers.watch(served.value);
    this.#records.acquire(secrets, { labelSelector: anyRecord }).informer.subscribe((change) => {
      const object = change.type === 'deleted' ? change.old : change.now;
      for (const key of this.#reconciler.recordChanged(object, change.type)) this.queue.add(key);
    });
    await watchKinds(this.#informers, () => {
      this.cluster.invalidate();
      void this.cluster.served({ refresh: true }).then(async (now) => {
        if (!now.ok) return;
        this.#kindsChanged(now.value);
        await this.#autoscalers.watch(now.value);
      });
      this.#lookups.kindsChanged();
      this.queue.wake(kindsTopic);
    });
    if (served.ok) return;
    const again = await this.cluster.served();
    if (again.ok) await this.#autoscalers.watch(again.value);
  }

  /** Ends its work; nothing in the cluster changes. What waits for its informers is let go. */
  async stop(): Promise<void> {
    const ended = this.queue.stop();
    if (this.#ownsInformers) await Promise.all([ended, this.#informers.stop(), this.#records.stop()]);
    await ended;
    this.#cache.release();
    await this.#records.stop();
  }

  /** An App that is delivered here came or changed. */
  register(object: KubeObject): void {
    this.#reconciler.register(object);
  }

  /** An App is delivered elsewhere now. */
  drop(key: string): void {
    this.queue.forget(key);
    this.#lookups.forget(key);
    this.#reconciler.drop(key);
  }

  /** Takes away what an App, which is delivered elsewhere now, has left here. */
  leave(...asked: Parameters<AppReconciler['leave']>): ReturnType<AppReconciler['leave']> {
    return this.#reconciler.leave(...asked);
  }

  planOf(key: string): Plan | undefined {
    return this.#reconciler.planOf(key);
  }

  readsAt(...asked: Parameters<AppReconciler['readsAt']>): ReturnType<AppReconciler['readsAt']> {
    return this.#reconciler.readsAt(...asked);
  }

  wantedAt(...asked: Parameters<AppReconciler['wantedAt']>): ReturnType<AppReconciler['wantedAt']> {
    return this.#reconciler.wantedAt(...asked);
  }

  wantedOf(key: string): Wanted | undefined {
    return this.#reconciler.wantedOf(key);
  }

  inventoryChanged(key: string, object: KubeObject, type: 'added' | 'changed' | 'deleted'): void {
    if (this.#reconciler.inventoryChanged(key, object, type)) this.queue.add(key);
  }

  /** Nothing is worked on or ready to be. */
  get idle(): boolean {
    const { ready, running } = this.queue.size();
    return ready + running === 0;
  }

  /** Only what we did not do ourselves is news. */
  #objectChanged(change: ObjectChange): void {
    const { ref, now, old } = change;
    if (now === null) {
      if (old !== undefined) this.#live.dropped(ref, old);
      return this.#tell(change);
    }
    this.#live.ifNews(ref, now, () => this.#tell(change));
    this.#live.seen(ref, now);
  }

  #tell(change: ObjectChange): void {
    const urgency = urgencyOf(change, this.#clock.now());
    if (urgency === 'never') return;
    const { registry } = this.#common;
    const known = new Set(change.owners.filter(({ installation }) => installation === this.#installation).map(appKey));
    const concerned = [
      ...[...known].filter((key) => registry.get(key)?.cluster === this.name),
      ...registry.claimantsOf(this.name, refKey(change.ref)).filter((key) => !known.has(key)),
    ];
    for (const key of concerned) {
      if (urgency === 'now') this.queue.add(key);
      else this.queue.addAfter(key, this.#progressEvery);
    }
  }
}
