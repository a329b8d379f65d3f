/** Whatever reads a file of a repository sees an encrypted one in clear: patches and generators of kustomizations, values of charts, in every format of SOPS. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { cli } from './in-process.ts';
import { leaksIn } from './leaks.ts';
import { inFolder } from './program.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const recipient = /age1\w+/.exec(fixture('age-1.txt'))?.[0] ?? '';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop'] });
  await w.source();
  const data = { 'identity.agekey': encode(fixture('age-1.txt')) };
  await w.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'age-key', namespace: 'shop' }, data });
});
afterEach(() => w.close());

const decrypt: JsonObject = { keys: [{ secretRef: { name: 'age-key' } }] };

/** As `sops encrypt` leaves a file of this name. */
async function encrypted(name: string, text: string, flags: readonly string[] = []): Promise<string> {
  const args = ['secrets', 'encrypt', '--age', recipient, '--filename-override', name, ...flags];
  const said = await inFolder((cwd) => cli(args, { cwd, stdin: text }));
  expect([said.code, said.err]).toEqual([0, '']);
  return said.out;
}

async function delivered(spec: JsonObject = {}, path = 'apps'): Promise<void> {
  await w.app({ path, spec: { decrypt, ...spec } });
  await w.settle();
  expect(await w.condition('Ready')).toContain('Ready=True');
}

const dataOf = async (name: string, kind = 'Secret'): Promise<Record<string, string>> => {
  const data = (await w.get(`${kind}/shop/${name}`))['data'] as Record<string, string>;
  if (kind === 'ConfigMap') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
};

const values = { first: 'correct-horse-battery', second: 's3cr3t-t0ken-value', third: 'tr0ub4dor-and-three' };

async function expectUntold(): Promise<void> {
  const kinds = await Promise.all(['App', 'Inventory', 'Event'].map((kind) => w.list(kind)));
  const plan = w.controllers.plan({ namespace: 'shop', name: 'web' });
  const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  expect(leaksIn(JSON.stringify([kinds, plan, w.ledger.events], bigints), values)).toEqual([]);
}

test('patches of a kustomization: strategic merge, in the old list too, and one for many objects', async () => {
  const secret = (data: string): string => `apiVersion: v1\nkind: Secret\nmetadata:\n    name: db\nstringData:\n    ${data}\n`;
  await w.commit({
    'apps/kustomization.yaml': `resources: [base.yaml]
patches:
- path: merge.yaml
- {path: many.yaml, target: {kind: Secret}}
patchesStrategicMerge: [old.yaml]
`,
    'apps/base.yaml': `${secret('a: plain-and-replaced')}---\n${secret('a: other').replace('name: db', 'name: other')}`,
    'apps/merge.yaml': await encrypted('merge.yaml', secret(`a: ${values.first}`), ['--encrypted-regex', '^stringData$']),
    'apps/old.yaml': await encrypted('old.yaml', secret(`b: ${values.second}`), ['--encrypted-regex', '^stringData$']),
    'apps/many.yaml': await encrypted('many.yaml', secret(`c: ${values.third}`), ['--encrypted-regex', '^stringData$']),
  });
  await delivered();
  expect(await dataOf('db')).toEqual({ a: values.first, b: values.second, c: values.third });
  expect(await dataOf('other')).toEqual({ a: 'other', c: values.third });
  await expectUntold();
});

test('generators, in every format: dotenv, INI, JSON, YAML and binary', async () => {
  const ini = `[db]\npassword = ${values.second}\n`;
  const json = `{\n\t"token": "${values.third}"\n}`;
  const yaml = `token: ${values.third}\n`;
  const binary = `\u0001 not text: ${values.first}`;
  await w.commit({
    'apps/kustomization.yaml': `generatorOptions: {disableNameSuffixHash: true}
secretGenerator:
- {name: env, envs: [app.env]}
- {name: files, files: [conf.ini, conf.json, conf.yaml, blob.bin]}
`,
    'apps/app.env': await encrypted('app.env', `USER=joe\nPASSWORD=${values.first}\n`),
    'apps/conf.ini': await encrypted('conf.ini', ini),
    'apps/conf.json': await encrypted('conf.json', json),
    'apps/conf.yaml': await encrypted('conf.yaml', yaml),
    'apps/blob.bin': await encrypted('blob.bin', binary),
  });
  await delivered();
  expect(await dataOf('env')).toEqual({ USER: 'joe', PASSWORD: values.first });
  const files = await dataOf('files');
  expect([files['conf.yaml'], files['blob.bin'], JSON.parse(files['conf.json'] ?? '')]).toEqual([yaml, binary, { token: values.third }]);
  expect(files['conf.ini']).toMatch(new RegExp(`^\\[db\\]\\npassword\\s*= ${values.second}\\n`));
  await expectUntold();
});

test('values of a chart: its own file, and files of other Sources; a change there renders again', async () => {
  const url = 'https://git.test/values.git';
  const other = w.git.repository(url, () => w.clock.now());
  other.commit({ 'env/prod.yaml': await encrypted('prod.yaml', `token: ${values.second}\n`) });
  await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata: { name: 'env', namespace: 'shop' }, spec: { git: { url } } });
  await w.commit({
    'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'chart/templates/s.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: {{ .Values.password }}, token: {{ .Values.token }}}\n',
    'chart/secrets.yaml': await encrypted('secrets.yaml', `password: ${values.first}\ntoken: overridden\n`),
  });
  const helm = { mode: 'template', valueFiles: ['chart/secrets.yaml'], valuesFrom: [{ source: { name: 'env', path: 'env/prod.yaml' } }] };
  await delivered({ build: { helm } }, 'chart');
  expect(await dataOf('s')).toEqual({ password: values.first, token: values.second });
  await expectUntold();
  other.commit({ 'env/prod.yaml': await encrypted('prod.yaml', `token: ${values.third}\n`) });
  await w.settle(120_000);
  expect(await dataOf('s')).toEqual({ password: values.first, token: values.third });
  await expectUntold();
});

test('values of another Source that cannot be opened stop the App, and name file and key', async () => {
  const url = 'https://git.test/values.git';
  const good = await encrypted('prod.yaml', `token: ${values.second}\n`);
  w.git
    .repository(url, () => w.clock.now())
    .commit({ 'env/prod.yaml': good.replace(/token: ENC\[AES256_GCM,data:./, 'token: ENC[AES256_GCM,data:') });
  await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata: { name: 'env', namespace: 'shop' }, spec: { git: { url } } });
  await w.commit({
    'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'chart/templates/s.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: {{ .Values.token }}}\n',
  });
  const helm = { mode: 'template', valuesFrom: [{ source: { name: 'env', path: 'env/prod.yaml' } }] };
  await w.app({ path: 'chart', spec: { decrypt, build: { helm } } });
  await w.settle();
  const condition = await w.condition('Ready');
  for (const part of ['Ready=False DecryptFailed', 'env/prod.yaml', 'token']) expect(condition).toContain(part);
  expect(await w.find('Secret/shop/s')).toBeUndefined();
});
