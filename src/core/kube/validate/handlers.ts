/** Probes and hooks of containers. Kubernetes: validateHandler, validateProbe, validateLifecycle. */
import { isObject, isSet, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { portNameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, nonnegative, portNumber, problems } from './checks.ts';

function portErrors(port: Json | undefined, field: string): Errors {
  return typeof port === 'string' ? problems(field, port, portNameProblems(port)) : portNumber(port ?? 0, field);
}

const HEADER_HINT =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

const httpErrors = (action: JsonObject, field: string): Errors => [
  ...(text(action.path) === '' ? [fieldError.required(`${field}.path`, '')] : []),
  ...portErrors(action.port, `${field}.port`),
  ...(['HTTP', 'HTTPS'].includes(text(action.scheme))
    ? []
    : [fieldError.notSupported(`${field}.scheme`, text(action.scheme), ['HTTP', 'HTTPS'])]),
  ...objects(action.httpHeaders).flatMap(({ name }) =>
    /^[-A-Za-z0-9]+$/.test(text(name)) ? [] : [fieldError.invalid(`${field}.httpHeaders`, text(name), HEADER_HINT)],
  ),
];

/** How long a Pod has to end, which a hook may not outlast. */
type Grace = number | undefined;

function sleepErrors(action: JsonObject, field: string, grace: Grace): Errors {
  const seconds = typeof action.seconds === 'number' ? action.seconds : 0;
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
  return [fieldError.invalid(field, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)];
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];

function handlerErrors(handler: JsonObject, field: string, grace: Grace): Errors {
  const [first, ...others] = handlers.filter((name) => isSet(handler[name]));
  if (first === undefined) return [fieldError.required(field, 'must specify a handler type')];
  const at = `${field}.${first}`;
  const action = objectAt(handler[first]);
  const command = Array.isArray(action.command) ? action.command : [];
  const own: Readonly<Record<string, () => Errors>> = {
    exec: () => (command.length === 0 ? [fieldError.required(`${at}.command`, '')] : []),
    httpGet: () => httpErrors(action, at),
    tcpSocket: () => portErrors(action.port, `${at}.port`),
    grpc: () => portErrors(action.port, `${at}.port`),
    sleep: () => sleepErrors(action, at, grace),
  };
  return [
    ...(own[first]?.() ?? []),
    ...others.map((name) => fieldError.forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')),
  ];
}

const probeNumbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];
export const probeKinds = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function probeErrors(container: JsonObject, field: string): Errors {
  return probeKinds.flatMap((kind) => {
    const probe = container[kind];
    if (!isObject(probe)) return [];
    const path = `${field}.${kind}`;
    const grace = probe.terminationGracePeriodSeconds;
    const at = `${path}.terminationGracePeriodSeconds`;
    const errors: FieldError[] = [
      ...handlerErrors(probe, path, undefined),
      ...probeNumbers.flatMap((name) => nonnegative(probe[name], `${path}.${name}`)),
    ];
    if (typeof grace === 'number' && grace <= 0) errors.push(fieldError.invalid(at, grace, 'must be greater than 0'));
    if (kind === 'readinessProbe' && isSet(grace)) errors.push(fieldError.invalid(at, grace, 'must not be set for readinessProbes'));
    if (kind !== 'readinessProbe' && isSet(probe.successThreshold) && probe.successThreshold !== 1)
      errors.push(fieldError.invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
    return errors;
  });
}

export const lifecycleErrors = (container: JsonObject, field: string, grace: Grace): Errors =>
  ['postStart', 'preStop'].flatMap((name) => {
    const hook = objectAt(container.lifecycle)[name];
    return isSet(hook) ? handlerErrors(objectAt(hook), `${field}.lifecycle.${name}`, grace) : [];
  });
