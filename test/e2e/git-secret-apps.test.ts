/** Repositories in which git-secret hides files, as stories: revealed in memory with the App's keys, checked, never told, never a way out of the repository. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeys } from '../../src/adapters/decrypt/index.ts';
import type { JsonObject } from '../../src/core/object/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/std/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop'] });
  await w.source();
});
afterEach(() => w.close());

const key = (file = 'pgp.asc'): Promise<unknown> =>
  w.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'gpg', namespace: 'shop' }, data: { 'key.asc': encode(fixture(file)) } });

const decrypt: JsonObject = { keys: [{ secretRef: { name: 'gpg' } }] };

/** What `git secret hide` leaves with SECRETS_GPG_ARMOR=1: the message and the line of the mapping. */
async function hidden(path: string, content: string): Promise<{ readonly files: Record<string, string>; readonly line: string }> {
  const ring = await createKeys().read([{ name: 'pgp.asc', bytes: encodeUtf8(fixture('pgp.asc')) }]);
  if (!ring.ok) throw new Error(ring.error.message);
  const sealed = await ring.value.seal('pgp', ring.value.names[0] ?? '', encodeUtf8(content));
  if (!sealed.ok) throw new Error(sealed.error.message);
  const line = `${path}:${createHash('sha256').update(content).digest('hex')}\n`;
  return { files: { [`${path}.secret`]: decodeUtf8(sealed.value) }, line };
}

const mapping = '.gitsecret/paths/mapping.cfg';
const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: correct-horse-battery}\n';

/** Files of a repository with one hidden file. */
async function repository(path = 'apps/db.yaml', content = secret): Promise<Record<string, string>> {
  const { files, line } = await hidden(path, content);
  return { ...files, [mapping]: line };
}

const password = async (): Promise<string> =>
  Buffer.from(String(((await w.get('Secret/shop/db'))['data'] as JsonObject)['password']), 'base64').toString();

test('a hidden manifest is applied, and told nowhere', async () => {
  await key();
  await w.commit(await repository());
  await w.app({ path: 'apps', spec: { decrypt } });
  await w.settle();
  expect(await w.condition('Ready')).toContain('Ready=True');
  expect(await password()).toBe('correct-horse-battery');
  const told = JSON.stringify([
    w.controllers.plan({ namespace: 'shop', name: 'web' }),
    await w.list('App'),
    await w.list('Event'),
    w.ledger.events,
  ]);
  for (const form of ['correct-horse-battery', encode('correct-horse-battery')]) expect(told).not.toContain(form);
});

test('hidden values reach a chart, and a generator of a kustomization', async () => {
  await key();
  const values = await hidden('chart/secret-values.yaml', 'token: s3cr3t-t0ken-value\n');
  const env = await hidden('kustomized/app.env', 'TOKEN=tr0ub4dor-and-three\n');
  await w.commit({
    ...values.files,
    ...env.files,
    [mapping]: values.line + env.line,
    'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'chart/templates/s.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: token}\nstringData: {token: {{ .Values.token }}}\n',
    'kustomized/kustomization.yaml': 'secretGenerator: [{name: env, envs: [app.env], options: {disableNameSuffixHash: true}}]\n',
  });
  await w.app({ path: 'chart', spec: { decrypt, build: { helm: { mode: 'template', valueFiles: ['chart/secret-values.yaml'] } } } });
  await w.app({ name: 'kustomized', path: 'kustomized', spec: { decrypt } });
  await w.settle();
  expect([await w.condition('Ready'), await w.condition('Ready', 'kustomized')]).toEqual([
    expect.stringContaining('Ready=True'),
    expect.stringContaining('Ready=True'),
  ]);
  expect((await w.get('Secret/shop/token'))['data']).toEqual({ token: encode('s3cr3t-t0ken-value') });
  expect((await w.get('Secret/shop/env'))['data']).toEqual({ TOKEN: encode('tr0ub4dor-and-three') });
});

describe('what was read is what makes it render again (S1)', () => {
  test('another hidden file of the same repository does not; the App’s own does', async () => {
    await key();
    await w.commit(await repository());
    await w.app({ path: 'apps', spec: { decrypt } });
    await w.settle();
    const renders = w.controllers.renders;
    const other = await hidden('other/x.env', 'X=1\n');
    await w.commit({ 'other/readme.md': 'x', ...other.files });
    await w.settle();
    expect(w.controllers.renders).toBe(renders);
    await w.commit(await repository('apps/db.yaml', secret.replace('correct-horse-battery', 'another-horse')));
    await w.settle();
    expect(await password()).toBe('another-horse');
  });

  test('a file that is hidden later is found where it was missing', async () => {
    await key();
    await w.commit({ 'apps/kustomization.yaml': 'resources: [db.yaml]\n' });
    await w.app({ path: 'apps', spec: { decrypt } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=False');
    await w.commit(await repository());
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await password()).toBe('correct-horse-battery');
  });
});

describe('what cannot be revealed stops this App and no other', () => {
  interface Case {
    readonly name: string;
    readonly spec?: JsonObject;
    readonly keyFile?: string;
    readonly change?: (files: Record<string, string>) => Record<string, string>;
    readonly parts: readonly string[];
  }
  const cases: readonly Case[] = [
    { name: 'no key named', spec: {}, parts: ['apps/db.yaml.secret', 'git-secret hid it', 'spec.decrypt.keys'] },
    { name: 'the wrong key', keyFile: 'age-1.txt', parts: ['apps/db.yaml.secret', 'no PGP key opens it; it is encrypted to '] },
    {
      name: 'another content than was hidden',
      change: (files) => ({ ...files, [mapping]: `apps/db.yaml:${'0'.repeat(64)}\n` }),
      parts: ['apps/db.yaml.secret', mapping],
    },
    {
      name: 'a truncated file',
      change: (files) => ({ ...files, 'apps/db.yaml.secret': (files['apps/db.yaml.secret'] ?? '').slice(0, 200) }),
      parts: ['apps/db.yaml.secret', 'damaged'],
    },
    {
      name: 'a mapping that leads out of the repository',
      change: (files) => ({ ...files, [mapping]: `${files[mapping] ?? ''}../../etc/passwd\n` }),
      parts: [`${mapping}:2`, 'leaves the repository'],
    },
  ];
  test.each(cases)('$name', async ({ spec, keyFile, change = (files) => files, parts }) => {
    await key(keyFile);
    await w.commit({ ...change(await repository()), 'good/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n' });
    await w.app({ path: 'apps', spec: spec ?? { decrypt } });
    await w.app({ name: 'good', path: 'good' });
    await w.settle();
    const condition = await w.condition('Ready');
    for (const part of ['Ready=False DecryptFailed', ...parts]) expect(condition).toContain(part);
    expect(await w.find('Secret/shop/db')).toBeUndefined();
    expect(await w.condition('Ready', 'good')).toContain('Ready=True');
  });
});
