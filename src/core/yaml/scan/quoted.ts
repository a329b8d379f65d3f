/**
 * Scalars in single and double quotes. Source of the rules: go-yaml scannerc.go, yaml_parser_scan_flow_scalar.
 */
import { BACKSLASH, DQUOTE, hexValue, isBlank, isBlankOrEnd, isBreak, NUL, QUOTE } from '../chars.ts';
import type { Mark } from '../failure.ts';
import { type Cursor, foldBreaks } from './cursor.ts';

const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

const codeLengths: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** One escape sequence that is not a line break; the cursor stands on the backslash. */
function scanEscape(cursor: Cursor, start: Mark): string {
  const letter = cursor.text.charAt(cursor.pos + 1);
  const simple = escapes.get(letter);
  if (simple !== undefined) {
    cursor.pos += 2;
    return simple;
  }
  const length = codeLengths.get(letter);
  if (length === undefined) cursor.fail('found unknown escape character', start);
  cursor.pos += 2;
  let code = 0;
  for (let i = 0; i < length; i++) {
    const digit = hexValue(cursor.text.charCodeAt(cursor.pos + i));
    if (digit < 0) cursor.fail('did not find expected hexdecimal number', start);
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) cursor.fail('found invalid Unicode character escape code', start);
  cursor.pos += length;
  return String.fromCodePoint(code);
}

/** Characters up to a blank, a line break, the end or the closing quote; `brokeLine` when an escaped line break ended them. */
function scanWord(cursor: Cursor, quote: number, start: Mark): { readonly value: string; readonly brokeLine: boolean } {
  const { text } = cursor;
  let value = '';
  let from = cursor.pos;
  for (;;) {
    const c = text.charCodeAt(cursor.pos);
    if (isBlankOrEnd(c)) break;
    if (c === quote) {
      if (quote === DQUOTE || text.charCodeAt(cursor.pos + 1) !== QUOTE) break;
      value += text.slice(from, cursor.pos + 1);
      cursor.pos += 2;
      from = cursor.pos;
    } else if (c === BACKSLASH && quote === DQUOTE) {
      value += text.slice(from, cursor.pos);
      if (isBreak(text.charCodeAt(cursor.pos + 1))) {
        cursor.pos++;
        cursor.skipLine();
        return { value, brokeLine: true };
      }
      value += scanEscape(cursor, start);
      from = cursor.pos;
    } else cursor.pos++;
  }
  return { value: value === '' ? text.slice(from, cursor.pos) : value + text.slice(from, cursor.pos), brokeLine: false };
}

/** Blanks and line breaks between words: what they stand for. */
function scanGap(cursor: Cursor, brokeLine: boolean): string {
  const { text } = cursor;
  const from = cursor.pos;
  let first = '';
  let others = '';
  let left = brokeLine;
  for (let c = text.charCodeAt(cursor.pos); isBlank(c) || isBreak(c); c = text.charCodeAt(cursor.pos)) {
    if (isBlank(c)) cursor.pos++;
    else if (left) others += cursor.readLine();
    else {
      first = cursor.readLine();
      left = true;
    }
  }
  if (!left) return text.slice(from, cursor.pos);
  return first === '' ? others : foldBreaks(first, others);
}

/** Scans a quoted scalar; the cursor stands on its opening quote and ends behind the closing one. */
export function scanQuoted(cursor: Cursor): string {
  const start = cursor.mark();
  const quote = cursor.text.charCodeAt(cursor.pos++);
  let value = '';
  for (;;) {
    if (cursor.column === 0 && cursor.atDocumentIndicator()) cursor.fail('found unexpected document indicator', start);
    if (cursor.text.charCodeAt(cursor.pos) === NUL) cursor.failAtEnd('found unexpected end of stream', start);
    const word = scanWord(cursor, quote, start);
    value = value === '' ? word.value : value + word.value;
    if (cursor.text.charCodeAt(cursor.pos) === quote) break;
    value += scanGap(cursor, word.brokeLine);
  }
  cursor.pos++;
  return value;
}
