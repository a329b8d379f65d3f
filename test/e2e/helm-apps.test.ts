/** Helm charts as Apps, as stories: from Git and from repositories, with values from everywhere, lookups and randomness. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../src/core/object/index.ts';
import { effective, type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop'] });
});
afterEach(() => w.close());

const charts = 'https://charts.test/stable';
const registry = 'oci://registry.test/charts';
const encode = (text: string): string => Buffer.from(text).toString('base64');

const templates = {
  'values.yaml': 'colour: red\nreplicas: 1\n',
  'templates/config.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: {{ .Release.Name }}-config, namespace: {{ .Release.Namespace }}}',
    'data:',
    '  colour: {{ .Values.colour | quote }}',
    '  chart: "{{ .Chart.Name }}-{{ .Chart.Version }}"',
    '  greeting: {{ dig "data" "greeting" "none" (lookup "v1" "ConfigMap" "shop" "greeting") | quote }}',
    '  kube: {{ .Capabilities.KubeVersion.Version | quote }}',
    '  deployments: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}',
    '',
  ].join('\n'),
};

const secretTemplate = [
  'apiVersion: v1',
  'kind: Secret',
  'metadata: {name: {{ .Release.Name }}-secret}',
  'stringData:',
  '  password: {{ randAlphaNum 24 | quote }}',
  '  key: {{ genPrivateKey "ecdsa" | quote }}',
  '  made: {{ now | unixEpoch | quote }}',
  '',
].join('\n');

async function source(name: string, spec: JsonObject): Promise<void> {
  await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata: { name, namespace: 'shop' }, spec: { interval: '10m', ...spec } });
}

async function app(source_: JsonObject, helm: JsonObject = {}): Promise<void> {
  const spec = { source: source_, build: { helm } };
  await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'App', metadata: { name: 'web', namespace: 'shop' }, spec });
}

const data = async (name = 'ConfigMap/shop/web-config'): Promise<Record<string, string>> =>
  (await w.get(name))['data'] as Record<string, string>;
const config = (name: string, data_: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data: data_,
});

/** What a change cost: renders, and writes of objects that charts make. */
async function cost(change: () => Promise<unknown>): Promise<{ readonly renders: number; readonly applies: number }> {
  const [renders, sent] = [w.controllers.renders, w.door.sent.length];
  await change();
  await w.settle();
  const applies = effective(w.door.sent.slice(sent)).filter(
    (line) => line.startsWith('PATCH') && line.includes('/configmaps/web-config'),
  ).length;
  return { renders: w.controllers.renders - renders, applies };
}

describe('a chart of a repository', () => {
  test('a range becomes an exact version with its digest; a new version is taken', async () => {
    const digest = w.charts.publish(charts, { name: 'shop', version: '1.2.0' }, templates);
    w.charts.publish(charts, { name: 'shop', version: '2.0.0' }, templates);
    await source('stable', { helm: { url: charts } });
    await app({ name: 'stable', chart: 'shop', version: '~1' });
    await w.settle();
    expect((await w.appStatus()).applied?.inputs[0]).toMatchObject({ source: 'stable', revision: `1.2.0@${digest}` });
    expect((await data())['chart']).toBe('shop-1.2.0');
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await w.condition('Reproducible')).toContain('Reproducible=False FloatingReference');
    w.charts.publish(charts, { name: 'shop', version: '1.3.0' }, templates);
    await w.settle(11 * 60_000);
    expect((await data())['chart']).toBe('shop-1.3.0');
  });

  test('credentials, from a Secret; wrong ones and unknown charts are told', async () => {
    w.charts.publish(registry, { name: 'shop', version: '1.0.0' }, templates);
    w.charts.passwords.set(registry, 'open');
    await source('reg', { oci: { url: registry }, auth: { secretRef: { name: 'reg' } } });
    await app({ name: 'reg', chart: 'shop', version: '1.0.0' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('SecretNotFound');
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'reg', namespace: 'shop' },
      data: { username: encode('a'), password: encode('open') },
    });
    await w.settle(11 * 60_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await w.condition('Reproducible')).toBe('Reproducible is not set');
    const config = JSON.stringify({ auths: { 'https://registry.test': { auth: encode('a:open') } } });
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'reg', namespace: 'shop' },
      data: { '.dockerconfigjson': encode(config) },
    });
    w.charts.publish(registry, { name: 'shop', version: '1.0.1' }, templates);
    await app({ name: 'reg', chart: 'shop', version: '1.0.1' });
    await w.settle();
    expect((await data())['chart']).toBe('shop-1.0.1');
    await app({ name: 'reg', chart: 'none' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('ChartNotFound');
  });

  test('a path of a Helm repository and a chart of a Git repository are told apart', async () => {
    await w.source();
    await source('stable', { helm: { url: charts } });
    await app({ name: 'stable', path: 'web' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('is a Helm repository; name one of its charts');
    await app({ name: 'config', chart: 'web' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('is a Git repository; a chart in it is named by spec.source.path');
  });

  test('S17 the repository away: what was applied stays, and is healed after a restart', async () => {
    w.charts.publish(charts, { name: 'shop', version: '1.0.0' }, templates);
    await source('stable', { helm: { url: charts } });
    await app({ name: 'stable', chart: 'shop' });
    await w.settle();
    w.charts.failure = 'Unreachable';
    await w.crash();
    await w.settle();
    await w.edit('ConfigMap/shop/web-config', { data: { colour: 'grey' } });
    await w.settle(60_000);
    expect((await data())['colour']).toBe('red');
  });
});

test('manifests packed into a registry are delivered like a folder of Git', async () => {
  const url = 'oci://registry.test/config';
  const manifest = (colour: string): Record<string, string> => ({
    'web/config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-config}\ndata: {colour: ${colour}}\n`,
  });
  // Packed below one folder, as everything that `publish` packs.
  w.charts.publish(url, { name: 'config', version: 'main' }, manifest('red'));
  await source('packed', { oci: { url, ref: { tag: 'main' } } });
  await w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'App',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { source: { name: 'packed', path: 'config/web' } },
  });
  await w.settle();
  expect(await data()).toEqual({ colour: 'red' });
  expect((await w.appStatus()).applied?.inputs[0]?.revision).toMatch(/^main@sha256:[0-9a-f]{64}$/);
  w.charts.publish(url, { name: 'config', version: 'main' }, manifest('blue'));
  await w.settle(11 * 60_000);
  expect(await data()).toEqual({ colour: 'blue' });
});

describe('inputs', () => {
  beforeEach(async () => {
    await w.source();
    await w.commit({ 'env/prod.yaml': 'colour: green\n', 'other.txt': 'x' });
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'tokens', namespace: 'shop' },
      data: { 'values.yaml': encode('token: a') },
    });
    await w.put(config('greeting', { greeting: 'hello' }));
    w.charts.publish(
      charts,
      { name: 'shop', version: '1.0.0' },
      {
        ...templates,
        'templates/token.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-token}\ndata: {token: {{ .Values.token | quote }}}\n',
      },
    );
    await source('stable', { helm: { url: charts } });
    await app(
      { name: 'stable', chart: 'shop', version: '1.x' },
      { valuesFrom: [{ source: { name: 'config', path: 'env/prod.yaml' } }, { secret: 'tokens' }], values: { replicas: 2 } },
    );
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('values by URL: a move is one render and one apply; refused and missing files are told apart', async () => {
    const url = 'https://files.test/env/prod.yaml';
    const allow = (prefix: string): Promise<unknown> =>
      w.put({
        apiVersion: 'lockstep.dev/v1',
        kind: 'Platform',
        metadata: { name: 'default' },
        spec: { installation: 'test', allowedRemotes: [prefix] },
      });
    const from = (more: JsonObject): Promise<void> =>
      app({ name: 'stable', chart: 'shop', version: '1.x' }, { valuesFrom: [{ secret: 'tokens' }, { url, ...more }] });
    w.web.files.set(url, { text: 'colour: white\n' });
    await allow('https://files.test/env');
    await from({});
    await w.settle();
    expect((await data())['colour']).toBe('white');
    expect(await w.condition('Reproducible')).toContain(`${url} stands for sha256:`);
    expect(await cost(() => w.settle(200_000))).toEqual({ renders: 0, applies: 0 });
    w.web.files.set(url, { text: 'colour: black\n' });
    expect(await cost(() => w.settle(70_000))).toEqual({ renders: 1, applies: 1 });
    expect((await data())['colour']).toBe('black');
    w.web.files.set(url, { text: 'gone', status: 404 });
    await w.settle(70_000);
    expect(await w.condition('Ready')).toContain(
      `ValuesNotFound: spec.build.helm.valuesFrom[1]: ${url} is no file: status code 404 (Not Found)`,
    );
    expect((await data())['colour']).toBe('black');
    await from({ optional: true });
    await w.settle();
    expect((await data())['colour']).toBe('red');
    await from({ targetPath: 'colour', literal: true });
    w.web.files.set(url, { text: 'a,b' });
    await w.settle(70_000);
    expect((await data())['colour']).toBe('a,b');
    await allow('https://files.test/other');
    await from({ optional: true });
    await w.settle();
    expect(await w.condition('Ready')).toContain(`${url} is not fetched: addresses outside the Sources`);
  }, 60_000);

  test('S18 values of a Secret stay out of plans, status, events and messages', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tokens', namespace: 'shop' } };
    for (const token of ['first-token', 'second-token']) {
      await w.put({ ...secret, data: { 'values.yaml': encode(`token: ${token}`) } });
      await w.settle();
      expect(await data('ConfigMap/shop/web-token')).toEqual({ token });
      const told = JSON.stringify([w.controllers.plan({ namespace: 'shop', name: 'web' }), await w.appStatus(), w.events()]);
      expect(told).not.toMatch(/first-token|second-token/);
    }
    await w.edit('App/shop/web', { spec: { suspend: true } });
    await w.put({ ...secret, data: { 'values.yaml': encode('token: other-token') } });
    await w.settle();
    const planned = JSON.stringify(w.controllers.plan({ namespace: 'shop', name: 'web' }));
    expect(planned).toMatch(/"path":"data.token","before":"masked:[0-9a-f]+","after":"masked:[0-9a-f]+"/);
    expect(planned).not.toMatch(/(?:second|other)-token/);
    await w.edit('App/shop/web', { spec: { suspend: false } });
    await w.put({ ...secret, data: { 'values.yaml': encode('token: [third-token') } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=False RenderFailed');
    expect(JSON.stringify([await w.appStatus(), w.events()])).not.toContain('third-token');
  });

  test('a Secret that is gone keeps what is applied and is named', async () => {
    await w.remove('Secret/shop/tokens');
    await w.settle();
    expect(await w.condition('Ready')).toContain('there is no Secret tokens in namespace shop');
    expect(await data('ConfigMap/shop/web-token')).toEqual({ token: 'a' });
  });
});

describe('a chart in Git', () => {
  beforeEach(async () => {
    await w.source();
  });

  const chart = (name: string, files: Record<string, string>): Record<string, string> => ({
    [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text])),
  });

  test('is detected; value files by pattern; file:// dependencies need no packaging', async () => {
    const dependencies = 'dependencies: [{name: common, version: 0.1.0, repository: "file://../common"}]\n';
    await w.commit({
      ...chart('web', templates),
      'web/Chart.yaml': `apiVersion: v2\nname: web\nversion: 0.1.0\n${dependencies}`,
      ...chart('common', {
        'templates/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: common}\ndata: {a: "{{ .Values.a }}"}\n',
        'values.yaml': 'a: 1\n',
      }),
      'values/10-a.yaml': 'colour: blue\n',
      'values/20-b.yaml': 'common: {a: 7}\n',
    });
    await app({ name: 'config', path: 'web' }, { valueFiles: ['values/*.yaml'] });
    await w.settle();
    expect([(await data())['colour'], (await data('ConfigMap/shop/common'))['a']]).toEqual(['blue', '7']);
    expect(await cost(() => w.commit({ 'common/values.yaml': 'a: 2\n' }))).toMatchObject({ renders: 1 });
    expect(await cost(() => w.commit({ 'values/30-c.yaml': 'colour: black\n' }))).toEqual({ renders: 1, applies: 1 });
    expect((await data())['colour']).toBe('black');
  });

  test('S12 passwords, keys and times are the same after a restart and at other commits; other values draw others', async () => {
    await w.commit(chart('web', { ...templates, 'templates/secret.yaml': secretTemplate }));
    await app({ name: 'config', path: 'web' });
    await w.settle();
    const first = await data('Secret/shop/web-secret');
    expect(w.controllers.plan({ namespace: 'shop', name: 'web' })?.warnings).toMatchObject([
      {
        code: 'RandomValues',
        message: expect.stringContaining(
          'web/templates/secret.yaml:5: this chart renders differently every time, here, and at web/templates/secret.yaml:6',
        ) as string,
      },
    ]);
    expect(Buffer.from(first['password'] ?? '', 'base64').toString()).toMatch(/^[A-Za-z0-9]{24}$/);
    await w.clock.advance(3_600_000);
    await w.commit({ 'docs/readme.md': 'x' });
    await w.crash();
    await w.settle();
    expect(await data('Secret/shop/web-secret')).toEqual(first);
    await w.commit({ 'web/values.yaml': 'colour: red\nreplicas: 3\n' });
    await w.settle();
    expect((await data('Secret/shop/web-secret'))['password']).not.toBe(first['password']);
  });

  test('hooks and tests of template mode run, unless they are left out', async () => {
    const hook = (name: string, event: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  annotations: {helm.sh/hook: ${event}}\n`;
    await w.commit(
      chart('web', {
        ...templates,
        'templates/hook.yaml': hook('migrate', 'pre-install'),
        'templates/test.yaml': hook('check', 'test'),
      }),
    );
    await app({ name: 'config', path: 'web' }, { mode: 'template', disableHooks: true, skipTests: true });
    await w.settle();
    expect([await w.find('ConfigMap/shop/migrate'), await w.find('ConfigMap/shop/check')]).toEqual([undefined, undefined]);
    await app({ name: 'config', path: 'web' }, { mode: 'template' });
    await w.settle();
    expect(await w.find('ConfigMap/shop/check')).toBeDefined();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('templates that fail, schemas that are broken, values from URLs: told, nothing applied', async () => {
    const rows: [Record<string, string>, JsonObject, string][] = [
      [{ 'templates/config.yaml': '{{ fail "no colour" }}' }, {}, 'no colour'],
      [{ 'values.schema.json': '{"properties": {"colour": {"type": "integer"}}}' }, {}, "values don't meet the specifications"],
      [{}, { valuesFrom: [{ url: 'https://files.test/values.yaml', optional: true }] }, 'spec.allowedRemotes of Platform default'],
      [{}, { valueFiles: ['nope.yaml'] }, 'there is no file nope.yaml'],
      [{}, { kubeVersion: 'new' }, 'kubeVersion'],
    ];
    for (const [files, helm, message] of rows) {
      await app({ name: 'config', path: 'web' }, helm);
      await w.commitAll(chart('web', { ...templates, ...files }));
      await w.settle();
      expect(await w.condition('Ready')).toContain(message);
      expect(await w.find('ConfigMap/shop/web-config')).toBeUndefined();
    }
  });
});

test('of CRDs of one name in crds/ of a chart and of its sub-chart, the first is applied, as with Helm, and a warning names the other', async () => {
  const crd = (version: string): string =>
    [
      'apiVersion: apiextensions.k8s.io/v1',
      'kind: CustomResourceDefinition',
      'metadata: {name: cups.test.example}',
      'spec:',
      '  group: test.example',
      '  scope: Namespaced',
      '  names: {plural: cups, kind: Cup}',
      `  versions: [{name: ${version}, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]`,
      '',
    ].join('\n');
  await w.source();
  await w.app({ name: 'web', path: 'web' });
  await w.commit({
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/crds/cup.yaml': crd('v1'),
    'web/charts/part/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 1.0.0\n',
    'web/charts/part/crds/cup.yaml': crd('v2'),
  });
  await w.settle(10_000);
  expect(await w.condition('Ready')).toMatch(/^Ready=True/);
  expect((await w.get('CustomResourceDefinition/-/cups.test.example'))['spec']).toMatchObject({ versions: [{ name: 'v1' }] });
  expect((await w.appStatus('web')).warnings?.map(({ message }) => message)).toEqual([
    expect.stringMatching(/cups\.test\.example of .*part\/crds\/cup\.yaml is left out: web\/crds\/cup\.yaml has it, too/),
  ]);
});
