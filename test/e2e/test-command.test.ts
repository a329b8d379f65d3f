/**
 * `lockstep test`: an environment in the order of its dependencies, only some tests, JUnit, exit codes. What the controllers do
 * is played here; that they do it is told in hooks-and-tests.test.ts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { type App, crds } from '../../src/api/index.ts';
import { connect, type EmbeddedCluster, startEmbeddedCluster } from '../../src/app/index.ts';
import type { JsonObject, KubeObject } from '../../src/core/object/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { cli, type Said } from './in-process.ts';

let folder = '';
let cluster: EmbeddedCluster;
let kube: KubeClient & { close(): Promise<void> };
const ended = new AbortController();

const resource = (group: string, kind: string, plural: string, namespaced = true): ApiResource => ({
  group,
  version: 'v1',
  kind,
  resource: plural,
  namespaced,
  verbs: [],
});
const apps = resource('lockstep.dev', 'App', 'apps');

const must = async (made: Promise<{ readonly ok: boolean }>): Promise<void> => expect(await made).toMatchObject({ ok: true });

const setStatus = (name: string, status: JsonObject): Promise<void> =>
  must(
    kube.patch(
      apps,
      { namespace: 'shop', name },
      { type: 'application/merge-patch+json', value: { status }, subresource: 'status', fieldManager: 'x' },
    ),
  );

async function app(
  name: string,
  environment: string,
  { dependsOn = [], tests }: { readonly dependsOn?: string[]; readonly tests: readonly string[] },
): Promise<void> {
  const spec = { source: { name: 'config', path: name }, dependsOn: dependsOn.map((other) => ({ name: other })) };
  const metadata = { name, namespace: 'shop', labels: { 'lockstep.dev/environment': environment } };
  await must(kube.create(apps, { apiVersion: 'lockstep.dev/v1', kind: 'App', metadata, spec } as unknown as KubeObject));
  await setStatus(name, { tests: tests.map((test_) => ({ name: test_, phase: 'Open' })) });
}

const asked: string[] = [];

/** Runs what is asked for: names that begin with the pattern; `broken` fails. */
async function play(): Promise<void> {
  const listed = await kube.list(apps);
  const events = await kube.watch(apps, { resourceVersion: listed.ok ? listed.value.resourceVersion : '', signal: ended.signal });
  if (!events.ok) throw new Error(events.error.message);
  let turn = 0;
  for await (const { object } of events.value) {
    const { metadata, status } = object as unknown as App;
    const [word = '', patterns = '[]'] = (metadata.annotations?.['lockstep.dev/testAt'] ?? '').split(' ');
    if (word === '' || status?.lastHandledTestAt === word) continue;
    asked.push(metadata.name);
    turn += 1;
    const at = new Date(Date.UTC(2026, 0, 1) + turn * 60_000).toISOString().replace('.000Z', 'Z');
    const [pattern = ''] = JSON.parse(patterns) as readonly string[];
    const tests = (status?.tests ?? []).map((each) =>
      !each.name.startsWith(pattern.replace('*', ''))
        ? each
        : {
            name: each.name,
            startedAt: at,
            completedAt: at,
            ...(each.name === 'broken' ? { phase: 'Failed', message: 'exit code 1' } : { phase: 'Succeeded' }),
          },
    );
    await setStatus(metadata.name, { lastHandledTestAt: word, tests: tests as never });
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-test-command-'));
  cluster = await startEmbeddedCluster({ kubeconfig: join(folder, 'kubeconfig'), port: 0, tls: true, log: silentLog() });
  const connected = await connect({ kubeconfig: join(folder, 'kubeconfig'), cwd: folder, env: {} });
  if (!connected.ok) throw new Error(connected.error.message);
  kube = connected.value;
  for (const crd of crds())
    await must(kube.create(resource('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions', false), crd));
  await must(
    kube.create(resource('', 'Namespace', 'namespaces', false), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }),
  );
  await app('web', 'staging', { dependsOn: ['db'], tests: ['smoke-web', 'broken'] });
  await app('db', 'staging', { tests: ['smoke-db'] });
  await app('plain', 'staging', { tests: [] });
  await app('shop', 'prod', { tests: ['smoke-shop'] });
  void play().catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
});
afterAll(async () => {
  ended.abort();
  await kube.close();
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<Said> =>
  cli(['test', ...args], { cwd: folder, env: { KUBECONFIG: join(folder, 'kubeconfig') } });

test('a whole environment, dependencies first; a failed test is exit code 1, with its reason in the table and in JUnit', async () => {
  const { code, out } = await run('--env', 'staging', '--junit', 'report.xml');
  expect(code).toBe(1);
  expect(asked.splice(0)).toEqual(['db', 'web']);
  expect(out.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual([
    'APP | TEST | RESULT | TIME | WHY',
    'shop/db | smoke-db | Succeeded | 0s',
    'shop/web | smoke-web | Succeeded | 0s',
    'shop/web | broken | Failed | 0s | exit code 1',
    '',
  ]);
  expect(readFileSync(join(folder, 'report.xml'), 'utf8')).toContain('<failure message="exit code 1"/>');
});

test('only some: an App none of whose tests are meant is no failure', async () => {
  const { code, out } = await run('-e', 'staging', '--only', 'smoke-w*');
  expect([code, out.includes('smoke-web'), out.includes('smoke-db'), out.includes('broken')]).toEqual([0, true, false, false]);
});

test('an environment that is none, and an App with one, are refused', async () => {
  expect(await run('--env', 'live')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no App is of the environment live[^]*There are: prod, staging/),
  });
  expect(await run('web', '--env', 'staging')).toMatchObject({ code: 2 });
});
