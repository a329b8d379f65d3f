/**
 * Defaults of the built-in types, one rule for each Go struct that has a defaulting function. A rule sees its own struct only; what it holds is
 * defaulted by the rules of those types. Kubernetes: pkg/apis/<group>/<version>/defaults.go and the `+default` markers of k8s.io/api.
 */
import { isObject, type Json, type JsonObject, objectAt } from '../../object/index.ts';
import { each, fill, type Rule, within } from './fill.ts';
import { pullPolicyOf } from './image.ts';

const core = 'io.k8s.api.core.v1.';
const apps = 'io.k8s.api.apps.v1.';
const flow = 'io.k8s.api.flowcontrol.v1.';
const admission = 'io.k8s.api.admissionregistration.v1.';

const hasVolumeSource = (volume: JsonObject): boolean => Object.keys(volume).some((key) => key !== 'name' && volume[key] !== undefined);

const container: Rule = (value) =>
  fill(value, {
    imagePullPolicy: pullPolicyOf(typeof value.image === 'string' ? value.image : ''),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });

const requestsFromLimits: Rule = (value) =>
  within(value, 'resources', (resources) => {
    const limits = objectAt(resources.limits);
    if (Object.keys(limits).length === 0) return resources;
    const requests = objectAt(resources.requests);
    const filled = fill(requests, limits);
    return filled === requests && resources.requests !== undefined ? resources : { ...resources, requests: filled };
  });

const hostPorts: Rule = (value) => each(value, 'ports', (port) => fill(port, { hostPort: port.containerPort ?? 0 }));

const pod: Rule = (value) =>
  within(value, 'spec', (spec) => {
    const limited = each(each(spec, 'containers', requestsFromLimits), 'initContainers', requestsFromLimits);
    const linked = fill(limited, { enableServiceLinks: true });
    return spec.hostNetwork === true ? each(each(linked, 'containers', hostPorts), 'initContainers', hostPorts) : linked;
  });

const service: Rule = (value) =>
  objectAt(value.spec).type === 'LoadBalancer'
    ? within(value, 'status', (status) =>
        within(status, 'loadBalancer', (balancer) =>
          each(balancer, 'ingress', (ingress) =>
            ingress.ip === undefined || ingress.ip === '' ? ingress : fill(ingress, { ipMode: 'VIP' }),
          ),
        ),
      )
    : value;

const isExternal = (spec: JsonObject): boolean =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && Array.isArray(spec.externalIPs) && spec.externalIPs.length > 0);

const emptyPort = (port: Json | undefined): boolean => port === undefined || port === null || port === 0 || port === '';

const serviceSpec: Rule = (value) => {
  let spec = fill(value, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'ClientIP' && objectAt(objectAt(spec.sessionAffinityConfig).clientIP).timeoutSeconds === undefined) {
    spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } };
  }
  if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig !== undefined) {
    const { sessionAffinityConfig: _useless, ...rest } = spec;
    spec = rest;
  }
  spec = each(spec, 'ports', (port) => {
    const filled = fill(port, { protocol: 'TCP' });
    return emptyPort(port.targetPort) ? { ...filled, targetPort: port.port ?? 0 } : filled;
  });
  if (isExternal(spec)) spec = fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type !== 'ExternalName') spec = fill(spec, { internalTrafficPolicy: 'Cluster' });
  return spec.type === 'LoadBalancer' ? fill(spec, { allocateLoadBalancerNodePorts: true }) : spec;
};

const deploymentSpec: Rule = (value) => {
  const spec = fill(value, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  return within(fill(spec, { strategy: {} }), 'strategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    if (typed.type !== 'RollingUpdate') return typed;
    return within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (update) =>
      fill(update, { maxUnavailable: '25%', maxSurge: '25%' }),
    );
  });
};

const daemonSetSpec: Rule = (value) =>
  within(fill(value, { revisionHistoryLimit: 10, updateStrategy: {} }), 'updateStrategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    if (typed.type !== 'RollingUpdate') return typed;
    return within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (update) => fill(update, { maxUnavailable: 1, maxSurge: 0 }));
  });

const statefulSetSpec: Rule = (value) => {
  const retention = { persistentVolumeClaimRetentionPolicy: {} };
  const spec = fill(value, {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {},
    ...retention,
  });
  const updated = within(claimTemplates(spec), 'updateStrategy', (strategy) => {
    const typed = strategy.type === undefined ? fill({ ...strategy, type: 'RollingUpdate' }, { rollingUpdate: {} }) : strategy;
    return typed.type === 'RollingUpdate' ? within(typed, 'rollingUpdate', (update) => fill(update, { partition: 0 })) : typed;
  });
  return within(updated, 'persistentVolumeClaimRetentionPolicy', (policy) => fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }));
};

const MAX_INT32 = 2_147_483_647;

const claimTemplates: Rule = (value) =>
  each(value, 'volumeClaimTemplates', (claim) => fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }));

const jobSpec: Rule = (value) => {
  const counts =
    value.completions === undefined && value.parallelism === undefined ? { completions: 1, parallelism: 1 } : { parallelism: 1 };
  return fill(value, {
    ...counts,
    backoffLimit: value.backoffLimitPerIndex === undefined ? 6 : MAX_INT32,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: value.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
};

/** Labels of the pod template become the object's own when it has none. */
const labelsFromTemplate: Rule = (value) => {
  const labels = objectAt(objectAt(objectAt(objectAt(value.spec).template).metadata).labels);
  const own = objectAt(objectAt(value.metadata).labels);
  if (Object.keys(labels).length === 0 || Object.keys(own).length > 0) return value;
  return { ...value, metadata: { ...objectAt(value.metadata), labels } };
};

const replicationController: Rule = (value) => {
  const labels = objectAt(objectAt(objectAt(objectAt(value.spec).template).metadata).labels);
  const labelled = labelsFromTemplate(value);
  return Object.keys(labels).length === 0 ? labelled : within(labelled, 'spec', (spec) => fill(spec, { selector: labels }));
};

const scaleUp = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const scaleDown = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

const autoscalerSpec: Rule = (value) => {
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
  const empty = !Array.isArray(value.metrics) || value.metrics.length === 0;
  const spec = empty ? { ...fill(value, { minReplicas: 1 }), metrics: [cpu] } : fill(value, { minReplicas: 1 });
  return within(spec, 'behavior', (behavior) => {
    const up = within(fill(behavior, { scaleUp }), 'scaleUp', (rules) => fill(rules, scaleUp));
    return within(fill(up, { scaleDown }), 'scaleDown', (rules) => fill(rules, scaleDown));
  });
};

const networkPolicySpec: Rule = (value) => {
  if (Array.isArray(value.policyTypes) && value.policyTypes.length > 0) return value;
  const egress = Array.isArray(value.egress) && value.egress.length > 0 ? ['Egress'] : [];
  return { ...value, policyTypes: ['Ingress', ...egress] };
};

const RBAC = 'rbac.authorization.k8s.io';
const roleRef: Rule = (value) =>
  within(value, 'roleRef', (reference) =>
    reference.apiGroup === '' || reference.apiGroup === undefined ? { ...reference, apiGroup: RBAC } : reference,
  );
const subject: Rule = (value) => (value.kind === 'User' || value.kind === 'Group' ? fill(value, { apiGroup: RBAC }) : value);

const webhook: Rule = (value) =>
  fill(value, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10 });

const namespace: Rule = (value) => {
  const meta = objectAt(value.metadata);
  const name = typeof meta.name === 'string' ? meta.name : '';
  const labels = objectAt(meta.labels);
  if (name === '' || labels['kubernetes.io/metadata.name'] === name) return value;
  return { ...value, metadata: { ...meta, labels: { ...labels, 'kubernetes.io/metadata.name': name } } };
};

const limitRangeItem: Rule = (value) => {
  if (value.type !== 'Container') return value;
  const limits = fill(objectAt(value.default), objectAt(value.max));
  const requests = fill(fill(objectAt(value.defaultRequest), limits), objectAt(value.min));
  const present = (map: JsonObject, key: string): JsonObject => (Object.keys(map).length === 0 ? {} : { [key]: map });
  return { ...value, ...present(limits, 'default'), ...present(requests, 'defaultRequest') };
};

const mode = fillRule({ defaultMode: 420 });

function fillRule(defaults: JsonObject): Rule {
  return (value) => fill(value, defaults);
}

/** Numbers of which zero counts as none. */
const nonzero =
  (defaults: JsonObject): Rule =>
  (value) =>
    fill(
      Object.keys(defaults).some((key) => value[key] === 0)
        ? (Object.fromEntries(Object.entries(value).filter(([key, inner]) => inner !== 0 || defaults[key] === undefined)) as JsonObject)
        : value,
      defaults,
    );

const names = (value: Json | undefined): JsonObject => {
  const kind = isObject(value) && typeof value.kind === 'string' ? value.kind : '';
  return kind === '' ? {} : { singular: kind.toLowerCase(), listKind: `${kind}List` };
};

const crdSpec: Rule = (value) => within(fill(value, { conversion: { strategy: 'None' } }), 'names', (given) => fill(given, names(given)));

/** By definition name. */
export const typeRules: Readonly<Record<string, Rule>> = {
  [`${core}Container`]: container,
  [`${core}EphemeralContainer`]: container,
  [`${core}ContainerPort`]: fillRule({ protocol: 'TCP' }),
  [`${core}EndpointPort`]: fillRule({ protocol: 'TCP' }),
  [`${core}Pod`]: pod,
  [`${core}PodSpec`]: fillRule({
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  }),
  [`${core}Probe`]: fillRule({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
  [`${core}GRPCAction`]: fillRule({ service: '' }),
  [`${core}HTTPGetAction`]: fillRule({ path: '/', scheme: 'HTTP' }),
  [`${core}ObjectFieldSelector`]: fillRule({ apiVersion: 'v1' }),
  [`${core}ResourceFieldSelector`]: fillRule({ divisor: '0' }),
  [`${core}Volume`]: (value) => (hasVolumeSource(value) ? value : { ...value, emptyDir: {} }),
  [`${core}ImageVolumeSource`]: (value) =>
    fill(value, { pullPolicy: pullPolicyOf(typeof value.reference === 'string' ? value.reference : '') }),
  [`${core}SecretVolumeSource`]: mode,
  [`${core}ConfigMapVolumeSource`]: mode,
  [`${core}DownwardAPIVolumeSource`]: mode,
  [`${core}ProjectedVolumeSource`]: mode,
  [`${core}ServiceAccountTokenProjection`]: fillRule({ expirationSeconds: 3600 }),
  [`${core}HostPathVolumeSource`]: fillRule({ type: '' }),
  [`${core}ISCSIVolumeSource`]: fillRule({ iscsiInterface: 'default' }),
  [`${core}RBDVolumeSource`]: fillRule({ pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  [`${core}AzureDiskVolumeSource`]: fillRule({ cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' }),
  [`${core}ScaleIOVolumeSource`]: fillRule({ storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  [`${core}Service`]: service,
  [`${core}ServiceSpec`]: serviceSpec,
  [`${core}Secret`]: fillRule({ type: 'Opaque' }),
  [`${core}PersistentVolumeSpec`]: fillRule({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
  [`${core}PersistentVolumeClaimSpec`]: fillRule({ volumeMode: 'Filesystem' }),
  [`${core}PersistentVolumeClaim`]: (value) =>
    within(fill(value, { status: {} }), 'status', (status) => fill(status, { phase: 'Pending' })),
  [`${core}PersistentVolume`]: (value) => within(fill(value, { status: {} }), 'status', (status) => fill(status, { phase: 'Pending' })),
  [`${core}Namespace`]: namespace,
  [`${core}NamespaceStatus`]: fillRule({ phase: 'Active' }),
  [`${core}NodeStatus`]: (value) => (value.capacity === undefined ? value : fill(value, { allocatable: value.capacity })),
  [`${core}LimitRangeItem`]: limitRangeItem,
  [`${core}ReplicationController`]: replicationController,
  [`${core}ReplicationControllerSpec`]: fillRule({ replicas: 1 }),
  [`${apps}DeploymentSpec`]: deploymentSpec,
  [`${apps}DaemonSetSpec`]: daemonSetSpec,
  [`${apps}StatefulSetSpec`]: statefulSetSpec,
  [`${apps}ReplicaSetSpec`]: fillRule({ replicas: 1 }),
  // Not a rule of JobSpec: the template of a CronJob stays as it is.
  'io.k8s.api.batch.v1.Job': (value) => within(labelsFromTemplate(value), 'spec', jobSpec),
  'io.k8s.api.batch.v1.CronJobSpec': fillRule({
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  }),
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern': fillRule({ status: 'True' }),
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec': autoscalerSpec,
  'io.k8s.api.authentication.v1.TokenRequestSpec': fillRule({ expirationSeconds: 3600 }),
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec': fillRule({ minReplicas: 1 }),
  'io.k8s.api.networking.v1.NetworkPolicySpec': networkPolicySpec,
  'io.k8s.api.networking.v1.NetworkPolicyPort': fillRule({ protocol: 'TCP' }),
  'io.k8s.api.networking.v1.IngressClassParametersReference': fillRule({ scope: 'Cluster' }),
  'io.k8s.api.discovery.v1.EndpointPort': fillRule({ name: '', protocol: 'TCP' }),
  'io.k8s.api.scheduling.v1.PriorityClass': fillRule({ preemptionPolicy: 'PreemptLowerPriority' }),
  'io.k8s.api.storage.v1.StorageClass': fillRule({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  'io.k8s.api.storage.v1.CSIDriverSpec': fillRule({
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
    seLinuxMount: false,
  }),
  [`${flow}FlowSchemaSpec`]: nonzero({ matchingPrecedence: 1000 }),
  [`${flow}ExemptPriorityLevelConfiguration`]: fillRule({ nominalConcurrencyShares: 0, lendablePercent: 0 }),
  [`${flow}LimitedPriorityLevelConfiguration`]: fillRule({ nominalConcurrencyShares: 30, lendablePercent: 0 }),
  [`${flow}QueuingConfiguration`]: nonzero({ handSize: 8, queues: 64, queueLengthLimit: 50 }),
  'io.k8s.api.rbac.v1.ClusterRoleBinding': roleRef,
  'io.k8s.api.rbac.v1.RoleBinding': roleRef,
  'io.k8s.api.rbac.v1.Subject': subject,
  [`${admission}ValidatingWebhook`]: webhook,
  [`${admission}MutatingWebhook`]: (value) => fill(webhook(value), { reinvocationPolicy: 'Never' }),
  [`${admission}RuleWithOperations`]: fillRule({ scope: '*' }),
  [`${admission}NamedRuleWithOperations`]: fillRule({ scope: '*' }),
  [`${admission}ServiceReference`]: fillRule({ port: 443 }),
  [`${admission}ValidatingAdmissionPolicySpec`]: fillRule({ failurePolicy: 'Fail' }),
  [`${admission}MatchResources`]: fillRule({ matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }),
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec': crdSpec,
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference': fillRule({ port: 443 }),
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference': fillRule({ port: 443 }),
};
