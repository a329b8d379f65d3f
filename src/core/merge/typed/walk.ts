/** What all walks over typed values share: which form of a type a value takes, errors with paths, and list items as path elements. */
import { type Json, type JsonObject, getKey, isObject } from '../../object/index.ts';
import { compareText, formatGoSyntax, formatGoValue, goQuote } from '../../object/value/index.ts';
import type { ListType, ScalarKind, TypeNode } from '../../schema/index.ts';
import { type ItemElement, keyElement, valueElement } from '../fieldset/index.ts';

/** A value that may be absent; `null` is a value. */
export type Maybe = Json | undefined;

/** Something that is wrong at a path such as `.spec.ports[name="http"]`. */
export interface TypedError {
  path: string;
  readonly message: string;
}

/** The error text of the API server: one error on its line, several as a list (typed/helpers.go). */
export function formatTypedErrors(errors: readonly TypedError[]): string {
  const lines = errors.map((error) => (error.path === '' ? error.message : `${error.path}: ${error.message}`));
  return lines.length === 1 ? (lines[0] ?? '') : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Puts `prefix` before the paths of the errors from `start` on. */
export function prefixErrors(errors: TypedError[], start: number, prefix: string): void {
  for (let index = start; index < errors.length; index += 1) {
    const error = errors[index];
    if (error !== undefined) error.path = prefix + error.path;
  }
}

/** Bits of the forms a type allows. */
export const SCALAR = 1;
export const LIST = 2;
export const MAP = 4;

export const formsOf = (type: TypeNode): number =>
  (type.scalar === undefined ? 0 : SCALAR) | (type.list === undefined ? 0 : LIST) | (type.map === undefined ? 0 : MAP);

/** The forms left once a value is known: its own form if the type allows it, otherwise all (validation reports that). Null fits every form. */
export function deduce(type: TypeNode, value: Maybe): number {
  if (value === undefined || value === null) return formsOf(type);
  if (typeof value !== 'object') return type.scalar === undefined ? formsOf(type) : SCALAR;
  if (Array.isArray(value)) return type.list === undefined ? formsOf(type) : LIST;
  return type.map === undefined ? formsOf(type) : MAP;
}

/** Of several forms the map is tried first, then the scalar, then the list (typed/helpers.go, handleAtom). */
export const chosen = (forms: number): number => (forms & MAP ? MAP : forms & SCALAR ? SCALAR : forms & LIST);

export const isList = (value: Maybe): value is readonly Json[] => Array.isArray(value);

const goTypeName = (value: Json): string => {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
};

/** Why a value is not a scalar of this kind; undefined when it is one. Null and absent values are. */
export function scalarError(kind: ScalarKind, value: Maybe): string | undefined {
  if (value === undefined || value === null) return undefined;
  const numeric = typeof value === 'number' || typeof value === 'bigint';
  switch (kind) {
    case 'numeric':
      return numeric ? undefined : `expected numeric (int or float), got ${goTypeName(value)}`;
    case 'string':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${formatGoSyntax(value)}}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${formatGoValue(value)}}`;
    case 'untyped':
      return typeof value === 'object' ? `expected any scalar, got &{${formatGoValue(value)}}` : undefined;
  }
}

/** The path element of an item of an associative list, or why it has none. */
export function itemElement(list: ListType, item: Json): ItemElement | string {
  if (!list.associative) return 'invalid indexing of non-associative list';
  if (list.keys.length > 0) return keyedElement(list, item);
  if (isList(item)) return 'not supported: associative list with lists as elements';
  if (isObject(item)) return "associative list without keys has an element that's a map type";
  if (item === null) return "associative list without keys has an element that's an explicit null";
  return valueElement(item);
}

function keyedElement(list: ListType, item: Json): ItemElement | string {
  if (item === null) return 'associative list with keys may not have a null element';
  if (!isObject(item)) return 'associative list with keys may not have non-map elements';
  const fields: { name: string; value: Json }[] = [];
  for (const name of list.keys) {
    const value = keyValue(list, item, name);
    if (typeof value === 'object' && value !== null && 'refused' in value) return value.refused;
    if (value !== undefined) fields.push({ name, value: value.value });
  }
  if (fields.length === 0) {
    const names = list.keys.map(goQuote).join(' ');
    return `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`;
  }
  if (fields.length > 1) fields.sort((a, b) => compareText(a.name, b.name));
  return keyElement(fields);
}

/** A key of an item: its value, the field's default, nothing (the key is left out), or a refusal. */
function keyValue(list: ListType, item: JsonObject, name: string): { readonly value: Json } | { readonly refused: string } | undefined {
  const own = getKey(item, name);
  if (own !== undefined) return { value: own };
  const { map, strictKeys } = list.element;
  if (map === undefined) return { refused: `couldn't find default value for ${name}: associative list may not have non-map types` };
  const fallback = map.fields.get(name)?.default;
  if (fallback !== undefined && fallback !== null) return { value: fallback };
  if (!strictKeys) return undefined;
  return { refused: `associative list with keys has an element that omits key field ${goQuote(name)} (and doesn't have default value)` };
}

export const expectedList = (value: Json): string => `expected list, got &{${formatGoValue(value)}}`;
export const expectedMap = (value: Json): string => `expected map, got &{${formatGoValue(value)}}`;

export const fieldType = (type: TypeNode, name: string): TypeNode | undefined => type.map?.fields.get(name)?.type ?? type.map?.element;
