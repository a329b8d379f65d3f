/** Deployments: rolling from one ReplicaSet to the next. Kubernetes: pkg/controller/deployment. */
import { type JsonObject, type KubeObject, objectAt, withoutKey } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { deadlineOf, deploymentStatus, maxSurge, maxUnavailable } from './deployment-status.ts';
import { controllerReference, count, createdAt, isDeleting, replicasOf, specOf, statusOf, templateHash, templateOf } from './shared.ts';

const from = 'deployment-controller';
const SETS = 'replicasets.apps';
const HASH = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function withoutHash(template: JsonObject): JsonObject {
  const meta = objectAt(template.metadata);
  return { ...template, metadata: { ...meta, labels: withoutKey(objectAt(meta.labels), HASH) } };
}

const sameTemplate = (set: KubeObject, deployment: KubeObject): boolean =>
  sameJson(withoutHash(templateOf(set)), withoutHash(templateOf(deployment)));

const revisionOf = (object: KubeObject): number => Number(object.metadata.annotations?.[REVISION] ?? '0') || 0;

const scaleAnnotations = (deployment: KubeObject): Record<string, string> => ({
  [DESIRED]: String(replicasOf(deployment)),
  [MAXIMUM]: String(replicasOf(deployment) + maxSurge(deployment)),
});

function newSet(deployment: KubeObject, revision: number, replicas: number): JsonObject {
  const template = templateOf(deployment);
  const hash = templateHash([template, statusOf(deployment).collisionCount ?? null]);
  const labels = { ...objectAt(objectAt(template.metadata).labels), [HASH]: hash };
  const selector = objectAt(specOf(deployment).selector);
  const minReady = count(specOf(deployment).minReadySeconds);
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => key !== LAST_APPLIED && key !== REVISION);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name ?? ''}-${hash}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: { ...Object.fromEntries(own), [REVISION]: String(revision), ...scaleAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReady === 0 ? {} : { minReadySeconds: minReady }),
      selector: { ...selector, matchLabels: { ...objectAt(selector.matchLabels), [HASH]: hash } },
      template: { ...template, metadata: { ...objectAt(template.metadata), labels } },
    },
  };
}

function scaled(deployment: KubeObject, set: KubeObject, replicas: number): readonly Change[] {
  const before = count(specOf(set).replicas);
  const annotations = { ...set.metadata.annotations, ...scaleAnnotations(deployment) };
  if (before === replicas && sameJson(annotations, set.metadata.annotations)) return [];
  const next = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...specOf(set), replicas } };
  const update: Change = { kind: 'update', table: SETS, object: next };
  return before === replicas ? [update] : [update, scalingEvent(deployment, set.metadata.name ?? '', { before, after: replicas })];
}

function scalingEvent(
  deployment: KubeObject,
  name: string,
  { before, after }: { readonly before: number; readonly after: number },
): Change {
  const direction = after > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${name} from ${before} to ${after}`;
  return { kind: 'event', about: deployment, event: { type: 'Normal', reason: 'ScalingReplicaSet', message, from } };
}

const total = (sets: readonly KubeObject[]): number => sets.reduce((sum, set) => sum + count(specOf(set).replicas), 0);
const available = (sets: readonly KubeObject[]): number => sets.reduce((sum, set) => sum + count(statusOf(set).availableReplicas), 0);

/** How many Pods the new ReplicaSet may have now. */
function newReplicas(deployment: KubeObject, all: readonly KubeObject[], present: number): number {
  const wanted = replicasOf(deployment);
  if (objectAt(specOf(deployment).strategy).type === 'Recreate') return wanted;
  const room = wanted + maxSurge(deployment) - total(all);
  return present >= wanted ? wanted : room <= 0 ? present : Math.min(wanted, present + room);
}

/** Takes Pods from old ReplicaSets as far as availability allows; those that are not ready anyway go first. */
function scaleDownOld(deployment: KubeObject, current: KubeObject, old: readonly KubeObject[]): readonly Change[] {
  const all = [...old, current];
  const minimum = replicasOf(deployment) - maxUnavailable(deployment);
  const newUnavailable = count(specOf(current).replicas) - count(statusOf(current).availableReplicas);
  let budget = total(all) - minimum - newUnavailable;
  const changes: Change[] = [];
  const left = new Map<KubeObject, number>();
  for (const set of old) {
    const have = count(specOf(set).replicas);
    const unhealthy = Math.max(0, Math.min(budget, have - count(statusOf(set).availableReplicas)));
    left.set(set, have - unhealthy);
    budget -= unhealthy;
  }
  let spare = Math.max(0, Math.min(budget, available(all) - minimum));
  for (const set of old) {
    const have = left.get(set) ?? 0;
    const taken = Math.min(spare, have);
    spare -= taken;
    if (have - taken !== count(specOf(set).replicas)) changes.push(...scaled(deployment, set, have - taken));
  }
  return changes;
}

function roll(deployment: KubeObject, current: KubeObject, old: readonly KubeObject[]): readonly Change[] {
  if (specOf(deployment).paused === true) return [];
  const running = old.filter((set) => count(specOf(set).replicas) > 0);
  if (objectAt(specOf(deployment).strategy).type === 'Recreate') {
    if (running.length > 0) return running.flatMap((set) => scaled(deployment, set, 0));
    if (old.some((set) => count(statusOf(set).replicas) > 0)) return [];
    return scaled(deployment, current, replicasOf(deployment));
  }
  const up = scaled(deployment, current, newReplicas(deployment, [...old, current], count(specOf(current).replicas)));
  if (up.length > 0) return up;
  return running.length === 0 ? [] : scaleDownOld(deployment, current, running);
}

/** Old ReplicaSets beyond the history limit. */
function history(deployment: KubeObject, old: readonly KubeObject[]): readonly Change[] {
  const limit = count(specOf(deployment).revisionHistoryLimit, 10);
  const empty = old.filter((set) => count(specOf(set).replicas) === 0 && count(statusOf(set).replicas) === 0 && !isDeleting(set));
  return [...empty]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, empty.length - limit))
    .map((object): Change => ({ kind: 'delete', table: SETS, object }));
}

/** Status and revision in one write: through /status annotations do not count as a new generation. */
function statusChange(deployment: KubeObject, status: JsonObject, revision?: number): readonly Change[] {
  const annotations =
    revision === undefined ? deployment.metadata.annotations : { ...deployment.metadata.annotations, [REVISION]: String(revision) };
  if (sameJson(status, deployment.status) && sameJson(annotations, deployment.metadata.annotations)) return [];
  const metadata = annotations === undefined ? deployment.metadata : { ...deployment.metadata, annotations };
  return [{ kind: 'status', table: 'deployments.apps', object: { ...deployment, metadata, status } }];
}

function create(deployment: KubeObject, sets: readonly KubeObject[], now: number): Outcome {
  const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
  const recreate = objectAt(specOf(deployment).strategy).type === 'Recreate';
  const blocked = recreate && sets.some((set) => count(specOf(set).replicas) > 0 || count(statusOf(set).replicas) > 0);
  const replicas = blocked ? 0 : newReplicas(deployment, sets, 0);
  const object = newSet(deployment, revision, replicas);
  const made = object as unknown as KubeObject;
  const status = deploymentStatus({ deployment, current: made, sets, created: true, now });
  const scaling = replicas === 0 ? [] : [scalingEvent(deployment, made.metadata.name ?? '', { before: 0, after: replicas })];
  return {
    changes: [{ kind: 'create', table: SETS, object }, ...scaling, ...statusChange(deployment, status, revision)],
  };
}

function reconcile(deployment: KubeObject, view: View): Outcome {
  const sets = view.owned(SETS, deployment.metadata.uid ?? '').filter((set) => !isDeleting(set));
  if (isDeleting(deployment))
    return { changes: statusChange(deployment, deploymentStatus({ deployment, current: undefined, sets, created: false, now: view.now })) };
  const current = [...sets].sort((a, b) => createdAt(a) - createdAt(b)).find((set) => sameTemplate(set, deployment));
  if (current === undefined) return specOf(deployment).paused === true ? { changes: [] } : create(deployment, sets, view.now);
  const old = sets.filter((set) => set !== current);
  const newest = Math.max(0, ...old.map(revisionOf));
  if (revisionOf(current) <= newest) return renumbered(current, newest + 1);
  const status = deploymentStatus({ deployment, current, sets, created: false, now: view.now });
  const changes = [
    ...roll(deployment, current, old),
    ...history(deployment, old),
    ...statusChange(deployment, status, revisionOf(current)),
  ];
  const deadline = deadlineOf({ ...deployment, status });
  return deadline === undefined ? { changes } : { changes, again: deadline - view.now + 1001 };
}

/** A template that comes back (a rollback) makes its old ReplicaSet the newest. */
function renumbered(set: KubeObject, revision: number): Outcome {
  const annotations = { ...set.metadata.annotations, [REVISION]: String(revision) };
  return { changes: [{ kind: 'update', table: SETS, object: { ...set, metadata: { ...set.metadata, annotations } } }] };
}

export const deploymentController: Controller = {
  name: from,
  table: 'deployments.apps',
  related: { [SETS]: (set) => controllerOf(set, 'Deployment') },
  reconcile,
};
