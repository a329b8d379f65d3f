/** Defects made by a file more beside the objects of an App. One row each. */
import type { JsonObject } from '../../../src/core/object/index.ts';
import type { Made, Operator } from '../mutation.ts';
import { appsOf, at, delivered, type Delivered, type Draw, type Files, listAt, pick, podSpec } from '../system.ts';

const kustomizationOf = (path: string): string => path.replace(/[^/]+$/, 'kustomization.yaml');

/** A file beside an object, in a folder where a file is enough to be delivered; through the kustomization where there is one. */
function beside(files: Files, one: Delivered, object: JsonObject): Files | undefined {
  const path = one.path.replace(/[^/]+$/, 'added.yaml');
  const all = { ...files, [path]: `${JSON.stringify(object)}\n` };
  const listed = kustomizationOf(one.path);
  if (!(listed in files)) return all;
  const text = files[listed] ?? '';
  const named = text.replace(/^resources:\n( *)- /m, 'resources:\n$1- added.yaml\n$1- ');
  return named === text ? undefined : { ...all, [listed]: named };
}

interface Added {
  readonly kinds: readonly string[];
  readonly fits?: (one: Delivered, files: Files) => boolean;
  readonly object: (one: Delivered, metadata: JsonObject) => JsonObject;
  readonly cause?: RegExp;
  readonly warned?: RegExp;
}

const labels = ({ value }: Delivered): JsonObject => (at(value, 'spec', 'selector', 'matchLabels') ?? {}) as JsonObject;
const isPlain = (one: Delivered, files: Files): boolean =>
  one.app.namespace !== '' || at(one.value, 'metadata', 'namespace') !== undefined || appsOf(files).length === 0;

/** Some ConfigMap or variable of the App holds its address. */
function isAskedFor(one: Delivered, files: Files): boolean {
  const address = new RegExp(`^(?:https?://)${one.name}(?:[:/]|$)`);
  return (
    at(one.value, 'spec', 'selector') !== undefined &&
    delivered(files).some(({ app, value, kind }) => {
      const variables = listAt(podSpec(value), 'containers').flatMap((each) =>
        listAt(each, 'env').map((variable) => at(variable, 'value')),
      );
      const data = kind === 'ConfigMap' ? Object.values((value['data'] ?? {}) as JsonObject) : [];
      return app.name === one.app.name && [...variables, ...data].some((text) => typeof text === 'string' && address.test(text));
    })
  );
}

const ADDED: Readonly<Record<string, Added>> = {
  'an autoscaler of nothing': {
    kinds: ['Deployment'],
    object: (_one, metadata) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobdy' } },
    }),
    cause: /nobdy/,
  },
  'a route to nobody': {
    kinds: ['Service'],
    object: (_one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { defaultBackend: { service: { name: 'nobdy', port: { number: 80 } } } },
    }),
    warned: /nobdy/,
  },
  'a route to a port that a Service lacks': {
    kinds: ['Service'],
    object: (one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { defaultBackend: { service: { name: one.name, port: { number: 4711 } } } },
    }),
    warned: /4711/,
  },
  'a budget that lets no Pod go': {
    kinds: ['Deployment', 'StatefulSet'],
    fits: (one) => Object.keys(labels(one)).length > 0,
    object: (one, metadata) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { minAvailable: '100%', selector: { matchLabels: labels(one) } },
    }),
    warned: /evict/,
  },
  'a binding of a Role that is not there': {
    kinds: ['Deployment', 'Service', 'ConfigMap'],
    object: (_one, metadata) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'nobdy' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: String(metadata['namespace'] ?? 'default') }],
    }),
    warned: /nobdy/,
  },
  'a claim of a class that is not there': {
    kinds: ['Deployment', 'StatefulSet', 'ConfigMap'],
    object: (_one, metadata) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'quantum', resources: { requests: { storage: '1Gi' } } },
    }),
    cause: /quantum|added/,
  },
  'an autoscaler without requests to measure by': {
    kinds: ['Deployment'],
    fits: ({ value }) =>
      [listAt(podSpec(value), 'containers')].flat().some((one) => at(one, 'resources', 'requests', 'memory') === undefined),
    object: (one, metadata) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        minReplicas: 1,
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: one.name },
        metrics: [{ type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } }],
      },
    }),
    warned: /memory/,
  },
  'an Ingress path without its type': {
    kinds: ['Service'],
    object: (one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { rules: [{ http: { paths: [{ path: '/', backend: { service: { name: one.name, port: { number: 80 } } } }] } }] },
    }),
    cause: /pathType/,
  },
  'an Ingress of the first days': {
    kinds: ['Service'],
    object: (one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { backend: { serviceName: one.name, servicePort: 80 } },
    }),
    cause: /spec\.backend|backend/,
  },
  'a policy for nobody': {
    kinds: ['Deployment'],
    object: (_one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: { podSelector: { matchLabels: { app: 'nobdy' } }, policyTypes: ['Ingress'] },
    }),
    warned: /nobdy/,
  },
  'a policy that cuts a dependency': {
    kinds: ['Service'],
    fits: (one, files) => isAskedFor(one, files),
    object: (one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: { podSelector: { matchLabels: at(one.value, 'spec', 'selector') as JsonObject }, policyTypes: ['Ingress'] },
    }),
    warned: /NetworkPolicy added/,
  },
  'a webhook of nobody': {
    kinds: ['Deployment', 'Service'],
    object: (_one, metadata) => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: String(metadata['name']) },
      webhooks: [
        {
          name: 'added.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          clientConfig: { service: { name: 'nobdy', namespace: 'default' } },
          rules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] }],
        },
      ],
    }),
    warned: /nobdy/,
  },
  'a claim without a mode': {
    kinds: ['Deployment', 'StatefulSet', 'ConfigMap'],
    object: (_one, metadata) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: { resources: { requests: { storage: '1Gi' } } },
    }),
    cause: /accessModes/,
  },
  'limits of a namespace below what Pods ask': {
    kinds: ['Deployment', 'StatefulSet'],
    fits: ({ value }) => listAt(podSpec(value), 'containers').some((one) => at(one, 'resources', 'limits', 'memory') !== undefined),
    object: (_one, metadata) => ({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { ...metadata, annotations: { 'lockstep.dev/wave': '-5' } },
      spec: { limits: [{ type: 'Container', max: { memory: '1Mi' } }] },
    }),
    cause: /memory/,
  },
  'a claim of more than there is room for': {
    kinds: ['Deployment', 'StatefulSet'],
    object: (_one, metadata) => ({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { ...metadata, annotations: { 'lockstep.dev/wave': '-5' } },
      spec: { hard: { 'requests.cpu': '1m' } },
    }),
    cause: /quota/,
  },
  'two Ingresses for one address': {
    kinds: ['Ingress'],
    object: (one, metadata) => ({ ...one.value, metadata }),
    warned: /added/,
  },
  'a secret encrypted for nobody here': {
    kinds: ['Deployment', 'ConfigMap'],
    object: (_one, metadata) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { password: 'ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]' },
      sops: {
        age: [
          {
            recipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
            enc: '-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\n',
          },
        ],
        mac: 'ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]',
        lastmodified: '2026-01-01T00:00:00Z',
        version: '3.9.0',
      },
    }),
    cause: /added\.yaml|decrypt|key|sops/i,
  },
};

function ofAdded(name: string, files: Files, draw: Draw): Made | undefined {
  const row = ADDED[name] as Added;
  const one = pick(
    delivered(files).filter((each) => row.kinds.includes(each.kind) && isPlain(each, files) && (row.fits?.(each, files) ?? true)),
    draw,
  );
  if (one === undefined) return undefined;
  const namespace = at(one.value, 'metadata', 'namespace');
  const metadata = { name: 'added', ...(namespace === undefined ? {} : { namespace }) };
  const made = beside(files, one, row.object(one, metadata));
  if (made === undefined) return undefined;
  return {
    what: `beside ${one.kind} ${one.name} in ${one.path}`,
    files: made,
    apps: row.warned === undefined ? [one.app.name] : [],
    cause: row.cause ?? /^/,
    ...(row.warned === undefined ? {} : { warned: row.warned }),
  };
}

export const ADDED_DEFECTS: Readonly<Record<string, Operator>> = Object.fromEntries(
  Object.keys(ADDED).map((name) => [name, (files: Files, draw: Draw) => ofAdded(name, files, draw)]),
);
