/** Objects that refer to each other, drawn at random: what a base holds. */
import type { Json, JsonObject } from '../../../src/core/object/index.ts';
import { chance, type Draw, pick, some } from '../draw.ts';

export const NAMES = ['web', 'api', 'db', 'cache'];
export const NAMESPACES = ['shop', 'prod', 'default'];
export const IMAGES = [
  'nginx',
  'nginx:1.19',
  'r.example:5000/team/app:v1',
  'busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000',
];

type Make = (draw: Draw, name: string) => JsonObject;

const ref = (draw: Draw): JsonObject => ({ name: pick(draw, NAMES) });

function container(draw: Draw, name: string): JsonObject {
  return {
    name,
    image: pick(draw, IMAGES),
    ...some<Json>(draw, {
      args: [0.2, () => ['--host=$(HOST)', '--port', pick(draw, ['80', 'http'])]],
      command: [0.1, () => ['sh', '-c', 'echo "$(HOST)" && sleep 1']],
      ports: [
        0.4,
        () => [
          { containerPort: 80, ...some<Json>(draw, { name: [0.5, () => 'http'], protocol: [0.3, () => 'TCP'] }) },
          { containerPort: 443 },
        ],
      ],
      env: [0.5, () => env(draw)],
      envFrom: [0.3, () => [{ configMapRef: ref(draw) }, { secretRef: ref(draw), prefix: 'S_' }]],
      resources: [0.2, () => ({ limits: { cpu: pick<Json>(draw, ['500m', 1, '0.5']), memory: '1Gi' } })],
      volumeMounts: [
        0.3,
        () => [
          { name: 'config', mountPath: '/etc/config' },
          { name: 'data', mountPath: '/data', readOnly: true },
        ],
      ],
    }),
  };
}

const env = (draw: Draw): Json[] => [
  { name: 'LEVEL', value: pick(draw, ['debug', '1', 'true', '']) },
  { name: 'HOST', valueFrom: { configMapKeyRef: { ...ref(draw), key: 'host' } } },
  { name: 'TOKEN', valueFrom: { secretKeyRef: { ...ref(draw), key: 'token', optional: chance(draw, 0.3) } } },
];

function podSpec(draw: Draw): JsonObject {
  return {
    containers: ['main', 'side'].filter((_name, at) => at === 0 || chance(draw, 0.3)).map((name) => container(draw, name)),
    ...some<Json>(draw, {
      initContainers: [0.2, () => [container(draw, 'init')]],
      serviceAccountName: [0.4, () => pick(draw, NAMES)],
      imagePullSecrets: [0.2, () => [ref(draw)]],
      nodeSelector: [0.1, () => ({ disk: 'ssd' })],
      tolerations: [0.1, () => [{ key: 'a', operator: 'Exists' }]],
      volumes: [
        0.5,
        () => [
          { name: 'config', configMap: { ...ref(draw), items: [{ key: 'host', path: 'host' }] } },
          { name: 'data', persistentVolumeClaim: { claimName: pick(draw, NAMES) } },
          { name: 'all', projected: { sources: [{ secret: ref(draw) }, { configMap: ref(draw) }] } },
        ],
      ],
      affinity: [
        0.1,
        () => ({
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'a' } }, topologyKey: 'zone' }],
          },
        }),
      ],
      topologySpreadConstraints: [0.1, () => [{ maxSkew: 1, topologyKey: 'zone', labelSelector: { matchLabels: { app: 'a' } } }]],
    }),
  };
}

const podTemplate = (draw: Draw, name: string): JsonObject => ({
  metadata: { labels: { app: name }, ...some<Json>(draw, { annotations: [0.2, () => ({ note: 'x' })] }) },
  spec: podSpec(draw),
});

const workload =
  (extra: (draw: Draw) => JsonObject = () => ({})): Make =>
  (draw, name) => ({
    spec: {
      ...some<Json>(draw, { replicas: [0.5, () => 2] }),
      selector: { matchLabels: { app: name } },
      template: podTemplate(draw, name),
      ...extra(draw),
    },
  });

const claim = (draw: Draw): JsonObject => ({
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  ...some<Json>(draw, { storageClassName: [0.4, () => 'fast'], volumeName: [0.2, () => pick(draw, NAMES)] }),
});

const KINDS: Readonly<Record<string, readonly [apiVersion: string, make: Make]>> = {
  Deployment: ['apps/v1', workload((draw) => some<Json>(draw, { strategy: [0.3, () => ({ type: 'Recreate' })] }))],
  StatefulSet: [
    'apps/v1',
    workload((draw) => ({
      serviceName: pick(draw, NAMES),
      ...some<Json>(draw, { volumeClaimTemplates: [0.5, () => [{ metadata: { name: 'data' }, spec: claim(draw) }]] }),
    })),
  ],
  DaemonSet: ['apps/v1', workload()],
  Job: ['batch/v1', (draw, name) => ({ spec: { template: podTemplate(draw, name), backoffLimit: 1 } })],
  CronJob: [
    'batch/v1',
    (draw, name) => ({
      spec: { schedule: pick(draw, ['*/5 * * * *', '@daily']), jobTemplate: { spec: { template: podTemplate(draw, name) } } },
    }),
  ],
  Pod: ['v1', (draw) => ({ spec: podSpec(draw) })],
  Service: [
    'v1',
    (_draw, name) => ({
      spec: {
        selector: { app: name },
        ports: [
          { port: 80, targetPort: 'http' },
          { port: 443, name: 'tls' },
        ],
      },
    }),
  ],
  Ingress: [
    'networking.k8s.io/v1',
    (draw, name) => ({
      spec: {
        ...some<Json>(draw, {
          ingressClassName: [0.4, () => 'nginx'],
          tls: [0.4, () => [{ hosts: ['a.example'], secretName: pick(draw, NAMES) }]],
        }),
        rules: [
          {
            host: `${name}.example`,
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { ...ref(draw), port: { number: 80 } } } }] },
          },
        ],
      },
    }),
  ],
  NetworkPolicy: [
    'networking.k8s.io/v1',
    (_draw, name) => ({
      spec: { podSelector: { matchLabels: { app: name } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'a' } } }] }] },
    }),
  ],
  HorizontalPodAutoscaler: [
    'autoscaling/v2',
    (draw) => ({
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: pick(draw, ['Deployment', 'StatefulSet']), ...ref(draw) },
        minReplicas: 1,
        maxReplicas: 3,
      },
    }),
  ],
  PodDisruptionBudget: ['policy/v1', (_draw, name) => ({ spec: { minAvailable: 1, selector: { matchLabels: { app: name } } } })],
  ConfigMap: [
    'v1',
    (draw) => ({
      data: {
        host: pick(draw, NAMES),
        text: 'first line\nsecond: $(HOST)\n',
        ...some<Json>(draw, { flag: [0.4, () => 'true'], n: [0.3, () => '010'] }),
      },
    }),
  ],
  Secret: [
    'v1',
    (draw) => (chance(draw, 0.5) ? { type: 'Opaque', data: { token: 'c2VjcmV0' } } : { stringData: { token: 'a b', multi: 'x\ny\n' } }),
  ],
  ServiceAccount: ['v1', (draw) => some<Json>(draw, { imagePullSecrets: [0.3, () => [ref(draw)]], secrets: [0.3, () => [ref(draw)]] })],
  PersistentVolumeClaim: ['v1', (draw) => ({ spec: claim(draw) })],
  Role: [
    'rbac.authorization.k8s.io/v1',
    (draw) => ({
      rules: [
        {
          apiGroups: [''],
          resources: ['secrets'],
          verbs: ['get'],
          ...some<Json>(draw, { resourceNames: [0.5, () => [pick(draw, NAMES)]] }),
        },
      ],
    }),
  ],
  RoleBinding: ['rbac.authorization.k8s.io/v1', (draw) => binding(draw, pick(draw, ['Role', 'ClusterRole']))],
  ClusterRole: ['rbac.authorization.k8s.io/v1', () => ({ rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] }] })],
  ClusterRoleBinding: ['rbac.authorization.k8s.io/v1', (draw) => binding(draw, 'ClusterRole')],
  ValidatingWebhookConfiguration: [
    'admissionregistration.k8s.io/v1',
    (draw) => ({
      webhooks: [
        {
          name: 'a.example.com',
          clientConfig: { service: { ...ref(draw), namespace: pick(draw, NAMESPACES), path: '/v' } },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    }),
  ],
  Namespace: ['v1', () => ({})],
  CustomResourceDefinition: [
    'apiextensions.k8s.io/v1',
    (draw) => ({
      spec: {
        group: 'example.com',
        names: { kind: 'Widget', plural: 'widgets' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true }],
        ...some<Json>(draw, {
          conversion: [
            0.4,
            () => ({
              strategy: 'Webhook',
              webhook: { clientConfig: { service: { ...ref(draw), namespace: pick(draw, NAMESPACES) } }, conversionReviewVersions: ['v1'] },
            }),
          ],
        }),
      },
    }),
  ],
  Widget: [
    'example.com/v1',
    (draw) => ({
      spec: { size: pick<Json>(draw, [1, '1', 1.5, true, null]), configRef: ref(draw), parts: [{ name: 'a', v: 1 }, { name: 'b' }] },
    }),
  ],
};

function binding(draw: Draw, kind: string): JsonObject {
  const account = { kind: 'ServiceAccount', name: pick(draw, [...NAMES, 'default']) };
  return {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, ...ref(draw) },
    subjects: [
      { ...account, ...some<Json>(draw, { namespace: [0.6, () => pick(draw, NAMESPACES)] }) },
      ...(chance(draw, 0.3) ? [{ kind: 'Group', name: 'devs', apiGroup: 'rbac.authorization.k8s.io' }] : []),
    ],
  };
}

export const KIND_NAMES = Object.keys(KINDS);
const WITHOUT_NAMESPACE = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingWebhookConfiguration',
  'Namespace',
  'CustomResourceDefinition',
]);

export const apiVersionOf = (kind: string): string => KINDS[kind]?.[0] ?? 'v1';

/** One object of `kind`; names repeat often, so that references have something to hit. */
export function drawObject(draw: Draw, kind: string, name: string): JsonObject {
  const [apiVersion, make] = KINDS[kind] ?? ['v1', () => ({})];
  return {
    apiVersion,
    kind,
    metadata: {
      name: kind === 'CustomResourceDefinition' ? 'widgets.example.com' : name,
      ...some<Json>(draw, {
        namespace: [WITHOUT_NAMESPACE.has(kind) ? 0 : 0.3, () => pick(draw, NAMESPACES)],
        labels: [0.5, () => ({ app: name, ...some<Json>(draw, { tier: [0.5, () => 'front'] }) })],
        annotations: [0.2, () => ({ 'example.com/note': pick(draw, ['yes', 'a: b', '1.0', 'two\nlines']) })],
      }),
    },
    ...make(draw, name),
  };
}
