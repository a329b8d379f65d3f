/** Prints one value under one verb. Go: fmt/print.go `printArg`, `printValue`, `handleMethods`, `badVerb`. */
import { escapeUtf8 } from '../../../std/index.ts';
import { GoFunc, GoList, GoMap, GoPointer, GoStruct } from '../composite/index.ts';
import { typeName, typeOf } from '../reflect/index.ts';
import { sortStrings } from '../sort/index.ts';
import { goTime } from '../time/index.ts';
import {
  GoBoxed,
  GoBytes,
  GoComplex,
  GoError,
  GoFloat32,
  GoInt,
  GoNamed,
  GoNil,
  GoRawString,
  GoTime,
  type GoRecord,
  type GoValue,
} from '../value/index.ts';
import { Format } from './format.ts';
import { sortedEntries } from './sorted.ts';
import { isBasic, stringerText } from './stringer.ts';
import { printComplex, printFloat, printHex, printInteger, printText, type Float } from './verbs.ts';

const maxDepth = 1000;
/** Stands for any address: a real one would make output differ from run to run. */
const someAddress = 0xc000010000;
const anyName = 'interface {}';

export class Printer {
  readonly format = new Format();
  /** While a bad verb is reported, methods are not called: they might be what failed. */
  #isReporting = false;
  /** Inside unexported struct fields, where Go cannot call methods. */
  #isHidden = false;

  /** One operand. */
  arg(value: GoValue, verb: string): void {
    const { format } = this;
    if (value === null) {
      if (verb === 'v' || verb === 'T') format.pad('<nil>');
      else format.write(`%!${verb}(<nil>)`);
    } else if (verb === 'T') format.string(typeName(value));
    else if (typeof value === 'string') this.#string(value, value, verb);
    else if (verb === 'p') this.#pointer(value, verb);
    else this.value(value, verb, 0);
  }

  /** A value at a depth: 0 is the operand itself. `value` is not nil. */
  value(value: GoValue, verb: string, depth: number): void {
    if (depth > maxDepth) throw new RangeError(`fmt: a value is nested deeper than ${maxDepth} levels`);
    switch (typeof value) {
      case 'string':
        return this.#string(value, value, verb);
      case 'number':
        return this.#float(value, { value, bits: 64 }, verb);
      case 'boolean':
        if (verb === 't' || verb === 'v') return this.format.pad(String(value));
        return this.#badVerb(value, verb);
    }
    // %w is for errors in Errorf alone.
    if (verb === 'w' && !(value instanceof GoBoxed)) return this.#badVerb(value, verb);
    if (Array.isArray(value)) return this.#list(value as readonly GoValue[], { owner: value, elem: anyName }, { verb, depth });
    if (value instanceof GoBoxed) return this.#boxed(value, verb, depth);
    if (value !== null) this.#record(value as GoRecord, verb, depth);
  }

  #boxed(value: GoBoxed, verb: string, depth: number): void {
    if (this.#method(value, verb)) return;
    if (value instanceof GoInt) return this.#integer(value, verb);
    if (value instanceof GoFloat32) return this.#float(value, { value: value.value, bits: 32 }, verb);
    if (value instanceof GoComplex) return this.#complex(value, verb);
    if (value instanceof GoRawString) return this.#string(value, escapeUtf8(value.bytes), verb);
    if (value instanceof GoBytes) return this.#bytes(value, value.bytes, { verb, depth });
    if (value instanceof GoNamed) return this.#named(value, verb, depth);
    if (value instanceof GoList) return this.#typedList(value, verb, depth);
    if (value instanceof GoMap) return this.#map(value, verb, depth);
    if (value instanceof GoStruct) return this.#struct(value, verb, depth);
    if (value instanceof GoPointer) return this.#follow(value, verb, depth);
    if (value instanceof GoNil) return this.#nil(value, verb, depth);
    if (value instanceof GoTime) return this.#timeStruct(value, verb, depth);
    if (value instanceof GoFunc) return this.#pointer(value, verb);
    if (value instanceof GoError) return this.#errorStruct(value, verb, depth);
  }

  /** Prints through the value's own String, Error or GoString method, if the verb allows. */
  #method(value: GoBoxed, verb: string): boolean {
    if (isBasic(value) || this.#isReporting || this.#isHidden) return false;
    if (verb === 'w') {
      this.#badVerb(value, verb);
      return true;
    }
    if (this.format.sharpV) {
      if (!(value instanceof GoTime)) return false;
      this.format.string(goTime(value));
      return true;
    }
    if (verb !== 'v' && verb !== 's' && verb !== 'q' && verb !== 'x' && verb !== 'X') return false;
    const text = stringerText(value);
    if (text === undefined) return false;
    this.#string(value, text, verb);
    return true;
  }

  #string(owner: GoValue, text: string, verb: string): void {
    if (!printText(this.format, text, verb)) this.#badVerb(owner, verb);
  }

  #integer(owner: GoInt, verb: string): void {
    if (!printInteger(this.format, owner, verb)) this.#badVerb(owner, verb);
  }

  #float(owner: GoValue, float: Float, verb: string): void {
    if (!printFloat(this.format, float, verb)) this.#badVerb(owner, verb);
  }

  #complex(owner: GoComplex, verb: string): void {
    if (!printComplex(this.format, owner, verb)) this.#badVerb(owner, verb);
  }

  #bytes(owner: GoBoxed, bytes: Uint8Array, { verb, depth }: { readonly verb: string; readonly depth: number }): void {
    const { format } = this;
    switch (verb) {
      case 's':
        return format.string(escapeUtf8(bytes));
      case 'q':
        return format.quoted(escapeUtf8(bytes));
      case 'x':
      case 'X':
        return format.hexBytes(bytes, verb === 'X');
    }
    const elem = owner.type.elem ?? owner.type;
    const isOperand = depth === 0 && owner instanceof GoBytes && (verb === 'v' || verb === 'd');
    const name = isOperand ? '[]byte' : owner.type.name;
    format.write(format.sharpV ? `${name}{` : '[');
    for (const [i, byte] of bytes.entries()) {
      if (i > 0) format.write(format.sharpV ? ', ' : ' ');
      this.#integer(new GoInt(elem, byte), verb);
    }
    format.write(format.sharpV ? '}' : ']');
  }

  #named(owner: GoNamed, verb: string, depth: number): void {
    const { value } = owner;
    if (typeof value === 'string') return this.#string(owner, value, verb);
    if (typeof value === 'number') return this.#float(owner, { value, bits: 64 }, verb);
    if (typeof value === 'boolean') return verb === 't' || verb === 'v' ? this.format.pad(String(value)) : this.#badVerb(owner, verb);
    if (value instanceof GoFloat32) return this.#float(owner, { value: value.value, bits: 32 }, verb);
    if (value instanceof GoComplex) return this.#complex(new GoComplex(owner.type, value.re, value.im), verb);
    if (value instanceof GoRawString) return this.#string(owner, escapeUtf8(value.bytes), verb);
    if (value instanceof GoBytes) return this.#bytes(owner, value.bytes, { verb, depth });
    if (value !== null) this.value(value, verb, depth);
  }

  #typedList(owner: GoList, verb: string, depth: number): void {
    const bytes = verb === 's' || verb === 'q' || verb === 'x' || verb === 'X' ? bytesOf(owner) : undefined;
    if (bytes !== undefined) return this.#bytes(owner, bytes, { verb, depth });
    this.#list(owner.items, { owner, elem: owner.type.elem?.name ?? anyName }, { verb, depth });
  }

  #list(
    items: readonly GoValue[],
    { owner, elem }: { readonly owner: GoValue; readonly elem: string },
    { verb, depth }: { readonly verb: string; readonly depth: number },
  ): void {
    const { format } = this;
    format.write(format.sharpV ? `${typeName(owner)}{` : '[');
    for (let i = 0; i < items.length; i++) {
      if (i > 0) format.write(format.sharpV ? ', ' : ' ');
      this.#nested(items[i] as GoValue, { verb, depth, elem });
    }
    format.write(format.sharpV ? '}' : ']');
  }

  /** A value inside another; `elem` is the static type that stands there when it is nil. */
  #nested(value: GoValue, { verb, depth, elem }: { readonly verb: string; readonly depth: number; readonly elem: string }): void {
    if (value === null) this.format.write(this.format.sharpV ? `${elem}(nil)` : '<nil>');
    else this.value(value, verb, depth + 1);
  }

  #record(value: GoRecord, verb: string, depth: number): void {
    const { format } = this;
    format.write(format.sharpV ? 'map[string]interface {}{' : 'map[');
    let isFirst = true;
    for (const key of sortStrings(Object.keys(value))) {
      if (!isFirst) format.write(format.sharpV ? ', ' : ' ');
      isFirst = false;
      this.#string(key, key, verb);
      format.write(':');
      this.#nested(value[key] as GoValue, { verb, depth, elem: anyName });
    }
    format.write(format.sharpV ? '}' : ']');
  }

  #map(owner: GoMap, verb: string, depth: number): void {
    const { format } = this;
    const { name, key: keyType, elem } = owner.type;
    format.write(format.sharpV ? `${name}{` : 'map[');
    for (const [i, [key, value]] of sortedEntries(owner).entries()) {
      if (i > 0) format.write(format.sharpV ? ', ' : ' ');
      this.#nested(key, { verb, depth, elem: keyType?.name ?? anyName });
      format.write(':');
      this.#nested(value, { verb, depth, elem: elem?.name ?? anyName });
    }
    format.write(format.sharpV ? '}' : ']');
  }

  #struct(owner: GoStruct, verb: string, depth: number): void {
    this.#fields(owner.type.name, owner.fields, { verb, depth });
  }

  #fields(
    name: string,
    fields: readonly (readonly [string, GoValue])[],
    { verb, depth }: { readonly verb: string; readonly depth: number },
  ): void {
    const { format } = this;
    const wasHidden = this.#isHidden;
    format.write(format.sharpV ? `${name}{` : '{');
    for (const [i, [field, value]] of fields.entries()) {
      if (i > 0) format.write(format.sharpV ? ', ' : ' ');
      if (format.plusV || format.sharpV) format.write(`${field}:`);
      this.#isHidden = wasHidden || !/^\p{Lu}/u.test(field);
      this.#nested(value, { verb, depth, elem: anyName });
    }
    this.#isHidden = wasHidden;
    format.write('}');
  }

  /** A pointer to a list, map or struct is followed once, at the top. */
  #follow(owner: GoPointer, verb: string, depth: number): void {
    const { target } = owner;
    const kind = typeOf(target).kind;
    if (depth > 0 || (kind !== 'array' && kind !== 'slice' && kind !== 'struct' && kind !== 'map')) return this.#pointer(owner, verb);
    this.format.write('&');
    this.value(target, verb, depth + 1);
  }

  #nil(owner: GoNil, verb: string, depth: number): void {
    const { format } = this;
    const { kind, name, elem } = owner.type;
    if (kind !== 'slice' && kind !== 'map') return this.#pointer(owner, verb);
    if (format.sharpV) return format.write(`${depth === 0 && name === '[]uint8' ? '[]byte' : name}(nil)`);
    if (kind === 'map') return format.write('map[]');
    if (elem?.kind === 'uint8' && verb !== 'v' && verb !== 'd')
      return this.#bytes(new GoBytes(new Uint8Array()), new Uint8Array(), { verb, depth });
    format.write('[]');
  }

  #pointer(owner: GoValue, verb: string): void {
    const { format } = this;
    const { kind, name } = typeOf(owner);
    if (kind !== 'ptr' && kind !== 'map' && kind !== 'slice' && kind !== 'func' && kind !== 'chan') return this.#badVerb(owner, verb);
    const address = owner instanceof GoNil ? 0 : someAddress;
    switch (verb) {
      case 'v':
        if (format.sharpV) {
          format.write(`(${name})(`);
          if (address === 0) format.write('nil');
          else printHex(format, address, { sharp: true });
          return format.write(')');
        }
        return address === 0 ? format.pad('<nil>') : printHex(format, address, { sharp: !format.sharp });
      case 'p':
        return printHex(format, address, { sharp: !format.sharp });
      case 'b':
      case 'o':
      case 'd':
      case 'x':
      case 'X':
        return format.integer(address, verb === 'b' ? 2 : verb === 'o' ? 8 : verb === 'd' ? 10 : 16, verb);
      default:
        return this.#badVerb(owner, verb);
    }
  }

  /** `%!d(string=hi)`: a verb the value has no form for. */
  #badVerb(value: GoValue, verb: string): void {
    this.#isReporting = true;
    this.format.write(`%!${verb}(${typeName(value)}=`);
    if (value !== null) this.value(value, 'v', 0);
    this.format.write(')');
    this.#isReporting = false;
  }

  /** A time.Time where its methods are out of reach: its fields are those of Go's struct. */
  #timeStruct(value: GoTime, verb: string, depth: number): void {
    const seconds = BigInt(value.unix) + 62_135_596_800n;
    const location = value.location.name === 'UTC' ? new GoNil(pointerToLocation) : new GoPointer(locationType, null);
    const fields = [
      ['wall', new GoInt(uint64Type, value.nanoseconds)],
      ['ext', new GoInt(int64Type, seconds)],
      ['loc', location],
    ] as const;
    this.#fields('time.Time', fields, { verb, depth });
  }

  /** An error where its method is out of reach: a pointer to a struct with the text. */
  #errorStruct(value: GoError, verb: string, depth: number): void {
    if (depth > 0) return this.#pointer(value, verb);
    this.format.write('&');
    this.#fields(value.type.name.replace(/^\*/, ''), [['s', value.message]], { verb, depth });
  }
}

const locationType = { kind: 'struct', name: 'time.Location', named: true } as const;
const pointerToLocation = { kind: 'ptr', name: '*time.Location', named: false } as const;
const uint64Type = { kind: 'uint64', name: 'uint64', named: false } as const;
const int64Type = { kind: 'int64', name: 'int64', named: false } as const;

/** The bytes of a list whose elements are of a kind of uint8. */
function bytesOf(list: GoList): Uint8Array | undefined {
  if (list.items.length === 0) return list.type.elem?.kind === 'uint8' ? new Uint8Array() : undefined;
  const bytes = new Uint8Array(list.items.length);
  for (const [i, item] of list.items.entries()) {
    if (!(item instanceof GoInt) || item.type.kind !== 'uint8') return undefined;
    bytes[i] = Number(item.value);
  }
  return bytes;
}
