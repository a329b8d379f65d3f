/**
 * Bad days by chance, from a seed that is printed: while people commit and meddle, servers refuse, watches break, disks fill, history is rewritten, definitions
 * vanish, namespaces hang, rights come and go, and two controllers work at once. Once the day is over, the cluster is as Git says.
 */
import { createKubeClient } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { noMetrics } from '../../src/adapters/metrics/index.ts';
import { type Controllers, createControllers } from '../../src/controllers/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import type { Random } from '../../src/ports/index.ts';
import { seededRandom } from '../../src/testing/clock/index.ts';
import { MemoryNotifier, repositoryUrl, type World, world } from '../../src/testing/world/index.ts';
import { configMap, namespace } from '../e2e/stories.ts';

export interface Day {
  readonly seed: number;
  /** Disturbances that happened. */
  readonly injected: number;
  readonly losses: readonly string[];
  readonly duplicates: readonly string[];
}

const STEPS = 10;
const NAMES = ['one', 'two', 'three', 'four'];

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`;
const widget = (size: string): string => `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: "${size}"}\n`;

/** What disturbs; undone by what it returns. */
type Disturbance = (w: World, random: Random) => Promise<() => Promise<void>>;

const nothing = (): Promise<void> => Promise.resolve();

/** A share of all requests is answered so, for as long as it lasts. */
const answering =
  (status: number, reason: string): Disturbance =>
  (w, random) => {
    const { door } = w;
    const before = door.fault;
    door.fault = (request, write) =>
      request.query?.['watch'] === undefined && random.fraction() < 0.3 ? { status, reason } : before(request, write);
    return Promise.resolve(() => {
      door.fault = before;
      return nothing();
    });
  };

const failing =
  (code: 'Unreachable' | 'Corrupt' | 'DiskFull' | 'Timeout'): Disturbance =>
  (w) => {
    w.repository.failure = code;
    return Promise.resolve(() => {
      w.repository.failure = undefined;
      return nothing();
    });
  };

const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'everything' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' }],
};

export const disturbances: Readonly<Record<string, Disturbance>> = {
  'answers 429': answering(429, 'TooManyRequests'),
  'answers 500': answering(500, 'InternalError'),
  'answers 503': answering(503, 'ServiceUnavailable'),
  'answers 409': answering(409, 'Conflict'),
  'answers 410': answering(410, 'Expired'),
  'lost answers': (w, random) => {
    const { door } = w;
    door.fault = (_request, write) => (write > 0 && random.fraction() < 0.2 ? 'lose' : undefined);
    return Promise.resolve(() => {
      door.fault = () => undefined;
      return nothing();
    });
  },
  'dropped watches': (w) => {
    w.door.dropWatches();
    return Promise.resolve(nothing);
  },
  'silent watches': (w) => {
    w.door.stallWatches();
    return Promise.resolve(nothing);
  },
  'the clock jumps': (w, random) => {
    w.clock.jump(Math.floor((random.fraction() - 0.5) * 48 * 3_600_000));
    return Promise.resolve(nothing);
  },
  'Git away': failing('Unreachable'),
  'Git times out': failing('Timeout'),
  'Git slow': (w, random) => {
    w.git.line = () => w.clock.sleep(5000 + random.fraction() * 60_000);
    return Promise.resolve(() => {
      w.git.line = () => Promise.resolve();
      return nothing();
    });
  },
  'mirror corrupt': failing('Corrupt'),
  'disk full': failing('DiskFull'),
  'ledger refuses': (w) => {
    w.ledger.onCall = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    return Promise.resolve(() => {
      w.ledger.onCall = () => undefined;
      return nothing();
    });
  },
  'history rewritten': (w) => {
    w.repository.commit(w.repository.files(), { parent: null, message: 'rewritten' });
    w.controllers.announce({ urls: [repositoryUrl] });
    return Promise.resolve(nothing);
  },
  'definition deleted': async (w) => {
    await w.remove('CustomResourceDefinition/widgets.example.com').catch(() => undefined);
    return nothing;
  },
  'namespace hangs': async (w) => {
    await w.edit('Namespace/side', { metadata: { finalizers: ['example.com/hang'] } }).catch(() => undefined);
    await w.remove('Namespace/side').catch(() => undefined);
    return () => w.edit('Namespace/side', { metadata: { finalizers: null } }).catch(() => undefined);
  },
  'rights withdrawn': async (w) => {
    await w.remove('ClusterRoleBinding/everything');
    return async () => void (await w.put(binding));
  },
  'process dies': async (w) => {
    await w.crash();
    return nothing;
  },
  'two controllers': async (w) => {
    const second = secondOf(w);
    let started = false;
    const starting = second.start().then(() => (started = true));
    for (let turn = 0; !started && turn < 200; turn += 1) await w.clock.advance(50);
    await starting;
    return async () => {
      let stopped = false;
      const stopping = second.stop().then(() => (stopped = true));
      for (let turn = 0; !stopped && turn < 200; turn += 1) await w.clock.advance(50);
      await stopping;
    };
  },
};

/** As a replica whose lease was lost without its noticing: nothing but the API server keeps the two apart. */
function secondOf(w: World): Controllers {
  const { clock, git, charts, web, ledger } = w;
  const parts = { mirrors: git, charts, web, ledger, notifier: new MemoryNotifier(), log: silentLog(), metrics: noMetrics() };
  const kube = createKubeClient(w.transport(), { clock });
  return createControllers(
    { ...parts, kube, clock, random: seededRandom(99) },
    { namespace: 'lockstep-system', installation: 'test', sealingKeyBits: 2048 },
  );
}

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random.fraction() * items.length)] as T;

export async function day(seed: number): Promise<Day> {
  const [w, random] = [await world({ seed, namespaces: ['shop'] }), seededRandom(seed)];
  const wanted = new Map<string, string>();
  const files = (): Record<string, string> => ({
    'web/crd.yaml': definition,
    'web/widget.yaml': widget('1'),
    'web/ns.yaml': namespace('side'),
    'web/side.yaml': configMap('inside', { value: '1' }, { namespace: 'side' }),
    ...Object.fromEntries([...wanted].map(([name, value]) => [`web/${name}.yaml`, configMap(name, { value })])),
  });
  await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bystander', namespace: 'shop' }, data: { value: 'not ours' } });
  w.repository.commit(files());
  await w.source();
  await w.app();
  await w.settle(8000);
  let injected = 0;
  const told: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const name = pick(random, Object.keys(disturbances));
    const undo = await disturbances[name]?.(w, random);
    injected += 1;
    told.push(name);
    const object = pick(random, NAMES);
    if (random.fraction() < 0.3) wanted.delete(object);
    else wanted.set(object, String(step));
    w.repository.commit(files());
    w.controllers.announce({ urls: [repositoryUrl] });
    await w.settle(2000 + Math.floor(random.fraction() * 6000));
    await undo?.();
  }
  await rest(w);
  const losses = await differences(w, wanted);
  await w.close();
  const said = losses.map((line) => `seed ${seed}: ${line} after ${told.join(', ')}`);
  return {
    seed,
    injected,
    losses: said.filter((line) => !line.includes('too much')),
    duplicates: said.filter((line) => line.includes('too much')),
  };
}

/** Time for everything that was put off: the longest delay is five minutes, and a silent watch is given up after three. */
async function rest(w: World): Promise<void> {
  w.door.fault = () => undefined;
  for (let round = 0; round < 6; round += 1) {
    w.controllers.announce({ urls: [repositoryUrl] });
    await w.settle(round === 0 ? 20_000 : 90_000);
  }
}

async function differences(w: World, wanted: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const maps = await w.list('ConfigMap');
  const ours = maps.filter(({ metadata }) => metadata.annotations?.['lockstep.dev/owner'] !== undefined);
  const values = new Map(ours.map((object) => [object.metadata.name ?? '', valueOf(object)]));
  const expected = new Map([...wanted, ['inside', '1']]);
  const missing = [...expected]
    .filter(([name, value]) => values.get(name) !== value)
    .map(([name]) => `ConfigMap ${name} is not as Git says`);
  const more = [...values.keys()].filter((name) => !expected.has(name)).map((name) => `ConfigMap ${name} is too much`);
  const bystander = maps.find(({ metadata }) => metadata.name === 'bystander');
  const found = await w.find('Widget/shop/w').catch(() => undefined);
  const ready = await w.condition('Ready');
  return [
    ...missing,
    ...more,
    ...(bystander === undefined || valueOf(bystander) !== 'not ours' ? ['what is not ours was touched'] : []),
    ...(found === undefined ? ['Widget w is missing'] : []),
    ...(ready.startsWith('Ready=True') ? [] : [`${ready.slice(0, 200)}`]),
  ];
}

const valueOf = (object: KubeObject): string | undefined => (object['data'] as { value?: string } | undefined)?.value;
