/** The kinds that administrators and controllers write: of the cluster's own groups, mostly right, sometimes wrong in one place. */
import type { Json, JsonObject } from '../../src/core/object/index.ts';
import { chance, type Draw, pick, some } from './draw.ts';
import { clusterWide, type Kind, map, namespaced, podSpec, template, words } from './kinds.ts';

const quantities = ['1', '500m', '1Gi', '0', '-1', '2'];

const subjects = (draw: Draw): Json =>
  [
    pick<JsonObject>(draw, [
      { kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' },
      { kind: 'Group', name: 'devs' },
      { kind: 'ServiceAccount', name: 'a', namespace: 'default' },
      { kind: 'ServiceAccount', name: 'a' },
      { kind: 'Robot', name: '' },
    ]),
  ] as Json;

const operator = (draw: Draw): string => pick(draw, ['In', 'Exists', 'NotIn', 'Gt', 'Bad']);
const nodeTerms = (draw: Draw): Json => [
  {
    matchExpressions: [
      { key: pick(draw, ['a', 'bad key', 'beta.kubernetes.io/os']), operator: operator(draw), values: pick<Json>(draw, [['x'], []]) },
    ],
  },
];

const webhook = (draw: Draw): JsonObject => ({
  name: pick(draw, ['w.example.com', 'w', 'Bad_']),
  clientConfig: pick<JsonObject>(draw, [
    { url: 'https://hook.example/x' },
    { url: 'http://hook.example/x' },
    { service: { namespace: 'default', name: 'hook' } },
    { service: { namespace: 'default', name: 'hook', port: 0, path: 'x' } },
    {},
  ]),
  sideEffects: pick(draw, ['None', 'NoneOnDryRun', 'Some']),
  admissionReviewVersions: pick(draw, [['v1'], ['v1', 'v1beta1'], ['v9'], []]),
  ...some<Json>(draw, {
    // Nothing that this run writes: a real server would call.
    rules: [
      0.9,
      () => [
        {
          apiGroups: ['none.example.com'],
          apiVersions: ['v1'],
          operations: pick(draw, [['CREATE'], ['*'], ['EAT']]),
          resources: ['nothings'],
        },
      ],
    ],
    failurePolicy: [0.3, () => pick(draw, ['Ignore', 'Fail', 'x'])],
    matchPolicy: [0.2, () => pick(draw, ['Exact', 'Equivalent', 'x'])],
    timeoutSeconds: [0.3, () => pick(draw, [1, 10, 31, 0])],
    namespaceSelector: [0.2, () => ({ matchLabels: { none: 'none' } })],
    matchConditions: [0.2, () => [{ name: pick(draw, ['m', 'bad name']), expression: pick(draw, ['true', 'object.x ==', '1']) }]],
  }),
});

const policySpec = (draw: Draw): JsonObject => ({
  validations: pick<Json>(draw, [
    [{ expression: 'object.metadata.name != "z"' }],
    [{ expression: 'size(object.metadata.name) > 0', message: 'needs a name', reason: pick(draw, ['Invalid', 'Forbidden', 'Nope']) }],
    [{ expression: pick(draw, ['object.', '1 + 1', 'nosuch.x']) }],
    [],
  ]),
  ...some<Json>(draw, {
    matchConstraints: [
      0.95,
      () => ({
        resourceRules: [
          {
            apiGroups: ['none.example.com'],
            apiVersions: ['v1'],
            operations: pick(draw, [['CREATE', 'UPDATE'], ['EAT']]),
            resources: ['nothings'],
          },
        ],
      }),
    ],
    failurePolicy: [0.3, () => pick(draw, ['Ignore', 'Fail', 'x'])],
    variables: [0.3, () => [{ name: pick(draw, ['v', 'bad-name']), expression: pick(draw, ['1', 'object.metadata.name', 'variables.w']) }]],
    matchConditions: [0.2, () => [{ name: 'm', expression: pick(draw, ['true', 'request.']) }]],
    auditAnnotations: [0.2, () => [{ key: pick(draw, ['k', 'Bad key']), valueExpression: "'x'" }]],
    paramKind: [0.1, () => ({ apiVersion: pick(draw, ['v1', 'bad/x/y']), kind: 'ConfigMap' })],
  }),
});

export const namespacedRare: readonly Kind[] = [
  {
    ...namespaced('v1', 'ReplicationController', 'replicationcontrollers'),
    status: true,
    make: (draw) => ({
      spec: {
        template: template(draw),
        ...some<Json>(draw, {
          replicas: [0.5, () => pick(draw, [0, 2, -1])],
          selector: [0.7, () => pick<JsonObject>(draw, [{ app: 'a' }, { app: 'b' }, {}])],
        }),
      },
    }),
  },
  { ...namespaced('v1', 'PodTemplate', 'podtemplates'), status: false, make: (draw) => ({ template: template(draw) }) },
  {
    ...namespaced('v1', 'ResourceQuota', 'resourcequotas'),
    status: true,
    make: (draw) => ({
      spec: {
        hard: Object.fromEntries(
          pick(draw, [
            ['requests.nvidia.com/gpu'],
            ['count/widgets.example.com'],
            ['limits.ephemeral-storage'],
            ['nosuch'],
            ['count/'],
          ]).map((name) => [name, pick(draw, quantities)]),
        ),
        ...some<Json>(draw, {
          scopes: [0.2, () => pick(draw, [['BestEffort'], ['Terminating', 'NotTerminating'], ['x']])],
          scopeSelector: [0.15, () => ({ matchExpressions: [{ scopeName: 'PriorityClass', operator: operator(draw), values: ['high'] }] })],
        }),
      },
    }),
  },
  {
    ...namespaced('v1', 'LimitRange', 'limitranges'),
    status: false,
    make: (draw) => ({
      spec: {
        limits: [
          {
            type: pick(draw, ['PersistentVolumeClaim', 'Container', 'Pod', 'example.com/x', 'x']),
            ...some<Json>(draw, {
              max: [0.7, () => ({ storage: pick(draw, ['100Gi', '200Gi']) })],
              min: [0.3, () => ({ storage: pick(draw, ['1Gi', '300Gi']) })],
              default: [0.1, () => ({ storage: '5Gi' })],
              defaultRequest: [0.1, () => ({ storage: '500Gi' })],
              maxLimitRequestRatio: [0.1, () => ({ storage: pick(draw, ['2', '0.5']) })],
            }),
          },
        ],
      },
    }),
  },
  {
    ...namespaced('apps/v1', 'ControllerRevision', 'controllerrevisions'),
    status: false,
    make: (draw) => ({
      revision: pick(draw, [0, 1, -1]),
      ...some<Json>(draw, { data: [0.8, () => ({ spec: { a: pick(draw, words) } })] }),
    }),
  },
  {
    ...namespaced('v1', 'Endpoints', 'endpoints'),
    status: false,
    make: (draw) => ({
      subsets: [
        {
          addresses: [
            {
              ip: pick(draw, ['10.1.2.3', '127.0.0.1', 'x', 'fe80::1', '010.1.2.3']),
              ...some<Json>(draw, { hostname: [0.2, () => pick(draw, ['h', 'Bad_'])] }),
            },
          ],
          ...some<Json>(draw, {
            ports: [
              0.8,
              () => [
                {
                  port: pick(draw, [80, 0, 70000]),
                  ...some<Json>(draw, { name: [0.5, () => pick(draw, ['http', 'Bad_'])], protocol: [0.2, () => 'x'] }),
                },
              ],
            ],
          }),
        },
      ],
    }),
  },
  {
    ...namespaced('v1', 'Event', 'events'),
    status: false,
    make: (draw) => ({
      involvedObject: { kind: 'Pod', name: 'x', namespace: pick(draw, ['default', '']) },
      ...some<Json>(draw, {
        reason: [0.9, () => 'Testing'],
        message: [0.9, () => pick(draw, words)],
        type: [0.8, () => pick(draw, ['Normal', 'Warning', 'x'])],
        count: [0.5, () => 2],
        firstTimestamp: [0.4, () => '2024-01-02T03:04:05Z'],
        action: [0.2, () => 'Doing'],
        eventTime: [0.3, () => '2024-01-02T03:04:05.000006Z'],
        reportingComponent: [0.3, () => pick(draw, ['c', 'Bad Component'])],
        reportingInstance: [0.3, () => 'i'],
      }),
    }),
  },
  {
    ...namespaced('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
    status: true,
    make: (draw) => ({
      spec: {
        maxReplicas: pick(draw, [1, 5, 0]),
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: pick(draw, ['web', '']) },
        ...some<Json>(draw, {
          minReplicas: [0.5, () => pick(draw, [1, 9, 0])],
          targetCPUUtilizationPercentage: [0.5, () => pick(draw, [50, 0])],
        }),
      },
    }),
  },
  {
    ...namespaced('storage.k8s.io/v1', 'CSIStorageCapacity', 'csistoragecapacities'),
    status: false,
    make: (draw) => ({
      storageClassName: pick(draw, ['fast', 'Bad_', '']),
      ...some<Json>(draw, { capacity: [0.6, () => pick(draw, quantities)], nodeTopology: [0.5, () => ({ matchLabels: map(draw) })] }),
    }),
  },
];

const volumeSource = (draw: Draw): JsonObject =>
  pick<JsonObject>(draw, [
    { hostPath: { path: pick(draw, ['/data', '/a/../b', '/', '']) } },
    { nfs: { server: 's', path: pick(draw, ['/x', 'x']) } },
    { csi: { driver: pick(draw, ['d.example.com', 'Bad_']), volumeHandle: pick(draw, ['h', '']) } },
    { hostPath: { path: '/data' }, nfs: { server: 's', path: '/x' } },
    { local: { path: '/mnt' } },
    {},
  ]);

export const clusterRare: readonly Kind[] = [
  {
    ...clusterWide('v1', 'PersistentVolume', 'persistentvolumes'),
    status: true,
    make: (draw) => ({
      spec: {
        ...volumeSource(draw),
        ...some<Json>(draw, {
          capacity: [0.9, () => ({ storage: pick(draw, quantities) })],
          accessModes: [
            0.9,
            () => pick(draw, [['ReadWriteOnce'], ['ReadWriteMany', 'ReadOnlyMany'], [], ['x'], ['ReadWriteOncePod', 'ReadWriteOnce']]),
          ],
          persistentVolumeReclaimPolicy: [0.4, () => pick(draw, ['Retain', 'Delete', 'Recycle', 'x'])],
          storageClassName: [0.3, () => pick(draw, ['fast', '', 'Bad_'])],
          volumeMode: [0.2, () => pick(draw, ['Block', 'Filesystem', 'x'])],
          mountOptions: [0.2, () => ['ro']],
          nodeAffinity: [0.2, () => ({ required: { nodeSelectorTerms: nodeTerms(draw) } })],
        }),
      },
    }),
  },
  {
    ...clusterWide('storage.k8s.io/v1', 'StorageClass', 'storageclasses'),
    status: false,
    make: (draw) => ({
      provisioner: pick(draw, ['example.com/p', 'Bad Provisioner', '']),
      ...some<Json>(draw, {
        reclaimPolicy: [0.4, () => pick(draw, ['Retain', 'Delete', 'x'])],
        volumeBindingMode: [0.4, () => pick(draw, ['Immediate', 'WaitForFirstConsumer', 'x'])],
        parameters: [0.4, () => pick<JsonObject>(draw, [{ type: 'ssd' }, { '': 'x' }])],
        allowVolumeExpansion: [0.3, () => true],
        mountOptions: [0.2, () => ['ro']],
        allowedTopologies: [
          0.2,
          () => [{ matchLabelExpressions: [{ key: pick(draw, ['zone', 'bad key']), values: pick(draw, [['a'], [], ['a', 'a']]) }] }],
        ],
      }),
    }),
  },
  {
    ...clusterWide('networking.k8s.io/v1', 'IngressClass', 'ingressclasses'),
    status: false,
    make: (draw) => ({
      spec: some<Json>(draw, {
        controller: [0.9, () => pick(draw, ['example.com/c', 'c', 'Bad Controller/x'])],
        parameters: [
          0.3,
          () => ({
            kind: 'P',
            name: pick(draw, ['p', '']),
            ...some<Json>(draw, {
              apiGroup: [0.5, () => 'k.example.com'],
              scope: [0.5, () => pick(draw, ['Cluster', 'Namespace', 'x'])],
              namespace: [0.3, () => 'default'],
            }),
          }),
        ],
      }),
    }),
  },
  {
    ...clusterWide('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses'),
    status: false,
    make: (draw) => ({
      handler: pick(draw, ['runc', 'Bad_', '']),
      ...some<Json>(draw, {
        overhead: [0.3, () => ({ podFixed: { cpu: pick(draw, quantities), memory: '1Mi' } })],
        scheduling: [
          0.3,
          () => ({
            nodeSelector: pick<JsonObject>(draw, [{ a: 'b' }, { 'bad key': 'x' }, { 'beta.kubernetes.io/os': 'linux' }]),
            tolerations: [{ key: 'k', operator: pick(draw, ['Exists', 'Equal', 'x']) }],
          }),
        ],
      }),
    }),
  },
  {
    ...clusterWide('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings'),
    status: false,
    make: (draw) => ({
      roleRef: {
        apiGroup: pick(draw, ['rbac.authorization.k8s.io', 'x']),
        kind: pick(draw, ['ClusterRole', 'Role']),
        name: pick(draw, ['system:basic-user', 'system:discovery', '']),
      },
      ...some<Json>(draw, { subjects: [0.8, () => subjects(draw)] }),
    }),
  },
  {
    ...clusterWide('storage.k8s.io/v1', 'CSIDriver', 'csidrivers'),
    status: false,
    make: (draw) => ({
      spec: some<Json>(draw, {
        attachRequired: [0.5, () => pick(draw, [true, false])],
        podInfoOnMount: [0.4, () => true],
        volumeLifecycleModes: [0.3, () => pick(draw, [['Persistent'], ['Ephemeral', 'Persistent'], ['x']])],
        fsGroupPolicy: [0.3, () => pick(draw, ['File', 'None', 'x'])],
        tokenRequests: [0.2, () => [{ audience: 'a', expirationSeconds: pick(draw, [600, 1]) }]],
      }),
    }),
  },
  {
    ...clusterWide('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'),
    status: false,
    make: (draw) => ({ webhooks: [webhook(draw)] }),
  },
  {
    ...clusterWide('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'),
    status: false,
    make: (draw) => ({
      webhooks: [{ ...webhook(draw), ...some<Json>(draw, { reinvocationPolicy: [0.3, () => pick(draw, ['Never', 'IfNeeded', 'x'])] }) }],
    }),
  },
  {
    ...clusterWide('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'validatingadmissionpolicies'),
    status: false,
    make: (draw) => ({ spec: policySpec(draw) }),
  },
  {
    ...clusterWide('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'),
    status: false,
    make: (draw) => ({
      spec: {
        policyName: pick(draw, ['p', '', 'Bad_']),
        validationActions: pick(draw, [['Deny'], ['Warn', 'Audit'], ['Deny', 'Warn'], ['x'], []]),
        ...some<Json>(draw, {
          paramRef: [0.2, () => ({ name: 'c', namespace: 'default', parameterNotFoundAction: pick(draw, ['Allow', 'Deny', 'x']) })],
        }),
      },
    }),
  },
  {
    ...clusterWide('v1', 'Node', 'nodes'),
    status: true,
    make: (draw) => ({
      spec: some<Json>(draw, {
        unschedulable: [0.4, () => true],
        taints: [
          0.4,
          () => [{ key: pick(draw, ['t', 'bad key']), effect: pick(draw, ['NoSchedule', 'NoExecute', 'x']), value: pick(draw, words) }],
        ],
        podCIDR: [0.2, () => pick(draw, ['10.0.0.0/24', 'x'])],
        providerID: [0.2, () => pick(draw, ['a', 'b'])],
      }),
    }),
  },
  {
    ...clusterWide('v1', 'Namespace', 'namespaces'),
    status: false,
    make: () => ({}),
  },
  {
    ...clusterWide('certificates.k8s.io/v1', 'CertificateSigningRequest', 'certificatesigningrequests'),
    status: false,
    make: (draw) => ({
      spec: {
        request: pick(draw, ['YQ==', '']),
        signerName: pick(draw, ['example.com/s', 'bad', '']),
        usages: pick(draw, [['digital signature'], ['x'], []]),
        ...some<Json>(draw, { expirationSeconds: [0.3, () => pick(draw, [600, 1])] }),
      },
    }),
  },
];

/** A Pod in every way a policy could mind. */
export const riskyPod = (draw: Draw): JsonObject => ({
  spec: {
    ...podSpec(draw),
    ...some<Json>(draw, {
      hostNetwork: [0.3, () => true],
      hostPID: [0.2, () => chance(draw, 0.7)],
      securityContext: [
        0.7,
        () =>
          some<Json>(draw, {
            runAsNonRoot: [0.6, () => chance(draw, 0.8)],
            runAsUser: [0.3, () => pick(draw, [0, 1000])],
            seccompProfile: [0.6, () => pick<JsonObject>(draw, [{ type: 'RuntimeDefault' }, { type: 'Unconfined' }])],
            sysctls: [0.2, () => [{ name: pick(draw, ['kernel.shm_rmid_forced', 'kernel.msgmax', 'net.ipv4.tcp_rmem']), value: '1' }]],
            seLinuxOptions: [
              0.2,
              () => ({ type: pick(draw, ['container_t', 'container_engine_t', 'spc_t']), ...some<Json>(draw, { user: [0.3, () => 'u'] }) }),
            ],
          }),
      ],
      containers: [
        0.9,
        () =>
          ['c', 's'].map((name) => ({
            name,
            image: 'x',
            ...some<Json>(draw, {
              securityContext: [
                0.8,
                () =>
                  some<Json>(draw, {
                    allowPrivilegeEscalation: [0.8, () => chance(draw, 0.1)],
                    capabilities: [
                      0.8,
                      () =>
                        some<Json>(draw, {
                          drop: [0.8, () => pick(draw, [['ALL'], ['CHOWN']])],
                          add: [0.3, () => pick(draw, [['NET_ADMIN'], ['NET_BIND_SERVICE'], ['CHOWN', 'SYS_TIME']])],
                        }),
                    ],
                    runAsNonRoot: [0.3, () => chance(draw, 0.8)],
                    procMount: [0.1, () => 'Default'],
                    seccompProfile: [0.2, () => ({ type: pick(draw, ['RuntimeDefault', 'Unconfined']) })],
                  }),
              ],
              ports: [0.3, () => [{ containerPort: 80, ...some<Json>(draw, { hostPort: [0.4, () => 80] }) }]],
            }),
          })),
      ],
      volumes: [
        0.4,
        () => [
          { name: 'v', ...pick<JsonObject>(draw, [{ hostPath: { path: '/x' } }, { emptyDir: {} }, { nfs: { server: 's', path: '/x' } }]) },
        ],
      ],
    }),
  },
});
