/**
 * S18, whole: values that come in by every door (SOPS, git-secret, a SealedSecret, a Secret of the cluster, a plain Secret in Git) go out by none: plans,
 * differences, statuses, events, the ledger and its SQL rows, logs, errors, requests, every page of the HTTP API and its stream. The same for a running program
 * and everything it leaves on disk: s18-folder.test.ts.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeys, sealFor } from '../../src/adapters/decrypt/index.ts';
import { sqliteLedger } from '../../src/adapters/ledger/index.ts';
import { routes } from '../../src/api/http/index.ts';
import type { JsonObject } from '../../src/core/object/index.ts';
import type { Log } from '../../src/ports/index.ts';
import type { Dashboard } from '../../src/server/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/std/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { type Browser, openDashboard, signedIn } from './dashboard-door.ts';
import { leaksIn } from './leaks.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** By the door they come in. */
const values = {
  sops: 'correct-horse-battery',
  sopsValues: 'tr0ub4dor-and-three',
  gitSecret: 'hidden by "git" & co\nsecond line of it',
  sealed: 'sealed-v4lue-of-shop',
  cluster: 'from-a-Secret-of-the-cluster',
  plain: 'pl4in-in-git-alas',
};

const toldBy = (text: string): readonly string[] => leaksIn(text, values);

class Lines implements Log {
  readonly lines: string[] = [];
  #add(...parts: unknown[]): void {
    this.lines.push(JSON.stringify(parts, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
  }
  debug = (message: string, fields?: object): void => this.#add(message, fields);
  info = this.debug;
  warn = this.debug;
  error = this.debug;
  with(): Log {
    return this;
  }
}

const key = (name: string, data: JsonObject, namespace = 'shop'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  data,
});

/** What `git secret hide` leaves of `content`. */
async function hide(path: string, content: string): Promise<Record<string, string>> {
  const ring = await createKeys().read([{ name: 'pgp.asc', bytes: encodeUtf8(fixture('pgp.asc')) }]);
  if (!ring.ok) throw new Error(ring.error.message);
  const sealed = await ring.value.seal('pgp', ring.value.names[0] ?? '', encodeUtf8(content));
  if (!sealed.ok) throw new Error(sealed.error.message);
  const digest = createHash('sha256').update(content).digest('hex');
  return { [`${path}.secret`]: decodeUtf8(sealed.value), '.gitsecret/paths/mapping.cfg': `${path}:${digest}\n` };
}

function sealedSecret(): string {
  const place = { scope: 'strict', namespace: 'shop', name: 'sealed' } as const;
  const blob = sealFor(createKeys(), fixture('sealing.crt'), { plain: encodeUtf8(values.sealed), place });
  const spec = { encryptedData: { token: blob.ok ? blob.value : '' }, template: { data: { url: 'https://{{ .token }}@db' } } };
  return JSON.stringify({
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'sealed', namespace: 'shop' },
    spec,
  });
}

const configMap = (name: string, data: JsonObject): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

/** Spreads every value into other kinds, in other clothes; some of it the API server refuses, and says why. */
const chart = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'chart/templates/all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: spread, annotations: {note: {{ .Values.cluster | quote }}}}
data:
  url: "https://{{ .Values.token }}@db"
  packed: {{ .Values.cluster | b64enc }}
  twice: {{ .Values.cluster | b64enc | b64enc }}
`,
};
const broken = {
  'broken/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'broken/templates/all.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: broken, labels: {token: "{{ .Values.cluster }} !"}}\n',
};
const failing = {
  'failing/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'failing/templates/all.yaml': '{{ fail (printf "the token is %s" .Values.cluster) }}\n',
};

const log = new Lines();
let w: World;
let dashboard: Dashboard;
let ada: Browser;

beforeAll(async () => {
  w = await world({ namespaces: ['shop'], log });
  await w.source();
  const put = (object: JsonObject): Promise<unknown> => w.put(object as never);
  await put(key('age-key', { 'identity.agekey': encode(fixture('age-1.txt')), 'key.asc': encode(fixture('pgp.asc')) }));
  await put(key('values', { 'values.yaml': encode(`cluster: ${values.cluster}\n`) }));
  await put({
    ...key(
      'sealed-secrets-key1',
      { 'tls.key': encode(fixture('sealing.key')), 'tls.crt': encode(fixture('sealing.crt')) },
      'lockstep-system',
    ),
    metadata: {
      name: 'sealed-secrets-key1',
      namespace: 'lockstep-system',
      labels: { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' },
    },
  });
  await w.commit({
    ...chart,
    ...broken,
    ...failing,
    ...(await hide(
      'apps/hidden.json',
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hidden' }, stringData: { t: values.gitSecret } }),
    )),
    'apps/kustomization.yaml': `resources: [db.yaml, hidden.json, sealed.json, plain.yaml, spread.json]
configMapGenerator: [{name: values, files: [values.yaml], options: {disableNameSuffixHash: true}}]
`,
    'apps/db.yaml': fixture('secret.yaml.enc'),
    'apps/values.yaml': fixture('values.yaml.enc'),
    'apps/sealed.json': sealedSecret(),
    'apps/plain.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: plain}\nstringData: {token: ${values.plain}}\n`,
    'apps/spread.json': configMap('spread-by-hand', { url: `https://${values.plain}@db`, packed: encode(values.plain), same: 'x' }),
  });
  const decrypt = { keys: [{ secretRef: { name: 'age-key' } }] };
  const helm = { valuesFrom: [{ secret: 'values' }], values: { token: 'none' } };
  await w.app({ name: 'web', path: 'apps', spec: { decrypt, sync: { heal: 'report' } } });
  await w.app({ name: 'chart', path: 'chart', spec: { build: { helm }, sync: { heal: 'report' } } });
  await w.app({ name: 'broken', path: 'broken', spec: { build: { helm: { ...helm, mode: 'template' } } } });
  await w.app({ name: 'failing', path: 'failing', spec: { build: { helm } } });
  await w.settle(30_000);
  // Drift: the plan now compares values with values.
  for (const name of ['spread', 'values', 'spread-by-hand'])
    await w.edit(`ConfigMap/shop/${name}`, {
      data: { url: 'by hand', packed: 'by hand', twice: 'by hand', 'values.yaml': 'by hand', same: 'y' },
    });
  await w.edit('Secret/shop/hidden', { data: { t: encode('by hand') } });
  await w.settle(30_000);
  dashboard = await openDashboard(w);
  ada = await signedIn(dashboard);
});

afterAll(async () => {
  await dashboard.close();
  await w.close();
});

const text = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
const names = ['web', 'chart', 'broken', 'failing'];

test('the values arrived, and every App is in the state that this test is about', async () => {
  const conditions = await Promise.all(names.map((name) => w.condition('Ready', name)));
  expect(conditions.map((condition) => condition?.split(':')[0])).toEqual([
    expect.stringContaining('Ready=True'),
    expect.stringContaining('Ready=True'),
    expect.stringContaining('Ready=False'),
    expect.stringContaining('Ready=False RenderFailed'),
  ]);
  const secrets = await w.list('Secret', 'shop');
  expect(toldBy(text(secrets.filter(({ metadata }) => !/^(?:age-key|values|hidden)$/.test(metadata.name ?? ''))))).toEqual(
    expect.arrayContaining(['sops', 'sealed', 'plain', 'cluster']),
  );
  const drift = names.flatMap(
    (name) => w.controllers.plan({ namespace: 'shop', name })?.items.filter(({ operation }) => operation !== 'keep') ?? [],
  );
  expect(drift.length).toBeGreaterThanOrEqual(4);
});

describe('nothing is told by', () => {
  test('plans, which still say that something changed', () => {
    const plans = names.map((name) => w.controllers.plan({ namespace: 'shop', name }));
    expect(toldBy(text(plans))).toEqual([]);
    expect(text(plans)).toMatch(/masked:[0-9a-f]{12}/);
  });

  test('statuses, conditions, inventories, events', async () => {
    const objects = await Promise.all(['App', 'Source', 'Inventory', 'Event', 'SealedSecret', 'Platform'].map((kind) => w.list(kind)));
    expect(objects.flat().length).toBeGreaterThan(10);
    expect(toldBy(text(objects))).toEqual([]);
  });

  test('errors of the API server and of templates, which still say where', async () => {
    expect(await w.condition('Ready', 'broken')).toContain('***');
    expect(await w.condition('Ready', 'failing')).toContain('the token is ***');
  });

  test('logs', () => {
    expect(toldBy(log.lines.join('\n'))).toEqual([]);
  });

  test('the ledger, and its rows on disk', async () => {
    expect(w.ledger.events.length).toBeGreaterThan(5);
    expect(toldBy(text(w.ledger.events))).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-s18-'));
    try {
      const stored = await sqliteLedger({ file: join(folder, 'ledger.db') });
      if (!stored.ok) throw new Error(text(stored.error));
      await stored.value.append(w.ledger.events);
      await stored.value.close();
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const bytes = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
      expect(bytes).toContain('App');
      expect(toldBy(bytes)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('requests for anything but the objects that hold them', () => {
    const holders = /\/(?:secrets|configmaps)(?:\/|$)/;
    const sent = w.door.sent.filter(({ method, path }) => method !== 'GET' && !holders.test(path));
    expect(sent.length).toBeGreaterThan(5);
    expect(toldBy(text(sent))).toEqual([]);
  });

  test('any page of the HTTP API', async () => {
    const objects = [
      'group=&kind=Secret&objectNamespace=shop&object=db',
      'group=&kind=Secret&objectNamespace=shop&object=hidden',
      'group=&kind=Secret&objectNamespace=shop&object=sealed',
      'group=&kind=ConfigMap&objectNamespace=shop&object=spread',
      'group=&kind=ConfigMap&objectNamespace=shop&object=spread-by-hand',
      'group=&kind=ConfigMap&objectNamespace=shop&object=values',
      'group=bitnami.com&kind=SealedSecret&objectNamespace=shop&object=sealed',
    ];
    const asked: string[] = [];
    for (const { method, path } of Object.values(routes)) {
      if (method !== 'GET' || path.startsWith('/stream')) continue;
      const paths = path.includes('{name}') ? names.map((name) => path.replace('{namespace}', 'shop').replace('{name}', name)) : [path];
      asked.push(...paths.flatMap((each) => (each.includes('/object') ? objects.map((query) => `${each}?${query}`) : [each])));
    }
    const answers: string[] = [];
    for (const path of asked) answers.push(`${path} ${(await ada.send('GET', `/api/v1${path}`)).text}`);
    expect(answers.filter((answer) => answer.includes('masked:')).length).toBeGreaterThan(5);
    expect(answers.flatMap((answer) => toldBy(answer).map((door) => `${door} in ${answer.split(' ')[0] ?? ''}`))).toEqual([]);
  });

  test('the stream, while things change', async () => {
    const topics = names.flatMap((name) => ['', '/tree', '/plan', '/events'].map((part) => `/apps/shop/${name}${part}`));
    let changed = false;
    const events = await ada.stream([...topics.slice(0, 14), '/timeline', '/apps'], async (seen) => {
      if (seen.length >= 16 && !changed) {
        changed = true;
        await w.edit('ConfigMap/shop/spread-by-hand', { data: { url: 'by hand again', packed: values.plain, same: 'z' } });
        await w.edit('Secret/shop/hidden', { data: { t: encode(`${values.gitSecret} by hand`) } });
        await w.settle(10_000);
      }
      return seen.some(({ event }) => event === 'delta');
    });
    expect(text(events)).toContain('masked:');
    expect(toldBy(text(events))).toEqual([]);
  });
});
