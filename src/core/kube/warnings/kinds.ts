/** Warnings about types that have no Pods in them. Kubernetes: the strategies in pkg/registry, and pkg/api/<type>/warnings.go. */
import { decodeBase64, decodeUtf8 } from '../../../std/index.ts';
import { isSet, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { addressWarnings, networkWarnings } from './address.ts';
import { labelNodeMessage, nodeTermWarnings } from './node.ts';
import { claimSpecWarnings } from './pod.ts';

const has = (object: KubeObject, annotation: string): boolean => Object.hasOwn(object.metadata.annotations ?? {}, annotation);

const each = (values: readonly string[], field: string, check: (value: string, field: string) => readonly string[]): readonly string[] =>
  values.flatMap((value, index) => check(value, `${field}[${index}]`));

export function serviceWarnings(service: KubeObject): readonly string[] {
  const spec = objectAt(service.spec);
  const external = spec.type === 'ExternalName';
  const hints = 'service.kubernetes.io/topology-aware-hints';
  const own = texts(spec.clusterIPs).filter((address) => address !== 'None' && address !== '');
  return [
    ...(has(service, hints) ? [`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`] : []),
    ...each(external ? [] : own, 'spec.clusterIPs', addressWarnings),
    ...each(texts(spec.externalIPs), 'spec.externalIPs', addressWarnings),
    ...(text(spec.loadBalancerIP) === '' ? [] : addressWarnings(text(spec.loadBalancerIP), 'spec.loadBalancerIP')),
    ...each(texts(spec.loadBalancerSourceRanges), 'spec.loadBalancerSourceRanges', networkWarnings),
    ...(external && texts(spec.externalIPs).length > 0 ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(!external && text(spec.externalName) !== '' ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
  ];
}

const CLASS = 'volume.beta.kubernetes.io/storage-class';

export const claimWarnings = (claim: KubeObject): readonly string[] => [
  ...(has(claim, CLASS) ? [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`] : []),
  ...claimSpecWarnings(objectAt(claim.spec), 'spec'),
];

const volumeSources: readonly (readonly [field: string, named: string, since: string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

const RECYCLE = 'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';

export function volumeWarnings(volume: KubeObject): readonly string[] {
  const spec = objectAt(volume.spec);
  const terms = objects(objectAt(objectAt(spec.nodeAffinity).required).nodeSelectorTerms);
  const annotations: readonly (readonly [string, string])[] = [
    [CLASS, 'deprecated since v1.8; use "storageClassName" attribute instead'],
    ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
  ];
  return [
    ...annotations.flatMap(([key, message]) => (has(volume, key) ? [`metadata.annotations[${key}]: ${message}`] : [])),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle' ? [`spec.persistentVolumeReclaimPolicy: ${RECYCLE}`] : []),
    ...terms.flatMap((term, index) => nodeTermWarnings(term, 'keys', `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`)),
    ...volumeSources.flatMap(([field, named, since]) => (isSet(spec[field]) ? [`spec.${named}: ${since}`] : [])),
  ];
}

/** Whether a key belongs to a certificate is for those to tell who can read them; that there is none at all is plain to see. */
export function secretWarnings(secret: KubeObject): readonly string[] {
  if (secret.type !== 'kubernetes.io/tls') return [];
  const bare = ([key, what]: readonly [string, string]): readonly string[] => {
    const bytes = decodeBase64(text(objectAt(secret.data)[key]));
    return bytes !== undefined && decodeUtf8(bytes).includes('-----BEGIN ') ? [] : [`tls: failed to find any PEM data in ${what} input`];
  };
  const pairs: readonly (readonly [string, string])[] = [
    ['tls.crt', 'certificate'],
    ['tls.key', 'key'],
  ];
  return pairs.flatMap(bare).slice(0, 1);
}

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export const accountWarnings = (next: KubeObject, live: KubeObject | undefined): readonly string[] =>
  has(next, MOUNTABLE) && !(live !== undefined && has(live, MOUNTABLE))
    ? [`metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`]
    : [];

export function nodeWarnings(node: KubeObject): readonly string[] {
  const spec = objectAt(node.spec);
  return [
    ...(isSet(spec.configSource) ? ['spec.configSource: the feature is removed'] : []),
    ...(text(spec.externalID) === '' ? [] : ['spec.externalID: this field is deprecated, and is unused by Kubernetes']),
    ...each(texts(spec.podCIDRs), 'spec.podCIDRs', networkWarnings),
  ];
}

const MANAGED = 'endpoints.kubernetes.io/managed-by';

export function endpointsWarnings(endpoints: KubeObject): readonly string[] {
  if (endpoints.metadata.labels?.[MANAGED] === 'endpoint-controller') return [];
  return objects(endpoints.subsets).flatMap((subset, index) =>
    ['addresses', 'notReadyAddresses'].flatMap((list) =>
      objects(subset[list]).flatMap(({ ip }, at) => addressWarnings(text(ip), `subsets[${index}].${list}[${at}].ip`)),
    ),
  );
}

const SLICE_MANAGED = 'endpointslice.kubernetes.io/managed-by';
const sliceManagers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

export function sliceWarnings(slice: KubeObject, live: KubeObject | undefined): readonly string[] {
  if (sliceManagers.includes(slice.metadata.labels?.[SLICE_MANAGED] ?? '')) return [];
  return [
    ...(live === undefined && slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...objects(slice.endpoints).flatMap((endpoint, index) =>
      each(texts(endpoint.addresses), `endpoints[${index}].addresses`, addressWarnings),
    ),
  ];
}

export function policyWarnings(policy: KubeObject): readonly string[] {
  const spec = objectAt(policy.spec);
  const blocks = (rules: string, peers: string): readonly string[] =>
    objects(spec[rules]).flatMap((rule, index) =>
      objects(rule[peers]).flatMap(({ ipBlock }, at) =>
        blockWarnings(objectAt(ipBlock), `spec.${rules}[${index}].${peers}[${at}].ipBlock`),
      ),
    );
  return [...blocks('ingress', 'from'), ...blocks('egress', 'to')];
}

const blockWarnings = (block: JsonObject, field: string): readonly string[] => [
  ...networkWarnings(text(block.cidr), `${field}.cidr`),
  ...each(texts(block.except), `${field}.except`, networkWarnings),
];

const INGRESS_CLASS = 'kubernetes.io/ingress.class';

export const ingressWarnings = (ingress: KubeObject, live: KubeObject | undefined): readonly string[] =>
  live === undefined && has(ingress, INGRESS_CLASS) && !isSet(objectAt(ingress.spec).ingressClassName)
    ? [`annotation ${JSON.stringify(INGRESS_CLASS)} is deprecated, please use 'spec.ingressClassName' instead`]
    : [];

export const runtimeWarnings = (runtime: KubeObject): readonly string[] =>
  Object.keys(objectAt(objectAt(runtime.scheduling).nodeSelector)).flatMap((key) => {
    const message = labelNodeMessage(key);
    return message === undefined ? [] : [`scheduling.nodeSelector: ${message}`];
  });

export const storageClassWarnings = (storageClass: KubeObject): readonly string[] =>
  objects(storageClass.allowedTopologies).flatMap((topology, index) =>
    objects(topology.matchLabelExpressions).flatMap(({ key }, at) => {
      const message = labelNodeMessage(text(key));
      return message === undefined ? [] : [`allowedTopologies[${index}].matchLabelExpressions[${at}].key: ${message}`];
    }),
  );

export function capacityWarnings(capacity: KubeObject): readonly string[] {
  const topology = objectAt(capacity.nodeTopology);
  return [
    ...nodeTermWarnings(topology, 'keys', 'nodeTopology'),
    ...Object.keys(objectAt(topology.matchLabels)).flatMap((key) => {
      const message = labelNodeMessage(key);
      return message === undefined ? [] : [`nodeTopology.matchLabels.${key}: ${message}`];
    }),
  ];
}
