/** Behaviour over time that no single recorded answer shows: deletion, ownership, watches; and input that means harm. */
import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemClock, systemRandom } from '../adapters/system/index.ts';
import type { Json, KubeObject } from '../core/object/index.ts';
import { fakeClock } from '../testing/clock/index.ts';
import type { KubeRequest, KubeTransport, WatchEvent } from '../ports/index.ts';
import { type Cluster, createCluster } from './index.ts';

const open: Cluster[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cluster) => cluster.close()));
});

async function bare(): Promise<Cluster> {
  const cluster = await createCluster({
    clock: systemClock(),
    random: systemRandom(),
    log: silentLog(),
    storage: 'memory',
    simulate: false,
  });
  open.push(cluster);
  return cluster;
}

interface Answer {
  readonly status: number;
  readonly object: KubeObject & { readonly message?: string; readonly reason?: string; readonly items?: readonly KubeObject[] };
}

const cms = '/api/v1/namespaces/default/configmaps';

const call =
  (transport: KubeTransport, method: KubeRequest['method']) =>
  async (path: string, value?: Json, extra: Partial<KubeRequest> = {}): Promise<Answer> => {
    const body = value === undefined ? {} : { body: { kind: 'json' as const, value } };
    const answer = await transport.send({ method, path, ...body, ...extra });
    return { status: answer.status, object: (answer.body.kind === 'json' ? answer.body.value : {}) as unknown as Answer['object'] };
  };

const cm = (name: string, metadata: Record<string, Json> = {}): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
});

const ownedBy = (owner: KubeObject, block = true): Json => [
  { apiVersion: 'v1', kind: 'ConfigMap', name: owner.metadata.name ?? '', uid: owner.metadata.uid ?? '', blockOwnerDeletion: block },
];

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never came to pass');
}

const isGone = (transport: KubeTransport, path: string) => async (): Promise<boolean> =>
  (await call(transport, 'GET')(path)).status === 404;

/** Events of a watch until `count` have come. */
async function watched(
  transport: KubeTransport,
  path: string,
  query: Record<string, string>,
  count: number,
): Promise<readonly WatchEvent[]> {
  const abort = new AbortController();
  const { body } = await transport.send({ method: 'GET', path, query: { watch: 'true', ...query }, signal: abort.signal });
  if (body.kind !== 'events') throw new Error('not a watch');
  const seen: WatchEvent[] = [];
  for await (const event of body.events) {
    seen.push(event);
    if (seen.length === count) break;
  }
  abort.abort();
  return seen;
}

test('a finalizer holds an object until it is taken off', async () => {
  const api = (await bare()).transport();
  await call(api, 'POST')(cms, cm('f', { finalizers: ['example.com/f'] }));
  const first = await call(api, 'DELETE')(`${cms}/f`);
  expect([first.status, first.object.metadata.deletionGracePeriodSeconds]).toEqual([200, 0]);
  const headers = { 'content-type': 'application/merge-patch+json' };
  const more = await call(api, 'PATCH')(`${cms}/f`, { metadata: { finalizers: ['example.com/f', 'example.com/g'] } }, { headers });
  expect([more.status, more.object.message]).toEqual([
    422,
    'ConfigMap "f" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/g"}',
  ]);
  const again = await call(api, 'POST')(cms, cm('f'));
  expect(again.object.message).toBe('object is being deleted: configmaps "f" already exists');
  const last = await call(api, 'PATCH')(`${cms}/f`, { metadata: { finalizers: null } }, { headers });
  expect(last.status).toBe(200);
  expect((await call(api, 'GET')(`${cms}/f`)).status).toBe(404);
});

test('deleting asks for the same uid when it is told one', async () => {
  const api = (await bare()).transport();
  const made = await call(api, 'POST')(cms, cm('f'));
  const refused = await call(api, 'DELETE')(`${cms}/f`, { preconditions: { uid: 'nope' } });
  expect([refused.status, refused.object.message]).toEqual([
    409,
    `Operation cannot be fulfilled on ConfigMap "f": the UID in the precondition (nope) does not match the UID in record (${made.object.metadata.uid}). The object might have been deleted and then recreated`,
  ]);
});

test('what is owned goes after its owner, before it, or not at all', async () => {
  const api = (await bare()).transport();
  for (const policy of ['Background', 'Foreground', 'Orphan']) {
    const owner = await call(api, 'POST')(cms, cm('owner'));
    await call(api, 'POST')(
      cms,
      cm('child', { ownerReferences: ownedBy(owner.object), finalizers: policy === 'Foreground' ? ['example.com/hold'] : [] }),
    );
    await call(api, 'DELETE')(`${cms}/owner`, undefined, { query: { propagationPolicy: policy } });
    if (policy === 'Foreground') {
      expect((await call(api, 'GET')(`${cms}/owner`)).object.metadata.finalizers).toEqual(['foregroundDeletion']);
      await until(async () => (await call(api, 'GET')(`${cms}/child`)).object.metadata.deletionTimestamp !== undefined);
      expect((await call(api, 'GET')(`${cms}/owner`)).status).toBe(200);
      const headers = { 'content-type': 'application/merge-patch+json' };
      await call(api, 'PATCH')(`${cms}/child`, { metadata: { finalizers: null } }, { headers });
    }
    await until(isGone(api, `${cms}/owner`));
    if (policy !== 'Orphan') await until(isGone(api, `${cms}/child`));
  }
  expect((await call(api, 'GET')(`${cms}/child`)).object.metadata.ownerReferences).toBeUndefined();
});

test('a namespace takes everything in it along, and takes nothing new meanwhile', async () => {
  const api = (await bare()).transport();
  await call(api, 'POST')('/api/v1/namespaces', { metadata: { name: 'n' } });
  await call(api, 'POST')('/api/v1/namespaces/n/configmaps', cm('held', { finalizers: ['example.com/f'] }));
  await call(api, 'POST')('/api/v1/namespaces/n/configmaps', cm('free'));
  await call(api, 'DELETE')('/api/v1/namespaces/n');
  await until(isGone(api, '/api/v1/namespaces/n/configmaps/free'));
  const refused = await call(api, 'POST')('/api/v1/namespaces/n/configmaps', cm('late'));
  expect([refused.status, refused.object.message]).toEqual([
    403,
    'configmaps "late" is forbidden: unable to create new content in namespace n because it is being terminated',
  ]);
  const headers = { 'content-type': 'application/merge-patch+json' };
  await call(api, 'PATCH')('/api/v1/namespaces/n/configmaps/held', { metadata: { finalizers: null } }, { headers });
  await until(isGone(api, '/api/v1/namespaces/n'));
});

test('a watch tells what changed, in order, for those selected', async () => {
  const api = (await bare()).transport();
  await call(api, 'POST')(cms, cm('a', { labels: { app: 'x' } }));
  const { object } = await call(api, 'GET')(cms);
  const from = object.metadata.resourceVersion ?? '';
  const headers = { 'content-type': 'application/merge-patch+json' };
  await call(api, 'POST')(cms, cm('b', { labels: { app: 'y' } }));
  await call(api, 'PATCH')(`${cms}/b`, { metadata: { labels: { app: 'x' } } }, { headers });
  await call(api, 'PATCH')(`${cms}/a`, { metadata: { labels: { app: 'y' } } }, { headers });
  await call(api, 'DELETE')(`${cms}/b`);
  const events = await watched(api, cms, { resourceVersion: from, labelSelector: 'app=x' }, 3);
  // An object that stops matching is deleted for whoever selects.
  expect(events.map((event) => [event.type, event.object.metadata.name])).toEqual([
    ['ADDED', 'b'],
    ['DELETED', 'a'],
    ['DELETED', 'b'],
  ]);
  const revisions = events.map((event) => Number(event.object.metadata.resourceVersion));
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
});

test('streaming lists are refused, as a server of this version refuses them', async () => {
  const api = (await bare()).transport();
  const query = { watch: 'true', sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' };
  const { status, object } = await call(api, 'GET')(cms, undefined, { query });
  expect([status, object.message]).toEqual([
    422,
    'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
  ]);
});

test('a watch from no revision starts with what exists', async () => {
  const api = (await bare()).transport();
  await call(api, 'POST')(cms, cm('a'));
  expect((await watched(api, cms, {}, 1)).map((event) => [event.type, event.object.metadata.name])).toEqual([['ADDED', 'a']]);
});

test('history that is compacted is gone for good', async () => {
  const cluster = await bare();
  const api = cluster.transport();
  for (const name of ['a', 'b', 'c']) await call(api, 'POST')(cms, cm(name));
  const page = await call(api, 'GET')(cms, undefined, { query: { limit: '1' } });
  await call(api, 'POST')(cms, cm('d'));
  cluster.compact();
  await call(api, 'POST')(cms, cm('e'));
  const from = page.object.metadata.resourceVersion ?? '';
  const [event] = await watched(api, cms, { resourceVersion: from }, 1);
  expect([event?.type, (event?.object as { code?: number } | undefined)?.code]).toEqual(['ERROR', 410]);
  const token = (page.object.metadata as { continue?: string }).continue ?? '';
  const rest = await call(api, 'GET')(cms, undefined, { query: { limit: '1', continue: token } });
  expect([rest.status, rest.object.reason]).toEqual([410, 'Expired']);
});

test('a snapshot brings a cluster back, definitions and all', async () => {
  const first = await bare();
  const made = await call(first.transport(), 'POST')(cms, cm('kept'));
  const names = { plural: 'ws', singular: 'w', kind: 'W' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const versions = [{ name: 'v1', served: true, storage: true, schema }];
  const definition = { metadata: { name: 'ws.ex.com' }, spec: { group: 'ex.com', scope: 'Namespaced', names, versions } };
  await call(first.transport(), 'POST')('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  const ws = '/apis/ex.com/v1/namespaces/default/ws';
  const served = async (api: KubeTransport): Promise<boolean> => (await call(api, 'GET')(ws)).status === 200;
  await until(() => served(first.transport()));
  await call(first.transport(), 'POST')(ws, { apiVersion: 'ex.com/v1', kind: 'W', metadata: { name: 'w' }, spec: 1 });
  const options = { clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory' as const };
  const second = await createCluster({ ...options, snapshot: first.snapshot() });
  open.push(second);
  const api = second.transport();
  expect((await call(api, 'GET')(`${cms}/kept`)).object.metadata.uid).toBe(made.object.metadata.uid);
  expect((await call(api, 'GET')(`${ws}/w`)).status).toBe(200);
  await expect(createCluster({ ...options, snapshot: 'no' })).rejects.toThrow('snapshot line 1 is not JSON');
});

test('a scenario makes programs and requests fail for as long as it says so', async () => {
  const clock = fakeClock();
  const cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
  open.push(cluster);
  const api = cluster.transport();
  await clock.advance(1000);
  const config = (data: Record<string, Json>): Json => ({ ...(cm('lockstep-scenario') as Record<string, Json>), data });
  const containers = [{ name: 'c', image: 'x' }];
  const pods = '/api/v1/namespaces/default/pods';
  await call(api, 'POST')(cms, config({ pods: 'app=web: image-missing\n', api: 'get services: 503\n* secrets/db: 429' }));
  for (const app of ['web', 'db']) await call(api, 'POST')(pods, { metadata: { name: app, labels: { app } }, spec: { containers } });
  await clock.advance(3000);
  const reason = async (): Promise<unknown> => {
    const { status } = (await call(api, 'GET')(`${pods}/web`)).object as unknown as { status: { containerStatuses: { state: Json }[] } };
    return Object.keys(status.containerStatuses[0]?.state as object)[0];
  };
  expect(await reason()).not.toBe('running');
  expect((await call(api, 'GET')('/api/v1/namespaces/default/services/kubernetes')).object).toMatchObject({
    code: 503,
    reason: 'ServiceUnavailable',
  });
  expect((await call(api, 'DELETE')('/api/v1/namespaces/default/secrets/db')).object).toMatchObject({
    code: 429,
    details: { retryAfterSeconds: 1 },
  });
  await call(api, 'PUT')(`${cms}/lockstep-scenario`, config({}));
  await clock.advance(1000);
  expect(await reason()).toBe('running');
  expect((await call(api, 'GET')('/api/v1/namespaces/default/services/kubernetes')).status).toBe(200);
});

test('pages of a list are one snapshot', async () => {
  const api = (await bare()).transport();
  const path = '/api/v1/namespaces/kube-public/configmaps';
  for (const name of ['p1', 'p2', 'p3']) await call(api, 'POST')(path, cm(name));
  const first = await call(api, 'GET')(path, undefined, { query: { limit: '2' } });
  await call(api, 'POST')(path, cm('p4'));
  await call(api, 'DELETE')(`${path}/p3`);
  const next = (first.object.metadata as { continue?: string }).continue ?? '';
  const rest = await call(api, 'GET')(path, undefined, { query: { limit: '5', continue: next } });
  const names = [...(first.object.items ?? []), ...(rest.object.items ?? [])].map((item) => item.metadata.name);
  expect(names).toEqual(['p1', 'p2', 'p3']);
  expect(rest.object.metadata.resourceVersion).toBe(first.object.metadata.resourceVersion);
});

/** One raw HTTP request; `undefined` when the server hung up. */
function raw(
  url: string,
  options: { readonly method: string; readonly path: string; readonly type?: string; readonly body?: string | Buffer },
): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const headers = { 'content-type': options.type ?? 'application/json' };
    const sent = request({ hostname, port, method: options.method, path: options.path, headers, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', () => resolve(undefined));
    sent.end(options.body);
  });
}

test('bad input gets an answer, and the server lives on', async () => {
  const cluster = await bare();
  const { url, close } = await cluster.listen({ tls: false });
  const deep = (left: string, right: string): string => `{"metadata":{"name":"d"},"data":${left.repeat(200_000)}${right.repeat(200_000)}}`;
  const bodies: readonly (readonly [body: string | Buffer, status: readonly number[]])[] = [
    ['', [400]],
    ['{', [400]],
    ['null', [422]],
    ['[]', [400]],
    ['"x"', [400]],
    ['{"metadata":[]}', [400]],
    ['{"metadata":{"name":{"toString":1}}}', [400]],
    ['{"metadata":{"name":"p"},"__proto__":{"polluted":"yes"},"data":{"__proto__":"x","constructor":"y"}}', [201, 400, 422]],
    ['{"metadata":{"name":"q","labels":{"__proto__":"x"}}}', [201, 422]],
    [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), [201, 400, 422]],
    [Buffer.from([0x00, 0x01, 0x02]), [400]],
    [deep('[', ']'), [400]],
    [deep('{"a":', '}'), [400]],
    [`{"metadata":{"name":"big"},"data":{"a":"${'x'.repeat(4_000_000)}"}}`, [413, 422]],
  ];
  const answers: (readonly [string, number | undefined])[] = [];
  for (const [body, allowed] of bodies) {
    const status = await raw(url, { method: 'POST', path: cms, body });
    if (status === undefined || !allowed.includes(status)) answers.push([body.toString().slice(0, 60), status]);
  }
  const types = [
    'application/apply-patch+yaml',
    'application/strategic-merge-patch+json',
    'application/merge-patch+json',
    'application/json-patch+json',
  ];
  for (const type of types) {
    for (const body of [
      '',
      '{',
      '[',
      'null',
      '[null]',
      '[{"op":"copy","from":"/metadata","path":"/__proto__/x"}]',
      'a: &a [*a]',
      deep('[', ']'),
      '{"__proto__":null,"metadata":{"$patch":"replace"}}',
    ]) {
      const status = await raw(url, { method: 'PATCH', path: `${cms}/kube-root-ca.crt?fieldManager=m`, type, body });
      if (status === undefined || status >= 500) answers.push([`${type} ${body.slice(0, 40)}`, status]);
    }
  }
  for (const path of [
    '/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets',
    '/api/%zz',
    '/%00',
    '//api//v1',
    '/api/v1/namespaces/default/configmaps/%E0%A4%A',
    `/api/v1/${'a/'.repeat(5000)}`,
    '/api/v1/namespaces?limit=-1',
    '/api/v1/namespaces?limit=1e9&continue=%00',
    '/api/v1/namespaces?labelSelector=%ff',
    '/openapi/v3/../../etc/passwd',
    '/apis/__proto__/v1/constructor',
  ]) {
    const status = await raw(url, { method: 'GET', path });
    if (status === undefined || status >= 500) answers.push([path.slice(0, 60), status]);
  }
  expect(answers).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(await raw(url, { method: 'GET', path: cms })).toBe(200);
  await close();
});

test('kinds without a protobuf form can be patched as well', async () => {
  const transport = (await bare()).transport();
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await call(transport, 'POST')(definitions, {
    metadata: { name: 'as.x.example.com' },
    spec: {
      group: 'x.example.com',
      scope: 'Cluster',
      names: { plural: 'as', kind: 'A' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  });
  const headers = { 'content-type': 'application/merge-patch+json' };
  const patched = await call(transport, 'PATCH')(`${definitions}/as.x.example.com`, { metadata: { labels: { a: 'b' } } }, { headers });
  expect([patched.status, patched.object.metadata.labels]).toEqual([200, { a: 'b' }]);
});

test('an apply that changes nothing but the time has no new revision, an empty list that Go writes as null included', async () => {
  const clock = fakeClock();
  const cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory', simulate: false });
  open.push(cluster);
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/x';
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' }, rules: [] };
  const extra = { headers: { 'content-type': 'application/apply-patch+yaml' }, query: { fieldManager: 'helm' } };
  const apply = () => call(cluster.transport(), 'PATCH')(path, role, extra);
  const first = await apply();
  await clock.advance(5000);
  expect((await apply()).object.metadata.resourceVersion).toBe(first.object.metadata.resourceVersion);
});
