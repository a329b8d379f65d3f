/** Bad input and bad days: each has a stable reason, loses nothing, leaves others alone, and ends by itself when its cause does. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fault, type World, world } from '../../src/testing/world/index.ts';
import { appManifest, configMap, crd, custom } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop', 'other'] });
  await w.source();
});
afterEach(() => w.close());

const dataOf = async (name: string): Promise<unknown> => (await w.get(name))['data'];

describe('input nobody should have pushed', () => {
  test.each([
    ['invalid YAML', { 'web/x.yaml': 'a: [\n' }, /InvalidYaml: web\/x\.yaml:\d+/],
    ['not an object', { 'web/x.yaml': 'just text\n' }, /NotKubernetes: web\/x\.yaml:1/],
    ['no name', { 'web/x.yaml': 'apiVersion: v1\nkind: ConfigMap\n' }, /NotKubernetes: web\/x\.yaml/],
    ['the same object twice', { 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('x') }, /DuplicateObject: web\/y\.yaml/],
    [
      'the same object twice, once by default namespace',
      { 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('x', {}, { namespace: 'shop' }) },
      /DuplicateObject: .*the same object stands in/,
    ],
    ['a link that leaves the repository', { 'web/x.yaml': '-> /etc/passwd' }, /PathEscapes: web\/x\.yaml/],
    [
      'an unknown kind',
      { 'web/x.yaml': 'apiVersion: nowhere.io/v1\nkind: Nothing\nmetadata: {name: x}\n' },
      /UnknownKind: Nothing x: the cluster serves no nowhere.io\/v1 Nothing \(web\/x\.yaml/,
    ],
    [
      'a field that is not there',
      { 'web/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: [1]\n' },
      /(InvalidObject|SchemaError|ApplyFailed): .*x/,
    ],
    ['a missing namespace', { 'web/x.yaml': configMap('x', {}, { namespace: 'nowhere' }) }, /NamespaceMissing: .*nowhere/],
  ])('%s', async (_name, files, message) => {
    await w.app();
    await w.app({ name: 'fine', path: 'fine' });
    await w.commit({ ...files, 'fine/f.yaml': configMap('f') });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(message);
    expect(await w.condition('Ready', 'fine')).toContain('Ready=True');
    await w.commit({ ...Object.fromEntries(Object.keys(files).map((path) => [path, null])), 'web/good.yaml': configMap('good') });
    await w.settle(20_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('an unknown ref, an empty repository, a repository that does not exist', async () => {
    await w.app();
    await w.settle();
    expect(await w.condition('Ready')).toContain('EmptyRepository');
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    await w.source({ name: 'odd', git: { ref: { branch: 'nowhere' } } });
    await w.app({ name: 'odd', spec: { source: { name: 'odd', path: 'web' } } });
    await w.source({ name: 'absent', git: { url: 'https://git.test/absent.git' } });
    await w.app({ name: 'absent', spec: { source: { name: 'absent', path: 'web' } } });
    await w.app({ name: 'sourceless', spec: { source: { name: 'nobody', path: 'web' } } });
    await w.settle();
    expect(await w.condition('Ready', 'odd')).toContain('RefNotFound');
    expect(await w.condition('Ready', 'absent')).toContain('RepositoryNotFound');
    expect(await w.condition('Ready', 'sourceless')).toContain('SourceNotFound');
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('rules that do not compile are refused with their place', async () => {
    await w.app({ spec: { health: { checks: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.a ==' }] } } });
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/RuleInvalid: .*spec\.health\.checks\[0\]\.current/);
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  });
});

describe('an API server with a bad day', () => {
  const once = (fault: Fault, times: number): World['door']['fault'] => {
    let left = times;
    return (_request, write) => (write > 0 && left-- > 0 ? fault : undefined);
  };

  test.each([
    ['429', { status: 429, reason: 'TooManyRequests' }],
    ['500', { status: 500, reason: 'InternalError' }],
    ['503', { status: 503, reason: 'ServiceUnavailable' }],
    ['409', { status: 409, reason: 'Conflict' }],
    ['nothing', 'refuse'],
    ['nothing, after doing it', 'lose'],
  ] as readonly (readonly [string, Fault])[])('answers %s to ten writes', async (_name, fault) => {
    await w.app();
    w.door.fault = once(fault, 10);
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle(120_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect((await w.appStatus()).inventory?.count).toBe(2);
  });

  test('drops watches and forgets where they were: drift is still seen', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    w.door.fault = ({ query }) => (query?.['watch'] !== undefined ? { status: 410, reason: 'Expired' } : undefined);
    w.door.dropWatches();
    await w.edit('ConfigMap/shop/x', { data: { a: 'hacked' } });
    await w.settle(90_000);
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    w.door.fault = () => undefined;
    await w.edit('ConfigMap/shop/x', { data: { a: 'again' } });
    await w.settle(90_000);
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
  });

  test('the clock jumps a day ahead and back: nothing is applied again', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    const writes = w.door.writes;
    w.clock.jump(86_400_000);
    await w.settle();
    w.clock.jump(-86_400_000);
    await w.settle();
    expect(w.door.writes).toBe(writes);
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('a CRD that goes away while in use: the App says so, keeps its inventory, and recovers with the CRD', async () => {
    await w.app({ name: 'crd', path: 'crd' });
    await w.app();
    await w.commit({ 'crd/c.yaml': crd('Widget'), 'web/w.yaml': custom('Widget', 'ours'), 'web/x.yaml': configMap('x') });
    await w.settle(30_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    await w.edit('App/shop/crd', { spec: { suspend: true } });
    await w.settle();
    await w.remove('CustomResourceDefinition/widgets.example.com');
    await w.settle(60_000);
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
    await w.edit('App/shop/crd', { spec: { suspend: false } });
    await w.settle(400_000);
    expect(await w.find('Widget/shop/ours')).toBeDefined();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });
});

describe('GitOps for GitOps', () => {
  test('a root App applies other Apps and Sources, in waves, and a removed child waits for a person', async () => {
    await w.app({ name: 'root', path: 'root' });
    const child = (name: string, wave: string): string => appManifest(name, name, { annotations: { 'lockstep.dev/wave': wave } });
    await w.commit({
      'root/a.yaml': child('a', '0'),
      'root/b.yaml': child('b', '1'),
      'a/x.yaml': configMap('ax'),
      'b/x.yaml': configMap('bx'),
    });
    await w.settle(20_000);
    for (const name of ['root', 'a', 'b']) expect(await w.condition('Ready', name)).toContain('Ready=True');
    const [first, second] = [await w.get('ConfigMap/shop/ax'), await w.get('App/shop/b')];
    expect((first.metadata.creationTimestamp ?? '') <= (second.metadata.creationTimestamp ?? '')).toBe(true);
    await w.commit({ 'root/b.yaml': null });
    await w.settle(20_000);
    expect(await w.condition('Ready', 'b')).toContain('DeletionNeedsConfirmation');
    expect(await w.find('ConfigMap/shop/bx')).toBeDefined();
    expect(await w.condition('Ready', 'root')).toMatch(/Pruning: waiting for App\/shop\/b to be gone/);
    await w.edit('App/shop/b', { metadata: { annotations: { 'lockstep.dev/confirmDeletion': 'prune' } } });
    await w.settle(60_000);
    expect(await w.find('ConfigMap/shop/bx')).toBeUndefined();
    expect(await w.condition('Ready', 'root')).toContain('Ready=True');
  });

  test('a first install waits for what it depends on; a cycle is refused with its path', async () => {
    await w.app({ name: 'late', path: 'late', spec: { dependsOn: [{ name: 'early' }] } });
    await w.commit({ 'late/x.yaml': configMap('late'), 'early/x.yaml': configMap('early') });
    await w.settle();
    expect(await w.condition('Ready', 'late')).toContain('DependencyNotReady: App shop/early does not exist');
    expect(await w.find('ConfigMap/shop/late')).toBeUndefined();
    await w.app({ name: 'early', path: 'early' });
    await w.settle();
    expect(await w.condition('Ready', 'late')).toContain('Ready=True');
    await w.edit('App/shop/early', { spec: { dependsOn: [{ name: 'late' }] } });
    await w.commit({ 'early/x.yaml': configMap('early', { a: '2' }) });
    await w.settle();
    expect(await w.condition('Ready', 'early')).toContain(
      'DependencyCycle: dependencies run in a circle: shop/early → shop/late → shop/early',
    );
    await w.edit('ConfigMap/shop/early', { data: { a: 'hacked' } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/early')).toEqual({ a: '1' });
  });

  test('S15 a person may let one revision go ahead without its dependency; the reason is in the ledger, the next revision waits again', async () => {
    await w.commit({ 'late/x.yaml': configMap('x') });
    await w.app({ name: 'late', path: 'late', spec: { dependsOn: [{ name: 'nobody' }] } });
    await w.settle();
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
    const revision = (await w.appStatus('late')).attempted?.inputs[0]?.revision ?? '';
    await w.edit('App/shop/late', { metadata: { annotations: { 'lockstep.dev/ignoreDependencies': `${revision} incident 42` } } });
    await w.settle();
    expect((await w.get('ConfigMap/shop/x'))['data']).toEqual({ a: '1' });
    expect(w.events('DependenciesIgnored').map(({ message }) => message)).toEqual([expect.stringMatching(/nobody.*: incident 42$/)]);
    await w.commit({ 'late/x.yaml': configMap('x', { a: '2' }) });
    await w.settle();
    expect((await w.get('ConfigMap/shop/x'))['data']).toEqual({ a: '1' });
  });

  test('readiness and health by rules of one’s own', async () => {
    await w.app({
      name: 'gate',
      path: 'gate',
      spec: { health: { checks: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.a == "go"' }] } },
    });
    await w.app({
      name: 'late',
      path: 'late',
      spec: { dependsOn: [{ name: 'gate', ready: 'dep.status.inventory.count == 1 && object.metadata.name == "late"' }] },
    });
    await w.commit({ 'gate/x.yaml': configMap('gate'), 'late/x.yaml': configMap('late') });
    await w.settle();
    expect(await w.condition('Ready', 'gate')).toContain('Progressing');
    expect(await w.find('ConfigMap/shop/late')).toBeDefined();
    await w.commit({ 'gate/x.yaml': configMap('gate', { a: 'go' }) });
    await w.settle();
    expect(await w.condition('Ready', 'gate')).toContain('Ready=True');
  });

  test('a newer revision supersedes one that waits for health', async () => {
    await w.app({ spec: { health: { checks: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.a == "go"' }] } } });
    const late = configMap('second', { a: 'go' }, { annotations: { 'lockstep.dev/wave': '1' } });
    await w.commit({ 'web/1.yaml': configMap('first'), 'web/2.yaml': late });
    await w.settle();
    expect(await w.condition('Ready')).toContain('waiting for ConfigMap/shop/first to be ready');
    expect(await w.find('ConfigMap/shop/second')).toBeUndefined();
    await w.commit({ 'web/1.yaml': configMap('first', { a: 'go' }) });
    await w.settle();
    expect(await w.find('ConfigMap/shop/second')).toBeDefined();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('health.timeout ends the waiting with HealthTimeout; retry.limit ends the trying with RetriesExhausted', async () => {
    await w.app({ spec: { health: { timeout: '30s', checks: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.a == "go"' }] } } });
    await w.app({ name: 'limited', path: 'limited', spec: { sync: { retry: { limit: 2, backoff: '1s' } } } });
    w.door.fault = ({ method, path, query }) =>
      method === 'PATCH' && path.endsWith('/configmaps/never') && query?.['dryRun'] === undefined
        ? { status: 500, reason: 'InternalError' }
        : undefined;
    await w.commit({ 'web/x.yaml': configMap('x'), 'limited/x.yaml': configMap('never') });
    await w.settle(60_000);
    expect(await w.condition('Ready')).toContain('HealthTimeout: not healthy after 30s: ConfigMap/shop/x');
    expect(await w.condition('Ready', 'limited')).toContain('RetriesExhausted');
    expect(await w.condition('Stalled', 'limited')).toContain('Stalled=True');
  });
});
