/** One overload of a function, and how it is written in the tables: `string::startsWith(string) bool`, `size(list(A)) int`. */
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, NULL, STRING, TIMESTAMP, TYPE, UINT, type Type } from '../type.ts';
import { CelDuration, CelList, CelMap, CelOpaque, CelOptional, CelTimestamp, CelTypeValue, CelUint, type Value } from '../value.ts';

/** What a function may need besides its arguments. */
export interface Runtime {
  /** Throws when the budget is used up. */
  spend(cost: number): void;
  /** RE2; compiled once per evaluation. Throws for a malformed pattern. */
  pattern(text: string): { matches(text: string): boolean; findAllTexts(text: string, limit: number): readonly string[] };
}

export type Run = (args: readonly Value[], runtime: Runtime) => Value;

/** cost(arguments, result); absent: 1. */
export type Cost = (args: readonly Value[], result: Value) => number;

export interface Overload {
  readonly name: string;
  readonly isMember: boolean;
  /** Of a method: the receiver first. */
  readonly args: readonly Type[];
  readonly result: Type;
  readonly run: Run;
  readonly cost: Cost | undefined;
}

export type Row = readonly [signature: string, run: Run, cost?: Cost];

const OPAQUE: ReadonlyMap<string, string> = new Map([
  ['url', 'kubernetes.URL'],
  ['quantity', 'kubernetes.Quantity'],
  ['semver', 'kubernetes.Semver'],
  ['ip', 'net.IP'],
  ['cidr', 'net.CIDR'],
  ['format', 'kubernetes.NamedFormat'],
]);

const SIMPLE: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['int', INT],
  ['uint', UINT],
  ['double', DOUBLE],
  ['bool', BOOL],
  ['string', STRING],
  ['bytes', BYTES],
  ['dyn', DYN],
  ['null', NULL],
  ['type', TYPE],
  ['timestamp', TIMESTAMP],
  ['duration', DURATION],
]);

/** Reads rows into overloads, in their order. */
export const overloads = (rows: readonly Row[]): readonly Overload[] =>
  rows.map(([signature, run, cost]) => {
    const match = /^(?:(.+?)::)?([^()]+)\((.*)\) ([^ ].*)$/.exec(signature);
    if (match === null) throw new Error(`malformed signature ${signature}`);
    const [, receiver, name = '', args = '', result = ''] = match;
    const types = splitTypes(args).map(parseType);
    return {
      name,
      isMember: receiver !== undefined,
      args: receiver === undefined ? types : [parseType(receiver), ...types],
      result: parseType(result),
      run,
      cost,
    };
  });

function splitTypes(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    const char = text[index];
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if ((char === ',' && depth === 0) || char === undefined) {
      const part = text.slice(start, index).trim();
      if (part !== '') parts.push(part);
      start = index + 1;
    }
  }
  return parts;
}

function parseType(text: string): Type {
  const simple = SIMPLE.get(text);
  if (simple !== undefined) return simple;
  const opaque = OPAQUE.get(text);
  if (opaque !== undefined) return { k: 'opaque', name: opaque };
  const [, outer, inner = ''] = /^(list|map|opt)\((.*)\)$/.exec(text) ?? [];
  const parts = splitTypes(inner).map(parseType);
  const [first = DYN, second = DYN] = parts;
  if (outer === 'list') return { k: 'list', item: first };
  if (outer === 'map') return { k: 'map', key: first, value: second };
  return outer === 'opt' ? { k: 'optional', item: first } : { k: 'param', name: text };
}

/** Whether a value may be passed for a declared type, as far as that can be seen without looking into it. */
export function accepts(type: Type, value: Value): boolean {
  switch (type.k) {
    case 'dyn':
    case 'param':
      return true;
    case 'null':
      return value === null;
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'opaque':
      return value instanceof CelOpaque && value.type === type.name;
    default:
      return acceptsObject(type, value);
  }
}

function acceptsObject(type: Type, value: Value): boolean {
  switch (type.k) {
    case 'uint':
      return value instanceof CelUint;
    case 'bytes':
      return value instanceof Uint8Array;
    case 'timestamp':
      return value instanceof CelTimestamp;
    case 'duration':
      return value instanceof CelDuration;
    case 'type':
      return value instanceof CelTypeValue;
    case 'list':
      return value instanceof CelList;
    case 'map':
      return value instanceof CelMap && !value.isObject;
    case 'optional':
      return value instanceof CelOptional;
    default:
      return value instanceof CelMap && value.isObject;
  }
}

/** cel-go: actualSize. What a cost is counted by. */
export function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof CelList || value instanceof CelMap) return value.size;
  return value instanceof CelOpaque ? value.size : 1;
}

/** Kubernetes: traversalCost. Walking a value to its leaves. */
export function leaves(value: Value | undefined): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return Math.floor(sizeOf(value) * 0.1);
  if (value instanceof CelList) return [...value].reduce<number>((sum, item) => sum + leaves(item), 0);
  if (value instanceof CelMap) return [...value.keys()].reduce<number>((sum, key) => sum + leaves(key) + leaves(value.get(key)), 0);
  return 1;
}

/** Walking a string once costs a tenth of its length. */
export const traversal = (value: Value | undefined, factor = 1): number => Math.ceil(sizeOf(value) * factor * 0.1);

/** Matching: a walk for about every fourth character of the pattern. */
export const matching = (text: Value | undefined, patternLength: number): number =>
  Math.ceil((1 + sizeOf(text)) * 0.1) * Math.ceil(patternLength * 0.25);
