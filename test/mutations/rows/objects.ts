/** Defects of single objects: a field that is wrong, or that refers to what is not there. One row each. */
import type { Json } from '../../../src/core/object/index.ts';
import type { Made } from '../mutation.ts';
import { at, changed, delivered, type Delivered, type Draw, type Files, listAt, pick, podSpec, withPod } from '../system.ts';
import { OTHER_ROWS } from './others.ts';
import { container, env, meta, mounted, noVolumes, pod, ports, type Row, selecting, spec, WORKLOADS } from './row.ts';
import { WORKLOAD_ROWS } from './workloads.ts';

const FIELDS: Readonly<Record<string, Row>> = {
  'a Service that selects nothing': {
    kinds: ['Service'],
    fits: selecting,
    change: (value) => spec(value, { selector: { tier: 'wbe' } }),
    warned: /selects no Pod/,
  },
  'a targetPort that nobody has': {
    kinds: ['Service'],
    fits: selecting,
    change: (value) => spec(value, { ports: ports(value).map((port) => ({ ...port, targetPort: 'htpp' })) }),
    warned: /htpp/,
  },
  'a missing ServiceAccount': { kinds: [...WORKLOADS, 'Job'], change: pod({ serviceAccountName: 'nobdy' }), cause: /nobdy/ },
  'a missing Secret': {
    kinds: [...WORKLOADS, 'Job'],
    change: env({ secretKeyRef: { name: 'nobdy', key: 'password' } }),
    cause: /nobdy/,
  },
  'a missing ConfigMap': {
    kinds: [...WORKLOADS, 'Job'],
    change: env({ configMapKeyRef: { name: 'nobdy', key: 'level' } }),
    cause: /nobdy/,
  },
  'a volume of a missing Secret': {
    kinds: WORKLOADS,
    fits: noVolumes,
    change: mounted({ secret: { secretName: 'nobdy' } }),
    cause: /nobdy/,
  },
  'a volume of a missing claim': {
    kinds: WORKLOADS,
    fits: noVolumes,
    change: mounted({ persistentVolumeClaim: { claimName: 'nobdy' } }),
    cause: /nobdy/,
  },
  'a mount without its volume': {
    kinds: WORKLOADS,
    change: container({ volumeMounts: [{ name: 'nobdy', mountPath: '/data' }] }),
    cause: /nobdy/,
  },
  'an unknown field': { kinds: WORKLOADS, change: (value) => spec(value, { replica: 2 }), cause: /replica\b/ },
  'an unknown field of a container': { kinds: WORKLOADS, change: container({ imagePolicy: 'Always' }), cause: /imagePolicy/ },
  'an unknown field of a Service': { kinds: ['Service'], change: (value) => spec(value, { port: 80 }), cause: /spec\.port\b/ },
  'an API version of long ago': {
    kinds: ['Deployment'],
    change: (value) => ({ ...value, apiVersion: 'extensions/v1beta1' }),
    cause: /extensions\/v1beta1/,
  },
  'a namespace that is not there': {
    kinds: ['ConfigMap', 'Service', ...WORKLOADS],
    change: (value) => meta(value, { namespace: 'nowhere' }),
    cause: /nowhere/,
  },
  'a label that is none': {
    kinds: ['ConfigMap', 'Service', ...WORKLOADS],
    change: (value) => meta(value, { labels: { team: 'a b!' } }),
    cause: /a b!/,
  },
  'a port beyond all': { kinds: ['Service'], change: (value) => spec(value, { ports: [{ port: 70000 }] }), cause: /70000|65535/ },
  'replicas below zero': { kinds: ['Deployment', 'StatefulSet'], change: (value) => spec(value, { replicas: -1 }), cause: /replicas/ },
  'an amount that is none': {
    kinds: WORKLOADS,
    change: container({ resources: { requests: { memory: '12 GB' } } }),
    cause: /quantities must match|memory/,
  },
  'a node that nobody is': { kinds: WORKLOADS, change: pod({ nodeSelector: { disk: 'quantum' } }), cause: /node|affinity|selector/i },
  'an image that is no name': {
    kinds: WORKLOADS,
    change: container({ image: 'ghcr.io/Example/Web:1' }),
    cause: /InvalidImageName|ghcr\.io\/Example\/Web/,
  },
  'an image of blanks': { kinds: WORKLOADS, change: container({ image: ' ' }), cause: /image/ },
  'the same container twice': {
    kinds: WORKLOADS,
    change: (value) =>
      withPod(value, (old) => ({ ...old, containers: [...listAt(old, 'containers'), ...listAt(old, 'containers')] as Json })),
    cause: /[Dd]uplicate/,
  },
  'a pull policy that is none': { kinds: WORKLOADS, change: container({ imagePullPolicy: 'Sometimes' }), cause: /Sometimes/ },
  'a restart policy that does not fit': { kinds: ['Deployment'], change: pod({ restartPolicy: 'Never' }), cause: /restartPolicy/ },
  'a restart policy of a Job': { kinds: ['Job'], change: pod({ restartPolicy: 'Always' }), cause: /restartPolicy/ },
  'a schedule that is none': { kinds: ['CronJob'], change: (value) => spec(value, { schedule: 'at tea time' }), cause: /schedule|tea/ },
  'a probe of a port by a name nobody has': {
    kinds: WORKLOADS,
    change: container({ readinessProbe: { httpGet: { path: '/', port: 'helth' } } }),
    warned: /helth/,
  },
  'a probe of a port that is not declared': {
    kinds: WORKLOADS,
    fits: ({ value }) => listAt(listAt(podSpec(value), 'containers')[0], 'ports').length > 0,
    change: container({ readinessProbe: { httpGet: { path: '/', port: 4711 } } }),
    warned: /4711/,
  },
};

export const OBJECT_ROWS: Readonly<Record<string, Row>> = { ...FIELDS, ...WORKLOAD_ROWS, ...OTHER_ROWS };

/** A defect of one object that fits. */
export function ofObject(name: string, files: Files, draw: Draw): Made | undefined {
  const row = OBJECT_ROWS[name] as Row;
  const one = pick(
    delivered(files).filter((each) => row.kinds.includes(each.kind) && (row.fits?.(each) ?? true)),
    draw,
  );
  if (one === undefined) return undefined;
  return {
    what: `${one.kind} ${one.name} in ${one.path}`,
    files: changed(files, one, row.change(one.value)),
    apps: row.users === true ? usersOf(one, files) : [one.app.name],
    cause: row.cause ?? (row.warned === undefined ? /^/ : /(?!)/),
    ...(row.warned === undefined ? {} : { warned: row.warned }),
  };
}

const usersOf = (definition: Delivered, files: Files): readonly string[] =>
  delivered(files)
    .filter(({ kind }) => kind === at(definition.value, 'spec', 'names', 'kind'))
    .map(({ app }) => app.name);
