/** Validation of CustomResourceDefinitions. Kubernetes: apiextensions-apiserver pkg/apis/apiextensions/validation, pkg/apiserver/schema/validation.go. */
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { compileRules } from '../../cel/index.ts';
import { nameProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { sameJson } from '../json/index.ts';
import { namesErrors, partErrors, storedErrors } from './check-parts.ts';
import { versionsOf } from './definition.ts';
import { isPattern, patternProblem, schemaErrors } from './validate.ts';

const intOrStringTypes = (schema: JsonObject): boolean => schema['x-kubernetes-int-or-string'] === true;

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

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
  if (type !== '' && !types.includes(type)) errors.push(fieldError.notSupported(`${field}.type`, type, types));
  if (type === '' && level === 'root') errors.push(fieldError.required(`${field}.type`, 'must not be empty at the root'));
  else if (type === '' && !free) {
    errors.push(
      fieldError.required(`${field}.type`, `must not be empty for specified ${level === 'item' ? 'array items' : 'object fields'}`),
    );
  } else if (level === 'root' && type !== 'object') errors.push(fieldError.invalid(`${field}.type`, type, 'must be object at the root'));
  if (schema.$ref !== undefined) errors.push(fieldError.forbidden(`${field}.$ref`, '$ref is not supported'));
  if (type === 'array' && schema.items === undefined) errors.push(fieldError.required(`${field}.items`, 'must be specified'));
  errors.push(...valueErrors(schema, field), ...keyErrors(schema, field));
  if (level === 'root' && isObject(objectAt(schema.properties).metadata))
    errors.push(...metadataErrors(objectAt(objectAt(schema.properties).metadata), `${field}.properties[metadata]`));
  if (schema['x-kubernetes-list-type'] === 'map' && !Array.isArray(schema['x-kubernetes-list-map-keys'])) {
    errors.push(fieldError.required(`${field}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  }
  if (schema.properties !== undefined && isObject(schema.additionalProperties)) {
    errors.push(fieldError.forbidden(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  }
  return errors;
}

/** Defaults, patterns, and what would be too dear to check. */
function valueErrors(schema: JsonObject, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { default: given, pattern } = schema;
  if (given !== undefined && given !== null)
    for (const error of schemaErrors(given, schema, new Map()))
      errors.push(
        error.field === '<nil>' ? { ...error, field: `${field}.default` } : { ...error, field: `${field}.default.${error.field}` },
      );
  if (typeof pattern === 'string' && !isPattern(pattern)) {
    const why = `must be a valid regular expression, but isn't: ${patternProblem(pattern)}`;
    errors.push(fieldError.invalid(`${field}.pattern`, pattern, why));
  }
  if (schema.uniqueItems === true)
    errors.push(
      fieldError.forbidden(`${field}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'),
    );
  return errors;
}

/** What the elements of a list are told apart by has to be there. */
function keyErrors(schema: JsonObject, field: string): readonly FieldError[] {
  const item = objectAt(schema.items);
  const keys = schema['x-kubernetes-list-type'] === 'map' ? texts(schema['x-kubernetes-list-map-keys']) : [];
  const needed = new Set(texts(item.required));
  return keys.flatMap((key) => {
    const property = objectAt(objectAt(item.properties)[key]);
    if (needed.has(key) || property.default !== undefined) return [];
    const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    return [fieldError.required(`${field}.items.properties[${key}].default`, why)];
  });
}

function metadataErrors(schema: JsonObject, field: string): readonly FieldError[] {
  const others = Object.keys(objectAt(schema.properties)).some((name) => name !== 'name' && name !== 'generateName');
  const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return others ? [fieldError.forbidden(field, why)] : [];
}

/** Go's `%#v` of a rule, a pointer without its address. */
function goRule(rule: JsonObject): string {
  const pointer = (type: string, value: Json | undefined): string => (value === undefined ? `(*${type})(nil)` : `(*${type})(0xc000000000)`);
  const reason = pointer('apiextensions.FieldValueErrorReason', rule.reason);
  return `apiextensions.ValidationRule{Rule:${quote(text(rule.rule))}, Message:${quote(text(rule.message))}, MessageExpression:${quote(text(rule.messageExpression))}, Reason:${reason}, FieldPath:${quote(text(rule.fieldPath))}, OptionalOldSelf:${pointer('bool', rule.optionalOldSelf)}}`;
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** What a rule says besides its expression. */
function ruleFormErrors(rule: JsonObject, field: string): readonly FieldError[] {
  const [message, path] = [text(rule.message), text(rule.fieldPath)];
  return [
    ...(text(rule.rule).trim() === '' ? [fieldError.required(`${field}.rule`, 'rule is not specified')] : []),
    ...(message !== '' && message.trim() === ''
      ? [fieldError.invalid(`${field}.message`, message, 'message must be non-empty if specified')]
      : []),
    ...(/[\n\r]/.test(message.trim()) ? [fieldError.invalid(`${field}.message`, message, 'message must not contain line breaks')] : []),
    ...(rule.reason !== undefined && !reasons.includes(text(rule.reason))
      ? [fieldError.notSupported(`${field}.reason`, text(rule.reason), reasons)]
      : []),
    ...(path === '' || /^[.[]/.test(path) ? [] : [fieldError.invalid(`${field}.fieldPath`, path, 'fieldPath must be a valid path')]),
  ];
}

/** The rules of a schema with the places they stand at. */
function rulesOf(schema: JsonObject, path: string): readonly (readonly [path: string, rule: JsonObject])[] {
  const join = (step: string): string => (path === '' ? step : `${path}.${step}`);
  const inner: (readonly [string, JsonObject])[] = [];
  for (const [key, value] of Object.entries(objectAt(schema.properties)))
    if (isObject(value)) inner.push(...rulesOf(value, join(`properties[${key}]`)));
  for (const key of ['items', 'additionalProperties']) if (isObject(schema[key])) inner.push(...rulesOf(objectAt(schema[key]), join(key)));
  return [
    ...objects(schema['x-kubernetes-validations']).map((rule, index) => [join(`x-kubernetes-validations[${index}]`), rule] as const),
    ...inner,
  ];
}

/** Rules that do not compile. The value is printed as Go prints the rule. */
function ruleErrors(schema: JsonObject, path: string): readonly FieldError[] {
  const rules = new Map(rulesOf(schema, ''));
  const forms = [...rules].flatMap(([at, rule]) => ruleFormErrors(rule, `${path}.${at}`));
  const empty = new Set([...rules].filter(([, rule]) => text(rule.rule).trim() === '').map(([at]) => at));
  const wrong = compileRules(schema, { isResource: true }).errors.filter((error) => !empty.has(error.path.replace(/\.\w+$/, '')));
  return [
    ...forms,
    ...wrong.map((error) => {
      const rule = rules.get(error.path.replace(/\.\w+$/, '')) ?? {};
      return fieldError.raw('Invalid', `${path}.${error.path}`, `Invalid value: ${goRule(rule)}: ${error.message}`);
    }),
  ];
}

function openApiErrors(versions: readonly JsonObject[]): readonly FieldError[] {
  if (versions.length === 0) return [];
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
  if (versions.length === 0) {
    const none =
      'Invalid value: []apiextensions.CustomResourceDefinitionVersion(nil): must have exactly one version marked as storage version';
    errors.push(fieldError.raw('Invalid', 'spec.versions', none));
    errors.push(fieldError.raw('Invalid', 'status.storedVersions', 'Invalid value: []string(nil): must have at least one stored version'));
  }
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    const name = text(version.name);
    errors.push(...nameProblems('label1035', name).map((problem) => fieldError.invalid(`spec.versions[${index}].name`, name, problem)));
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
  if (group !== '' && !group.includes('.') && subdomainProblems(group).length === 0)
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
  errors.push(...namesErrors(names), ...versionErrors(crd), ...openApiErrors(versionsOf(crd)), ...partErrors(crd));
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
    // The name was right when it was made.
    ...definitionErrors(next).filter(({ field }) => field !== 'metadata.name'),
    ...storedErrors(next),
    ...fixed.map((field) => fieldError.invalid(`spec.${field}`, after[field] ?? '', 'field is immutable')),
    ...names.map((field) => fieldError.invalid(`spec.names.${field}`, objectAt(after.names)[field] ?? '', 'field is immutable')),
  ];
}
