/**
 * UTF-8 for code that has no TextEncoder, with Go's rules for what is invalid: each byte that starts no valid sequence is one U+FFFD.
 * "Escaped" text stands for any bytes: an invalid byte 0x80…0xFF is the lone surrogate U+DC80…U+DCFF (as Python's surrogateescape), which no
 * valid text contains, so that escaping and unescaping lose nothing.
 */

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD. */
export const encodeUtf8 = (text: string): Uint8Array => encode(text, lossy);

/** The bytes escaped text stands for. */
export const unescapeUtf8 = (text: string): Uint8Array => encode(text, escaping);

/** The text of UTF-8 bytes; each invalid byte becomes U+FFFD. */
export const decodeUtf8 = (bytes: Uint8Array): string => decode(bytes, lossy);

/** The text of any bytes, nothing lost: invalid bytes are escaped. */
export const escapeUtf8 = (bytes: Uint8Array): string => decode(bytes, escaping);

/** How an invalid byte and a lone surrogate correspond: the code unit is `base` plus the byte where `perByte`, `base` alone otherwise. */
interface Mode {
  readonly base: number;
  readonly perByte: number;
}
const lossy: Mode = Object.freeze({ base: 0xfffd, perByte: 0 });
const escaping: Mode = Object.freeze({ base: 0xdc00, perByte: 1 });

/** The number of bytes `encodeUtf8` gives. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length++;
    else {
      length += 2;
      if (isPair(text, i)) i++;
    }
  }
  return length;
}

const isPair = (text: string, i: number): boolean =>
  (text.charCodeAt(i) & 0xfc00) === 0xd800 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;

function encode(text: string, mode: Mode): Uint8Array {
  const length = text.length;
  let bytes = new Uint8Array(length);
  let i = 0;
  for (; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) break;
    bytes[i] = unit;
  }
  if (i === length) return bytes;
  const wide = new Uint8Array(i + 3 * (length - i));
  wide.set(bytes.subarray(0, i));
  bytes = wide;
  const end = encodeRest(text, { bytes, from: i, mode });
  return bytes.slice(0, end);
}

function encodeRest(text: string, target: { readonly bytes: Uint8Array; readonly from: number; readonly mode: Mode }): number {
  const { bytes, mode } = target;
  let at = target.from;
  for (let i = target.from; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 0x3f);
      continue;
    }
    if ((code & 0xf800) === 0xd800) {
      if (isPair(text, i)) {
        code = 0x10000 + ((code - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
        bytes[at++] = 0xf0 | (code >> 18);
        bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
        bytes[at++] = 0x80 | (code & 0x3f);
        continue;
      }
      if (mode.perByte === 1 && code >= 0xdc80 && code <= 0xdcff) {
        bytes[at++] = code - 0xdc00;
        continue;
      }
      code = 0xfffd;
    }
    bytes[at++] = 0xe0 | (code >> 12);
    bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
    bytes[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

const chunkUnits = 8192;

/** Most texts are ASCII: whole chunks of it are taken as they are, by the engine's own loops. */
function decode(bytes: Uint8Array, mode: Mode): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += chunkUnits) {
    const chunk = String.fromCharCode.apply(undefined, bytes.subarray(from, from + chunkUnits) as unknown as number[]);
    if (beyondAscii.test(chunk)) return text + decodeRest(bytes, from, mode);
    text += chunk;
  }
  return text;
}

const beyondAscii = /[^\0-\x7f]/;

function decodeRest(bytes: Uint8Array, from: number, mode: Mode): string {
  const units = new Uint16Array(Math.min(bytes.length - from, chunkUnits) + 2);
  let text = '';
  let at = 0;
  for (let i = from; i < bytes.length;) {
    const byte = bytes[i] as number;
    if (byte < 0x80) {
      units[at++] = byte;
      i++;
    } else {
      const rune = runeAt(bytes, i);
      if (rune < 0) {
        units[at++] = mode.base + byte * mode.perByte;
        i++;
      } else if (rune < 0x10000) {
        units[at++] = rune;
        i += rune < 0x800 ? 2 : 3;
      } else {
        units[at++] = 0xd800 + ((rune - 0x10000) >> 10);
        units[at++] = 0xdc00 + ((rune - 0x10000) & 0x3ff);
        i += 4;
      }
    }
    if (at >= chunkUnits) {
      text += String.fromCharCode.apply(undefined, units.subarray(0, at) as unknown as number[]);
      at = 0;
    }
  }
  return text + String.fromCharCode.apply(undefined, units.subarray(0, at) as unknown as number[]);
}

/** The code point of the multi-byte sequence that starts at `i`, or -1. Overlong forms, surrogates and values past U+10FFFF are invalid. */
function runeAt(bytes: Uint8Array, i: number): number {
  const first = bytes[i] as number;
  if (first < 0xc2 || first > 0xf4) return -1;
  const second = (bytes[i + 1] ?? 0) ^ 0x80;
  if (second > 0x3f) return -1;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third = (bytes[i + 2] ?? 0) ^ 0x80;
  if (third > 0x3f) return -1;
  if (first < 0xf0) {
    const rune = ((first & 0x0f) << 12) | (second << 6) | third;
    return rune < 0x800 || (rune & 0xf800) === 0xd800 ? -1 : rune;
  }
  const fourth = (bytes[i + 3] ?? 0) ^ 0x80;
  if (fourth > 0x3f) return -1;
  const rune = ((first & 0x07) << 18) | (second << 12) | (third << 6) | fourth;
  return rune < 0x10000 || rune > 0x10ffff ? -1 : rune;
}

/** Whether the bytes are valid UTF-8. Go: utf8.Valid. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] as number) < 0x80) continue;
    const rune = runeAt(bytes, i);
    if (rune < 0) return false;
    i += rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
  }
  return true;
}
