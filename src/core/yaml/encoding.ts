/**
 * Bytes to text, and what may not be in a text. Source of the rules: go-yaml readerc.go.
 */
import { escapeUtf8 } from '../../std/index.ts';

/** Nearly every text has nothing that this finds, and it is found or not found faster than what is really forbidden. */
const suspect = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd]/;
const loneSurrogate = String.raw`[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]`;
const control = String.raw`[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]`;

const forbidden = new RegExp(`${control}|${loneSurrogate}`);

/** Where the first character stands that a YAML text may not hold; -1 for none. */
export const findForbidden = (text: string): number => (suspect.test(text) ? text.search(forbidden) : -1);

const widthOf = (octet: number): number => (octet < 0xc0 ? 0 : octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : octet < 0xf8 ? 4 : 0);

/** What go-yaml's reader says about the forbidden character at `at`. Lone surrogates stand for bytes that are not UTF-8 (std/utf8, escaped text). */
export function problemOfCharacter(text: string, at: number): string {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdfff) return 'control characters are not allowed';
  if (unit < 0xdc80 || unit > 0xdcff) return 'invalid Unicode character';
  const width = widthOf(unit - 0xdc00);
  if (width === 0) return 'invalid leading UTF-8 octet';
  if (at + width > text.length) return 'incomplete UTF-8 octet sequence';
  for (let i = 1; i < width; i++) {
    const next = text.charCodeAt(at + i);
    if (next < 0xdc80 || next > 0xdcbf) return 'invalid trailing UTF-8 octet';
  }
  return unit === 0xdced ? 'invalid Unicode character' : 'invalid length of a UTF-8 sequence';
}

function decodeUtf16(bytes: Uint8Array, low: number): string {
  let text = '';
  for (let i = 2; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode((bytes[i + low] as number) | ((bytes[i + 1 - low] as number) << 8));
  }
  return text;
}

/**
 * The text of a YAML file: UTF-8, or UTF-16 with a byte order mark. Bytes that are no text are kept, escaped, so that reading fails where they stand
 * and only if it gets there.
 */
export function yamlText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 0);
  return bytes[0] === 0xfe && bytes[1] === 0xff ? decodeUtf16(bytes, 1) : escapeUtf8(bytes);
}
