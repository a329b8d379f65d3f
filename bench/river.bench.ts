/**
 * The river: 1,000 Apps of five objects from nothing to Ready, one of them changed, and all of them idle. In three modes that are never mixed: in
 * process, HTTPS to the embedded cluster, and HTTPS to a real API server when LOCKSTEP_BENCH_KUBECONFIG names one (which is left with the objects in it).
 */
import { readFile } from 'node:fs/promises';
import { createKubeClient, httpTransport, parseKubeconfig } from '../src/adapters/kube/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock } from '../src/adapters/system/index.ts';
import { createCluster } from '../src/apiserver/index.ts';
import type { Controllers } from '../src/controllers/index.ts';
import type { Json } from '../src/core/object/index.ts';
import { decode, sigsYaml } from '../src/core/yaml/index.ts';
import type { KubeClient, KubeTransport } from '../src/ports/index.ts';
import { err, ok, type Result } from '../src/std/index.ts';
import { seededRandom } from '../src/testing/clock/index.ts';
import { Door, MemoryGit, type Sent } from '../src/testing/world/index.ts';
import type { Figure } from './figure.ts';
import { CONFIG_MAPS, controllersOver, install, native, until } from './product.ts';

const apps = Number(process.env['RIVER_APPS'] ?? 1000);
const objects = 5;
const url = 'https://git.test/many.git';

const manifest = (app: number, object: number, value: number): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-${app}-${object}\n  labels: {app.kubernetes.io/name: app-${app}}\ndata:\n  value: "${value}"\n  host: app-${app}.example.com\n`;

/** How many Apps the controllers have written Ready for: counted on the wire, because listing a thousand Apps again and again would be the larger load. */
function writtenReady(door: Door): () => number {
  const ready = new Set<string>();
  let seen = 0;
  type Status = { status?: { conditions?: { type: string; status: string }[] } };
  return () => {
    for (; seen < door.sent.length; seen++) {
      const { path, body } = door.sent[seen] as Sent;
      if (!path.endsWith('/status') || !path.includes('/apps/')) continue;
      // What is written is what differs: conditions that stay are not in it.
      const said = (body as Status).status?.conditions?.find(({ type }) => type === 'Ready');
      if (said?.status === 'True') ready.add(path);
      else if (said !== undefined) ready.delete(path);
    }
    return ready.size;
  };
}

interface Place {
  readonly title: string;
  /** Doors to one cluster; each call opens another. */
  readonly transport: () => KubeTransport;
  readonly close: () => Promise<void>;
}

const clock = systemClock();

const embedded = () => createCluster({ clock, random: seededRandom(1), log: silentLog(), storage: 'memory' });

async function inProcess(): Promise<Place> {
  const cluster = await embedded();
  return { title: 'in process', transport: () => cluster.transport(), close: () => cluster.close() };
}

async function overHttps(): Promise<Place> {
  const cluster = await embedded();
  const listening = await cluster.listen();
  const open = await opener(cluster.kubeconfig(listening.url));
  return { title: 'HTTPS, embedded', transport: open, close: () => listening.close().then(() => cluster.close()) };
}

async function real(file: string): Promise<Place> {
  const transport = await opener(await readFile(file, 'utf8'));
  return { title: 'HTTPS, real API server', transport, close: () => Promise.resolve() };
}

async function opener(kubeconfig: string): Promise<() => KubeTransport> {
  const parse = (text: string): Result<Json, string> => {
    const value = decode(text, { variant: sigsYaml });
    return value.ok ? ok(value.value) : err(value.error.message);
  };
  const connection = await parseKubeconfig(kubeconfig, parse, { clock, allowInsecure: true });
  if (!connection.ok) throw new Error(connection.error.message);
  return () => httpTransport(connection.value);
}

export async function run(): Promise<Figure[]> {
  const file = process.env['LOCKSTEP_BENCH_KUBECONFIG'];
  const places = [inProcess, overHttps, ...(file === undefined ? [] : [() => real(file)])];
  const figures: Figure[] = [];
  for (const open of places) figures.push(...(await river(await open())));
  return figures;
}

async function river(place: Place): Promise<Figure[]> {
  const admin = createKubeClient(place.transport(), { clock });
  await install(admin, ['team']);
  const own = await ownRate(admin);
  const git = new MemoryGit();
  const repository = git.repository(url, () => clock.now());
  const files: Record<string, string> = {};
  for (let app = 0; app < apps; app += 1)
    for (let object = 0; object < objects; object += 1) files[`apps/${app}/${object}.yaml`] = manifest(app, object, 0);
  repository.commit(files);
  for (let app = 0; app < apps; app += 1) {
    const metadata = { name: `app-${app}`, namespace: 'team' };
    const created = await admin.create(native('App', 'apps'), {
      apiVersion: 'lockstep.dev/v1',
      kind: 'App',
      metadata,
      spec: { source: { name: 'many', path: `apps/${app}` } },
    });
    if (!created.ok) throw new Error(created.error.message);
  }
  const door = new Door(place.transport());
  const kube = createKubeClient(door, { clock });
  const controllers = controllersOver(kube, git);
  await controllers.start();
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await admin.create(native('Source', 'sources'), {
    apiVersion: 'lockstep.dev/v1',
    kind: 'Source',
    metadata: { name: 'many', namespace: 'team' },
    spec: { git: { url, ref: { branch: 'main' } }, interval: '1h' },
  });
  const ready = writtenReady(door);
  await until(() => ready() === apps, 20);
  const zero = performance.now() - began;
  const used = process.cpuUsage(cpu);
  const requests = door.sent.length;
  const applies = door.sent.filter(({ method, path }) => method === 'PATCH' && path.includes('/configmaps/')).length;
  await until(() => controllers.idle(), 20);
  const memory = process.memoryUsage().rss / 2 ** 20;
  const changed = await changeOne({ repository, files, controllers, door });
  const idle = await rest(door);
  await controllers.stop();
  await kube.close();
  await admin.close();
  await place.close();
  const figures: readonly Figure[] = [
    { name: `${apps} Apps × ${objects} objects, nothing → Ready`, value: apps / (zero / 1000), unit: 'Apps/s' },
    {
      name: 'server-side applies, dry runs of what is new included',
      value: applies / (zero / 1000),
      unit: '/s',
      baseline: { name: "the cluster's own rate of plain applies", value: own },
    },
    { name: 'processor time per App, cluster included', value: (used.user + used.system) / 1000 / apps, unit: 'ms' },
    { name: 'requests per App', value: requests / apps, unit: 'requests' },
    { name: 'peak resident memory, cluster included', value: memory, unit: 'MiB' },
    ...changed,
    ...idle,
  ];
  return figures.map((figure) => ({ ...figure, name: `${place.title}: ${figure.name}` }));
}

interface Scene {
  readonly repository: ReturnType<MemoryGit['repository']>;
  readonly files: Record<string, string>;
  readonly controllers: Controllers;
  readonly door: Door;
}

async function changeOne({ repository, files, controllers, door }: Scene): Promise<Figure[]> {
  files['apps/7/3.yaml'] = manifest(7, 3, 1);
  repository.commit(files);
  const [renders, before] = [controllers.renders, door.sent.length];
  const began = performance.now();
  controllers.announce({ urls: [url] });
  await until(() => controllers.renders > renders && controllers.idle(), 1);
  const took = performance.now() - began;
  const sent = door.sent.slice(before).filter(({ method, query }) => method !== 'GET' && query['dryRun'] === undefined);
  const status = sent.filter(({ path }) => path.endsWith('/status') && path.includes('/apps/')).length;
  const events = sent.filter(({ path }) => path.endsWith('/events')).length;
  return [
    { name: `one of ${apps} changed: push → done`, value: took, unit: 'ms' },
    { name: 'renders', value: controllers.renders - renders, unit: '' },
    { name: 'App status writes', value: status, unit: '' },
    { name: 'other writes', value: sent.length - status - events, unit: '', note: `and ${events} events` },
  ];
}

/** What the cluster can do when nobody thinks: plain server-side applies of as many new objects, as many at once as the controllers send. */
async function ownRate(kube: KubeClient): Promise<number> {
  const count = 2000;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const name = `plain-${next++}`;
      const object = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'team' },
        data: { value: '0', host: `${name}.example.com` },
      };
      const applied = await kube.apply(CONFIG_MAPS, object, { fieldManager: 'plain', force: false });
      if (!applied.ok) throw new Error(applied.error.message);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: 32 }, worker));
  return count / ((performance.now() - began) / 1000);
}

async function rest(door: Door): Promise<Figure[]> {
  const [sent, cpu] = [door.sent.length, process.cpuUsage()];
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const used = process.cpuUsage(cpu);
  return [
    { name: `idle with ${apps * objects} objects: requests in 2 s`, value: door.sent.length - sent, unit: '' },
    { name: 'idle: processor', value: (used.user + used.system) / 20_000, unit: '%' },
  ];
}
