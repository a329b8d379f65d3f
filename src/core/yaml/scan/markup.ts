/**
 * Everything that begins with an indicator and is one word: directives, anchors, aliases, tags.
 * Source of the rules: go-yaml scannerc.go, yaml_parser_scan_{directive,anchor,tag}*.
 */
import { AFTER_ANCHOR, URI } from './markup.table.ts';
import { HASH, hexValue, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, isWord, PERCENT, ZERO } from '../chars.ts';
import type { Mark } from '../failure.ts';
import type { Cursor } from './cursor.ts';

const BANG = 33;

export interface Directive {
  readonly name: 'YAML' | 'TAG';
  /** Major version, or tag handle. */
  readonly value: string;
  /** Minor version, or tag prefix. */
  readonly suffix: string;
}

export interface TagText {
  readonly handle: string;
  readonly suffix: string;
}

function scanWord(cursor: Cursor): string {
  const from = cursor.pos;
  while (isWord(cursor.text.charCodeAt(cursor.pos))) cursor.pos++;
  return cursor.text.slice(from, cursor.pos);
}

/** The name of an anchor or alias; the cursor stands on its indicator. */
export function scanAnchor(cursor: Cursor): string {
  const start = cursor.mark();
  cursor.pos++;
  const name = scanWord(cursor);
  const c = cursor.text.charCodeAt(cursor.pos);
  if (name === '' || !(isBlankOrEnd(c) || AFTER_ANCHOR.includes(String.fromCharCode(c)))) {
    cursor.fail('did not find expected alphabetic or numeric character', start);
  }
  return name;
}

/** A tag; the cursor stands on its `!`. */
export function scanTag(cursor: Cursor): TagText {
  const start = cursor.mark();
  const tag = cursor.text.charAt(cursor.pos + 1) === '<' ? scanVerbatimTag(cursor, start) : scanShorthandTag(cursor, start);
  if (!isBlankOrEnd(cursor.text.charCodeAt(cursor.pos))) cursor.fail('did not find expected whitespace or line break', start);
  return tag;
}

function scanVerbatimTag(cursor: Cursor, start: Mark): TagText {
  cursor.pos += 2;
  const suffix = scanUri(cursor, '', start);
  if (cursor.text.charAt(cursor.pos) !== '>') cursor.fail("did not find the expected '>'", start);
  cursor.pos++;
  return { handle: '', suffix };
}

function scanShorthandTag(cursor: Cursor, start: Mark): TagText {
  const handle = scanHandle(cursor, start, 'tag');
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor, '', start) };
  const suffix = scanUri(cursor, handle, start);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

function scanHandle(cursor: Cursor, start: Mark, place: 'tag' | 'directive'): string {
  if (cursor.text.charCodeAt(cursor.pos) !== BANG) cursor.fail("did not find expected '!'", start);
  cursor.pos++;
  const word = scanWord(cursor);
  if (cursor.text.charCodeAt(cursor.pos) === BANG) {
    cursor.pos++;
    return `!${word}!`;
  }
  if (place === 'directive' && word !== '') cursor.fail("did not find expected '!'", start);
  return `!${word}`;
}

/** A URI; `head` is a handle that turned out to be its beginning. */
function scanUri(cursor: Cursor, head: string, start: Mark): string {
  let uri = head.slice(1);
  const from = cursor.pos;
  for (
    let c = cursor.text.charCodeAt(cursor.pos);
    isWord(c) || URI.includes(String.fromCharCode(c));
    c = cursor.text.charCodeAt(cursor.pos)
  ) {
    if (c === PERCENT) uri += scanUriEscape(cursor, start);
    else {
      uri += String.fromCharCode(c);
      cursor.pos++;
    }
  }
  if (head === '' && cursor.pos === from) cursor.fail('did not find expected tag URI', start);
  return uri;
}

const widthOf = (octet: number): number =>
  octet < 0x80 ? 1 : (octet & 0xe0) === 0xc0 ? 2 : (octet & 0xf0) === 0xe0 ? 3 : (octet & 0xf8) === 0xf0 ? 4 : 0;

/** One character written as `%` and two hexadecimal digits for each of its bytes. */
function scanUriEscape(cursor: Cursor, start: Mark): string {
  let code = 0;
  let width = 1;
  for (let i = 0; i < width; i++) {
    const high = hexValue(cursor.text.charCodeAt(cursor.pos + 1));
    const low = hexValue(cursor.text.charCodeAt(cursor.pos + 2));
    if (cursor.text.charCodeAt(cursor.pos) !== PERCENT || high < 0 || low < 0) cursor.fail('did not find URI escaped octet', start);
    const octet = high * 16 + low;
    if (i === 0) {
      width = widthOf(octet);
      if (width === 0) cursor.fail('found an incorrect leading UTF-8 octet', start);
      code = width === 1 ? octet : octet & (0x7f >> width);
    } else {
      if ((octet & 0xc0) !== 0x80) cursor.fail('found an incorrect trailing UTF-8 octet', start);
      code = code * 64 + (octet & 0x3f);
    }
    cursor.pos += 3;
  }
  return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}

/** A directive and the rest of its line; the cursor stands on its `%`. */
export function scanDirective(cursor: Cursor): Directive {
  const start = cursor.mark();
  cursor.pos++;
  const name = scanWord(cursor);
  if (name === '') cursor.fail('could not find expected directive name', start);
  if (!isBlankOrEnd(cursor.text.charCodeAt(cursor.pos))) cursor.fail('found unexpected non-alphabetical character', start);
  if (name !== 'YAML' && name !== 'TAG') cursor.fail('found unknown directive name', start);
  cursor.skipBlanks();
  const directive = name === 'YAML' ? scanVersion(cursor, start) : scanTagPrefix(cursor, start);
  cursor.skipBlanks();
  if (cursor.text.charCodeAt(cursor.pos) === HASH) while (!isBreakOrEnd(cursor.text.charCodeAt(cursor.pos))) cursor.pos++;
  const c = cursor.text.charCodeAt(cursor.pos);
  if (!isBreakOrEnd(c)) cursor.fail('did not find expected comment or line break', start);
  if (isBreak(c)) cursor.skipLine();
  return directive;
}

function scanVersion(cursor: Cursor, start: Mark): Directive {
  const value = scanVersionNumber(cursor, start);
  if (cursor.text.charAt(cursor.pos) !== '.') cursor.fail("did not find expected digit or '.' character", start);
  cursor.pos++;
  return { name: 'YAML', value, suffix: scanVersionNumber(cursor, start) };
}

function scanVersionNumber(cursor: Cursor, start: Mark): string {
  let number = 0;
  let length = 0;
  for (let c = cursor.text.charCodeAt(cursor.pos); isDigit(c); c = cursor.text.charCodeAt(cursor.pos)) {
    if (++length > 2) cursor.fail('found extremely long version number', start);
    number = number * 10 + c - ZERO;
    cursor.pos++;
  }
  if (length === 0) cursor.fail('did not find expected version number', start);
  return String(number);
}

function scanTagPrefix(cursor: Cursor, start: Mark): Directive {
  const value = scanHandle(cursor, start, 'directive');
  if (!isBlank(cursor.text.charCodeAt(cursor.pos))) cursor.fail('did not find expected whitespace', start);
  cursor.skipBlanks();
  const suffix = scanUri(cursor, '', start);
  if (!isBlankOrEnd(cursor.text.charCodeAt(cursor.pos))) cursor.fail('did not find expected whitespace or line break', start);
  return { name: 'TAG', value, suffix };
}
