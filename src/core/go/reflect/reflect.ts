/** Questions about values. Go: reflect/value.go; truth: text/template/exec.go `isTrue`. */
import { err, escapeUtf8, utf8Length } from '../../../std/index.ts';
import { GoFunc, GoList, GoMap, GoPointer } from '../composite/index.ts';
import { durationMethods, timeMethods } from '../time/index.ts';
import { hasKeys } from '../../object/index.ts';
import { basicType, declaredType, listType, mapType, type GoKind, type GoMethod, type GoType } from '../type/index.ts';
import { GoBoxed, GoBytes, GoComplex, GoFloat32, GoInt, GoNamed, GoNil, GoRawString, GoTime, type GoValue } from '../value/index.ts';

const anyList = listType(basicType.any);
const anyMap = mapType(basicType.string, basicType.any);

/** The dynamic type; nil's is `basicType.nil`. */
export function typeOf(value: GoValue): GoType {
  switch (typeof value) {
    case 'string':
      return basicType.string;
    case 'number':
      return basicType.float64;
    case 'boolean':
      return basicType.bool;
  }
  if (value === null) return basicType.nil;
  if (Array.isArray(value)) return anyList;
  return value instanceof GoBoxed ? value.type : (declaredType(value) ?? anyMap);
}

/** What `%T` prints. */
export const typeName = (value: GoValue): string => typeOf(value).name;

/** `reflect.Kind`; `invalid` for nil. */
export const kindOf = (value: GoValue): GoKind => typeOf(value).kind;

/** Whether the value is nil: untyped, or a typed nil. */
export const isNil = (value: GoValue): boolean => value === null || value instanceof GoNil;

/** Truth in templates: not the zero number, not empty, not nil. Structs are always true. */
export function isTrue(value: GoValue): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'boolean':
      return value;
  }
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof GoBoxed ? isBoxedTrue(value) : hasKeys(value);
}

function isBoxedTrue(value: GoBoxed): boolean {
  if (value instanceof GoInt || value instanceof GoFloat32) return value.value !== 0;
  if (value instanceof GoComplex) return value.re !== 0 || value.im !== 0;
  if (value instanceof GoNamed) return isTrue(value.value);
  if (value instanceof GoNil) return false;
  const length = lengthOf(value);
  return length === undefined || length > 0;
}

/** `len(value)`: bytes of a string, elements of the rest; undefined for what has no length. Pointers are not followed. */
export function lengthOf(value: GoValue): number | undefined {
  if (typeof value === 'string') return utf8Length(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value.length;
  if (!(value instanceof GoBoxed)) return Object.keys(value).length;
  if (value instanceof GoBytes || value instanceof GoRawString) return value.bytes.length;
  if (value instanceof GoList) return value.items.length;
  if (value instanceof GoMap) return value.entries.length;
  if (value instanceof GoNamed) return lengthOf(value.value);
  return value instanceof GoNil && (value.type.kind === 'slice' || value.type.kind === 'map') ? 0 : undefined;
}

/** What a chain of pointers ends at; the value itself when it is no pointer. A typed nil pointer is given back as it is. */
export function indirect(value: GoValue): GoValue {
  let current = value;
  for (let hops = 0; current instanceof GoPointer && hops < 64; hops++) current = current.target;
  return current;
}

/** The method in the value's method set, as `reflect.Value.MethodByName` finds it; it is called with the value itself as receiver. */
export function methodOf(value: GoValue, name: string): GoMethod | undefined {
  if (!(value instanceof GoBoxed)) return typeof value === 'object' && value !== null ? declaredType(value)?.methods?.get(name) : undefined;
  if (value instanceof GoFunc) return undefined;
  const own = methodsOf(value, value.type)?.get(name);
  if (own !== undefined) return own.onPointer === true ? undefined : own;
  if (value.type.kind !== 'ptr' || value.type.named) return undefined;
  const target = value instanceof GoPointer ? value.target : null;
  const elem = target instanceof GoBoxed ? target.type : value.type.elem;
  const method = elem === undefined ? undefined : methodsOf(target, elem)?.get(name);
  return method === undefined || method.onPointer === true ? method : throughPointer(method, `${elem?.name}.${name}`);
}

/** A method of a value, called with a pointer to it. */
const throughPointer = (method: GoMethod, name: string): GoMethod => ({
  ...method,
  call: (receiver, args) =>
    receiver instanceof GoPointer
      ? method.call(receiver.target, args)
      : err(`value method ${name} called using nil *${name.replace(/\.[^.]*$/, '')} pointer`),
});

/** The methods of a type: its own, or those of the time package. */
function methodsOf(value: GoValue, type: GoType): GoType['methods'] {
  if (type.methods !== undefined) return type.methods;
  if (value instanceof GoTime) return timeMethods;
  return type.name === 'time.Duration' ? durationMethods : undefined;
}

/** The text of a string value, escaped where it is no UTF-8. Undefined for what is no string. */
export function textOf(value: GoValue): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof GoRawString) return escapeUtf8(value.bytes);
  return value instanceof GoNamed ? textOf(value.value) : undefined;
}
