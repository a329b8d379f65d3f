/**
 * Go's string functions where JavaScript's differ: white space, case, bytes. Texts are "escaped" (see std): bytes that are no UTF-8 are kept.
 * Source of the rules: Go strings, unicode.
 */
import { escapeUtf8, unescapeUtf8, utf8Length } from '../../../std/index.ts';

const spaces = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const space = new RegExp(`^[${spaces}]$`, 'u');

/** unicode.IsSpace */
export const isSpace = (character: string): boolean => space.test(character);

/** strings.TrimSpace */
export function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpaceAt(text, from)) from++;
  while (to > from && isSpaceAt(text, to - 1)) to--;
  return text.slice(from, to);
}

const isSpaceAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code < 0x80 ? isAsciiSpace(code) : isSpace(text.charAt(at));
};

const isAsciiSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

const ascii = /^[\0-\x7f]*$/;
export const isAscii = (text: string): boolean => ascii.test(text);

/** One code point's simple case mapping: those with a longer full mapping stay as they are. */
export function upperRune(character: string): string {
  const upper = character.toUpperCase();
  return upper.length <= character.length || [...upper].length === 1 ? upper : character;
}

/** As above; the one character whose lower case is longer (U+0130) loses its dot, as in Go. */
export function lowerRune(character: string): string {
  const lower = character.toLowerCase();
  return [...lower].length === 1 ? lower : ([...lower][0] ?? character);
}

/** strings.ToUpper */
export const toUpper = (text: string): string => (isAscii(text) ? text.toUpperCase() : Array.from(text, upperRune).join(''));

/** strings.ToLower */
export const toLower = (text: string): string => (isAscii(text) ? text.toLowerCase() : Array.from(text, lowerRune).join(''));

export const isUpper = (character: string): boolean => /^\p{Lu}$/u.test(character);
export const isLower = (character: string): boolean => /^\p{Ll}$/u.test(character);
export const isLetterOrDigit = (character: string): boolean => /^[\p{L}\p{Nd}]$/u.test(character);

/** strings.Trim: the characters of `cutset` off both ends. */
export function trimCutset(text: string, cutset: string): string {
  const cut = new Set(cutset);
  const characters = [...text];
  let from = 0;
  let to = characters.length;
  while (from < to && cut.has(characters[from] ?? '')) from++;
  while (to > from && cut.has(characters[to - 1] ?? '')) to--;
  return characters.slice(from, to).join('');
}

/** len(text) */
export const byteLength = (text: string): number =>
  isAscii(text) ? text.length : /[\udc80-\udcff]/.test(text) ? unescapeUtf8(text).length : utf8Length(text);

/** text[from:to], by bytes. The bounds must lie inside. */
export function sliceBytes(text: string, from: number, to: number): string {
  return bytesSlicer(text)(from, to);
}

/** The same for many parts of one text, which is looked at once. */
export function bytesSlicer(text: string): (from: number, to: number) => string {
  if (isAscii(text)) return (from, to) => text.slice(from, to);
  const bytes = unescapeUtf8(text);
  return (from, to) => escapeUtf8(bytes.subarray(from, to));
}
