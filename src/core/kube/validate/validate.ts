/** Which checks a type has. A type without a row is checked by its schema and metadata alone. */
import { type KubeObject, objectAt } from '../../object/index.ts';
import { definitionErrors, definitionUpdateErrors } from '../crd/index.ts';
import { kubeFinalizerErrors, metadataErrors } from '../meta/index.ts';
import type { Errors } from './checks.ts';
import { autoscalerErrors } from './autoscaler.ts';
import * as claims from './claims.ts';
import * as config from './config.ts';
import * as cluster from './cluster.ts';
import * as flow from './flow.ts';
import * as jobs from './jobs.ts';
import * as limits from './limits.ts';
import * as older from './older.ts';
import * as quota from './quota.ts';
import * as registrations from './registrations.ts';
import { serviceErrors, serviceUpdateErrors } from './service.ts';
import * as storage from './storage.ts';
import * as webhooks from './webhooks.ts';
import * as network from './network.ts';
import { networkPolicyErrors } from './network-policy.ts';
import { podErrors, podUpdateErrors } from './pod.ts';
import { debuggersUpdateErrors, noDebuggerErrors, resizeErrors } from './pod-parts.ts';
import * as workload from './workload.ts';

interface Checks {
  readonly create: (object: KubeObject) => Errors;
  /** Absent: the same checks as on creation. */
  readonly update?: (next: KubeObject, live: KubeObject) => Errors;
}

/** The real server checks roles a second time on update, and says so. */
const twice = (check: (object: KubeObject) => Errors): Checks => ({ create: check, update: (next) => [...check(next), ...check(next)] });

const binding: Checks = {
  create: config.bindingErrors,
  update: (next, live) => [...config.bindingErrors(next), ...config.bindingUpdateErrors(next, live)],
};

const checks: Readonly<Record<string, Checks>> = {
  configmaps: { create: config.configMapErrors, update: config.configMapUpdateErrors },
  secrets: { create: config.secretErrors, update: config.secretUpdateErrors },
  services: { create: serviceErrors, update: serviceUpdateErrors },
  persistentvolumeclaims: {
    create: claims.claimErrors,
    update: (next, live) => [...claims.claimErrors(next), ...claims.claimUpdateErrors(next, live)],
  },
  limitranges: { create: quota.limitRangeErrors },
  namespaces: { create: cluster.namespaceErrors, update: () => [] },
  nodes: { create: cluster.nodeErrors, update: cluster.nodeUpdateErrors },
  endpoints: { create: cluster.endpointsErrors, update: cluster.endpointsUpdateErrors },
  events: { create: cluster.eventErrors },
  persistentvolumes: { create: storage.volumeErrors, update: storage.volumeUpdateErrors },
  replicationcontrollers: { create: older.replicationControllerErrors },
  podtemplates: { create: older.podTemplateErrors },
  'controllerrevisions.apps': { create: cluster.controllerRevisionErrors, update: cluster.controllerRevisionUpdateErrors },
  'certificatesigningrequests.certificates.k8s.io': { create: older.certificateRequestErrors },
  'ingressclasses.networking.k8s.io': { create: cluster.ingressClassErrors, update: cluster.ingressClassUpdateErrors },
  'runtimeclasses.node.k8s.io': { create: cluster.runtimeClassErrors, update: cluster.runtimeClassUpdateErrors },
  'csidrivers.storage.k8s.io': { create: storage.driverErrors, update: storage.driverUpdateErrors },
  'csistoragecapacities.storage.k8s.io': { create: storage.storageCapacityErrors, update: storage.storageCapacityUpdateErrors },
  'validatingwebhookconfigurations.admissionregistration.k8s.io': { create: webhooks.webhookErrors, update: webhooks.webhookUpdateErrors },
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': { create: webhooks.webhookErrors, update: webhooks.webhookUpdateErrors },
  'validatingadmissionpolicies.admissionregistration.k8s.io': { create: webhooks.policyErrors, update: webhooks.policyUpdateErrors },
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': { create: webhooks.policyBindingErrors },
  'csinodes.storage.k8s.io': { create: registrations.csiNodeErrors, update: registrations.csiNodeUpdateErrors },
  'volumeattachments.storage.k8s.io': { create: registrations.volumeAttachmentErrors, update: registrations.volumeAttachmentUpdateErrors },
  'ipaddresses.networking.k8s.io': { create: registrations.ipAddressErrors, update: registrations.ipAddressUpdateErrors },
  'servicecidrs.networking.k8s.io': { create: registrations.serviceCidrErrors, update: registrations.serviceCidrUpdateErrors },
  'apiservices.apiregistration.k8s.io': { create: registrations.apiServiceErrors },
  'flowschemas.flowcontrol.apiserver.k8s.io': { create: flow.flowSchemaErrors },
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': { create: flow.priorityLevelErrors },
  'leases.coordination.k8s.io': { create: limits.leaseErrors },
  'endpointslices.discovery.k8s.io': { create: network.endpointSliceErrors, update: network.endpointSliceUpdateErrors },
  resourcequotas: { create: quota.quotaErrors, update: quota.quotaUpdateErrors },
  pods: { create: (pod) => [...podErrors(pod), ...noDebuggerErrors(objectAt(pod.spec))], update: podUpdateErrors },
  'deployments.apps': { create: workload.deploymentErrors, update: workload.deploymentUpdateErrors },
  'replicasets.apps': {
    create: workload.replicaSetErrors,
    update: (next, live) => [...workload.replicaSetErrors(next), ...workload.replicaSetUpdateErrors(next, live)],
  },
  'statefulsets.apps': { create: workload.statefulSetErrors, update: workload.statefulSetUpdateErrors },
  'daemonsets.apps': {
    create: workload.daemonSetErrors,
    update: (next, live) => [...workload.daemonSetErrors(next), ...workload.daemonSetUpdateErrors(next, live)],
  },
  'jobs.batch': { create: jobs.jobErrors, update: jobs.jobUpdateErrors },
  'cronjobs.batch': { create: jobs.cronJobErrors, update: jobs.cronJobUpdateErrors },
  'roles.rbac.authorization.k8s.io': twice((role) => config.ruleErrors(role, 'namespaced')),
  'clusterroles.rbac.authorization.k8s.io': twice(config.clusterRoleErrors),
  'rolebindings.rbac.authorization.k8s.io': binding,
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  'poddisruptionbudgets.policy': { create: limits.budgetErrors },
  'horizontalpodautoscalers.autoscaling': { create: autoscalerErrors },
  'ingresses.networking.k8s.io': { create: network.ingressErrors },
  'networkpolicies.networking.k8s.io': twice(networkPolicyErrors),
  'storageclasses.storage.k8s.io': { create: storage.storageClassErrors, update: storage.storageClassUpdateErrors },
  'priorityclasses.scheduling.k8s.io': { create: limits.priorityClassErrors, update: limits.priorityClassUpdateErrors },
  'customresourcedefinitions.apiextensions.k8s.io': { create: definitionErrors, update: definitionUpdateErrors },
};

/** Types whose update is checked as a creation first, metadata included; causes are then there twice. */
const checkedAgain: ReadonlySet<string> = new Set([
  'configmaps',
  'secrets',
  'services',
  'serviceaccounts',
  'persistentvolumeclaims',
  'networkpolicies.networking.k8s.io',
  'replicasets.apps',
  'daemonsets.apps',
  'roles.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
]);

/** Types whose metadata is checked by the general rules alone: they are not of the core validation. */
const plainMetadata = /\.(apiextensions|apiregistration|coordination|admissionregistration|node)\.k8s\.io$|\.policy$|^events$/;

const finalizers = (table: string, object: KubeObject): Errors => (plainMetadata.test(table) ? [] : kubeFinalizerErrors(object.metadata));

export const builtinErrors = (table: string, object: KubeObject): Errors => [
  ...finalizers(table, object),
  ...(checks[table]?.create(object) ?? []),
];

const parts: Readonly<Record<string, (next: KubeObject, live: KubeObject) => Errors>> = {
  'pods/ephemeralcontainers': debuggersUpdateErrors,
  'pods/resize': resizeErrors,
};

/** An update through a subresource that writes a part of the spec; undefined: it has no rules of its own. */
export const builtinPartErrors = (part: string, next: KubeObject, live: KubeObject): Errors | undefined => parts[part]?.(next, live);

export function builtinUpdateErrors(table: string, next: KubeObject, live: KubeObject): Errors {
  const found = checks[table];
  const own = found === undefined ? [] : found.update === undefined ? found.create(next) : found.update(next, live);
  const again = checkedAgain.has(table)
    ? [...metadataErrors(next.metadata, { table, namespaced: (next.metadata.namespace ?? '') !== '' }), ...finalizers(table, next)]
    : [];
  return [...finalizers(table, next), ...again, ...own];
}
