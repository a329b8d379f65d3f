/** Validation of CustomResourceDefinitions. Kubernetes: apiextensions-apiserver pkg/apis/apiextensions/validation, pkg/apiserver/schema/validation.go. */
import { isObject, type JsonObject, type KubeObject, objectAt, text } from '../../object/index.ts';
import { compileRules } from '../../cel/index.ts';
import { labelProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { sameJson } from '../json/index.ts';
import { versionsOf } from './definition.ts';

const intOrStringTypes = (schema: JsonObject): boolean => schema['x-kubernetes-int-or-string'] === true;

/** Rules of structural schemas; a node's children come before the node itself. */
function structuralErrors(schema: JsonObject, field: string, level: 'root' | 'field' | 'item'): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, inner] of Object.entries(objectAt(schema.properties))) {
    if (isObject(inner)) errors.push(...structuralErrors(inner, `${field}.properties[${key}]`, 'field'));
  }
  if (isObject(schema.items)) errors.push(...structuralErrors(schema.items, `${field}.items`, 'item'));
  if (isObject(schema.additionalProperties))
    errors.push(...structuralErrors(schema.additionalProperties, `${field}.additionalProperties`, 'field'));
  const free = schema['x-kubernetes-preserve-unknown-fields'] === true || intOrStringTypes(schema);
  const type = text(schema.type);
  if (type === '' && level === 'root') errors.push(fieldError.required(`${field}.type`, 'must not be empty at the root'));
  else if (type === '' && !free) {
    errors.push(
      fieldError.required(`${field}.type`, `must not be empty for specified ${level === 'item' ? 'array items' : 'object fields'}`),
    );
  } else if (level === 'root' && type !== 'object') errors.push(fieldError.invalid(`${field}.type`, type, 'must be object at the root'));
  if (schema.$ref !== undefined) errors.push(fieldError.forbidden(`${field}.$ref`, '$ref is not supported'));
  if (type === 'array' && schema.items === undefined) errors.push(fieldError.required(`${field}.items`, 'must be specified'));
  if (schema['x-kubernetes-list-type'] === 'map' && !Array.isArray(schema['x-kubernetes-list-map-keys'])) {
    errors.push(fieldError.required(`${field}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  }
  if (schema.properties !== undefined && isObject(schema.additionalProperties)) {
    errors.push(fieldError.forbidden(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  }
  return errors;
}

/** Rules that do not compile. The value is printed as Go prints the rule. */
function ruleErrors(schema: JsonObject, path: string): readonly FieldError[] {
  return compileRules(schema, { isResource: true }).errors.map((error) => {
    const field = `${path}.${error.path}`;
    return fieldError.raw('Invalid', field, `Invalid value: apiextensions.ValidationRule{}: ${error.message}`);
  });
}

function schemaErrors(versions: readonly JsonObject[]): readonly FieldError[] {
  const schemas = versions.map((version) => objectAt(version.schema).openAPIV3Schema);
  const hoisted = schemas.every((schema) => sameJson(schema, schemas[0]));
  const missing = schemas.flatMap((schema, index) =>
    isObject(schema) ? [] : [fieldError.required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')],
  );
  if (missing.length > 0) return missing;
  const check = (schema: JsonObject, path: string): readonly FieldError[] => [
    ...structuralErrors(schema, path, 'root'),
    ...ruleErrors(schema, path),
  ];
  if (hoisted) return check(objectAt(schemas[0]), 'spec.validation.openAPIV3Schema');
  return schemas.flatMap((schema, index) => check(objectAt(schema), `spec.versions[${index}].schema.openAPIV3Schema`));
}

function versionErrors(crd: KubeObject): readonly FieldError[] {
  const versions = versionsOf(crd);
  const errors: FieldError[] = [];
  if (versions.length === 0) errors.push(fieldError.required('spec.versions', 'must have at least one version'));
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    const name = text(version.name);
    errors.push(...labelProblems(name).map((problem) => fieldError.invalid(`spec.versions[${index}].name`, name, problem)));
    if (seen.has(name)) errors.push(fieldError.invalid('spec.versions', name, 'must contain unique version names'));
    seen.add(name);
  }
  if (versions.length > 0 && versions.filter((version) => version.storage === true).length !== 1) {
    errors.push(
      fieldError.raw(
        'Invalid',
        'spec.versions',
        `Invalid value: ${JSON.stringify(versions)}: must have exactly one version marked as storage version`,
      ),
    );
  }
  return errors;
}

const PROTECTED = /(^|\.)(k8s\.io|kubernetes\.io)$/;
const APPROVED = 'api-approved.kubernetes.io';

function approvalErrors(crd: KubeObject, group: string): readonly FieldError[] {
  if (!PROTECTED.test(group) || (crd.metadata.annotations?.[APPROVED] ?? '') !== '') return [];
  const text =
    'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111';
  return [fieldError.required(`metadata.annotations[${APPROVED}]`, text)];
}

/** What is wrong with a definition. */
export function definitionErrors(crd: KubeObject): readonly FieldError[] {
  const spec = objectAt(crd.spec);
  const names = objectAt(spec.names);
  const group = text(spec.group);
  const plural = text(names.plural);
  const errors: FieldError[] = [];
  const required = `${plural}.${group}`;
  if (crd.metadata.name !== required) {
    errors.push(fieldError.invalid('metadata.name', crd.metadata.name ?? '', 'must be spec.names.plural+"."+spec.group'));
  }
  if (group === '') errors.push(fieldError.required('spec.group', ''));
  else errors.push(...subdomainProblems(group).map((problem) => fieldError.invalid('spec.group', group, problem)));
  if (group !== '' && !group.includes('.'))
    errors.push(fieldError.invalid('spec.group', group, 'should be a domain with at least one dot'));
  if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster') {
    errors.push(
      text(spec.scope) === ''
        ? fieldError.required('spec.scope', '')
        : fieldError.notSupported('spec.scope', spec.scope ?? '', ['Cluster', 'Namespaced']),
    );
  }
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (text(names[field]) === '') errors.push(fieldError.required(`spec.names.${field}`, ''));
  }
  errors.push(...versionErrors(crd), ...schemaErrors(versionsOf(crd)));
  const strategy = objectAt(spec.conversion).strategy;
  if (strategy !== undefined && strategy !== 'None' && strategy !== 'Webhook') {
    errors.push(fieldError.notSupported('spec.conversion.strategy', strategy, ['None', 'Webhook']));
  }
  return [...errors, ...approvalErrors(crd, group)];
}

/** Fields that cannot change once the names are accepted. */
export function definitionUpdateErrors(next: KubeObject, live: KubeObject): readonly FieldError[] {
  const before = objectAt(live.spec);
  const after = objectAt(next.spec);
  const fixed = ['group', 'scope'].filter((field) => !sameJson(before[field], after[field]));
  const names = ['plural', 'kind'].filter((field) => !sameJson(objectAt(before.names)[field], objectAt(after.names)[field]));
  return [
    ...definitionErrors(next),
    ...fixed.map((field) => fieldError.invalid(`spec.${field}`, after[field] ?? '', 'field is immutable')),
    ...names.map((field) => fieldError.invalid(`spec.names.${field}`, objectAt(after.names)[field] ?? '', 'field is immutable')),
  ];
}
