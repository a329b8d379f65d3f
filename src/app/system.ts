/** A whole running Lockstep: the cluster (embedded or real), the controllers, the Git mirrors, the ledger, the status door. */
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createCharts } from '../adapters/charts/index.ts';
import { createGitMirrors } from '../adapters/git/index.ts';
import { createWebFiles } from '../adapters/http/index.ts';
import { createKubeClient, httpTransport, type KubeConnection } from '../adapters/kube/index.ts';
import { prometheusMetrics, type PrometheusMetrics } from '../adapters/metrics/index.ts';
import { createNotifier } from '../adapters/notify/index.ts';
import { systemClock, systemRandom } from '../adapters/system/index.ts';
import type { Moved } from '../api/index.ts';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';
import { createControllers, type Controllers } from '../controllers/index.ts';
import type { ConnectCluster, KubeClient, KubeError, KubeTransport, Ledger, Log } from '../ports/index.ts';
import { createElector, type Elector, fenced, stopInOrder, type Stoppable } from '../runtime/index.ts';
import { ok, type Result } from '../std/index.ts';
import { listenHooks, listenService, listenStatus } from '../server/index.ts';
import { startEmbeddedCluster, type EmbeddedCluster } from './cluster.ts';
import { type DashboardChoice, linkFor, openDashboard } from './dashboard.ts';
import { awaitKinds, ensureNamespace, installKinds, kindsAreServed, makeSystemNamespace } from './install.ts';
import { type Installation, knownInstallation, readInstallation } from './installation.ts';
import { keepShort, openLedger } from './ledger.ts';
import { connectClusters } from './connect-cluster.ts';
import { measureLoop, measureRoom } from './measure.ts';
import { renderLimitsOf, renderThreads } from './render/index.ts';
import { serveSealedSecrets } from './sealed-service.ts';
import { type RunningState, writeState } from './state.ts';

export interface SystemOptions {
  /** Everything that is kept: cluster data, mirrors, ledger, kubeconfig. */
  readonly folder: string;
  readonly cluster: { readonly embedded: { readonly port: number } } | { readonly real: KubeConnection };
  /** `postgres://…`; absent: a file in the folder. */
  readonly ledger?: string;
  /** 0 chooses a free port. */
  readonly statusPort: number;
  /** Where pushes are announced. Absent: none; the host is loopback unless it says another. */
  readonly webhooks?: { readonly port: number; readonly host?: string };
  /** What kubeseal asks, for a Service of a real cluster. Absent: none; the host is loopback unless it says another. */
  readonly sealing?: { readonly port: number; readonly host?: string };
  /** Absent: none. */
  readonly dashboard?: DashboardChoice;
  /** Default 127.0.0.1. */
  readonly statusHost?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether Sources may name repositories on this machine: whoever can write a Source could then read them. Default: no. */
  readonly localRepositories?: boolean;
  readonly log: Log;
  /** Told what takes a while. */
  readonly progress?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds a standby waits after the leader's last sign of life. Default 15,000. */
  readonly lease?: number;
}

export interface System {
  readonly kube: KubeClient;
  readonly controllers: Controllers;
  /** Present for the embedded cluster. */
  readonly kubeconfig: string | undefined;
  readonly statusUrl: string;
  /** Below it are the addresses of webhooks: `http://127.0.0.1:9292` for `http://127.0.0.1:9292/hooks/…`. */
  readonly webhookUrl: string | undefined;
  /** Where `/v1/cert.pem` is; undefined where it is only behind the embedded cluster's proxy. */
  readonly sealingUrl: string | undefined;
  readonly dashboard: OpenDashboard | undefined;
  /** Aborts when another replica may take over: this process has to end. Never on the embedded cluster. */
  readonly term: AbortSignal;
  stop(): Promise<void>;
}

export interface OpenDashboard {
  readonly url: string;
  /** Lets its first visitor in as the holder of the kubeconfig; undefined where nobody holds one, or the cluster does not tell who it is. */
  readonly link: string | undefined;
  /** Undefined when everything is read, else what is not. */
  notReady(): string | undefined;
}

/** Milliseconds after which waiting deserves a word. */
const LONG = 2_000;

/** What keeps Lockstep from starting, in a sentence. */
export class StartError extends Error {}

/** Starts everything in order, and stops what it has started when something fails. @throws StartError */
export async function startSystem(options: SystemOptions): Promise<System> {
  const started: Stoppable[] = [];
  try {
    return await start(options, started);
  } catch (error) {
    await stopAll(started, options.log);
    throw error instanceof StartError ? error : new StartError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** What was started last ends first. */
async function stopAll(started: readonly Stoppable[], log: Log): Promise<void> {
  await stopInOrder(started.toReversed(), { clock: systemClock(), log });
}

async function start(options: SystemOptions, started: Stoppable[]): Promise<System> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  // First, because it locks the folder: nothing else in it is touched while another process owns it.
  const ledger = orThrow('the ledger cannot be opened', await openLedger(options.folder, options.ledger));
  started.push({ name: 'ledger', stop: () => ledger.close() });
  const metrics = prometheusMetrics({ process: true });
  started.push(measureLoop(metrics));
  const cluster = await openCluster(options, metrics, started);
  const kube = createKubeClient(cluster.transport, { clock: systemClock() });
  // Before the lease: a replica that stands by is alive, but not ready.
  let waitsFor: string | undefined = 'waiting for the lease';
  const opened: { dashboard?: OpenDashboard } = {};
  const status = await listenStatus(
    {
      metrics: () => measureRoom(metrics, options.folder).then(() => metrics.text()),
      notReady: () => waitsFor ?? opened.dashboard?.notReady(),
    },
    { host: options.statusHost ?? '127.0.0.1', port: options.statusPort },
  );
  started.push({ name: 'status', stop: () => status.close() });
  await ensureNamespace(kube);
  const leasing = createKubeClient(cluster.lease ?? cluster.transport, { clock: systemClock() });
  const seat = 'real' in options.cluster ? standFor(options, { kube: leasing, metrics, log: options.log }, started) : alone;
  const wire = (transport: KubeTransport): KubeTransport => fenced(transport, seat);
  const working = createKubeClient(wire(cluster.transport), { clock: systemClock() });
  const make = (installation: Installation): Controllers =>
    makeControllers(options, { kube: working, metrics, installation, ledger, wire, dashboardUrl: () => opened.dashboard?.url }, started);
  const { controllers, installation, term } = await lead({ kube, working, seat, make, log: options.log });
  waitsFor = 'reading what is in the cluster';
  await controllers.start();
  if (cluster.embedded !== undefined)
    orThrow('Sealed Secrets cannot be served', await serveSealedSecrets(cluster.embedded, kube, controllers.sealedSecrets));
  const sealingUrl = await openSealing(options, controllers, started);
  const webhookUrl = await openHooks(options, { kube, metrics, controllers }, started);
  const dashboard = await dashboardOf(
    options,
    { kube, metrics, installation, ledger, river: controllers, embedded: cluster.embedded },
    started,
  );
  if (dashboard !== undefined) opened.dashboard = dashboard;
  waitsFor = undefined;
  const upkeep = keepShort(ledger, { kube, log: options.log });
  started.push({ name: 'retention', stop: () => upkeep.stop() });
  return {
    kube,
    controllers,
    kubeconfig: cluster.embedded?.kubeconfig,
    statusUrl: status.url,
    webhookUrl,
    sealingUrl,
    dashboard,
    term,
    stop: () => stopAll(started, options.log),
  };
}

async function openHooks(
  { webhooks, log }: SystemOptions,
  { kube, metrics, controllers }: Pick<Running, 'kube' | 'metrics'> & { readonly controllers: Controllers },
  started: Stoppable[],
): Promise<string | undefined> {
  if (webhooks === undefined) return undefined;
  const hooks = { find: (path: string) => controllers.hookAt(path), announce: (moved: Moved) => controllers.announce(moved) };
  const { host = '127.0.0.1', port } = webhooks;
  const door = await listenHooks({ hooks, kube, clock: systemClock(), log, metrics }, { host, port });
  started.push({ name: 'webhooks', stop: () => door.close() });
  return door.url;
}

async function openSealing({ sealing, log }: SystemOptions, controllers: Controllers, started: Stoppable[]): Promise<string | undefined> {
  if (sealing === undefined) return undefined;
  const { host = '127.0.0.1', port } = sealing;
  const door = await listenService(controllers.sealedSecrets, { host, port, log });
  started.push({ name: 'sealing', stop: () => door.close() });
  return door.url;
}

async function dashboardOf(
  { dashboard: choice, cluster, log }: SystemOptions,
  {
    kube,
    metrics,
    ledger,
    installation,
    river,
    embedded,
  }: Running & { readonly river: Controllers; readonly embedded: EmbeddedCluster | undefined },
  started: Stoppable[],
): Promise<OpenDashboard | undefined> {
  if (choice === undefined) return undefined;
  const simulated = 'embedded' in cluster;
  const dashboard = await openDashboard(choice, { kube, ledger, metrics, log, river, installation, simulated });
  started.push({ name: 'dashboard', stop: () => dashboard.close() });
  embedded?.serveService({ namespace: SYSTEM_NAMESPACE, name: 'lockstep' }, dashboard.backend);
  // In a pod the credential is the controller's own, and nobody may have that.
  const link = choice.host === undefined ? await linkFor(dashboard, kube) : undefined;
  if (link?.ok === false) log.warn('no link for the dashboard', { error: link.error });
  return { url: dashboard.url, notReady: () => dashboard.notReady(), link: link?.ok === true ? link.value : undefined };
}

/** Milliseconds for which a lapse of the lease may hold up the start; between two attempts. */
const PATIENCE = 30_000;
const AGAIN = 250;

/** A lease that lapses for a moment while a program starts is no reason to end. */
async function whileLapsed<T>(work: () => Promise<Result<T, KubeError>>): Promise<Result<T, KubeError>> {
  const clock = systemClock();
  const deadline = clock.monotonic() + PATIENCE;
  for (;;) {
    const done = await work();
    if (done.ok || done.error.code !== 0 || clock.monotonic() > deadline) return done;
    await clock.sleep(AGAIN);
  }
}

/** Whoever may not change kinds works with those that `lockstep install` has put there. */
async function makeKinds(kube: KubeClient): Promise<void> {
  const made = await whileLapsed(() => installKinds(kube, systemClock()));
  if (!made.ok && made.error.code === 403) orThrow('the kinds of Lockstep are not there', await awaitKinds(kube, systemClock()));
  else orThrow('the kinds of Lockstep cannot be installed', made);
}

type Seat = Pick<Elector, 'leads' | 'onLapse' | 'acquired'>;

/** Nobody else can reach the embedded cluster's data: its folder is locked. */
const alone: Seat = {
  leads: () => true,
  onLapse: () => () => undefined,
  acquired: () => Promise.resolve(new AbortController().signal),
};

/** This replica is one of those that may lead. */
function standFor(
  { progress, signal, lease }: SystemOptions,
  { kube, metrics, log }: Pick<Running, 'kube' | 'metrics'> & { readonly log: Log },
  started: Stoppable[],
): Seat {
  const identity = `${hostname()}_${systemRandom().uuid()}`;
  const elector = createElector(
    { namespace: SYSTEM_NAMESPACE, name: 'lockstep', identity, ...(lease === undefined ? {} : { duration: lease }) },
    { client: kube, clock: systemClock(), random: systemRandom(), log },
  );
  started.push({ name: 'lease', stop: () => elector.stop() });
  const patience = setTimeout(() => progress?.('Another Lockstep holds the lease of this cluster; standing by until it ends …'), LONG);
  signal?.addEventListener('abort', () => void elector.stop(), { once: true });
  const follow = (): void => {
    metrics.gauge('lockstep_leader', 0);
    void elector.acquired().then((term) => {
      clearTimeout(patience);
      if (term !== null) metrics.gauge('lockstep_leader', 1);
    });
  };
  follow();
  elector.onLapse(follow);
  return elector;
}

interface Candidate {
  readonly kube: KubeClient;
  /** Writes nothing while another one leads. */
  readonly working: KubeClient;
  readonly seat: Seat;
  readonly make: (installation: Installation) => Controllers;
  readonly log: Log;
}

/** Waits for the lease, and meanwhile reads what there is, so that little is left to be done when the time comes. */
async function lead({ kube, working, seat, make, log }: Candidate): Promise<{
  readonly controllers: Controllers;
  readonly installation: Installation;
  readonly term: AbortSignal;
}> {
  await makeSystemNamespace(kube);
  const waiting = new AbortController();
  const leading = seat.acquired().finally(() => waiting.abort());
  const known = (await kindsAreServed(kube, systemClock(), waiting.signal)) ? await knownInstallation(kube) : undefined;
  const warm = known === undefined || waiting.signal.aborted ? undefined : make(known);
  warm?.warm().catch((error: unknown) => log.warn('standing by, but not everything could be read', { error: String(error) }));
  const term = await leading;
  if (term === null) throw new StartError('interrupted while waiting for the lease');
  await makeKinds(working);
  const installation =
    known ?? orThrow('the installation cannot be read', await whileLapsed(() => readInstallation(working, systemRandom())));
  return { controllers: warm ?? make(installation), installation, term };
}

const LEASE_TIMEOUT = 5000;

interface OpenCluster {
  readonly transport: KubeTransport;
  /** For a cluster that has a lease. */
  readonly lease?: KubeTransport;
  readonly embedded?: EmbeddedCluster;
}

async function openCluster(
  { cluster, folder, log }: SystemOptions,
  metrics: PrometheusMetrics,
  started: Stoppable[],
): Promise<OpenCluster> {
  if ('real' in cluster) {
    const transport = httpTransport(cluster.real, { userAgent: 'lockstep' });
    started.push({ name: 'kube client', stop: () => transport.close() });
    // Its own: the lease must not stand in a line behind everything else.
    const lease = httpTransport(cluster.real, { userAgent: 'lockstep-lease', timeout: LEASE_TIMEOUT, connections: 2 });
    started.push({ name: 'lease client', stop: () => lease.close() });
    return { transport, lease };
  }
  const kubeconfig = join(folder, 'kubeconfig');
  const embedded = await startEmbeddedCluster({ folder, kubeconfig, port: cluster.embedded.port, tls: true, log, metrics });
  started.push({ name: 'cluster', stop: () => embedded.close() });
  return { transport: embedded.transport(), embedded };
}

interface Running {
  readonly kube: KubeClient;
  readonly metrics: PrometheusMetrics;
  readonly ledger: Ledger;
  readonly installation: Installation;
}

interface Making extends Running {
  /** The fence around every wire to a cluster. */
  readonly wire: (transport: KubeTransport) => KubeTransport;
  readonly dashboardUrl: () => string | undefined;
}

function makeControllers(
  options: SystemOptions,
  { kube, metrics, ledger, installation, wire, dashboardUrl }: Making,
  started: Stoppable[],
): Controllers {
  const { folder, env, log } = options;
  const clock = systemClock();
  const mirrors = createGitMirrors({
    root: join(folder, 'mirrors'),
    clock,
    log,
    environment: env,
    allowLocal: options.localRepositories === true,
  });
  started.push({ name: 'git', stop: () => mirrors.close() });
  const charts = createCharts({ folder: join(folder, 'charts'), clock });
  started.push({ name: 'charts', stop: () => charts.close() });
  const web = createWebFiles();
  started.push({ name: 'web', stop: () => web.close() });
  const engine = renderThreads(orThrow('limits of rendering', renderLimitsOf(env)));
  started.push({ name: 'rendering', stop: () => engine.close() });
  const reach = connectClusters({ tokens: env['LOCKSTEP_TOKENS'] });
  const connect: ConnectCluster = async (...asked) => {
    const connected = await reach(...asked);
    return connected.ok ? ok({ ...connected.value, transport: wire(connected.value.transport) }) : connected;
  };
  const notifier = createNotifier();
  started.push({ name: 'notifier', stop: () => notifier.close() });
  const controllers = createControllers(
    { kube, mirrors, charts, web, notifier, ledger, clock, random: systemRandom(), log, metrics, connect },
    { namespace: SYSTEM_NAMESPACE, installation: installation.name, maskKey: installation.key, engine, dashboardUrl },
  );
  started.push({ name: 'controllers', stop: () => controllers.stop() });
  return controllers;
}

/** Leaves word for other commands of how to reach this system. */
export const writeRunning = (folder: string, system: System): Promise<void> =>
  writeState(folder, { pid: process.pid, kubeconfig: system.kubeconfig ?? '', statusUrl: system.statusUrl, ...doorsOf(system) });

/** The part of the running state that says where the dashboard and the receiver of webhooks are. */
export const doorsOf = ({ dashboard, webhookUrl }: System): Pick<RunningState, 'dashboardUrl' | 'webhookUrl'> => ({
  ...(dashboard === undefined ? {} : { dashboardUrl: dashboard.url }),
  ...(webhookUrl === undefined ? {} : { webhookUrl }),
});

function orThrow<T>(what: string, result: Result<T, { readonly message: string }>): T {
  if (result.ok) return result.value;
  throw new StartError(`${what}: ${result.error.message}`);
}
