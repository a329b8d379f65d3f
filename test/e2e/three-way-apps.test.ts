/**
 * Releases whose record says that no server merges (`--server-side=false`, Helm 3): Apps go on with a three-way merge, as Helm does, and heal by it.
 * Among them helm-controller's scenarios of `hack/ci/e2e/ssa.sh`.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../src/core/object/index.ts';
import { fromSecret } from '../../src/core/release/store/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop'] });
  await w.source();
  await w.commit(chart);
});
afterEach(() => w.close());

const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const chart = {
  'web/Chart.yaml': 'apiVersion: v2\nname: podinfo\nversion: 6.0.0\n',
  'web/values.yaml': 'replicas: 1\nannotations: {}\nsize: 1\nlabels: {}\n',
  'web/crds/widgets.yaml': JSON.stringify(crd),
  'web/templates/deployment.yaml': [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: "{{ .Release.Name }}"}',
    'spec:',
    '  replicas: {{ .Values.replicas }}',
    '  selector: {matchLabels: {app: web}}',
    '  template:',
    '    metadata: {labels: {app: web}, annotations: {{ .Values.annotations | toJson }}}',
    '    spec: {containers: [{name: main, image: podinfo}]}',
    '',
  ].join('\n'),
  'web/templates/widget.yaml':
    'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {size: {{ .Values.size }}, labels: {{ .Values.labels | toJson }}}\n',
};

const apply = async (serverSideApply: string, values: JsonObject = {}, sync: JsonObject = {}): Promise<void> => {
  await w.app({ spec: { build: { helm: { values, serverSideApply } }, sync } });
  await w.settle(20_000);
};

const writers = (object: KubeObject): readonly string[] =>
  (object.metadata.managedFields ?? [])
    .filter((entry) => entry['subresource'] === undefined)
    .map((entry) => `${String(entry['manager'])} ${String(entry['operation'])}`)
    .toSorted();

const methodOf = async (version: number): Promise<string> => {
  const record = fromSecret(await w.get(`Secret/shop/sh.helm.release.v1.web.v${version}`));
  return record.ok ? `${record.value.status} ${record.value.applyMethod}` : record.error;
};

const webNow = (): Promise<KubeObject> => w.get('Deployment/shop/web');
const podAnnotations = async (): Promise<unknown> =>
  (await webNow())['spec'] && (((await webNow())['spec'] as JsonObject)['template'] as { metadata: JsonObject }).metadata['annotations'];

describe('an App whose release is merged three-way', () => {
  test('no-ssa: installed and upgraded by Update alone; what leaves the values leaves the object', async () => {
    await apply('disabled', { annotations: { gone: 'soon', stays: 'yes' } });
    expect([await methodOf(1), writers(await webNow())]).toEqual(['deployed csa', ['helm Update']]);
    await apply('auto', { annotations: { stays: 'yes' }, replicas: 2, size: 2 });
    expect([await methodOf(2), writers(await webNow()), await podAnnotations()]).toEqual([
      'deployed csa',
      ['helm Update'],
      { stays: 'yes' },
    ]);
    expect((await w.get('Widget/shop/web'))['spec']).toEqual({ size: 2, labels: {} });
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('ssa-install-no-ssa-upgrade, and back', async () => {
    await apply('auto');
    expect([await methodOf(1), writers(await webNow())]).toEqual(['deployed ssa', ['helm Apply']]);
    await apply('disabled', { annotations: { now: 'here' } });
    expect([await methodOf(2), await podAnnotations()]).toEqual(['deployed csa', { now: 'here' }]);
    expect(writers(await webNow())).toEqual(['helm Apply', 'helm Update']);
    await apply('enabled', { annotations: { now: 'there' } });
    expect([await methodOf(3), writers(await webNow()), await podAnnotations()]).toEqual([
      'deployed ssa',
      ['helm Apply'],
      { now: 'there' },
    ]);
  });

  test('is healed field by field; what somebody added beside it stays', async () => {
    await apply('disabled', { labels: { a: 'b' } });
    await w.edit('Deployment/shop/web', { spec: { replicas: 5, template: { metadata: { annotations: { by: 'hand' } } } } });
    await w.edit('Widget/shop/web', { spec: { size: 7 } });
    await w.settle(20_000);
    expect((await webNow())['spec']).toMatchObject({ replicas: 1 });
    expect(await podAnnotations()).toEqual({ by: 'hand' });
    expect((await w.get('Widget/shop/web'))['spec']).toEqual({ size: 1, labels: { a: 'b' } });
    expect(
      w
        .events('Healed')
        .map(({ message }) => message)
        .join('\n'),
    ).toContain('spec.replicas');
    expect([await methodOf(1), await w.find('Secret/shop/sh.helm.release.v1.web.v2')]).toEqual(['deployed csa', undefined]);
  });

  test('forgets nothing that a failed revision left behind', async () => {
    await apply('disabled', {}, { retry: { limit: 0 } });
    await w.app({
      spec: {
        build: { helm: { values: { annotations: { 'lockstep.dev/simulate': 'unschedulable', left: 'behind' } }, serverSideApply: 'auto' } },
        sync: { retry: { limit: 0 } },
        health: { timeout: '10s' },
      },
    });
    await w.settle(30_000);
    expect(await methodOf(2)).toBe('failed csa');
    await apply('auto', { annotations: { good: 'again' } });
    expect([await methodOf(3), await podAnnotations()]).toEqual(['deployed csa', { good: 'again' }]);
  });

  test('heal: strict is the server’s: what was added by hand goes', async () => {
    await apply('disabled', {}, { heal: 'strict' });
    expect(await methodOf(1)).toBe('deployed ssa');
  });

  test('goes on after crashes, and comes to rest', async () => {
    await apply('disabled', { annotations: { a: '1' } });
    await w.crash();
    await w.settle(20_000);
    const before = (await webNow()).metadata.resourceVersion;
    await w.settle(60_000);
    expect([(await webNow()).metadata.resourceVersion, await methodOf(1)]).toEqual([before, 'deployed csa']);
    expect(await w.find('Secret/shop/sh.helm.release.v1.web.v2')).toBeUndefined();
  });
});
