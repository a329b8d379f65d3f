/**
 * Reads the corpus' encoding of Go values ("Tagged values" in its README) into the product's value model. Plain JSON stands for plain Go
 * values; everything else is an object with one key that starts with `$`.
 */
import { GoList, GoMap, GoPointer, GoStruct, mapSlice } from '../../src/core/go/composite/index.ts';
import { typeOf } from '../../src/core/go/reflect/index.ts';
import { basicType, listType, mapType, namedType, parseType, type GoType } from '../../src/core/go/type/index.ts';
import {
  duration,
  GoBytes,
  GoComplex,
  GoError,
  GoFloat32,
  GoInt,
  GoNamed,
  GoNil,
  GoRawString,
  GoTime,
  type GoLocation,
  type GoRecord,
  type GoValue,
} from '../../src/core/go/value/index.ts';
import { record } from '../../src/core/object/index.ts';

type Tagged = { readonly [key: string]: unknown };

export interface TaggedInput {
  /** `fixtures` of the same file, by name; for `$ref`. */
  readonly fixtures?: { readonly [name: string]: unknown };
  /** The present moment for `$now`, in milliseconds since 1970. */
  readonly now?: number;
}

/** The Go value a tagged JSON value stands for. Throws for an encoding it does not know. */
export const decodeTagged = (json: unknown, input: TaggedInput = {}): GoValue => new Decoder(input).decode(json);

const basicTypes: Readonly<Record<string, GoType>> = basicType;

/** A type by the name the corpus gives it. */
export function typeNamed(name: string): GoType {
  const result = parseType(name);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

class Decoder {
  readonly #input: TaggedInput;
  /** The containers around the value being read, outermost first; for `$cycle`. */
  readonly #containers: GoValue[] = [];

  constructor(input: TaggedInput) {
    this.#input = input;
  }

  decode(json: unknown): GoValue {
    if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
    if (Array.isArray(json)) {
      const list: GoValue[] = [];
      this.#inside(list, () => list.push(...json.map((item) => this.decode(item))));
      return list;
    }
    if (typeof json !== 'object') throw new Error(`a bare ${typeof json} is no tagged value`);
    const tag = Object.keys(json)[0];
    return tag !== undefined && /^\$[a-zA-Z]/.test(tag) ? this.#tagged(tag.slice(1), json as Tagged) : this.#record(json as Tagged);
  }

  #record(json: Tagged): GoValue {
    const result = record<GoValue>() as { [key: string]: GoValue };
    this.#inside(result, () => {
      for (const [key, value] of Object.entries(json)) result[key] = this.decode(value);
    });
    return result as GoRecord;
  }

  #inside(container: GoValue, fill: () => void): void {
    this.#containers.push(container);
    fill();
    this.#containers.pop();
  }

  #tagged(tag: string, json: Tagged): GoValue {
    const value = json[`$${tag}`];
    const basic = basicTypes[tag];
    if (/^u?int/.test(tag) && basic !== undefined) return new GoInt(basic, typeof value === 'string' ? BigInt(value) : (value as number));
    switch (tag) {
      case 'float':
        return floatOf(value);
      case 'float32':
        return new GoFloat32(floatOf(value));
      case 'complex':
      case 'complex64':
        return complexOf(tag === 'complex' ? basicType.complex128 : basicType.complex64, value);
      case 'bytes':
        return new GoBytes(bytesOf(value));
      case 'rawString':
        return new GoRawString(bytesOf(value));
      case 'slice':
      case 'array':
        return this.#list(tag, json);
      case 'map':
        return this.#map(json);
      case 'struct':
        return new GoStruct(structType(String(value)), this.#entries(json['fields']) as [string, GoValue][]);
      case 'ptr': {
        const target = this.decode(value);
        return new GoPointer(typeOf(target), target);
      }
      case 'nil':
        return new GoNil(typeNamed(String(value)));
      case 'named':
        return named(String(value), this.decode(json['value']));
      default:
        return this.#special(tag, value, json);
    }
  }

  #special(tag: string, value: unknown, json: Tagged): GoValue {
    switch (tag) {
      case 'duration':
        return duration(typeof value === 'string' ? BigInt(value) : (value as number));
      case 'time':
        return timeOf(String(value), json['zone'] as string | undefined);
      case 'now':
        return timeAt(BigInt(this.#input.now ?? 0) * 1_000_000n + BigInt(value as number), utc);
      case 'error':
        return new GoError(String(value));
      case 'mapSlice':
        return mapSlice(this.#entries(value));
      case 'cycle': {
        const container = this.#containers.at(-(value as number));
        if (container === undefined) throw new Error(`$cycle ${String(value)} leads outside`);
        return container;
      }
      case 'ref': {
        const fixtures = this.#input.fixtures ?? {};
        if (!Object.hasOwn(fixtures, String(value))) throw new Error(`no fixture ${String(value)}`);
        return this.decode(fixtures[String(value)]);
      }
      default:
        throw new Error(`unknown tag $${tag}`);
    }
  }

  #entries(entries: unknown): [GoValue, GoValue][] {
    return (entries as [unknown, unknown][]).map(([key, value]) => [this.decode(key), this.decode(value)]);
  }

  #list(tag: string, json: Tagged): GoValue {
    const name = String(json[`$${tag}`]);
    const items: GoValue[] = [];
    const parsed = typeNamed(name);
    const type = parsed.kind === 'invalid' ? namedType(name, listType(basicType.any)) : parsed;
    const list = new GoList(type, items, json['cap'] as number | undefined);
    this.#inside(list, () => items.push(...(json['items'] as unknown[]).map((item) => this.decode(item))));
    if (name === '[]interface {}') return items;
    return new GoList(type, items, (json['cap'] as number | undefined) ?? items.length);
  }

  #map(json: Tagged): GoValue {
    const name = String(json['$map']);
    const parsed = typeNamed(name);
    const type = parsed.kind === 'invalid' ? namedType(name, mapType(basicType.string, basicType.any)) : parsed;
    const entries = this.#entries(json['entries']);
    return name === 'map[string]interface {}' ? record(entries as [string, GoValue][]) : new GoMap(type, entries);
  }
}

function floatOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);
}

function complexOf(type: GoType, value: unknown): GoComplex {
  const [re, im] = value as [unknown, unknown];
  return new GoComplex(type, floatOf(re), floatOf(im));
}

const bytesOf = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(String(value), 'base64'));

const structType = (name: string): GoType => ({ kind: 'struct', name, named: name !== 'struct' && !name.startsWith('struct {') });

function named(name: string, value: GoValue): GoValue {
  const type = namedType(name, typeOf(value));
  return value instanceof GoInt ? new GoInt(type, value.value) : new GoNamed(type, value);
}

const utc: GoLocation = { name: 'UTC', zoneAt: () => ({ name: 'UTC', offset: 0 }) };

function timeAt(nanoseconds: bigint, location: GoLocation): GoTime {
  const nanos = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return new GoTime(Number((nanoseconds - nanos) / 1_000_000_000n), Number(nanos), location);
}

/** RFC 3339 with any number of digits in the year and up to nine in the fraction. */
function timeOf(text: string, zone: string | undefined): GoTime {
  const match = /^(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d(?::\d\d)?)$/.exec(text);
  if (match === null) throw new Error(`no RFC 3339 time: ${text}`);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const offset = offsetOf(match[8] as string);
  const name = zone ?? (offset === 0 ? 'UTC' : '');
  const location: GoLocation = match[8] === 'Z' && zone === undefined ? utc : { name, zoneAt: () => ({ name, offset }) };
  return new GoTime(date.getTime() / 1000 - offset, Number((match[7] ?? '').padEnd(9, '0')), location);
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const [hours, minutes, seconds] = text.slice(1).split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0));
}
