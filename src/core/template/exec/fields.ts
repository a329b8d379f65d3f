/** `.a.b.c`: fields of structs, keys of maps, methods. Source of the rules: Go text/template/exec.go evalField. */
import { GoMap, GoPointer, GoStruct } from '../../go/composite/index.ts';
import { indirect, methodOf, typeName } from '../../go/reflect/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { declaredType, type GoMethod } from '../../go/type/index.ts';
import { GoBoxed, GoInt, GoNil, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey, isRecordMade } from '../../object/index.ts';
import type { State, Value } from './state.ts';

export const isRecord = (value: Value): value is GoRecord =>
  typeof value === 'object' && value !== null && !(value instanceof GoBoxed) && !Array.isArray(value);

/** Calls a method with the arguments of the command, if there are any. */
export type CallMethod = (method: GoMethod, receiver: GoValue) => Value;

/** What an expression says besides the names. */
export interface Access {
  /** The last name is followed by arguments or stands behind a pipe. */
  readonly hasArgs: boolean;
  readonly call: CallMethod;
}

/**
 * Walks the names. The slot `flag` says whether the receiver came out of a container of `interface {}`: Go then calls its type so.
 */
export function walkFields(state: State, receiver: Value, names: readonly string[], flag: number | undefined): Value {
  let current = receiver;
  let at = 0;
  // The usual way down, without a look at what it is not.
  while (at < names.length && isRecordMade(current)) {
    const found = (current as GoRecord)[names[at] as string];
    if (found === undefined) break;
    current = found;
    at++;
  }
  return at === names.length
    ? current
    : walkSlowly(state, current, { names, at, via: at > 0 || (flag !== undefined && state.vars[flag] === true) });
}

function walkSlowly(
  state: State,
  receiver: Value,
  rest: { readonly names: readonly string[]; readonly at: number; readonly via: boolean },
): Value {
  let current = receiver;
  let { via } = rest;
  for (let at = rest.at; at < rest.names.length; at++) {
    const name = rest.names[at] as string;
    if (isRecord(current)) {
      current = recordField(state, current, name);
      via = true;
    } else {
      const container: Value = current;
      current = fieldOf(state, { receiver: container, name, via, access: undefined });
      via = holdsInterfaces(container);
    }
  }
  return current;
}

/** The same with arguments for the last name. */
export function walkFieldsWith(
  state: State,
  walk: { readonly receiver: Value; readonly names: readonly string[]; readonly via: boolean },
  access: Access,
): Value {
  const before = walk.names.slice(0, -1);
  const receiver = walkSlowly(state, walk.receiver, { names: before, at: 0, via: walk.via });
  const via = before.length === 0 ? walk.via : receiver === null || !(receiver instanceof GoBoxed);
  return fieldOf(state, { receiver, name: walk.names[before.length] ?? '', via, access });
}

const holdsInterfaces = (container: Value): boolean => {
  const inner = container instanceof GoPointer ? indirect(container) : container;
  return inner instanceof GoMap && inner.type.elem?.kind === 'interface';
};

function recordField(state: State, record: GoRecord, name: string): Value {
  const found = getKey(record, name);
  if (found !== undefined) return found;
  const method = declaredType(record)?.methods?.get(name);
  return method === undefined
    ? missing(state, name, null)
    : callPlain(state, method, { receiver: record, name, via: false, access: undefined });
}

function missing(state: State, name: string, zero: Value): Value {
  const rule = state.set.missingKey;
  if (rule === 'zero') return zero;
  return rule === 'default' ? undefined : state.fail(`map has no entry for key ${quote(name)}`);
}

interface Wanted {
  readonly receiver: Value;
  readonly name: string;
  readonly via: boolean;
  readonly access: Access | undefined;
}

function fieldOf(state: State, wanted: Wanted): Value {
  const { receiver, name, via, access } = wanted;
  if (receiver === undefined) return state.set.missingKey === 'error' ? state.fail(`nil data; no entry for key ${quote(name)}`) : undefined;
  if (receiver === null) return state.fail(`nil pointer evaluating interface {}.${name}`);
  const type = via ? 'interface {}' : typeName(receiver);
  const method = methodOf(receiver, name) ?? (receiver instanceof GoStruct ? receiver.type.methods?.get(name) : undefined);
  if (method !== undefined) return access === undefined ? callPlain(state, method, wanted) : access.call(method, receiver);
  const target = indirect(receiver);
  const hasArgs = access?.hasArgs === true;
  if (target instanceof GoStruct) {
    const field = target.field(name);
    if (field !== undefined) {
      if (!/^\p{Lu}/u.test(name)) state.fail(`${name} is an unexported field of struct type ${type}`);
      if (hasArgs) state.fail(`${name} has arguments but cannot be invoked as function`);
      return field;
    }
  } else if (isRecord(target)) {
    if (hasArgs) state.fail(`${name} is not a method but has arguments`);
    return recordField(state, target, name);
  } else if (target instanceof GoMap && keyAcceptsString(target)) {
    if (hasArgs) state.fail(`${name} is not a method but has arguments`);
    return target.get(name) ?? missing(state, name, zeroOf(target));
  } else if (target instanceof GoNil) return nilField(state, target, { name, type, hasArgs });
  return state.fail(`can't evaluate field ${name} in type ${type}`);
}

const keyAcceptsString = (map: GoMap): boolean => map.type.key?.kind === 'interface' || map.type.key?.name === 'string';

function callPlain(state: State, method: GoMethod, { receiver, name }: Wanted): Value {
  const { params, variadic } = method.signature;
  if (variadic ? params.length > 1 : params.length > 0)
    state.fail(`wrong number of args for ${name}: want ${variadic ? 'at least ' : ''}${params.length} got 0`);
  const result = method.call(receiver, []);
  return result.ok ? (result.value as Value) : state.fail(`error calling ${name}: ${result.error}`);
}

function nilField(state: State, target: GoNil, wanted: { readonly name: string; readonly type: string; readonly hasArgs: boolean }): Value {
  const { name, type } = wanted;
  if (target.type.kind === 'map') {
    if (wanted.hasArgs) state.fail(`${name} is not a method but has arguments`);
    return missing(state, name, null);
  }
  return target.type.kind === 'ptr'
    ? state.fail(`nil pointer evaluating ${type}.${name}`)
    : state.fail(`can't evaluate field ${name} in type ${type}`);
}

/** The zero value of the map's elements, for the element types that occur. */
export function zeroOf(map: GoMap): Value {
  const elem = map.type.elem;
  if (elem === undefined || elem.kind === 'interface') return null;
  switch (elem.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'float64':
      return 0;
    case 'slice':
    case 'map':
    case 'ptr':
    case 'func':
      return new GoNil(elem);
    default:
      return /^u?int/.test(elem.kind) ? new GoInt(elem, 0) : undefined;
  }
}
