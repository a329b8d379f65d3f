/**
 * Plain scalars: the bulk of every manifest, so the inner loop is a table lookup per character and the value one slice per line.
 * Source of the rules: go-yaml scannerc.go, yaml_parser_scan_plain_scalar.
 */
import { COLON, HASH, isBlankOrEnd, isBreak, LF, LS, NEL, PS, TAB } from '../chars.ts';
import { type Cursor, foldBreaks } from './cursor.ts';

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
function scanGap(cursor: Cursor, indent: number, start: number): string | undefined {
  const { text } = cursor;
  let first: string | undefined;
  let others = '';
  for (let c = text.charCodeAt(cursor.pos); ; c = text.charCodeAt(cursor.pos)) {
    if (c === 32 || c === TAB) {
      if (c === TAB && first !== undefined && cursor.column < indent) failAtTab(cursor, start);
      cursor.pos++;
    } else if (c === LF || isBreak(c)) {
      if (first === undefined) first = cursor.readLine();
      else others += cursor.readLine();
    } else return first === undefined ? undefined : foldBreaks(first, others);
  }
}

function failAtTab(cursor: Cursor, start: number): never {
  const lines = cursor.text.slice(start, cursor.pos).split(/\r\n|[\n\r\u0085\u2028\u2029]/).length - 1;
  cursor.fail('found a tab character that violates indentation', { index: start, line: cursor.line - lines, column: 0 });
}

/**
 * Scans from the cursor, which stands on the first character, and returns the value; the cursor keeps where the last word ended and whether the
 * scan went on to a further line without finding more of the scalar there. `indent` is the least column of further lines.
 */
export function scanPlain(cursor: Cursor, indent: number, flow: number): string {
  const { text } = cursor;
  const from = cursor.pos;
  let value = '';
  let lineFrom = from;
  let end = endOfWord(text, from, flow);
  cursor.pos = end;
  cursor.endWord();
  for (;;) {
    const c = text.charCodeAt(cursor.pos);
    if (c !== 32 && c !== LF && c !== TAB && !isBreak(c)) break;
    const gap = scanGap(cursor, indent, from);
    cursor.leftLine = gap !== undefined;
    if (flow === 0 && cursor.column < indent) break;
    if (cursor.column === 0 && cursor.atDocumentIndicator()) break;
    const wordStart = cursor.pos;
    if (text.charCodeAt(wordStart) === HASH) break;
    const wordEnd = endOfWord(text, wordStart, flow);
    if (wordEnd === wordStart) break;
    if (gap !== undefined) {
      value += text.slice(lineFrom, end) + gap;
      lineFrom = wordStart;
    }
    cursor.pos = wordEnd;
    end = wordEnd;
    cursor.endWord();
  }
  const tail = text.slice(lineFrom, end);
  return value === '' ? tail : value + tail;
}
