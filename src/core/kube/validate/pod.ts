/** Pod specifications, alone and in templates. Kubernetes: ValidatePodSpec, ValidatePodTemplateSpec, ValidatePodUpdate. */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { goStringMap, labelErrors, subdomainProblems } from '../meta/index.ts';
import { fieldError } from '../status/index.ts';
import { selectorOf } from '../../object/selector/index.ts';
import { sameJson } from '../json/index.ts';
import { overheadErrors } from './amounts.ts';
import { dnsLabel, type Errors, oneOf, problems, selects } from './checks.ts';
import { containerErrors } from './container.ts';
import { aliasErrors, resolverErrors, systemErrors } from './pod-names.ts';
import { hostUsersErrors, podSecurityErrors } from './pod-security-context.ts';
import { affinityErrors, gateErrors, spreadErrors, tolerationErrors } from './scheduling.ts';
import { checkedVolumes } from './volumes.ts';

const MAX_INT32 = 2_147_483_647;

const byName = (spec: JsonObject, key: string, field: string): Errors =>
  text(spec[key]) === '' ? [] : problems(`${field}.${key}`, text(spec[key]), subdomainProblems(text(spec[key])));

/** A Pod specification. `account` is its service account for a Pod, undefined in a template. */
export function podSpecErrors(spec: JsonObject, field: string, account?: string): Errors {
  const deadline = spec.activeDeadlineSeconds;
  const badDeadline = typeof deadline === 'number' && (deadline < 1 || deadline > MAX_INT32);
  const volumes = checkedVolumes(spec, field, account);
  return [
    ...volumes.errors,
    ...containerErrors({ volumes: volumes.usable, spec }, field),
    ...oneOf(spec.restartPolicy, `${field}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...oneOf(spec.dnsPolicy, `${field}.dnsPolicy`, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...labelErrors(spec.nodeSelector, `${field}.nodeSelector`),
    ...podSecurityErrors(spec, field),
    ...affinityErrors(spec, field),
    ...resolverErrors(spec, field),
    ...gateErrors(spec, field),
    ...spreadErrors(spec, field),
    ...hostUsersErrors(spec, field),
    ...byName(spec, 'serviceAccountName', field),
    ...byName(spec, 'nodeName', field),
    ...(badDeadline
      ? [fieldError.invalid(`${field}.activeDeadlineSeconds`, deadline, `must be between 1 and ${MAX_INT32}, inclusive`)]
      : []),
    ...['hostname', 'subdomain'].flatMap((name) => (text(spec[name]) === '' ? [] : dnsLabel(text(spec[name]), `${field}.${name}`))),
    ...tolerationErrors(spec, field),
    ...aliasErrors(spec, field),
    ...byName(spec, 'priorityClassName', field),
    ...(isSet(spec.runtimeClassName)
      ? problems(`${field}.runtimeClassName`, text(spec.runtimeClassName), subdomainProblems(text(spec.runtimeClassName)))
      : []),
    ...(isSet(spec.preemptionPolicy) ? oneOf(spec.preemptionPolicy, `${field}.preemptionPolicy`, ['PreemptLowerPriority', 'Never']) : []),
    ...overheadErrors(spec, field),
    ...systemErrors(spec, field),
  ];
}

/** A Pod that somebody makes. What only Pods must not have, templates may. Kubernetes: ValidatePodCreate, validateContainerOnlyForPod. */
export function podErrors(pod: KubeObject): Errors {
  const spec = objectAt(pod.spec);
  const blank = (['containers', 'initContainers'] as const).flatMap((list) =>
    objects(spec[list]).flatMap(({ image }, index) =>
      text(image) === text(image).trim()
        ? []
        : [fieldError.invalid(`spec.${list}[${index}].image`, text(image), 'must not have leading or trailing whitespace')],
    ),
  );
  return [...podSpecErrors(spec, 'spec', text(spec.serviceAccountName)), ...blank];
}

/** A template without regard to who uses it. */
export function templateErrors(template: JsonObject, field: string): Errors {
  const meta = objectAt(template.metadata);
  return [...labelErrors(meta.labels, `${field}.labels`), ...podSpecErrors(objectAt(template.spec), `${field}.spec`)];
}

/** The template of a StatefulSet, whose Pods' specification the server does not look into. Kubernetes: ValidatePodTemplateSpecForStatefulSet. */
export function statefulTemplateErrors(template: JsonObject, selector: Json | undefined, field: string): Errors {
  const { labels } = objectAt(template.metadata);
  return [
    ...selectionErrors(labels, selector, field),
    ...labelErrors(labels, `${field}.labels`),
    ...runningErrors(template, field, 'StatefulSet'),
  ];
}

export function selectionErrors(labels: Json | undefined, selector: Json | undefined, field: string): Errors {
  if (selects(selector, labels)) return [];
  const shown = goStringMap(isObject(labels) ? labels : undefined);
  return [
    fieldError.raw('Invalid', `${field}.metadata.labels`, `Invalid value: ${shown}: \`selector\` does not match template \`labels\``),
  ];
}

/** What keeps running is always started again and has no end. */
export function runningErrors(template: JsonObject, field: string, kind: string): Errors {
  const spec = objectAt(template.spec);
  return [
    ...(spec.restartPolicy === 'Always'
      ? []
      : [fieldError.notSupported(`${field}.spec.restartPolicy`, spec.restartPolicy ?? '', ['Always'])]),
    ...(isSet(spec.activeDeadlineSeconds)
      ? [fieldError.forbidden(`${field}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`)]
      : []),
  ];
}

/** The template of something that keeps Pods running and selects them. */
export function runningTemplateErrors(
  template: JsonObject,
  selector: Json | undefined,
  field: string,
  looked: 'selectable' | 'always' = 'selectable',
): Errors {
  const { labels } = objectAt(template.metadata);
  // With a selector that cannot be read most kinds do not look at the template.
  if (looked === 'selectable' && isObject(selector) && !selectorOf(selector).ok) return [];
  return [...selectionErrors(labels, selector, field), ...templateErrors(template, field), ...runningErrors(template, field, 'ReplicaSet')];
}

const changeable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const withoutImages = (value: Json | undefined): Json => objects(value).map((container) => ({ ...container, image: '' }));

/** The parts of a running Pod that must stay. */
const fixedParts = (spec: JsonObject): JsonObject => ({
  ...spec,
  containers: withoutImages(spec.containers),
  initContainers: withoutImages(spec.initContainers),
  activeDeadlineSeconds: null,
  tolerations: null,
  terminationGracePeriodSeconds: null,
});

export function podUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const after = objectAt(next.spec);
  const before = objectAt(live.spec);
  const counted = (['containers', 'initContainers'] as const)
    .filter((name) => objects(after[name]).length !== objects(before[name]).length)
    .map((name) => fieldError.forbidden(`spec.${name}`, 'pod updates may not add or remove containers'));
  if (counted.length > 0) return [...podSpecErrors(after, 'spec', text(after.serviceAccountName)), ...counted.slice(0, 1)];
  const same = sameJson(fixedParts(after), fixedParts(before));
  return [
    ...podSpecErrors(after, 'spec', text(after.serviceAccountName)),
    ...deadlineErrors(after, before),
    ...lostTolerations(after, before),
    ...(same ? [] : [fieldError.forbidden('spec', changeable)]),
  ];
}

/** A deadline may come nearer, and never goes away. */
function deadlineErrors({ activeDeadlineSeconds: next }: JsonObject, { activeDeadlineSeconds: live }: JsonObject): Errors {
  const field = 'spec.activeDeadlineSeconds';
  if (typeof live !== 'number') return [];
  if (typeof next !== 'number') return [fieldError.invalid(field, 'null', 'must not update from a positive integer to nil value')];
  return next > live ? [fieldError.invalid(field, next, 'must be less than or equal to previous value')] : [];
}

/** Tolerations can be added, and given another number of seconds; nothing else. Kubernetes: validateOnlyAddedTolerations. */
function lostTolerations(after: JsonObject, before: JsonObject): Errors {
  const bare = (toleration: JsonObject): string => JSON.stringify(Object.entries({ ...toleration, tolerationSeconds: null }).sort());
  const kept = new Set(objects(after.tolerations).map(bare));
  const lost = objects(before.tolerations).some((toleration) => !kept.has(bare(toleration)));
  return lost ? [fieldError.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')] : [];
}
