/** Fields that Go writes as null when nobody set them, which no OpenAPI document tells. Kubernetes: the json tags in k8s.io/api. */

/** definition → its lists and maps without `omitempty` */
const rows: readonly (readonly [string, string])[] = [
  // Times that are no pointers: null when they are not set.
  ['io.k8s.api.apps.v1.DaemonSetCondition', 'lastTransitionTime'],
  ['io.k8s.api.apps.v1.DeploymentCondition', 'lastUpdateTime lastTransitionTime'],
  ['io.k8s.api.apps.v1.ReplicaSetCondition', 'lastTransitionTime'],
  ['io.k8s.api.apps.v1.StatefulSetCondition', 'lastTransitionTime'],
  ['io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition', 'lastTransitionTime'],
  ['io.k8s.api.batch.v1.JobCondition', 'lastProbeTime lastTransitionTime'],
  ['io.k8s.api.certificates.v1.CertificateSigningRequestCondition', 'lastUpdateTime lastTransitionTime'],
  ['io.k8s.api.core.v1.ContainerStateRunning', 'startedAt'],
  ['io.k8s.api.core.v1.ContainerStateTerminated', 'startedAt finishedAt'],
  ['io.k8s.api.core.v1.NamespaceCondition', 'lastTransitionTime'],
  ['io.k8s.api.core.v1.NodeCondition', 'lastHeartbeatTime lastTransitionTime'],
  ['io.k8s.api.core.v1.PersistentVolumeClaimCondition', 'lastProbeTime lastTransitionTime'],
  ['io.k8s.api.core.v1.PodCondition', 'lastProbeTime lastTransitionTime'],
  ['io.k8s.api.core.v1.ReplicationControllerCondition', 'lastTransitionTime'],
  ['io.k8s.api.admissionregistration.v1.MutatingWebhook', 'admissionReviewVersions'],
  ['io.k8s.api.admissionregistration.v1.ValidatingWebhook', 'admissionReviewVersions'],
  ['io.k8s.api.authentication.v1.TokenRequestSpec', 'audiences'],
  ['io.k8s.api.authorization.v1.NonResourceRule', 'verbs'],
  ['io.k8s.api.authorization.v1.ResourceRule', 'verbs'],
  ['io.k8s.api.authorization.v1.SubjectRulesReviewStatus', 'resourceRules nonResourceRules'],
  ['io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus', 'currentMetrics'],
  ['io.k8s.api.batch.v1.PodFailurePolicy', 'rules'],
  ['io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement', 'values'],
  ['io.k8s.api.batch.v1.SuccessPolicy', 'rules'],
  ['io.k8s.api.certificates.v1.CertificateSigningRequestSpec', 'request'],
  ['io.k8s.api.core.v1.CephFSPersistentVolumeSource', 'monitors'],
  ['io.k8s.api.core.v1.CephFSVolumeSource', 'monitors'],
  ['io.k8s.api.core.v1.ContainerImage', 'names'],
  ['io.k8s.api.core.v1.LimitRangeSpec', 'limits'],
  ['io.k8s.api.core.v1.NodeSelector', 'nodeSelectorTerms'],
  ['io.k8s.api.core.v1.PodExecOptions', 'command'],
  ['io.k8s.api.core.v1.PodSpec', 'containers'],
  ['io.k8s.api.core.v1.ProjectedVolumeSource', 'sources'],
  ['io.k8s.api.core.v1.RBDPersistentVolumeSource', 'monitors'],
  ['io.k8s.api.core.v1.RBDVolumeSource', 'monitors'],
  ['io.k8s.api.core.v1.RangeAllocation', 'data'],
  ['io.k8s.api.core.v1.TopologySelectorLabelRequirement', 'values'],
  ['io.k8s.api.discovery.v1.Endpoint', 'addresses'],
  ['io.k8s.api.discovery.v1.EndpointSlice', 'endpoints ports'],
  ['io.k8s.api.flowcontrol.v1.NonResourcePolicyRule', 'verbs nonResourceURLs'],
  ['io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects', 'subjects'],
  ['io.k8s.api.flowcontrol.v1.ResourcePolicyRule', 'verbs apiGroups resources namespaces'],
  ['io.k8s.api.networking.v1.HTTPIngressRuleValue', 'paths'],
  ['io.k8s.api.rbac.v1.ClusterRole', 'rules'],
  ['io.k8s.api.rbac.v1.PolicyRule', 'verbs'],
  ['io.k8s.api.rbac.v1.Role', 'rules'],
  ['io.k8s.api.storage.v1.CSINodeDriver', 'topologyKeys'],
  ['io.k8s.api.storage.v1.CSINodeSpec', 'drivers'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ConversionRequest', 'objects'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ConversionResponse', 'convertedObjects'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec', 'versions'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus', 'conditions storedVersions'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion', 'conversionReviewVersions'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup', 'versions'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.APIResource', 'verbs'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions', 'versions serverAddressByClientCIDRs'],
];

/** Fields whose default is the zero value and that are left out all the same. */
export const leftOut: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['io.k8s.api.core.v1.ReplicationControllerSpec', new Set(['minReadySeconds'])],
]);

/** By definition name. */
export const alwaysWritten: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  rows.map(([name, fields]) => [name, new Set(fields.split(' '))]),
);
