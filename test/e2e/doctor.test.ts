/** `doctor` says each thing that is wrong with a set-up, one at a time, and nothing about what is right. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKubeClient } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import { installObjects, SETTINGS, type InstallSettings } from '../../src/api/install/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import { applyObjects, doctor, type Finding } from '../../src/app/installer/index.ts';
import type { JsonObject, KubeObject } from '../../src/core/object/index.ts';
import type { ApiResource, Clock, KubeClient, KubeTransport } from '../../src/ports/index.ts';
import { seededRandom } from '../../src/testing/clock/index.ts';

const defaults = {
  ...Object.fromEntries(Object.entries(SETTINGS).map(([name, row]) => [name, row.default])),
  version: '0',
} as InstallSettings;
const SYSTEM = 'lockstep-system';

const resource = (group: string, kind: string, plural: string, namespaced = true): ApiResource => ({
  group,
  version: 'v1',
  kind,
  resource: plural,
  namespaced,
  verbs: [],
});
const of = {
  crd: resource('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions', false),
  role: resource('rbac.authorization.k8s.io', 'ClusterRole', 'clusterroles', false),
  lease: resource('coordination.k8s.io', 'Lease', 'leases'),
  secret: resource('', 'Secret', 'secrets'),
  deployment: resource('apps', 'Deployment', 'deployments'),
  claim: resource('', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  app: resource('lockstep.dev', 'App', 'apps'),
  source: resource('lockstep.dev', 'Source', 'sources'),
  account: resource('', 'ServiceAccount', 'serviceaccounts'),
  platform: resource('lockstep.dev', 'Platform', 'platforms', false),
  policy: resource('networking.k8s.io', 'NetworkPolicy', 'networkpolicies'),
  webhook: resource('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', false),
  namespace: resource('', 'Namespace', 'namespaces', false),
  pod: resource('', 'Pod', 'pods'),
} as const;

let cluster: Cluster;
let kube: KubeClient;

const clock = systemClock();
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString().replace(/(\.\d{3})Z$/, '$1000Z');

async function put(kind: keyof typeof of, object: Omit<KubeObject, 'apiVersion' | 'kind'>): Promise<void> {
  const { group, kind: name } = of[kind];
  const whole = { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind: name, ...object } as KubeObject;
  const applied = await kube.apply(of[kind], whole, { fieldManager: 'test', force: true });
  if (!applied.ok) throw new Error(applied.error.message);
}

async function patch(
  kind: keyof typeof of,
  name: string,
  value: JsonObject,
  options: { readonly namespace?: string; readonly subresource?: string } = {},
): Promise<void> {
  const { namespace = of[kind].namespaced ? SYSTEM : '', ...more } = options;
  const patched = await kube.patch(of[kind], { namespace, name }, { type: 'application/merge-patch+json', value, ...more });
  if (!patched.ok) throw new Error(patched.error.message);
}

async function remove(kind: keyof typeof of, name: string, namespace = SYSTEM): Promise<void> {
  const deleted = await kube.delete(of[kind], of[kind].namespaced ? namespace : '', name);
  if (!deleted.ok) throw new Error(deleted.error.message);
}

/** A Pod of the Deployment, once there is one. */
let leader = '';

const lease = (renewed: number, holder = `${leader}_1`) =>
  put('lease', {
    metadata: { name: 'lockstep', namespace: SYSTEM },
    spec: { holderIdentity: holder, renewTime: ago(renewed), leaseDurationSeconds: 15 },
  });

const key = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64');
const installation = (bytes = 32) =>
  put('secret', {
    metadata: { name: 'lockstep-installation', namespace: SYSTEM },
    data: { name: Buffer.from('lockstep').toString('base64'), key: key(bytes) },
  });

const wrong = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ level }) => level !== 'ok').map(({ level, check, message }) => `${level} ${check}: ${message}`);

const look = async (at: Clock = clock, client: KubeClient | undefined = kube): Promise<readonly Finding[]> => doctor(client, { clock: at });

let unserve: () => void = () => undefined;
/** The receiver of webhooks knows no address that nobody has declared. */
const serve = (free = 5e9): void => {
  unserve = cluster.serveService({ namespace: SYSTEM, name: 'lockstep' }, ({ path }) =>
    Promise.resolve(
      path === '/metrics'
        ? { status: 200, headers: {}, body: Buffer.from(`lockstep_data_free_bytes ${free}\nlockstep_data_size_bytes 10000000000\n`) }
        : { status: 404, headers: {}, body: new Uint8Array() },
    ),
  );
};

const closedOut = (name: string, egress: JsonObject[]): Promise<void> =>
  put('policy', { metadata: { name, namespace: SYSTEM }, spec: { podSelector: {}, policyTypes: ['Egress'], egress } as never });

/** Good for one day of 2020. */
const ended = Buffer.from(
  [
    '-----BEGIN CERTIFICATE-----',
    'MIIBBzCBrgIBATAKBggqhkjOPQQDAjAQMQ4wDAYDVQQDDAVndWFyZDAeFw0yMDAx',
    'MDEwMDAwMDBaFw0yMDAxMDIwMDAwMDBaMBAxDjAMBgNVBAMMBWd1YXJkMFkwEwYH',
    'KoZIzj0CAQYIKoZIzj0DAQcDQgAE/aIv1QNFsxx+njGAvYOdkAFmOkk2Diitz3Yq',
    '4INzGR92bbt5ZgUqeordFcXc6rbtS2Lj+PDDvlpza7M5A+LO3jAKBggqhkjOPQQD',
    'AgNIADBFAiAzpzMB/4452vQChhHv1SAfE6WwJQsZwdppQv4Rpv5tZAIhAN7hvYqW',
    'zf00WSWQnOtBveuJhRHuL4vGCAzsLN/x3XPy',
    '-----END CERTIFICATE-----',
  ].join('\n'),
).toString('base64');

const guard = (clientConfig: JsonObject, failurePolicy = 'Fail'): Promise<void> =>
  put('webhook', {
    metadata: { name: 'guard' },
    webhooks: [
      {
        name: 'guard.example.com',
        clientConfig,
        failurePolicy,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        rules: [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'] }],
      },
    ],
  } as never);

beforeAll(async () => {
  cluster = await createCluster({ clock, random: seededRandom(1), log: silentLog(), storage: 'memory' });
  kube = createKubeClient(cluster.transport(), { clock });
  await applyObjects(kube, installObjects(defaults), { clock, told: () => undefined });
  await installation();
  serve();
  for (let turn = 0; turn < 100 && leader === ''; turn += 1) {
    const pods = await kube.list(of.pod, { namespace: SYSTEM });
    leader = (pods.ok ? pods.value.items[0]?.metadata.name : undefined) ?? '';
    if (leader === '') await clock.sleep(50);
  }
  await lease(0);
  // The simulated workloads take a moment.
  for (let turn = 0; turn < 100 && wrong(await look()).length > 0; turn += 1) await clock.sleep(100);
});

afterAll(() => cluster.close());

interface Case {
  readonly name: string;
  readonly harm: () => Promise<void>;
  readonly mend: () => Promise<void>;
  readonly says: RegExp;
}

const cases: readonly Case[] = [
  {
    name: 'a kind is missing',
    harm: () => remove('crd', 'approvals.lockstep.dev'),
    mend: () =>
      applyObjects(
        kube,
        installObjects(defaults).filter(({ metadata }) => metadata.name === 'approvals.lockstep.dev'),
        { clock, told: () => undefined },
      ),
    says: /^fail kinds: approvals\.lockstep\.dev is not there/,
  },
  {
    name: 'a kind is of another version',
    harm: () =>
      patch('crd', 'inventories.lockstep.dev', {
        spec: { versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] },
      }),
    mend: () =>
      applyObjects(
        kube,
        installObjects(defaults).filter(({ metadata }) => metadata.name === 'inventories.lockstep.dev'),
        { clock, told: () => undefined },
      ),
    says: /^(?:warn|fail) kinds: inventories\.lockstep\.dev/,
  },
  {
    name: 'a right was taken away',
    harm: () => patch('role', 'lockstep-controller', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }] }),
    mend: () =>
      applyObjects(
        kube,
        installObjects(defaults).filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'lockstep-controller'),
        { clock, told: () => undefined },
      ),
    says: /^fail rights: system:serviceaccount:lockstep-system:lockstep-controller may not .*impersonate serviceaccounts; .*update sealedsecrets\/status\.bitnami\.com/,
  },
  {
    name: 'people sign in whom the controllers may not act as',
    harm: () =>
      put('platform', {
        metadata: { name: 'default' },
        spec: { dashboard: { oidc: { issuer: 'https://id.example', clientId: 'lockstep' } } },
      }),
    mend: () => remove('platform', 'default'),
    says: /^fail dashboard: the Platform lets people sign in to the dashboard, but the controllers may not act as them/,
  },
  {
    name: 'nobody renews the lease',
    harm: () => lease(120_000),
    mend: () => lease(0),
    says: /^fail lease: held by \S+_1, but not renewed for 1\d\d s/,
  },
  {
    name: 'nobody answers webhooks',
    harm: () => Promise.resolve(unserve()),
    mend: () => Promise.resolve(serve()),
    says: /^warn webhooks: nobody answers at Service lockstep-system\/lockstep, port webhooks/,
  },
  {
    name: 'the holder of the lease is gone',
    harm: () => lease(120_000, 'lockstep-controller-gone_1'),
    mend: () => lease(0),
    says: /^warn lease: its holder lockstep-controller-gone is gone/,
  },
  {
    name: 'somebody works on it from elsewhere',
    harm: () => lease(0, 'laptop_1'),
    mend: () => lease(0),
    says: /^warn lease: laptop_1 works on this cluster and is no Pod of lockstep-system\/lockstep-controller/,
  },
  {
    name: 'a second installation',
    harm: async () => {
      await put('namespace', { metadata: { name: 'other' } });
      const labels = { 'app.kubernetes.io/name': 'lockstep' };
      const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'lockstep' }] } };
      await put('deployment', {
        metadata: { name: 'lockstep', namespace: 'other', labels },
        spec: { selector: { matchLabels: labels }, template },
      });
    },
    mend: () => remove('deployment', 'lockstep', 'other'),
    says: /^fail installations: there is another installation in this cluster: Deployment other\/lockstep/,
  },
  {
    name: 'the volume is full',
    harm: () => Promise.resolve(serve(2e7)),
    mend: () => Promise.resolve(serve()),
    says: /^fail storage: 19 MiB of 9\.3 GiB are left on the volume of mirrors and the ledger/,
  },
  {
    name: 'a NetworkPolicy that lets nothing out',
    harm: () => closedOut('deny', []),
    mend: () => remove('policy', 'deny'),
    says: /^fail network: NetworkPolicy deny closes the way out: names cannot be resolved \(UDP 53\); Git hosts .* \(TCP 443\)/,
  },
  {
    name: 'a NetworkPolicy that lets things out within the cluster only',
    harm: () =>
      closedOut('inside', [
        { ports: [{ protocol: 'UDP', port: 53 }] },
        { to: [{ namespaceSelector: {} }], ports: [{ port: 1, endPort: 65535 }] },
      ]),
    mend: () => remove('policy', 'inside'),
    says: /^fail network: NetworkPolicy inside closes the way out: Git hosts and registries cannot be reached \(TCP 443\)$/,
  },
  {
    name: 'an admission webhook whose certificate has ended',
    harm: () => guard({ url: 'https://guard.example.com/', caBundle: ended }),
    mend: () => remove('webhook', 'guard'),
    says: /^fail admission: ValidatingWebhookConfiguration guard: guard\.example\.com: its certificate authority ended at 2020-01-02T.*; what it is asked about is refused/,
  },
  {
    name: 'an admission webhook whose Service is gone',
    harm: () => guard({ service: { namespace: 'default', name: 'guard', path: '/' } }, 'Ignore'),
    mend: () => remove('webhook', 'guard'),
    says: /^warn admission: .*guard\.example\.com: its Service default\/guard does not exist; it is passed over/,
  },
  { name: 'nobody holds the lease', harm: () => lease(0, ''), mend: () => lease(0), says: /^warn lease: nobody holds it/ },
  {
    name: 'nobody has ever worked here',
    harm: () => remove('lease', 'lockstep'),
    mend: () => lease(0),
    says: /^warn lease: no controller has ever worked on this cluster/,
  },
  {
    name: 'the key is cut short',
    harm: () => installation(4),
    mend: () => installation(),
    says: /^fail identity: Secret lockstep-system\/lockstep-installation lacks/,
  },
  {
    name: 'a Source without its Secret',
    harm: () =>
      put('source', {
        metadata: { name: 'config', namespace: SYSTEM },
        spec: { git: { url: 'https://git.example/a.git' }, auth: { secretRef: { name: 'gone' } } },
      }),
    mend: () => remove('source', 'config'),
    says: /^fail Source: lockstep-system\/config: there is no Secret gone/,
  },
  {
    name: 'a Source that is no longer reached',
    harm: async () => {
      await put('source', { metadata: { name: 'config', namespace: SYSTEM }, spec: { git: { url: 'https://git.example/a.git' } } });
      const at = ago(0).slice(0, 19) + 'Z';
      const conditions = [
        { type: 'Ready', status: 'True', reason: 'Succeeded', message: '', lastTransitionTime: at },
        { type: 'SourceFresh', status: 'False', reason: 'GitUnreachable', message: 'connect ETIMEDOUT', lastTransitionTime: at },
      ];
      await patch('source', 'config', { status: { conditions } }, { subresource: 'status' });
    },
    mend: () => remove('source', 'config'),
    says: /^warn Source: lockstep-system\/config: GitUnreachable: connect ETIMEDOUT/,
  },
  {
    name: 'an App without its identity',
    harm: () => put('app', { metadata: { name: 'shop', namespace: 'default' }, spec: { source: { name: 'config', path: 'a' } } }),
    mend: () => remove('app', 'shop', 'default'),
    says: /^fail identity: there is no ServiceAccount default\/lockstep/,
  },
  {
    name: 'an App that has failed',
    harm: async () => {
      await put('app', { metadata: { name: 'lockstep', namespace: SYSTEM }, spec: { source: { name: 'config', path: 'a' } } });
      const at = ago(0).slice(0, 19) + 'Z';
      const conditions = [{ type: 'Ready', status: 'False', reason: 'InvalidYaml', message: 'a.yaml:1: no', lastTransitionTime: at }];
      await patch('app', 'lockstep', { status: { conditions } }, { subresource: 'status' });
    },
    mend: () => remove('app', 'lockstep'),
    says: /^warn App: lockstep-system\/lockstep: InvalidYaml: a\.yaml:1: no/,
  },
];

describe('doctor', () => {
  test('has nothing to say about what is right', async () => {
    expect(wrong(await look())).toEqual([]);
  });

  test.each(cases)('$name', async ({ harm, mend, says }) => {
    await harm();
    try {
      const found = wrong(await look());
      expect(found.filter((line) => says.test(line))).toHaveLength(1);
    } finally {
      await mend();
    }
    for (let turn = 0; turn < 50 && wrong(await look()).length > 0; turn += 1) await clock.sleep(50);
    expect(wrong(await look())).toEqual([]);
  });

  test('every finding that is not good says what to do', async () => {
    await lease(120_000);
    const findings = await look();
    await lease(0);
    expect(findings.filter(({ level, hint }) => level !== 'ok' && (hint ?? '') === '')).toEqual([]);
  });

  test('Apps that nobody looks at', async () => {
    await put('app', { metadata: { name: 'lockstep', namespace: SYSTEM }, spec: { source: { name: 'config', path: 'a' } } });
    const later: Clock = {
      ...clock,
      now: () => Date.now() + 120_000,
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      after: (ms, run) => clock.after(ms, run),
      turn: () => clock.turn(),
    };
    const found = wrong(await look(later));
    await remove('app', 'lockstep');
    expect(found.some((line) => line.startsWith('fail Apps: 1 Apps have no status, for example lockstep-system/lockstep'))).toBe(true);
  });

  test.each([
    ['is old', { gitVersion: 'v1.20.3' }, 0, /^warn API server: v1\.20\.3 is old$/],
    ['has another clock', { gitVersion: 'v1.33.4' }, 90_000, /^warn clock: differs from the API server by \d\d s$/],
  ])('a server that %s', async (_name, version, skew, says) => {
    const inner = cluster.transport();
    const odd: KubeTransport = {
      send: async (request) => {
        const response = await inner.send(request);
        if (request.path !== '/version') return response;
        const headers = { ...response.headers, date: new Date(Date.now() + skew).toUTCString() };
        return { ...response, headers, body: { kind: 'json', value: version } };
      },
      close: () => Promise.resolve(),
    };
    expect(wrong(await look(clock, createKubeClient(odd, { clock })))).toEqual([expect.stringMatching(says)]);
  });

  test('a server that does not answer ends the examination', async () => {
    const dead: KubeTransport = { send: () => Promise.reject(new Error('connect ECONNREFUSED')), close: () => Promise.resolve() };
    const found = await look(clock, createKubeClient(dead, { clock }));
    expect(wrong(found)).toEqual([expect.stringMatching(/^fail API server: .*ECONNREFUSED/)]);
  });
});
