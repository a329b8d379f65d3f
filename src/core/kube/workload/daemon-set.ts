/** DaemonSets: one Pod on each matching node. Kubernetes: pkg/controller/daemon. */
import { type JsonObject, type KubeObject, objectAt, text } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import {
  conditionOf,
  count,
  isDeleting,
  isPodAvailable,
  isPodReady,
  phaseOf,
  createPod,
  podOf,
  specOf,
  templateHash,
  templateOf,
} from './shared.ts';

const from = 'daemonset-controller';
const HASH = 'controller-revision-hash';
const GENERATION = 'pod-template-generation';

function wants(set: KubeObject, node: KubeObject): boolean {
  const selector = objectAt(objectAt(templateOf(set).spec).nodeSelector);
  return Object.entries(selector).every(([key, value]) => node.metadata.labels?.[key] === value);
}

/** The node a DaemonSet's Pod is meant for: its affinity names it before the scheduler does. */
function nodeOf(pod: KubeObject): string {
  const named = text(specOf(pod).nodeName);
  if (named !== '') return named;
  const affinity = objectAt(objectAt(objectAt(specOf(pod).affinity).nodeAffinity).requiredDuringSchedulingIgnoredDuringExecution);
  const terms = Array.isArray(affinity.nodeSelectorTerms) ? affinity.nodeSelectorTerms : [];
  const fields = objectAt(terms[0]).matchFields;
  const values = Array.isArray(fields) ? objectAt(fields[0]).values : undefined;
  return Array.isArray(values) ? text(values[0] as string) : '';
}

function newPod(set: KubeObject, hash: string, node: string): JsonObject {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
  const labels = { [HASH]: hash, [GENERATION]: set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? '1' };
  return podOf(set, templateOf(set), { labels, spec: { affinity } });
}

const say = (set: KubeObject, reason: string, message: string): Change => ({
  kind: 'event',
  about: set,
  event: { type: 'Normal', reason, message, from },
});

interface Plan {
  readonly set: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly nodes: readonly KubeObject[];
  readonly hash: string;
}

function placing({ set, pods, nodes, hash }: Plan): readonly Change[] {
  const changes: Change[] = [];
  for (const node of nodes) {
    const name = node.metadata.name ?? '';
    const here = pods.filter((pod) => nodeOf(pod) === name);
    if (here.length === 0) changes.push(createPod(set, newPod(set, hash, name), { from }));
    for (const pod of here) {
      if (isDeleting(pod) || (phaseOf(pod) !== 'Failed' && phaseOf(pod) !== 'Succeeded')) continue;
      changes.push({ kind: 'delete', table: 'pods', object: pod });
    }
  }
  const names = new Set(nodes.map((node) => node.metadata.name));
  for (const pod of pods) {
    if (names.has(nodeOf(pod)) || isDeleting(pod)) continue;
    changes.push({ kind: 'delete', table: 'pods', object: pod }, say(set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name ?? ''}`));
  }
  return changes;
}

/** Replaces Pods of older templates, no more at once than may be unavailable. */
function rolling({ set, pods, nodes, hash }: Plan, now: number): readonly Change[] {
  const strategy = objectAt(specOf(set).updateStrategy);
  if (strategy.type === 'OnDelete') return [];
  const allowed = Math.max(1, count(objectAt(strategy.rollingUpdate).maxUnavailable, 1));
  const unavailable = nodes.length - pods.filter((pod) => !isDeleting(pod) && isPodAvailable(pod, 0, now)).length;
  const old = pods.filter((pod) => !isDeleting(pod) && pod.metadata.labels?.[HASH] !== hash);
  return old
    .slice(0, Math.max(0, allowed - unavailable))
    .flatMap((pod): readonly Change[] => [
      { kind: 'delete', table: 'pods', object: pod },
      say(set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name ?? ''}`),
    ]);
}

function status({ set, pods, nodes, hash }: Plan, now: number): JsonObject {
  const live = pods.filter((pod) => !isDeleting(pod));
  const minReady = count(specOf(set).minReadySeconds);
  const available = live.filter((pod) => isPodAvailable(pod, minReady, now)).length;
  const updated = live.filter((pod) => pod.metadata.labels?.[HASH] === hash).length;
  return {
    currentNumberScheduled: live.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: live.filter(isPodReady).length,
    observedGeneration: set.metadata.generation ?? 1,
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(available === 0 ? {} : { numberAvailable: available }),
    ...(nodes.length - available <= 0 ? {} : { numberUnavailable: nodes.length - available }),
  };
}

function reconcile(set: KubeObject, view: View): Outcome {
  const nodes = view.list('nodes', '').filter((node) => conditionOf(node, 'Ready')?.status === 'True' && wants(set, node));
  const plan: Plan = { set, pods: view.owned('pods', set.metadata.uid ?? ''), nodes, hash: templateHash(templateOf(set)) };
  const changes: Change[] = [];
  if (!isDeleting(set)) {
    const placed = placing(plan);
    changes.push(...placed, ...(placed.length > 0 ? [] : rolling(plan, view.now)));
  }
  const next = status(plan, view.now);
  if (!sameJson(next, set.status)) changes.push({ kind: 'status', table: 'daemonsets.apps', object: { ...set, status: next } });
  return { changes };
}

export const daemonSetController: Controller = {
  name: from,
  table: 'daemonsets.apps',
  related: {
    pods: (pod) => controllerOf(pod, 'DaemonSet'),
    nodes: (_node, view) =>
      view.list('daemonsets.apps', '').map((set) => ({ namespace: set.metadata.namespace ?? '', name: set.metadata.name ?? '' })),
  },
  reconcile,
};
