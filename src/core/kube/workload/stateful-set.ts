/** StatefulSets: Pods with names and claims of their own, in order. Kubernetes: pkg/controller/statefulset. */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import {
  controllerReference,
  count,
  failedCreate,
  isDeleting,
  isPodAvailable,
  isPodReady,
  phaseOf,
  podOf,
  replicasOf,
  specOf,
  statusOf,
  templateHash,
  templateOf,
} from './shared.ts';

const from = 'statefulset-controller';
const REVISION = 'controller-revision-hash';

interface Plan {
  readonly set: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly revision: string;
  readonly parallel: boolean;
  readonly view: View;
  /** The status, which is told even when something could not be made. */
  readonly told: readonly Change[];
}

const startOf = (set: KubeObject): number => count(objectAt(specOf(set).ordinals).start);

const ordinalOf = (set: KubeObject, pod: KubeObject): number => {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name ?? '');
  return match !== null && match[1] === set.metadata.name ? Number(match[2]) : -1;
};

function revisionChanges(set: KubeObject, revision: string, view: View): readonly Change[] {
  const namespace = set.metadata.namespace ?? '';
  if (view.get('controllerrevisions.apps', namespace, revision) !== undefined) return [];
  const numbers = view.owned('controllerrevisions.apps', set.metadata.uid ?? '').map((known) => count(known.revision));
  const labels = { ...objectAt(objectAt(templateOf(set).metadata).labels), [REVISION]: revision };
  const object: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: revision, namespace, labels, ownerReferences: [controllerReference(set)] },
    data: { spec: { template: { ...templateOf(set), $patch: 'replace' } } },
    revision: Math.max(0, ...numbers) + 1,
  };
  return [{ kind: 'create', table: 'controllerrevisions.apps', object }];
}

/** The claims of a Pod, made from the templates; those that exist are used again. */
function claimChanges({ set, view, told }: Plan, podName: string): readonly Change[] {
  const namespace = set.metadata.namespace ?? '';
  return objects(specOf(set).volumeClaimTemplates).flatMap((template): readonly Change[] => {
    const meta = objectAt(template.metadata);
    const name = `${text(meta.name)}-${podName}`;
    if (view.get('persistentvolumeclaims', namespace, name) !== undefined) return [];
    const labels = { ...objectAt(meta.labels), ...objectAt(objectAt(specOf(set).selector).matchLabels) };
    const object: JsonObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { ...meta, name, namespace, labels },
      spec: template.spec ?? {},
    };
    const { creationTimestamp: _none, ...clean } = objectAt(object.metadata);
    const message = `create Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name ?? ''} success`;
    const failed = (why: string): string =>
      `create Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name ?? ''} failed error: ${why}`;
    return [
      {
        kind: 'create',
        table: 'persistentvolumeclaims',
        object: { ...object, metadata: clean },
        refused: (why) => [failedCreate(set, failed(why), from), ...told],
      },
      { kind: 'event', about: set, event: { type: 'Normal', reason: 'SuccessfulCreate', message, from } },
    ];
  });
}

function newPod(plan: Plan, ordinal: number): readonly Change[] {
  const { set, revision, told } = plan;
  const name = `${set.metadata.name ?? ''}-${ordinal}`;
  const labels = { [REVISION]: revision, 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal) };
  const template = templateOf(set);
  const claims = objects(specOf(set).volumeClaimTemplates).map((claim) => text(objectAt(claim.metadata).name));
  const volumes = claims.map((volume) => ({ name: volume, persistentVolumeClaim: { claimName: `${volume}-${name}` } }));
  const kept = objects(objectAt(template.spec).volumes).filter((volume) => !claims.includes(text(volume.name)));
  const spec = {
    hostname: name,
    subdomain: text(specOf(set).serviceName),
    ...(volumes.length === 0 ? {} : { volumes: [...kept, ...volumes] }),
  };
  const message = `create Pod ${name} in StatefulSet ${set.metadata.name ?? ''} successful`;
  const failed = (why: string): string => `create Pod ${name} in StatefulSet ${set.metadata.name ?? ''} failed error: ${why}`;
  return [
    ...claimChanges(plan, name),
    {
      kind: 'create',
      table: 'pods',
      object: podOf(set, template, { name, labels, spec }),
      refused: (why) => [failedCreate(set, failed(why), from), ...told],
    },
    { kind: 'event', about: set, event: { type: 'Normal', reason: 'SuccessfulCreate', message, from } },
  ];
}

function deletion(set: KubeObject, pod: KubeObject): readonly Change[] {
  const message = `delete Pod ${pod.metadata.name ?? ''} in StatefulSet ${set.metadata.name ?? ''} successful`;
  return [
    { kind: 'delete', table: 'pods', object: pod },
    { kind: 'event', about: set, event: { type: 'Normal', reason: 'SuccessfulDelete', message, from } },
  ];
}

/** Makes what is missing, in order; one that is not ready holds up those behind it. */
function growth(plan: Plan): { readonly changes: readonly Change[]; readonly settled: boolean } {
  const { set, pods, parallel } = plan;
  const first = startOf(set);
  const changes: Change[] = [];
  for (let ordinal = first; ordinal < first + replicasOf(set); ordinal++) {
    const pod = pods.find((candidate) => ordinalOf(set, candidate) === ordinal);
    if (pod === undefined) {
      changes.push(...newPod(plan, ordinal));
      if (!parallel) return { changes, settled: false };
    } else if (phaseOf(pod) === 'Failed' || phaseOf(pod) === 'Succeeded') {
      changes.push(...deletion(set, pod));
      if (!parallel) return { changes, settled: false };
    } else if (!parallel && (!isPodReady(pod) || isDeleting(pod))) return { changes, settled: false };
  }
  return { changes, settled: changes.length === 0 };
}

/** Pods beyond the wanted number go from the highest ordinal down, one at a time. */
function shrink({ set, pods, parallel }: Plan): readonly Change[] {
  const last = startOf(set) + replicasOf(set);
  const extra = pods.filter((pod) => ordinalOf(set, pod) >= last || ordinalOf(set, pod) < startOf(set));
  const sorted = [...extra].sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  if (!parallel && sorted.some(isDeleting)) return [];
  return sorted.slice(0, parallel ? undefined : 1).flatMap((pod) => (isDeleting(pod) ? [] : deletion(set, pod)));
}

/** Replaces Pods of older revisions from the highest ordinal down to the partition. */
function rolling({ set, pods, revision }: Plan): readonly Change[] {
  const strategy = objectAt(specOf(set).updateStrategy);
  if (strategy.type === 'OnDelete') return [];
  const partition = startOf(set) + count(objectAt(strategy.rollingUpdate).partition);
  const sorted = [...pods].sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  for (const pod of sorted) {
    if (ordinalOf(set, pod) < partition) return [];
    if (pod.metadata.labels?.[REVISION] !== revision) return isDeleting(pod) ? [] : deletion(set, pod);
    if (!isPodReady(pod)) return [];
  }
  return [];
}

function status({ set, pods, revision, view }: Omit<Plan, 'told'>): JsonObject {
  const old = statusOf(set);
  const minReady = count(specOf(set).minReadySeconds);
  const present = pods.filter((pod) => ordinalOf(set, pod) >= 0);
  const current = text(old.currentRevision) || revision;
  const updated = present.filter((pod) => pod.metadata.labels?.[REVISION] === revision && !isDeleting(pod)).length;
  const ready = present.filter(isPodReady).length;
  const done = updated === replicasOf(set) && ready === replicasOf(set) && present.length === replicasOf(set);
  const currentRevision = done ? revision : current;
  const ofCurrent = present.filter((pod) => pod.metadata.labels?.[REVISION] === currentRevision && !isDeleting(pod)).length;
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: present.length,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(ofCurrent === 0 ? {} : { currentReplicas: ofCurrent }),
    ...(updated === 0 ? {} : { updatedReplicas: updated }),
    currentRevision,
    updateRevision: revision,
    collisionCount: 0,
    availableReplicas: present.filter((pod) => isPodAvailable(pod, minReady, view.now)).length,
  };
}

function reconcile(set: KubeObject, view: View): Outcome {
  const revision = `${set.metadata.name ?? ''}-${templateHash(templateOf(set))}`;
  const pods = view.owned('pods', set.metadata.uid ?? '');
  const seen = { set, pods, revision, parallel: specOf(set).podManagementPolicy === 'Parallel', view };
  const next = status(seen);
  const told: readonly Change[] = sameJson(next, set.status)
    ? []
    : [{ kind: 'status', table: 'statefulsets.apps', object: { ...set, status: next } }];
  const plan: Plan = { ...seen, told };
  const changes: Change[] = [...revisionChanges(set, revision, view)];
  if (!isDeleting(set)) {
    const { changes: grown, settled } = growth(plan);
    const shrunk = grown.length > 0 ? [] : shrink(plan);
    changes.push(...grown, ...shrunk);
    if ((settled || plan.parallel) && shrunk.length === 0) changes.push(...rolling(plan));
  }
  return { changes: [...changes, ...told] };
}

export const statefulSetController: Controller = {
  name: from,
  table: 'statefulsets.apps',
  related: { pods: (pod) => controllerOf(pod, 'StatefulSet') },
  reconcile,
};
