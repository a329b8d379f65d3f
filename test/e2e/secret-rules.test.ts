/** What the platform says of secrets, as stories: which App may use which key, and plain Secrets in Git told or refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop', 'evil'] });
  await w.source();
});
afterEach(() => w.close());

const platform = (secrets: JsonObject): Promise<unknown> =>
  w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Platform', metadata: { name: 'default' }, spec: { secrets } });

describe('a key of the platform', () => {
  const platformKey = (file = 'age-1.txt'): Promise<unknown> =>
    w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'org-age', namespace: 'lockstep-system' },
      data: { 'identity.agekey': encode(fixture(file)) },
    });
  const keys = (allow: JsonObject): JsonObject => ({ keys: [{ name: 'org', secretRef: { name: 'org-age' }, allow: [allow] }] });
  const decrypt: JsonObject = { keys: [{ platformKey: 'org' }] };

  test('is used by an App that may, which never sees it; taken away, nothing new is decrypted', async () => {
    await platformKey();
    await platform(keys({ namespace: 'sh*' }));
    await w.commit({ 'apps/db.yaml': fixture('secret.yaml.enc') });
    await w.app({ path: 'apps', spec: { decrypt } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(((await w.get('Secret/shop/db'))['data'] as JsonObject)['password']).toBe(encode('correct-horse-battery'));
    await platform(keys({ namespace: 'other' }));
    await w.settle();
    expect(await w.condition('Ready')).toContain('DecryptKeyRefused');
    expect(await w.find('Secret/shop/db')).toBeDefined();
  });

  test('is refused to all others, in the same words as one that does not exist', async () => {
    await platformKey();
    await platform(keys({ namespace: 'shop', app: 'web' }));
    await w.commit({ 'apps/db.yaml': fixture('secret.yaml.enc') });
    await w.app({ name: 'web2', path: 'apps', spec: { decrypt } });
    await w.app({ name: 'web3', path: 'apps', spec: { decrypt: { keys: [{ platformKey: 'none' }] } } });
    await w.settle();
    expect(await w.condition('Ready', 'web2')).toContain('App shop/web2 may not use a key of the platform called org');
    expect(await w.condition('Ready', 'web3')).toContain('App shop/web3 may not use a key of the platform called none');
    expect(await w.find('Secret/shop/db')).toBeUndefined();
  });

  test('that comes, or changes, later is used at once', async () => {
    await platformKey('age-2.txt');
    await platform(keys({ namespace: 'shop' }));
    await w.commit({ 'apps/db.yaml': fixture('secret.yaml.enc') });
    await w.app({ path: 'apps', spec: { decrypt } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('DecryptFailed');
    await platformKey();
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });
});

describe('the leak guard', () => {
  const plain = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: correct-horse-battery}\n';
  const warnings = (app = 'web'): readonly string[] =>
    (w.controllers.plan({ namespace: 'shop', name: app })?.warnings ?? []).map(({ code, message }) => `${code} ${message}`);

  test('warns of a plain Secret in Git, with the command that seals it', async () => {
    await w.commit({ 'apps/db.yaml': plain });
    await w.app({ path: 'apps' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(warnings()).toEqual([
      expect.stringMatching(
        /^PlainSecretInGit apps\/db\.yaml:1: Secret\/shop\/db: .*lockstep seal --in-place apps\/db\.yaml --namespace shop/,
      ),
    ]);
    expect(w.events().filter(({ type }) => type === 'PlainSecretInGit')).toHaveLength(1);
    expect(JSON.stringify([w.events(), warnings()])).not.toContain('correct-horse');
  });

  test('refuses it when the platform says so, and lets it through when that is taken back', async () => {
    await platform({ plainSecrets: 'refuse' });
    await w.commit({ 'apps/db.yaml': plain });
    await w.app({ path: 'apps' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=False PlainSecretInGit: apps/db.yaml:1: ');
    expect(await w.find('Secret/shop/db')).toBeUndefined();
    await platform({ plainSecrets: 'allow' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(warnings()).toEqual([]);
  });

  test.each([
    [
      'a literal of a generator',
      { 'apps/kustomization.yaml': 'secretGenerator: [{name: db, literals: ["password=correct-horse-battery"]}]\n' },
      'apps/kustomization.yaml',
    ],
    [
      'a file of a generator',
      { 'apps/kustomization.yaml': 'secretGenerator: [{name: db, envs: [db.env]}]\n', 'apps/db.env': 'password=correct-horse-battery\n' },
      'apps/db.env',
    ],
    [
      'values of a chart',
      {
        'apps/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
        'apps/values.yaml': 'db: {password: correct-horse-battery}\n',
        'apps/templates/s.yaml':
          'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {password: {{ .Values.db.password | b64enc }}}\n',
      },
      'apps/values.yaml',
    ],
  ])('finds %s', async (_name, files, file) => {
    await w.commit(files);
    await w.app({ path: 'apps' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(warnings()).toEqual([expect.stringContaining(`PlainSecretInGit ${file}: `)]);
    expect(warnings()[0]).toContain(`lockstep secrets encrypt --in-place ${file}`);
  });

  test.each([
    ['written out', 'stringData: {password: correct-horse-battery, user: {{ .Values.user }}}'],
    ['as a default', 'stringData: {password: {{ .Values.password | default "correct-horse-battery" }}}'],
    ['in base64', `data: {password: ${encode('correct-horse-battery')}}`],
  ])('finds a value in a template of a chart: %s', async (_name, line) => {
    await w.commit({
      'apps/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'apps/values.yaml': 'user: joe\n',
      'apps/templates/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${line}\n`,
      'apps/templates/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {note: "see correct-horse-battery-staple"}\n',
    });
    await w.app({ path: 'apps' });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(warnings()).toEqual([expect.stringContaining('PlainSecretInGit apps/templates/s.yaml: ')]);
    expect(warnings()[0]).toContain('let the template take them from values, then: lockstep secrets encrypt --in-place VALUES.yaml');
    expect(JSON.stringify([w.events(), warnings()])).not.toContain('correct-horse-battery"');
  });

  test('says nothing of a longer word in a template that a value is a part of', async () => {
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'mine', namespace: 'shop' },
      data: { 'values.yaml': encode('token: postgres\n') },
    });
    await w.commit({
      'apps/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'apps/templates/s.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: db-postgresql}\nstringData: {drawn: {{ randAlphaNum 20 }}, derived: {{ printf "%sql" .Values.token }}}\n',
    });
    await w.app({ path: 'apps', spec: { build: { helm: { mode: 'template', valuesFrom: [{ secret: 'mine' }] } } } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(warnings().filter((text) => !text.startsWith('RandomValues'))).toEqual([]);
  });

  test('says nothing of what is encrypted, drawn, or read from the cluster', async () => {
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'age-key', namespace: 'shop' },
      data: { 'identity.agekey': encode(fixture('age-1.txt')), 'values.yaml': encode('token: from-the-cluster\n') },
    });
    await w.commit({
      'apps/db.yaml': fixture('secret.yaml.enc'),
      'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'chart/values.yaml': 'token: ""\n',
      'chart/templates/s.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: drawn}\nstringData: {token: {{ .Values.token }}, drawn: {{ randAlphaNum 20 }}}\n',
    });
    await w.app({ path: 'apps', spec: { decrypt: { keys: [{ secretRef: { name: 'age-key' } }] } } });
    await w.app({ name: 'chart', path: 'chart', spec: { build: { helm: { mode: 'template', valuesFrom: [{ secret: 'age-key' }] } } } });
    await w.settle();
    expect([await w.condition('Ready'), await w.condition('Ready', 'chart')]).toEqual([
      expect.stringContaining('Ready=True'),
      expect.stringContaining('Ready=True'),
    ]);
    // That the chart draws a value is told, but is no finding of the guard.
    expect([...warnings(), ...warnings('chart')].filter((text) => !text.startsWith('RandomValues'))).toEqual([]);
  });
});

test('a Secret whose configuration holds words that API servers and people need hides none of them', async () => {
  const config = 'inhibit_rules: [{equal: [namespace, alertname]}]\nroute: {receiver: monitoring}\n';
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'alertmanager' }, stringData: { config, name: 'namespace' } };
  const place = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: monitoring}\n';
  const role = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: alertmanager, namespace: monitoring}\n';
  await w.app({ path: 'apps' });
  await w.commit({ 'apps/secret.yaml': JSON.stringify(secret), 'apps/role.yaml': role });
  await w.settle();
  expect(await w.condition('Ready')).toContain('namespaces "monitoring" not found');
  await w.commit({ 'apps/place.yaml': place });
  await w.settle(60_000);
  expect(await w.condition('Ready')).toContain('Ready=True');
});

test('a Secret made of a file that is still encrypted is an error', async () => {
  await w.commit({
    'apps/kustomization.yaml': 'secretGenerator: [{name: values, files: [values.yaml]}]\n',
    'apps/values.yaml': fixture('values.yaml.enc'),
  });
  await w.app({ path: 'apps' });
  await w.settle();
  expect(await w.condition('Ready')).toContain('StillEncrypted');
  expect((await w.list('Secret', 'shop')).map(({ metadata }) => metadata.name)).toEqual([]);
});
