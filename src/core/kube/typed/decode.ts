/**
 * Reading an object of a built-in kind as the server's Go structs do: unknown fields are dropped and named, wrong types are refused, fields
 * that Go always writes are added, optional zero values are omitted. Comparing and owning fields is only right on objects of this shape.
 * Kubernetes: apimachinery pkg/runtime/serializer/json; Go: encoding/json.
 */
import { copyBefore, type Json, type JsonObject, isObject, record } from '../../object/index.ts';
import { alwaysWritten, leftOut, type FieldType, type TypeNode } from '../../schema/index.ts';
import { readScalar, wrappedNumber } from './scalar.ts';
import { pointerFields } from './shape.table.ts';

export interface Decoded {
  readonly value: Json;
  /** Paths of fields that the type does not have: `spec.foo`, `spec.containers[0].bar`. */
  readonly unknown: readonly string[];
  /** Go's text when a value has the wrong type; the rest is then not read. */
  readonly error: string | undefined;
  /** The same in the words of the converter from unstructured values, which patches go through. Kubernetes: runtime/converter.go. */
  readonly restoreError?: string;
}

/** How one field of a struct is written. */
interface FieldPlan {
  readonly name: string;
  readonly type: TypeNode;
  /** A zero value is kept. */
  readonly keepZero: boolean;
  /** Written when absent; undefined: left out. */
  readonly whenAbsent: Json | undefined;
}

interface StructPlan {
  readonly fields: ReadonlyMap<string, FieldPlan>;
  /** Fields that are written even when absent. */
  readonly always: readonly FieldPlan[];
}

const byDefinition = (rows: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(rows.map(([name, fields]) => [name, new Set(fields.split(' '))]));

const pointers = byDefinition(pointerFields);
const META_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';
const EMPTY: ReadonlySet<string> = new Set();
const MAX_DEPTH = 100;

class Mismatch extends Error {
  readonly restore: string;

  constructor(text: string, restore = text) {
    super(text);
    this.restore = restore;
  }
}

/** `io.k8s.api.apps.v1.DeploymentSpec` → `DeploymentSpec`. */
const shortName = (definition: string): string => definition.slice(definition.lastIndexOf('.') + 1);

/** Go's name of a type, as far as a schema tells it. */
function goType(type: TypeNode): string {
  if (type.name !== '') return type.name.split('.').slice(-2).join('.');
  if (type.list !== undefined) return `[]${goType(type.list.element)}`;
  if (type.map?.element !== undefined) return `map[string]${goType(type.map.element)}`;
  if (type.scalar === 'numeric') return type.jsonType === 'number' ? 'float64' : type.format === 'int64' ? 'int64' : 'int32';
  return type.scalar === 'boolean' ? 'bool' : 'string';
}

const jsonKind = (value: Json): string =>
  Array.isArray(value)
    ? 'array'
    : value === null
      ? 'null'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'bigint'
          ? 'number'
          : typeof value;

/** Where the reader stands: how deep, and for messages how it came there; the path is joined when something is wrong. */
interface Place {
  /** Absent: the object itself. */
  readonly up: Place | undefined;
  readonly depth: number;
  readonly step: string | number;
  readonly struct: string;
  /** Whether the step is the key of a map, which Go's texts do not name. */
  readonly inMap: boolean;
}

const ROOT: Place = { up: undefined, depth: 0, step: '', struct: '', inMap: false };

function pathOf(place: Place, withIndexes: 'indexes' | 'fields'): string {
  const steps: string[] = [];
  for (let at = place; at.up !== undefined; at = at.up) {
    if (at.inMap && withIndexes === 'fields') continue;
    if (typeof at.step === 'string') steps.unshift(steps.length === 0 || steps[0]?.startsWith('[') === true ? at.step : `${at.step}.`);
    else if (withIndexes === 'indexes')
      steps.unshift(steps.length > 0 && steps[0]?.startsWith('[') !== true ? `[${at.step}].` : `[${at.step}]`);
  }
  return steps.join('');
}

type Draft = { [key: string]: Json };

export class TypedReader {
  readonly #plans = new WeakMap<TypeNode, StructPlan>();
  #unknown: string[] = [];
  #wraps = false;

  /**
   * Reads a whole object of the given type. The argument itself comes back when it has the right shape already. What was applied is converted, not
   * decoded, which takes numbers that are too large (`wraps`).
   */
  read(value: Json, type: TypeNode, { wraps = false } = {}): Decoded {
    this.#unknown = [];
    this.#wraps = wraps;
    try {
      const read = this.#value(value, type, ROOT);
      return { value: read, unknown: this.#unknown, error: undefined };
    } catch (error) {
      if (error instanceof Mismatch) return { value, unknown: this.#unknown, error: error.message, restoreError: error.restore };
      throw error;
    }
  }

  #value(value: Json, type: TypeNode, at: Place): Json {
    if (at.depth > MAX_DEPTH) throw new Mismatch('exceeded max depth');
    const { map, list } = type;
    if (type.format === 'int-or-string') return readScalar(value, type) ?? this.#mismatch(value, type, at);
    if (type.scalar === 'untyped' && map !== undefined) return value;
    if (map !== undefined && isObject(value)) {
      return map.fields.size > 0 || map.element === undefined ? this.#struct(value, type, at) : this.#map(value, map.element, at);
    }
    if (list !== undefined && Array.isArray(value)) return this.#list(value as readonly Json[], list.element, at);
    if (type.scalar === undefined) return map === undefined && list === undefined ? value : this.#mismatch(value, type, at);
    const read = readScalar(value, type) ?? (this.#wraps ? wrappedNumber(value, type) : undefined);
    return read === undefined ? this.#mismatch(value, type, at) : read;
  }

  #list(items: readonly Json[], element: TypeNode, at: Place): Json {
    let result: Json[] | undefined;
    for (let index = 0; index < items.length; index++) {
      const item = items[index] as Json;
      const place: Place = { up: at, depth: at.depth + 1, step: index, struct: at.struct, inMap: false };
      const read = item === null ? this.#zeroOf(element) : this.#value(item, element, place);
      if (read !== item) result ??= items.slice(0, index);
      result?.push(read);
    }
    return result ?? (items as Json);
  }

  #map(value: JsonObject, element: TypeNode, at: Place): Json {
    let result: Draft | undefined;
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      const place: Place = { up: at, depth: at.depth + 1, step: key, struct: at.struct, inMap: true };
      const read = item === null ? this.#zeroOf(element) : this.#value(item, element, place);
      if (read !== item) result ??= copyBefore(value, key);
      if (result !== undefined) result[key] = read;
    }
    return result ?? value;
  }

  #struct(value: JsonObject, type: TypeNode, at: Place): Json {
    const plan = this.#planOf(type);
    let result: Draft | undefined;
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      const field = plan.fields.get(key);
      const place: Place = { up: at, depth: at.depth + 1, step: key, struct: type.name, inMap: false };
      if (field === undefined) this.#unknown.push(pathOf(place, 'indexes'));
      const kept = field === undefined ? undefined : this.#kept(item === null ? null : this.#value(item, field.type, place), field);
      if (kept !== item) result ??= copyBefore(value, key);
      if (result !== undefined && kept !== undefined) result[key] = kept;
    }
    for (const { name, whenAbsent } of plan.always) {
      if (Object.hasOwn(value, name) && value[name] !== undefined) continue;
      result ??= copyBefore(value);
      result[name] = whenAbsent as Json;
    }
    return result ?? value;
  }

  /** The value as Go writes it; undefined when `omitempty` leaves it out. */
  #kept(value: Json, field: FieldPlan): Json | undefined {
    if (value === null) return field.whenAbsent;
    if (field.keepZero) return value;
    if (value === '' || value === 0 || value === false) return undefined;
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.length === 0 ? undefined : value;
    const isMap =
      field.type.name === '' && field.type.map !== undefined && field.type.map.fields.size === 0 && field.type.scalar === undefined;
    return isMap && Object.keys(value).length === 0 ? undefined : value;
  }

  #planOf(type: TypeNode): StructPlan {
    const known = this.#plans.get(type);
    if (known !== undefined) return known;
    const fields = new Map<string, FieldPlan>();
    const plan: { fields: Map<string, FieldPlan>; always: FieldPlan[] } = { fields, always: [] };
    this.#plans.set(type, plan);
    for (const field of type.map?.fields.values() ?? []) {
      const made = this.#fieldPlan(field, type);
      fields.set(field.name, made);
      if (made.whenAbsent !== undefined) plan.always.push(made);
    }
    return plan;
  }

  #fieldPlan(field: FieldType, owner: TypeNode): FieldPlan {
    const isPointer = (pointers.get(owner.name) ?? EMPTY).has(field.name);
    const isAlways = (alwaysWritten.get(owner.name) ?? EMPTY).has(field.name);
    const whenAbsent = isAlways ? null : this.#whenAbsent(field, owner);
    const keepZero = isPointer || isAlways || field.type.format === 'int-or-string' || whenAbsent !== undefined;
    return { name: field.name, type: field.type, keepZero, whenAbsent };
  }

  #whenAbsent(field: FieldType, owner: TypeNode): Json | undefined {
    const { default: value, type } = field;
    if (leftOut.get(owner.name)?.has(field.name) === true) return undefined;
    if (type.name === META_TIME)
      return field.name === 'creationTimestamp' || owner.map?.required.includes(field.name) === true ? null : undefined;
    if (isObject(value)) return type.map === undefined || Object.keys(value).length > 0 ? undefined : this.#zeroOf(type);
    if (value === '' || value === 0 || value === false) return value;
    const isStruct = type.map !== undefined && type.map.fields.size > 0;
    return value === undefined && owner.map?.required.includes(field.name) === true && isStruct ? null : undefined;
  }

  /** What Go writes for a value that nobody set. */
  #zeroOf(type: TypeNode): Json {
    if (type.map !== undefined && type.scalar === undefined) {
      const fields = this.#planOf(type).always;
      return record(fields.map((field) => [field.name, field.whenAbsent as Json]));
    }
    if (type.scalar === 'string') return '';
    return type.scalar === 'numeric' ? 0 : type.scalar === 'boolean' ? false : null;
  }

  #mismatch(value: Json, type: TypeNode, place: Place): never {
    // A number is only shown where its range or fraction is what is wrong.
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    const shown = isNumber && type.scalar === 'numeric' ? `number ${value}` : jsonKind(value);
    if (type.format === 'date-time' && typeof value === 'string')
      throw new Mismatch(timeError(value, type.name.endsWith('.MicroTime') ? MICRO_TIME : TIME));
    if (type.format === 'quantity') throw new Mismatch(QUANTITY_ERROR);
    if (type.format === 'byte' && typeof value === 'string')
      throw new Mismatch(base64Error(value), `error decoding from json: ${base64Error(value)}`);
    const where =
      place.up === undefined
        ? `Go value of type ${goType(type)}`
        : `Go struct field ${shortName(place.struct)}.${pathOf(place, 'fields')} of type ${goType(type)}`;
    throw new Mismatch(`json: cannot unmarshal ${shown} into ${where}`, restoreText(value, type));
  }
}

const QUANTITY_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Go: time/format_rfc3339.go and encoding/base64; the exact position matters to nobody but the text does. */
function timeError(text: string, layout: string): string {
  const start = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(text)?.[0];
  const rest = start === undefined ? text : text.slice(start.length);
  const expected = start === undefined ? '2006' : layout === MICRO_TIME ? '.000000' : 'Z07:00';
  return `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(expected)}`;
}

const TIME = '2006-01-02T15:04:05Z07:00';
const MICRO_TIME = '2006-01-02T15:04:05.000000Z07:00';

/** Go's reflect.Kind of a decoded value. */
function goKind(value: Json): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'object' ? 'map' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'int64' : 'string';
}

function restoreText(value: Json, type: TypeNode): string {
  const from = goKind(value);
  if (type.list !== undefined) return `cannot restore slice from ${from}`;
  if (type.map !== undefined) return type.map.fields.size > 0 ? `cannot restore struct from: ${from}` : `cannot restore map from ${from}`;
  const into = goType(type);
  const convertible = from === 'int64' && into === 'string' ? true : from === 'float64' && into.startsWith('int');
  return convertible ? `cannot convert ${from} to ${into}` : `unrecognized type: ${into}`;
}

function base64Error(text: string): string {
  const bad = /[^A-Za-z0-9+/]/.exec(text.replaceAll(/[\r\n]/g, ''));
  return `illegal base64 data at input byte ${bad === null ? Math.max(0, text.length - (text.length % 4)) : bad.index}`;
}
