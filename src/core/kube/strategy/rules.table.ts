/** How each built-in type is created and updated. Kubernetes: pkg/registry/<group>/<type>/strategy.go. */

export interface KindRule {
  /** `spec`: changes of spec count; `all`: everything but metadata and status; absent: the type has no generation. */
  readonly generation?: 'spec' | 'all';
  /** PUT of an absent object creates it. */
  readonly createOnUpdate?: true;
  /** PUT must carry a resourceVersion. */
  readonly conditional?: true;
  /** Status as it is set when the object is created; `keep`: the client's. Absent: reset to the type's zero value. */
  readonly initialStatus?: 'keep' | 'namespace' | 'pod' | 'pending' | 'service' | 'volume';
  /** Writing /status keeps the labels as they are. */
  readonly statusKeepsLabels?: true;
}

/** By table (`deployments.apps`). */
export const kindRules: Readonly<Record<string, KindRule>> = {
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': { generation: 'all', conditional: true },
  'validatingwebhookconfigurations.admissionregistration.k8s.io': { generation: 'all', conditional: true },
  'validatingadmissionpolicies.admissionregistration.k8s.io': { generation: 'spec', conditional: true },
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': { generation: 'spec', conditional: true },
  'customresourcedefinitions.apiextensions.k8s.io': { generation: 'spec', conditional: true },
  'daemonsets.apps': { generation: 'spec' },
  'deployments.apps': { generation: 'spec', statusKeepsLabels: true },
  'replicasets.apps': { generation: 'spec' },
  'statefulsets.apps': { generation: 'spec' },
  'cronjobs.batch': { generation: 'spec' },
  'jobs.batch': { generation: 'spec' },
  podtemplates: { generation: 'all' },
  replicationcontrollers: { generation: 'spec' },
  'endpointslices.discovery.k8s.io': { generation: 'all' },
  'flowschemas.flowcontrol.apiserver.k8s.io': { generation: 'spec' },
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': { generation: 'spec' },
  'ingresses.networking.k8s.io': { generation: 'spec', initialStatus: 'service' },
  'ingressclasses.networking.k8s.io': { generation: 'spec' },
  'networkpolicies.networking.k8s.io': { generation: 'spec' },
  'poddisruptionbudgets.policy': { generation: 'spec', conditional: true },
  'priorityclasses.scheduling.k8s.io': { generation: 'all' },
  'csidrivers.storage.k8s.io': { conditional: true },
  'csinodes.storage.k8s.io': { conditional: true },
  'csistoragecapacities.storage.k8s.io': { conditional: true },
  'volumeattachments.storage.k8s.io': { conditional: true },
  'leases.coordination.k8s.io': { createOnUpdate: true, conditional: true },
  'runtimeclasses.node.k8s.io': { createOnUpdate: true, conditional: true },
  'apiservices.apiregistration.k8s.io': { conditional: true },
  endpoints: { createOnUpdate: true },
  events: { createOnUpdate: true },
  limitranges: { createOnUpdate: true },
  services: { createOnUpdate: true, initialStatus: 'service' },
  'clusterroles.rbac.authorization.k8s.io': { createOnUpdate: true },
  'clusterrolebindings.rbac.authorization.k8s.io': { createOnUpdate: true },
  'roles.rbac.authorization.k8s.io': { createOnUpdate: true },
  'rolebindings.rbac.authorization.k8s.io': { createOnUpdate: true },
  namespaces: { initialStatus: 'namespace' },
  nodes: { initialStatus: 'keep' },
  pods: { generation: 'spec', initialStatus: 'pod' },
  persistentvolumeclaims: { initialStatus: 'pending' },
  persistentvolumes: { initialStatus: 'volume' },
};

/** Custom resources with a status subresource; without one, the whole object counts. */
export const customRule: KindRule = { generation: 'all', conditional: true };
