/** The objects of an installation, in the order in which they are applied. */
import type { Json, JsonObject, KubeObject } from '../../core/object/index.ts';
import { sealedSecretDefinition } from '../../core/secrets/sealed/definition/index.ts';
import { crds } from '../crds.ts';
import {
  ACTING,
  CONTROLLER,
  DATA_CLAIM,
  HTTP_PORT,
  ROOT_ACCOUNT,
  SEALING_PORT,
  STATUS_PORT,
  SYSTEM_NAMESPACE,
  WEBHOOK_PORT,
} from './place.ts';
import { ACTING_RIGHTS, CLUSTER_RIGHTS, OWN_RIGHTS, PEOPLE_RIGHTS, ruleOf } from './rights.table.ts';
import { sealingObjects } from './sealing.ts';
import type { InstallSettings } from './settings.table.ts';

const namespace = SYSTEM_NAMESPACE;
const selector = { 'app.kubernetes.io/name': 'lockstep', 'app.kubernetes.io/component': 'controller' };
/** Of the image: nobody in particular. */
const USER = 65532;

export function installObjects(settings: InstallSettings): readonly KubeObject[] {
  const labels = {
    'app.kubernetes.io/name': 'lockstep',
    'app.kubernetes.io/part-of': 'lockstep',
    'app.kubernetes.io/version': settings.version,
  };
  return [ownNamespace(), ...crds().map(kept), sealedSecrets, ...rbac(settings), ...sealingObjects(selector), ...running(settings)].map(
    (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...labels, ...object.metadata.labels } },
    }),
  );
}

const ownNamespace = (): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: namespace,
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' },
  },
});

/** Uninstalling a release must not take every App with it. */
const kept = (crd: KubeObject): KubeObject => ({
  ...crd,
  metadata: { ...crd.metadata, annotations: { ...crd.metadata.annotations, 'helm.sh/resource-policy': 'keep' } },
});

/** Of somebody else: made where it is missing, never changed, and never deleted, because every Secret that came of it would go with it. */
const sealedSecrets: KubeObject = {
  ...sealedSecretDefinition,
  metadata: {
    ...sealedSecretDefinition.metadata,
    annotations: { 'lockstep.dev/apply': 'ifNotPresent', 'lockstep.dev/prune': 'disabled' },
  },
};

/** Whether an object is left as it is where it exists already. */
export const isMadeOnce = ({ metadata }: KubeObject): boolean => metadata.annotations?.['lockstep.dev/apply'] === 'ifNotPresent';

const RBAC = 'rbac.authorization.k8s.io';

function rbac({ rootRole, people }: InstallSettings): readonly KubeObject[] {
  const rbacObject = (kind: string, metadata: KubeObject['metadata'], rest: JsonObject): KubeObject => ({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata,
    ...rest,
  });
  const controller: Json = [{ kind: 'ServiceAccount', name: CONTROLLER, namespace }];
  const root: Json = [{ kind: 'ServiceAccount', name: ROOT_ACCOUNT, namespace }];
  const role = (kind: string, name: string): Json => ({ apiGroup: RBAC, kind, name });
  return [
    ...[CONTROLLER, ROOT_ACCOUNT].map((name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })),
    rbacObject('ClusterRole', { name: CONTROLLER }, { rules: CLUSTER_RIGHTS.map(ruleOf) }),
    rbacObject('ClusterRoleBinding', { name: CONTROLLER }, { roleRef: role('ClusterRole', CONTROLLER), subjects: controller }),
    rbacObject('Role', { name: CONTROLLER, namespace }, { rules: OWN_RIGHTS.map(ruleOf) }),
    rbacObject('RoleBinding', { name: CONTROLLER, namespace }, { roleRef: role('Role', CONTROLLER), subjects: controller }),
    ...(rootRole === 'none'
      ? []
      : [rbacObject('ClusterRoleBinding', { name: 'lockstep-root' }, { roleRef: role('ClusterRole', rootRole), subjects: root })]),
    ...(people === 'none'
      ? []
      : [
          rbacObject('ClusterRole', { name: ACTING }, { rules: ACTING_RIGHTS.map(ruleOf) }),
          rbacObject('ClusterRoleBinding', { name: ACTING }, { roleRef: role('ClusterRole', ACTING), subjects: controller }),
        ]),
    ...PEOPLE_RIGHTS.map(({ name, role: into, right }) =>
      rbacObject('ClusterRole', { name, labels: { [`${RBAC}/aggregate-to-${into}`]: 'true' } }, { rules: [ruleOf(right)] }),
    ),
  ];
}

function running(settings: InstallSettings): readonly KubeObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: DATA_CLAIM, namespace, annotations: { 'helm.sh/resource-policy': 'keep' } },
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(settings.storageClass === '' ? {} : { storageClassName: settings.storageClass }),
        resources: { requests: { storage: settings.storageSize } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'lockstep', namespace },
      spec: {
        selector,
        ports: [
          { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
          { name: 'status', port: STATUS_PORT, targetPort: 'status', protocol: 'TCP' },
          { name: 'webhooks', port: WEBHOOK_PORT, targetPort: 'webhooks', protocol: 'TCP' },
        ],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: CONTROLLER, namespace },
      // Out is open: Git hosts, registries and other clusters are anywhere. In are four ports: the dashboard and what kubeseal asks (by the API server's proxy), metrics, webhooks.
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [{ ports: ['http', 'status', 'webhooks', 'sealing'].map((port) => ({ protocol: 'TCP', port })) }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: CONTROLLER, namespace },
      spec: {
        replicas: 1,
        // The volume belongs to one process at a time.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: { ...selector, 'app.kubernetes.io/part-of': 'lockstep' } },
          spec: podSpec(settings),
        },
      },
    },
  ];
}

const podSpec = (settings: InstallSettings): JsonObject => ({
  serviceAccountName: CONTROLLER,
  terminationGracePeriodSeconds: 30,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  ...(settings.pullSecret === '' ? {} : { imagePullSecrets: [{ name: settings.pullSecret }] }),
  containers: [container(settings)],
  volumes: [
    { name: 'data', persistentVolumeClaim: { claimName: DATA_CLAIM } },
    { name: 'tmp', emptyDir: {} },
  ],
});

function container({ image, version, memory, dashboardUrl }: InstallSettings): Json {
  const probe = (path: string, more: JsonObject): Json => ({ httpGet: { path, port: 'status' }, ...more });
  return {
    name: 'lockstep',
    image: image === '' ? `lockstep:${version}` : image,
    args: [
      'up',
      '--in-cluster',
      `--dashboard-port=${HTTP_PORT}`,
      `--status-address=0.0.0.0:${STATUS_PORT}`,
      `--webhook-port=${WEBHOOK_PORT}`,
      `--sealing-port=${SEALING_PORT}`,
      ...(dashboardUrl === '' ? [] : [`--dashboard-url=${dashboardUrl}`]),
    ],
    env: [{ name: 'LOCKSTEP_DATA', value: '/data' }],
    ports: [
      { name: 'http', containerPort: HTTP_PORT, protocol: 'TCP' },
      { name: 'status', containerPort: STATUS_PORT, protocol: 'TCP' },
      { name: 'webhooks', containerPort: WEBHOOK_PORT, protocol: 'TCP' },
      { name: 'sealing', containerPort: SEALING_PORT, protocol: 'TCP' },
    ],
    startupProbe: probe('/healthz', { periodSeconds: 2, failureThreshold: 60 }),
    livenessProbe: probe('/healthz', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
    readinessProbe: probe('/readyz', { periodSeconds: 5, timeoutSeconds: 5 }),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}
