/**
 * What a function takes: Go's parameter types as values that accept or refuse an argument, and turn it into what the implementation works with.
 * The set of functions is a table name → signature and implementation.
 */
import { typeOf } from '../../go/reflect/index.ts';
import { basicType, type GoType, listType, mapType } from '../../go/type/index.ts';
import { GoBoxed, GoInt, GoNil, GoRawString, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { GoList, GoPointer } from '../../go/composite/index.ts';
import { escapeUtf8 } from '../../../std/index.ts';
import type { State, Value } from './state.ts';

export interface Param<T> {
  readonly type: GoType;
  /** Go's `reflect.Value`: takes everything as it is, also nothing. */
  readonly isValue: boolean;
  /** Whether an untyped nil fits, and what the implementation gets for it. */
  readonly nilable: boolean;
  readonly nil: T;
  /** The argument for the implementation; undefined when a value of that type cannot be passed. */
  readonly accept: (value: GoValue) => T | undefined;
}

function simple<T>(type: GoType, accept: (value: GoValue) => T | undefined): Param<T> {
  return { type, isValue: false, nilable: false, nil: undefined as T, accept };
}

const reflectValueType: GoType = Object.freeze({ kind: 'struct', name: 'reflect.Value', named: true } as const);
const recordType = mapType(basicType.string, basicType.any);
const stringsType = listType(basicType.string);
const anyListType = listType(basicType.any);

const acceptRecord = (value: GoValue): GoRecord | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GoBoxed) ? (value as GoRecord) : undefined;

const acceptInt =
  (name: string) =>
  (value: GoValue): number | undefined =>
    value instanceof GoInt && value.type.name === name ? Number(value.value) : undefined;

/** The parameter types functions are declared with. Integers reach the implementation as numbers, strings as JS strings. */
export const param = Object.freeze({
  /** `reflect.Value`: also "no value" and nil. */
  value: { type: reflectValueType, isValue: true, nilable: true, nil: undefined, accept: (value: GoValue) => value } as Param<Value>,
  /** `interface {}`: nil arrives as null. */
  any: { type: basicType.any, isValue: false, nilable: true, nil: null, accept: (value: GoValue) => value } as Param<GoValue>,
  /** `string` as text: bytes that are no UTF-8 are escaped (see std). */
  string: simple(basicType.string, (value): string | undefined => {
    if (typeof value === 'string') return value;
    return value instanceof GoRawString ? escapeUtf8(value.bytes) : undefined;
  }),
  bool: simple(basicType.bool, (value): boolean | undefined => (typeof value === 'boolean' ? value : undefined)),
  int: simple(basicType.int, acceptInt('int')),
  int64: simple(basicType.int64, acceptInt('int64')),
  float64: simple(basicType.float64, (value): number | undefined => (typeof value === 'number' ? value : undefined)),
  /** `map[string]interface {}`; a nil map arrives as null. */
  record: {
    type: recordType,
    isValue: false,
    nilable: true,
    nil: null,
    accept: (value: GoValue) => acceptRecord(value) ?? (value instanceof GoNil && value.type.name === recordType.name ? null : undefined),
  } as Param<GoRecord | null>,
  /** `[]interface {}`; a nil slice arrives as the empty one. */
  list: {
    type: anyListType,
    isValue: false,
    nilable: true,
    nil: [],
    accept: (value: GoValue) =>
      Array.isArray(value)
        ? (value as readonly GoValue[])
        : value instanceof GoNil && value.type.name === anyListType.name
          ? []
          : undefined,
  } as Param<readonly GoValue[]>,
  /** `[]string`. */
  strings: {
    type: stringsType,
    isValue: false,
    nilable: true,
    nil: [],
    accept: (value: GoValue) =>
      value instanceof GoList && value.type.name === stringsType.name ? (value.items as readonly string[]) : undefined,
  } as Param<readonly string[]>,
});

const nilableKinds: ReadonlySet<string> = new Set(['chan', 'func', 'interface', 'map', 'ptr', 'slice']);

/** Go: a named and an unnamed type are assignable when their underlying types are identical. */
function assignable(from: GoType, to: GoType): boolean {
  if (to.kind === 'interface') return to.name === basicType.any.name;
  if (from.name === to.name) return true;
  if (from.kind !== to.kind || (from.named && to.named)) return false;
  if (!from.named && !to.named) return false;
  return (from.elem?.name ?? '') === (to.elem?.name ?? '') && (from.key?.name ?? '') === (to.key?.name ?? '') && from.elem !== undefined;
}

/** A parameter of any Go type, for methods and for functions that are values: the implementation gets Go values. */
export function paramOfType(type: GoType): Param<GoValue> {
  if (type.name === basicType.any.name) return param.any;
  const nilable = nilableKinds.has(type.kind);
  return {
    type,
    isValue: false,
    nilable,
    nil: nilable ? new GoNil(type) : null,
    accept: (value) => (assignable(typeOf(value), type) ? value : undefined),
  };
}

/** A function of a template: what it takes, and what it does. It throws TemplateFailure for Go's error result and for a panic. */
export interface TemplateFunction {
  readonly params: readonly Param<unknown>[];
  /** The last parameter may be given any number of times. */
  readonly variadic: boolean;
  readonly call: (args: readonly unknown[], state: State) => Value;
  /** Set for the two that do not evaluate all their arguments. */
  readonly shortCircuit?: 'and' | 'or';
  /** Set for `call`: the first argument is preceded by its own text, for errors. */
  readonly namesCallee?: true;
}

export type FunctionTable = ReadonlyMap<string, TemplateFunction>;

type ArgsOf<P extends readonly Param<unknown>[]> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

/** A function with a fixed number of parameters. */
export function fixed<const P extends readonly Param<unknown>[]>(
  params: P,
  call: (args: ArgsOf<P>, state: State) => Value,
): TemplateFunction {
  return { params, variadic: false, call: call as unknown as TemplateFunction['call'] };
}

/** A function whose last parameter may be given any number of times. */
export function variadic<const P extends readonly Param<unknown>[], R>(
  params: P,
  rest: Param<R>,
  call: (args: readonly [...ArgsOf<P>, ...R[]], state: State) => Value,
): TemplateFunction {
  return {
    params: [...params, rest],
    variadic: true,
    call: call as unknown as TemplateFunction['call'],
  };
}

/**
 * Go: text/template/exec.go validateType. The value as the parameter wants it.
 * @throws ExecFailure when it does not fit, at the node evaluated last
 */
export function validate<T>(state: State, value: Value, to: Param<T>): T {
  if (value === undefined) return to.nilable ? to.nil : state.fail(`invalid value; expected ${to.type.name}`);
  if (to.isValue) return value as T;
  if (value === null)
    return to.type.kind === 'interface' ? (null as T) : state.fail(`wrong type for value; expected ${to.type.name}; got interface {}`);
  const accepted = to.accept(value);
  if (accepted !== undefined) return accepted;
  if (value instanceof GoPointer) {
    const behind = to.accept(value.target);
    if (behind !== undefined) return behind;
  }
  if (value instanceof GoNil && value.type.kind === 'ptr' && value.type.elem?.name === to.type.name) {
    return state.fail(`dereference of nil pointer of type ${to.type.name}`);
  }
  return state.fail(`wrong type for value; expected ${to.type.name}; got ${typeOf(value).name}`);
}
