/**
 * What a chart in an App is made of, each input alone: a chart from an authenticated HTTP repository or from an OCI registry, values from a Git Source and
 * from a Secret, a `lookup`. And whose signature a chart needs.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { effective, type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop'] });
});
afterEach(() => w.close());

const encode = (text: string): string => Buffer.from(text).toString('base64');

const template = (replicas: string): Record<string, string> => ({
  'values.yaml': `colour: red\nreplicas: ${replicas}\n`,
  'templates/all.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: web-config}',
    'data:',
    '  colour: {{ .Values.colour | quote }}',
    '  token: {{ .Values.token | quote }}',
    '  replicas: {{ .Values.replicas | quote }}',
    '  greeting: {{ dig "data" "greeting" "none" (lookup "v1" "ConfigMap" "shop" "greeting") | quote }}',
    '  password: {{ randAlphaNum 24 | quote }}',
    '  id: {{ uuidv4 | quote }}',
    '  certificate: {{ (genSelfSignedCert "web" nil nil 30).Cert | quote }}',
    '  made: {{ now | unixEpoch | quote }}',
    '',
  ].join('\n'),
});

const put = (kind: string, name: string, rest: JsonObject): Promise<unknown> =>
  w.put({
    apiVersion: kind === 'Source' || kind === 'App' ? 'lockstep.dev/v1' : 'v1',
    kind,
    metadata: { name, namespace: 'shop' },
    ...rest,
  });
const secret = (name: string, entries: Readonly<Record<string, string>>): Promise<unknown> =>
  put('Secret', name, { data: Object.fromEntries(Object.entries(entries).map(([key, text]) => [key, encode(text)])) });
const data = async (): Promise<Record<string, string>> => (await w.get('ConfigMap/shop/web-config'))['data'] as Record<string, string>;

/** What a change cost: renders, and writes of the object that the chart makes. */
async function cost(change: () => Promise<unknown>): Promise<{ readonly renders: number; readonly applies: number }> {
  const [renders, sent] = [w.controllers.renders, w.door.sent.length];
  await change();
  await w.settle();
  const writes = effective(w.door.sent.slice(sent)).filter((line) => line.startsWith('PATCH') && line.includes('/configmaps/web-config'));
  return { renders: w.controllers.renders - renders, applies: writes.length };
}

const once = { renders: 1, applies: 1 };

describe.each([
  ['an authenticated HTTP repository', 'https://charts.test/stable', 'helm'],
  ['an authenticated OCI registry', 'oci://registry.test/charts', 'oci'],
])('a chart from %s, values from a Git Source and a Secret, a lookup', (_where, url, kind) => {
  beforeEach(async () => {
    w.charts.passwords.set(url, 'open');
    w.charts.publish(url, { name: 'shop', version: '1.0.0' }, template('1'));
    await w.source();
    await w.commit({ 'env/prod.yaml': 'colour: green\n' });
    await secret('login', { username: 'ada', password: 'open' });
    await secret('tokens', { 'values.yaml': 'token: first' });
    await put('ConfigMap', 'greeting', { data: { greeting: 'hello' } });
    await put('Source', 'charts', { spec: { interval: '10m', [kind]: { url }, auth: { secretRef: { name: 'login' } } } });
    await put('App', 'web', {
      spec: {
        source: { name: 'charts', chart: 'shop', version: '1.x' },
        build: { helm: { valuesFrom: [{ source: { name: 'config', path: 'env/prod.yaml' } }, { secret: 'tokens' }] } },
      },
    });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await data()).toMatchObject({ colour: 'green', token: 'first', greeting: 'hello', replicas: '1' });
  });

  test('changing each input alone causes exactly one render and one apply', async () => {
    expect(await cost(() => w.commit({ 'other.txt': 'x' }))).toEqual({ renders: 0, applies: 0 });
    expect(await cost(() => w.commit({ 'env/prod.yaml': 'colour: blue\n' }))).toEqual(once);
    expect(await cost(() => secret('tokens', { 'values.yaml': 'token: second' }))).toEqual(once);
    expect(await cost(() => put('ConfigMap', 'greeting', { data: { greeting: 'good day' } }))).toEqual(once);
    w.charts.publish(url, { name: 'shop', version: '1.1.0' }, template('2'));
    expect(await cost(() => w.settle(11 * 60_000))).toEqual(once);
    expect(await data()).toMatchObject({ colour: 'blue', token: 'second', greeting: 'good day', replicas: '2' });
  }, 120_000);

  test('S12 two runs after a restart give the same bytes, random functions included', async () => {
    const first = await data();
    expect(first['password']).toMatch(/^[A-Za-z0-9]{24}$/);
    for (let run = 0; run < 2; run++) {
      await w.clock.advance(3_600_000);
      await w.crash();
      // Whatever somebody wrote meanwhile is put back, which takes a render of this process.
      await w.edit('ConfigMap/shop/web-config', { data: { password: 'guessed', id: 'x', certificate: 'x', made: '0' } });
      await w.settle(60_000);
      expect(await data()).toEqual(first);
    }
  }, 120_000);
});

describe('signatures', () => {
  const url = 'https://charts.test/stable';
  const registry = 'oci://registry.test/charts';
  const keys = { provenance: { keysFrom: [{ secretRef: { name: 'keys' } }] } };
  const app = (source: JsonObject): Promise<unknown> => put('App', 'web', { spec: { source } });

  const sourceSays = async (): Promise<string> => JSON.stringify((await w.get('Source/shop/charts'))['status']);

  test('S17 a chart that is not signed is not taken; the last one that was stays, also after a restart', async () => {
    await secret('keys', { 'ada.asc': 'ada', 'readme.txt': 'bob' });
    await put('Source', 'charts', { spec: { interval: '10m', helm: { url, verify: keys } } });
    const unsigned = w.charts.publish(url, { name: 'shop', version: '1.0.0' }, template('1'));
    w.charts.sign(unsigned, 'bob');
    await app({ name: 'charts', chart: 'shop', version: '1.x', verify: true });
    await w.settle();
    expect(await w.condition('Ready')).toContain('VerificationFailed');
    expect(await w.condition('Ready')).toContain('shop 1.0.0 is not signed by a key that is trusted');
    w.charts.sign(unsigned, 'ada');
    await w.settle(11 * 60_000);
    expect((await data())['replicas']).toBe('1');
    expect(((await w.get('Source/shop/charts'))['status'] as { refs: JsonObject[] }).refs).toContainEqual(
      expect.objectContaining({ ref: 'chart/shop@1.x', verified: true }),
    );
    w.charts.publish(url, { name: 'shop', version: '1.1.0' }, template('2'));
    await w.settle(11 * 60_000);
    await w.crash();
    await w.settle(11 * 60_000);
    expect((await data())['replicas']).toBe('1');
    expect(await sourceSays()).toContain('VerificationFailed');
  }, 120_000);

  test('rules that cannot be kept are refused by name, and nothing is taken', async () => {
    w.charts.publish(registry, { name: 'shop', version: '1.0.0' }, template('1'));
    const rows: readonly (readonly [JsonObject, string])[] = [
      [{ oci: { url: registry, verify: { cosign: {} } } }, 'spec.oci.verify.cosign: signatures without a key cannot be checked'],
      [{ oci: { url: registry, verify: { notation: {} } } }, 'spec.oci.verify.notation: Notary signatures cannot be checked'],
      [{ oci: { url: registry, verify: keys } }, 'there is no Secret keys in namespace shop'],
    ];
    for (const [spec, message] of rows) {
      await put('Source', 'charts', { spec: { interval: '10m', ...spec } });
      await app({ name: 'charts', chart: 'shop', version: '1.0.0' });
      await w.settle(11 * 60_000);
      expect(await sourceSays()).toContain(message);
      await expect(data()).rejects.toThrow();
    }
    await put('Source', 'charts', { spec: { interval: '10m', oci: { url: registry } } });
    await app({ name: 'charts', chart: 'shop', version: '1.0.0', verify: true });
    await w.settle();
    expect(await w.condition('Ready')).toContain('spec.source.verify: Source shop/charts names no keys; set its spec.oci.verify');
  }, 120_000);
});
