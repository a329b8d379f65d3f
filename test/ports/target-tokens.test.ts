/** S22: who Lockstep is in another cluster by tokens that end, over real HTTPS. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKubeClient, parseJson } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import { connectClusters } from '../../src/app/connect-cluster.ts';
import type { JsonObject } from '../../src/core/object/index.ts';
import type { ConnectOptions, KubeClient } from '../../src/ports/index.ts';

const clock = systemClock();
let cluster: Cluster;
let folder: string;
let cluster64: JsonObject;
let token: string;

beforeAll(async () => {
  cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory', simulate: false });
  const { url } = await cluster.listen();
  const config = parseJson(cluster.kubeconfig(url)) as unknown as {
    readonly clusters: readonly { readonly cluster: JsonObject }[];
    readonly users: readonly { readonly user: { readonly token: string } }[];
  };
  cluster64 = config.clusters[0]?.cluster ?? {};
  token = config.users[0]?.user.token ?? '';
  folder = await mkdtemp(join(tmpdir(), 'lockstep-tokens-'));
});

afterAll(async () => {
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

const kubeconfig = (user: JsonObject = {}, change: JsonObject = {}): string =>
  JSON.stringify({
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    clusters: [{ name: 'x', cluster: { ...cluster64, ...change } }],
    users: [{ name: 'x', user }],
  });

const connect = (text: string, source: ConnectOptions['token'], tokens: string | undefined = folder) =>
  connectClusters({ tokens })(text, { allowInsecureTls: false, ...(source === undefined ? {} : { token: source }) });

async function clientBy(source: NonNullable<ConnectOptions['token']>): Promise<KubeClient> {
  const connected = await connect(kubeconfig(), source);
  if (!connected.ok) throw new Error(connected.error.message);
  return createKubeClient(connected.value.transport, { clock });
}

const namespaces = { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false, verbs: [] };

const code = async (client: KubeClient): Promise<number> => {
  const listed = await client.list(namespaces);
  return listed.ok ? 200 : listed.error.code;
};

test('a token in a file is read again when it is refused, so that a rotated one counts at once', async () => {
  await writeFile(join(folder, 'eu'), `${token}\n`);
  const client = await clientBy({ kind: 'file', name: 'eu' });
  expect(await code(client)).toBe(200);
  await writeFile(join(folder, 'late'), 'ended');
  const late = await clientBy({ kind: 'file', name: 'late' });
  expect(await code(late)).toBe(401);
  await writeFile(join(folder, 'late'), token);
  expect(await code(late)).toBe(200);
  await Promise.all([client.close(), late.close()]);
});

test('a token is asked for once as long as it may be used, and again when it ends or is refused', async () => {
  let asked = 0;
  let life = 60_000;
  const client = await clientBy({ kind: 'asked', ask: async () => ({ token: ++asked === 1 ? 'refused' : token, life }) });
  expect([await code(client), asked]).toEqual([200, 2]);
  expect([await code(client), asked]).toEqual([200, 2]);
  await client.close();
  asked = 1;
  life = 0;
  const brief = await clientBy({ kind: 'asked', ask: async () => ({ token: ++asked === 0 ? '' : token, life }) });
  await code(brief);
  await code(brief);
  expect(asked).toBeGreaterThanOrEqual(3);
  await brief.close();
});

test('nobody who has a token to give is no answer, and says why', async () => {
  const client = await clientBy({ kind: 'asked', ask: () => Promise.reject(new Error('no token for ServiceAccount a/b: gone')) });
  expect(await client.list(namespaces)).toMatchObject({
    ok: false,
    error: { code: 0, message: expect.stringContaining('no token for ServiceAccount a/b') },
  });
  await client.close();
});

test.each<[string, () => ReturnType<typeof connect>, string]>([
  [
    'two identities',
    () => connect(kubeconfig({ token: 'x' }), { kind: 'file', name: 'eu' }),
    'spec.token says who Lockstep is; take the credentials out',
  ],
  ['plain HTTP', () => connect(kubeconfig({}, { server: 'http://127.0.0.1:1' }), { kind: 'file', name: 'eu' }), 'spec.token needs https'],
  ['no folder', () => connect(kubeconfig(), { kind: 'file', name: 'eu' }, ''), 'set LOCKSTEP_TOKENS'],
  [
    'a plugin of EKS',
    () => connect(kubeconfig({ exec: { command: 'aws', args: ['eks', 'get-token'] } }), undefined),
    '"aws" of Amazon EKS, and plugins are not allowed here',
  ],
  ['a plugin of GKE', () => connect(kubeconfig({ exec: { command: '/usr/bin/gke-gcloud-auth-plugin' } }), undefined), 'of Google GKE'],
  ['a plugin of AKS', () => connect(kubeconfig({ exec: { command: 'kubelogin.exe' } }), undefined), 'of Azure AKS'],
])('%s is refused, by name', async (_name, connecting, says) => {
  const connected = await connecting();
  expect(connected).toMatchObject({ ok: false, error: { message: expect.stringContaining(says) } });
});
