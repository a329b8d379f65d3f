/**
 * The names under which kubeseal looks for the controller of Sealed Secrets. On the embedded cluster Lockstep answers there, so that the real kubeseal
 * works with nothing but a kubeconfig; also at the name that an installation on a real cluster has, so that one command line serves both.
 */
import { SEALING_SERVICE as name, SYSTEM_NAMESPACE } from '../api/install/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError, ServiceBackend } from '../ports/index.ts';
import { ok, type Result } from '../std/index.ts';
import type { EmbeddedCluster } from './cluster.ts';

const SERVICES: ApiResource = { group: '', version: 'v1', kind: 'Service', resource: 'services', namespaced: true, verbs: [] };

/** kubeseal's default for --controller-namespace, and that of an installation. */
const namespaces = ['kube-system', SYSTEM_NAMESPACE];

const serviceIn = (namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name, annotations: { 'lockstep.dev/simulated': 'answered by Lockstep itself' } },
  spec: { ports: [{ name: 'http', port: 8080, targetPort: 8080 }] },
});

/** Makes the Services where they are missing, and answers behind them. */
export async function serveSealedSecrets(
  cluster: EmbeddedCluster,
  kube: KubeClient,
  backend: ServiceBackend,
): Promise<Result<void, KubeError>> {
  for (const namespace of namespaces) {
    const created = await kube.create(SERVICES, serviceIn(namespace), { fieldManager: 'lockstep-install' });
    if (!created.ok && created.error.reason !== 'AlreadyExists') return created;
    cluster.serveService({ namespace, name }, backend);
  }
  return ok(undefined);
}
