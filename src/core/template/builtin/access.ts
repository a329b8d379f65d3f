/** index, slice, len. Source of the rules: Go text/template/funcs.go. */
import { escapeUtf8, unescapeUtf8 } from '../../../std/index.ts';
import { GoList, GoMap } from '../../go/composite/index.ts';
import { indirect, kindOf, lengthOf, typeName, typeOf } from '../../go/reflect/index.ts';
import { basicType, type GoType } from '../../go/type/index.ts';
import { GoBytes, GoInt, GoNamed, GoNil, GoRawString, type GoValue } from '../../go/value/index.ts';
import { getKey } from '../../object/index.ts';
import { isRecord, TemplateFailure, type Value, zeroOf } from '../exec/index.ts';

const isWholeKind = (kind: string): boolean => /^u?int/.test(kind);

/** A valid position up to and including `cap`. */
function indexArg(index: Value, cap: number): number {
  if (index === undefined || index === null) throw new TemplateFailure('cannot index slice/array with nil');
  if (!(index instanceof GoInt)) throw new TemplateFailure(`cannot index slice/array with type ${typeName(index)}`);
  if (index.value < 0 || index.value > cap) throw new TemplateFailure(`index out of range: ${index.value}`);
  return Number(index.value);
}

/** `index item i j …`: item[i][j]…; a map without the key gives its zero value. */
export function index(args: readonly Value[]): Value {
  let item: Value = args[0] ?? undefined;
  if (item === undefined) throw new TemplateFailure('index of untyped nil');
  for (const position of args.slice(1)) {
    if (item === undefined || item === null) throw new TemplateFailure('index of nil pointer');
    item = indexOne(indirect(item), position ?? undefined);
  }
  return item;
}

function indexOne(item: GoValue, position: Value): Value {
  if (isRecord(item)) {
    const key = mapKey(position, basicType.string);
    return typeof key === 'string' ? (getKey(item, key) ?? null) : null;
  }
  const { kind } = typeOf(item);
  if (item instanceof GoNil && kind === 'ptr') throw new TemplateFailure('index of nil pointer');
  if (item instanceof GoMap) return item.get(mapKey(position, item.type.key ?? basicType.any)) ?? zeroOf(item);
  if (item instanceof GoNil && kind === 'map') return mapKey(position, item.type.key ?? basicType.any) === null ? null : null;
  if (kind === 'string' || kind === 'slice' || kind === 'array') return indexList(item, position);
  throw new TemplateFailure(`can't index item of type ${typeName(item)}`);
}

function indexList(item: GoValue, position: Value): Value {
  const length = lengthOf(item) ?? 0;
  const at = indexArg(position, length);
  if (at >= length) {
    const what = kindOf(item) === 'array' ? 'array' : kindOf(item) === 'string' ? 'string' : 'slice';
    throw new TemplateFailure(`reflect: ${what} index out of range`);
  }
  if (Array.isArray(item)) return (item as readonly GoValue[])[at];
  if (item instanceof GoList) return item.items[at];
  if (item instanceof GoNamed) return indexList(item.value, position);
  const bytes = item instanceof GoBytes || item instanceof GoRawString ? item.bytes : unescapeUtf8(typeof item === 'string' ? item : '');
  return new GoInt(basicType.uint8, bytes[at] ?? 0);
}

/** Go: prepareArg. The key as the map's key type wants it. */
function mapKey(key: Value, type: GoType): GoValue {
  if (key === undefined || key === null) {
    if (type.kind !== 'interface') throw new TemplateFailure(`value is nil; should be of type ${type.name}`);
    return null;
  }
  const from = typeOf(key);
  if (type.kind === 'interface' || from.name === type.name) return key;
  if (key instanceof GoInt && isWholeKind(type.kind)) return new GoInt(type, key.value);
  throw new TemplateFailure(`value has type ${from.name}; should be ${type.name}`);
}

/** `slice x i j k`: x[i:j:k]; of strings, lists and arrays. */
export function slice(args: readonly Value[]): Value {
  const given = args[0] ?? undefined;
  if (given === undefined) throw new TemplateFailure('slice of untyped nil');
  const item = indirect(given);
  const positions = args.slice(1);
  const kind = kindOf(item);
  if (item instanceof GoNil && kind === 'ptr') throw new TemplateFailure('slice of nil pointer');
  if (positions.length > 3) throw new TemplateFailure(`too many slice indexes: ${positions.length}`);
  if (kind === 'string' && positions.length === 3) throw new TemplateFailure('cannot 3-index slice a string');
  if (kind !== 'string' && kind !== 'slice' && kind !== 'array') throw new TemplateFailure(`can't slice item of type ${typeName(item)}`);
  const length = lengthOf(item) ?? 0;
  const cap = item instanceof GoList ? item.cap : length;
  const [from = 0, to = length, end] = positions.map((position) => indexArg(position ?? undefined, cap));
  if (from > to) throw new TemplateFailure(`invalid slice index: ${from} > ${to}`);
  if (end !== undefined && to > end) throw new TemplateFailure(`invalid slice index: ${to} > ${end}`);
  return sliceOf(item, { from, to, end: end ?? cap });
}

function sliceOf(item: GoValue, { from, to, end }: { readonly from: number; readonly to: number; readonly end: number }): Value {
  if (Array.isArray(item)) return item.slice(from, to) as readonly GoValue[];
  if (item instanceof GoList) {
    const type = item.type.kind === 'array' ? { ...item.type, kind: 'slice' as const, name: `[]${item.type.elem?.name ?? ''}` } : item.type;
    const zeros = Math.max(0, to - Math.max(from, item.items.length));
    const filler = zeros > 0 ? Array.from({ length: zeros }, () => zeroItem(type.elem)) : [];
    return new GoList(type, [...item.items.slice(from, to), ...filler], end - from);
  }
  if (item instanceof GoBytes) return new GoBytes(item.bytes.slice(from, to));
  if (item instanceof GoRawString) return escapeUtf8(item.bytes.slice(from, to));
  return typeof item === 'string' ? escapeUtf8(unescapeUtf8(item).slice(from, to)) : item;
}

/** Between length and capacity lie zero values. */
const zeroItem = (type: GoType | undefined): GoValue => (type !== undefined && isWholeKind(type.kind) ? new GoInt(type, 0) : null);

/** `len x`. */
export function length(value: Value): number {
  if (value === undefined) throw new TemplateFailure('reflect: call of reflect.Value.Type on zero Value');
  if (value === null) throw new TemplateFailure('len of nil pointer');
  const item = indirect(value);
  if (item instanceof GoNil && item.type.kind === 'ptr') throw new TemplateFailure('len of nil pointer');
  const count = lengthOf(item);
  if (count === undefined) throw new TemplateFailure(`len of type ${typeName(item)}`);
  return count;
}
