/** Releases and order: records in and out of Secrets, and how soon dependents start once their last dependency turned healthy. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createKubeClient, httpTransport, parseKubeconfig } from '../src/adapters/kube/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock } from '../src/adapters/system/index.ts';
import { startEmbeddedCluster } from '../src/app/index.ts';
import type { Json, JsonObject } from '../src/core/object/index.ts';
import type { Release } from '../src/core/release/index.ts';
import { fromSecret, toSecret } from '../src/core/release/store/index.ts';
import { decode, sigsYaml } from '../src/core/yaml/index.ts';
import type { KubeRequest, KubeTransport } from '../src/ports/index.ts';
import { err, ok, type Result } from '../src/std/index.ts';
import { MemoryGit, world } from '../src/testing/world/index.ts';
import { type Figure, medianTime } from './figure.ts';
import { controllersOver, install, put, until } from './product.ts';

const manifest = Array.from(
  { length: 100 },
  (_, at) =>
    `---\n# Source: web/templates/c${at}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${at}\ndata:\n  key: value ${at * 7919}\n`,
).join('');

const release: Release = {
  name: 'web',
  namespace: 'shop',
  version: 1,
  status: 'deployed',
  description: 'Install complete',
  firstDeployed: '2026-01-01T00:00:00Z',
  lastDeployed: '2026-01-01T00:00:00Z',
  deleted: '',
  notes: '',
  chart: {
    metadata: { name: 'web', version: '1.0.0' },
    files: Array.from({ length: 100 }, (_, at) => ({ name: `f${at}`, data: 'YWJj'.repeat(50) })),
  },
  config: {},
  manifest,
  hooks: [],
  applyMethod: 'ssa',
  labels: {},
};

const dependents = 20;
const names = Array.from({ length: dependents }, (_, at) => `app-${at}`);
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
/** What everybody waits for is not readable yet. */
const before = { 'db/x.yaml': 'a: [\n', ...Object.fromEntries(names.map((name) => [`${name}/c.yaml`, configMap(name)])) };
const after = { ...before, 'db/x.yaml': configMap('db') };

/** Milliseconds from the moment the dependency's Ready status is written to the first and to the last dependent's first write. */
interface Waited {
  readonly first: number;
  readonly last: number;
  /** Of processor time, to the last one: the others on this machine take no part in it. */
  readonly work: number;
}

const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

class Watch {
  #ready = { at: 0, work: 0 };
  #last = { at: 0, work: 0 };
  #first = 0;
  started = 0;

  ready(): void {
    this.#ready = { at: performance.now(), work: processorTime() };
  }

  start(): void {
    this.#last = { at: performance.now(), work: processorTime() };
    if (this.started === 0) this.#first = this.#last.at;
    this.started += 1;
  }

  waited(): Waited {
    if (this.started < dependents) throw new Error(`${this.started} of ${dependents} dependents started`);
    return { first: this.#first - this.#ready.at, last: this.#last.at - this.#ready.at, work: this.#last.work - this.#ready.work };
  }
}

/** Looks at what the controllers send. */
function look(watch: Watch, { method, path, query, body }: KubeRequest): void {
  if (method !== 'PATCH' || query?.['dryRun'] !== undefined) return;
  if (path.endsWith('/apps/db/status') && JSON.stringify(body).includes('"Succeeded"')) watch.ready();
  if (/\/configmaps\/app-\d+$/.test(path)) watch.start();
}

/** Controllers and API server in one process, on a clock that stands still. */
async function inProcess(): Promise<Waited> {
  const w = await world();
  const watch = new Watch();
  await w.source();
  await w.app({ name: 'db', path: 'db' });
  for (const name of names) await w.app({ name, path: name, spec: { dependsOn: [{ name: 'db' }] } });
  await w.commit(before);
  await w.settle(5000);
  w.door.fault = (request) => {
    look(watch, request);
    return undefined;
  };
  await w.commit(after);
  for (let turn = 0; turn < 200 && watch.started < dependents; turn++) await w.clock.settle();
  await w.close();
  return watch.waited();
}

const url = 'https://git.test/shop.git';

/** The same over HTTPS, on the real clock; both ends of the wire take their processor time from this process. */
async function overHttps(): Promise<Waited> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const cluster = await startEmbeddedCluster({ kubeconfig, port: 0, tls: true, log: silentLog() });
  const clock = systemClock();
  const parse = (text: string): Result<Json, string> => {
    const value = decode(text, { variant: sigsYaml });
    return value.ok ? ok(value.value) : err(value.error.message);
  };
  const connection = await parseKubeconfig(readFileSync(kubeconfig, 'utf8'), parse, { clock });
  if (!connection.ok) throw new Error(connection.error.message);
  const wire = httpTransport(connection.value);
  const watch = new Watch();
  const seen: KubeTransport = { ...wire, send: (request) => (look(watch, request), wire.send(request)), close: () => wire.close() };
  const git = new MemoryGit();
  const controllers = controllersOver(createKubeClient(seen, { clock }), git);
  const admin = createKubeClient(wire, { clock });
  try {
    await install(admin, ['shop']);
    git.repository(url, () => clock.now()).commit(before);
    await controllers.start();
    const create = (kind: string, name: string, spec: object): Promise<void> =>
      put(admin, { apiVersion: 'lockstep.dev/v1', kind, metadata: { name, namespace: 'shop' }, spec: spec as JsonObject });
    await create('Source', 'config', { git: { url, ref: { branch: 'main' } }, interval: '1h' });
    await create('App', 'db', { source: { name: 'config', path: 'db' } });
    for (const name of names) await create('App', name, { source: { name: 'config', path: name }, dependsOn: [{ name: 'db' }] });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    git.repository(url, () => clock.now()).commit(after);
    controllers.announce({ urls: [url] });
    await until(() => watch.started >= dependents, 5);
    return watch.waited();
  } finally {
    await controllers.stop();
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The middle of five lives, after one that is not counted. */
async function latencies(life: () => Promise<Waited>): Promise<Waited> {
  await life();
  const all: Waited[] = [];
  for (let run = 0; run < 5; run++) all.push(await life());
  return {
    first: middle(all.map(({ first }) => first)),
    last: middle(all.map(({ last }) => last)),
    work: middle(all.map(({ work }) => work)),
  };
}

function figures(where: string, { first, last, work }: Waited): readonly Figure[] {
  const baseline = { name: 'the 50 ms that were promised', value: 50 };
  return [
    { name: `dependency healthy → first write of the first dependent, ${where}`, value: first, unit: 'ms', baseline },
    { name: `… of the last of ${dependents} dependents`, value: last, unit: 'ms', baseline },
    { name: '… in processor time of this process', value: work, unit: 'ms', baseline },
  ];
}

export async function run(): Promise<readonly Figure[]> {
  const secret = toSecret(release, 'shop', { at: 0 });
  const text = JSON.stringify(release);
  const packed = gzipSync(text, { level: 9 });
  const writing = await medianTime(20, () => toSecret(release, 'shop', { at: 0 }));
  const reading = await medianTime(20, () => fromSecret(secret));
  const zip = await medianTime(20, () => gzipSync(JSON.stringify(release), { level: 9 }));
  const unzip = await medianTime(20, () => JSON.parse(gunzipSync(packed).toString()) as unknown);
  return [
    {
      name: 'a release record of 100 objects into its Secret',
      value: writing,
      unit: 'ms',
      baseline: { name: 'JSON and gzip by Node', value: zip },
    },
    { name: 'and back', value: reading, unit: 'ms', baseline: { name: 'JSON and gunzip by Node', value: unzip } },
    ...figures('in one process', await latencies(inProcess)),
    ...figures('over HTTPS', await latencies(overHttps)),
  ];
}
