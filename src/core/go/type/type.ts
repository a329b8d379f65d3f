/** Type descriptors. Go: reflect/type.go. A descriptor is immutable; its name is what `%T` prints. */
import type { Result } from '../../../std/index.ts';
import { ok, err } from '../../../std/index.ts';

export type IntKind = 'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'uintptr';

/** As `reflect.Kind.String()` spells them. `invalid` is the kind of nil and of a type known by name only. */
export type GoKind =
  | IntKind
  | 'invalid'
  | 'bool'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'array'
  | 'map'
  | 'struct'
  | 'ptr'
  | 'func'
  | 'chan'
  | 'interface';

/** What a function takes and gives. `params` of a variadic function ends with the element type of its last parameter. */
export interface GoSignature {
  readonly params: readonly GoType[];
  readonly variadic: boolean;
  readonly result: GoType;
}

/** A method of a type: the receiver comes first. A Go error result is the `error` side. Values are `GoValue`; they are `unknown` here because types know no values. */
export interface GoMethod {
  readonly signature: GoSignature;
  /** True when only a pointer to the type has the method. */
  readonly onPointer?: boolean;
  readonly call: (receiver: unknown, args: readonly unknown[]) => Result<unknown, string>;
}

export interface GoType {
  readonly kind: GoKind;
  /** `int`, `[]string`, `map[string]int`, `*semver.Version`, … */
  readonly name: string;
  /** True for a declared type such as `time.Duration`, false for literals and predeclared types. */
  readonly named: boolean;
  /** Element of a slice, array, map or pointer. */
  readonly elem?: GoType;
  /** Key of a map. */
  readonly key?: GoType;
  /** Length of an array. */
  readonly length?: number;
  readonly methods?: ReadonlyMap<string, GoMethod>;
}

const predeclared = (kind: GoKind): GoType => Object.freeze({ kind, name: kind, named: false });

/** The predeclared types; `any` prints as `interface {}`. */
export const basicType = Object.freeze({
  bool: predeclared('bool'),
  int: predeclared('int'),
  int8: predeclared('int8'),
  int16: predeclared('int16'),
  int32: predeclared('int32'),
  int64: predeclared('int64'),
  uint: predeclared('uint'),
  uint8: predeclared('uint8'),
  uint16: predeclared('uint16'),
  uint32: predeclared('uint32'),
  uint64: predeclared('uint64'),
  uintptr: predeclared('uintptr'),
  float32: predeclared('float32'),
  float64: predeclared('float64'),
  complex64: predeclared('complex64'),
  complex128: predeclared('complex128'),
  string: predeclared('string'),
  any: Object.freeze({ kind: 'interface', name: 'interface {}', named: false } as const) as GoType,
  error: Object.freeze({ kind: 'interface', name: 'error', named: true } as const) as GoType,
  /** A type of which nothing but its absence is known: the type of nil. */
  nil: Object.freeze({ kind: 'invalid', name: '<nil>', named: false } as const) as GoType,
});

export function listType(elem: GoType, length?: number): GoType {
  if (length === undefined) return { kind: 'slice', name: `[]${elem.name}`, named: false, elem };
  return { kind: 'array', name: `[${length}]${elem.name}`, named: false, elem, length };
}

export const mapType = (key: GoType, elem: GoType): GoType => ({
  kind: 'map',
  name: `map[${key.name}]${elem.name}`,
  named: false,
  key,
  elem,
});

export const pointerType = (elem: GoType): GoType => ({ kind: 'ptr', name: `*${elem.name}`, named: false, elem });

/** A declared type: its own name and methods, everything else from what it is declared as. */
export const namedType = (name: string, underlying: GoType, methods?: ReadonlyMap<string, GoMethod>): GoType => ({
  ...underlying,
  name,
  named: true,
  ...(methods === undefined ? {} : { methods }),
});

const maxTypeDepth = 64;

/**
 * Reads a type's name as `%T` prints it. A declared type is known by its name only: its kind is `invalid` until `namedType` says more.
 * Fails for names no Go type has.
 */
export function parseType(name: string): Result<GoType, string> {
  const type = typeAt(name.trim(), 0);
  return type === undefined ? err(`unknown Go type ${JSON.stringify(name)}`) : ok(type);
}

function typeAt(name: string, depth: number): GoType | undefined {
  if (depth > maxTypeDepth) return undefined;
  if (name.startsWith('*')) return wrapped(name.slice(1), depth, pointerType);
  if (name.startsWith('[')) return listAt(name, depth);
  if (name.startsWith('map[')) return mapAt(name, depth);
  if (name.startsWith('struct')) return { kind: 'struct', name, named: false };
  if (name.startsWith('func(')) return { kind: 'func', name, named: false };
  if (name.startsWith('chan ')) return wrapped(name.slice(5), depth, (elem) => ({ kind: 'chan', name, named: false, elem }));
  if (name === 'any' || name.replaceAll(' ', '') === 'interface{}') return basicType.any;
  if (name === 'byte') return basicType.uint8;
  if (name === 'rune') return basicType.int32;
  const basic = Object.values(basicType).find((type) => type.name === name);
  if (basic !== undefined) return basic;
  return /^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(name) ? { kind: 'invalid', name, named: true } : undefined;
}

function wrapped(name: string, depth: number, make: (elem: GoType) => GoType): GoType | undefined {
  const elem = typeAt(name, depth + 1);
  return elem === undefined ? undefined : make(elem);
}

function listAt(name: string, depth: number): GoType | undefined {
  const close = name.indexOf(']');
  if (close < 0) return undefined;
  const length = name.slice(1, close);
  if (length !== '' && !/^\d{1,9}$/.test(length)) return undefined;
  return wrapped(name.slice(close + 1), depth, (elem) => listType(elem, length === '' ? undefined : Number(length)));
}

function mapAt(name: string, depth: number): GoType | undefined {
  let open = 1;
  let close = 4;
  for (; close < name.length && open > 0; close++) {
    if (name[close] === '[') open++;
    else if (name[close] === ']') open--;
  }
  if (open > 0) return undefined;
  const key = typeAt(name.slice(4, close - 1), depth + 1);
  return key === undefined ? undefined : wrapped(name.slice(close), depth, (elem) => mapType(key, elem));
}

/** A record (`map[string]interface {}`) may carry a declared map type such as Helm's `common.Values` under this key; enumeration does not show it. */
const recordType: unique symbol = Symbol('recordType');

/** Gives a record a declared type with methods. Copies of the record are plain. */
export function declareRecord<T extends object>(record: T, type: GoType): T {
  Object.defineProperty(record, recordType, { value: type });
  return record;
}

/** The declared type of a record; undefined for plain ones. */
export const declaredType = (record: object): GoType | undefined => (record as { readonly [recordType]?: GoType })[recordType];
