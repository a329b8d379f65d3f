/**
 * Plain scalars: the bulk of every manifest, so the inner loop is a table lookup per character and the value one slice per line.
 * Source of the rules: go-yaml scannerc.go, yaml_parser_scan_plain_scalar.
 */
import { COLON, HASH, isBlankOrEnd, isBreak, NEL, TAB, LS, PS } from '../chars.ts';
import type { Mark } from '../failure.ts';
import { type Cursor, foldBreaks } from './cursor.ts';

export interface PlainScalar {
  readonly value: string;
  readonly endLine: number;
  readonly endColumn: number;
  /** Whether the scan went on to a further line without finding more of the scalar there. */
  readonly leftLine: boolean;
}

const ENDS_WORD = 1;
const IS_COLON = 2;
const ENDS_FLOW_WORD = 4;

const classes = Uint8Array.from({ length: 128 }, (_, c) => {
  if (c === 0 || c === 9 || c === 10 || c === 13 || c === 32) return ENDS_WORD;
  if (c === COLON) return IS_COLON;
  return ',?[]{}'.includes(String.fromCharCode(c)) ? ENDS_FLOW_WORD : 0;
});

/** The end of the run of characters from `at` that belong to a plain scalar without a blank between them. */
function endOfWord(text: string, from: number, flow: number): number {
  for (let at = from; ; at++) {
    const c = text.charCodeAt(at);
    if (c >= 128) {
      if (c === NEL || c === LS || c === PS) return at;
      continue;
    }
    const kind = classes[c] as number;
    if (kind === 0) continue;
    if (kind === ENDS_WORD) return at;
    if (kind === IS_COLON ? isBlankOrEnd(text.charCodeAt(at + 1)) : flow > 0) return at;
  }
}

/** Blanks and line breaks between two words; returns what they stand for, or undefined while no line was left. */
function scanGap(cursor: Cursor, indent: number, start: Mark): string | undefined {
  const { text } = cursor;
  let first: string | undefined;
  let others = '';
  for (let c = text.charCodeAt(cursor.pos); ; c = text.charCodeAt(cursor.pos)) {
    if (c === 32 || c === TAB) {
      if (c === TAB && first !== undefined && cursor.column < indent) cursor.fail('found a tab character that violates indentation', start);
      cursor.pos++;
    } else if (isBreak(c)) {
      if (first === undefined) first = cursor.readLine();
      else others += cursor.readLine();
    } else return first === undefined ? undefined : foldBreaks(first, others);
  }
}

/** Scans from the cursor, which stands on the first character. `indent` is the least column of further lines; `flow` the flow level. */
export function scanPlain(cursor: Cursor, indent: number, flow: number): PlainScalar {
  const from = cursor.pos;
  const { text } = cursor;
  const start: Mark = { index: from, line: cursor.line, column: from - cursor.lineStart };
  let value = '';
  let lineFrom = from;
  let end = endOfWord(text, from, flow);
  cursor.pos = end;
  let { line: endLine } = cursor;
  let endColumn = cursor.column;
  let leftLine = false;
  for (;;) {
    const c = text.charCodeAt(cursor.pos);
    if (c !== 32 && c !== TAB && !isBreak(c)) break;
    const gap = scanGap(cursor, indent, start);
    leftLine = gap !== undefined;
    if (flow === 0 && cursor.column < indent) break;
    if (cursor.column === 0 && cursor.atDocumentIndicator()) break;
    const wordStart = cursor.pos;
    if (text.charCodeAt(wordStart) === HASH) break;
    const wordEnd = endOfWord(text, wordStart, flow);
    if (wordEnd === wordStart) break;
    if (gap !== undefined) {
      value += text.slice(lineFrom, end) + gap;
      lineFrom = wordStart;
      leftLine = false;
    }
    cursor.pos = wordEnd;
    end = wordEnd;
    endLine = cursor.line;
    endColumn = cursor.column;
  }
  const tail = text.slice(lineFrom, end);
  return { value: value === '' ? tail : value + tail, endLine, endColumn, leftLine };
}
