/** Types from OpenAPI schemas, and JSON as values of those types (Kubernetes: apiserver/pkg/cel/common/schemas.go, values.go). */
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { encodeUtf8 } from '../../std/index.ts';
import { escapeField } from './escape.ts';
import { parseDurationText, parseTimestampText } from './functions/time.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP, type ObjectField, type ObjectType, type Type } from './type.ts';
import { CelList, CelMap, type ListMerge, type Value } from './value.ts';

/** Metadata is not open to rules but for these (Kubernetes: WithTypeAndObjectMeta). */
const META: ObjectType = {
  k: 'object',
  name: 'object',
  fields: new Map([
    ['name', { name: 'name', type: STRING }],
    ['generateName', { name: 'generateName', type: STRING }],
  ]),
};

/** The type of a structural schema; undefined for what rules cannot see (unknown fields that are preserved). */
export function typeOfSchema(schema: JsonObject, options: { readonly isRoot?: boolean } = {}): Type | undefined {
  if (getKey(schema, 'x-kubernetes-int-or-string') === true) return DYN;
  const isResource = options.isRoot === true || getKey(schema, 'x-kubernetes-embedded-resource') === true;
  switch (getKey(schema, 'type')) {
    case 'array':
      return arrayType(schema);
    case 'object':
      return objectTypeOf(schema, isResource);
    case 'boolean':
      return BOOL;
    case 'integer':
      return INT;
    case 'number':
      return DOUBLE;
    case 'string':
      return stringType(getKey(schema, 'format'));
    default:
      return undefined;
  }
}

function stringType(format: Json | undefined): Type {
  switch (format) {
    case 'byte':
      return BYTES;
    case 'duration':
      return DURATION;
    case 'date':
    case 'date-time':
      return TIMESTAMP;
    default:
      return STRING;
  }
}

function arrayType(schema: JsonObject): Type | undefined {
  const items = getKey(schema, 'items');
  const item = isObject(items) ? typeOfSchema(items) : undefined;
  if (item === undefined) return undefined;
  const listType = getKey(schema, 'x-kubernetes-list-type');
  const keys = getKey(schema, 'x-kubernetes-list-map-keys');
  if (listType === 'set') return { k: 'list', item, merge: 'set' };
  if (listType === 'map' && Array.isArray(keys)) return { k: 'list', item, merge: keys.filter((key) => typeof key === 'string') };
  return { k: 'list', item };
}

function objectTypeOf(schema: JsonObject, isResource: boolean): Type | undefined {
  const additional = getKey(schema, 'additionalProperties');
  if (isObject(additional)) {
    const value = typeOfSchema(additional);
    return value === undefined ? undefined : { k: 'map', key: STRING, value };
  }
  const properties = getKey(schema, 'properties');
  const fields = new Map<string, ObjectField>();
  for (const [name, property] of isObject(properties) ? Object.entries(properties) : []) {
    const type = isObject(property) ? typeOfSchema(property) : undefined;
    const escaped = escapeField(name);
    if (type !== undefined && escaped !== undefined) fields.set(escaped, { name, type });
  }
  if (isResource) {
    for (const name of ['apiVersion', 'kind']) fields.set(name, { name, type: STRING });
    fields.set('metadata', { name: 'metadata', type: META });
  }
  if (fields.size === 0 && getKey(schema, 'x-kubernetes-preserve-unknown-fields') === true) return undefined;
  return { k: 'object', name: 'object', fields };
}

/** JSON as a value of a type. Integers become ints and numbers doubles as the type says; without a type, by what they are. */
export function valueOf(json: Json, type: Type = DYN): Value {
  if (json === null || typeof json === 'boolean') return json;
  if (typeof json === 'string') return stringValue(json, type);
  if (typeof json === 'bigint') return type.k === 'double' ? Number(json) : json;
  if (typeof json === 'number') return type.k === 'double' || !Number.isInteger(json) ? json : BigInt(json);
  if (isObject(json)) return type.k === 'object' ? objectValue(json, type) : mapValue(json, type.k === 'map' ? type.value : DYN);
  return listValue(json, type);
}

function stringValue(text: string, type: Type): Value {
  switch (type.k) {
    case 'bytes':
      return decodeBase64(text);
    case 'duration':
      return parseDurationText(text);
    case 'timestamp':
      return parseTimestampText(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
    default:
      return text;
  }
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Text that is not base64 is taken as it is, as it has been refused or accepted elsewhere. */
function decodeBase64(text: string): Uint8Array {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return encodeUtf8(text);
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 4) {
    const four = [0, 1, 2, 3].map((offset) => BASE64.indexOf(text[at + offset] ?? '='));
    const bits = four.reduce((sum, digit) => sum * 64 + Math.max(0, digit), 0);
    const count = four.filter((digit) => digit >= 0).length - 1;
    for (let index = 0; index < count; index++) bytes.push((bits >> (16 - 8 * index)) & 255);
  }
  return Uint8Array.from(bytes);
}

function listValue(items: readonly Json[], type: Type): CelList {
  const item = type.k === 'list' ? type.item : DYN;
  const merge: ListMerge = type.k === 'list' ? (type.merge ?? 'atomic') : 'atomic';
  return new CelList({ size: items.length, at: (index) => valueOf(items[index] ?? null, item) }, merge);
}

const present = (object: JsonObject): readonly string[] => Object.keys(object).filter((key) => object[key] !== undefined);

function mapValue(object: JsonObject, value: Type): CelMap {
  const keys = present(object);
  return new CelMap(
    {
      size: keys.length,
      get(key) {
        const found = typeof key === 'string' ? getKey(object, key) : undefined;
        return found === undefined ? undefined : valueOf(found, value);
      },
      keys: () => keys,
    },
    false,
  );
}

function objectValue(object: JsonObject, { fields }: ObjectType): CelMap {
  return new CelMap(
    {
      get size() {
        return present(object).length;
      },
      get(key) {
        const field = typeof key === 'string' ? fields.get(key) : undefined;
        const found = field === undefined ? undefined : getKey(object, field.name);
        return field === undefined || found === undefined ? undefined : valueOf(found, field.type);
      },
      keys: () => [...fields].filter(([, { name }]) => getKey(object, name) !== undefined).map(([key]) => key),
    },
    true,
  );
}
