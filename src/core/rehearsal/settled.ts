/**
 * What two clusters that were given the same objects agree on: everything but what a cluster makes up for itself. Used to hold a rehearsal against a real
 * cluster, object by object.
 */
import { isObject, type Json, type JsonObject, type KubeObject, record } from '../object/index.ts';

/** Of metadata: identities, times, versions, and who wrote what. */
const OWN_METADATA = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'selfLink',
  'managedFields',
  'ownerReferences',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

/** Annotations and labels that controllers and tools leave behind. */
const OWN_MARKS = [
  /^(?:[\w-]+\.)*lockstep\.dev\//,
  /^kubectl\.kubernetes\.io\/(?:last-applied-configuration|restartedAt)$/,
  /^deployment\.kubernetes\.io\/revision$/,
  /^deprecated\.daemonset\.template\.generation$/,
  /^(?:pv|volume)\.(?:beta\.)?kubernetes\.io\//,
  /^(?:batch\.kubernetes\.io\/)?(?:controller-uid|job-name)$/,
  /^kubernetes\.io\/metadata\.name$/,
  /^meta\.helm\.sh\//,
];

/** Fields that a cluster chooses, by kind; `*` stands for every item of a list. */
const CHOSEN: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Service: [
    ['spec', 'clusterIP'],
    ['spec', 'clusterIPs'],
    ['spec', 'ipFamilies'],
    ['spec', 'ipFamilyPolicy'],
    ['spec', 'healthCheckNodePort'],
    ['spec', 'ports', '*', 'nodePort'],
  ],
  PersistentVolumeClaim: [
    ['spec', 'volumeName'],
    ['spec', 'storageClassName'],
  ],
  ServiceAccount: [['secrets'], ['imagePullSecrets']],
  Job: [
    ['spec', 'selector'],
    ['spec', 'template', 'metadata', 'labels'],
  ],
  Namespace: [['spec', 'finalizers']],
  CustomResourceDefinition: [['spec', 'conversion', 'webhook', 'clientConfig', 'caBundle']],
  ValidatingWebhookConfiguration: [['webhooks', '*', 'clientConfig', 'caBundle']],
  MutatingWebhookConfiguration: [['webhooks', '*', 'clientConfig', 'caBundle']],
  APIService: [['spec', 'caBundle']],
};

export function settled(object: KubeObject): KubeObject {
  const { status: _status, metadata, ...rest } = object;
  const kept = record(Object.entries(metadata).filter(([name]) => !OWN_METADATA.includes(name)));
  const marks = Object.entries({ labels: withoutMarks(metadata.labels), annotations: withoutMarks(metadata.annotations) });
  for (const [name, value] of marks) {
    if (value === undefined) delete kept[name];
    else kept[name] = value;
  }
  return (CHOSEN[object.kind] ?? []).reduce<JsonObject>((all, path) => without(all, path) as JsonObject, {
    ...rest,
    metadata: kept,
  }) as KubeObject;
}

function withoutMarks(marks: Readonly<Record<string, string>> | undefined): JsonObject | undefined {
  const kept = Object.entries(marks ?? {}).filter(([name]) => !OWN_MARKS.some((pattern) => pattern.test(name)));
  return kept.length === 0 ? undefined : record<Json>(kept);
}

function without(value: Json | undefined, [step, ...rest]: readonly string[]): Json | undefined {
  if (step === undefined) return undefined;
  if (step === '*') return Array.isArray(value) ? (value as readonly Json[]).map((item) => without(item, rest) ?? null) : value;
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  return record(
    Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
      if (inner === undefined) return [];
      const made = key === step ? without(inner, rest) : inner;
      return made === undefined ? [] : [[key, made]];
    }),
  );
}
