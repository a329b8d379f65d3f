/** Custom resources between request and store: pruning, defaults, validation with ratcheting. */
import { type Json, type JsonObject, type KubeObject, isObject } from '../../core/object/index.ts';
import {
  applyDefaults,
  type CustomType,
  listErrors,
  type PatternCache,
  prune,
  type Pruned,
  withoutNulls,
  schemaErrors,
} from '../../core/kube/crd/index.ts';
import { checkRules, type Violation } from '../../core/cel/index.ts';
import { type FieldError, fieldError } from '../../core/kube/status/index.ts';
import { sameJson } from '../../core/kube/json/index.ts';

/** The object without undeclared fields and with defaults. */
export function customShape(custom: CustomType, object: JsonObject): Pruned {
  const pruned = prune(object, custom.schema);
  return { value: withoutNulls(applyDefaults(pruned.value, custom.schema), custom.schema), unknown: pruned.unknown };
}

/** The value at a path like `spec.items[0].name`. */
function valueAt(object: Json | undefined, path: string): Json | undefined {
  let at = object;
  for (const step of path.split(/\.|(?=\[)/)) {
    const index = /^\[(\d+)\]$/.exec(step);
    if (index !== null) at = Array.isArray(at) ? (at[Number(index[1])] as Json | undefined) : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

const SKIPPED = 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** After one of these the value is not of the shape that rules are written for. */
const blocking: ReadonlySet<FieldError['kind']> = new Set(['NotSupported', 'Required', 'TooLong', 'TooMany', 'TypeInvalid']);

const kinds = {
  FieldValueInvalid: 'Invalid',
  FieldValueForbidden: 'Forbidden',
  FieldValueRequired: 'Required',
  FieldValueDuplicate: 'Duplicate',
} as const;

function violation({ path, message, reason, shown, tolerated }: Violation): FieldError {
  const field = path === '' ? '<nil>' : path;
  const kind = kinds[reason];
  const texts = {
    Invalid: `Invalid value: ${JSON.stringify(shown)}: ${message}`,
    Forbidden: `Forbidden: ${message}`,
    Required: `Required value: ${message}`,
    Duplicate: `Duplicate value: ${JSON.stringify(shown)}`,
  };
  const error = fieldError.raw(kind, field, texts[kind]);
  return tolerated === true ? { ...error, tolerated } : error;
}

/** The scale subresource reads its numbers from paths that must hold one. */
const scaleErrors = (custom: CustomType, object: KubeObject): readonly FieldError[] =>
  [custom.scale?.specReplicasPath, custom.scale?.statusReplicasPath].flatMap((path) => replicasErrors(path, object));

const MAX_REPLICAS = 2 ** 31 - 1;

function replicasErrors(at: Json | undefined, object: KubeObject): readonly FieldError[] {
  const path = typeof at === 'string' ? at : '';
  const value = path === '' ? undefined : valueAt(object, path.replace(/^\./, ''));
  if (value === undefined || value === null) return [];
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value < 0) return [fieldError.invalid(path, value, 'should be a non-negative integer')];
    return value > MAX_REPLICAS ? [fieldError.invalid(path, value, `should be less than or equal to ${MAX_REPLICAS}`)] : [];
  }
  const type =
    typeof value === 'object'
      ? Array.isArray(value)
        ? '[]interface {}'
        : 'map[string]interface {}'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'number'
          ? 'float64'
          : 'string';
  return [fieldError.invalid(path, 0, `${path} accessor error: ${String(value)} is of the type ${type}, expected int64`)];
}

export interface CustomWrite {
  readonly object: KubeObject;
  readonly live: KubeObject | undefined;
  /** `status` when only that is written. */
  readonly subresource: string;
  /** What is wrong with its metadata: an incomplete object is not held against its rules. */
  readonly before: readonly FieldError[];
}

/** Through /status only the status is looked at, as if it were all there is: messages name paths below it. */
function shapeErrors(custom: CustomType, { object, live, subresource }: CustomWrite, patterns: PatternCache): readonly FieldError[] {
  if (subresource !== 'status') return schemaErrors(restOf(object), custom.schema, patterns, live === undefined ? live : restOf(live));
  const schema = isObject(custom.schema.properties) ? custom.schema.properties.status : undefined;
  if (object.status === undefined || !isObject(schema ?? null)) return [];
  return schemaErrors(object.status ?? null, schema as JsonObject, patterns, live?.status).map((error) => ({
    ...error,
    field: error.field === '<nil>' ? 'status' : `status${error.field.startsWith('[') ? '' : '.'}${error.field}`,
  }));
}

/** Errors of a custom resource. What was wrong before and did not change is tolerated (ratcheting, on by default since 1.33). */
export function customErrors(custom: CustomType, write: CustomWrite, patterns: PatternCache): readonly FieldError[] {
  const { object, live } = write;
  const { metadata, apiVersion: _version, kind: _kind, ...rest } = object;
  const changed = ({ field }: FieldError): boolean => {
    const now = valueAt(object, field.replace(/^\./, ''));
    return live === undefined || now === undefined || !sameJson(now, valueAt(live, field.replace(/^\./, '')));
  };
  const schema = [...shapeErrors(custom, write, patterns), ...scaleErrors(custom, object), ...listErrors(rest, custom.schema, live)].filter(
    changed,
  );
  if (custom.rules.root === undefined) return schema;
  if ([...write.before, ...schema].some(({ kind }) => blocking.has(kind)))
    return [...schema, fieldError.raw('Invalid', '<nil>', `Invalid value: "null": ${SKIPPED}`)];
  const self = { ...rest, metadata };
  const found = checkRules(custom.rules, { self, ...(live === undefined ? {} : { oldSelf: live }) }).map(violation);
  // A whole object that did not change is not looked at again; a rule about a change is only ever broken by one.
  const same = live !== undefined && sameJson(rest, restOf(live));
  return [...schema, ...(same ? found.filter(({ tolerated }) => tolerated === true) : found)];
}

function restOf({ metadata: _metadata, apiVersion: _version, kind: _kind, ...rest }: KubeObject): JsonObject {
  return rest;
}
