/** Which warnings a type has, and when. A type without a row has none. */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { labelProblems } from '../meta/index.ts';
import * as kinds from './kinds.ts';
import { claimSpecWarnings, podWarnings } from './pod.ts';
import { webhookWarnings } from './webhooks.ts';

/** `live` is undefined on creation. */
type Warn = (next: KubeObject, live: KubeObject | undefined) => readonly string[];

/** Names of Pods are made of names like this one. */
const nameWarnings = ({ metadata }: KubeObject, use: string): readonly string[] => {
  const problems = labelProblems(metadata.name ?? '');
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
};

const generationChanged = (next: KubeObject, live: KubeObject): boolean => next.metadata.generation !== live.metadata.generation;

const templateAt = (object: JsonObject, path: readonly string[]): JsonObject => path.reduce((at, step) => objectAt(at[step]), object);

interface TemplateRule {
  /** Where the template of Pods stands. */
  readonly path: readonly string[];
  readonly named?: true;
  readonly changed?: (next: KubeObject, live: KubeObject) => boolean;
}

/** Templates are looked at when they are new, and when what counts for the generation changed. */
const ofTemplate =
  ({ path, named, changed = generationChanged }: TemplateRule): Warn =>
  (next, live) => {
    if (live !== undefined && !changed(next, live)) return [];
    const name = named === true && live === undefined ? nameWarnings(next, 'Pod names and hostnames') : [];
    return [...name, ...jobWarnings(next, path), ...podWarnings(templateAt(next, path), path.join('.'))];
  };

const MANY_INDEXES =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';

/** Kubernetes: pkg/api/job/warnings.go. */
function jobWarnings(object: KubeObject, path: readonly string[]): readonly string[] {
  const { completionMode, completions, parallelism } = templateAt(object, path.slice(0, -1));
  const many = completionMode === 'Indexed' && Number(completions ?? 0) > 100_000 && Number(parallelism ?? 0) > 10_000;
  return many ? [`${path.slice(0, -1).join('.')}: ${MANY_INDEXES}`] : [];
}

const plain = { path: ['spec', 'template'] };
const template: Warn = ofTemplate({ ...plain, named: true });

const statefulSet: Warn = (next, live) => {
  const { volumeClaimTemplates, revisionHistoryLimit } = objectAt(next.spec);
  const path = (index: number): string => `spec.volumeClaimTemplates[${index}]${live === undefined ? '' : '.Spec'}`;
  const limit = typeof revisionHistoryLimit === 'number' && revisionHistoryLimit < 0;
  return [
    ...ofTemplate(plain)(next, live),
    ...objects(volumeClaimTemplates).flatMap((claim, index) => claimSpecWarnings(objectAt(claim.spec), path(index))),
    ...(limit ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'] : []),
  ];
};

const daemonSet = ofTemplate({
  ...plain,
  changed: (next, live) => {
    const count = ({ metadata }: KubeObject): string | undefined => metadata.annotations?.['deprecated.daemonset.template.generation'];
    return count(next) !== count(live);
  },
});

const ZONE =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

const cronJob: Warn = (next, live) => [
  ...ofTemplate({ path: ['spec', 'jobTemplate', 'spec', 'template'], named: true })(next, live),
  ...(live !== undefined && text(objectAt(next.spec).schedule).includes('TZ') ? [ZONE] : []),
];

const pod: Warn = (next, live) => (live === undefined ? [...nameWarnings(next, "the Pod's hostname"), ...podWarnings(next, '')] : []);

const rules: Readonly<Record<string, Warn>> = {
  pods: pod,
  podtemplates: ofTemplate({ path: ['template'] }),
  // On update the real server looks at the template that is replaced.
  replicationcontrollers: (next, live) =>
    live === undefined || !generationChanged(next, live)
      ? template(next, live)
      : podWarnings(templateAt(live, plain.path), 'spec.template'),
  'deployments.apps': template,
  'replicasets.apps': template,
  'statefulsets.apps': statefulSet,
  'daemonsets.apps': daemonSet,
  'jobs.batch': template,
  'cronjobs.batch': cronJob,
  services: kinds.serviceWarnings,
  persistentvolumes: kinds.volumeWarnings,
  persistentvolumeclaims: kinds.claimWarnings,
  secrets: kinds.secretWarnings,
  serviceaccounts: kinds.accountWarnings,
  nodes: kinds.nodeWarnings,
  endpoints: kinds.endpointsWarnings,
  'endpointslices.discovery.k8s.io': kinds.sliceWarnings,
  'networkpolicies.networking.k8s.io': kinds.policyWarnings,
  'ingresses.networking.k8s.io': kinds.ingressWarnings,
  'runtimeclasses.node.k8s.io': kinds.runtimeWarnings,
  'storageclasses.storage.k8s.io': kinds.storageClassWarnings,
  'csistoragecapacities.storage.k8s.io': kinds.capacityWarnings,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookWarnings,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookWarnings,
  'customresourcedefinitions.apiextensions.k8s.io': webhookWarnings,
};

/** Warnings about a write of the main resource. */
export const warningsOf = (table: string, next: KubeObject, live: KubeObject | undefined): readonly string[] =>
  Object.hasOwn(rules, table) ? (rules[table]?.(next, live) ?? []) : [];
