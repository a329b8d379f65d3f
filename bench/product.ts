/** What benches of the whole product share: setting up a cluster and controllers, waiting for Apps. */
import { silentLog } from '../src/adapters/log/index.ts';
import { noMetrics } from '../src/adapters/metrics/index.ts';
import { silentNotifier } from '../src/adapters/notify/index.ts';
import { systemClock } from '../src/adapters/system/index.ts';
import { crds } from '../src/api/index.ts';
import { type Controllers, type ControllerSettings, createControllers } from '../src/controllers/index.ts';
import type { KubeObject } from '../src/core/object/index.ts';
import type { ApiResource, ConnectCluster, GitMirrors, KubeClient } from '../src/ports/index.ts';
import { seededRandom } from '../src/testing/clock/index.ts';
import { MemoryCharts, MemoryLedger, MemoryWeb } from '../src/testing/world/index.ts';

/** Controllers over a cluster and repositories; everything else is in memory and says nothing. */
export const controllersOver = (
  kube: KubeClient,
  mirrors: GitMirrors,
  settings: Pick<ControllerSettings, 'sealingKeyBits' | 'engine'> = {},
  connect?: ConnectCluster,
): Controllers =>
  createControllers(
    {
      kube,
      mirrors,
      charts: new MemoryCharts(),
      web: new MemoryWeb(),
      notifier: silentNotifier(),
      ledger: new MemoryLedger(),
      clock: systemClock(),
      random: seededRandom(2),
      log: silentLog(),
      metrics: noMetrics(),
      ...(connect === undefined ? {} : { connect }),
    },
    { namespace: 'lockstep-system', installation: 'bench', ...settings },
  );

export async function put(kube: KubeClient, object: KubeObject): Promise<void> {
  const found = await kube.discover({ refresh: true });
  if (!found.ok) throw new Error(found.error.message);
  const resource = found.value.resources.find(({ kind, resource: name }) => kind === object.kind && !name.includes('/')) as ApiResource;
  const created = await kube.create(resource, object);
  if (!created.ok && created.error.code !== 409) throw new Error(created.error.message);
}

/** Our kinds, namespaces with a ServiceAccount `lockstep` that may do anything, and Lockstep's own. */
export async function install(kube: KubeClient, namespaces: readonly string[]): Promise<void> {
  for (const crd of crds()) await put(kube, crd);
  await until(async () => (await kube.list(native('Approval', 'approvals'))).ok, 10);
  for (const name of ['lockstep-system', ...namespaces]) {
    await put(kube, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await put(kube, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lockstep', namespace: name } });
  }
  await put(kube, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'all' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' }],
  });
}

export const native = (kind: string, resource: string, group = 'lockstep.dev'): ApiResource => ({
  group,
  version: 'v1',
  kind,
  resource,
  namespaced: true,
  verbs: [],
});

export const CONFIG_MAPS = native('ConfigMap', 'configmaps', '');

/** Follows the Apps by a watch, which costs nothing while nothing changes. */
export interface Ready {
  /** How many Apps are Ready, of one namespace or of all. */
  count(namespace?: string): number;
  stop(): void;
}

export async function followReady(kube: KubeClient): Promise<Ready> {
  const ready = new Map<string, string>();
  const stopping = new AbortController();
  const watched = await kube.watch(native('App', 'apps'), { resourceVersion: '', signal: stopping.signal });
  if (!watched.ok) throw new Error(watched.error.message);
  type Status = { conditions?: { type: string; status: string }[] };
  const follow = async (): Promise<void> => {
    for await (const { type, object } of watched.value) {
      const { namespace = '', name = '' } = object.metadata;
      const holds = (object['status'] as Status | undefined)?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
      if (type !== 'DELETED' && holds === true) ready.set(`${namespace}/${name}`, namespace);
      else ready.delete(`${namespace}/${name}`);
    }
  };
  void follow().catch(() => undefined);
  return {
    count: (namespace) => (namespace === undefined ? ready.size : [...ready.values()].filter((each) => each === namespace).length),
    stop: () => stopping.abort(),
  };
}

export async function until(holds: () => boolean | Promise<boolean>, pause: number): Promise<void> {
  const limit = performance.now() + 600_000;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error('not within ten minutes');
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
