/** Warnings about Pods and their templates. Kubernetes: pkg/api/pod/warnings.go. */
import { isObject, isSet, type Json, type JsonObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { canonicalQuantity, parseQuantity } from '../../object/quantity/index.ts';
import { labelNodeMessage, nodeTermWarnings } from './node.ts';
import { pathWarnings } from './paths.ts';
import { portWarnings } from './ports.ts';
import { addressWarnings } from './address.ts';

const annotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

/** Volumes nobody should use any more: their field, what it is called, and since when. */
const volumes: readonly (readonly [field: string, named: string, since: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['ephemeral', 'ephemeral', ''],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** Amounts as most are written: whole numbers of something. */
const WHOLE = /^\d+(?:[KMGTPE]i|[kMGTPE])?$/;

const none: readonly string[] = [];

/** Bytes cannot be divided. */
export function fractionWarnings(amounts: Json | undefined, names: readonly string[], field: string): readonly string[] {
  if (!isSet(amounts)) return none;
  return names.flatMap((name) => {
    const value = objectAt(amounts)[name];
    if (value === undefined || value === null || WHOLE.test(String(value))) return none;
    const parsed = parseQuantity(String(value));
    if (!parsed.ok || parsed.value.nanos % 1_000_000_000n === 0n) return [];
    const shown = canonicalQuantity(String(value)) ?? String(value);
    return [`${field}[${name}]: fractional byte value ${JSON.stringify(shown)} is invalid, must be an integer`];
  });
}

function placementWarnings(spec: JsonObject, field: string): readonly string[] {
  if (!isSet(spec.affinity) && !isSet(spec.nodeSelector) && !isSet(spec.topologySpreadConstraints)) return none;
  const node = objectAt(objectAt(spec.affinity).nodeAffinity);
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const at = `${field}.affinity.nodeAffinity`;
  return [
    ...Object.keys(objectAt(spec.nodeSelector)).flatMap((key) => labelled(key, (message) => `${field}.nodeSelector[${key}]: ${message}`)),
    ...objects(objectAt(node[required]).nodeSelectorTerms).flatMap((term, index) =>
      nodeTermWarnings(term, 'keys', `${at}.${required}.nodeSelectorTerms[${index}]`),
    ),
    ...objects(node[preferred]).flatMap((term, index) =>
      nodeTermWarnings(objectAt(term.preference), 'values', `${at}.${preferred}[${index}].preference`),
    ),
    ...objects(spec.topologySpreadConstraints).flatMap(({ topologyKey, labelSelector }, index) => {
      const path = `${field}.topologySpreadConstraints[${index}]`;
      const key = text(topologyKey);
      return [...labelled(key, (message) => `${path}.topologyKey: ${key} is ${message}`), ...nullSelector(labelSelector, path)];
    }),
  ];
}

function labelled(key: string, shown: (message: string) => string): readonly string[] {
  const message = labelNodeMessage(key);
  return message === undefined ? [] : [shown(message)];
}

const nullSelector = (selector: Json | undefined, path: string): readonly string[] =>
  isSet(selector) ? [] : [`${path}.labelSelector: a null labelSelector results in matching no pod`];

function volumeWarnings(spec: JsonObject, field: string): readonly string[] {
  return objects(spec.volumes).flatMap((volume, index) => {
    const path = `${field}.volumes[${index}]`;
    return volumes.flatMap(([name, shown, since]) => {
      if (!isSet(volume[name])) return [];
      if (name !== 'ephemeral') return [`${path}.${shown}: ${since}`];
      const claim = objectAt(objectAt(objectAt(volume.ephemeral).volumeClaimTemplate).spec);
      return claimSpecWarnings(claim, `${path}.ephemeral.volumeClaimTemplate.spec`);
    });
  });
}

/** Kubernetes: pkg/api/persistentvolumeclaim GetWarningsForPersistentVolumeClaimSpec. */
export const claimSpecWarnings = (spec: JsonObject, field: string): readonly string[] => [
  ...fractionWarnings(objectAt(spec.resources).requests, ['storage'], `${field}.resources.requests`),
  ...fractionWarnings(objectAt(spec.resources).limits, ['storage'], `${field}.resources.limits`),
];

/** Values that stand in a list before. */
function repeated(list: readonly JsonObject[], key: string, shown: (index: number, value: string) => string): readonly string[] {
  const seen = new Set<string>();
  if (list.length < 2) return none;
  return list.flatMap((item, index) => {
    const value = text(item[key]);
    if (seen.has(value)) return [shown(index, value)];
    seen.add(value);
    return [];
  });
}

function listWarnings(spec: JsonObject, field: string): readonly string[] {
  const secrets = objects(spec.imagePullSecrets);
  return [
    ...repeated(objects(spec.hostAliases), 'ip', (index, ip) => `${field}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(ip)}`),
    ...repeated(secrets, 'name', (index, name) => `${field}.imagePullSecrets[${index}].name: duplicate name ${JSON.stringify(name)}`),
    ...secrets.flatMap(({ name }, index) => (text(name) === '' ? [`${field}.imagePullSecrets[${index}].name: invalid empty name ""`] : [])),
    ...fractionWarnings(spec.overhead, ['memory', 'ephemeral-storage'], `${field}.overhead`),
  ];
}

interface Subject {
  readonly spec: JsonObject;
  readonly metadata: JsonObject;
  /** Paths of what is below spec and metadata: empty for a Pod, `spec.template` for a template. */
  readonly field: string;
}

const child = (field: string, name: string): string => (field === '' ? name : `${field}.${name}`);

/** Containers with their paths: init, plain, ephemeral. */
export const containersWithPaths = (spec: JsonObject, field: string): readonly (readonly [JsonObject, string])[] =>
  ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    objects(spec[list]).map((container, index) => [container, `${field}.${list}[${index}]`] as const),
  );

function containerWarnings({ spec, metadata, field }: Subject, [container, path]: readonly [JsonObject, string]): readonly string[] {
  const noted = objectAt(metadata.annotations);
  const note = (prefix: string, message: string): readonly string[] => {
    const key = `${prefix}${text(container.name)}`;
    return Object.hasOwn(noted, key) ? [`${child(field, 'metadata')}.annotations[${key}]: ${message}`] : [];
  };
  const security = objectAt(container.securityContext);
  const armoured = isSet(objectAt(spec.securityContext).appArmorProfile) || isSet(security.appArmorProfile);
  const { limits, requests } = objectAt(container.resources);
  const fractions = ['memory', 'ephemeral-storage'].flatMap((name) => [
    ...fractionWarnings(limits, [name], `${path}.resources.limits`),
    ...fractionWarnings(requests, [name], `${path}.resources.requests`),
  ]);
  return [
    ...(isSet(security.seccompProfile)
      ? []
      : note('container.seccomp.security.alpha.kubernetes.io/', 'non-functional in v1.27+; use the "seccompProfile" field instead')),
    ...(armoured || field === ''
      ? []
      : note('container.apparmor.security.beta.kubernetes.io/', 'deprecated since v1.30; use the "appArmorProfile" field instead')),
    ...fractions,
    ...environmentWarnings(container, path),
  ];
}

function environmentWarnings(container: JsonObject, path: string): readonly string[] {
  const entries = objects(container.env);
  if (entries.length < 2) return none;
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const name = text(entry.name);
    const value = text(entry.value);
    const reference = `$(${name})`;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const hides = isSet(entry.valueFrom) || value === reference || !value.includes(reference);
    return hides
      ? [`${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`]
      : [];
  });
}

function neighbourWarnings(spec: JsonObject, field: string): readonly string[] {
  if (!isSet(spec.affinity)) return none;
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => {
    const affinity = objectAt(objectAt(spec.affinity)[kind]);
    const path = `${field}.affinity.${kind}`;
    return [
      ...objects(affinity.requiredDuringSchedulingIgnoredDuringExecution).flatMap((term, index) =>
        nullSelector(term.labelSelector, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`),
      ),
      ...objects(affinity.preferredDuringSchedulingIgnoredDuringExecution).flatMap((term, index) =>
        nullSelector(
          objectAt(term.podAffinityTerm).labelSelector,
          `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`,
        ),
      ),
    ];
  });
}

/** `field` is where the template stands; empty for a Pod. */
export function podWarnings(template: JsonObject, field: string): readonly string[] {
  const subject: Subject = { spec: objectAt(template.spec), metadata: objectAt(template.metadata), field };
  const { spec, metadata } = subject;
  const at = child(field, 'spec');
  const noted = `${child(field, 'metadata')}.annotations`;
  const annotated = isObject(metadata.annotations);
  const has = (key: string): boolean => annotated && Object.hasOwn(metadata.annotations as JsonObject, key);
  const containers = containersWithPaths(spec, at);
  const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
  const grace = spec.terminationGracePeriodSeconds;
  return [
    ...placementWarnings(spec, at),
    ...(annotated ? Object.entries(annotations) : []).flatMap(([key, message]) => (has(key) ? [`${noted}[${key}]: ${message}`] : [])),
    ...volumeWarnings(spec, at),
    ...pathWarnings(objects(spec.volumes)),
    ...listWarnings(spec, at),
    ...(has(seccomp) && !isSet(objectAt(spec.securityContext).seccompProfile)
      ? [`${noted}[${seccomp}]: non-functional in v1.27+; use the "seccompProfile" field instead`]
      : []),
    ...containers.flatMap((container) => containerWarnings(subject, container)),
    ...portWarnings(containers),
    ...(typeof grace === 'number' && grace < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...neighbourWarnings(spec, at),
    ...texts(objectAt(spec.dnsConfig).nameservers).flatMap((address, index) =>
      addressWarnings(address, `${at}.dnsConfig.nameservers[${index}]`),
    ),
    ...objects(spec.hostAliases).flatMap(({ ip }, index) => addressWarnings(text(ip), `${at}.hostAliases[${index}].ip`)),
  ];
}
