/**
 * helm-controller's published end-to-end scenarios, expressed as Apps: the same release histories and the same statuses (what is Released there is the
 * record here, TestSuccess is Tested, Remediated is Pinned or `uninstalled`, Stalled is Stalled). The chart is our own.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../src/core/object/index.ts';
import { computedValues } from '../../src/core/release/index.ts';
import { fromSecret } from '../../src/core/release/store/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop', 'other'] });
  await w.source();
});
afterEach(() => w.close());

const deployment = [
  'apiVersion: apps/v1',
  'kind: Deployment',
  'metadata: {name: "{{ .Release.Name }}"}',
  'spec:',
  '  replicas: {{ .Values.replicaCount }}',
  '  selector: {matchLabels: {app: "{{ .Release.Name }}"}}',
  '  template:',
  '    metadata:',
  '      labels: {app: "{{ .Release.Name }}"}',
  '      annotations: {{ merge (.Values.faults.unready | ternary (dict "lockstep.dev/simulate" "unschedulable") dict) .Values.podAnnotations | toJson }}',
  '    spec: {containers: [{name: main, image: podinfo, resources: {{ .Values.resources | toJson }}}]}',
  '',
].join('\n');

const testJob = [
  'apiVersion: batch/v1',
  'kind: Job',
  'metadata: {name: "{{ .Release.Name }}-test", annotations: {helm.sh/hook: test}}',
  'spec:',
  '  backoffLimit: 0',
  '  template:',
  '    metadata: {annotations: {{ .Values.faults.testFail | ternary (dict "lockstep.dev/simulate" "fail") dict | toJson }}}',
  '    spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}',
  '',
].join('\n');

const chart = (version = '6.0.0', name = 'podinfo'): Record<string, string> => ({
  'web/Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
  'web/values.yaml': 'replicaCount: 1\nfaults: {unready: false, testFail: false}\npodAnnotations: {}\nresources: {}\nlist: []\n',
  'web/templates/deployment.yaml': deployment,
  'web/templates/test.yaml': testJob,
});

const unready = { replicaCount: 2, faults: { unready: true } };
const failing = { faults: { testFail: true } };
/** helm-controller tries once unless it is told otherwise, and runs tests only when it is told to. */
const once: JsonObject = { retry: { limit: 0 } };
const noTests: JsonObject = { after: 'never' };

interface Wish {
  readonly helm?: JsonObject;
  readonly sync?: JsonObject;
  readonly tests?: JsonObject;
  readonly more?: JsonObject;
}

const apply = (values: JsonObject, { helm = {}, sync = once, tests = noTests, more = {} }: Wish = {}): Promise<void> =>
  w.app({ spec: { build: { helm: { values, ...helm } }, sync, tests, health: { timeout: '10s' }, ...more } });

/** `2 failed Upgrade "web" failed: …` */
async function history(namespace = 'shop'): Promise<readonly string[]> {
  const records = (await w.list('Secret', namespace)).filter(({ metadata }) => metadata.labels?.['owner'] === 'helm');
  return records
    .flatMap((secret) => {
      const read = fromSecret(secret);
      return read.ok ? [read.value] : [];
    })
    .toSorted((a, b) => a.version - b.version)
    .map(({ version, status, description }) => `${version} ${status} ${description}`);
}

const statuses = async (): Promise<readonly string[]> => (await history()).map((line) => line.split(' ').slice(0, 2).join(' '));

const managersOf = (object: KubeObject): readonly string[] =>
  (object.metadata.managedFields ?? []).map((entry) => `${String(entry['manager'])} ${String(entry['operation'])}`);

describe('lifecycle', () => {
  beforeEach(() => w.commit(chart()));

  test('install-fail: one failed revision, stalled', async () => {
    await apply(unready, { helm: { keepFailed: true } });
    await w.settle(20_000);
    expect(await statuses()).toEqual(['1 failed']);
    expect(await w.condition('Ready')).toContain('Ready=False');
    expect(await w.condition('Stalled')).toContain('Stalled=True');
  });

  test('install-test-fail: deployed, its test failed, not ready', async () => {
    await apply(failing, { tests: {} });
    await w.settle(20_000);
    expect(await statuses()).toEqual(['1 deployed']);
    expect(await w.condition('Tested')).toContain('Tested=False');
    expect(await w.condition('Ready')).toContain('Ready=False');
  });

  test('install-test-fail-ignore: deployed, its test failed, ready', async () => {
    await apply(failing, { tests: { ignoreFailures: true } });
    await w.settle(20_000);
    expect(await statuses()).toEqual(['1 deployed']);
    expect(await w.condition('Tested')).toContain('Tested=False');
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('install-fail-remediate: the failed install is uninstalled, its history stays', async () => {
    await apply(unready);
    await w.settle(20_000);
    expect(await statuses()).toEqual(['1 uninstalled']);
    expect(await w.find('Deployment/shop/web')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('Ready=False');
  });

  test('install-fail-retry: two failures, then stalled (the second try is made in place: two revisions)', async () => {
    await apply(unready, { helm: { keepFailed: true }, sync: { retry: { limit: 1, backoff: '1s' } } });
    await w.settle(40_000);
    expect(await statuses()).toEqual(['1 failed', '2 failed']);
    expect(await w.condition('Stalled')).toContain('RetriesExhausted');
  });

  test('install-fail-retry: two installs, the first one uninstalled in between: one revision', async () => {
    const helm = { keepFailed: true, reinstall: ['installFailed'] };
    await apply(unready, { helm, sync: { retry: { limit: 1, backoff: '5s' } } });
    await w.settle(13_000);
    expect([await statuses(), await w.find('Deployment/shop/web')]).toEqual([['1 uninstalled'], undefined]);
    expect(await w.condition('Ready')).toMatch(/revision 1 failed: not healthy after 10s.*it is tried again at/);
    await w.settle(30_000);
    expect(await history()).toEqual([expect.stringMatching(/^2 failed Release "web" failed: not healthy after 10s/)]);
    expect(await w.condition('Stalled')).toContain('RetriesExhausted');
    expect(await w.find('Deployment/shop/web')).toBeDefined();
  });

  test('upgrade-fail-remediate-uninstall: uninstalled and installed anew, which fails as well: one failed revision', async () => {
    const helm = { keepFailed: true, reinstall: ['upgradeFailed'] };
    await apply({}, { helm });
    await w.settle(10_000);
    expect(await history()).toEqual(['1 deployed Install complete']);
    await apply(unready, { helm });
    await w.settle(40_000);
    expect(await history()).toEqual([expect.stringMatching(/^3 failed Release "web" failed: not healthy after 10s/)]);
    expect(w.events('Uninstalled').map(({ message }) => message)).toEqual(['revision 2 was uninstalled, to be installed anew']);
    expect(await w.condition('Ready')).toContain('Ready=False');
    expect(await w.condition('Stalled')).toContain('Stalled=True');
    await apply({}, { helm });
    await w.settle(20_000);
    expect(await statuses()).toEqual(['3 failed', '4 deployed']);
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('upgrade-fail: two revisions, the second failed, stalled', async () => {
    await apply({});
    await w.settle(10_000);
    expect(await statuses()).toEqual(['1 deployed']);
    await apply(unready);
    await w.settle(20_000);
    expect(await statuses()).toEqual(['1 deployed', '2 failed']);
    expect(await w.condition('Stalled')).toContain('Stalled=True');
  });

  test('upgrade-test-fail: two revisions, the test of the second failed, stalled', async () => {
    await apply({}, { tests: {} });
    await w.settle(10_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    await apply(failing, { tests: {} });
    await w.settle(20_000);
    expect(await statuses()).toEqual(['1 superseded', '2 deployed']);
    expect(await w.condition('Tested')).toContain('Tested=False');
    expect(await w.condition('Stalled')).toContain('Stalled=True');
  });

  test('upgrade-fail-remediate: three revisions, the last one "Rollback to 1"; applied on the server throughout', async () => {
    await apply({}, { sync: { onFailure: 'pin', ...once } });
    await w.settle(10_000);
    await apply(unready, { sync: { onFailure: 'pin', ...once } });
    await w.settle(30_000);
    expect(await history()).toEqual([
      '1 superseded Install complete',
      expect.stringMatching(/^2 failed Upgrade "web" failed: /),
      '3 deployed Rollback to 1',
    ]);
    expect(await w.condition('Ready')).toContain('Ready=False');
    expect(await w.condition('Pinned')).toContain('Pinned=True');
    const record = fromSecret(await w.get('Secret/shop/sh.helm.release.v1.web.v3'));
    expect(record.ok && record.value.applyMethod).toBe('ssa');
    expect(managersOf(await w.get('Deployment/shop/web'))).toContain('helm Apply');
  });

  test('upgrade-fail-retry: five revisions, back in between and at the end: "Rollback to 3"', async () => {
    const sync = { onFailure: 'pin', retry: { limit: 1, backoff: '5s' } };
    await apply({}, { sync });
    await w.settle(10_000);
    await apply(unready, { sync });
    await w.settle(60_000);
    const lines = await history();
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '1 superseded',
      '2 failed',
      '3 superseded',
      '4 failed',
      '5 deployed',
    ]);
    expect([lines[2], lines[4]]).toEqual(['3 superseded Rollback to 1', '5 deployed Rollback to 3']);
  });

  test('upgrade-chart-name-change, reinstall: uninstalled with its hooks, installed anew: one revision', async () => {
    const helm = { reinstall: ['chartRenamed'] };
    const hook = (event: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ran-${event}, annotations: {helm.sh/hook: ${event}}}\n`;
    await w.commit({ 'web/templates/pre.yaml': hook('pre-delete'), 'web/templates/post.yaml': hook('post-delete') });
    await apply({}, { helm });
    await w.settle(10_000);
    const { uid } = (await w.get('Deployment/shop/web')).metadata;
    await w.commit(chart('6.1.0', 'podinfo-renamed'));
    await w.settle(15_000);
    expect(await history()).toEqual(['2 deployed Install complete']);
    expect((await w.appStatus()).release?.chart).toBe('podinfo-renamed-6.1.0');
    expect((await w.get('Deployment/shop/web')).metadata.uid).not.toBe(uid);
    expect([await w.find('ConfigMap/shop/ran-pre-delete'), await w.find('ConfigMap/shop/ran-post-delete')]).not.toContain(undefined);
    expect(await w.condition('Ready')).toContain('Ready=True');
    await w.crash();
    await w.settle(20_000);
    expect(await statuses()).toEqual(['2 deployed']);
  });

  test('uninstall.keepHistory: the records stay and say so; an App that comes again goes on with their numbers', async () => {
    await apply({}, { helm: { keepHistory: true }, sync: { ...once, onDelete: 'prune' } });
    await w.settle(10_000);
    await apply({ replicaCount: 2 }, { helm: { keepHistory: true }, sync: { ...once, onDelete: 'prune' } });
    await w.settle(10_000);
    await w.remove('App/shop/web');
    await w.settle(10_000);
    expect([await w.find('App/shop/web'), await w.find('Deployment/shop/web')]).toEqual([undefined, undefined]);
    expect(await history()).toEqual(['1 superseded Install complete', '2 uninstalled Uninstallation complete']);
    await apply({ replicaCount: 2 });
    await w.settle(10_000);
    expect(await statuses()).toEqual(['1 superseded', '2 uninstalled', '3 deployed']);
    await w.remove('App/shop/web');
    await w.settle(10_000);
    expect(await w.find('App/shop/web')).toBeDefined();
  });

  test('upgrade-chart-name-change: in place, two revisions', async () => {
    await apply({});
    await w.settle(10_000);
    await w.commit(chart('6.1.0', 'podinfo-renamed'));
    await w.settle(10_000);
    expect(await statuses()).toEqual(['1 superseded', '2 deployed']);
    expect((await w.appStatus()).release?.chart).toBe('podinfo-renamed-6.1.0');
  });

  test('server-side-apply: install and upgrade by helm, Apply', async () => {
    await apply({});
    await w.settle(10_000);
    expect(managersOf(await w.get('Deployment/shop/web'))).toContain('helm Apply');
    await apply({ podAnnotations: { gone: 'soon' }, replicaCount: 2 });
    await w.settle(10_000);
    await apply({ replicaCount: 2 });
    await w.settle(10_000);
    expect(await statuses()).toEqual(['1 superseded', '2 superseded', '3 deployed']);
    expect(JSON.stringify((await w.get('Deployment/shop/web'))['spec'])).not.toContain('soon');
  });
});

describe('smoke', () => {
  test('job-ttl: a hook that Kubernetes removes as soon as it has ended', async () => {
    const hook =
      'apiVersion: batch/v1\nkind: Job\nmetadata: {name: quick, annotations: {helm.sh/hook: post-install}}\nspec: {ttlSecondsAfterFinished: 0, template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}\n';
    await w.commit({ ...chart(), 'web/templates/job.yaml': hook });
    await apply({});
    await w.settle(30_000);
    expect(await statuses()).toEqual(['1 deployed']);
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('dependencies: the frontend after the backend', async () => {
    await w.commit(chart());
    const spec = { build: { helm: {} }, tests: noTests };
    await w.app({ name: 'frontend', spec: { ...spec, dependsOn: [{ name: 'backend' }] } });
    await w.settle();
    expect(await history()).toEqual([]);
    await w.app({ name: 'backend', spec });
    await w.settle(15_000);
    expect((await w.appStatus('frontend')).release?.status).toBe('deployed');
  });

  test('valuesfrom: many places, later ones and targets win', async () => {
    await w.commit(chart());
    await w.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'values', namespace: 'shop' },
      data: {
        limits: 'resources: {limits: {cpu: 200m, memory: 64Mi}}\n',
        requests: 'resources: {requests: {cpu: 100m}}\n',
        cpu: '300m',
        list: '{1,2,3}',
        third: '4',
        env: 'production',
      },
    });
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'values', namespace: 'shop' },
      data: { 'values.yaml': Buffer.from('replicaCount: 1\nsecret: "yes"\n').toString('base64') },
    });
    const valuesFrom = [
      { configMap: 'values', key: 'limits' },
      { configMap: 'values', key: 'requests' },
      { configMap: 'values', key: 'cpu', targetPath: 'resources.limits.cpu' },
      { configMap: 'values', key: 'list', targetPath: 'list' },
      { configMap: 'values', key: 'third', targetPath: 'list[2]' },
      { configMap: 'values', key: 'env', targetPath: 'podAnnotations.some\\.k8s\\.annotation/env' },
      { secret: 'values' },
    ];
    await apply({ replicaCount: 2 }, { helm: { valuesFrom } });
    await w.settle(10_000);
    const record = fromSecret(await w.get('Secret/shop/sh.helm.release.v1.web.v1'));
    expect(record.ok ? computedValues(record.value) : undefined).toMatchObject({
      replicaCount: 2,
      resources: { limits: { cpu: '300m', memory: '64Mi' }, requests: { cpu: '100m' } },
      list: [1, 2, 4],
      podAnnotations: { 'some.k8s.annotation/env': 'production' },
      secret: 'yes',
    });
  });

  test('targetnamespace: records and objects are there', async () => {
    await w.commit(chart());
    await apply({}, { more: { target: { namespace: 'other' } } });
    await w.settle(15_000);
    expect(await w.find('Deployment/other/web')).toBeDefined();
    expect(await history('other')).toEqual(['1 deployed Install complete']);
    expect(await history()).toEqual([]);
  });

  test('install-create-target-ns: the namespace is made first, the records go into it', async () => {
    await w.commit(chart());
    await apply({}, { more: { target: { namespace: 'made', createNamespace: {} } } });
    await w.settle(15_000);
    expect(await w.find('Deployment/made/web')).toBeDefined();
    expect(await history('made')).toEqual(['1 deployed Install complete']);
  });

  test('post-renderer-kustomize: patches after the chart', async () => {
    await w.commit(chart());
    const patches = [
      { patch: 'kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web, labels: {xxxx: yyyy}}\n' },
      { target: { group: 'apps', kind: 'Deployment', name: 'web' }, patch: '- {op: add, path: /metadata/labels/yyyy, value: xxxx}\n' },
    ];
    await w.app({ spec: { build: { helm: {}, patches }, tests: noTests } });
    await w.settle(10_000);
    expect((await w.get('Deployment/shop/web')).metadata.labels).toMatchObject({ xxxx: 'yyyy', yyyy: 'xxxx' });
  });
});

describe('advanced', () => {
  const crd = (kind: string, extra: string): string =>
    `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${kind}s.test.example, annotations: {is: "${extra}"}}\nspec: {group: test.example, scope: Namespaced, names: {kind: ${kind.toUpperCase()}, plural: ${kind}s, singular: ${kind}}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n`;
  const is = async (kind: string): Promise<string | undefined> =>
    (await w.find(`CustomResourceDefinition/${kind}s.test.example`))?.metadata.annotations?.['is'];

  test('crds-upgrade: create leaves what is there, replace does not, nothing is deleted', async () => {
    await w.commit({ ...chart(), 'web/crds/a.yaml': crd('a', '1'), 'web/crds/d.yaml': crd('d', '1') });
    await apply({}, { helm: { crds: 'create' } });
    await w.settle(15_000);
    expect([await is('a'), await is('d')]).toEqual(['1', '1']);
    await w.commit({ 'web/crds/a.yaml': crd('a', '2'), 'web/crds/c.yaml': crd('c', '2'), 'web/crds/d.yaml': null });
    await w.settle(15_000);
    expect([await is('a'), await is('c'), await is('d')]).toEqual(['1', '2', '1']);
    await apply({}, { helm: { crds: 'replace' } });
    await w.settle(15_000);
    expect([await is('a'), await is('c'), await is('d')]).toEqual(['2', '2', '1']);
  });

  test('impersonation: an identity without rights fails and says so', async () => {
    await w.commit(chart());
    await apply({}, { more: { serviceAccountName: 'nobody' } });
    await w.settle(10_000);
    expect(await w.condition('Ready')).toContain('NoIdentity');
  });
});

describe('sources', () => {
  /** The same chart as an archive holds it. */
  const inArchive = (version: string): Record<string, string> =>
    Object.fromEntries(Object.entries(chart(version)).map(([path, text]) => [path.slice('web/'.length), text]));
  const publish = (url: string, version: string): string => w.charts.publish(url, { name: 'podinfo', version }, inArchive(version));
  const source = (spec: JsonObject): Promise<unknown> =>
    w.put({
      apiVersion: 'lockstep.dev/v1',
      kind: 'Source',
      metadata: { name: 'charts', namespace: 'shop' },
      spec: { interval: '1m', ...spec },
    });
  const from = (of: JsonObject, more: JsonObject = {}): Promise<void> =>
    apply({}, { more: { source: { name: 'charts', ...of }, ...more } });
  const running = async (): Promise<string | undefined> => (await w.appStatus()).release?.chart;

  test('podinfo, install-from-hc-source: a chart of a Helm repository by range; a newer version is an upgrade', async () => {
    const url = 'https://charts.test';
    publish(url, '6.0.0');
    await source({ helm: { url } });
    await from({ chart: 'podinfo', version: '>=6.0.0 <7.0.0' });
    await w.settle(15_000);
    expect([await history(), await running()]).toEqual([['1 deployed Install complete'], 'podinfo-6.0.0']);
    publish(url, '6.1.0');
    publish(url, '7.0.0');
    await w.settle(75_000);
    expect([await statuses(), await running()]).toEqual([['1 superseded', '2 deployed'], 'podinfo-6.1.0']);
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('podinfo helmrelease-oci: a chart of a registry, named with the Source’s URL', async () => {
    const url = 'oci://registry.test/charts';
    publish(url, '6.0.0');
    await source({ oci: { url } });
    await from({ chart: 'podinfo', version: '6.0.0' });
    await w.settle(15_000);
    expect([await history(), await running()]).toEqual([['1 deployed Install complete'], 'podinfo-6.0.0']);
  });

  test('install-from-ocirepo-source, upgrade-from-ocirepo-source: the artifact itself, another tag is an upgrade', async () => {
    const url = 'oci://registry.test/charts/podinfo';
    publish(url, '6.0.0');
    publish(url, '6.1.0');
    await source({ oci: { url, ref: { tag: '6.0.0' } } });
    await from({ path: 'podinfo' });
    await w.settle(15_000);
    expect([await history(), await running()]).toEqual([['1 deployed Install complete'], 'podinfo-6.0.0']);
    await source({ oci: { url, ref: { tag: '6.1.0' } } });
    await w.settle(15_000);
    expect([await statuses(), await running()]).toEqual([['1 superseded', '2 deployed'], 'podinfo-6.1.0']);
  });
});

describe('delete', () => {
  test('delete-ns: a namespace goes with the App in it, its ServiceAccount and its rights; nothing holds it', async () => {
    await w.namespace('going');
    await w.commit(chart());
    await w.source({ namespace: 'going' });
    await w.app({ namespace: 'going', spec: { build: { helm: {} }, tests: noTests } });
    await w.settle(15_000);
    expect(await w.condition('Ready', 'web', 'going')).toContain('Ready=True');
    await w.remove('Namespace/going');
    await w.settle(15_000);
    expect([await w.find('Namespace/going'), await w.find('App/going/web'), await w.find('Deployment/going/web')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
