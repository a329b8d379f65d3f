/** What a new cluster holds before anybody uses it: namespaces, roles, the API's own service. */
import type { JsonObject, KubeObject } from '../core/object/index.ts';
import { bootstrapRoles } from '../core/kube/rbac/index.ts';
import type { KindLogic } from './api/kind-logic.ts';
import type { Objects } from './api/objects.ts';
import type { Registry } from './api/registry.ts';
import { adminUser } from './auth/index.ts';

const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

const named = (apiVersion: string, kind: string, name: string, rest: JsonObject = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

const priorityClasses = [
  named('scheduling.k8s.io/v1', 'PriorityClass', 'system-cluster-critical', {
    value: 2000000000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  }),
  named('scheduling.k8s.io/v1', 'PriorityClass', 'system-node-critical', {
    value: 2000001000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  }),
];

const roles = (): readonly KubeObject[] =>
  bootstrapRoles
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as KubeObject);

const apiService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    clusterIP: '10.96.0.1',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    type: 'ClusterIP',
  },
};

/** The node that simulated Pods run on. */
export const SIMULATED_NODE = 'lockstep-node';

/** As a kubelet labels its node; manifests of years ago still select by the beta names. */
const NODE_LABELS = {
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': SIMULATED_NODE,
  'kubernetes.io/os': 'linux',
};

const simulated = (): readonly KubeObject[] => [
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: SIMULATED_NODE,
      labels: NODE_LABELS,
      annotations: { 'lockstep.dev/simulated': 'true' },
    },
    status: {
      capacity: { cpu: '1024', memory: '4Ti', pods: '100000' },
      allocatable: { cpu: '1024', memory: '4Ti', pods: '100000' },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Simulated',
          message: 'this node is simulated',
          lastHeartbeatTime: null,
          lastTransitionTime: null,
        },
      ],
      addresses: [{ type: 'InternalIP', address: '10.88.0.1' }],
      nodeInfo: {
        kubeletVersion: 'lockstep-simulator',
        containerRuntimeVersion: 'simulated://1',
        osImage: 'simulated',
        kernelVersion: 'simulated',
        machineID: '',
        systemUUID: '',
        bootID: '',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: 'standard',
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true', 'lockstep.dev/simulated': 'true' },
    },
    provisioner: 'lockstep.dev/simulated',
  },
];

export interface BootstrapParts {
  readonly registry: Registry;
  readonly objects: Objects;
  readonly logic: KindLogic;
}

/** Creates what is missing. */
export function bootstrap(parts: BootstrapParts, simulate: 'simulate' | 'bare'): void {
  const objects = [
    ...systemNamespaces.map((name) => named('v1', 'Namespace', name)),
    ...roles(),
    ...priorityClasses,
    apiService,
    ...(simulate === 'simulate' ? simulated() : []),
  ];
  for (const object of objects) create(parts, object);
}

function create({ registry, objects, logic }: BootstrapParts, object: KubeObject): void {
  const resource = registry.ofKind(object.apiVersion, object.kind);
  const { name = '', namespace = '' } = object.metadata;
  if (resource === undefined || objects.find(resource, namespace, name) !== undefined) return;
  const shaped = logic.shape(resource, object, { body: { duplicates: [] }, validation: 'Ignore', warnings: [] });
  objects.create({ resource, subresource: '', namespace, name }, shaped, { user: adminUser, manager: 'kube-apiserver', dryRun: false });
}
