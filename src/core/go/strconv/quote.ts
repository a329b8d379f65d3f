/** Go string literals. Go: strconv/quote.go. Texts are "escaped" (std/utf8): a byte that is no UTF-8 is U+DC80…U+DCFF. */
import { escapeUtf8, unescapeUtf8 } from '../../../std/index.ts';

/** What stays as it is: printable characters, printable ASCII only, or every graphic character. */
export type QuoteMode = 'print' | 'ascii' | 'graphic';

const plainText = /^[ !#-[\]-~]*$/;
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const graphicSpace = /^\p{Zs}$/u;

/** `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(rune: number): boolean {
  if (rune < 0x7f) return rune >= 0x20;
  return rune <= 0x10ffff && !isSurrogate(rune) && printable.test(String.fromCodePoint(rune));
}

const isSurrogate = (rune: number): boolean => rune >= 0xd800 && rune <= 0xdfff;
const isRawByte = (rune: number): boolean => rune >= 0xdc80 && rune <= 0xdcff;

/** `Quote`, `QuoteToASCII`, `QuoteToGraphic`. */
export function quote(text: string, mode: QuoteMode = 'print'): string {
  if (plainText.test(text)) return `"${text}"`;
  let result = '"';
  for (const char of text) {
    const rune = char.codePointAt(0) as number;
    result += isRawByte(rune) ? `\\x${(rune - 0xdc00).toString(16)}` : escaped(isSurrogate(rune) ? 0xfffd : rune, '"', mode);
  }
  return `${result}"`;
}

/** `QuoteRune`, `QuoteRuneToASCII`, `QuoteRuneToGraphic`. What is no character is U+FFFD. */
export function quoteRune(rune: number, mode: QuoteMode = 'print'): string {
  const valid = rune >= 0 && rune <= 0x10ffff && !isSurrogate(rune) ? rune : 0xfffd;
  return `'${escaped(valid, "'", mode)}'`;
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [12, '\\f'],
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [11, '\\v'],
]);

function escaped(rune: number, delimiter: '"' | "'", mode: QuoteMode): string {
  const char = String.fromCodePoint(rune);
  if (char === delimiter || char === '\\') return `\\${char}`;
  if (mode === 'ascii') {
    if (rune >= 0x20 && rune < 0x7f) return char;
  } else if (isPrint(rune) || (mode === 'graphic' && graphicSpace.test(char))) return char;
  const short = shortEscapes.get(rune);
  if (short !== undefined) return short;
  if (rune < 0x20 || rune === 0x7f) return `\\x${rune.toString(16).padStart(2, '0')}`;
  return rune < 0x10000 ? `\\u${rune.toString(16).padStart(4, '0')}` : `\\U${rune.toString(16).padStart(8, '0')}`;
}

const notBackquotable = /[`\ufeff\udc80-\udcff]|(?!\t)\p{Cc}/u;
const highControl = /[\u0080-\u009f]/g;

/** `CanBackquote`: whether the text can stand between backquotes on one line. Only ASCII control characters are in the way. */
export const canBackquote = (text: string): boolean => !notBackquotable.test(text.replace(highControl, ''));

/** `Unquote`: the content of a Go string or character literal, or undefined where Go reports a syntax error. */
export function unquote(literal: string): string | undefined {
  if (literal.length < 2) return undefined;
  const delimiter = literal.charAt(0);
  const body = literal.slice(1, -1);
  if (!literal.endsWith(delimiter)) return undefined;
  if (delimiter === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '');
  if (delimiter !== '"' && delimiter !== "'") return undefined;
  const result = unescaped(body, delimiter);
  if (result === undefined || (delimiter === "'" && result.count !== 1)) return undefined;
  // Bytes written one by one may form a character together.
  return result.hasBytes ? escapeUtf8(unescapeUtf8(result.text)) : result.text;
}

interface Unescaped {
  readonly text: string;
  readonly count: number;
  readonly hasBytes: boolean;
}

function unescaped(body: string, delimiter: string): Unescaped | undefined {
  let text = '';
  let count = 0;
  let hasBytes = false;
  for (let i = 0; i < body.length; count++) {
    const char = String.fromCodePoint(body.codePointAt(i) as number);
    if (char === delimiter || char === '\n') return undefined;
    if (char !== '\\') {
      // Go reads a byte that is no UTF-8 as U+FFFD here.
      text += isRawByte(char.codePointAt(0) as number) ? '\ufffd' : char;
      i += char.length;
      continue;
    }
    const escape = escapeAt(body, i + 1, delimiter);
    if (escape === undefined) return undefined;
    text += escape.text;
    hasBytes ||= escape.isByte;
    i += 1 + escape.length;
  }
  return { text, count, hasBytes };
}

interface Escape {
  readonly text: string;
  /** Characters after the backslash. */
  readonly length: number;
  readonly isByte: boolean;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

function escapeAt(body: string, at: number, delimiter: string): Escape | undefined {
  const char = body.charAt(at);
  const simple = simpleEscapes.get(char);
  if (simple !== undefined) return { text: simple, length: 1, isByte: false };
  if (char === delimiter) return { text: char, length: 1, isByte: false };
  const octal = /^[0-7]{3}/.exec(body.slice(at, at + 3));
  if (octal !== null) return byteEscape(Number.parseInt(octal[0], 8), 3);
  const digits = char === 'x' ? 2 : char === 'u' ? 4 : char === 'U' ? 8 : 0;
  const hex = body.slice(at + 1, at + 1 + digits);
  if (digits === 0 || hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) return undefined;
  const rune = Number.parseInt(hex, 16);
  if (digits === 2) return byteEscape(rune, 3);
  return rune > 0x10ffff || isSurrogate(rune) ? undefined : { text: String.fromCodePoint(rune), length: 1 + digits, isByte: false };
}

function byteEscape(byte: number, length: number): Escape | undefined {
  if (byte > 0xff) return undefined;
  return { text: String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte), length, isByte: byte >= 0x80 };
}
