/**
 * One step of a field path: a field, an item by key, an item of a set by value, or an index; its text forms and its order.
 * Source: structured-merge-diff fieldpath/element.go, serialize-pe.go, value/value.go.
 */
import { type Json, isObject, record } from '../../object/index.ts';
import { type KeyField, formatFieldPath } from '../../object/path/index.ts';
import { compareJson, compareText, goQuote } from '../../object/value/index.ts';

export type PathElement =
  | { readonly kind: 'field'; readonly name: string }
  /** Sorted by name. */
  | { readonly kind: 'key'; readonly fields: readonly KeyField[]; readonly id: string }
  | { readonly kind: 'value'; readonly value: Json; readonly id: string }
  | { readonly kind: 'index'; readonly index: number; readonly id: string };

/** An element that selects a list item; `id` is its serialised form. */
export type ItemElement = Exclude<PathElement, { kind: 'field' }>;

export type Path = readonly PathElement[];

/** Go's JSON writer escapes what could end a script element; keys of managedFields keep those escapes. */
const HTML = /[<>&\u2028\u2029]/g;
const ESCAPE = /\\./g;
const NEEDS_ESCAPE = /["\\\u0000-\u001f<>&\u2028\u2029\ud800-\udfff]/;

const longEscape = (escape: string): string => (escape === '\\b' ? '\\u0008' : escape === '\\f' ? '\\u000c' : escape);

const hex = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A string as Go's encoding/json (with jsoniter's escapes) writes it. */
function jsonString(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(ESCAPE, longEscape).replace(HTML, hex);
}

/** Canonical JSON: keys sorted, no spaces. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return jsonString(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  entries.sort((a, b) => compareText(a[0], b[0]));
  return `{${entries.map(([key, item]) => `${jsonString(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** The element of an item with these key fields, which must be sorted by name. */
export function keyElement(fields: readonly KeyField[]): ItemElement {
  let id = 'k:{';
  for (const [index, field] of fields.entries()) {
    id += `${index === 0 ? '' : ','}${jsonString(field.name)}:${canonicalJson(field.value)}`;
  }
  return { kind: 'key', fields, id: `${id}}` };
}

export const valueElement = (value: Json): ItemElement => ({ kind: 'value', value, id: `v:${canonicalJson(value)}` });

const indexElement = (index: number): ItemElement => ({ kind: 'index', index, id: `i:${index}` });

/** `f:name`, `k:{"name":"c"}`, `v:"x"`, `i:0`. */
export const formatElement = (element: PathElement): string => (element.kind === 'field' ? `f:${element.name}` : element.id);

/** Reads a serialised element. `undefined`: a kind this version does not know (it is skipped). Throws a plain Error on bad input. */
export function parseElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new Error('key must be 2 characters long:');
  if (text[1] !== ':') throw new Error(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return { kind: 'field', name: rest };
    case 'v':
      return valueElement(parseJson(rest));
    case 'k':
      return parseKey(rest);
    case 'i':
      if (!/^[+-]?\d{1,18}$/.test(rest)) throw new Error(`strconv.Atoi: parsing ${goQuote(rest)}: invalid syntax`);
      return indexElement(Number(rest));
    default:
      return undefined;
  }
}

const parseJson = (text: string): Json => JSON.parse(text) as Json;

function parseKey(text: string): PathElement {
  const value = parseJson(text);
  if (value !== null && !isObject(value)) throw new Error(`expected an object of key fields, got ${text}`);
  const entries = Object.entries(value ?? record());
  entries.sort((a, b) => compareText(a[0], b[0]));
  return keyElement(entries.map(([name, item]) => ({ name, value: item ?? null })));
}

/** Order of elements: fields, keys, values, indexes; within a kind by content. */
export function compareItems(a: ItemElement, b: ItemElement): number {
  if (a.kind === 'key') return b.kind === 'key' ? compareKeys(a.fields, b.fields) : -1;
  if (b.kind === 'key') return 1;
  if (a.kind === 'value') return b.kind === 'value' ? compareJson(a.value, b.value) : -1;
  if (b.kind === 'value') return 1;
  return a.index - b.index;
}

function compareKeys(a: readonly KeyField[], b: readonly KeyField[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareText(left.name, right.name) || compareJson(left.value, right.value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** For people, as conflict messages show it: `.spec.containers[name="c"].image`. */
export const formatPath: (path: Path) => string = formatFieldPath;
