/** Where variables of the environment come from. Kubernetes: ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector, validateContainerResourceFieldSelector. */
import { canonicalQuantity } from '../../object/quantity/index.ts';
import { isObject, isSet, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { configKeyProblems, qualifiedNameProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, nanosOf, problems } from './checks.ts';

const SUBSCRIPT = /^(metadata\.annotations|metadata\.labels|[^[\]]+)\['([^']*)'\]$/;

/** What the API knows under `fieldPath`. Kubernetes: podshelper ConvertDownwardAPIFieldLabel. */
const knownFields: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

/** A field of the Pod; `allowed` are those that can be had here. */
export function fieldRefErrors(reference: JsonObject, field: string, allowed: readonly string[]): Errors {
  const [version, path] = [text(reference.apiVersion), text(reference.fieldPath)];
  if (version === '') return [fieldError.required(`${field}.apiVersion`, '')];
  if (path === '') return [fieldError.required(`${field}.fieldPath`, '')];
  const at = `${field}.fieldPath`;
  if (version !== 'v1') return [fieldError.invalid(at, path, `error converting fieldPath: unsupported pod version: ${version}`)];
  const subscript = SUBSCRIPT.exec(path);
  if (subscript !== null) {
    const [, owner = '', key = ''] = subscript;
    if (owner === 'metadata.annotations') return problems(field, key.toLowerCase(), qualifiedNameProblems(key.toLowerCase()));
    if (owner === 'metadata.labels') return problems(field, key, qualifiedNameProblems(key));
    return [fieldError.invalid(at, path, `error converting fieldPath: field label does not support subscript: ${path}`)];
  }
  if (path === 'spec.host') return allowed.includes('spec.nodeName') ? [] : [fieldError.notSupported(at, 'spec.nodeName', allowed)];
  if (!knownFields.has(path)) return [fieldError.invalid(at, path, `error converting fieldPath: field label not supported: ${path}`)];
  return allowed.includes(path) ? [] : [fieldError.notSupported(at, path, allowed)];
}

const amounts = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const units = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function divisorErrors(resource: string, divisor: unknown, field: string): Errors {
  const asked = String(divisor ?? '0');
  if (nanosOf(asked) === 0n) return [];
  const shown = canonicalQuantity(asked) ?? asked;
  const kind = resource.replace(/^(limits|requests)\./, '');
  const refused = (only: string, of: string): Errors => [
    fieldError.invalid(`${field}.divisor`, resource, `only divisor's values ${only} are supported with the ${of} resource`),
  ];
  if (kind === 'cpu') return ['1m', '1'].includes(shown) ? [] : refused('1m and 1', 'cpu');
  if (units.includes(shown)) return [];
  if (kind === 'memory') return refused(units.join(', '), 'memory');
  if (kind === 'ephemeral-storage') return refused(units.join(', '), 'local ephemeral storage');
  return kind.startsWith('hugepages-') ? refused(units.join(', '), 'hugepages') : [];
}

/** An amount of a container; in a volume the container has to be named. */
export function resourceFieldErrors(reference: JsonObject, field: string, where: 'variable' | 'volume'): Errors {
  const resource = text(reference.resource);
  const named =
    where === 'volume' && text(reference.containerName) === ''
      ? [fieldError.required(`${field}.containerName`, '')]
      : resource === ''
        ? [fieldError.required(`${field}.resource`, '')]
        : amounts.includes(resource) || /^(requests|limits)\.hugepages-/.test(resource)
          ? []
          : [fieldError.notSupported(`${field}.resource`, resource, amounts)];
  return [...named, ...divisorErrors(resource, reference.divisor, field)];
}

function keyErrors(reference: JsonObject, field: string): Errors {
  const [name, key] = [text(reference.name), text(reference.key)];
  return [
    ...problems(`${field}.name`, name, subdomainProblems(name)),
    ...(key === '' ? [fieldError.required(`${field}.key`, '')] : problems(`${field}.key`, key, configKeyProblems(key))),
  ];
}

const NAME_HINT = "a valid environment variable name must consist only of printable ASCII characters other than '='";
const nameErrors = (name: string, field: string): Errors =>
  /^[\x20-\x3c\x3e-\x7e]+$/.test(name) ? [] : [fieldError.invalid(field, name, NAME_HINT)];

const variableFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

function valueFromErrors(entry: JsonObject, field: string): Errors {
  if (!isObject(entry.valueFrom)) return [];
  const from = entry.valueFrom;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from;
  const count = Object.keys(from).filter((key) => isSet(from[key])).length;
  const wrong =
    count === 0
      ? 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
      : text(entry.value) !== ''
        ? 'may not be specified when `value` is not empty'
        : count > 1
          ? 'may not have more than one field specified at a time'
          : undefined;
  return [
    ...(isObject(fieldRef) ? fieldRefErrors(fieldRef, `${field}.fieldRef`, variableFields) : []),
    ...(isObject(resourceFieldRef) ? resourceFieldErrors(resourceFieldRef, `${field}.resourceFieldRef`, 'variable') : []),
    ...(isObject(configMapKeyRef) ? keyErrors(configMapKeyRef, `${field}.configMapKeyRef`) : []),
    ...(isObject(secretKeyRef) ? keyErrors(secretKeyRef, `${field}.secretKeyRef`) : []),
    ...(wrong === undefined ? [] : [fieldError.invalid(field, '', wrong)]),
  ];
}

function wholeErrors(container: JsonObject, field: string): Errors {
  return objects(container.envFrom).flatMap((source, index) => {
    const at = `${field}.envFrom[${index}]`;
    const errors: FieldError[] = text(source.prefix) === '' ? [] : [...nameErrors(text(source.prefix), `${at}.prefix`)];
    const given = ['configMapRef', 'secretRef'].filter((kind) => isSet(source[kind]));
    for (const kind of given) {
      const name = text(objectAt(source[kind]).name);
      const path = `${at}.${kind}.name`;
      // Only the start of a name is asked for: it may end in a dash.
      errors.push(...(name === '' ? [fieldError.required(path, '')] : problems(path, name, subdomainProblems(name.replace(/.-$/, 'a')))));
    }
    // The server names the whole list here.
    if (given.length === 0) errors.push(fieldError.invalid(`${field}.envFrom`, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (given.length > 1) errors.push(fieldError.invalid(`${field}.envFrom`, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

/** All variables of a container. */
export const envErrors = (container: JsonObject, field: string): Errors => [
  ...objects(container.env).flatMap((entry, index) => {
    const at = `${field}.env[${index}]`;
    const name = text(entry.name);
    const named = name === '' ? [fieldError.required(`${at}.name`, '')] : nameErrors(name, `${at}.name`);
    return [...named, ...valueFromErrors(entry, `${at}.valueFrom`)];
  }),
  ...wholeErrors(container, field),
];
