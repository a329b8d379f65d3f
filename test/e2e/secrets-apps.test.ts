/** Encrypted files in Git, as stories: decrypted in memory only, refused with a name when they cannot be, and never told anywhere (S18). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop'] });
  await w.source();
});
afterEach(() => w.close());

const key = (file: string, name = 'age-key'): Promise<unknown> =>
  w.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, data: { 'identity.agekey': encode(fixture(file)) } });

const decrypt: JsonObject = { keys: [{ secretRef: { name: 'age-key' } }] };

const clear = ['correct-horse-battery', 's3cr3t-t0ken-value', 'tr0ub4dor-and-three'];

/** Every form in which a value could hide in a text. */
const formsOf = (value: string): readonly string[] => [
  value,
  encode(value),
  encode(encode(value)),
  gzipSync(value).toString('base64'),
  JSON.stringify(JSON.stringify(value)).slice(3, -3),
];

function expectNoLeak(text: string): void {
  for (const value of clear) for (const form of formsOf(value)) expect(text.includes(form), `${form} is told`).toBe(false);
}

/** Everything people and stores are told: plans, statuses, events, ledger; not the Secrets themselves. */
async function told(app = 'web'): Promise<string> {
  const plan = w.controllers.plan({ namespace: 'shop', name: app });
  const kinds = ['App', 'Source', 'Inventory', 'Event', 'ConfigMap'];
  const objects = await Promise.all(kinds.map((kind) => w.list(kind)));
  const sent = w.door.sent.filter(({ path }) => !path.includes('/secrets/'));
  const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  return JSON.stringify([plan, objects, w.events(), w.ledger.events, sent], bigints);
}

test('a manifest, and the values of a generator, are decrypted; the plan, the status and the ledger tell nothing', async () => {
  await key('age-1.txt');
  await w.commit({
    'apps/kustomization.yaml': 'resources: [db.yaml]\nsecretGenerator: [{name: values, files: [values.yaml]}]\n',
    'apps/db.yaml': fixture('secret.yaml.enc'),
    'apps/values.yaml': fixture('values.yaml.enc'),
  });
  await w.app({ path: 'apps', spec: { decrypt } });
  await w.settle();
  expect(await w.condition('Ready')).toContain('Ready=True');
  const data = (await w.get('Secret/shop/db'))['data'] as JsonObject;
  expect(Buffer.from(String(data['password']), 'base64').toString()).toBe('correct-horse-battery');
  const values = (await w.list('Secret', 'shop')).find(({ metadata }) => (metadata.name ?? '').startsWith('values-'));
  const generated = (values?.['data'] ?? {}) as JsonObject;
  expect(Buffer.from(String(generated['values.yaml']), 'base64').toString()).toContain('tr0ub4dor-and-three');
  expectNoLeak(await told());
});

test('an unchanged file is not decrypted again, and a change by hand tells nothing', async () => {
  await key('age-1.txt');
  await w.commit({ 'apps/db.yaml': fixture('secret.yaml.enc') });
  await w.app({ path: 'apps', spec: { decrypt } });
  await w.settle();
  const renders = w.controllers.renders;
  await w.commit({ 'other/readme.txt': 'x' });
  await w.settle();
  expect(w.controllers.renders).toBe(renders);
  await w.edit('Secret/shop/db', { data: { password: encode('changed by hand') } });
  await w.settle();
  expectNoLeak(await told());
});

test('a value that goes on into a ConfigMap is masked in its plan', async () => {
  await key('age-1.txt');
  const generator = 'configMapGenerator: [{name: values, files: [values.yaml], options: {disableNameSuffixHash: true}}]\n';
  await w.commit({ 'apps/kustomization.yaml': generator, 'apps/values.yaml': fixture('values.yaml.enc') });
  await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'values', namespace: 'shop' }, data: { 'values.yaml': 'before' } });
  await w.app({ path: 'apps', spec: { decrypt, suspend: true } });
  await w.settle();
  const plan = JSON.stringify(w.controllers.plan({ namespace: 'shop', name: 'web' }));
  expect(plan).toContain('values');
  expectNoLeak(plan + JSON.stringify([await w.appStatus(), w.events()]));
});

describe('what cannot be decrypted stops this App and no other', () => {
  interface Case {
    readonly name: string;
    readonly prepare: () => Promise<unknown>;
    readonly spec: JsonObject;
    readonly text: string;
    readonly part: string;
  }
  const cases: readonly Case[] = [
    { name: 'no keys named', prepare: () => key('age-1.txt'), spec: {}, text: fixture('secret.yaml.enc'), part: 'age1maadank' },
    {
      name: 'no such Secret',
      prepare: () => Promise.resolve(),
      spec: { decrypt },
      text: fixture('secret.yaml.enc'),
      part: 'there is no Secret age-key',
    },
    { name: 'the wrong key', prepare: () => key('age-2.txt'), spec: { decrypt }, text: fixture('secret.yaml.enc'), part: 'age1maadank' },
    {
      name: 'a changed file',
      prepare: () => key('age-1.txt'),
      spec: { decrypt },
      text: fixture('secret.yaml.enc').replace('name: db', 'name: dc'),
      part: 'MAC mismatch',
    },
    {
      name: 'a value that was cut off',
      prepare: () => key('age-1.txt'),
      spec: { decrypt },
      text: fixture('secret.yaml.enc').replace(/(password: ENC\[AES256_GCM,data:.{8})[^,]*/, '$1'),
      part: 'stringData:password: the value cannot be decrypted',
    },
    {
      name: 'a file that was cut off',
      prepare: () => key('age-1.txt'),
      spec: { decrypt },
      text: fixture('secret.yaml.enc').replace(/ {4}mac: [\s\S]*$/, ''),
      part: 'the file has no checksum (sops.mac): it was cut off, or changed',
    },
    {
      name: 'an envelope that was cut off',
      prepare: () => key('age-1.txt'),
      spec: { decrypt },
      text: fixture('secret.yaml.enc').replace(/(BEGIN AGE ENCRYPTED FILE-----\n\s+.*\n)[\s\S]*?(\s+-----END AGE)/, '$1$2'),
      part: 'age1maadank',
    },
    {
      name: 'a recipient that nobody here knows',
      prepare: () => key('age-1.txt'),
      spec: { decrypt },
      text: fixture('pgp.yaml.enc'),
      part: 'pgp E19CBB1CE9F5BCB394CC8E7640961C56DB43F570: no PGP key opens it',
    },
    {
      name: 'a key that cannot be read',
      prepare: () =>
        w.put({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'age-key', namespace: 'shop' },
          data: { 'identity.agekey': encode('AGE-SECRET-KEY-1QQQQ') },
        }),
      spec: { decrypt },
      text: fixture('secret.yaml.enc'),
      part: 'Secret age-key, identity.agekey: no valid age-secret-key- key',
    },
  ];
  test.each(cases)('$name', async ({ prepare, spec, text, part }) => {
    await prepare();
    await w.commit({
      'apps/db.yaml': text,
      'good/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n',
    });
    await w.app({ path: 'apps', spec });
    await w.app({ name: 'good', path: 'good' });
    await w.settle();
    const condition = await w.condition('Ready');
    expect(condition).toContain('Ready=False');
    expect(condition).toContain(part);
    expect(condition).toContain('apps/db.yaml');
    expect([await w.find('Secret/shop/db'), await w.find('Secret/shop/dc')]).toEqual([undefined, undefined]);
    expect(await w.condition('Ready', 'good')).toContain('Ready=True');
  });
});

describe('sealed secrets', () => {
  const sealingKey = (): Promise<unknown> =>
    w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'age-key', namespace: 'shop' },
      data: { 'tls.key': encode(fixture('sealing.key')), 'tls.crt': encode(fixture('sealing.crt')) },
    });

  test('the Secret is made in the flow of the App, and the SealedSecret stays', async () => {
    await sealingKey();
    await w.commit({ 'apps/db.yaml': fixture('strict.sealed') });
    await w.app({ path: 'apps', spec: { decrypt } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect((await w.get('Secret/shop/db'))['data']).toEqual({ a: encode('wins'), b: encode('plain text') });
    expect(await w.find('SealedSecret/shop/db')).toBeDefined();
    const text = await told();
    for (const form of formsOf('plain text')) expect(text.includes(form), form).toBe(false);
  });

  test.each([
    ['another key', (text: string) => text, 'age-1.txt', 'no key could decrypt it'],
    [
      'a value that was cut off',
      (text: string) => text.replace(/ a: (\S{40})\S+/, ' a: $1'),
      'sealing.key',
      'the sealed value is truncated',
    ],
    [
      'a value that was changed',
      (text: string) =>
        text.replace(
          /( a: \S+)(.)(\S{8})\n/,
          (_all, before: string, one: string, after: string) => `${before}${one === 'A' ? 'B' : 'A'}${after}\n`,
        ),
      'sealing.key',
      'spec.encryptedData.a',
    ],
  ])('%s: the file and the field are named, nothing is applied, another App goes on', async (_name, change, file, part) => {
    if (file === 'sealing.key') await sealingKey();
    else await key(file);
    await w.commit({
      'apps/db.yaml': change(fixture('strict.sealed')),
      'good/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n',
    });
    await w.app({ path: 'apps', spec: { decrypt } });
    await w.app({ name: 'good', path: 'good' });
    await w.settle();
    const condition = await w.condition('Ready');
    for (const each of ['Ready=False UnsealFailed', 'apps/db.yaml', part]) expect(condition).toContain(each);
    expect([await w.find('Secret/shop/db'), await w.find('SealedSecret/shop/db')]).toEqual([undefined, undefined]);
    expect(await w.condition('Ready', 'good')).toContain('Ready=True');
  });

  test('one that was sealed for another name stops the App', async () => {
    await sealingKey();
    await w.commit({ 'apps/db.yaml': fixture('strict.sealed').replace('  name: db\n', '  name: stolen\n') });
    await w.app({ path: 'apps', spec: { decrypt } });
    await w.settle();
    const condition = await w.condition('Ready');
    expect(condition).toContain('spec.encryptedData.a: no key could decrypt it');
    expect(condition).toContain('apps/db.yaml');
    expect(await w.find('Secret/shop/stolen')).toBeUndefined();
  });
});

test('S18 values of a plain Secret in Git are masked in the other kinds that hold them', async () => {
  await w.commit({
    'apps/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: correct-horse-battery}\n',
    'apps/data.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: token}\ndata: {token: ${encode('s3cr3t-t0ken-value')}}\n`,
    'apps/config.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {url: "postgres://app:correct-horse-battery@db", token: s3cr3t-t0ken-value, colour: blue}\n',
  });
  await w.app({ path: 'apps', spec: { sync: { heal: 'report' } } });
  await w.settle();
  await w.edit('ConfigMap/shop/config', { data: { url: 'edited', token: 'edited', colour: 'red' } });
  await w.settle();
  const plan = JSON.stringify(w.controllers.plan({ namespace: 'shop', name: 'web' }));
  expect(plan).toContain('{"path":"data.colour","before":"red","after":"blue"}');
  expect(plan).toMatch(/\{"path":"data\.url","before":"masked:\w+","after":"masked:\w+"\}/);
  expectNoLeak(
    JSON.stringify([w.controllers.plan({ namespace: 'shop', name: 'web' }), await w.appStatus(), w.ledger.events, await w.list('Event')]),
  );
});
