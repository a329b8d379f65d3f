/** Puts the controllers together: queues, informers, and what wakes what. */
import { type App, type AppStatus, type Moved, parseApp } from '../api/index.ts';
import { type KubeObject, refKey } from '../core/object/index.ts';
import { appKey, provenOwner } from '../core/plan/owner/index.ts';
import type { Plan } from '../core/plan/index.ts';
import { recordSelector } from '../core/release/store/index.ts';
import type { Charts, Clock, GitMirrors, KubeClient, Ledger, Log, Metrics, Random, ServiceBackend, WebFiles } from '../ports/index.ts';
import { type Change, type QueueOptions, type QueuePorts, type WorkQueue, createInformers, createWorkQueue } from '../runtime/index.ts';
import { Autoscalers } from './app/autoscalers.ts';
import type { Builders } from './app/build.ts';
import { Cluster } from './app/cluster.ts';
import { contractsTopic } from './app/contracts.ts';
import { appTopic } from './app/dependencies.ts';
import { kindsTopic, watchKinds } from './app/kinds.ts';
import { Lookups } from './app/lookups.ts';
import { LiveObjects } from './app/live.ts';
import type { Wanted } from './app/memory.ts';
import { ObjectCache, type ObjectChange } from './app/objects.ts';
import type { AppReconciler } from './app/reconcile.ts';
import { secrets } from './app/release/records.ts';
import { Registry } from './app/registry.ts';
import { maskText } from './app/secret-texts.ts';
import { RemoteReads } from './app/remote-reads.ts';
import { assembleApps } from './assemble.ts';
import { Journal } from './events/journal.ts';
import { createSecretFacts, type SecretFacts } from './decrypt/secret-facts.ts';
import { approvalNews } from './events/news.ts';
import { PlatformView, remoteAccess } from './platform.ts';
import { Remotes } from './remotes/index.ts';
import { SealedParts } from './sealed/assemble.ts';
import { Heads } from './source/heads.ts';
import { SourceReconciler } from './source/reconcile.ts';
import { type AnnouncedAt, SourceHooks } from './source/hooks.ts';
import { Watched, appOf } from './watched.ts';

export interface ControllerPorts {
  readonly kube: KubeClient;
  readonly mirrors: GitMirrors;
  readonly charts: Charts;
  readonly web: WebFiles;
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
  /** Length of new sealing keys. Default 4096. */
  readonly sealingKeyBits?: number;
  /** Apps worked on at the same time. Default 8. */
  readonly concurrency?: number;
  /** `ignored`: nobody waits for what they depend on. For rehearsals that show what order is good for. Default `kept`. */
  readonly order?: 'kept' | 'ignored';
  /** Apps that are looked at; the others are left as they are. For rehearsals of one environment. Default: all. */
  readonly include?: (app: App) => boolean;
}

export interface Controllers {
  /** Resolves once everything that exists is known and queued. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The Sources that read what has moved look now. How many there are. */
  announce(moved: Moved): number;
  /** What may be announced at the address `/hooks/…`; undefined: nothing. */
  hookAt(path: string): AnnouncedAt | undefined;
  /** True when nothing is being worked on or ready to be. What waits for a moment or an event does not count. */
  idle(): boolean;
  /** The plan of an App's newest pass, as `formatPlan` prints it; undefined before its first one. */
  plan(app: { readonly namespace: string; readonly name: string }): Plan | undefined;
  /** The manifests that plan was made for. They may hold secrets: mask them before anybody sees them. */
  wanted(app: { readonly namespace: string; readonly name: string }): Wanted | undefined;
  /** Renders carried out so far. */
  readonly renders: number;
  /** What kubeseal asks the controller of Sealed Secrets. */
  readonly sealedSecrets: ServiceBackend;
}

export function createControllers(ports: ControllerPorts, settings: ControllerSettings): Controllers {
  return new Running(ports, settings);
}

class Running implements Controllers {
  readonly #informers: ReturnType<typeof createInformers>;
  readonly #appQueue: WorkQueue;
  readonly #sourceQueue: WorkQueue;
  readonly #registry: Registry;
  readonly #heads = new Heads();
  readonly #live: LiveObjects;
  readonly #lookups: Lookups;
  readonly #remoteReads: RemoteReads;
  readonly #journal: Journal;
  readonly #cache: ObjectCache;
  readonly #watched: Watched;
  readonly #autoscalers: Autoscalers;
  /** Of release records only what labels say is kept: their bodies would fill the memory. */
  readonly #records: ReturnType<typeof createInformers>;
  readonly #cluster: Cluster;
  readonly #installation: string;
  readonly #reconciler: AppReconciler;
  readonly #sealed: SealedParts;
  readonly #hooks: SourceHooks;

  constructor(ports: ControllerPorts, settings: ControllerSettings) {
    const { kube, clock, random, log, metrics } = ports;
    this.#installation = settings.installation;
    this.#informers = createInformers({ client: kube, clock, random, log, metrics });
    this.#records = createInformers(
      { client: kube, clock, random, log, metrics },
      { keep: ({ data: _dropped, ...rest }) => rest as KubeObject },
    );
    this.#watched = new Watched(this.#informers);
    const platform = new PlatformView(() => this.#watched.platform, settings.namespace);
    this.#hooks = new SourceHooks(this.#watched.sources, platform, settings.namespace);
    const renderKey = settings.maskKey ?? random.bytes(32);
    this.#cluster = new Cluster(kube);
    this.#registry = new Registry((key) => this.#appQueue.add(key));
    this.#journal = new Journal({ kube, ledger: ports.ledger, clock, log }, (subject, text) => this.#masked(subject, text));
    this.#autoscalers = new Autoscalers(this.#informers);
    this.#cache = new ObjectCache(this.#informers, (change) => this.#objectChanged(change));
    this.#live = new LiveObjects(this.#cache);
    this.#lookups = new Lookups(this.#informers, (key) => this.#registry.touch(key));
    this.#sealed = new SealedParts(
      this.#informers,
      { kube, clock, log, random, metrics, journal: this.#journal },
      { namespace: settings.namespace, platform, bits: settings.sealingKeyBits ?? 4096, renderKey },
    );
    const remotes = new Remotes({ mirrors: ports.mirrors, charts: ports.charts, web: ports.web, clock }, remoteAccess(platform, kube));
    const queuePorts = { clock, random, log, metrics };
    this.#remoteReads = new RemoteReads(remotes, queuePorts, {
      interval: () => platform.interval,
      changed: (key) => this.#registry.touch(key),
    });
    const sourceReconciler = new SourceReconciler(
      { kube, mirrors: ports.mirrors, charts: ports.charts, clock, metrics, journal: this.#journal },
      this.#heads,
      () => platform.catalogue(),
    );
    const shared = {
      cluster: this.#cluster,
      live: this.#live,
      lookups: this.#lookups,
      remotes,
      remoteReads: this.#remoteReads,
      secrets: this.#secretFacts(platform, settings.namespace),
      registry: this.#registry,
      heads: this.#heads,
      journal: this.#journal,
      queue: () => this.#appQueue,
      sourceQueue: () => this.#sourceQueue,
      parentOf: (object: KubeObject) => this.#parentOf(object),
    };
    const whole = { ...shared, watched: this.#watched, autoscalers: this.#autoscalers, platform, sealed: this.#sealed, renderKey };
    this.#reconciler = assembleApps(whole, ports, settings);
    this.#appQueue = createWorkQueue(
      { name: 'apps', concurrency: settings.concurrency ?? 8, bucketOf: namespaceOf, handle: (key) => this.#reconciler.reconcile(key) },
      queuePorts,
    );
    this.#sourceQueue = sourceQueueOf((key, signal) => this.#handleSource(key, signal, sourceReconciler), queuePorts);
  }

  #masked(subject: KubeObject, text: string): string {
    return subject.kind === 'App' ? maskText(text, this.#registry.secretsOf(keyOf(subject))) : text;
  }

  #secretFacts(platform: PlatformView, namespace: string): SecretFacts {
    const changed = (): void => this.#registry.securedChanged();
    return createSecretFacts(this.#informers, this.#sealed.sealing, { namespace, platform, changed });
  }

  #parentOf(object: KubeObject): ReturnType<typeof provenOwner> {
    const owner = provenOwner(object);
    return owner?.installation === this.#installation ? owner : undefined;
  }

  async start(): Promise<void> {
    await this.#watched.ready();
    const served = await this.#cluster.served();
    if (served.ok) await this.#autoscalers.watch(served.value);
    await this.#sealed.start(served.ok ? served.value : undefined, () => this.#registry.securedChanged());
    this.#watched.platforms.subscribe(() => this.#registry.securedChanged());
    await watchKinds(this.#informers, () => {
      this.#cluster.invalidate();
      void this.#cluster.served({ refresh: true }).then((now) => (now.ok ? this.#sealed.reconciler.watch(now.value) : undefined));
      this.#lookups.kindsChanged();
      this.#appQueue.wake(kindsTopic);
    });
    this.#heads.onMove((move) => {
      this.#registry.headMoved(move);
      this.#appQueue.wake(`source:${move.key.slice(0, move.key.indexOf('#'))}`);
    });
    this.#watched.sources.subscribe((change) => this.#sourceChanged(change));
    this.#watched.apps.subscribe((change) => this.#appChanged(change));
    this.#watched.inventories.subscribe((change) => this.#inventoryChanged(change));
    this.#records.acquire(secrets, { labelSelector: recordSelector() }).informer.subscribe((change) => this.#recordChanged(change));
    this.#watched.approvals.subscribe((change) => this.#approvalChanged(change));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#appQueue.stop(), this.#sourceQueue.stop(), this.#remoteReads.stop(), this.#sealed.stop()]);
    await this.#journal.flush();
    this.#cache.release();
    await Promise.all([this.#informers.stop(), this.#records.stop()]);
  }

  announce(moved: Moved): number {
    const concerned = this.#hooks.concerned(moved);
    for (const object of concerned) this.#sourceQueue.add(keyOf(object), { priority: 10 });
    return concerned.length;
  }

  hookAt(path: string): AnnouncedAt | undefined {
    return this.#hooks.find(path);
  }

  idle(): boolean {
    const [app, source] = [this.#appQueue.size(), this.#sourceQueue.size()];
    if (app.ready + app.running + source.ready + source.running > 0) return false;
    return this.#remoteReads.idle() && this.#sealed.idle() && this.#journal.idle;
  }

  plan({ namespace, name }: { readonly namespace: string; readonly name: string }): Plan | undefined {
    return this.#reconciler.planOf(`${namespace}/${name}`);
  }

  wanted({ namespace, name }: { readonly namespace: string; readonly name: string }): Wanted | undefined {
    return this.#reconciler.wantedOf(`${namespace}/${name}`);
  }

  get sealedSecrets(): ServiceBackend {
    return this.#sealed.endpoints;
  }

  get renders(): number {
    return this.#registry.renders;
  }

  async #handleSource(key: string, signal: AbortSignal, reconciler: SourceReconciler): ReturnType<SourceReconciler['reconcile']> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#watched.sources.get(namespace, name);
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
    if (change.type !== 'changed' || meaningful(change.old, change.now)) {
      if (change.type !== 'deleted') this.#reconciler.register(change.now);
      this.#appQueue.add(key);
    }
    this.#appQueue.wake(appTopic(key));
    if (change.type !== 'changed' || meaningful(change.old, change.now)) this.#appQueue.wake(contractsTopic);
  }

  #inventoryChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const name = appOf(object)?.name;
    if (name === undefined) return;
    const key = `${object.metadata.namespace ?? ''}/${name}`;
    if (this.#reconciler.inventoryChanged(key, object, change.type)) this.#appQueue.add(key);
  }

  #recordChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    for (const key of this.#reconciler.recordChanged(object, change.type)) this.#appQueue.add(key);
  }

  #approvalChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const name = appOf(object)?.name;
    if (name === undefined) return;
    const app = this.#watched.apps.get(object.metadata.namespace ?? '', name);
    const parsed = app === undefined ? null : parseApp(app).value;
    if (change.type !== 'deleted' && parsed !== null) this.#journal.record(parsed as unknown as KubeObject, approvalNews(object));
    this.#appQueue.add(`${object.metadata.namespace ?? ''}/${name}`, { priority: 5 });
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

const sourceQueueOf = (handle: QueueOptions['handle'], ports: QueuePorts): WorkQueue =>
  createWorkQueue({ name: 'sources', concurrency: 4, bucketOf: namespaceOf, handle }, ports);
