/** The kinds that few people write every day, and the custom type with rules. */
import type { Json, JsonObject } from '../../src/core/object/index.ts';
import { chance, type Draw, pick, some } from './draw.ts';
import { clusterWide, type Kind, map, namespaced, podSpec, template, words } from './kinds.ts';

const quantities = ['1', '500m', '1Gi', '1024Mi', '1e3', '0.5', 'bad', '-1'];
const labelSelector = (draw: Draw): JsonObject =>
  chance(draw, 0.8)
    ? { matchLabels: { app: 'a' } }
    : { matchExpressions: [{ key: 'app', operator: pick(draw, ['In', 'Exists', 'NotIn', 'Bad']), values: pick<Json>(draw, [['a'], []]) }] };

const rules = (draw: Draw): Json[] =>
  [0, 1]
    .filter(() => chance(draw, 0.5))
    .map(() => ({
      verbs: pick(draw, [['get'], ['get', 'list'], ['*'], []]),
      ...some<Json>(draw, {
        apiGroups: [0.9, () => pick(draw, [[''], ['apps'], ['*']])],
        resources: [0.9, () => pick(draw, [['pods'], ['deployments', 'deployments/scale'], ['*']])],
        resourceNames: [0.2, () => ['x']],
        nonResourceURLs: [0.1, () => ['/metrics']],
      }),
    }));

export const moreKinds: readonly Kind[] = [
  {
    ...namespaced('v1', 'Pod', 'pods'),
    status: true,
    make: (draw) => ({
      spec: {
        ...podSpec(draw),
        ...some<Json>(draw, {
          restartPolicy: [0.3, () => pick(draw, ['Never', 'Always', 'Sometimes'])],
          serviceAccountName: [0.1, () => pick(draw, ['default', 'none'])],
          hostNetwork: [0.1, () => true],
          priorityClassName: [0.05, () => 'no-such'],
          securityContext: [0.2, () => ({ runAsUser: pick(draw, [0, 1000, -1]), runAsNonRoot: true })],
          activeDeadlineSeconds: [0.1, () => pick(draw, [0, 10])],
          initContainers: [0.2, () => [{ name: pick(draw, ['i', 'c']), image: 'busybox' }]],
          automountServiceAccountToken: [0.3, () => false],
          affinity: [
            0.1,
            () => ({
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
                },
              },
            }),
          ],
          topologySpreadConstraints: [
            0.1,
            () => [{ maxSkew: pick(draw, [1, 0]), topologyKey: 'zone', whenUnsatisfiable: pick(draw, ['DoNotSchedule', 'x']) }],
          ],
        }),
      },
    }),
  },
  {
    ...namespaced('apps/v1', 'StatefulSet', 'statefulsets'),
    status: true,
    make: (draw) => ({
      spec: {
        selector: labelSelector(draw),
        serviceName: pick(draw, ['s', 's', '']),
        template: template(draw),
        ...some<Json>(draw, {
          replicas: [0.5, () => pick(draw, [0, 1, 2, -1])],
          podManagementPolicy: [0.2, () => pick(draw, ['OrderedReady', 'Parallel', 'x'])],
          updateStrategy: [
            0.3,
            () =>
              pick<Json>(draw, [
                { type: 'OnDelete' },
                { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
                { type: 'RollingUpdate', rollingUpdate: { partition: -1 } },
              ]),
          ],
          volumeClaimTemplates: [
            0.3,
            () => [
              {
                metadata: { name: pick(draw, ['d', 'e']) },
                spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: pick(draw, ['1Gi', '2Gi']) } } },
              },
            ],
          ],
          minReadySeconds: [0.2, () => 3],
          persistentVolumeClaimRetentionPolicy: [0.2, () => ({ whenDeleted: pick(draw, ['Delete', 'Retain', 'x']) })],
        }),
      },
    }),
  },
  {
    ...namespaced('apps/v1', 'DaemonSet', 'daemonsets'),
    status: true,
    make: (draw) => ({
      spec: {
        selector: labelSelector(draw),
        template: template(draw),
        ...some<Json>(draw, {
          updateStrategy: [
            0.4,
            () =>
              pick<Json>(draw, [
                { type: 'OnDelete' },
                { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: pick<Json>(draw, [1, '10%', 0, 'x']) } },
                { type: 'Recreate' },
              ]),
          ],
          minReadySeconds: [0.2, () => pick(draw, [1, -1])],
        }),
      },
    }),
  },
  {
    ...namespaced('apps/v1', 'ReplicaSet', 'replicasets'),
    status: true,
    make: (draw) => ({
      spec: {
        selector: labelSelector(draw),
        template: template(draw),
        ...some<Json>(draw, { replicas: [0.5, () => pick(draw, [0, 2, -2])] }),
      },
    }),
  },
  {
    ...namespaced('batch/v1', 'Job', 'jobs'),
    status: true,
    make: (draw) => ({
      spec: {
        template: { spec: { ...podSpec(draw), restartPolicy: pick(draw, ['Never', 'OnFailure', 'Never', 'Always']) } },
        ...some<Json>(draw, {
          backoffLimit: [0.4, () => pick(draw, [0, 6, -1])],
          completions: [0.3, () => pick(draw, [1, 3, -1])],
          parallelism: [0.3, () => pick(draw, [1, 2, -1])],
          ttlSecondsAfterFinished: [0.2, () => pick(draw, [0, 100, -1])],
          completionMode: [0.2, () => pick(draw, ['Indexed', 'NonIndexed', 'x'])],
          suspend: [0.3, () => pick(draw, [true, false])],
          activeDeadlineSeconds: [0.2, () => 10],
          podReplacementPolicy: [0.1, () => pick(draw, ['Failed', 'TerminatingOrFailed', 'x'])],
        }),
      },
    }),
  },
  {
    ...namespaced('networking.k8s.io/v1', 'Ingress', 'ingresses'),
    status: true,
    make: (draw) => ({
      spec: {
        ...some<Json>(draw, {
          ingressClassName: [0.3, () => pick(draw, ['nginx', 'Bad_Class'])],
          defaultBackend: [0.3, () => ({ service: { name: 'web', port: pick<JsonObject>(draw, [{ number: 80 }, { name: 'http' }, {}]) } })],
          tls: [0.3, () => [{ hosts: ['a.example'], secretName: 't' }]],
          rules: [
            0.8,
            () => [
              {
                host: pick(draw, ['a.example', '*.b.example', 'Bad Host']),
                http: {
                  paths: [
                    {
                      path: pick(draw, ['/', '/x', 'x', '/a//b']),
                      pathType: pick(draw, ['Prefix', 'Exact', 'ImplementationSpecific', 'y']),
                      backend: { service: { name: 'web', port: { number: 80 } } },
                    },
                  ],
                },
              },
            ],
          ],
        }),
      },
    }),
  },
  {
    ...namespaced('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
    status: false,
    make: (draw) => ({
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: pick(draw, ['Role', 'ClusterRole', 'Rule']),
        // Roles that aggregate others are empty without controllers.
        name: pick(draw, ['a', 'system:basic-user']),
      },
      ...some<Json>(draw, {
        subjects: [
          0.8,
          () => [
            pick<JsonObject>(draw, [
              { kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' },
              { kind: 'User', name: 'eve' },
              { kind: 'ServiceAccount', name: 'a', namespace: 'default' },
              { kind: 'ServiceAccount', name: 'a' },
              { kind: 'Group', name: 'devs' },
              { kind: 'Robot', name: 'x' },
            ]),
          ],
        ],
      }),
    }),
  },
  {
    ...clusterWide('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles'),
    status: false,
    make: (draw) => ({ ...some<Json>(draw, { rules: [0.8, () => rules(draw)] }) }),
  },
  {
    ...namespaced('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
    status: true,
    make: (draw) => ({
      spec: {
        accessModes: pick(draw, [['ReadWriteOnce'], ['ReadWriteMany', 'ReadOnlyMany'], [], ['x']]),
        resources: { requests: { storage: pick(draw, quantities) } },
        ...some<Json>(draw, {
          storageClassName: [0.5, () => pick(draw, ['fast', '', 'Bad_Class'])],
          volumeMode: [0.2, () => pick(draw, ['Block', 'x'])],
        }),
      },
    }),
  },
  {
    ...namespaced('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
    status: true,
    make: (draw) => ({
      spec: {
        ...some<Json>(draw, {
          selector: [0.8, () => labelSelector(draw)],
          minAvailable: [0.5, () => pick<Json>(draw, [1, '50%', '101%', -1, 'x'])],
          maxUnavailable: [0.3, () => pick<Json>(draw, [1, '10%'])],
        }),
      },
    }),
  },
  {
    ...namespaced('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
    status: true,
    make: (draw) => ({
      spec: {
        maxReplicas: pick(draw, [1, 5, 0]),
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: pick(draw, ['web', '']) },
        ...some<Json>(draw, {
          minReplicas: [0.5, () => pick(draw, [1, 9, 0])],
          metrics: [
            0.5,
            () => [
              { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: pick(draw, [50, 0]) } } },
            ],
          ],
          behavior: [0.2, () => ({ scaleDown: { stabilizationWindowSeconds: pick(draw, [0, 300, -1]) } })],
        }),
      },
    }),
  },
  {
    ...clusterWide('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses'),
    status: false,
    make: (draw) => ({
      value: pick(draw, [1, 1000, 2000000000]),
      ...some<Json>(draw, { description: [0.4, () => 'd'], preemptionPolicy: [0.3, () => pick(draw, ['Never', 'x'])] }),
    }),
  },
  {
    ...namespaced('coordination.k8s.io/v1', 'Lease', 'leases'),
    status: false,
    make: (draw) => ({
      spec: some<Json>(draw, {
        holderIdentity: [0.8, () => pick(draw, ['a', 'b', ''])],
        leaseDurationSeconds: [0.5, () => pick(draw, [15, 0, -1])],
        renewTime: [0.5, () => pick(draw, ['2024-01-02T03:04:05.000006Z', '2024-01-02T03:04:05Z', 'noon'])],
        leaseTransitions: [0.3, () => pick(draw, [1, -1])],
      }),
    }),
  },
  {
    ...namespaced('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
    status: false,
    make: (draw) => ({
      addressType: pick(draw, ['IPv4', 'IPv4', 'IPv6', 'x']),
      endpoints: [
        { addresses: [pick(draw, ['10.1.2.3', 'fe80::1', 'x'])], ...some<Json>(draw, { conditions: [0.5, () => ({ ready: true })] }) },
      ],
      ports: [some<Json>(draw, { port: [0.9, () => pick(draw, [80, 0])], name: [0.5, () => pick(draw, ['http', 'Bad_'])] })],
    }),
  },
  {
    ...namespaced('diff.example.com/v1', 'Gizmo', 'gizmos'),
    status: true,
    custom: true,
    make: (draw) => ({
      spec: some<Json>(draw, {
        size: [0.8, () => pick<Json>(draw, [1, 5, 50, '3', 1.5])],
        max: [0.4, () => pick(draw, [3, 100])],
        mode: [0.4, () => pick(draw, ['fast', 'slow', 'SLOW'])],
        port: [0.4, () => pick<Json>(draw, [80, 'http', true])],
        host: [0.3, () => pick(draw, ['a.example', 'not a host'])],
        when: [0.3, () => pick(draw, ['2024-01-02T03:04:05Z', 'noon'])],
        parts: [0.5, () => ['p', 'q', 'p'].filter(() => chance(draw, 0.5)).map((name) => ({ name, weight: pick(draw, [1, 2]) }))],
        limits: [0.3, () => ({ ...map(draw), cpu: pick(draw, words) })],
        note: [0.3, () => pick<Json>(draw, ['x', null, ''])],
        fixed: [0.4, () => pick(draw, ['one', 'two'])],
        template: [
          0.2,
          () => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: pick(draw, ['x', 'Bad_']) }, data: { a: 'b' }, extra: 1 }),
        ],
        extra: [0.1, () => ({ a: 1 })],
      }),
    }),
  },
];
