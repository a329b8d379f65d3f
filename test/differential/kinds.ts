/** Objects of many kinds, drawn at random: mostly right, sometimes wrong in one place. */
import type { Json, JsonObject } from '../../src/core/object/index.ts';
import { chance, type Draw, pick } from './draw.ts';

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: (namespace: string) => string;
  readonly status: boolean;
  readonly custom: boolean;
  readonly make: (draw: Draw) => JsonObject;
}

export const words = ['x', 'y', 'z', ''];

export const map = (draw: Draw): JsonObject =>
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

export const podSpec = (draw: Draw): JsonObject => ({
  containers: ['c', 's', 't'].filter((_name, index) => index === 0 || chance(draw, 0.3)).map((name) => container(draw, name)),
  ...(chance(draw, 0.3) ? { tolerations: [{ key: pick(draw, words), operator: 'Exists' }] } : {}),
  ...(chance(draw, 0.2) ? { nodeSelector: map(draw) } : {}),
  ...(chance(draw, 0.2) ? { volumes: [{ name: 'v', ...(chance(draw, 0.5) ? { configMap: { name: 'x' } } : { emptyDir: {} }) }] } : {}),
  ...(chance(draw, 0.1) ? { terminationGracePeriodSeconds: pick(draw, [0, 5, 30]) } : {}),
});

export const template = (draw: Draw): JsonObject => ({
  metadata: { labels: { app: chance(draw, 0.95) ? 'a' : 'other', ...map(draw) } },
  spec: podSpec(draw),
});

export const namespaced = (apiVersion: string, kind: string, plural: string): Pick<Kind, 'apiVersion' | 'kind' | 'path' | 'custom'> => ({
  apiVersion,
  kind,
  path: (namespace) => `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}/namespaces/${namespace}/${plural}`,
  custom: false,
});

export const clusterWide = (apiVersion: string, kind: string, plural: string): Pick<Kind, 'apiVersion' | 'kind' | 'path' | 'custom'> => ({
  apiVersion,
  kind,
  path: () => `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}/${plural}`,
  custom: false,
});

export const commonKinds: readonly Kind[] = [
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
