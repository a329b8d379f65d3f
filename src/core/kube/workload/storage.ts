/** Claims: bound to a volume that fits, or to one that the simulated provisioner makes. Kubernetes: pkg/controller/volume/persistentvolume. */
import { type JsonObject, type KubeObject, objectAt, text } from '../../object/index.ts';
import { type Change, type Controller, nothing, type Outcome, type View } from '../controller/index.ts';
import { claimNames } from './references.ts';
import { isDeleting, specOf, statusOf } from './shared.ts';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const from = 'persistentvolume-controller';
const SIMULATED = 'lockstep.dev/simulated';
const PROTECTION = 'kubernetes.io/pvc-protection';

const storageOf = (claim: KubeObject): string => text(objectAt(objectAt(specOf(claim).resources).requests).storage);

function claimReference(claim: KubeObject): JsonObject {
  const { namespace = '', name = '', uid = '' } = claim.metadata;
  return { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1' };
}

function bound(claim: KubeObject, volume: string, capacity: JsonObject): readonly Change[] {
  const annotations = {
    ...claim.metadata.annotations,
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
  };
  const next = { ...claim, metadata: { ...claim.metadata, annotations }, spec: { ...specOf(claim), volumeName: volume } };
  const status = { phase: 'Bound', accessModes: specOf(claim).accessModes ?? [], capacity };
  return [
    { kind: 'update', table: CLAIMS, object: next },
    { kind: 'status', table: CLAIMS, object: { ...next, status } },
  ];
}

const isFree = (volume: KubeObject, claim: KubeObject): boolean => {
  const reference = objectAt(specOf(volume).claimRef);
  const free = reference.name === undefined || (reference.name === claim.metadata.name && reference.namespace === claim.metadata.namespace);
  return free && text(specOf(volume).storageClassName) === text(specOf(claim).storageClassName);
};

function useVolume(claim: KubeObject, volume: KubeObject): readonly Change[] {
  const spec = { ...specOf(volume), claimRef: claimReference(claim) };
  const object = { ...volume, spec };
  return [
    { kind: 'update', table: VOLUMES, object },
    { kind: 'status', table: VOLUMES, object: { ...object, status: { ...statusOf(volume), phase: 'Bound' } } },
    ...bound(claim, volume.metadata.name ?? '', objectAt(specOf(volume).capacity)),
  ];
}

function provision(claim: KubeObject, className: string, reclaim: string): readonly Change[] {
  const name = `pvc-${claim.metadata.uid ?? ''}`;
  const capacity = { storage: storageOf(claim) };
  const object: JsonObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': SIMULATED } },
    spec: {
      accessModes: specOf(claim).accessModes ?? [],
      capacity,
      claimRef: claimReference(claim),
      persistentVolumeReclaimPolicy: reclaim,
      storageClassName: className,
      volumeMode: specOf(claim).volumeMode ?? 'Filesystem',
      hostPath: { path: `/simulated/${name}` },
    },
  };
  return [{ kind: 'create', table: VOLUMES, object }, ...bound(claim, name, capacity)];
}

function find(claim: KubeObject, view: View): Outcome {
  const named = text(specOf(claim).volumeName);
  const volumes = view.list(VOLUMES, '');
  const volume = volumes.find((candidate) => (named === '' ? isFree(candidate, claim) : candidate.metadata.name === named));
  if (volume !== undefined) return { changes: useVolume(claim, volume) };
  const className = text(specOf(claim).storageClassName);
  const storageClass = className === '' ? undefined : view.get('storageclasses.storage.k8s.io', '', className);
  if (storageClass?.provisioner === SIMULATED)
    return { changes: provision(claim, className, text(storageClass.reclaimPolicy) || 'Delete') };
  const message =
    className === ''
      ? 'no persistent volumes available for this claim and no storage class is set'
      : storageClass === undefined
        ? `storageclass.storage.k8s.io "${className}" not found`
        : `Waiting for a volume to be created either by the external provisioner '${text(storageClass.provisioner)}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  const reason = storageClass !== undefined ? 'ExternalProvisioning' : className === '' ? 'FailedBinding' : 'ProvisioningFailed';
  const type = reason === 'ProvisioningFailed' ? 'Warning' : 'Normal';
  return { changes: [{ kind: 'event', about: claim, event: { type, reason, message, from } }], again: 15_000 };
}

/** A claim in use is kept until its Pods are gone. */
function protectedClaim(claim: KubeObject, view: View): Outcome {
  const finalizers = claim.metadata.finalizers ?? [];
  if (!finalizers.includes(PROTECTION)) return nothing;
  const used = view.list('pods', claim.metadata.namespace ?? '').some((pod) => claimNames(pod).includes(claim.metadata.name ?? ''));
  if (used) return { changes: [], again: 1000 };
  const metadata = { ...claim.metadata, finalizers: finalizers.filter((finalizer) => finalizer !== PROTECTION) };
  return { changes: [{ kind: 'update', table: CLAIMS, object: { ...claim, metadata } }] };
}

export const claimController: Controller = {
  name: from,
  table: CLAIMS,
  related: {
    [VOLUMES]: (_volume, view) =>
      view
        .list(CLAIMS, '')
        .filter((claim) => text(statusOf(claim).phase) !== 'Bound')
        .map((claim) => ({ namespace: claim.metadata.namespace ?? '', name: claim.metadata.name ?? '' })),
  },
  reconcile: (claim, view) => {
    if (isDeleting(claim)) return protectedClaim(claim, view);
    return text(statusOf(claim).phase) === 'Bound' ? nothing : find(claim, view);
  },
};

/** A volume whose claim is gone is released, and deleted when that is its policy. */
function reconcileVolume(volume: KubeObject, view: View): Outcome {
  const reference = objectAt(specOf(volume).claimRef);
  if (isDeleting(volume)) {
    const finalizers = (volume.metadata.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes.io/pv-protection');
    return { changes: [{ kind: 'update', table: VOLUMES, object: { ...volume, metadata: { ...volume.metadata, finalizers } } }] };
  }
  const phase = text(statusOf(volume).phase);
  const to = (next: string): Outcome =>
    phase === next
      ? nothing
      : { changes: [{ kind: 'status', table: VOLUMES, object: { ...volume, status: { ...statusOf(volume), phase: next } } }] };
  if (reference.uid === undefined) return to('Available');
  const claim = view.get(CLAIMS, text(reference.namespace), text(reference.name));
  if (claim !== undefined && claim.metadata.uid === reference.uid) return to('Bound');
  if (specOf(volume).persistentVolumeReclaimPolicy === 'Delete') return { changes: [{ kind: 'delete', table: VOLUMES, object: volume }] };
  return to('Released');
}

export const volumeController: Controller = {
  name: 'volume-simulator',
  table: VOLUMES,
  related: {
    [CLAIMS]: (claim) => {
      const name = text(specOf(claim).volumeName);
      return name === '' ? [] : [{ namespace: '', name }];
    },
  },
  reconcile: reconcileVolume,
};
