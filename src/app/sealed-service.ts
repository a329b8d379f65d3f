/**
 * The name under which kubeseal looks for the controller of Sealed Secrets. On the embedded cluster Lockstep answers there, so that the real kubeseal
 * works with nothing but a kubeconfig.
 */
import type { KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError, ServiceBackend } from '../ports/index.ts';
import { ok, type Result } from '../std/index.ts';
import type { EmbeddedCluster } from './cluster.ts';

const SERVICES: ApiResource = { group: '', version: 'v1', kind: 'Service', resource: 'services', namespaced: true, verbs: [] };

/** kubeseal's defaults: --controller-namespace and --controller-name. */
const where = { namespace: 'kube-system', name: 'sealed-secrets-controller' };

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...where, annotations: { 'lockstep.dev/simulated': 'answered by Lockstep itself' } },
  spec: { ports: [{ name: 'http', port: 8080, targetPort: 8080 }] },
};

/** Makes the Service where it is missing, and answers behind it. */
export async function serveSealedSecrets(
  cluster: EmbeddedCluster,
  kube: KubeClient,
  backend: ServiceBackend,
): Promise<Result<void, KubeError>> {
  const created = await kube.create(SERVICES, service, { fieldManager: 'lockstep-install' });
  if (!created.ok && created.error.reason !== 'AlreadyExists') return created;
  cluster.serveService(where, backend);
  return ok(undefined);
}
