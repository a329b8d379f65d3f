/** The rules the restricted standard has beyond the baseline. Kubernetes: pod-security-admission policy/check_*.go. */
import { isSet, type JsonObject, objectAt, objects, texts } from '../../object/index.ts';
import { addedCapabilities, type PodCheck, seccompProfile } from './baseline.ts';
import { containersOf, isWindows, listed, plural, quoted, securityOf, setters, sorted } from './reading.ts';

/** From 1.25 on, what has no meaning on Windows is not asked of Windows Pods. */
export const notOnWindows =
  (check: PodCheck): PodCheck =>
  (pod) =>
    isWindows(pod) ? undefined : check(pod);

export const privilegeEscalation: PodCheck = (pod) => {
  const bad = containersOf(pod).filter((container) => securityOf(container).allowPrivilegeEscalation !== false);
  return bad.length === 0
    ? undefined
    : {
        reason: 'allowPrivilegeEscalation != false',
        detail: `${listed('container', bad)} must set securityContext.allowPrivilegeEscalation=false`,
      };
};

export const droppedCapabilities: PodCheck = (pod) => {
  const containers = containersOf(pod);
  const kept = containers.filter((container) => !texts(objectAt(securityOf(container).capabilities).drop).includes('ALL'));
  const added = (container: JsonObject): readonly string[] => addedCapabilities(container).filter((name) => name !== 'NET_BIND_SERVICE');
  const adding = containers.filter((container) => added(container).length > 0);
  const details = [
    ...(kept.length === 0 ? [] : [`${listed('container', kept)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0
      ? []
      : [`${listed('container', adding)} must not include ${quoted(sorted(adding.flatMap(added)))} in securityContext.capabilities.add`]),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const plainVolumes = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];

/** Everything else a volume can be, in the order in which it is looked for. */
const otherVolumes = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

export const volumeTypes: PodCheck = ({ spec }) => {
  const bad = objects(spec.volumes).filter((volume) => !plainVolumes.some((type) => isSet(volume[type])));
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map((volume) => otherVolumes.find((type) => isSet(volume[type])) ?? 'unknown'));
  const uses = bad.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${listed('volume', bad)} ${uses} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
};

export const runAsNonRoot: PodCheck = (pod) => {
  const reason = 'runAsNonRoot != true';
  const by = setters(pod, (security) => security.runAsNonRoot === false);
  if (by.length > 0) return { reason, detail: `${by.join(' and ')} must not set securityContext.runAsNonRoot=false` };
  if (securityOf(pod.spec).runAsNonRoot === true) return undefined;
  const silent = containersOf(pod).filter((container) => !isSet(securityOf(container).runAsNonRoot));
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${listed('container', silent)} must set securityContext.runAsNonRoot=true` };
};

export const runAsUser: PodCheck = (pod) => {
  const by = setters(pod, (security) => security.runAsUser === 0);
  return by.length === 0 ? undefined : { reason: 'runAsUser=0', detail: `${by.join(' and ')} must not set runAsUser=0` };
};

export const seccompRequired: PodCheck = (pod) => {
  const bad = seccompProfile(pod);
  if (bad !== undefined || isSet(securityOf(pod.spec).seccompProfile)) return bad;
  const silent = containersOf(pod).filter((container) => !isSet(securityOf(container).seccompProfile));
  if (silent.length === 0) return undefined;
  const detail = `pod or ${listed('container', silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: 'seccompProfile', detail };
};
