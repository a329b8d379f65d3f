/** The types of the objects that an installation consists of; all are served by every cluster. */
import { gvkOf, type KubeObject } from '../../core/object/index.ts';
import type { ApiResource } from '../../ports/index.ts';

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'Platform',
]);

const PLURALS: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies', Inventory: 'inventories' };

export function resourceOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): ApiResource {
  const { group, version, kind } = gvkOf(object as KubeObject);
  const resource = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  return { group, version, kind, resource, namespaced: !CLUSTER_SCOPED.has(kind), verbs: [] };
}

const known = (apiVersion: string, kind: string): ApiResource => resourceOf({ apiVersion, kind });

export const CRDS = known('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
export const DEPLOYMENTS = known('apps/v1', 'Deployment');
export const PODS = known('v1', 'Pod');
export const SECRETS = known('v1', 'Secret');
export const CLAIMS = known('v1', 'PersistentVolumeClaim');
export const NAMESPACES = known('v1', 'Namespace');
export const LEASES = known('coordination.k8s.io/v1', 'Lease');
export const APPS = known('lockstep.dev/v1', 'App');
export const PLATFORMS = known('lockstep.dev/v1', 'Platform');
export const SOURCES = known('lockstep.dev/v1', 'Source');
