/** Containers for debugging, and resizing what runs. Kubernetes: ValidatePodEphemeralContainersUpdate, ValidatePodResize. */
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { parseQuantity } from '../../object/quantity/index.ts';
import { sameJson } from '../json/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { qosClass } from '../strategy/index.ts';
import { type Errors, nanosOf } from './checks.ts';
import { commonErrors } from './container.ts';
import { podSpecErrors } from './pod.ts';

const FIELD = 'spec.ephemeralContainers';
const NOT_HERE = 'cannot be set for an Ephemeral Container';

/** In the order of Go's names; what is an empty struct is not set. */
const refused = ['lifecycle', 'livenessProbe', 'ports', 'readinessProbe', 'resizePolicy', 'resources', 'restartPolicy', 'startupProbe'];

const given = (value: Json | undefined): boolean =>
  isSet(value) && !(Array.isArray(value) && value.length === 0) && !(typeof value === 'object' && Object.keys(value ?? {}).length === 0);

function debuggerErrors(spec: JsonObject): Errors {
  const volumes = new Map(objects(spec.volumes).map((volume) => [text(volume.name), volume]));
  const others = new Set([...objects(spec.containers), ...objects(spec.initContainers)].map(({ name }) => text(name)));
  const names = new Set(others);
  return objects(spec.ephemeralContainers).flatMap((container, index) => {
    const at = `${FIELD}[${index}]`;
    const [name, target] = [text(container.name), text(container.targetContainerName)];
    const twice = names.has(name);
    names.add(name);
    return [
      ...commonErrors(container, { volumes, spec }, at),
      ...(twice ? [fieldError.duplicate(`${at}.name`, name)] : []),
      ...(target === '' || others.has(target)
        ? []
        : [fieldError.raw('NotFound', `${at}.targetContainerName`, `Not found: ${JSON.stringify(target)}`)]),
      ...refused.filter((field) => given(container[field])).map((field) => fieldError.forbidden(`${at}.${field}`, NOT_HERE)),
      ...objects(container.volumeMounts).flatMap((mount, place) =>
        ['subPath', 'subPathExpr']
          .filter((field) => text(mount[field]) !== '')
          .map((field) => fieldError.forbidden(`${at}.volumeMounts[${place}].${field}`, NOT_HERE)),
      ),
    ];
  });
}

const wholeErrors = (spec: JsonObject): Errors => [...podSpecErrors(spec, 'spec', text(spec.serviceAccountName)), ...debuggerErrors(spec)];

/** A new Pod has none. */
export const noDebuggerErrors = (spec: JsonObject): Errors =>
  objects(spec.ephemeralContainers).length === 0 ? [] : [fieldError.forbidden(FIELD, 'cannot be set on create')];

export function debuggersUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const now = new Map(objects(objectAt(next.spec).ephemeralContainers).map((container) => [text(container.name), container]));
  const lost = objects(objectAt(live.spec).ephemeralContainers).flatMap((container): FieldError[] => {
    const name = text(container.name);
    const found = now.get(name);
    if (found === undefined)
      return [fieldError.forbidden(FIELD, `existing ephemeral containers ${JSON.stringify(name)} may not be removed\n`)];
    return sameJson(found, container)
      ? []
      : [fieldError.forbidden(FIELD, `existing ephemeral containers ${JSON.stringify(name)} may not be changed`)];
  });
  return [...wholeErrors(objectAt(next.spec)), ...lost];
}

const resizable = ['cpu', 'memory'];

const gone = (next: Json | undefined, live: Json | undefined): boolean =>
  Object.keys(objectAt(live)).some((name) => objectAt(next)[name] === undefined);

function shrinkErrors(container: JsonObject, before: JsonObject, field: string): Errors {
  const policy = objects(container.resizePolicy).find(({ resourceName }) => resourceName === 'memory')?.restartPolicy ?? 'NotRequired';
  const [now, then] = [objectAt(objectAt(container.resources).limits).memory, objectAt(objectAt(before.resources).limits).memory];
  if (policy !== 'NotRequired' || now === undefined) return [];
  const why = (what: string): FieldError =>
    fieldError.forbidden(`${field}.limits[memory]`, `memory limits cannot be ${what} unless resizePolicy is RestartContainer`);
  if (then === undefined) return [why('added')];
  return nanosOf(now) < nanosOf(then) ? [why('decreased')] : [];
}

function containerResizeErrors(container: JsonObject, before: JsonObject, field: string): Errors {
  const [now, then] = [objectAt(container.resources), objectAt(before.resources)];
  return [
    ...(gone(now.requests, then.requests) ? [fieldError.forbidden(`${field}.requests`, 'resource requests cannot be removed')] : []),
    ...(gone(now.limits, then.limits) ? [fieldError.forbidden(`${field}.limits`, 'resource limits cannot be removed')] : []),
    ...shrinkErrors(container, before, field),
  ];
}

/** Everything about a container that a resize may not change; amounts as they compare. */
function fixed(container: JsonObject): Json {
  const { resources, ...rest } = container;
  const others = (list: Json | undefined): Json =>
    Object.entries(objectAt(list))
      .filter(([name]) => !resizable.includes(name))
      .map(([name, value]) => [name, parseQuantity(String(value)).ok ? String(nanosOf(value)) : String(value)]);
  const { limits, requests, claims } = objectAt(resources);
  return { ...rest, limits: others(limits), requests: others(requests), claims: claims ?? null };
}

const sameOrder = (next: readonly JsonObject[], live: readonly JsonObject[]): boolean =>
  next.length === live.length && next.every(({ name }, index) => name === live[index]?.name);

export function resizeErrors(next: KubeObject, live: KubeObject): Errors {
  const [after, before] = [objectAt(next.spec), objectAt(live.spec)];
  const [containers, old] = [objects(after.containers), objects(before.containers)];
  const [first, oldFirst] = [objects(after.initContainers), objects(before.initContainers)];
  const quality =
    qosClass(next) === qosClass(live)
      ? []
      : [fieldError.invalid('spec', qosClass(live), 'Pod QOS Class may not change as a result of resizing')];
  const base = [...wholeErrors(after), ...quality];
  if (!sameOrder(containers, old) || !sameOrder(first, oldFirst))
    return [...base, fieldError.forbidden('spec.containers', 'containers may not be renamed or reordered on resize')];
  const isSidecar = (index: number): boolean => oldFirst[index]?.restartPolicy === 'Always';
  return [
    ...base,
    ...first.flatMap((container, index) =>
      isSidecar(index) ? containerResizeErrors(container, oldFirst[index] ?? {}, `spec.initContainers[${index}].resources`) : [],
    ),
    ...containers.flatMap((container, index) => containerResizeErrors(container, old[index] ?? {}, `spec.containers[${index}].resources`)),
    ...containers
      .filter((container, index) => !sameJson(fixed(container), fixed(old[index] ?? {})))
      .map(() => fieldError.forbidden('spec', 'only cpu and memory resources are mutable')),
    ...first.flatMap((container, index) => {
      const was = oldFirst[index] ?? {};
      if (isSidecar(index))
        return sameJson(fixed(container), fixed(was))
          ? []
          : [fieldError.forbidden('spec', 'only cpu and memory resources for sidecar containers are mutable')];
      return sameJson(container, was) ? [] : [fieldError.forbidden('spec', 'resources for non-sidecar init containers are immutable')];
    }),
  ];
}
