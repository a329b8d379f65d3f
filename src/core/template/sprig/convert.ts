/** How sprig turns any value into a string, and a list into strings. Source: Masterminds/sprig strings.go. */
import { GoList } from '../../go/composite/index.ts';
import { sprint } from '../../go/fmt/index.ts';
import { isNil, isTrue, kindOf, lengthOf } from '../../go/reflect/index.ts';
import { escapeUtf8, unescapeUtf8 } from '../../../std/index.ts';
import { basicType } from '../../go/type/index.ts';
import { GoBoxed, GoBytes, GoInt, GoNamed, GoNil, type GoValue } from '../../go/value/index.ts';

/** strval */
export function stringOf(value: GoValue): string {
  if (typeof value === 'string') return value;
  return value instanceof GoBytes ? escapeUtf8(value.bytes) : sprint([value]);
}

/** The elements of a slice or array of any type; undefined for other values. */
export function itemsOf(value: GoValue): readonly GoValue[] | undefined {
  if (Array.isArray(value)) return value as readonly GoValue[];
  if (!(value instanceof GoBoxed)) return undefined;
  if (value instanceof GoList) return value.items;
  if (value instanceof GoBytes) return Array.from(value.bytes, (byte) => new GoInt(basicType.uint8, byte));
  if (value instanceof GoNamed) return itemsOf(value.value);
  return value instanceof GoNil && (value.type.kind === 'slice' || value.type.kind === 'array') ? [] : undefined;
}

/** strslice: nils are left out; what is no list becomes a list of one. */
export function stringsOf(value: GoValue): readonly string[] {
  const items = itemsOf(value);
  if (items === undefined) return value === null ? [] : [stringOf(value)];
  return items.filter((item) => item !== null).map(stringOf);
}

/** empty: nil, false, zero, and whatever has no elements. Structs never are. */
export function isEmpty(value: GoValue): boolean {
  if (isNil(value)) return true;
  if (value instanceof GoBoxed && kindOf(value) === 'struct') return false;
  const length = typeof value === 'string' ? value.length : lengthOf(value);
  return length === undefined ? !isTrue(value) : length === 0;
}

/** The bytes of a text. */
export const bytesOf = (text: string): Uint8Array => unescapeUtf8(text);
