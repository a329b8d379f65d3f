/**
 * Checks a value against its field rows and fills in defaults, as the API server would, but with every problem at once and in words for people.
 * In: JSON. Out: the defaulted value (the same object when nothing was filled in) and the problems. CEL rules are evaluated by the caller's `judge`.
 */
import { assertNever } from '../../std/index.ts';
import { getKey, hasKey, isObject, record, type Json, type JsonObject } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { nearest } from '../../std/index.ts';
import type { Field, IntegerNode, ListNode, MapNode, Node, ObjectNode, Presence, Rule, StringNode } from './field.ts';

/** The rules of a node that a value breaks, which already has the right shape. */
export type Judge = (node: Node, value: Json) => readonly Rule[];

export interface Checking {
  readonly judge: Judge;
  readonly problems: Problem[];
}

/** The value with defaults; problems go to `checking.problems`. */
export function checkField(field: Field<unknown, Presence>, value: Json, at: { readonly path: string; readonly checking: Checking }): Json {
  return checkNode(field.node, value, at.path, at.checking);
}

function report(checking: Checking, field: string, message: string, hint?: string): void {
  checking.problems.push({ code: 'InvalidSpec', field, message, ...(hint === undefined ? {} : { hint }) });
}

const MAX_SHOWN = 60;

/** A value for a message: short, one line. */
function shown(value: Json): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : isObject(value) ? 'an object' : Array.isArray(value) ? 'a list' : String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

const ARTICLE: { readonly [type: string]: string } = {
  string: 'a string',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  map: 'an object',
  free: 'an object',
  object: 'an object',
};

function hasType(node: Node, value: Json): boolean {
  switch (node.type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    case 'boolean':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value);
    case 'map':
    case 'free':
    case 'object':
      return isObject(value);
    default:
      return assertNever(node);
  }
}

function checkNode(node: Node, value: Json, path: string, checking: Checking): Json {
  if (!hasType(node, value)) {
    report(checking, path, `must be ${ARTICLE[node.type] ?? node.type}, not ${shown(value)}`, typeHint(node, value));
    return value;
  }
  const before = checking.problems.length;
  const result = checkShape(node, value, path, checking);
  if (checking.problems.length === before)
    for (const broken of checking.judge(node, result)) report(checking, path, broken.message, broken.hint);
  return result;
}

function typeHint(node: Node, value: Json): string | undefined {
  if (node.type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return `put it in quotes: "${String(value)}"`;
  if (node.type === 'boolean' && typeof value === 'string') return 'write true or false without quotes';
  if (node.type === 'array' && !Array.isArray(value)) return 'start the entry with "- "';
  return undefined;
}

function checkShape(node: Node, value: Json, path: string, checking: Checking): Json {
  switch (node.type) {
    case 'string':
      checkString(node, value as string, path, checking);
      return value;
    case 'integer':
      checkInteger(node, value as number | bigint, path, checking);
      return value;
    case 'boolean':
    case 'free':
      return value;
    case 'array':
      return checkList(node, value as readonly Json[], path, checking);
    case 'map':
      return checkMap(node, value as JsonObject, path, checking);
    case 'object':
      return checkObject(node, value as JsonObject, path, checking);
    default:
      return assertNever(node);
  }
}

function checkString(node: StringNode, value: string, path: string, checking: Checking): void {
  if (node.enum !== undefined) {
    if (node.enum.includes(value)) return;
    const guess = nearest(value, node.enum);
    report(
      checking,
      path,
      `must be one of ${node.enum.join(', ')}, not ${shown(value)}`,
      guess === undefined ? undefined : `did you mean "${guess}"?`,
    );
    return;
  }
  const length = [...value].length;
  if (length < node.minLength) report(checking, path, 'must not be empty');
  else if (length > node.maxLength) report(checking, path, `is too long: ${length} characters, at most ${node.maxLength} are allowed`);
  else if (node.format === 'date-time' && !RFC3339.test(value))
    report(checking, path, `must be a time such as 2026-01-31T12:00:00Z, not ${shown(value)}`);
  else if (node.pattern !== undefined && !new RegExp(node.pattern).test(value))
    report(checking, path, `must be ${node.means ?? `text that matches ${node.pattern}`}, not ${shown(value)}`);
}

const RFC3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[-+]([01]\d|2[0-3]):[0-5]\d)$/;

function checkInteger(node: IntegerNode, value: number | bigint, path: string, checking: Checking): void {
  if (value < node.minimum) report(checking, path, `must be at least ${node.minimum}, not ${value}`);
  else if (value > node.maximum) report(checking, path, `must be at most ${node.maximum}, not ${value}`);
}

function checkList(node: ListNode, value: readonly Json[], path: string, checking: Checking): Json {
  if (value.length > node.maxItems) report(checking, path, `has ${value.length} entries, at most ${node.maxItems} are allowed`);
  if (value.length < node.minItems)
    report(checking, path, node.minItems === 1 ? 'must not be empty' : `needs at least ${node.minItems} entries`);
  const items = value.slice(0, node.maxItems).map((item, index) => checkNode(node.items, item, `${path}[${index}]`, checking));
  checkUnique(node, items, path, checking);
  return items.every((item, index) => item === value[index]) ? value : items;
}

function checkUnique(node: ListNode, items: readonly Json[], path: string, checking: Checking): void {
  if (node.merge === 'atomic') return;
  const keys = node.merge === 'set' ? undefined : node.merge;
  const seen = new Map<string, number>();
  items.forEach((item, index) => {
    const parts = keys === undefined ? [item] : keys.map((key) => (isObject(item) ? (getKey(item, key) ?? null) : null));
    const identity = JSON.stringify(parts);
    const first = seen.get(identity);
    if (first === undefined) seen.set(identity, index);
    else report(checking, `${path}[${index}]`, `repeats entry ${first}: ${parts.map(shown).join(', ')}`);
  });
}

function checkMap(node: MapNode, value: JsonObject, path: string, checking: Checking): Json {
  const entries = Object.entries(value);
  if (entries.length > node.maxProperties)
    report(checking, path, `has ${entries.length} entries, at most ${node.maxProperties} are allowed`);
  const checked = entries
    .slice(0, node.maxProperties)
    .map(([key, entry]): readonly [string, Json] => [
      key,
      checkNode(node.values, entry ?? null, `${path}[${JSON.stringify(key)}]`, checking),
    ]);
  return checked.every(([key, entry]) => getKey(value, key) === entry) ? value : record(checked);
}

function checkObject(node: ObjectNode, value: JsonObject, path: string, checking: Checking): Json {
  const names = Object.keys(node.fields);
  for (const name of Object.keys(value)) {
    if (hasKey(node.fields, name)) continue;
    const guess = nearest(name, names);
    report(
      checking,
      `${path}.${name}`,
      'is not a field here',
      guess === undefined ? `known fields: ${names.join(', ')}` : `did you mean "${guess}"?`,
    );
  }
  const entries: (readonly [string, Json])[] = [];
  let changed = false;
  for (const [name, field] of Object.entries(node.fields)) {
    // Kubernetes reads an explicit null as absent where a default exists or the field may be left out.
    const given = getKey(value, name) ?? undefined;
    const start = given ?? field.default;
    if (start === undefined) {
      if (field.presence === 'required') report(checking, `${path}.${name}`, 'is required', `it is: ${field.node.doc}`);
      changed ||= hasKey(value, name);
      continue;
    }
    const result = checkNode(field.node, start, `${path}.${name}`, checking);
    changed ||= result !== given;
    entries.push([name, result]);
  }
  return changed ? record(entries) : value;
}
