/** Updates of status subresources. Kubernetes: the Validate…StatusUpdate of pkg/apis/{core,apps,autoscaling,networking,policy}/validation. */
import { parseAddress } from '../../go/netip/index.ts';
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, nonnegative, problems, IP_HINT } from './checks.ts';
import { jobStatusErrors } from './job-status.ts';
import { podStatusErrors } from './pod-status.ts';
import { amountsErrors } from './quota.ts';
import { claimStatusErrors, conditionsErrors, nodeStatusErrors } from './report.ts';

type Check = (status: JsonObject, live: JsonObject, next: KubeObject) => Errors;

const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

const noneNegative = (status: JsonObject, fields: readonly string[]): Errors =>
  fields.flatMap((field) => nonnegative(status[field], `status.${field}`));

const over = (status: JsonObject, field: string, limit: string, why: string): Errors =>
  count(status[field]) > count(status[limit]) ? [fieldError.invalid(`status.${field}`, count(status[field]), why)] : [];

const notOverAll = (status: JsonObject, fields: readonly string[], ready: string): Errors => [
  ...fields.flatMap((field) => over(status, field, 'replicas', 'cannot be greater than status.replicas')),
  ...over(status, 'availableReplicas', 'readyReplicas', `cannot be greater than ${ready}`),
];

function decremented(status: JsonObject, live: JsonObject): Errors {
  if (!isSet(live.collisionCount) || (isSet(status.collisionCount) && count(status.collisionCount) >= count(live.collisionCount)))
    return [];
  return [fieldError.invalid('status.collisionCount', count(status.collisionCount), 'cannot be decremented')];
}

const replicaSet: Check = (status) => {
  const fields = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'];
  return [
    ...noneNegative(status, fields),
    ...notOverAll(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
  ];
};

const deploymentCounts = ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'];

const deployment: Check = (status, live) => [
  ...noneNegative(status, [...deploymentCounts, 'terminatingReplicas', 'collisionCount']),
  ...notOverAll(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
  ...decremented(status, live),
];

const statefulSetCounts = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];

const statefulSet: Check = (status, live) => [
  ...noneNegative(status, [...statefulSetCounts, 'observedGeneration', 'collisionCount']),
  ...notOverAll(status, statefulSetCounts.slice(1), 'status.readyReplicas'),
  ...decremented(status, live),
];

const daemonSetCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

const daemonSet: Check = (status, live) => [...noneNegative(status, daemonSetCounts), ...decremented(status, live)];

const namespace: Check = (status, _live, next) => {
  const [phase, holds] =
    next.metadata.deletionTimestamp === undefined ? (['Active', 'is empty'] as const) : (['Terminating', 'is not empty'] as const);
  if (status.phase === phase) return [];
  return [fieldError.invalid('status.Phase', text(status.phase), `may only be '${phase}' if \`deletionTimestamp\` ${holds}`)];
};

const quota: Check = (status) => [...amountsErrors(status.hard, 'status.hard'), ...amountsErrors(status.used, 'status.used')];

function addressErrors(ingress: JsonObject, field: string): Errors {
  const [ip, hostname] = [text(ingress.ip), text(ingress.hostname)];
  const errors: FieldError[] = [];
  if (ip !== '' && parseAddress(ip, 'sloppy') === undefined) errors.push(fieldError.invalid(`${field}.ip`, ip, IP_HINT));
  return errors.concat(hostname === '' ? [] : hostErrors(hostname, `${field}.hostname`));
}

const hostErrors = (hostname: string, field: string): Errors => [
  ...problems(field, hostname, subdomainProblems(hostname)),
  ...(parseAddress(hostname, 'sloppy') === undefined ? [] : [fieldError.invalid(field, hostname, 'must be a DNS name, not an IP address')]),
];

const ingress: Check = (status) =>
  objects(objectAt(status.loadBalancer).ingress).flatMap((item, index) => addressErrors(item, `status.loadBalancer.ingress[${index}]`));

function modeErrors(item: JsonObject, field: string): Errors {
  const [ip, mode] = [text(item.ip), item.ipMode];
  if (!isSet(mode)) return ip === '' ? [] : [fieldError.required(field, 'must be specified when `ip` is set')];
  if (ip === '') return [fieldError.forbidden(field, 'may not be specified when `ip` is not set')];
  return ['Proxy', 'VIP'].includes(text(mode)) ? [] : [fieldError.notSupported(field, text(mode), ['Proxy', 'VIP'])];
}

const service: Check = (status, _live, next) => {
  const list = objects(objectAt(status.loadBalancer).ingress);
  const field = 'status.loadBalancer.ingress';
  if (list.length > 0 && objectAt(next.spec).type !== 'LoadBalancer')
    return [fieldError.forbidden(field, "may only be used when `spec.type` is 'LoadBalancer'")];
  return list.flatMap((item, index) => [
    ...addressErrors({ ip: item.ip ?? '' }, `${field}[${index}]`),
    ...modeErrors(item, `${field}[${index}].ipMode`),
    ...addressErrors({ hostname: item.hostname ?? '' }, `${field}[${index}]`),
  ]);
};

const budgetCounts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'];

const checks: Readonly<Record<string, Check>> = {
  pods: (status, live, { spec }) => podStatusErrors(status, live, objectAt(spec)),
  'jobs.batch': jobStatusErrors,
  persistentvolumeclaims: (status) => claimStatusErrors(status),
  nodes: (status) => nodeStatusErrors(status),
  namespaces: namespace,
  services: service,
  resourcequotas: quota,
  replicationcontrollers: replicaSet,
  'replicasets.apps': replicaSet,
  'deployments.apps': deployment,
  'statefulsets.apps': statefulSet,
  'daemonsets.apps': daemonSet,
  'ingresses.networking.k8s.io': ingress,
  'horizontalpodautoscalers.autoscaling': (status) => noneNegative(status, ['currentReplicas', 'desiredReplicas']),
  'poddisruptionbudgets.policy': (status) => [
    ...noneNegative(status, budgetCounts),
    ...conditionsErrors(status.conditions, 'status.conditions'),
  ],
};

export const builtinStatusErrors = (table: string, next: KubeObject, live: KubeObject): Errors =>
  checks[table]?.(objectAt(next.status), objectAt(live.status), next) ?? [];
