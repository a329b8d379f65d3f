/** What is particular to some kinds: Pods and their subresources, Services and their addresses, namespaces, statuses that controllers write. */
import type { JsonObject } from '../../../src/core/object/index.ts';
import {
  type Story,
  apply,
  apps,
  configMap,
  core,
  del,
  deployment,
  edit,
  get,
  group,
  jsonPatch,
  merge,
  pod,
  post,
  put,
  strategic,
} from './story.ts';

const pods = core('pods');
const services = core('services');
const service = (name: string, spec: object): JsonObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }) as JsonObject;
const debug = (name: string, more = {}): JsonObject => ({ name, image: 'busybox', terminationMessagePolicy: 'File', ...more });
const job = (name: string, spec: object = {}): JsonObject =>
  ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x' }] } }, ...spec },
  }) as JsonObject;
const claim = (name: string, spec: object = {}): JsonObject =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'x', resources: { requests: { storage: '1Gi' } }, ...spec },
  }) as JsonObject;
const status = (path: string, value: object) => merge(`${path}/status`, { status: value } as JsonObject);

export const objects: readonly Story[] = [
  {
    name: 'containers for debugging',
    steps: [
      post(pods, pod('p')),
      get(core('pods/p/ephemeralcontainers')),
      strategic(core('pods/p/ephemeralcontainers'), { spec: { ephemeralContainers: [debug('one')] } }),
      strategic(core('pods/p/ephemeralcontainers'), { spec: { ephemeralContainers: [debug('two', { targetContainerName: 'main' })] } }),
      strategic(core('pods/p/ephemeralcontainers'), { spec: { ephemeralContainers: [debug('one', { image: 'other' })] } }),
      strategic(core('pods/p/ephemeralcontainers'), { spec: { ephemeralContainers: [debug('main')] } }),
      strategic(core('pods/p/ephemeralcontainers'), { spec: { ephemeralContainers: [debug('three', { targetContainerName: 'absent' })] } }),
      strategic(core('pods/p/ephemeralcontainers'), {
        spec: { ephemeralContainers: [debug('four', { ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } })] },
      }),
      strategic(core('pods/p/ephemeralcontainers'), { spec: { ephemeralContainers: [{ name: 'five' }] } }),
      strategic(core('pods/p/ephemeralcontainers'), {
        spec: {
          ephemeralContainers: [
            { name: 'Bad_', image: 'x', livenessProbe: { tcpSocket: { port: 80 } }, lifecycle: { preStop: { sleep: { seconds: 1 } } } },
          ],
        },
      }),
      strategic(core('pods/p/ephemeralcontainers'), {
        metadata: { labels: { ignored: 'x' } },
        spec: { containers: [{ name: 'main', image: 'changed' }] },
      }),
      merge(core('pods/p/ephemeralcontainers'), { spec: { ephemeralContainers: [] } }),
      jsonPatch(core('pods/p/ephemeralcontainers'), [
        { op: 'add', path: '/spec/ephemeralContainers/-', value: { name: 'six', image: 'x', imagePullPolicy: 'Never' } },
      ]),
      apply(core('pods/p/ephemeralcontainers'), {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: { ephemeralContainers: [{ name: 'seven', image: 'x' }] },
      }),
      edit(core('pods/p/ephemeralcontainers'), { metadata: { annotations: { a: 'b' } } }),
      strategic(pods + '/p', { spec: { ephemeralContainers: [debug('eight')] } }),
      post(pods, pod('q', {}, { ephemeralContainers: [debug('one')] })),
      strategic(core('pods/absent/ephemeralcontainers'), { spec: { ephemeralContainers: [debug('one')] } }),
      post(core('pods/p/ephemeralcontainers'), {}),
      get(core('pods/p')),
    ],
  },
  {
    name: 'Pods are resized, bound and reported about',
    steps: [
      post(
        pods,
        pod(
          'p',
          {},
          {
            containers: [
              {
                name: 'main',
                image: 'x',
                resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '64Mi' } },
                resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }],
              },
            ],
          },
        ),
      ),
      get(core('pods/p/resize')),
      strategic(core('pods/p/resize'), { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '150m' } } }] } }),
      strategic(core('pods/p/resize'), { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '300m' } } }] } }),
      strategic(core('pods/p/resize'), { spec: { containers: [{ name: 'main', resources: { limits: { memory: '32Mi' } } }] } }),
      strategic(core('pods/p/resize'), { spec: { containers: [{ name: 'main', image: 'y' }] } }),
      strategic(core('pods/p/resize'), {
        spec: { containers: [{ name: 'main', resources: { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } } }] },
      }),
      merge(core('pods/p/resize'), { spec: { containers: [{ name: 'main', image: 'x', resources: null }] } }),
      strategic(pods + '/p', { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '50m' } } }] } }),
      post(core('pods/p/binding'), { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } }),
      post(core('pods/p/binding'), { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n2' } }),
      get(core('pods/p')),
      post(core('bindings'), { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n2' } }),
      status(core('pods/p'), {
        phase: 'Running',
        podIP: '10.1.2.3',
        podIPs: [{ ip: '10.1.2.3' }],
        hostIP: '1.2.3.4',
        startTime: '2024-01-01T00:00:00Z',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2024-01-01T00:00:00Z' }],
        containerStatuses: [
          {
            name: 'main',
            ready: true,
            started: true,
            restartCount: 0,
            image: 'x',
            imageID: 'i',
            containerID: 'containerd://x',
            state: { running: { startedAt: '2024-01-01T00:00:00Z' } },
          },
        ],
      }),
      status(core('pods/p'), { podIPs: [{ ip: 'x' }, { ip: '10.1.2.3' }, { ip: '10.1.2.4' }, { ip: 'fe80::1' }] }),
      status(core('pods/p'), { podIP: '10.9.9.9' }),
      status(core('pods/p'), { hostIPs: [{ ip: 'x' }] }),
      status(core('pods/p'), { phase: 'Odd' }),
      status(core('pods/p'), { phase: '' }),
      status(core('pods/p'), {
        containerStatuses: [
          { name: 'main', ready: false, restartCount: 1, image: 'x', imageID: '', state: { terminated: { exitCode: 1 } } },
          { name: 'other', ready: false, restartCount: 0, image: '', imageID: '' },
        ],
      }),
      status(core('pods/p'), {
        initContainerStatuses: [
          { name: 'absent', ready: true, restartCount: 0, image: '', imageID: '', state: { terminated: { exitCode: 0 } } },
        ],
      }),
      status(core('pods/p'), {
        containerStatuses: [{ name: 'main', ready: true, restartCount: 2, image: 'x', imageID: '', state: { running: {} } }],
      }),
      status(core('pods/p'), {
        ephemeralContainerStatuses: [{ name: 'x', ready: true, restartCount: 0, image: '', imageID: '' }],
        resourceClaimStatuses: [{ name: 'nope', resourceClaimName: 'Bad_' }],
      }),
      status(core('pods/p'), { qosClass: 'Guaranteed' }),
      status(core('pods/p'), { nominatedNodeName: 'Bad_', observedGeneration: -1, resize: 'Odd' }),
      apply(core('pods/p/status?fieldManager=kubelet'), {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        status: { conditions: [{ type: 'example.com/own', status: 'True' }] },
      }),
      post(pods, pod('never', {}, { restartPolicy: 'Never', nodeName: 'n1' })),
      status(core('pods/never'), {
        containerStatuses: [
          { name: 'main', ready: false, restartCount: 0, image: 'x', imageID: '', state: { terminated: { exitCode: 0 } } },
        ],
      }),
      status(core('pods/never'), {
        containerStatuses: [{ name: 'main', ready: true, restartCount: 0, image: 'x', imageID: '', state: { running: {} } }],
      }),
      status(core('pods/never'), {
        containerStatuses: [{ name: 'main', ready: true, restartCount: 0, image: 'x', imageID: '', state: { waiting: { reason: 'x' } } }],
      }),
      status(core('pods/never'), { phase: 'Succeeded' }),
      status(core('pods/never'), { phase: 'Running' }),
      post(pods, pod('free')),
      get(core('pods/free/log')),
      get(core('pods/free/log?container=nope')),
      get(core('pods/absent/log')),
      get(core('pods/free/exec?command=ls')),
      post(core('pods/free/exec?command=ls&container=nope'), {}),
      post(core('pods/absent/exec?command=ls'), {}),
      post(core('pods/free/attach'), {}),
      post(core('pods/free/portforward?ports=80'), {}),
      get(core('pods/free/proxy')),
      put(core('pods/free/log'), {}),
    ],
  },
  {
    name: 'Services and their addresses',
    steps: [
      post(services, service('a', { ports: [{ port: 80 }] }), { keep: { ip: 'spec.clusterIP' } }),
      post(services, service('b', { clusterIP: '$[ip]', ports: [{ port: 80 }] })),
      post(services, service('c', { clusterIP: '10.1.1.1', ports: [{ port: 80 }] })),
      post(services, service('c', { clusterIP: 'x', ports: [{ port: 80 }] })),
      post(services, service('none', { clusterIP: 'None', ports: [{ port: 80 }] })),
      post(services, service('bare', { clusterIP: 'None' })),
      post(services, service('noports', {})),
      post(services, service('node', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })),
      post(services, service('node2', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })),
      post(services, service('node3', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })),
      post(
        services,
        service('both', {
          type: 'NodePort',
          ports: [
            { port: 53, nodePort: 30053, protocol: 'TCP', name: 't' },
            { port: 53, nodePort: 30053, protocol: 'UDP', name: 'u' },
          ],
        }),
      ),
      merge(`${services}/a`, { spec: { type: 'NodePort' } }),
      merge(`${services}/a`, { spec: { type: 'LoadBalancer', loadBalancerClass: 'example.com/lb', allocateLoadBalancerNodePorts: false } }),
      merge(`${services}/a`, { spec: { loadBalancerClass: 'example.com/other' } }),
      merge(`${services}/a`, { spec: { type: 'ClusterIP', loadBalancerClass: null } }),
      merge(`${services}/a`, { spec: { type: 'ExternalName', externalName: 'example.com' } }),
      merge(`${services}/a`, { spec: { type: 'ClusterIP', externalName: null, ports: [{ port: 81 }] } }),
      merge(`${services}/a`, { spec: { clusterIP: '10.96.0.200' } }),
      merge(`${services}/a`, { spec: { clusterIP: null } }),
      merge(`${services}/a`, { spec: { clusterIP: 'None' } }),
      merge(`${services}/a`, { spec: { ipFamilyPolicy: 'RequireDualStack' } }),
      merge(`${services}/a`, { spec: { ipFamilies: ['IPv6'] } }),
      post(services, service('dual', { ipFamilyPolicy: 'PreferDualStack', ports: [{ port: 80 }] })),
      post(services, service('six', { ipFamilies: ['IPv6'], ports: [{ port: 80 }] })),
      post(services, service('ext', { type: 'ExternalName', externalName: 'Bad_' })),
      post(services, service('ext', { type: 'ExternalName', externalName: 'a.example', clusterIP: 'None' })),
      post(services, service('ext', { type: 'ExternalName' })),
      put(`${services}/node`, service('node', { type: 'NodePort', ports: [{ port: 81 }] })),
      put(`${services}/none`, service('none', { ports: [{ port: 80 }] })),
      post(
        services,
        service('aff', { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } }, ports: [{ port: 80 }] }),
      ),
      post(
        services,
        service('aff', {
          sessionAffinity: 'ClientIP',
          ports: [{ port: 80 }],
          internalTrafficPolicy: 'Odd',
          externalTrafficPolicy: 'Local',
          healthCheckNodePort: 30999,
        }),
      ),
      post(
        services,
        service('lb', {
          type: 'LoadBalancer',
          externalTrafficPolicy: 'Local',
          loadBalancerSourceRanges: ['x', '10.0.0.0/8'],
          ports: [{ port: 80 }],
        }),
      ),
      post(services, service('lb', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] })),
      merge(`${services}/lb`, { spec: { externalTrafficPolicy: 'Cluster' } }),
      merge(`${services}/lb`, {
        spec: {
          ports: [
            { port: 80, targetPort: 'a-name-that-is-too-long' },
            { port: 0, protocol: 'ICMP' },
          ],
        },
      }),
      strategic(`${services}/node`, { spec: { ports: [{ port: 82, name: 'x' }] } }),
      post(services, service('eips', { externalIPs: ['127.0.0.1', 'x', '8.8.8.8'], ports: [{ port: 80 }] })),
      post(
        services,
        service('td', {
          trafficDistribution: 'PreferClose',
          publishNotReadyAddresses: true,
          selector: { 'bad key': 'x' },
          ports: [{ port: 80, appProtocol: 'bad protocol' }],
        }),
      ),
      del(`${services}/node`),
      post(services, service('node4', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })),
      get(services),
    ],
  },
  {
    name: 'a namespace ends',
    steps: [
      post('/api/v1/namespaces', { metadata: { name: '$ns-x' } }),
      post('/api/v1/namespaces/$ns-x/configmaps', configMap('a')),
      put('/api/v1/namespaces/$ns-x/finalize', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: '$ns-x' },
        spec: { finalizers: ['kubernetes', 'example.com/more'] },
      }),
      put('/api/v1/namespaces/$ns-x/finalize', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: '$ns-x' },
        spec: { finalizers: ['bad finalizer'] },
      }),
      merge('/api/v1/namespaces/$ns-x', { spec: { finalizers: [] } }),
      merge('/api/v1/namespaces/$ns-x', { metadata: { labels: { 'kubernetes.io/metadata.name': 'other' } } }),
      merge('/api/v1/namespaces/$ns-x', { metadata: { finalizers: ['example.com/meta'] } }),
      del('/api/v1/namespaces/$ns-x?dryRun=All'),
      del('/api/v1/namespaces/$ns-x', { preconditions: { uid: 'x' } }),
      del('/api/v1/namespaces/$ns-x', undefined, { settle: 400 }),
      post('/api/v1/namespaces/$ns-x/configmaps', configMap('b')),
      apply('/api/v1/namespaces/$ns-x/configmaps/b', configMap('b')),
      put('/api/v1/namespaces/$ns-x/configmaps/b', configMap('b')),
      post('/apis/apps/v1/namespaces/$ns-x/deployments?dryRun=All', deployment('web')),
      post('/api/v1/namespaces', { metadata: { name: '$ns-x' } }),
      del('/api/v1/namespaces/kube-system'),
      del('/api/v1/namespaces/default'),
      get('/api/v1/namespaces/default/status'),
      merge('/api/v1/namespaces/$ns-x/status', { status: { phase: 'Active' } }),
      put('/api/v1/namespaces/$ns-absent/finalize', { metadata: { name: '$ns-absent' }, spec: {} }),
    ],
  },
  {
    name: 'what controllers report: Jobs, claims, volumes',
    steps: [
      post(group('batch/v1', 'jobs'), job('j', { completions: 2, parallelism: 1 })),
      ...[
        { active: -1 },
        { succeeded: 3 },
        { startTime: '2024-01-01T00:00:00Z', active: 1 },
        { startTime: '2024-02-01T00:00:00Z' },
        { startTime: null },
        { completionTime: '2024-01-02T00:00:00Z' },
        { conditions: [{ type: 'Complete', status: 'True' }], completionTime: '2024-01-02T00:00:00Z' },
        {
          conditions: [
            { type: 'Complete', status: 'True' },
            { type: 'Failed', status: 'True' },
          ],
        },
        {
          conditions: [
            { type: 'SuccessCriteriaMet', status: 'True' },
            { type: 'Complete', status: 'True' },
          ],
          active: 0,
          completionTime: '2024-01-02T00:00:00Z',
          succeeded: 2,
        },
        { ready: 5, active: 1 },
        { terminating: -1 },
        { completedIndexes: '0,1' },
        { failedIndexes: 'x' },
        { uncountedTerminatedPods: { succeeded: ['a', 'a'], failed: ['a', ''] } },
        { failed: -1 },
        { conditions: [{ type: 'SuccessCriteriaMet', status: 'True' }], active: 1 },
        {
          conditions: [
            { type: 'FailureTarget', status: 'True' },
            { type: 'Failed', status: 'True' },
          ],
          active: 0,
        },
        { conditions: [] },
      ].map((value) => status(group('batch/v1', 'jobs/j'), value)),
      post(group('batch/v1', 'jobs'), job('i', { completions: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1 })),
      ...[
        { completedIndexes: '0,2', succeeded: 2 },
        { completedIndexes: '2,0' },
        { completedIndexes: '0-1,1' },
        { completedIndexes: '0-9' },
        { failedIndexes: '0', completedIndexes: '0' },
        { failedIndexes: '1' },
        { completedIndexes: 'x' },
        { completedIndexes: '0-0' },
        { completedIndexes: '01' },
      ].map((value) => status(group('batch/v1', 'jobs/i'), value)),
      post(core('persistentvolumeclaims'), claim('c')),
      ...[
        { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
        { phase: 'Odd' },
        { capacity: { storage: '-1', 'x y': '1' } },
        { conditions: [{ type: 'Resizing', status: 'True' }] },
        { allocatedResources: { storage: '2Gi' } },
        { allocatedResources: { cpu: '2' } },
        { allocatedResourceStatuses: { storage: 'ControllerResizeInProgress' } },
        { allocatedResourceStatuses: { storage: 'Odd', 'bad key': 'x' } },
        { accessModes: ['Odd'] },
        { currentVolumeAttributesClassName: 'x' },
        { modifyVolumeStatus: { status: '' } },
      ].map((value) => status(core('persistentvolumeclaims/c'), value)),
      merge(core('persistentvolumeclaims/c'), { spec: { resources: { requests: { storage: '2Gi' } } } }),
      merge(core('persistentvolumeclaims/c'), { spec: { resources: { requests: { storage: '500Mi' } } } }),
      merge(core('persistentvolumeclaims/c'), { spec: { volumeName: 'v' } }),
      post('/api/v1/persistentvolumes', {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: '$ns-v' },
        spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
      }),
      ...[{ phase: 'Bound' }, { phase: 'Odd' }, { message: 'x', reason: 'y' }, { lastPhaseTransitionTime: '2024-01-01T00:00:00Z' }].map(
        (value) => status('/api/v1/persistentvolumes/$ns-v', value),
      ),
      del('/api/v1/persistentvolumes/$ns-v'),
      get(core('persistentvolumeclaims/c')),
    ],
  },
  {
    name: 'what controllers report: budgets, scalers, slices, nodes, Ingresses, policies',
    steps: [
      post(group('policy/v1', 'poddisruptionbudgets'), {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'b' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } },
      }),
      ...[
        { disruptionsAllowed: -1 },
        { conditions: [{ type: 'bad type', status: 'Odd', reason: '', observedGeneration: -1 }] },
        {
          conditions: [
            { type: 'A', status: 'True', reason: 'R', message: 'm', lastTransitionTime: '2024-01-01T00:00:00Z' },
            { type: 'A', status: 'True', reason: 'bad reason', lastTransitionTime: '2024-01-01T00:00:00Z' },
          ],
        },
        {
          conditions: [{ type: 'A', status: 'True', reason: 'R', message: '', lastTransitionTime: '2024-01-01T00:00:00Z' }],
          disruptionsAllowed: 1,
          currentHealthy: 2,
          desiredHealthy: 1,
          expectedPods: 2,
          observedGeneration: 1,
        },
      ].map((value) => status(group('policy/v1', 'poddisruptionbudgets/b'), value)),
      post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: '$ns-n' } }),
      ...[
        { capacity: { cpu: '-1', 'x y': '1' } },
        { allocatable: { pods: '1.5' } },
        {
          addresses: [
            { type: 'InternalIP', address: '1.2.3.4' },
            { type: 'InternalIP', address: '1.2.3.4' },
          ],
        },
        { images: [{ names: ['x'] }] },
        { conditions: [{ type: 'Ready', status: 'True' }] },
      ].map((value) => status('/api/v1/nodes/$ns-n', value)),
      merge('/api/v1/nodes/$ns-n', { spec: { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] } }),
      merge('/api/v1/nodes/$ns-n', { spec: { podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.1.0/24'] } }),
      merge('/api/v1/nodes/$ns-n', { spec: { providerID: 'x://y' } }),
      merge('/api/v1/nodes/$ns-n', {
        spec: {
          providerID: 'x://z',
          unschedulable: true,
          taints: [
            { key: 'a', effect: 'NoExecute' },
            { key: 'a', effect: 'NoExecute' },
          ],
        },
      }),
      del('/api/v1/nodes/$ns-n'),
      post(group('networking.k8s.io/v1', 'ingresses'), {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'i' },
        spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
      }),
      ...[
        { loadBalancer: { ingress: [{ ip: '1.2.3.4', ports: [{ port: 80, protocol: 'TCP' }] }] } },
        { loadBalancer: { ingress: [{ ip: 'x', ports: [{ port: 0, protocol: 'ODD', error: 'bad error' }] }] } },
      ].map((value) => status(group('networking.k8s.io/v1', 'ingresses/i'), value)),
      post(group('autoscaling/v2', 'horizontalpodautoscalers'), {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
      }),
      ...[{ currentReplicas: 1, desiredReplicas: 2, conditions: [{ type: 'AbleToScale', status: 'True' }] }, { currentReplicas: -1 }].map(
        (value) => status(group('autoscaling/v2', 'horizontalpodautoscalers/h'), value),
      ),
      post(apps('deployments'), deployment('web')),
      ...[
        { replicas: 1, readyReplicas: 2 },
        { conditions: [{ type: 'Available', status: 'Odd' }] },
        { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 },
      ].map((value) => status(apps('deployments/web'), value)),
      put(apps('deployments/web/status'), {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', labels: { a: 'b' }, annotations: { c: 'd' } },
        spec: {},
        status: {},
      }),
      get(apps('deployments/web')),
    ],
  },
];
