/** Containers of Pods. Kubernetes: validateContainers, validateInitContainers and what they call. */
import { isSet, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { portNameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { requirementErrors, resizePolicyErrors } from './amounts.ts';
import { dnsLabel, type Errors, oneOf, portNumber, problems } from './checks.ts';
import { envErrors } from './env-sources.ts';
import { lifecycleErrors, probeErrors, probeKinds } from './handlers.ts';
import { containerSecurityErrors } from './pod-security-context.ts';
import { deviceErrors, mountErrors } from './volumes.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

function portErrors(container: JsonObject, field: string): Errors {
  const names = new Set<string>();
  return objects(container.ports).flatMap((port, index) => {
    const path = `${field}.ports[${index}]`;
    const errors: FieldError[] = [];
    const name = text(port.name);
    const wrong = name === '' ? [] : portNameProblems(name);
    errors.push(...problems(`${path}.name`, name, wrong));
    if (name !== '' && wrong.length === 0) {
      if (names.has(name)) errors.push(fieldError.duplicate(`${path}.name`, name));
      names.add(name);
    }
    if (port.containerPort === undefined || port.containerPort === 0) errors.push(fieldError.required(`${path}.containerPort`, ''));
    else errors.push(...portNumber(port.containerPort, `${path}.containerPort`));
    if (isSet(port.hostPort) && port.hostPort !== 0) errors.push(...portNumber(port.hostPort, `${path}.hostPort`));
    errors.push(...oneOf(port.protocol, `${path}.protocol`, protocols));
    return errors;
  });
}

/** What all containers of a Pod have in common. */
export interface Surroundings {
  readonly volumes: ReadonlyMap<string, JsonObject>;
  readonly spec: JsonObject;
}

export function commonErrors(container: JsonObject, { volumes, spec }: Surroundings, path: string): Errors {
  const name = text(container.name);
  return [
    ...(name === '' ? [fieldError.required(`${path}.name`, '')] : dnsLabel(name, `${path}.name`)),
    ...(text(container.image) === '' ? [fieldError.required(`${path}.image`, '')] : []),
    ...oneOf(container.terminationMessagePolicy, `${path}.terminationMessagePolicy`, ['File', 'FallbackToLogsOnError']),
    ...portErrors(container, path),
    ...envErrors(container, path),
    ...mountErrors(container, volumes, path),
    ...deviceErrors(container, volumes, path),
    ...oneOf(container.imagePullPolicy, `${path}.imagePullPolicy`, ['Always', 'IfNotPresent', 'Never']),
    ...requirementErrors(objectAt(container.resources), `${path}.resources`),
    ...resizePolicyErrors(container, path, text(spec.restartPolicy)),
    ...containerSecurityErrors(container, path, spec.hostUsers !== false),
  ];
}

const graceOf = ({ terminationGracePeriodSeconds: seconds }: JsonObject): number | undefined =>
  typeof seconds === 'number' ? seconds : undefined;

/** Two containers cannot have the same port of the node. Kubernetes: checkHostPortConflicts. */
function hostPortErrors(containers: readonly JsonObject[], field: string): Errors {
  const taken = new Set<string>();
  return containers.flatMap((container, at) =>
    objects(container.ports).flatMap((port, index) => {
      if (typeof port.hostPort !== 'number' || port.hostPort === 0) return [];
      const key = `${text(port.protocol)}/${text(port.hostIP)}/${port.hostPort}`;
      if (taken.has(key)) return [fieldError.duplicate(`${field}[${at}].ports[${index}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

function mainErrors(around: Surroundings, field: string): Errors {
  const containers = objects(around.spec.containers);
  if (containers.length === 0) return [fieldError.required(field, '')];
  const names = new Set<string>();
  return [
    ...containers.flatMap((container, index) => {
      const path = `${field}[${index}]`;
      const name = text(container.name);
      const twice = names.has(name);
      names.add(name);
      return [
        ...commonErrors(container, around, path),
        ...(twice ? [fieldError.duplicate(`${path}.name`, name)] : []),
        ...lifecycleErrors(container, path, graceOf(around.spec)),
        ...probeErrors(container, path),
        ...(isSet(container.restartPolicy)
          ? [fieldError.forbidden(`${path}.restartPolicy`, 'may not be set for non-init containers')]
          : []),
      ];
    }),
    ...hostPortErrors(containers, field),
  ];
}

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';

function firstErrors(around: Surroundings, field: string): Errors {
  const names = new Set(objects(around.spec.containers).map(({ name }) => text(name)));
  return objects(around.spec.initContainers).flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const name = text(container.name);
    const twice = names.has(name);
    if (name !== '') names.add(name);
    const restart = container.restartPolicy;
    const beside =
      restart === 'Always'
        ? [...lifecycleErrors(container, path, graceOf(around.spec)), ...probeErrors(container, path)]
        : ['lifecycle', ...probeKinds]
            .filter((key) => isSet(container[key]))
            .map((key) => fieldError.forbidden(`${path}.${key}`, ONLY_SIDECARS));
    const resize = `Invalid value: ${JSON.stringify(container.resizePolicy ?? [])}: must not be set for init containers`;
    return [
      ...commonErrors(container, around, path),
      ...(isSet(restart) && restart !== 'Always' ? [fieldError.notSupported(`${path}.restartPolicy`, text(restart), ['Always'])] : []),
      ...(twice ? [fieldError.duplicate(`${path}.name`, name)] : []),
      ...hostPortErrors([container], field),
      ...beside,
      ...(objects(container.resizePolicy).length > 0 ? [fieldError.raw('Invalid', `${path}.resizePolicy`, resize)] : []),
    ];
  });
}

/** A container in the node's network listens where it says. Kubernetes: validatePodHostNetworkDeps. */
function nodePortErrors(spec: JsonObject, field: string): Errors {
  if (spec.hostNetwork !== true) return [];
  return objects(spec.containers).flatMap((container, at) =>
    objects(container.ports).flatMap(({ hostPort = 0, containerPort = 0 }, index) =>
      hostPort !== 0 && hostPort !== containerPort
        ? [
            fieldError.invalid(
              `${field}.containers[${at}].ports[${index}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}

/** All containers of a Pod specification. */
export const containerErrors = (around: Surroundings, field: string): Errors => [
  ...mainErrors(around, `${field}.containers`),
  ...firstErrors(around, `${field}.initContainers`),
  ...nodePortErrors(around.spec, field),
];
