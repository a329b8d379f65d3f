/** Variables and files made of what a Pod knows about itself, as kube-apiserver 1.33 reads them. */
import { expect, test } from 'vitest';
import { builtinErrors } from './index.ts';

type Parts = Readonly<Record<string, unknown>>;

function check(container: Parts, volume?: Parts): readonly string[] {
  const volumes = volume === undefined ? {} : { volumes: [{ name: 'v', ...volume }] };
  const spec = {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    ...volumes,
    containers: [{ name: 'c', image: 'i', terminationMessagePolicy: 'File', imagePullPolicy: 'Always', ...container }],
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec };
  return builtinErrors('pods', pod as never).map(({ field, text }) => `${field}: ${text}`);
}
const variable = (valueFrom: Parts, more: Parts = {}): readonly string[] => check({ env: [{ name: 'A', valueFrom, ...more }] });
const field = (fieldPath: string): readonly string[] => variable({ fieldRef: { apiVersion: 'v1', fieldPath } });
const file = (item: Parts): readonly string[] => check({}, { downwardAPI: { items: [item] } });
const AT = 'spec.containers[0].env[0].valueFrom';

test.each<readonly [string, readonly string[], readonly string[]]>([
  ['a field', field('status.podIP'), []],
  ['one label', field("metadata.labels['app.kubernetes.io/name']"), []],
  [
    'a field that is none',
    field('metadata.nmae'),
    [`${AT}.fieldRef.fieldPath: Invalid value: "metadata.nmae": error converting fieldPath: field label not supported: metadata.nmae`],
  ],
  [
    'a field for others',
    field('status.phase'),
    [
      `${AT}.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"`,
    ],
  ],
  [
    'a part of a text',
    field("spec.nodeName['a']"),
    [
      `${AT}.fieldRef.fieldPath: Invalid value: "spec.nodeName['a']": error converting fieldPath: field label does not support subscript: spec.nodeName['a']`,
    ],
  ],
  ['an amount', variable({ resourceFieldRef: { resource: 'limits.memory', divisor: '0' } }), []],
  [
    'an amount that is none',
    variable({ resourceFieldRef: { resource: 'limits.ram', divisor: '0' } }),
    [
      `${AT}.resourceFieldRef.resource: Unsupported value: "limits.ram": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"`,
    ],
  ],
  [
    'a value, too',
    variable({ secretKeyRef: { name: 'a', key: 'b' } }, { value: 'x' }),
    [`${AT}: Invalid value: "": may not be specified when \`value\` is not empty`],
  ],
  [
    'all of nothing',
    check({ envFrom: [{}] }),
    ['spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
  ],
  ['all of nobody', check({ envFrom: [{ secretRef: {} }] }), ['spec.containers[0].envFrom[0].secretRef.name: Required value']],
  ['a file of labels', file({ path: 'labels', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }), []],
  [
    'a file of what does not stay',
    file({ path: 'ip', fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } }),
    [
      'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
    ],
  ],
  [
    'a file of nothing',
    file({ path: 'x' }),
    ['spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required'],
  ],
])('%s', (_name, found, expected) => expect(found).toEqual(expected));
