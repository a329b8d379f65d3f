/**
 * A large installation in one process: 2,000 Apps with 10,000 objects from 100 Sources, failing Apps among them, tenants beside each other, 20 clusters, a day.
 * `SCALE_APPS=200` makes everything a tenth as large; `SCALE_SCENES=coldStart,oneDay` shows only these.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createKubeClient, inTurns } from '../src/adapters/kube/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../src/apiserver/index.ts';
import { renderThreads } from '../src/app/render/index.ts';
import type { Controllers } from '../src/controllers/index.ts';
import type { Json, KubeObject } from '../src/core/object/index.ts';
import type { KubeClient, KubeTransport } from '../src/ports/index.ts';
import { createElector } from '../src/runtime/index.ts';
import { seededRandom } from '../src/testing/clock/index.ts';
import { Door, MemoryGit, world } from '../src/testing/world/index.ts';
import { declare, OtherClusters } from '../test/e2e/other-clusters.ts';
import type { Figure } from './figure.ts';
import { followLoop } from './loop.ts';
import { CONFIG_MAPS, controllersOver, followReady, install, native, type Ready, until } from './product.ts';

const APPS = Number(process.env['SCALE_APPS'] ?? 2000);
const OBJECTS = 5;
const SOURCES = APPS / 20;
const TENANTS = 20;

const clock = systemClock();
const url = (source: number): string => `https://git.test/repo-${source}.git`;
const tenant = (app: number): string => `team-${app % TENANTS}`;
const broken = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [\n';

const manifest = (app: number, object: number, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app-${app}-${object}, labels: {app.kubernetes.io/name: app-${app}}}\ndata: {value: "${value}"}\n`;

interface Installation {
  readonly admin: KubeClient;
  readonly ready: Ready;
  readonly cluster: Cluster;
  readonly git: MemoryGit;
  readonly controllers: Controllers;
  /** Sent by the controllers so far. */
  requests(): number;
  commit(source: number, files: Readonly<Record<string, string>>): void;
  app(index: number, options?: { readonly namespace?: string; readonly name?: string; readonly source?: number }): Promise<void>;
  source(index: number, namespace: string): Promise<void>;
  close(): Promise<void>;
}

/** As the product renders. */
const engine = renderThreads();

const controllersOn = (cluster: Cluster, git: MemoryGit, sent: () => void = () => undefined): Controllers => {
  const inner = inTurns(cluster.transport(), clock);
  const counted: KubeTransport = { ...inner, send: (request) => (sent(), inner.send(request)) };
  return controllersOver(createKubeClient(counted, { clock }), git, { sealingKeyBits: 2048, engine });
};

async function open(): Promise<Installation> {
  const cluster = await createCluster({ clock, random: seededRandom(1), log: silentLog(), storage: 'memory' });
  const admin = createKubeClient(cluster.transport(), { clock });
  await install(
    admin,
    Array.from({ length: TENANTS }, (_, index) => `team-${index}`),
  );
  const git = new MemoryGit();
  let requests = 0;
  const controllers = controllersOn(cluster, git, () => (requests += 1));
  const create = async (kind: string, resource: string, object: Pick<KubeObject, 'metadata'> & { readonly spec: Json }): Promise<void> => {
    const created = await admin.create(native(kind, resource), { apiVersion: 'lockstep.dev/v1', kind, ...object });
    if (!created.ok && created.error.code !== 409) throw new Error(created.error.message);
  };
  const ready = await followReady(admin);
  return {
    admin,
    ready,
    cluster,
    git,
    controllers,
    requests: () => requests,
    commit: (source, files) => void git.repository(url(source), () => clock.now()).commit(files),
    source: (index, namespace) =>
      create('Source', 'sources', {
        metadata: { name: `source-${index}`, namespace },
        spec: { git: { url: url(index), ref: { branch: 'main' } }, interval: '1h' },
      }),
    app: (index, { namespace = tenant(index), name = `app-${index}`, source = index % SOURCES } = {}) =>
      create('App', 'apps', { metadata: { name, namespace }, spec: { source: { name: `source-${source}`, path: `apps/${index}` } } }),
    close: async () => {
      ready.stop();
      await controllers.stop();
      await admin.close();
      await cluster.close();
    },
  };
}

/** Apps by Source, each App's folder with its objects; `isBroken`: its manifests cannot be read. */
async function fill(place: Installation, apps: number, isBroken: (app: number) => boolean = () => false): Promise<void> {
  for (let source = 0; source < SOURCES; source += 1) {
    const files: Record<string, string> = {};
    for (let app = source; app < apps; app += SOURCES)
      for (let object = 0; object < OBJECTS; object += 1)
        files[`apps/${app}/${object}.yaml`] = isBroken(app) ? broken : manifest(app, object, '0');
    place.commit(source, files);
  }
  for (let app = 0; app < apps; app += 1) await place.app(app);
  const needed = new Set(Array.from({ length: apps }, (_, app) => `${app % SOURCES} ${tenant(app)}`));
  for (const each of needed) await place.source(Number(each.split(' ')[0]), each.split(' ')[1] ?? '');
}

async function coldStart(): Promise<Figure[]> {
  const place = await open();
  await fill(place, APPS);
  const loop = await followLoop('cold start');
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await place.controllers.start();
  await until(() => place.ready.count() === APPS, 50);
  const took = performance.now() - began;
  const used = process.cpuUsage(cpu);
  const held = await loop();
  await until(() => place.controllers.idle(), 20);
  await quiet();
  const [resting, sent] = [process.cpuUsage(), place.requests()];
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const idle = process.cpuUsage(resting);
  const asked = place.requests() - sent;
  const memory = process.memoryUsage().rss / 2 ** 20;
  const takeover = await takeOver(place);
  await place.close();
  return [
    { name: `cold start: ${APPS} Apps, ${APPS * OBJECTS} objects, ${SOURCES} repositories`, value: APPS / (took / 1000), unit: 'Apps/s' },
    { name: 'cold start: processor per App, cluster included', value: (used.user + used.system) / 1000 / APPS, unit: 'ms' },
    ...held.figures,
    { name: `resident memory with ${APPS * OBJECTS} objects, cluster included`, value: memory, unit: 'MiB' },
    { name: `idle with ${APPS * OBJECTS} objects: processor`, value: (idle.user + idle.system) / 50_000, unit: '%' },
    { name: `idle with ${APPS * OBJECTS} objects: requests to the API server in 5 s`, value: asked, unit: 'requests' },
    ...takeover,
  ];
}

/** Resolves once a second has passed in which hardly anything was done. */
async function quiet(): Promise<void> {
  await until(async () => {
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { user, system } = process.cpuUsage(before);
    return user + system < 20_000;
  }, 10);
}

/** The leader is gone without a word; a standby waits for its lease, and does the first thing. */
async function takeOver({ admin, cluster, git, controllers, commit }: Installation): Promise<Figure[]> {
  const elector = (identity: string, client: KubeClient) =>
    createElector(
      { namespace: 'lockstep-system', name: 'lockstep', identity },
      { client, clock, random: systemRandom(), log: silentLog() },
    );
  const wire = new Door(cluster.transport());
  const first = elector('first', createKubeClient(wire, { clock }));
  await first.acquired();
  const second = elector('second', admin);
  const standby = controllersOn(cluster, git);
  await standby.warm();
  await controllers.stop();
  const source = 7 % SOURCES;
  commit(source, { ...git.repository(url(source), () => clock.now()).files(), 'apps/7/0.yaml': manifest(7, 0, 'after') });
  const loop = await followLoop('takeover');
  const began = performance.now();
  // As SIGKILL: nothing is given back.
  wire.cut();
  await second.acquired();
  const led = performance.now() - began;
  const cpu = process.cpuUsage();
  await standby.start();
  standby.announce({ urls: [url(source)] });
  await until(async () => {
    const found = await admin.get(CONFIG_MAPS, tenant(7), 'app-7-0');
    return found.ok && (found.value['data'] as { value?: string }).value === 'after';
  }, 20);
  const took = performance.now() - began;
  const used = process.cpuUsage(cpu);
  const held = await loop();
  await standby.stop();
  await second.stop();
  await first.stop();
  const note = `leads after ${(led / 1000).toFixed(1)} s; the rest takes ${((used.user + used.system) / 1e6).toFixed(1)} s of processor`;
  return [
    { name: `takeover from a killed leader with ${APPS} Apps: until its first push is applied`, value: took / 1000, unit: 's', note },
    ...held.figures,
  ];
}

/** One App of a thousand objects in one file: whatever is done for it at once holds everybody up. */
async function largeApp(): Promise<Figure[]> {
  const place = await open();
  const objects = Math.max(100, APPS / 2);
  // The first thread is built while it is asked for.
  place.commit(1, { 'apps/1/0.yaml': manifest(1, 0, '0') });
  await place.source(1, tenant(1));
  await place.app(1, { source: 1 });
  const all = (value: string): string => Array.from({ length: objects }, (_, object) => manifest(0, object, value)).join('---\n');
  place.commit(0, { 'apps/0/all.yaml': all('0') });
  await place.source(0, tenant(0));
  await place.controllers.start();
  await until(() => place.ready.count() === 1, 10);
  const figures: Figure[] = [];
  const measure = async (what: string, begin: () => Promise<void>, ended: () => Promise<boolean>): Promise<void> => {
    const loop = await followLoop(`an App of ${objects} objects ${what}`);
    await begin();
    await until(ended, 10);
    figures.push(...(await loop()).figures);
  };
  const applied = (value: string) => async (): Promise<boolean> => {
    const found = await place.admin.get(CONFIG_MAPS, tenant(0), `app-0-${objects - 1}`);
    return found.ok && (found.value['data'] as { value?: string }).value === value && place.ready.count() === 2;
  };
  await measure('comes', () => place.app(0), applied('0'));
  const push = (text: string) => async (): Promise<void> => {
    place.commit(0, { 'apps/0/all.yaml': text });
    place.controllers.announce({ urls: [url(0)] });
  };
  await measure('changes whole', push(all('1')), applied('1'));
  await measure(
    'changes one',
    push(all('1').replaceAll(`app-0-${objects - 1}, labels`, `app-0-${objects - 1}, annotations: {a: b}, labels`)),
    async () => {
      const found = await place.admin.get(CONFIG_MAPS, tenant(0), `app-0-${objects - 1}`);
      return found.ok && found.value.metadata.annotations?.['a'] === 'b' && place.controllers.idle();
    },
  );
  await place.close();
  return figures;
}

/** What one tenant may bring: everybody else's turn comes all the same. */
async function largeInputs(): Promise<Figure[]> {
  const place = await open();
  const map = (name: string, value: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;
  const fiveMegabytes = Array.from({ length: 100 }, (_, index) => map(`large-${index}`, 'lorem ipsum '.repeat(4400))).join('---\n');
  const notes = Array.from({ length: 10_000 }, (_, index): [string, string] => [`apps/2/notes/${index % 100}/${index}.md`, `# ${index}\n`]);
  const inputs: readonly (readonly [what: string, files: Readonly<Record<string, string>>])[] = [
    ['the first App of a process', { 'apps/0/a.yaml': map('first', '0') }],
    ['a manifest of 5 MB', { 'apps/1/all.yaml': fiveMegabytes }],
    ['a folder of 10,000 files', { ...Object.fromEntries(notes), 'apps/2/a.yaml': map('many', '0') }],
    [
      'a chart that takes seconds to render',
      {
        'apps/3/Chart.yaml': 'apiVersion: v2\nname: slow\nversion: 1.0.0\n',
        // Each is some 70 ms of bcrypt.
        'apps/3/templates/a.yaml': `{{- range until 45 }}{{ $_ := htpasswd "user" "password" }}{{ end -}}\n${map('slow', '0')}`,
      },
    ],
  ];
  const figures: Figure[] = [];
  await place.controllers.start();
  for (const [index, [what, files]] of inputs.entries()) {
    place.commit(index, files);
    await place.source(index, tenant(index));
    const [loop, began] = [await followLoop(what), performance.now()];
    await place.app(index, { source: index });
    await until(() => place.ready.count() > index, 10);
    figures.push({ name: `${what}: until Ready`, value: (performance.now() - began) / 1000, unit: 's' }, ...(await loop()).figures);
  }
  await place.close();
  return figures;
}

async function failing(): Promise<Figure[]> {
  const apps = APPS / 2;
  const timeOf = async (isBroken: (app: number) => boolean): Promise<{ readonly whole: number; readonly one: number }> => {
    const place = await open();
    await fill(place, apps, isBroken);
    const good = Array.from({ length: apps }, (_, app) => app).filter((app) => !isBroken(app)).length;
    const began = performance.now();
    await place.controllers.start();
    await until(() => place.ready.count() >= good, 20);
    const whole = performance.now() - began;
    const one = await pushed(place, 1);
    await place.close();
    return { whole: whole / good, one };
  };
  const [without, with10] = [await timeOf(() => false), await timeOf((app) => app % 10 === 0)];
  return [
    {
      name: `throughput of the others while 10 % of ${apps} Apps fail`,
      value: 1000 / with10.whole,
      unit: 'Apps/s',
      baseline: { name: 'without failing Apps', value: 1000 / without.whole },
    },
    {
      name: 'push → applied beside failing Apps',
      value: with10.one,
      unit: 'ms',
      baseline: { name: 'without failing Apps', value: without.one },
    },
  ];
}

/** From a commit that changes one object of an App until the cluster has it. */
async function pushed({ admin, controllers, git, commit }: Installation, app: number): Promise<number> {
  const source = app % SOURCES;
  commit(source, { ...git.repository(url(source), () => clock.now()).files(), [`apps/${app}/0.yaml`]: manifest(app, 0, 'pushed') });
  const began = performance.now();
  controllers.announce({ urls: [url(source)] });
  await until(async () => {
    const found = await admin.get(CONFIG_MAPS, tenant(app), `app-${app}-0`);
    return found.ok && (found.value['data'] as { value?: string }).value === 'pushed';
  }, 2);
  return performance.now() - began;
}

async function fairness(): Promise<Figure[]> {
  const place = await open();
  const apps = APPS / 2;
  const files: Record<string, string> = {};
  for (let app = 0; app < apps; app += 1) files[`apps/${app}/0.yaml`] = manifest(app, 0, '0');
  place.commit(0, files);
  await place.controllers.start();
  const time = async (app: number): Promise<number> => {
    const began = performance.now();
    await place.app(app, { namespace: 'team-1', source: 0 });
    await until(() => place.ready.count('team-1') > app, 5);
    return performance.now() - began;
  };
  await place.source(0, 'team-1');
  await place.source(0, 'team-0');
  await time(0);
  for (let app = 2; app < apps; app += 1) await place.app(app, { namespace: 'team-0', source: 0 });
  const [began, beside] = [performance.now(), await time(1)];
  await until(() => place.ready.count('team-0') === apps - 2, 200);
  const all = performance.now() - began;
  await place.close();
  return [
    {
      name: `one App of a small tenant while another delivers ${apps - 2}`,
      value: beside,
      unit: 'ms',
      baseline: { name: 'the whole of the other', value: all },
      note: 'far below 1: nobody waits behind a large tenant',
    },
  ];
}

async function readyIn(kube: KubeClient, namespace: string): Promise<number> {
  const listed = await kube.list(native('App', 'apps'), { namespace });
  type Status = { conditions?: { type: string; status: string }[] };
  const apps = listed.ok ? listed.value.items : [];
  return apps.filter((app) =>
    (app['status'] as Status | undefined)?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  ).length;
}

/** Megabytes of live heap. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** What the doubles of Git, ledger and wire keep is no part of the product: forgotten where they can, and else measured by itself. */
async function oneDay(): Promise<Figure[]> {
  const apps = Math.max(5, APPS / 40);
  const files: Record<string, string> = {};
  for (let app = 0; app < apps; app += 1)
    for (let object = 0; object < OBJECTS; object += 1) files[`apps/${app}/${object}.yaml`] = manifest(app, object, '0');
  const change = (hour: number, tenth: number): Record<string, string> => {
    const app = (hour * 6 + tenth) % apps;
    return { [`apps/${app}/0.yaml`]: manifest(app, 0, `${hour}.${tenth}`) };
  };
  const alone = gitAlone(files, change);
  const w = await world();
  await w.commit(files);
  await w.source();
  for (let app = 0; app < apps; app += 1) await w.app({ name: `app-${app}`, path: `apps/${app}` });
  const curve: number[] = [];
  for (let hour = 0; hour <= 24; hour += 1) {
    for (let tenth = 0; tenth < 6; tenth += 1) {
      await w.commit(change(hour, tenth));
      await w.settle(15_000);
      await w.clock.advance(585_000);
    }
    w.door.sent.splice(0);
    await w.ledger.forget(w.clock.now());
    if (hour % 4 === 0) curve.push(heap());
  }
  await w.close();
  const [first = 1, last = 1] = [curve[1], curve.at(-1)];
  const slope = slopeOf(curve.slice(1)) - alone;
  return [
    {
      name: `a day of ${apps} Apps, a commit every 10 minutes: slope of memory after four hours`,
      value: slope,
      unit: 'MB/h',
      note: `${((slope * 24 * 100) / last).toFixed(1)} % a day; without the ${alone.toFixed(2)} MB/h of the history in the test’s Git`,
    },
    {
      name: 'live heap at its end',
      value: last,
      unit: 'MB',
      baseline: { name: 'after 4 hours', value: first },
      note: `every 4 hours: ${curve.map((size) => size.toFixed(1)).join(', ')} MB`,
    },
  ];
}

/** MB an hour that the commits of the day take by themselves. */
function gitAlone(files: Readonly<Record<string, string>>, change: (hour: number, tenth: number) => Record<string, string>): number {
  const git = new MemoryGit().repository('https://git.test/alone.git', () => 0);
  git.commit(files);
  const before = heap();
  for (let hour = 0; hour < 24; hour += 1)
    for (let tenth = 0; tenth < 6; tenth += 1) git.commit({ ...git.files(), ...change(hour, tenth) });
  const took = heap() - before;
  return Object.keys(git.files()).length === 0 ? 0 : took / 24;
}

/** By least squares over points four hours apart: how much an hour adds. */
function slopeOf(points: readonly number[]): number {
  const middle = (points.length - 1) / 2;
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
  const [over, under] = points.reduce<[number, number]>(
    ([a, b], point, at) => [a + (at - middle) * (point - mean), b + (at - middle) ** 2],
    [0, 0],
  );
  return over / under / 4;
}

async function manyClusters(): Promise<Figure[]> {
  const apps = APPS / 10;
  const timeOf = async (clusters: number, cut: boolean): Promise<number> => {
    const others = new OtherClusters();
    const w = await world({ connect: others.connect, namespaces: ['shop'] });
    const opened = [];
    for (let index = 0; index < clusters; index += 1) {
      opened.push(await others.add(w, `c${index}`));
      await declare(w, `c${index}`);
    }
    const files: Record<string, string> = {};
    for (let app = 0; app < apps; app += 1) files[`apps/${app}/0.yaml`] = manifest(app, 0, '0');
    await w.commit(files);
    await w.source();
    await w.settle(5000);
    if (cut) opened[0]?.line.cut();
    const cpu = process.cpuUsage();
    for (let app = 0; app < apps; app += 1)
      await w.app({ name: `app-${app}`, path: `apps/${app}`, spec: { target: { cluster: `c${app % clusters}` } } });
    const away = cut ? Math.ceil(apps / clusters) : 0;
    const ready = async (): Promise<number> => readyIn(w.admin, 'shop');
    for (let turn = 0; (await ready()) < apps - away && turn < 300; turn += 1) await w.settle(500);
    const used = process.cpuUsage(cpu);
    if ((await ready()) < apps - away) throw new Error('not all became ready');
    await w.close();
    for (const other of opened) await other.close();
    return (used.user + used.system) / 1000 / (apps - away);
  };
  const one = await timeOf(1, false);
  const twenty = await timeOf(20, false);
  const away = await timeOf(20, true);
  return [
    {
      name: `an App in one of 20 clusters, ${apps} Apps: processor`,
      value: twenty,
      unit: 'ms',
      baseline: { name: 'all in one cluster', value: one },
    },
    { name: '… while one of the 20 does not answer', value: away, unit: 'ms', baseline: { name: 'all 20 answer', value: twenty } },
  ];
}

export async function run(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const asked = (process.env['SCALE_SCENES'] ?? '').split(',').filter(Boolean);
  for (const scene of [coldStart, largeApp, largeInputs, failing, fairness, manyClusters, oneDay])
    if (asked.length === 0 || asked.includes(scene.name)) figures.push(...(await scene()));
  await engine.close();
  return figures;
}
