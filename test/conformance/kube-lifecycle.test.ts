/** The life of workloads in the embedded cluster against one recorded from a real control plane, on a clock of the test's own. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemRandom } from '../../src/adapters/system/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import type { Json } from '../../src/core/object/index.ts';
import { type FakeClock, fakeClock } from '../../src/testing/clock/index.ts';
import { corpusPath, describeCorpus, readCorpus } from './corpus.ts';

interface Recorded {
  readonly kind?: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Readonly<Record<string, Json>>;
  readonly status?: { readonly conditions?: readonly Condition[] } & Readonly<Record<string, Json>>;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

type Listing = Readonly<Record<string, readonly Recorded[]>>;

/** Fields the server fills in: what was sent did not have them. */
const faults: Readonly<Record<string, string>> = { badimg: 'image-missing', crash: 'crash-loop', ko: 'fail' };

/** The hash of a template and the suffix of a generated name depend on the implementation. */
const unhashed = (text: string): string =>
  text
    .replaceAll(/\b(web|badimg|crash)-[0-9a-z]{6,10}-[0-9a-z]{5}\b/g, '$1-HASH-x')
    .replaceAll(/\b(web|badimg|crash)-[0-9a-z]{6,10}\b/g, '$1-HASH')
    .replaceAll(/\b(db|ds)-[0-9a-f]{8,12}\b/g, '$1-HASH')
    .replaceAll(/\b(ds|ok|ko)-[0-9a-z]{5}\b/g, '$1-x');

const conditionsOf = (object: Recorded): readonly string[] =>
  (object.status?.conditions ?? []).map(({ type, status, reason, message }) => unhashed(`${type}=${status} ${reason}: ${message}`));

/** Status without conditions and without what differs from run to run. */
function countsOf(object: Recorded): Json {
  const dropped = /time|uncounted|revision|conditions|collision/i;
  return Object.fromEntries(
    Object.entries(object.status ?? {})
      .filter(([name]) => !dropped.test(name))
      .sort(),
  ) as Json;
}

/** Every distinct set of conditions each object went through, as the recorded log tells. */
function recordedLog(): { readonly conditions: ReadonlyMap<string, ReadonlySet<string>>; readonly events: readonly string[] } {
  const [log = '', events = ''] = readFileSync(corpusPath('kube-api', 'lifecycle-log-1.33.5.txt'), 'utf8').split('\nEVENTS\n');
  const conditions = new Map<string, Set<string>>();
  for (const line of log.split('\n')) {
    const match = /^[\d.]+s (?:ADDED|MODIFIED) (\S+) (\S+) gen=\d* (\{.*\})$/.exec(line);
    if (match === null) continue;
    const [, kind = '', name = '', status = '{}'] = match;
    const seen = conditions.get(`${kind} ${unhashed(name)}`) ?? new Set();
    for (const text of conditionsOf({ metadata: { name }, status: JSON.parse(status) as Recorded['status'] & {} })) seen.add(text);
    conditions.set(`${kind} ${unhashed(name)}`, seen);
  }
  return { conditions, events: events.split('\n').filter((line) => line !== '') };
}

class Life {
  readonly conditions = new Map<string, Set<string>>();
  readonly #cluster: Cluster;
  readonly #clock: FakeClock;
  readonly #stop = new AbortController();

  constructor(cluster: Cluster, clock: FakeClock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  static async start(): Promise<Life> {
    const clock = fakeClock();
    const cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
    const life = new Life(cluster, clock);
    await life.create('/api/v1/namespaces', { metadata: { name: 'life' } });
    await life.pass(1);
    return life;
  }

  async create(path: string, value: Json): Promise<void> {
    const answer = await this.#cluster.transport().send({ method: 'POST', path, body: { kind: 'json', value } });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  }

  async patch(path: string, value: Json): Promise<void> {
    const headers = { 'content-type': 'application/merge-patch+json' };
    const answer = await this.#cluster.transport().send({ method: 'PATCH', path, headers, body: { kind: 'json', value } });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  async list(path: string): Promise<readonly Recorded[]> {
    const { body } = await this.#cluster.transport().send({ method: 'GET', path });
    return body.kind === 'json' ? (body.value as unknown as { items: readonly Recorded[] }).items : [];
  }

  /** Notes the conditions each workload goes through. */
  async watch(path: string, kind: string): Promise<void> {
    const { body } = await this.#cluster.transport().send({ method: 'GET', path, query: { watch: 'true' }, signal: this.#stop.signal });
    if (body.kind !== 'events') throw new Error('not a watch');
    void (async () => {
      for await (const event of body.events) {
        const object = event.object as unknown as Recorded;
        const key = `${kind} ${unhashed(object.metadata.name)}`;
        const seen = this.conditions.get(key) ?? new Set();
        for (const text of conditionsOf(object)) seen.add(text);
        this.conditions.set(key, seen);
      }
    })();
  }

  async pass(seconds: number): Promise<void> {
    await this.#clock.advance(seconds * 1000);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#cluster.close();
  }
}

const without = (value: Readonly<Record<string, Json>>, names: readonly string[]): Record<string, Json> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

/** What was sent, from what was recorded: faults become the annotation that asks for them. */
function sent(recorded: Recorded, image?: string): Json {
  const { name } = recorded.metadata;
  const spec = without(recorded.spec ?? {}, ['selector', 'manualSelector']);
  const template = spec['template'] as {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: { containers: Json[] };
  };
  const annotations: Record<string, string> = faults[name] === undefined ? {} : { 'lockstep.dev/simulate': faults[name] };
  const containers = template.spec.containers.map((container) => ({
    ...(container as Record<string, Json>),
    ...(image === undefined ? {} : { image }),
  }));
  const job = name === 'ok' || name === 'ko';
  const labels = job ? {} : { app: name };
  return {
    metadata: { name },
    spec: {
      ...spec,
      ...(job ? {} : { selector: { matchLabels: labels } }),
      template: { metadata: { labels, annotations }, spec: { ...template.spec, containers } },
    },
  } as Json;
}

const apps = '/apis/apps/v1/namespaces/life';
const jobs = '/apis/batch/v1/namespaces/life/jobs';
const budgets = '/apis/policy/v1/namespaces/life/poddisruptionbudgets';
const watched: readonly (readonly [path: string, kind: string])[] = [
  [`${apps}/deployments`, 'Deployment'],
  [`${apps}/statefulsets`, 'StatefulSet'],
  [`${apps}/daemonsets`, 'DaemonSet'],
  [jobs, 'Job'],
];

/** The recorded story: everything is made, ten seconds pass, then `web` gets a new image. */
async function relive(life: Life, listing: Listing): Promise<void> {
  const at = (path: string, name: string): Recorded => listing[path]?.find((object) => object.metadata.name === name) as Recorded;
  for (const [path, kind] of watched) await life.watch(path, kind);
  await life.create(`${apps}/deployments`, sent(at(`${apps}/deployments`, 'web'), 'nginx:1'));
  for (const name of ['badimg', 'crash']) await life.create(`${apps}/deployments`, sent(at(`${apps}/deployments`, name)));
  await life.create(`${apps}/statefulsets`, sent(at(`${apps}/statefulsets`, 'db')));
  await life.create(`${apps}/daemonsets`, sent(at(`${apps}/daemonsets`, 'ds')));
  for (const name of ['ok', 'ko']) await life.create(jobs, sent(at(jobs, name)));
  await life.create(budgets, { metadata: { name: 'web' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } });
  await life.pass(10);
  await life.patch(`${apps}/deployments/web`, { spec: { template: { spec: { containers: [{ name: 'c', image: 'nginx:2' }] } } } });
  await life.pass(30);
}

interface RecordedEvent {
  readonly source?: { readonly component: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly count?: number;
}

/** What other parts than ours said, or said because the recording had no provisioner and no metrics. */
const elsewhere = /default-scheduler|kubelet|persistentvolume-controller|horizontal-pod-autoscaler/;

const counted = (lines: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const line of lines
    .filter((text) => !elsewhere.test(text))
    .map(unhashed)
    .sort())
    counts[line] = (counts[line] ?? 0) + 1;
  return counts;
};

describeCorpus('kube-api', 1, () => {
  test('workloads go through the recorded conditions, events and counts', async () => {
    const listing = readCorpus<Listing>('kube-api', 'lifecycle-objects-1.33.5.json');
    const life = await Life.start();
    await relive(life, listing);
    const recorded = recordedLog();
    const kinds = new Set(watched.map(([, kind]) => kind));
    for (const [key, seen] of recorded.conditions) {
      if (kinds.has(key.split(' ')[0] as string))
        expect([key, [...(life.conditions.get(key) ?? [])].sort()]).toEqual([key, [...seen].sort()]);
    }
    for (const path of [...watched.map(([one]) => one), budgets, `${apps}/replicasets`]) {
      // The recorded db-1 never got a volume: there was no provisioner.
      const tell = (objects: readonly Recorded[]): readonly string[] =>
        objects
          .filter(({ metadata }) => metadata.name !== 'db')
          .map((object) => `${unhashed(object.metadata.name)} ${JSON.stringify(countsOf(object))}`)
          .sort();
      expect([path, tell(await life.list(path))]).toEqual([path, tell(listing[path] ?? [])]);
    }
    const events = (await life.list('/api/v1/namespaces/life/events')) as unknown as readonly RecordedEvent[];
    const said = events.map(
      (one) => `${one.source?.component} ${one.type} ${one.reason} ${one.involvedObject.kind}/${one.involvedObject.name}: ${one.message}`,
    );
    expect(counted(said)).toEqual(counted(recorded.events));
    await life.end();
  });

  test('a progress deadline of ten minutes passes in no time', async () => {
    const life = await Life.start();
    const container = { name: 'c', image: 'gone:1' };
    const template = {
      metadata: { labels: { app: 'slow' }, annotations: { 'lockstep.dev/simulate': 'image-missing' } },
      spec: { containers: [container] },
    };
    await life.create(`${apps}/deployments`, {
      metadata: { name: 'slow' },
      spec: { selector: { matchLabels: { app: 'slow' } }, template },
    } as Json);
    const reason = async (): Promise<string | undefined> =>
      (await life.list(`${apps}/deployments`))[0]?.status?.conditions?.find(({ type }) => type === 'Progressing')?.reason;
    await life.pass(590);
    expect(await reason()).toBe('ReplicaSetUpdated');
    await life.pass(20);
    expect(await reason()).toBe('ProgressDeadlineExceeded');
    await life.end();
  });
});
