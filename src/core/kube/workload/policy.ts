/** Disruption budgets and autoscalers: what can be said about them without metrics. Kubernetes: pkg/controller/{disruption,podautoscaler}. */
import { matchesSelector, selectorOf } from '../../object/selector/index.ts';
import { getKey, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type Controller, nothing, type ObjectKey, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { formatTime } from '../time/index.ts';
import { conditionOf, isDeleting, isPodActive, isPodReady, ofTotal, replicasOf, specOf, statusOf, withCondition } from './shared.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
const SCALERS = 'horizontalpodautoscalers.autoscaling';

function selectedPods(budget: KubeObject, view: View): readonly KubeObject[] {
  const selector = selectorOf(specOf(budget).selector);
  if (!selector.ok) return [];
  return view
    .list('pods', budget.metadata.namespace ?? '')
    .filter((pod) => isPodActive(pod) && matchesSelector(selector.value, pod.metadata.labels));
}

function budgetStatus(budget: KubeObject, view: View): JsonObject {
  const spec = specOf(budget);
  const pods = selectedPods(budget, view);
  const expected = pods.length;
  const healthy = pods.filter(isPodReady).length;
  const desired =
    spec.maxUnavailable === undefined
      ? ofTotal(spec.minAvailable, expected, 'up')
      : Math.max(0, expected - ofTotal(spec.maxUnavailable, expected, 'up'));
  const allowed = Math.max(0, healthy - desired);
  const enough = allowed > 0;
  const old = conditionOf(budget, 'DisruptionAllowed');
  const condition = {
    type: 'DisruptionAllowed',
    status: enough ? 'True' : 'False',
    observedGeneration: budget.metadata.generation ?? 1,
    lastTransitionTime: old?.status === (enough ? 'True' : 'False') ? text(old.lastTransitionTime) : formatTime(view.now),
    reason: enough ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
  return {
    observedGeneration: budget.metadata.generation ?? 1,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: [condition],
  };
}

export const budgetController: Controller = {
  name: 'disruption-controller',
  table: BUDGETS,
  related: {
    pods: (pod, view): readonly ObjectKey[] =>
      view
        .list(BUDGETS, pod.metadata.namespace ?? '')
        .map((budget) => ({ namespace: budget.metadata.namespace ?? '', name: budget.metadata.name ?? '' })),
  },
  reconcile: (budget, view) => {
    if (isDeleting(budget)) return nothing;
    const status = budgetStatus(budget, view);
    return sameJson(status, budget.status) ? nothing : { changes: [{ kind: 'status', table: BUDGETS, object: { ...budget, status } }] };
  },
};

const tables: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  StatefulSet: 'statefulsets.apps',
  ReplicaSet: 'replicasets.apps',
};

/** Without metrics an autoscaler changes nothing and says why. */
function scaler(autoscaler: KubeObject, view: View): Outcome {
  const reference = objectAt(specOf(autoscaler).scaleTargetRef);
  const table = getKey(tables, text(reference.kind));
  const target = table === undefined ? undefined : view.get(table, autoscaler.metadata.namespace ?? '', text(reference.name));
  const metric = text(objectAt(objects(specOf(autoscaler).metrics)[0]?.resource).name) || 'cpu';
  const message = `the HPA was unable to compute the replica count: failed to get ${metric} utilization: unable to get metrics for resource ${metric}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)`;
  const time = formatTime(view.now);
  const make = (type: string, holds: boolean, why: { readonly reason: string; readonly message: string }): JsonObject => {
    const status = holds ? 'True' : 'False';
    const old = conditionOf(autoscaler, type);
    return { type, status, lastTransitionTime: old?.status === status ? text(old.lastTransitionTime) : time, ...why };
  };
  const able =
    target === undefined
      ? make('AbleToScale', false, {
          reason: 'FailedGetScale',
          message: `the HPA controller was unable to get the target's current scale: ${text(reference.kind).toLowerCase()}s.apps "${text(reference.name)}" not found`,
        })
      : make('AbleToScale', true, {
          reason: 'SucceededGetScale',
          message: "the HPA controller was able to get the target's current scale",
        });
  const first = withCondition(objects(statusOf(autoscaler).conditions), able);
  const conditions =
    target === undefined ? first : withCondition(first, make('ScalingActive', false, { reason: 'FailedGetResourceMetric', message }));
  const replicas = target === undefined ? {} : { currentReplicas: replicasOf(target) };
  const status = { ...statusOf(autoscaler), ...replicas, desiredReplicas: 0, currentMetrics: null, conditions };
  if (sameJson(status, autoscaler.status)) return nothing;
  return { changes: [{ kind: 'status', table: SCALERS, object: { ...autoscaler, status } }] };
}

export const autoscalerController: Controller = {
  name: 'horizontal-pod-autoscaler',
  table: SCALERS,
  related: {
    'deployments.apps': (target, view): readonly ObjectKey[] =>
      view
        .list(SCALERS, target.metadata.namespace ?? '')
        .filter((candidate) => objectAt(specOf(candidate).scaleTargetRef).name === target.metadata.name)
        .map((candidate) => ({ namespace: candidate.metadata.namespace ?? '', name: candidate.metadata.name ?? '' })),
  },
  reconcile: (autoscaler, view) => (isDeleting(autoscaler) ? nothing : scaler(autoscaler, view)),
};
