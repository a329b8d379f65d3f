/** Other clusters beside a world's own, each reached by a kubeconfig that is just its name, over a wire that a test can cut. */
import { createKubeClient } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import type {
  ApiResource,
  Clock,
  ConnectCluster,
  ConnectOptions,
  KubeClient,
  KubeRequest,
  KubeResponse,
  KubeTransport,
} from '../../src/ports/index.ts';
import { err, ok } from '../../src/std/index.ts';
import { seededRandom } from '../../src/testing/clock/index.ts';

/** The wire to a cluster. */
class Line implements KubeTransport {
  readonly #inner: KubeTransport;
  #streams = new AbortController();
  away = false;
  unauthorized = false;
  sent = 0;

  constructor(inner: KubeTransport) {
    this.#inner = inner;
  }

  async send(request: KubeRequest): Promise<KubeResponse> {
    if (this.away) throw new Error('connect ECONNREFUSED');
    this.sent += 1;
    if (this.unauthorized)
      return {
        status: 401,
        headers: {},
        body: { kind: 'json', value: { kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' } },
      };
    if (request.query?.['watch'] === undefined) return this.#inner.send(request);
    const signals = [this.#streams.signal, ...(request.signal === undefined ? [] : [request.signal])];
    return this.#inner.send({ ...request, signal: AbortSignal.any(signals) });
  }

  /** As when the machine loses its power. */
  cut(): void {
    this.away = true;
    this.#streams.abort();
    this.#streams = new AbortController();
  }

  restore(): void {
    this.away = false;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Other {
  readonly line: Line;
  readonly admin: KubeClient;
  put(object: KubeObject): Promise<void>;
  find(kind: 'ConfigMap' | 'Secret' | 'ServiceAccount', namespace: string, name: string): Promise<KubeObject | undefined>;
  close(): Promise<void>;
}

const PLURALS: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  ClusterRoleBinding: 'clusterrolebindings',
};

const resourceOf = ({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): ApiResource => {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const namespaced = kind !== 'Namespace' && kind !== 'ClusterRoleBinding';
  return { group, version, kind, resource: PLURALS[kind] ?? '', namespaced, verbs: [] };
};

export class OtherClusters {
  readonly #lines = new Map<string, () => Line>();
  /** With what each was connected to last. */
  readonly asked = new Map<string, ConnectOptions>();

  readonly connect: ConnectCluster = (text, options) => {
    this.asked.set(text, options);
    const open = this.#lines.get(text);
    return Promise.resolve(
      open === undefined ? err({ message: `no kubeconfig: ${text}` }) : ok({ transport: open(), server: `https://${text}.test` }),
    );
  };

  /** A cluster with a namespace `shop` whose ServiceAccount may do anything. */
  async add(w: { readonly clock: Clock }, kubeconfig: string): Promise<Other> {
    const cluster: Cluster = await createCluster({
      clock: w.clock,
      random: seededRandom(this.#lines.size + 7),
      log: silentLog(),
      storage: 'memory',
    });
    const line = new Line(cluster.transport());
    this.#lines.set(kubeconfig, () => line);
    const admin = createKubeClient(cluster.transport(), { clock: w.clock });
    const put = async (object: KubeObject): Promise<void> => {
      const created = await admin.apply(resourceOf(object), object, { fieldManager: 'test', force: true });
      if (!created.ok) throw new Error(created.error.message);
    };
    for (const name of ['kube-system', 'shop']) await put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lockstep', namespace: 'shop' } });
    const subjects = [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    await put({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'everything' },
      roleRef,
      subjects,
    });
    return {
      line,
      admin,
      put,
      find: async (kind, namespace, name) => {
        const found = await admin.get(resourceOf({ apiVersion: 'v1', kind }), namespace, name);
        return found.ok ? found.value : undefined;
      },
      close: () => cluster.close(),
    };
  }
}

/** A TargetCluster and the Secret with its kubeconfig. */
export async function declare(
  w: { put(object: KubeObject): Promise<unknown> },
  name: string,
  options: { readonly kubeconfig?: string; readonly namespace?: string; readonly allowed?: readonly string[] } = {},
): Promise<void> {
  const { kubeconfig = name, namespace = 'shop', allowed } = options;
  await w.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${name}-kubeconfig`, namespace },
    data: { value: Buffer.from(kubeconfig).toString('base64') },
  });
  const spec = {
    kubeconfig: { secretRef: { name: `${name}-kubeconfig` } },
    ...(allowed === undefined ? {} : { allowedNamespaces: allowed }),
  };
  await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'TargetCluster', metadata: { name, namespace }, spec });
}
