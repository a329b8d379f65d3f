/**
 * Scalars in their five styles, folded where the variant folds. Source of the rules: go-yaml emitterc.go, yaml_emitter_write_*_scalar.
 */
import { BACKSLASH, BOM, DQUOTE, isBlank, isBlankOrEnd, isBreak, isPrintable, LF, QUOTE, SPACE } from '../chars.ts';
import type { ScalarStyle } from '../node/node.ts';
import type { Writer } from './writer.ts';

const anyBreak = /[\n\r\u0085\u2028\u2029]/;

/** Whether the text fits on the line as it is, so that nothing needs to be looked at. */
const fits = (writer: Writer, text: string, folds: boolean): boolean => !folds || writer.column + text.length <= writer.rules.width;

function writePlain(writer: Writer, text: string, folds: boolean): void {
  if (!writer.whitespace && (text !== '' || !writer.rules.aligned)) writer.put(' ');
  if (fits(writer, text, folds)) writer.put(text);
  else writeFolding(writer, text, (at) => text.charCodeAt(at + 1) !== SPACE);
  if (text !== '' || !writer.rules.aligned) writer.whitespace = false;
  writer.indention = false;
}

/** Text without line breaks, broken at spaces behind the width where `mayBreak` allows it. */
function writeFolding(writer: Writer, text: string, mayBreak: (at: number) => boolean): void {
  let spaced = false;
  let from = 0;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) {
    spaced = at > 0 && text.charCodeAt(at - 1) === SPACE;
    if (spaced || writer.column + at - from <= writer.rules.width || !mayBreak(at)) continue;
    writer.put(text.slice(from, at));
    writer.writeIndent();
    from = at + 1;
  }
  writer.put(text.slice(from));
}

function writeSingleQuoted(writer: Writer, text: string, folds: boolean): void {
  writer.word("'");
  const escaped = text.replaceAll("'", "''");
  if (!anyBreak.test(text) && fits(writer, escaped, folds)) writer.put(escaped);
  else writeSingleQuotedLines(writer, text, folds);
  writer.stick("'");
}

function writeSingleQuotedLines(writer: Writer, text: string, folds: boolean): void {
  let spaced = false;
  let broke = false;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === SPACE) {
      const inside = at > 0 && at < text.length - 1 && text.charCodeAt(at + 1) !== SPACE;
      if (folds && !spaced && writer.column > writer.rules.width && inside) writer.writeIndent();
      else writer.put(' ');
      spaced = true;
    } else if (isBreak(c)) {
      if (!broke && c === LF) writer.putBreak();
      writer.putBreakOf(text, at);
      broke = true;
    } else {
      if (broke) writer.writeIndent();
      writer.put(c === QUOTE ? "''" : text.charAt(at));
      writer.indention = false;
      spaced = false;
      broke = false;
    }
  }
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x85, '\\N'],
  [0xa0, '\\_'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

function escapeOf(code: number): string {
  const short = shortEscapes.get(code);
  if (short !== undefined) return short;
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}

function writeDoubleQuoted(writer: Writer, text: string, folds: boolean): void {
  writer.word('"');
  // libyaml looks for a byte order mark at the start of the text whatever character it is at.
  const marked = text.charCodeAt(0) === BOM;
  let spaced = false;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (marked || !isPrintable(c) || isBreak(c) || c === DQUOTE || c === BACKSLASH) {
      const code = text.codePointAt(at) as number;
      writer.put(escapeOf(code));
      if (code > 0xffff) at++;
      spaced = false;
    } else if (c === SPACE) {
      if (folds && !spaced && writer.column > writer.rules.width && at > 0 && at < text.length - 1) {
        writer.writeIndent();
        if (text.charCodeAt(at + 1) === SPACE) writer.put('\\');
      } else writer.put(' ');
      spaced = true;
    } else {
      let end = at + 1;
      while (end < text.length && isPlainInQuotes(text.charCodeAt(end))) end++;
      writer.put(text.slice(at, end));
      at = end - 1;
      spaced = false;
    }
  }
  writer.stick('"');
}

const isPlainInQuotes = (c: number): boolean => c > SPACE && c < 127 && c !== DQUOTE && c !== BACKSLASH;

/** The indicators behind `|` and `>`, the comment on their line, and the end of that line. */
function writeBlockHeader(writer: Writer, indicator: string, text: string): void {
  const first = text.charCodeAt(0);
  const hint = first === SPACE || isBreak(first) ? String(writer.rules.indent) : '';
  const last = text.length - 1;
  let chomp = '';
  if (last < 0 || !isBreak(text.charCodeAt(last))) chomp = '-';
  else if (last === 0 || isBreak(text.charCodeAt(last - 1))) chomp = '+';
  writer.word(indicator + hint + chomp);
  if (writer.line === '') writer.putBreak();
  else writer.writeLine();
  writer.whitespace = true;
}

const endOfLine = (text: string, from: number): number => {
  let end = text.indexOf('\n', from);
  if (end < 0) end = text.length;
  for (let at = from; at < end; at++) if (isBreak(text.charCodeAt(at))) return at;
  return end;
};

function writeLiteral(writer: Writer, text: string): void {
  writeBlockHeader(writer, '|', text);
  let broke = true;
  for (let at = 0; at < text.length;) {
    if (isBreak(text.charCodeAt(at))) {
      writer.putBreakOf(text, at);
      at++;
      broke = true;
      continue;
    }
    if (broke) writer.writeIndent();
    const end = endOfLine(text, at);
    writer.put(text.slice(at, end));
    writer.indention = false;
    broke = false;
    at = end;
  }
}

/** Whether only line breaks follow the breaks the text begins with: libyaml looks there, not at the place it writes. */
function startsWithContentBehindBreaks(text: string): boolean {
  let at = 0;
  while (isBreak(text.charCodeAt(at))) at++;
  return at < text.length && !isBlankOrEnd(text.charCodeAt(at));
}

function writeFolded(writer: Writer, text: string): void {
  writeBlockHeader(writer, '>', text);
  const doubles = startsWithContentBehindBreaks(text);
  let broke = true;
  let indented = true;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (isBreak(c)) {
      if (!broke && !indented && c === LF && doubles) writer.putBreak();
      writer.putBreakOf(text, at);
      broke = true;
      continue;
    }
    if (broke) {
      writer.writeIndent();
      indented = isBlank(c);
    }
    const folds = !broke && c === SPACE && text.charCodeAt(at + 1) !== SPACE && writer.column > writer.rules.width;
    if (folds) writer.writeIndent();
    else writer.put(text.charAt(at));
    writer.indention = false;
    broke = false;
  }
}

/** Writes a scalar in a style that can hold it. `folds`: whether it may go on on the next line, which a key may not. */
export function writeScalar(writer: Writer, text: string, style: ScalarStyle, folds: boolean): void {
  switch (style) {
    case 'plain':
      return writePlain(writer, text, folds);
    case 'single':
      return writeSingleQuoted(writer, text, folds);
    case 'double':
      return writeDoubleQuoted(writer, text, folds);
    case 'literal':
      return writeLiteral(writer, text);
    case 'folded':
      return writeFolded(writer, text);
  }
}
