/**
 * The v2 document as protobuf, which some clients take in no other form. Only what the document has is written: definitions with their schemas and
 * extensions. Source of the field numbers: gnostic-models openapiv2/OpenAPIv2.proto.
 */
import { encodeUtf8 } from '../../../std/index.ts';
import { type Json, type JsonObject, isObject } from '../../object/index.ts';

const PART = 2;

/** Collects bytes; a message inside another is written on its own first, for its length. */
class Writer {
  readonly #bytes: number[] = [];

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) | 0x80);
    this.#bytes.push(rest);
  }

  #part(field: number, bytes: Uint8Array): void {
    this.#varint(field * 8 + PART);
    this.#varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
  }

  text(field: number, value: Json | undefined): void {
    if (typeof value === 'string' && value !== '') this.#part(field, encodeUtf8(value));
  }

  inner(field: number, write: (inner: Writer) => void): void {
    const inner = new Writer();
    write(inner);
    this.#part(field, inner.bytes);
  }
}

/** `Any`: the value as YAML text, of which JSON is a part. */
const any =
  (value: Json) =>
  (writer: Writer): void =>
    writer.text(2, JSON.stringify(value));

const named =
  (name: string, field: number, value: (writer: Writer) => void) =>
  (writer: Writer): void => {
    writer.text(1, name);
    writer.inner(field, value);
  };

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function schema(value: JsonObject): (writer: Writer) => void {
  return (writer) => {
    writer.text(1, value.$ref);
    writer.text(2, value.format);
    writer.text(4, value.description);
    if (value.default !== undefined) writer.inner(5, any(value.default));
    writer.text(13, value.pattern);
    for (const name of list(value.required)) writer.text(19, name);
    for (const item of list(value.enum)) writer.inner(20, any(item));
    const { additionalProperties: additional, items, properties } = value;
    if (isObject(additional)) writer.inner(21, (inner) => inner.inner(1, schema(additional)));
    if (typeof value.type === 'string') writer.inner(22, (inner) => inner.text(1, value.type));
    if (isObject(items)) writer.inner(23, (inner) => inner.inner(1, schema(items)));
    for (const part of list(value.allOf)) if (isObject(part)) writer.inner(24, schema(part));
    if (isObject(properties)) writer.inner(25, schemas(properties));
    for (const [name, extension] of Object.entries(value))
      if (name.startsWith('x-') && extension !== undefined) writer.inner(31, named(name, 2, any(extension)));
  };
}

const schemas =
  (all: JsonObject) =>
  (writer: Writer): void => {
    for (const [name, value] of Object.entries(all)) if (isObject(value)) writer.inner(1, named(name, 2, schema(value)));
  };

/** The document's bytes. */
export function openApiV2Protobuf(document: JsonObject): Uint8Array {
  const writer = new Writer();
  const { info, definitions } = document;
  writer.text(1, document.swagger);
  if (isObject(info)) {
    writer.inner(2, (inner) => {
      inner.text(1, info.title);
      inner.text(2, info.version);
    });
  }
  writer.inner(8, () => undefined);
  if (isObject(definitions)) writer.inner(9, schemas(definitions));
  return writer.bytes;
}
