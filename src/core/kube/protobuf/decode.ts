/**
 * Protobuf request bodies: four bytes of magic, an envelope (`runtime.Unknown`) and the object. Clients send them for a few kinds only; answers are
 * always JSON. Kubernetes: apimachinery pkg/runtime/serializer/protobuf; the wire format of proto2 as gogo writes it.
 */
import { decodeUtf8 } from '../../../std/index.ts';
import { type Json, record } from '../../object/index.ts';
import { base64 } from '../bytes/index.ts';
import { formatMicroTime, formatTime } from '../time/index.ts';
import { protobufMessages } from './messages.table.ts';

interface Field {
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly inlined: boolean;
}

interface Message {
  readonly name: string;
  readonly fields: ReadonlyMap<number, Field>;
}

export interface ProtobufBody {
  readonly apiVersion: string;
  readonly kind: string;
  /** The object without kind and apiVersion as it stands in the message. */
  readonly value: { readonly [key: string]: Json };
}

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const MAX_DEPTH = 100;

class Malformed extends Error {}

function parseField(text: string): readonly [number, Field] {
  const match = /^(\d+)([rm]?)(>?):(\w+):(\w+)$/.exec(text);
  if (match === null) throw new Error(`bad row in the message table: ${text}`);
  const [, number = '', label, inlined, name = '', type = ''] = match;
  const named = name.charAt(0).toLowerCase() + name.slice(1);
  return [Number(number), { name: named, type, repeated: label === 'r', map: label === 'm', inlined: inlined === '>' }];
}

const parseLine = (line: string): Message => {
  const [name = '', ...fields] = line.split(' ');
  return { name, fields: new Map(fields.map(parseField)) };
};

/** Reads varints and length-delimited parts. */
class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || this.#at > this.#end) throw new Malformed('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new Malformed('proto: integer overflow');
  }

  part(): Uint8Array {
    const size = Number(this.varint());
    if (size < 0 || this.#at + size > this.#end) throw new Malformed('unexpected EOF');
    const part = this.#bytes.subarray(this.#at, this.#at + size);
    this.#at += size;
    return part;
  }

  fixed(size: number): Uint8Array {
    if (this.#at + size > this.#end) throw new Malformed('unexpected EOF');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}

const integer = (value: bigint): Json => (value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value);

/** Messages that JSON writes as a single value. */
const special: Readonly<Record<string, (value: { readonly [key: string]: Json }) => Json>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': (value) => value.string ?? '0',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': (value) => (value.seconds === undefined ? null : formatTime(Number(value.seconds) * 1000)),
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': (value) =>
    value.seconds === undefined ? null : formatMicroTime(Number(value.seconds) * 1000 + Math.floor(Number(value.nanos ?? 0) / 1_000_000)),
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': (value) => (value.type === 1 ? (value.strVal ?? '') : (value.intVal ?? 0)),
};

const isWrapper = (name: string): boolean => name.endsWith('.ExtraValue') || name.endsWith('.Verbs');

class Decoder {
  readonly #messages: readonly Message[];

  constructor(messages: readonly Message[]) {
    this.#messages = messages;
  }

  message(message: Message, bytes: Uint8Array, depth = 0): { [key: string]: Json } {
    if (depth > MAX_DEPTH) throw new Malformed('exceeded max depth');
    const result = record();
    const reader = new Reader(bytes);
    while (!reader.done) {
      const tag = Number(reader.varint());
      const field = message.fields.get(tag >>> 3);
      const raw = this.#raw(reader, tag & 7);
      if (field !== undefined) this.#put(result, field, this.#decoded(field, raw, depth));
    }
    return result;
  }

  #raw(reader: Reader, wire: number): bigint | Uint8Array {
    switch (wire) {
      case 0:
        return reader.varint();
      case 1:
        return reader.fixed(8);
      case 2:
        return reader.part();
      case 5:
        return reader.fixed(4);
      default:
        throw new Malformed(`proto: illegal wireType ${wire}`);
    }
  }

  #put(result: { [key: string]: Json }, field: Field, value: Json): void {
    if (field.inlined && typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) if (inner !== undefined) result[key] = inner as Json;
    } else if (field.map) {
      const map = (result[field.name] ??= record()) as { [key: string]: Json };
      const entry = value as { readonly key: string; readonly value: Json };
      map[entry.key] = entry.value;
    } else if (field.repeated) {
      const list = (result[field.name] ??= []) as Json[];
      list.push(value);
    } else result[field.name] = value;
  }

  #decoded(field: Field, raw: bigint | Uint8Array, depth: number): Json {
    return field.map ? this.#entry(field, raw, depth) : this.#scalar(field.type, raw, depth);
  }

  #entry(field: Field, raw: bigint | Uint8Array, depth: number): Json {
    if (typeof raw === 'bigint') throw new Malformed('proto: wrong wireType for a map entry');
    const reader = new Reader(raw);
    let key = '';
    let value: Json = field.type === 's' ? '' : null;
    while (!reader.done) {
      const tag = Number(reader.varint());
      const inner = this.#raw(reader, tag & 7);
      if (tag >>> 3 === 1) key = typeof inner === 'bigint' ? '' : decodeUtf8(inner);
      else value = this.#scalar(field.type, inner, depth);
    }
    return { key, value };
  }

  #scalar(type: string, raw: bigint | Uint8Array, depth: number): Json {
    if (typeof raw === 'bigint') {
      if (type === 'b') return raw !== 0n;
      return type === 'i' ? Number(BigInt.asIntN(32, raw)) : integer(raw);
    }
    if (type === 's') return decodeUtf8(raw);
    if (type === 'B') return base64(raw);
    if (type === 'd') return new DataView(raw.buffer, raw.byteOffset, 8).getFloat64(0, true);
    const message = this.#messages[Number(type)];
    if (message === undefined) throw new Malformed('proto: wrong wireType');
    const value = this.message(message, raw, depth + 1);
    if (isWrapper(message.name)) return value.items ?? [];
    if (message.name.endsWith('.RawExtension') || message.name.endsWith('.FieldsV1')) return this.#json(raw);
    return special[message.name]?.(value) ?? (special[message.name] === undefined ? value : null);
  }

  /** Raw JSON inside a message: its only field. */
  #json(raw: Uint8Array): Json {
    const reader = new Reader(raw);
    while (!reader.done) {
      const tag = Number(reader.varint());
      const inner = this.#raw(reader, tag & 7);
      if (tag >>> 3 === 1 && typeof inner !== 'bigint') {
        try {
          return JSON.parse(decodeUtf8(inner)) as Json;
        } catch {
          throw new Malformed('raw extension is not JSON');
        }
      }
    }
    return null;
  }
}

/** The table, read once by whoever decodes bodies. */
export class ProtobufReader {
  readonly #messages: readonly Message[];
  readonly #byName: ReadonlyMap<string, Message>;
  readonly #decoder: Decoder;

  constructor() {
    this.#messages = protobufMessages
      .split('\n')
      .filter((line) => line !== '')
      .map(parseLine);
    this.#byName = new Map(this.#messages.map((message) => [message.name, message]));
    this.#decoder = new Decoder(this.#messages);
  }

  /** Whether a definition is in the table. */
  has(definition: string): boolean {
    return this.#byName.has(definition);
  }

  /** The body as JSON. `definitionOf` names the definition of a kind; an error text when the body cannot be read. */
  read(
    bytes: Uint8Array,
    definitionOf: (apiVersion: string, kind: string) => string | undefined,
  ): ProtobufBody | { readonly error: string } {
    if (MAGIC.some((byte, index) => bytes[index] !== byte))
      return { error: 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]' };
    try {
      const { apiVersion, kind, raw } = envelope(bytes.subarray(MAGIC.length));
      const message = this.#byName.get(definitionOf(apiVersion, kind) ?? '');
      if (message === undefined) return { error: `no protobuf message is known for ${apiVersion}, Kind=${kind}` };
      return { apiVersion, kind, value: this.#decoder.message(message, raw) };
    } catch (error) {
      if (error instanceof Malformed) return { error: error.message };
      throw error;
    }
  }
}

function envelope(bytes: Uint8Array): { readonly apiVersion: string; readonly kind: string; readonly raw: Uint8Array } {
  const reader = new Reader(bytes);
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array = new Uint8Array();
  while (!reader.done) {
    const tag = Number(reader.varint());
    if ((tag & 7) !== 2) {
      reader.varint();
      continue;
    }
    const part = reader.part();
    if (tag >>> 3 === 2) raw = part;
    if (tag >>> 3 !== 1) continue;
    const meta = new Reader(part);
    while (!meta.done) {
      const inner = Number(meta.varint());
      const value = decodeUtf8(meta.part());
      if (inner >>> 3 === 1) apiVersion = value;
      else if (inner >>> 3 === 2) kind = value;
    }
  }
  return { apiVersion, kind, raw };
}
