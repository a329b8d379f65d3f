/** The ASN.1 distinguished encoding, as far as keys and certificates need it. Source: ITU-T X.690. */

export const tag = Object.freeze({
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
});

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return [0x80 | digits.length, ...digits];
}

/** One element. */
export const element = (kind: number, ...content: readonly Uint8Array[]): Uint8Array => {
  const body = concat(content);
  return concat([Uint8Array.from([kind, ...lengthOf(body.length)]), body]);
};

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => element(tag.sequence, ...parts);

/** Big-endian bytes of a positive number. */
export function bytesOfInt(value: bigint, length = 0): Uint8Array {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return bytes.length >= length ? bytes : concat([new Uint8Array(length - bytes.length), bytes]);
}

export function intOfBytes(bytes: Uint8Array): bigint {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

/** A positive integer. */
export function integer(value: bigint): Uint8Array {
  const bytes = bytesOfInt(value);
  return element(tag.integer, ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : concat([Uint8Array.of(0), bytes]));
}

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return element(tag.oid, Uint8Array.from(bytes));
}

export const octets = (bytes: Uint8Array): Uint8Array => element(tag.octetString, bytes);

/** Whole bytes as a bit string. */
export const bits = (bytes: Uint8Array): Uint8Array => element(tag.bitString, Uint8Array.of(0), bytes);

/** An element that was read. */
export interface Der {
  readonly tag: number;
  readonly content: Uint8Array;
  /** The element as it was encoded. */
  readonly raw: Uint8Array;
}

/** Thrown for bytes that are no DER. */
export class DerError extends Error {}

/** The elements one after the other. @throws DerError */
export function readAll(bytes: Uint8Array): readonly Der[] {
  const elements: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    const kind = bytes[at] as number;
    const first = bytes[at + 1];
    if (first === undefined) throw new DerError('asn1: syntax error: data truncated');
    const count = first < 0x80 ? 0 : first & 0x7f;
    if (count > 4) throw new DerError('asn1: structure error: length too large');
    const length = count === 0 ? first : Number(intOfBytes(bytes.subarray(at + 2, at + 2 + count)));
    const start = at + 2 + count;
    if (start + length > bytes.length) throw new DerError('asn1: syntax error: data truncated');
    elements.push({ tag: kind, content: bytes.subarray(start, start + length), raw: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

/** The elements of a sequence. @throws DerError when it is none */
export function readSequence(bytes: Uint8Array): readonly Der[] {
  const [outer] = readAll(bytes);
  if (outer?.tag !== tag.sequence) throw new DerError("asn1: structure error: tags don't match");
  return readAll(outer.content);
}
