/** Mistakes in what Pods are made of: values of the wrong kind, keys that are not there, promises that nobody can keep. */
import type { Json, JsonObject } from '../../../src/core/object/index.ts';
import { at, listAt, needs, podSpec, withPod } from '../system.ts';
import { asks, container, env, mounted, noVolumes, pod, type Row, spec, WORKLOADS } from './row.ts';

const RUNS: readonly string[] = [...WORKLOADS, 'Job'];
const SCALED: readonly string[] = ['Deployment', 'StatefulSet'];

/** With labels of its Pods beside those that it selects. */
const podLabels =
  (labels: JsonObject) =>
  (value: JsonObject): JsonObject => {
    const template = at(value, 'spec', 'template') as JsonObject;
    const metadata = (template['metadata'] ?? {}) as JsonObject;
    const old = (metadata['labels'] ?? {}) as JsonObject;
    return spec(value, { template: { ...template, metadata: { ...metadata, labels: { ...old, ...labels } } } });
  };

const configOf = (value: JsonObject): string => needs(value).find(({ kind }) => kind === 'ConfigMap')?.name ?? '';

export const WORKLOAD_ROWS: Readonly<Record<string, Row>> = {
  'a key that a ConfigMap lacks': {
    kinds: RUNS,
    fits: ({ value }) => configOf(value) !== '',
    change: (value) => env({ configMapKeyRef: { name: configOf(value), key: 'NOBDY' } })(value),
    cause: /NOBDY/,
  },
  'a file of a ConfigMap that lacks it': {
    kinds: WORKLOADS,
    fits: (one) => configOf(one.value) !== '' && noVolumes(one),
    change: (value) => mounted({ configMap: { name: configOf(value), items: [{ key: 'nobdy.conf', path: 'nobdy.conf' }] } })(value),
    cause: /nobdy\.conf/,
  },
  'a number for an environment variable': {
    kinds: RUNS,
    change: container({ env: [{ name: 'PORT', value: 8080 }] }),
    cause: /env\[0\]|PORT/,
  },
  'a variable with a value and where it comes from': {
    kinds: RUNS,
    change: container({ env: [{ name: 'ADDED', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
    cause: /valueFrom|may not be specified/,
  },
  'a field of the Pod that is none': {
    kinds: RUNS,
    change: env({ fieldRef: { fieldPath: 'metadata.nmae' } }),
    cause: /metadata\.nmae/,
  },
  'a label that is a number': { kinds: WORKLOADS, change: podLabels({ version: 1.5 }), cause: /version|labels/ },
  'containers beside the Pod’s spec': {
    kinds: WORKLOADS,
    change: (value) => {
      const template = at(value, 'spec', 'template') as JsonObject;
      const { containers = [], ...rest } = template['spec'] as JsonObject;
      return spec(value, { template: { ...template, spec: rest, containers } });
    },
    cause: /containers/,
  },
  'a probe in two ways': {
    kinds: WORKLOADS,
    change: container({ livenessProbe: { httpGet: { path: '/', port: 8080 }, tcpSocket: { port: 8080 } } }),
    cause: /handler/,
  },
  'a port with too long a name': {
    kinds: WORKLOADS,
    change: container({ ports: [{ name: 'metrics-and-health', containerPort: 8080 }] }),
    cause: /metrics-and-health|15/,
  },
  'two ports of one name': {
    kinds: WORKLOADS,
    change: container({
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'http', containerPort: 8081 },
      ],
    }),
    cause: /http/,
  },
  'two mounts in one place': {
    kinds: WORKLOADS,
    fits: noVolumes,
    change: (value) =>
      container({
        volumeMounts: [
          { name: 'added', mountPath: '/data' },
          { name: 'added', mountPath: '/data' },
        ],
      })(mounted({ emptyDir: {} })(value)),
    cause: /\/data/,
  },
  'an account that must not be root and is': {
    kinds: RUNS,
    change: container({ securityContext: { runAsNonRoot: true, runAsUser: 0 } }),
    cause: /runAsNonRoot|non-root/i,
  },
  'more than any node has': {
    kinds: WORKLOADS,
    change: asks({ cpu: '500' }),
    warned: /500 CPUs/,
    cause: /cpu limit|quota/,
  },
  'less memory than a container starts with': {
    kinds: WORKLOADS,
    change: container({ resources: { limits: { memory: '128' } } }),
    warned: /128 bytes/,
    cause: /quota/,
  },
  'a neighbour that is not there': {
    kinds: WORKLOADS,
    change: pod({
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'nobdy' } } },
          ],
        },
      },
    }),
    cause: /affinity/,
  },
  'a strategy of two kinds': {
    kinds: ['Deployment'],
    change: (value) => spec(value, { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    cause: /rollingUpdate|strategy/,
  },
  'a strategy that cannot move': {
    kinds: ['Deployment'],
    change: (value) => spec(value, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    cause: /maxUnavailable|maxSurge/,
  },
  'an init container that never ends well': {
    kinds: SCALED,
    change: (value) => withPod(value, (old) => ({ ...old, initContainers: [{ name: 'wait', image: 'ghcr.io/example/Wait:1' }] as Json })),
    cause: /wait|InvalidImageName/,
  },
  'a volume of two kinds': {
    kinds: WORKLOADS,
    fits: noVolumes,
    change: mounted({ emptyDir: {}, configMap: { name: 'x' } }),
    cause: /volumes|more than 1 volume/,
  },
  'a class of run time that is not there': { kinds: WORKLOADS, change: pod({ runtimeClassName: 'nobdy' }), cause: /nobdy/ },
  'a time in words': { kinds: WORKLOADS, change: pod({ terminationGracePeriodSeconds: '30s' }), cause: /terminationGracePeriodSeconds/ },
  'a Job that is to run less than once': { kinds: ['Job'], change: (value) => spec(value, { backoffLimit: -1 }), cause: /backoffLimit/ },
  'a pull secret that is not there': { kinds: WORKLOADS, change: pod({ imagePullSecrets: [{ name: 'nobdy' }] }), warned: /nobdy/ },
  'a StatefulSet without its Service': {
    kinds: ['StatefulSet'],
    change: (value) => spec(value, { serviceName: 'nobdy' }),
    warned: /nobdy/,
  },
  'a probe of a container that has no such scheme': {
    kinds: WORKLOADS,
    change: container({ readinessProbe: { httpGet: { path: '/', port: 80, scheme: 'http' } } }),
    cause: /scheme|http/,
  },
  'a container without a name': {
    kinds: WORKLOADS,
    change: (value) =>
      withPod(value, (old) => ({ ...old, containers: [...listAt(old, 'containers'), { image: 'ghcr.io/example/sidecar:1' }] as Json })),
    cause: /name/,
  },
  'a mount of a claim that only a template has': {
    kinds: ['StatefulSet'],
    fits: ({ value }) => listAt(podSpec(value), 'volumes').length === 0 && listAt(value, 'spec', 'volumeClaimTemplates').length > 0,
    change: (value) => spec(value, { volumeClaimTemplates: [] }),
    cause: /volumeMounts|not found/i,
  },
};
