/** Random requests that two API servers are sent alike. Everything comes from one seed. */
import type { Json, JsonObject } from '../../src/core/object/index.ts';

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly contentType?: string;
  readonly body?: Json;
}

/** mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Draw = () => number;
const pick = <T>(draw: Draw, list: readonly T[]): T => list[Math.floor(draw() * list.length)] as T;
const chance = (draw: Draw, probability: number): boolean => draw() < probability;

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: (namespace: string) => string;
  readonly status: boolean;
  readonly custom: boolean;
  readonly make: (draw: Draw) => JsonObject;
}

const names = ['a', 'b', 'c'];
const managers = ['alice', 'bob', 'kubectl', 'kubectl-client-side-apply', 'helm'];
const words = ['x', 'y', 'z', ''];

const map = (draw: Draw): JsonObject =>
  Object.fromEntries(['k1', 'k2', 'k3'].filter(() => chance(draw, 0.5)).map((key) => [key, pick(draw, words)]));

function container(draw: Draw, name: string): JsonObject {
  return {
    name,
    ...(chance(draw, 0.95)
      ? {
          image: pick(draw, [
            'nginx',
            'nginx:1',
            'busybox:latest',
            'r.example:5000/a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000',
          ]),
        }
      : {}),
    ...(chance(draw, 0.5)
      ? { env: ['A', 'B', 'C'].filter(() => chance(draw, 0.5)).map((key) => ({ name: key, value: pick(draw, words) })) }
      : {}),
    ...(chance(draw, 0.5)
      ? {
          ports: [80, 443]
            .filter(() => chance(draw, 0.6))
            .map((port) => ({ containerPort: port, ...(chance(draw, 0.4) ? { name: `p${port}` } : {}) })),
        }
      : {}),
    ...(chance(draw, 0.3) ? { args: ['x', 'y'].filter(() => chance(draw, 0.5)) } : {}),
    ...(chance(draw, 0.3)
      ? { resources: { limits: { cpu: pick(draw, ['1', '500m', '0.5', '1000m']), memory: pick(draw, ['1Gi', '1024Mi', '1e3']) } } }
      : {}),
    ...(chance(draw, 0.15) ? { livenessProbe: { httpGet: { port: pick(draw, [80, 'p80']), path: '/' } } } : {}),
    ...(chance(draw, 0.03) ? { bogus: 1 } : {}),
  };
}

const podSpec = (draw: Draw): JsonObject => ({
  containers: ['c', 's', 't'].filter((_name, index) => index === 0 || chance(draw, 0.3)).map((name) => container(draw, name)),
  ...(chance(draw, 0.3) ? { tolerations: [{ key: pick(draw, words), operator: 'Exists' }] } : {}),
  ...(chance(draw, 0.2) ? { nodeSelector: map(draw) } : {}),
  ...(chance(draw, 0.2) ? { volumes: [{ name: 'v', ...(chance(draw, 0.5) ? { configMap: { name: 'x' } } : { emptyDir: {} }) }] } : {}),
  ...(chance(draw, 0.1) ? { terminationGracePeriodSeconds: pick(draw, [0, 5, 30]) } : {}),
});

const template = (draw: Draw): JsonObject => ({
  metadata: { labels: { app: chance(draw, 0.95) ? 'a' : 'other', ...map(draw) } },
  spec: podSpec(draw),
});

export const kinds: readonly Kind[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    path: (namespace) => `/api/v1/namespaces/${namespace}/configmaps`,
    status: false,
    custom: false,
    make: (draw) => ({
      ...(chance(draw, 0.9) ? { data: map(draw) } : {}),
      ...(chance(draw, 0.1) ? { binaryData: { b: pick(draw, ['AA==', 'bad']) } } : {}),
      ...(chance(draw, 0.05) ? { immutable: true } : {}),
      ...(chance(draw, 0.05) ? { foo: 1 } : {}),
    }),
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    path: (namespace) => `/api/v1/namespaces/${namespace}/secrets`,
    status: false,
    custom: false,
    make: (draw) => ({
      ...(chance(draw, 0.4) ? { stringData: map(draw) } : {}),
      ...(chance(draw, 0.4) ? { data: { d: 'YQ==' } } : {}),
      ...(chance(draw, 0.2) ? { type: pick(draw, ['Opaque', 'example.com/x', 'kubernetes.io/basic-auth']) } : {}),
    }),
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    path: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
    status: true,
    custom: false,
    make: (draw) => ({
      spec: {
        ...(chance(draw, 0.6) ? { replicas: pick(draw, [0, 1, 3, -1]) } : {}),
        selector: { matchLabels: { app: 'a' } },
        template: template(draw),
        ...(chance(draw, 0.3)
          ? { strategy: pick<JsonObject>(draw, [{ type: 'Recreate' }, { rollingUpdate: { maxSurge: 1 } }, { type: 'RollingUpdate' }]) }
          : {}),
        ...(chance(draw, 0.2) ? { minReadySeconds: pick(draw, [0, 5]) } : {}),
        ...(chance(draw, 0.2) ? { paused: pick(draw, [true, false]) } : {}),
      },
    }),
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    path: (namespace) => `/api/v1/namespaces/${namespace}/services`,
    status: true,
    custom: false,
    make: (draw) => ({
      spec: {
        ...(chance(draw, 0.8) ? { selector: { app: 'a' } } : {}),
        ports: [80, 443]
          .filter((_port, index) => index === 0 || chance(draw, 0.4))
          .map((port) => ({ port, name: `p${port}`, ...(chance(draw, 0.4) ? { targetPort: pick(draw, [8080, 'http']) } : {}) })),
        ...(chance(draw, 0.3) ? { type: pick(draw, ['ClusterIP', 'NodePort', 'LoadBalancer']) } : {}),
      },
    }),
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    path: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
    status: false,
    custom: false,
    make: (draw) =>
      chance(draw, 0.8)
        ? { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'].filter(() => chance(draw, 0.7)) }] }
        : {},
  },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    path: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
    status: false,
    custom: false,
    make: (draw) => ({
      ...(chance(draw, 0.3) ? { imagePullSecrets: [{ name: pick(draw, ['p', 'q']) }] } : {}),
      ...(chance(draw, 0.3) ? { automountServiceAccountToken: false } : {}),
    }),
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    path: (namespace) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
    status: false,
    custom: false,
    make: (draw) => ({
      spec: {
        podSelector: chance(draw, 0.5) ? { matchLabels: map(draw) } : {},
        ...(chance(draw, 0.5) ? { ingress: [{ ports: [{ port: 80 }] }] } : {}),
        ...(chance(draw, 0.3) ? { egress: [{}] } : {}),
      },
    }),
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    path: (namespace) => `/apis/batch/v1/namespaces/${namespace}/cronjobs`,
    status: true,
    custom: false,
    make: (draw) => ({
      spec: {
        schedule: pick(draw, ['* * * * *', '@daily', '1 2 3 4 5', 'bad']),
        jobTemplate: {
          spec: { template: { spec: { ...podSpec(draw), restartPolicy: pick(draw, ['Never', 'OnFailure', 'Never', 'Always']) } } },
        },
      },
    }),
  },
  {
    apiVersion: 'diff.example.com/v1',
    kind: 'Widget',
    path: (namespace) => `/apis/diff.example.com/v1/namespaces/${namespace}/widgets`,
    status: true,
    custom: true,
    make: (draw) => ({
      spec: {
        ...(chance(draw, 0.6) ? { replicas: pick<Json>(draw, [0, 1, 3, 9, 'three']) } : {}),
        ...(chance(draw, 0.5) ? { color: pick(draw, ['red', 'blue', 'green']) } : {}),
        ...(chance(draw, 0.5) ? { items: ['m', 'n'].filter(() => chance(draw, 0.6)).map((name) => ({ name, v: pick(draw, words) })) } : {}),
        ...(chance(draw, 0.4) ? { tags: ['t', 'u'].filter(() => chance(draw, 0.6)) } : {}),
        ...(chance(draw, 0.3) ? { free: { any: pick<Json>(draw, [1, 'x', null]) } } : {}),
        ...(chance(draw, 0.1) ? { unknown: true } : {}),
      },
    }),
  },
];

function metadata(draw: Draw, name: string): JsonObject {
  return {
    name,
    ...(chance(draw, 0.4) ? { labels: map(draw) } : {}),
    ...(chance(draw, 0.3) ? { annotations: map(draw) } : {}),
    ...(chance(draw, 0.05) ? { finalizers: ['example.com/f'] } : {}),
  };
}

const object = (draw: Draw, kind: Kind, name: string): JsonObject => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  metadata: metadata(draw, name),
  ...kind.make(draw),
});

function mergePatch(draw: Draw, kind: Kind): JsonObject {
  const whole = kind.make(draw);
  const entries = Object.entries(whole).filter(() => chance(draw, 0.8));
  return {
    ...(chance(draw, 0.5)
      ? {
          metadata: {
            ...(chance(draw, 0.7) ? { labels: { k1: pick<Json>(draw, ['x', null]) } } : {}),
            ...(chance(draw, 0.3) ? { annotations: { k2: pick<Json>(draw, ['y', null]) } } : {}),
          },
        }
      : {}),
    ...Object.fromEntries(entries),
  };
}

const jsonPatches = (draw: Draw): Json =>
  [
    { op: 'add', path: '/metadata/labels', value: map(draw) },
    { op: 'replace', path: '/metadata/labels/k1', value: pick(draw, words) },
    { op: 'remove', path: '/metadata/annotations' },
    { op: 'test', path: '/metadata/name', value: 'a' },
    { op: 'add', path: '/metadata/annotations/q~1r', value: 'v' },
    { op: 'replace', path: '/metadata/finalizers', value: [] },
    { op: 'remove', path: '/metadata/finalizers' },
  ].filter(() => chance(draw, 0.3)) as unknown as Json;

/** The next request in a namespace. */
export function nextRequest(draw: Draw, namespace: string): Sent {
  const kind = pick(draw, kinds);
  const name = pick(draw, names);
  const collection = kind.path(namespace);
  const item = `${collection}/${name}`;
  const manager = `fieldManager=${pick(draw, managers)}`;
  const validation = chance(draw, 0.4) ? `&fieldValidation=${pick(draw, ['Strict', 'Warn', 'Ignore'])}` : '';
  const dry = chance(draw, 0.1) ? '&dryRun=All' : '';
  const query = `?${manager}${validation}${dry}`;
  const roll = draw();
  if (roll < 0.2) return { method: 'POST', path: collection + query, contentType: 'application/json', body: object(draw, kind, name) };
  if (roll < 0.5)
    return {
      method: 'PATCH',
      path: `${item}${query}${chance(draw, 0.3) ? '&force=true' : ''}`,
      contentType: 'application/apply-patch+yaml',
      body: object(draw, kind, name),
    };
  if (roll < 0.6) return { method: 'PUT', path: item + query, contentType: 'application/json', body: object(draw, kind, name) };
  if (roll < 0.7) return { method: 'PATCH', path: item + query, contentType: 'application/merge-patch+json', body: mergePatch(draw, kind) };
  if (roll < 0.76)
    return { method: 'PATCH', path: item + query, contentType: 'application/strategic-merge-patch+json', body: mergePatch(draw, kind) };
  if (roll < 0.82) return { method: 'PATCH', path: item + query, contentType: 'application/json-patch+json', body: jsonPatches(draw) };
  if (roll < 0.88) return { method: 'DELETE', path: `${item}${chance(draw, 0.2) ? '?propagationPolicy=Background' : ''}` };
  if (roll < 0.93) return { method: 'GET', path: item };
  if (roll < 0.96 && kind.status)
    return {
      method: 'PATCH',
      path: `${item}/status${query}`,
      contentType: 'application/merge-patch+json',
      body: { status: { observedGeneration: 1 } },
    };
  return {
    method: 'GET',
    path: `${collection}?labelSelector=${encodeURIComponent(pick(draw, ['k1=x', 'k1!=x', 'k1 in (x,y)', '!k2', 'k1,k2', 'k1=', '=bad', 'k1 foo']))}`,
  };
}

export const widgetDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.diff.example.com' },
  spec: {
    group: 'diff.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  replicas: { type: 'integer', default: 1, minimum: 0, maximum: 5 },
                  color: { type: 'string', enum: ['red', 'blue'] },
                  items: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, v: { type: 'string', minLength: 1 } },
                    },
                  },
                  tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};
