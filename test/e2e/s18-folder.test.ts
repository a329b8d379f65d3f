/**
 * S18 with the program as people run it: `lockstep up` on a clone, secrets of every format delivered and then drifted from, every command that looks asked. What the
 * commands print, the log, the metrics, the dashboard's answers, and every byte of the data folder (ledger, mirror, caches, the embedded cluster's journal but
 * for its Secrets) tell none of the values.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { createKeys, sealFor } from '../../src/adapters/decrypt/index.ts';
import { routes } from '../../src/api/http/index.ts';
import { connect } from '../../src/app/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/std/index.ts';
import { Browser } from './dashboard-door.ts';
import { leaksIn } from './leaks.ts';
import { cli } from './in-process.ts';
import { git, inFolder, spawnLockstep } from './program.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

const values = {
  sops: 'correct-horse-battery',
  sopsValues: 'tr0ub4dor-and-three',
  gitSecret: 'hidden-by-git-secret-here',
  sealed: 'sealed-v4lue-of-shop',
  cluster: 'from-a-Secret-of-the-cluster',
};

const app = (name: string, spec: string): string => `apiVersion: lockstep.dev/v1
kind: App
metadata: {name: ${name}, namespace: lockstep-system}
spec:
  source: {name: repo, path: ${name}}
  target: {namespace: shop}
  decrypt: {keys: [{secretRef: {name: keys}}]}
${spec}`;

const secret = (name: string, data: string): string => `apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: lockstep-system}
data: {${data}}
---
`;

const manifest = (value: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: hidden}\nstringData: {t: ${value}}\n`;

async function repository(): Promise<Readonly<Record<string, string>>> {
  const ring = await createKeys().read([{ name: 'pgp.asc', bytes: encodeUtf8(fixture('pgp.asc')) }]);
  if (!ring.ok) throw new Error(ring.error.message);
  const content = manifest(values.gitSecret);
  const hidden = await ring.value.seal('pgp', ring.value.names[0] ?? '', encodeUtf8(content));
  const place = { scope: 'strict', namespace: 'shop', name: 'sealed' } as const;
  const blob = sealFor(createKeys(), fixture('sealing.crt'), { plain: encodeUtf8(values.sealed), place });
  if (!hidden.ok || !blob.ok) throw new Error('nothing can be encrypted');
  return {
    'root/root.yaml': [
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      app('web', '  sync: {heal: report}\n'),
      app('chart', '  build: {helm: {valuesFrom: [{secret: values}]}}\n  sync: {heal: report}\n'),
      app('broken', '  build: {helm: {mode: template, valuesFrom: [{secret: values}]}}\n'),
      app('failing', '  build: {helm: {valuesFrom: [{secret: values}]}}\n'),
      app('damaged', ''),
    ].join('---\n'),
    'web/kustomization.yaml': `namespace: shop
resources: [db.yaml, hidden.yaml, sealed.yaml]
configMapGenerator: [{name: values, files: [values.yaml], options: {disableNameSuffixHash: true}}]
`,
    'web/db.yaml': fixture('secret.yaml.enc'),
    'web/values.yaml': fixture('values.yaml.enc'),
    'web/hidden.yaml.secret': decodeUtf8(hidden.value),
    '.gitsecret/paths/mapping.cfg': `web/hidden.yaml:${createHash('sha256').update(content).digest('hex')}\n`,
    'web/sealed.yaml': JSON.stringify({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'sealed', namespace: 'shop' },
      spec: { encryptedData: { token: blob.value }, template: { data: { url: 'https://{{ .token }}@db' } } },
    }),
    'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'chart/templates/all.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: of-chart}\nstringData: {url: "https://{{ .Values.cluster }}@db"}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {colour: blue}\n',
    'broken/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'broken/templates/all.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, labels: {token: "{{ .Values.cluster }} !"}}\n',
    'failing/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'failing/templates/all.yaml': '{{ fail (printf "the token is %s" .Values.cluster) }}\n',
    'damaged/db.yaml': fixture('secret.yaml.enc').replace('name: db', 'name: dc'),
  };
}

const keys = [
  secret(
    'keys',
    `identity.agekey: ${encode(fixture('age-1.txt'))}, key.asc: ${encode(fixture('pgp.asc'))}, tls.key: ${encode(fixture('sealing.key'))}`,
  ),
  secret('values', `values.yaml: ${encode(`cluster: ${values.cluster}\n`)}`),
].join('');

/** Tables of the journal that may hold values: Secrets, and the ConfigMap of this test that a generator fills with one. */
const mayHold = ({ table, key }: { readonly table: string; readonly key: string }): boolean =>
  table === 'secrets' || (table === 'configmaps' && key.endsWith('values'));

interface Rec {
  readonly table: string;
  readonly key: string;
  readonly bytes: Buffer;
}

/** All records of a journal, overwritten ones too. Its form: src/apiserver/store/journal.ts. */
function recordsOf(file: Buffer): readonly Rec[] {
  const found: Rec[] = [];
  for (let at = 8; at + 8 <= file.length;) {
    const size = file.readUInt32LE(at);
    const body = file.subarray(at + 8, at + 8 + size);
    const [tableSize, keySize] = [body.readUInt16LE(9), body.readUInt16LE(11)];
    const key = 13 + tableSize;
    found.push({
      table: body.toString('utf8', 13, key),
      key: body.toString('utf8', key, key + keySize),
      bytes: body.subarray(key + keySize),
    });
    at += 8 + size;
  }
  return found;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const named = (group: string, kind: string, resource: string): ApiResource => ({
  group,
  version: 'v1',
  kind,
  resource,
  namespaced: true,
  verbs: [],
});
const SECRETS = named('', 'Secret', 'secrets');
const CONFIG_MAPS = named('', 'ConfigMap', 'configmaps');

/** The state of each App that this test is about: it was applied, or stopped for the reason that is meant. */
const states: Readonly<Record<string, RegExp>> = {
  web: /^True/,
  chart: /^True/,
  broken: /^False .*\*\*\*/,
  failing: /^False .*the token is \*\*\*/,
  damaged: /^False .*MAC mismatch/,
};

/** What is not as it should be yet. */
async function unsettled(kube: KubeClient): Promise<readonly string[]> {
  type Conditions = readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  const apps = await kube.list(named('lockstep.dev', 'App', 'apps'), { namespace: 'lockstep-system' });
  const items = apps.ok ? apps.value.items : [];
  return Object.entries(states).flatMap(([name, state]) => {
    const status = items.find(({ metadata }) => metadata.name === name)?.['status'] as { readonly conditions?: Conditions } | undefined;
    const condition = status?.conditions?.find(({ type }) => type === 'Ready');
    const text = `${condition?.status ?? ''} ${condition?.message ?? ''}`;
    return state.test(text) ? [] : [`${name}: ${text}`];
  });
}

async function drift(kube: KubeClient): Promise<void> {
  const edit = async (resource: ApiResource, name: string, data: Record<string, string>): Promise<void> => {
    const patch = { type: 'application/merge-patch+json', value: { data }, fieldManager: 'kubectl-edit' } as const;
    const patched = await kube.patch(resource, { namespace: 'shop', name }, patch);
    if (!patched.ok) throw new Error(`${resource.kind} ${name}: ${patched.error.message}`);
  };
  await edit(SECRETS, 'db', { password: encode('by hand') });
  await edit(SECRETS, 'hidden', { t: encode(`${values.gitSecret} by hand`) });
  await edit(SECRETS, 'of-chart', { url: encode('by hand') });
  await edit(CONFIG_MAPS, 'values', { 'values.yaml': 'by hand' });
  await edit(CONFIG_MAPS, 'plain', { colour: 'red' });
}

const looks = [['plan'], ['why'], ['events']];
const moreLooks = [['plan', '-a', '-o', 'json'], ['plan', '--repo', 'repo'], ['tree'], ['history'], ['sync']];

test('S18 neither what it prints nor what it keeps tells a value', () =>
  inFolder(async (cwd) => {
    const repo = join(cwd, 'repo');
    for (const [path, text] of Object.entries(await repository())) {
      mkdirSync(dirname(join(repo, path)), { recursive: true });
      writeFileSync(join(repo, path), text);
    }
    git(cwd, 'init', '-q', '-b', 'main', 'repo');
    git(repo, 'add', '-A');
    git(repo, 'commit', '-qm', 'one');
    writeFileSync(join(cwd, 'keys.yaml'), keys);
    const running = spawnLockstep(['up', '--repo', 'repo', '--path', 'root', '--name', 'repo', '-n', 'lockstep-system'], { cwd });
    const said: Record<string, string> = {};
    try {
      await running.says('is running');
      expect(await cli(['apply', '-f', 'keys.yaml'], { cwd })).toMatchObject({ code: 0, err: '' });
      const client = await connect({ cwd, env: {} });
      if (!client.ok) throw new Error(client.error.message);
      await expect.poll(() => unsettled(client.value), { timeout: 60_000, interval: 250 }).toEqual([]);
      // The values arrived; else this test would find nothing whatever happens.
      const held = await client.value.list(SECRETS, { namespace: 'shop' });
      expect(leaksIn(JSON.stringify(held.ok ? held.value.items : []), values)).toEqual(['sops', 'gitSecret', 'sealed', 'cluster']);
      await drift(client.value);
      await client.value.close();
      const noticed = [
        ['web', '3 objects differ'],
        ['chart', '2 objects differ'],
      ] as const;
      for (const [name, words] of noticed)
        await expect.poll(async () => (await cli(['why', name], { cwd })).out, { timeout: 60_000, interval: 250 }).toContain(words);
      for (const name of Object.keys(states))
        for (const args of name === 'web' || name === 'broken' ? [...looks, ...moreLooks] : looks) {
          const [verb = '', ...rest] = args;
          const { out, err } = await cli([verb, name, ...rest], { cwd });
          said[`${args.join(' ')} ${name}`] = out + err;
        }
      for (const args of [
        ['get', 'apps', '-o', 'yaml'],
        ['get', 'events', '-o', 'yaml'],
        ['get', 'sealedsecrets', '-o', 'yaml'],
        ['get', 'inventories', '-o', 'yaml'],
        ['graph'],
        ['doctor'],
        ['history'],
      ]) {
        const { out, err } = await cli(args, { cwd });
        said[args.join(' ')] = out + err;
      }
      const status = JSON.parse(readFileSync(join(cwd, '.lockstep/state.json'), 'utf8')) as { readonly statusUrl: string };
      said['metrics'] = await (await fetch(`${status.statusUrl}/metrics`)).text();
      const ada = new Browser(/Dashboard (http:\/\/[^/\s]+)/.exec(running.output())?.[1] ?? '');
      await ada.follow(/Dashboard (\S+)/.exec(running.output())?.[1] ?? '');
      for (const { method, path } of Object.values(routes)) {
        if (method !== 'GET' || path.startsWith('/stream') || path.includes('/object')) continue;
        const asked = path.replace('{namespace}', 'lockstep-system').replace('{name}', 'web');
        said[`GET ${asked}`] = (await ada.send('GET', `/api/v1${asked}`)).text;
      }
    } finally {
      await running.stop();
    }
    said['up'] = running.output();
    expect(Object.keys(said).length).toBeGreaterThan(45);
    expect(said['plan web']).toContain('masked:');
    expect(said['plan damaged']).toContain('MAC mismatch');
    expect(Object.entries(said).flatMap(([what, text]) => leaksIn(text, values).map((value) => `${value} by ${what}`))).toEqual([]);
    expect(found(join(cwd, '.lockstep'))).toEqual([]);
  }));

/** What a data folder tells, by file. */
function found(folder: string): readonly string[] {
  const files = filesBelow(folder);
  const names = files.map((file) => relative(folder, file));
  expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/ledger/), expect.stringMatching(/^mirrors\//), 'cluster/journal']));
  const told = files.flatMap((file) => {
    const name = relative(folder, file);
    const bytes = readFileSync(file);
    if (name !== 'cluster/journal') return leaksIn(bytes, values).map((value) => `${value} in ${name}`);
    const records = recordsOf(bytes);
    expect(records.length).toBeGreaterThan(100);
    return records
      .filter((one) => !mayHold(one))
      .flatMap((one) => leaksIn(one.bytes, values).map((value) => `${value} in ${one.table} ${one.key}`));
  });
  const mirror = files.map((file) => dirname(file)).find((path) => path.includes('mirrors') && existsSync(join(path, 'HEAD')));
  // Packed objects are not seen byte by byte.
  const copy = join(folder, 'mirror-copy');
  cpSync(mirror ?? 'no mirror', copy, { recursive: true });
  const objects = git(copy, 'cat-file', '--batch', '--batch-all-objects');
  expect(objects).toContain('ENC[AES256_GCM');
  return [...told, ...leaksIn(objects, values).map((value) => `${value} in the mirror`)];
}
