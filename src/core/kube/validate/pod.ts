/** Pod specifications, alone and in templates. Kubernetes: ValidatePodSpec, ValidatePodTemplateSpec, ValidatePodUpdate. */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { goStringMap, labelErrors, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { selectorOf } from '../../object/selector/index.ts';
import { sameJson } from '../json/index.ts';
import { type Errors, oneOf, problems, selects } from './checks.ts';
import { containerErrors } from './container.ts';
import { volumeErrors } from './volumes.ts';

const MAX_INT32 = 2_147_483_647;

export function tolerationErrors(spec: JsonObject, field: string): Errors {
  return objects(spec.tolerations).flatMap((toleration, index) => {
    const path = `${field}.tolerations[${index}]`;
    const errors: FieldError[] = [];
    const operator = text(toleration.operator);
    if (text(toleration.key) === '' && operator !== 'Exists') {
      errors.push(
        fieldError.invalid(
          `${path}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    }
    if (isSet(toleration.tolerationSeconds) && toleration.effect !== 'NoExecute') {
      errors.push(
        fieldError.invalid(`${path}.effect`, text(toleration.effect), "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      );
    }
    if (operator === 'Exists' && text(toleration.value) !== '') {
      errors.push(fieldError.invalid(`${path}.operator`, toleration, "value must be empty when `operator` is 'Exists'"));
    }
    if (!['', 'Equal', 'Exists'].includes(operator))
      errors.push(fieldError.notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
    return errors;
  });
}

/** Ids of users and groups. Kubernetes: validation.IsValidUserID. */
const identityErrors = (context: JsonObject, field: string): Errors =>
  (['runAsUser', 'runAsGroup', 'fsGroup'] as const).flatMap((name) => {
    const id = context[name];
    return typeof id === 'number' && (id < 0 || id > MAX_INT32)
      ? [fieldError.invalid(`${field}.${name}`, id, `must be between 0 and ${MAX_INT32}, inclusive`)]
      : [];
  });

const spreadErrors = (spec: JsonObject, field: string): Errors =>
  objects(spec.topologySpreadConstraints).flatMap((constraint, index) => {
    const path = `${field}.topologySpreadConstraints[${index}]`;
    const skew = constraint.maxSkew ?? 0;
    return [
      ...(typeof skew === 'number' && skew <= 0 ? [fieldError.invalid(`${path}.maxSkew`, skew, 'must be greater than zero')] : []),
      ...(text(constraint.topologyKey) === '' ? [fieldError.required(`${path}.topologyKey`, 'can not be empty')] : []),
      ...(['DoNotSchedule', 'ScheduleAnyway'].includes(text(constraint.whenUnsatisfiable))
        ? []
        : [fieldError.notSupported(`${path}.whenUnsatisfiable`, constraint.whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway'])]),
    ];
  });

const byName = (spec: JsonObject, key: string, field: string): Errors =>
  text(spec[key]) === '' ? [] : problems(`${field}.${key}`, text(spec[key]), subdomainProblems(text(spec[key])));

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_HINT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';

/** Which settings of the kernel belong to a Pod's own network or processes. Kubernetes: component-helpers node/util/sysctl. */
const ofNetwork = (name: string): boolean => name.startsWith('net.');
const ofIpc = (name: string): boolean => /^(kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(name) || name === 'kernel.sem';

function sysctlErrors(spec: JsonObject, field: string): Errors {
  const names = objects(objectAt(spec.securityContext).sysctls).map(({ name }) => text(name).replaceAll('/', '.'));
  return names.flatMap((name, index) => {
    const at = `${field}[${index}].name`;
    const bad = name.length > 253 || !SYSCTL.test(name);
    const errors: FieldError[] = name === '' ? [fieldError.required(at, '')] : bad ? [fieldError.invalid(at, name, SYSCTL_HINT)] : [];
    if (errors.length === 0 && names.indexOf(name) < index) errors.push(fieldError.duplicate(at, name));
    if (spec.hostNetwork === true && ofNetwork(name))
      errors.push(fieldError.invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    else if (spec.hostIPC === true && ofIpc(name)) errors.push(fieldError.invalid(at, name, "may not be specified when 'hostIPC' is true"));
    return errors;
  });
}

/** A Pod specification. `account` is its service account for a Pod, undefined in a template. */
export function podSpecErrors(spec: JsonObject, field: string, account?: string): Errors {
  const deadline = spec.activeDeadlineSeconds;
  const badDeadline = typeof deadline === 'number' && (deadline < 1 || deadline > MAX_INT32);
  return [
    ...volumeErrors(spec, field, account),
    ...containerErrors(spec, field),
    ...hostPortErrors(spec, field),
    ...oneOf(spec.restartPolicy, `${field}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...oneOf(spec.dnsPolicy, `${field}.dnsPolicy`, ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']),
    ...labelErrors(spec.nodeSelector, `${field}.nodeSelector`),
    ...byName(spec, 'serviceAccountName', field),
    ...byName(spec, 'nodeName', field),
    ...(badDeadline
      ? [fieldError.invalid(`${field}.activeDeadlineSeconds`, deadline, `must be between 1 and ${MAX_INT32}, inclusive`)]
      : []),
    ...tolerationErrors(spec, field),
    ...identityErrors(objectAt(spec.securityContext), `${field}.securityContext`),
    ...sysctlErrors(spec, `${field}.securityContext.sysctls`),
    ...spreadErrors(spec, field),
    ...byName(spec, 'priorityClassName', field),
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

/** Two containers cannot have the same port of the node. Kubernetes: checkHostPortConflicts. */
function hostPortErrors(spec: JsonObject, field: string): Errors {
  const taken = new Set<string>();
  return objects(spec.containers).flatMap((container, at) =>
    objects(container.ports).flatMap((port, index) => {
      if (typeof port.hostPort !== 'number' || port.hostPort === 0) return [];
      const key = `${text(port.protocol)}/${text(port.hostIP)}/${port.hostPort}`;
      if (taken.has(key)) return [fieldError.duplicate(`${field}.containers[${at}].ports[${index}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
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
