/** Puts the controllers together: queues, informers, and what wakes what. */
import { type App, type AppStatus, type Moved, parseApp, parseSource } from '../api/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import { appKey, provenOwner } from '../core/plan/owner/index.ts';
import type { Plan } from '../core/plan/index.ts';
import type {
  Charts,
  Clock,
  ConnectCluster,
  GitMirrors,
  KubeClient,
  Ledger,
  Log,
  Metrics,
  Notifier,
  Random,
  ServiceBackend,
  WebFiles,
} from '../ports/index.ts';
import {
  type Change,
  type Informers,
  type QueueOptions,
  type QueuePorts,
  type WorkQueue,
  Delays,
  createInformers,
  createWorkQueue,
} from '../runtime/index.ts';
import type { Engine } from './app/engine.ts';
import type { InventoryState } from './app/inventory.ts';
import { contractsTopic } from './app/contracts.ts';
import { appTopic } from './app/dependencies.ts';
import { inParallel } from './app/parallel.ts';
import type { Wanted } from './app/memory.ts';
import { Registry } from './app/registry.ts';
import { maskText } from './app/secret-texts.ts';
import { RemoteReads } from './app/remote-reads.ts';
import { type ChartAsked, chartWhereabouts, CommitDesk, type Whereabouts, whereabouts, type WherePorts } from './commits/index.ts';
import { type Common, Delivery, type DeliveryOptions } from './delivery/delivery.ts';
import { isMeaningful, PROGRESS_EVERY, urgencyForOthers } from './delivery/urgency.ts';
import { Journal, type JournalPorts } from './events/journal.ts';
import { createSecretFacts, type SecretFacts } from './decrypt/secret-facts.ts';
import { approvalNews } from './events/news.ts';
import { Fleet, type FleetOptions, targetOf } from './fleet/fleet.ts';
import { Newsroom } from './news/newsroom.ts';
import { pageOf } from './page-of.ts';
import { PlatformView, remoteAccess } from './platform.ts';
import { Remotes } from './remotes/index.ts';
import { SealedParts } from './sealed/assemble.ts';
import { type HeadMove, Heads } from './source/heads.ts';
import { SourceReconciler } from './source/reconcile.ts';
import { type AnnouncedAt, SourceHooks } from './source/hooks.ts';
import { Standby } from './standby/standby.ts';
import { Watched, appOf } from './watched.ts';
import type { Result } from '../std/index.ts';

export interface ControllerPorts {
  readonly kube: KubeClient;
  readonly mirrors: GitMirrors;
  readonly charts: Charts;
  readonly web: WebFiles;
  readonly notifier: Notifier;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How other clusters are reached; absent: none is. */
  readonly connect?: ConnectCluster;
}

export interface ControllerSettings {
  /** Lockstep's own namespace. */
  readonly namespace: string;
  /** Name of the installation: part of every proof of ownership (S5). */
  readonly installation: string;
  /** What renders. Default: this thread. */
  readonly engine?: Engine;
  /** Keys the fingerprints of secret values in plans; kept in a Secret of its own. */
  readonly maskKey?: Uint8Array;
  /** Length of new sealing keys. Default 4096. */
  readonly sealingKeyBits?: number;
  /** Apps worked on at the same time. Default 8. */
  readonly concurrency?: number;
  /** `ignored`: nobody waits for what they depend on. For rehearsals that show what order is good for. Default `kept`. */
  readonly order?: 'kept' | 'ignored';
  /** `absent`: the controllers of other tools do not run in the clusters, so that what has no status is assumed to be well. For rehearsals. Default `act`. */
  readonly others?: 'act' | 'absent';
  /** Milliseconds for which progress on the way to ready is gathered before an App looks at it. Default 1000. */
  readonly progressEvery?: number;
  /** `none`: what happens is not told as Kubernetes Events. For rehearsals, in which nobody reads them. Default `written`. */
  readonly events?: 'written' | 'none';
  /** Under which people reach the dashboard: for links in commits and news. */
  readonly dashboardUrl?: () => string | undefined;
  /** Apps that are looked at; the others are left as they are. For rehearsals of one environment. Default: all. */
  readonly include?: (app: App) => boolean;
}

export interface Controllers {
  /** For a standby, before `start`: reads and keeps reading what a leader reads, and writes nothing. Resolves once all of it has been read once. */
  warm(): Promise<void>;
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
  /** The same for another revision of its source, rendered now; undefined when it cannot be had. */
  wantedAt(app: App, revision: string): Promise<Wanted | undefined>;
  /** The cluster that an App is delivered to; the error says why it cannot be reached now. */
  clusterOf(app: App): Result<KubeClient, string>;
  /** What going back takes, as a commit that can then be made; absent `to`: the last good revision. */
  rollback(app: App, to: string | undefined): ReturnType<CommitDesk['rollback']>;
  /** Where a commit (7 digits or more) is for an App; undefined: it comes from no Git repository. */
  whereabouts(app: App, commit: string): Promise<Whereabouts | undefined>;
  /** Where a version of a chart is for an App; undefined: it is not made from it. */
  chartWhereabouts(app: App, chart: ChartAsked): Whereabouts | undefined;
  /** A file of its own repository as its newest render read it, and the way to commit another text in its place. */
  file(app: App, path: string): ReturnType<CommitDesk['file']>;
  /** Renders carried out so far. */
  readonly renders: number;
  /** What kubeseal asks the controller of Sealed Secrets. */
  readonly sealedSecrets: ServiceBackend;
}

export function createControllers(ports: ControllerPorts, settings: ControllerSettings): Controllers {
  return new Running(ports, settings);
}

class Running implements Controllers {
  readonly #informers: Informers;
  readonly #sourceQueue: WorkQueue;
  readonly #registry: Registry;
  readonly #heads = new Heads();
  readonly #remoteReads: RemoteReads;
  readonly #journal: Journal;
  readonly #watched: Watched;
  /** The cluster that Lockstep lives in. */
  readonly #hub: Delivery;
  /** All others. */
  readonly #fleet: Fleet;
  readonly #installation: string;
  readonly #sealed: SealedParts;
  readonly #hooks: SourceHooks;
  readonly #commits: CommitDesk;
  readonly #where: WherePorts;
  readonly #newsroom: Newsroom;
  readonly #standby: Standby;
  readonly #sources: SourceReconciler;
  /** What was there before is being told. */
  #first = false;
  /** Topics of which there was progress that nobody has to know at once. */
  readonly #progress: Progress;

  constructor(ports: ControllerPorts, settings: ControllerSettings) {
    const { kube, clock, random, log, metrics } = ports;
    const { namespace, installation, concurrency = 24 } = settings;
    this.#installation = installation;
    this.#progress = progressOf(clock, settings, (topic) => this.#wake(topic));
    this.#informers = createInformers({ client: kube, clock, random, log, metrics });
    this.#watched = new Watched(this.#informers);
    const platform = new PlatformView(() => this.#watched.platform, namespace);
    this.#hooks = new SourceHooks(this.#watched.sources, platform, namespace);
    const renderKey = settings.maskKey ?? random.bytes(32);
    this.#registry = this.#registryOf();
    this.#newsroom = new Newsroom(this.#informers, ports, { settings, subjects: this.#watched });
    this.#journal = journalOf({ ports, settings }, this.#newsroom, (subject, text) => this.#masked(subject, text));
    this.#sealed = new SealedParts(
      this.#informers,
      { kube, clock, log, random, metrics, journal: this.#journal },
      { namespace, platform, platformObject: this.#watched.platformObject, bits: settings.sealingKeyBits ?? 4096, renderKey },
    );
    const remotes = new Remotes({ mirrors: ports.mirrors, charts: ports.charts, web: ports.web, clock }, remoteAccess(platform, kube));
    this.#remoteReads = new RemoteReads(remotes, ports, { interval: () => platform.interval, changed: (key) => this.#registry.touch(key) });
    this.#sources = this.#sourcesOf(ports, platform);
    this.#commits = this.#deskOf(ports, platform, settings.dashboardUrl);
    const source = (namespace: string, name: string): KubeObject | undefined => this.#watched.sources.get(namespace, name);
    this.#where = { mirrors: ports.mirrors, registry: this.#registry, heads: this.#heads, source };
    const common: Common = {
      remotes,
      remoteReads: this.#remoteReads,
      secrets: this.#secretFacts(platform, namespace),
      registry: this.#registry,
      heads: this.#heads,
      journal: this.#journal,
      wake: (topic) => this.#wake(topic),
      sourceQueue: () => this.#sourceQueue,
      parentOf: (object) => this.#parentOf(object),
      leave: (app, left) => this.#leave(app, left),
      commits: this.#commits,
      watched: this.#watched,
      platform,
      sealed: this.#sealed,
      renderKey,
    };
    const open = (options: Omit<DeliveryOptions, 'reach'>): Delivery =>
      new Delivery({ ...options, reach: this.#fleet }, common, { ports, settings });
    this.#fleet = this.#fleetOf(ports, namespace, (name, client) => open({ name, kube: client, concurrency: Math.ceil(concurrency / 2) }));
    this.#hub = open({ name: '', kube, informers: this.#informers, concurrency, held: true });
    this.#standby = this.#standbyOf(ports);
    this.#sourceQueue = sourceQueueOf((key, signal) => this.#handleSource(key, signal), ports);
  }

  #masked(subject: KubeObject, text: string): string {
    return subject.kind === 'App' ? maskText(text, this.#registry.secretsOf(keyOf(subject))) : text;
  }

  #secretFacts(platform: PlatformView, namespace: string): SecretFacts {
    const changed = (): void => this.#registry.securedChanged();
    return createSecretFacts(this.#informers, this.#sealed.sealing, { namespace, platform, changed });
  }

  #sourcesOf({ kube, mirrors, charts, clock, metrics }: ControllerPorts, platform: PlatformView): SourceReconciler {
    return new SourceReconciler({ kube, mirrors, charts, clock, metrics, journal: this.#journal }, this.#heads, () => platform.catalogue());
  }

  #deskOf({ kube, mirrors, clock }: ControllerPorts, platform: PlatformView, dashboard: ControllerSettings['dashboardUrl']): CommitDesk {
    return new CommitDesk({
      kube,
      mirrors,
      clock,
      registry: this.#registry,
      source: (namespace, name) => this.#watched.sources.get(namespace, name),
      catalogue: () => platform.catalogue(),
      readsAt: (app, at) => this.#deliveryOf(appKey(app.metadata)).readsAt(app, at),
      pageOf: (app) => pageOf(app, dashboard?.()),
    });
  }

  #fleetOf(ports: ControllerPorts, namespace: string, open: FleetOptions['open']): Fleet {
    const ownUid = async (): Promise<string | undefined> => {
      const uid = await this.#hub.cluster.uid();
      return uid.ok ? uid.value : undefined;
    };
    const changed = (name: string): void => this.#clusterChanged(name);
    return new Fleet(this.#watched.targetClusters, { ...ports, connect: ports.connect }, { namespace, ownUid, open, changed });
  }

  #standbyOf(ports: ControllerPorts): Standby {
    return new Standby({ watched: this.#watched, sources: this.#sources, deliveryOf: (key) => this.#deliveryOf(key) }, ports);
  }

  #parentOf(object: KubeObject): ReturnType<typeof provenOwner> {
    const owner = provenOwner(object);
    return owner?.installation === this.#installation ? owner : undefined;
  }

  async warm(): Promise<void> {
    await Promise.all([this.#watched.ready(), this.#newsroom.ready(), this.#hub.warm()]);
    this.#fleet.warm();
    await this.#standby.begin();
  }

  async start(): Promise<void> {
    this.#standby.end();
    await this.#watched.ready();
    await this.#newsroom.start();
    await this.#restoreHeads();
    await this.#hub.start((served) => this.#sealed.reconciler.watch(served));
    await this.#sealed.start(this.#hub.cluster.known, () => this.#registry.securedChanged());
    this.#fleet.start();
    this.#watched.platforms.subscribe(() => this.#registry.securedChanged());
    this.#heads.onMove((move) => {
      this.#registry.headMoved(move);
      this.#news(move);
      this.#wake(`source:${move.key.slice(0, move.key.indexOf('#'))}`);
    });
    await this.#watched.sources.follow((change) => this.#sourceChanged(change));
    this.#first = true;
    await this.#watched.apps.follow((change) => this.#appChanged(change));
    this.#first = false;
    await this.#watched.inventories.follow((change) => this.#inventoryChanged(change));
    this.#watched.approvals.subscribe((change) => this.#approvalChanged(change));
    this.#sourceQueue.begin();
    this.#hub.queue.begin();
  }

  async #restoreHeads(): Promise<void> {
    const known = [...this.#watched.sources.values()].flatMap((object) => parseSource(object).value ?? []);
    await inParallel(known, { limit: 8 }, (source) => this.#sources.restore(source));
  }

  /** Apps that were not rendered yet and may see a difference go before those that may not. */
  #news({ key, diff }: HeadMove): void {
    for (const app of diff === undefined ? [] : this.#registry.unrendered(key)) {
      const path = (this.#watched.app(app)?.['spec'] as Partial<App['spec']> | undefined)?.source?.path ?? '';
      const below = path === '' || path === '.' ? '' : `${path}/`;
      if (diff?.changed.some((changed) => changed.startsWith(below)) === true) this.#queueOf(app).add(app);
    }
  }

  async stop(): Promise<void> {
    this.#standby.end();
    this.#progress.clear();
    await Promise.all([this.#hub.stop(), this.#fleet.stop(), this.#sourceQueue.stop(), this.#remoteReads.stop(), this.#sealed.stop()]);
    await this.#newsroom.stop();
    await this.#journal.flush();
    await this.#informers.stop();
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
    const { ready, running } = this.#sourceQueue.size();
    if (ready + running > 0 || !this.#hub.idle || !this.#fleet.idle) return false;
    return this.#remoteReads.idle() && this.#sealed.idle() && this.#newsroom.idle() && this.#journal.idle;
  }

  plan({ namespace, name }: { readonly namespace: string; readonly name: string }): Plan | undefined {
    return this.#deliveryOf(`${namespace}/${name}`).planOf(`${namespace}/${name}`);
  }

  wanted({ namespace, name }: { readonly namespace: string; readonly name: string }): Wanted | undefined {
    return this.#deliveryOf(`${namespace}/${name}`).wantedOf(`${namespace}/${name}`);
  }

  wantedAt(app: App, revision: string): Promise<Wanted | undefined> {
    return this.#deliveryOf(appKey(app.metadata)).wantedAt(app, revision);
  }

  clusterOf(app: App): Result<KubeClient, string> {
    return this.#fleet.clientOf(app);
  }

  rollback(app: App, to: string | undefined): ReturnType<CommitDesk['rollback']> {
    return this.#commits.rollback(app, to);
  }

  whereabouts(app: App, commit: string): Promise<Whereabouts | undefined> {
    return whereabouts(app, commit, this.#where);
  }

  chartWhereabouts(app: App, chart: ChartAsked): Whereabouts | undefined {
    return chartWhereabouts(app, chart, this.#where);
  }

  file(app: App, path: string): ReturnType<CommitDesk['file']> {
    return this.#commits.file(app, path);
  }

  get sealedSecrets(): ServiceBackend {
    return this.#sealed.endpoints;
  }

  get renders(): number {
    return this.#registry.renders;
  }

  /** Who delivers an App; the hub says why, where its cluster has never answered. */
  #deliveryOf(key: string): Delivery {
    const [namespace = '', name = ''] = key.split('/');
    // One that was being deleted when this process began is not in the picture.
    const object = this.#registry.get(key) === undefined ? this.#watched.apps.get(namespace, name) : undefined;
    const cluster = object === undefined ? this.#registry.get(key)?.cluster : this.#fleet.clusterOf(object);
    return this.#fleet.delivery(cluster ?? '') ?? this.#hub;
  }

  /** Where it was, by the name it was by. */
  #leave({ spec, ...app }: App, left: InventoryState): ReturnType<Delivery['leave']> {
    const { cluster: _now, ...target } = spec.target;
    const there: App = { ...app, spec: { ...spec, target: { ...target, ...(left.place === '' ? {} : { cluster: left.place }) } } };
    return (this.#fleet.delivery(this.#fleet.clusterOf(there)) ?? this.#hub).leave(there, left);
  }

  #registryOf(): Registry {
    return new Registry(
      (key) => this.#queueOf(key).add(key),
      (key) => this.#watched.app(key),
    );
  }

  #queueOf(key: string): WorkQueue {
    return this.#deliveryOf(key).queue;
  }

  #wake(topic: string): void {
    for (const { queue } of [this.#hub, ...this.#fleet.deliveries()]) queue.wake(topic);
  }

  /** Its Apps look again, where they belong now: by its name, because a cluster that is declared elsewhere may be another one for them. */
  #clusterChanged(name: string): void {
    const cluster = name.slice(name.indexOf('/') + 1);
    for (const object of this.#watched.apps.values()) if (targetOf(object) === cluster) this.#place(object);
  }

  /** Makes an App part of the picture, and has it worked on where it is delivered. */
  #place(object: KubeObject): void {
    const key = keyOf(object);
    const before = this.#deliveryOf(key);
    this.#hub.register(object);
    const delivery = this.#deliveryOf(key);
    for (const other of new Set([before, this.#hub])) if (other !== delivery) other.drop(key);
    delivery.queue.add(key, this.#first ? { priority: unhurried } : {});
  }

  async #handleSource(key: string, signal: AbortSignal): ReturnType<SourceReconciler['reconcile']> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#watched.sources.get(namespace, name);
    const result = await this.#sources.reconcileObject(object, key, signal);
    this.#wake(`fetched:${key}`);
    this.#wake(`source:${key}`);
    return result;
  }

  #sourceChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const key = keyOf(object);
    if (change.type !== 'changed' || isMeaningful(change.old, change.now)) this.#sourceQueue.add(key);
    this.#wake(`source:${key}`);
    if (change.type === 'changed' && freshness(change.old) !== freshness(change.now)) this.#wakeUsers(key);
  }

  #wakeUsers(source: string): void {
    for (const key of this.#registry.keys())
      if (this.#registry.get(key)?.head.startsWith(`${source}#`) === true) this.#queueOf(key).add(key);
  }

  #appChanged(change: Change): void {
    const key = keyOf(change.type === 'deleted' ? change.old : change.now);
    if (change.type === 'deleted') this.#queueOf(key).add(key);
    else if (change.type === 'added' || isMeaningful(change.old, change.now)) this.#place(change.now);
    this.#registry.heardOf(key, change.type === 'deleted');
    if (change.type !== 'changed' || urgencyForOthers(change.old, change.now) === 'now') this.#wake(appTopic(key));
    else this.#progress.add(appTopic(key));
    if (change.type !== 'changed' || isMeaningful(change.old, change.now)) this.#wake(contractsTopic);
  }

  #inventoryChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const name = appOf(object)?.name;
    if (name === undefined) return;
    const key = `${object.metadata.namespace ?? ''}/${name}`;
    this.#deliveryOf(key).inventoryChanged(key, object, change.type);
  }

  #approvalChanged(change: Change): void {
    const object = change.type === 'deleted' ? change.old : change.now;
    const name = appOf(object)?.name;
    if (name === undefined) return;
    const app = this.#watched.apps.get(object.metadata.namespace ?? '', name);
    const parsed = app === undefined ? null : parseApp(app).value;
    if (change.type !== 'deleted' && parsed !== null) this.#journal.record(parsed as unknown as KubeObject, approvalNews(object));
    const key = `${object.metadata.namespace ?? ''}/${name}`;
    this.#queueOf(key).add(key, { priority: 5 });
  }
}

/** Every App is looked at once after a start; whatever is news goes first. */
const unhurried = -1;

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

const namespaceOf = (key: string): string => key.slice(0, key.indexOf('/'));

const freshness = (object: KubeObject): string | undefined =>
  (object as unknown as { status?: AppStatus }).status?.conditions?.find(({ type }) => type === 'SourceFresh')?.status;

interface Progress {
  readonly add: (topic: string) => void;
  readonly clear: () => void;
}

/** Topics that are told of together, a while after the first of them was added. */
function progressOf(clock: Clock, { progressEvery = PROGRESS_EVERY }: ControllerSettings, wake: (topic: string) => void): Progress {
  const delays = new Delays(clock, wake);
  return { add: (topic) => delays.add(topic, progressEvery), clear: () => delays.clear() };
}

/** What is recorded is news as well. */
function journalOf(
  { ports, settings }: { readonly ports: ControllerPorts; readonly settings: ControllerSettings },
  newsroom: Newsroom,
  mask: (subject: KubeObject, text: string) => string,
): Journal {
  const told: JournalPorts['told'] = (subject, event, warning) => newsroom.tell(subject, event, warning);
  const { kube, ledger, clock, log } = ports;
  return new Journal({ kube, ledger, clock, log, told, published: settings.events !== 'none' }, mask);
}

const sourceQueueOf = (handle: QueueOptions['handle'], ports: QueuePorts): WorkQueue =>
  createWorkQueue({ name: 'sources', concurrency: 4, bucketOf: namespaceOf, handle, held: true }, ports);
