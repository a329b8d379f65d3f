/** S24: loopback is hostile. The embedded cluster wants TLS and a token, knows its own name, and takes no cookie. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { createCluster, type Cluster, type Listening } from '../../src/apiserver/index.ts';
import { startEmbeddedCluster } from '../../src/app/index.ts';
import { inFolder } from './program.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

let cluster: Cluster;
let listening: Listening;
let token: string;
let trusting: Agent;

beforeAll(async () => {
  cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory' });
  listening = await cluster.listen();
  const config = JSON.parse(cluster.kubeconfig(listening.url)) as Kubeconfig;
  token = config.users[0]?.user.token ?? '';
  const ca = Buffer.from(config.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64');
  trusting = new Agent({
    // The client would itself refuse a name that is not in the certificate; an attacker's would not.
    connect: { ca, checkServerIdentity: () => undefined },
  });
});

afterAll(async () => {
  await trusting.close();
  await listening.close();
  await cluster.close();
});

describe('S24 the embedded cluster on loopback', () => {
  const secret = '/api/v1/namespaces/default/secrets';
  const cases = [
    { name: 'with its token', headers: () => ({ authorization: `Bearer ${token}` }), status: 200 },
    { name: 'without a token', headers: () => ({}), status: 403 },
    { name: 'with a wrong token', headers: () => ({ authorization: 'Bearer nonsense' }), status: 401 },
    { name: 'with the token as a cookie', headers: () => ({ cookie: `token=${token}; authorization=Bearer ${token}` }), status: 403 },
    { name: 'under a foreign name', headers: () => ({ authorization: `Bearer ${token}`, host: 'evil.example' }), status: 403 },
    { name: 'from a web page', headers: () => ({ authorization: `Bearer ${token}`, origin: 'https://evil.example' }), status: 403 },
  ];
  for (const { name, headers, status } of cases) {
    test(`${name} answers ${status}`, async () => {
      const response = await request(listening.url + secret, { headers: headers(), dispatcher: trusting });
      await response.body.dump();
      expect(response.statusCode).toBe(status);
    });
  }

  test('its certificate is signed by its own authority only', async () => {
    await expect(request(`${listening.url}/healthz`)).rejects.toThrow(/certificate|self-signed|unable to verify/i);
  });
});

test('S24 what is kept on disk is readable by its owner only', () =>
  inFolder(async (folder) => {
    const kubeconfig = join(folder, 'kubeconfig');
    const running = await startEmbeddedCluster({ folder, kubeconfig, port: 0, tls: true, log: silentLog() });
    const mode = (await stat(kubeconfig)).mode & 0o777;
    expect(await readFile(kubeconfig, 'utf8')).toContain('token');
    await running.close();
    expect(mode).toBe(0o600);
  }));

test('S11 over HTTPS every group of an impersonated user counts, one header each', async () => {
  const response = await request(`${listening.url}/apis/authentication.k8s.io/v1/selfsubjectreviews`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'impersonate-user': 'ada',
      'impersonate-group': ['developers', 'on-call'],
    },
    body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
    dispatcher: trusting,
  });
  const review = (await response.body.json()) as { readonly status?: { readonly userInfo?: unknown } };
  expect(review.status?.userInfo).toMatchObject({ username: 'ada', groups: ['developers', 'on-call', 'system:authenticated'] });
});
