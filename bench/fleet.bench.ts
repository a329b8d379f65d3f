/**
 * One process that delivers to 20 clusters: 2,000 Apps of five objects from 100 repositories, spread over them; then at rest; then with a cluster that is
 * dead and one that takes two seconds for every answer. `FLEET_APPS=200` makes it a tenth as large. The 21 API servers are in this process, too.
 */
import { createKubeClient, inTurns } from '../src/adapters/kube/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock } from '../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../src/apiserver/index.ts';
import { renderThreads } from '../src/app/render/index.ts';
import type { Controllers } from '../src/controllers/index.ts';
import type { KubeClient, KubeRequest, KubeResponse, KubeTransport } from '../src/ports/index.ts';
import { seededRandom } from '../src/testing/clock/index.ts';
import { MemoryGit } from '../src/testing/world/index.ts';
import { declare, type Other, OtherClusters } from '../test/e2e/other-clusters.ts';
import type { Figure } from './figure.ts';
import { CONFIG_MAPS, controllersOver, followReady, install, native, put, type Ready, until } from './product.ts';

const APPS = Number(process.env['FLEET_APPS'] ?? 2000);
const CLUSTERS = 20;
const OBJECTS = 5;
const SOURCES = APPS / 20;
const SLOW = 2000;

const clock = systemClock();
const url = (source: number): string => `https://git.test/repo-${source}.git`;
const manifest = (app: number, object: number, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app-${app}-${object}}\ndata: {value: "${value}"}\n`;

/** Every answer but a watch's takes this long. */
class SlowLine implements KubeTransport {
  readonly #inner: KubeTransport;
  delay = 0;

  constructor(inner: KubeTransport) {
    this.#inner = inner;
  }

  async send(request: KubeRequest): Promise<KubeResponse> {
    if (this.delay > 0 && request.query?.['watch'] === undefined) await clock.sleep(this.delay, request.signal);
    return this.#inner.send(request);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

interface Fleet {
  readonly admin: KubeClient;
  readonly others: readonly Other[];
  readonly slow: SlowLine;
  readonly ready: Ready;
  readonly git: MemoryGit;
  readonly controllers: Controllers;
  close(): Promise<void>;
}

async function open(): Promise<Fleet> {
  const cluster: Cluster = await createCluster({ clock, random: seededRandom(1), log: silentLog(), storage: 'memory' });
  const admin = createKubeClient(cluster.transport(), { clock });
  await install(admin, ['shop']);
  const clusters = new OtherClusters();
  const others: Other[] = [];
  for (let index = 0; index < CLUSTERS; index += 1) {
    others.push(await clusters.add({ clock }, `c${index}`));
    await declare({ put: (object) => put(admin, object) }, `c${index}`);
  }
  const slow: { line?: SlowLine } = {};
  const connect: typeof clusters.connect = async (text, options) => {
    const connected = await clusters.connect(text, options);
    if (!connected.ok || text !== 'c1') return connected;
    slow.line = new SlowLine(connected.value.transport);
    return { ok: true, value: { ...connected.value, transport: slow.line } };
  };
  const git = new MemoryGit();
  const engine = renderThreads();
  const kube = createKubeClient(inTurns(cluster.transport(), clock), { clock });
  const controllers = controllersOver(kube, git, { sealingKeyBits: 2048, engine }, connect);
  const ready = await followReady(admin);
  return {
    admin,
    others,
    ready,
    git,
    controllers,
    get slow() {
      if (slow.line === undefined) throw new Error('c1 was never connected to');
      return slow.line;
    },
    close: async () => {
      ready.stop();
      await controllers.stop();
      await engine.close();
      for (const other of others) await other.close();
      await cluster.close();
    },
  };
}

const filesOf = (source: number, value: string): Record<string, string> => {
  const files: Record<string, string> = {};
  for (let app = source; app < APPS; app += SOURCES)
    for (let object = 0; object < OBJECTS; object += 1) files[`apps/${app}/${object}.yaml`] = manifest(app, object, value);
  return files;
};

async function fill({ admin, git }: Fleet): Promise<void> {
  for (let source = 0; source < SOURCES; source += 1) {
    git.repository(url(source), () => clock.now()).commit(filesOf(source, '0'));
    const spec = { git: { url: url(source), ref: { branch: 'main' } }, interval: '1h' };
    await put(admin, { apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata: { name: `source-${source}`, namespace: 'shop' }, spec });
  }
  for (let app = 0; app < APPS; app += 1) {
    const spec = { source: { name: `source-${app % SOURCES}`, path: `apps/${app}` }, target: { cluster: `c${app % CLUSTERS}` } };
    const object = { apiVersion: 'lockstep.dev/v1', kind: 'App', metadata: { name: `app-${app}`, namespace: 'shop' }, spec };
    const created = await admin.create(native('App', 'apps'), object);
    if (!created.ok) throw new Error(created.error.message);
  }
}

/** One commit to every repository; milliseconds until the Apps of all clusters but these have it. */
async function change({ git, controllers, others }: Fleet, value: string, without: ReadonlySet<number>): Promise<number> {
  const began = performance.now();
  for (let source = 0; source < SOURCES; source += 1) git.repository(url(source), () => clock.now()).commit(filesOf(source, value));
  controllers.announce({ urls: Array.from({ length: SOURCES }, (_, source) => url(source)) });
  const counted = others.map((other, index) => ({ other, index })).filter(({ index }) => !without.has(index));
  for (const { other, index } of counted) {
    const apps = Array.from({ length: APPS }, (_, app) => app).filter((app) => app % CLUSTERS === index);
    await until(async () => {
      const listed = await other.admin.list(CONFIG_MAPS, { namespace: 'shop' });
      const done = listed.ok ? listed.value.items.filter(({ data }) => (data as { value?: string } | undefined)?.value === value) : [];
      return done.length >= apps.length * OBJECTS;
    }, 50);
  }
  return performance.now() - began;
}

const spent = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

export async function run(): Promise<Figure[]> {
  const fleet = await open();
  try {
    await fill(fleet);
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    await fleet.controllers.start();
    await until(() => fleet.ready.count() === APPS, 100);
    const [took, work] = [performance.now() - began, spent(cpu)];
    await until(() => fleet.controllers.idle(), 50);
    await clock.sleep(3000);
    const [resting, sentBefore] = [process.cpuUsage(), fleet.others.reduce((sum, { line }) => sum + line.sent, 0)];
    await clock.sleep(10_000);
    const idle = spent(resting) / 100;
    const asked = fleet.others.reduce((sum, { line }) => sum + line.sent, 0) - sentBefore;
    const memory = process.memoryUsage().rss / 2 ** 20;
    const all = await change(fleet, '1', new Set());
    fleet.others[0]?.line.cut();
    fleet.slow.delay = SLOW;
    const beside = await change(fleet, '2', new Set([0, 1]));
    return [
      {
        name: `${APPS} Apps, ${APPS * OBJECTS} objects, ${SOURCES} repositories, ${CLUSTERS} clusters: cold start`,
        value: APPS / (took / 1000),
        unit: 'Apps/s',
      },
      { name: '… processor per App, 21 API servers included', value: work / APPS, unit: 'ms' },
      { name: '… resident memory, 21 API servers included', value: memory, unit: 'MiB' },
      { name: '… at rest: processor', value: idle, unit: '%' },
      {
        name: '… at rest: requests to the 20 clusters in 10 s',
        value: asked,
        unit: 'requests',
        note: 'every 30 s each is asked who it is, in two requests',
      },
      {
        name: '… every App changes, one cluster dead and one slow: the other 18',
        value: beside,
        unit: 'ms',
        baseline: { name: 'all 20 answer', value: all },
        note: `slow: ${SLOW / 1000} s an answer`,
      },
    ];
  } finally {
    await fleet.close();
  }
}
