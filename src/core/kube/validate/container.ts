/** Containers of Pods. Kubernetes: validateContainers and what it calls. */
import { canonicalQuantity, compareQuantities, parseQuantity } from '../../object/quantity/index.ts';
import { isObject, isSet, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { portNameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { dnsLabel, type Errors, nonnegative, oneOf, portNumber, problems } from './checks.ts';
import { fieldRefErrors, resourceRefErrors } from './downward.ts';
import { mountErrors } from './volumes.ts';

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

const sourcesOf = (from: JsonObject): readonly string[] => Object.keys(from).filter((key) => isSet(from[key]));

const ONE_AT_A_TIME = 'may not have more than one field specified at a time';

function sourceErrors(from: JsonObject, path: string): Errors {
  return [
    ...(isObject(from.fieldRef) ? fieldRefErrors(from.fieldRef, `${path}.fieldRef`, 'variable') : []),
    ...(isObject(from.resourceFieldRef) ? resourceRefErrors(from.resourceFieldRef, `${path}.resourceFieldRef`, 'variable') : []),
    ...(['configMapKeyRef', 'secretKeyRef'] as const).flatMap((kind) => {
      const reference = from[kind];
      if (!isObject(reference)) return [];
      return ['name', 'key']
        .filter((part) => text(reference[part]) === '')
        .map((part) => fieldError.required(`${path}.${kind}.${part}`, ''));
    }),
  ];
}

/** Kubernetes: ValidateEnvFrom, which names the list where an entry has no source, or two. */
function envFromErrors(container: JsonObject, field: string): Errors {
  const path = `${field}.envFrom`;
  return objects(container.envFrom).flatMap((entry, index) => {
    const given = (['configMapRef', 'secretRef'] as const).filter((kind) => isSet(entry[kind]));
    const nameless = given.filter((kind) => text(objectAt(entry[kind]).name) === '');
    return [
      ...nameless.map((kind) => fieldError.required(`${path}[${index}].${kind}.name`, '')),
      ...(given.length === 0 ? [fieldError.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')] : []),
      ...(given.length > 1 ? [fieldError.invalid(path, '', ONE_AT_A_TIME)] : []),
    ];
  });
}

function envErrors(container: JsonObject, field: string): Errors {
  return objects(container.env).flatMap((entry, index) => {
    const path = `${field}.env[${index}]`;
    const errors: FieldError[] = [];
    const name = text(entry.name);
    if (name === '') errors.push(fieldError.required(`${path}.name`, ''));
    else if (!/^[\x20-\x3c\x3e-\x7e]+$/.test(name)) {
      errors.push(
        fieldError.invalid(
          `${path}.name`,
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      );
    }
    if (!isObject(entry.valueFrom)) return errors;
    const from = entry.valueFrom;
    errors.push(...sourceErrors(from, `${path}.valueFrom`));
    const count = sourcesOf(from).length;
    if (count === 0)
      errors.push(
        fieldError.invalid(
          `${path}.valueFrom`,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
        ),
      );
    else if (text(entry.value) !== '')
      errors.push(fieldError.invalid(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty'));
    else if (count > 1) errors.push(fieldError.invalid(`${path}.valueFrom`, '', ONE_AT_A_TIME));
    return errors;
  });
}

function resourceErrors(container: JsonObject, field: string): Errors {
  const resources = objectAt(container.resources);
  const limits = objectAt(resources.limits);
  const errors: FieldError[] = [];
  for (const kind of ['limits', 'requests'] as const) {
    for (const [name, value] of Object.entries(objectAt(resources[kind]))) {
      const path = `${field}.resources.${kind}[${name}]`;
      const quantity = parseQuantity(String(value));
      if (quantity.ok && quantity.value.nanos < 0n)
        errors.push(fieldError.invalid(path, shown(value), 'must be greater than or equal to 0'));
      if (!name.includes('/') && !standardResources.test(name)) {
        errors.push(fieldError.invalid(path, name, 'must be a standard resource type or fully qualified'));
        errors.push(fieldError.invalid(path, name, 'must be a standard resource for containers'));
      }
      const limit = kind === 'requests' ? limits[name] : undefined;
      const top = limit === undefined ? undefined : parseQuantity(String(limit));
      if (quantity.ok && top?.ok === true && compareQuantities(quantity.value, top.value) > 0) {
        errors.push(
          fieldError.invalid(`${field}.resources.requests`, shown(value), `must be less than or equal to ${name} limit of ${shown(limit)}`),
        );
      }
    }
  }
  return errors;
}

const standardResources = /^(cpu|memory|ephemeral-storage|storage|hugepages-.+)$/;
const shown = (value: Json | undefined): string => canonicalQuantity(typeof value === 'number' ? value : String(value)) ?? String(value);

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

function handlerPortErrors(port: Json | undefined, field: string): Errors {
  return typeof port === 'string' ? problems(field, port, portNameProblems(port)) : portNumber(port ?? 0, field);
}

function probeErrors(container: JsonObject, field: string): Errors {
  return (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((kind) => {
    const probe = container[kind];
    if (!isObject(probe)) return [];
    const path = `${field}.${kind}`;
    const errors: FieldError[] = [];
    const given = handlers.filter((handler) => isSet(probe[handler]));
    for (const extra of given.slice(1)) errors.push(fieldError.forbidden(`${path}.${extra}`, 'may not specify more than 1 handler type'));
    if (isObject(probe.exec) && !Array.isArray(probe.exec.command)) errors.push(fieldError.required(`${path}.exec.command`, ''));
    if (isObject(probe.httpGet)) {
      if (text(probe.httpGet.path) === '') errors.push(fieldError.required(`${path}.httpGet.path`, ''));
      errors.push(...handlerPortErrors(probe.httpGet.port, `${path}.httpGet.port`));
      errors.push(...oneOf(probe.httpGet.scheme, `${path}.httpGet.scheme`, ['HTTP', 'HTTPS']));
    }
    if (isObject(probe.tcpSocket)) errors.push(...handlerPortErrors(probe.tcpSocket.port, `${path}.tcpSocket.port`));
    if (given.length === 0) errors.push(fieldError.required(path, 'must specify a handler type'));
    for (const name of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']) {
      errors.push(...nonnegative(probe[name], `${path}.${name}`));
    }
    if (kind !== 'readinessProbe' && isSet(probe.successThreshold) && probe.successThreshold !== 1) {
      errors.push(fieldError.invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
    }
    return errors;
  });
}

export function commonErrors(container: JsonObject, volumes: ReadonlySet<string>, path: string): Errors {
  const name = text(container.name);
  return [
    ...(name === '' ? [fieldError.required(`${path}.name`, '')] : dnsLabel(name, `${path}.name`)),
    ...(text(container.image) === '' ? [fieldError.required(`${path}.image`, '')] : []),
    ...oneOf(container.terminationMessagePolicy, `${path}.terminationMessagePolicy`, ['FallbackToLogsOnError', 'File']),
    ...portErrors(container, path),
    ...envErrors(container, path),
    ...envFromErrors(container, path),
    ...mountErrors(container, volumes, path),
    ...oneOf(container.imagePullPolicy, `${path}.imagePullPolicy`, ['Always', 'IfNotPresent', 'Never']),
    ...resourceErrors(container, path),
  ];
}

/** All containers of a Pod specification. */
export function containerErrors(spec: JsonObject, field: string): Errors {
  const volumes = new Set(objects(spec.volumes).map((volume) => text(volume.name)));
  const main = objects(spec.containers);
  if (main.length === 0) return [fieldError.required(`${field}.containers`, '')];
  const names = new Set<string>();
  const errors: FieldError[] = [];
  for (const [list, containers] of [['containers', main] as const, ['initContainers', objects(spec.initContainers)] as const]) {
    for (const [index, container] of containers.entries()) {
      const path = `${field}.${list}[${index}]`;
      errors.push(...commonErrors(container, volumes, path));
      const name = text(container.name);
      if (names.has(name)) errors.push(fieldError.duplicate(`${path}.name`, name));
      names.add(name);
      errors.push(...probeErrors(container, path));
    }
  }
  return errors;
}
