/**
 * Literal and folded block scalars. Source of the rules: go-yaml scannerc.go, yaml_parser_scan_block_scalar.
 */
import { DASH, HASH, isBlank, isBreak, isBreakOrEnd, isDigit, NUL, PLUS, SPACE, TAB, ZERO } from '../chars.ts';
import type { Mark } from '../failure.ts';
import type { Cursor } from './cursor.ts';

export interface BlockScalar {
  readonly value: string;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface BlockScalarPlace {
  /** Column of the block around it, -1 at the top. */
  readonly indent: number;
  readonly folded: boolean;
  /** Called with the cursor on a comment behind the indicators. */
  readonly onComment: (start: Mark) => void;
}

type Chomping = 'strip' | 'clip' | 'keep';

interface Header {
  readonly chomping: Chomping;
  /** Columns given by a digit, 0 for none. */
  readonly increment: number;
}

function scanHeader(cursor: Cursor, start: Mark): Header {
  let chomping: Chomping = 'clip';
  let increment = 0;
  const readChomping = (): void => {
    const c = cursor.text.charCodeAt(cursor.pos);
    if (c !== PLUS && c !== DASH) return;
    chomping = c === PLUS ? 'keep' : 'strip';
    cursor.pos++;
  };
  readChomping();
  const c = cursor.text.charCodeAt(cursor.pos);
  if (isDigit(c)) {
    if (c === ZERO) cursor.fail('found an indentation indicator equal to 0', start);
    increment = c - ZERO;
    cursor.pos++;
    if (chomping === 'clip') readChomping();
  }
  return { chomping, increment };
}

/** The rest of the line behind the indicators. */
function scanHeaderEnd(cursor: Cursor, start: Mark, place: BlockScalarPlace): void {
  cursor.skipBlanks();
  if (cursor.text.charCodeAt(cursor.pos) === HASH) {
    place.onComment(start);
    while (!isBreakOrEnd(cursor.text.charCodeAt(cursor.pos))) cursor.pos++;
  }
  const c = cursor.text.charCodeAt(cursor.pos);
  if (!isBreakOrEnd(c)) cursor.fail('did not find expected comment or line break', start);
  if (isBreak(c)) cursor.skipLine();
}

/** Indentation and empty lines before a line of content. */
class BlockLines {
  private readonly cursor: Cursor;
  private readonly start: Mark;
  private readonly least: number;
  /** Column of the content; 0 until it is known. */
  indent: number;
  breaks = '';
  endLine = 0;
  endColumn = 0;

  constructor(cursor: Cursor, start: Mark, columns: { readonly least: number; readonly indent: number }) {
    this.cursor = cursor;
    this.start = start;
    this.least = columns.least;
    this.indent = columns.indent;
  }

  scanEmpty(): void {
    const { cursor } = this;
    const { text } = cursor;
    let widest = 0;
    this.breaks = '';
    this.markEnd();
    for (;;) {
      while ((this.indent === 0 || cursor.column < this.indent) && text.charCodeAt(cursor.pos) === SPACE) cursor.pos++;
      widest = Math.max(widest, cursor.column);
      const c = text.charCodeAt(cursor.pos);
      if (c === TAB && (this.indent === 0 || cursor.column < this.indent)) {
        cursor.fail('found a tab character where an indentation space is expected', this.start);
      }
      if (!isBreak(c)) break;
      this.breaks += cursor.readLine();
      this.markEnd();
    }
    if (this.indent === 0) this.indent = Math.max(widest, this.least, 1);
  }

  private markEnd(): void {
    this.endLine = this.cursor.line;
    this.endColumn = this.cursor.column;
  }
}

/** Joins the lines; the cursor stands behind the first indentation. Returns the text and the line break after its last line. */
function scanLines(cursor: Cursor, lines: BlockLines, folded: boolean): { readonly text: string; readonly lastBreak: string } {
  const { text } = cursor;
  let value = '';
  let lastBreak = '';
  let wasBlank = false;
  while (cursor.column === lines.indent && text.charCodeAt(cursor.pos) !== NUL) {
    const blank = isBlank(text.charCodeAt(cursor.pos));
    if (folded && !wasBlank && !blank && lastBreak === '\n') {
      if (lines.breaks === '') value += ' ';
    } else value += lastBreak;
    value += lines.breaks;
    wasBlank = blank;
    const from = cursor.pos;
    while (!isBreakOrEnd(text.charCodeAt(cursor.pos))) cursor.pos++;
    value += text.slice(from, cursor.pos);
    lastBreak = isBreak(text.charCodeAt(cursor.pos)) ? cursor.readLine() : '';
    lines.scanEmpty();
  }
  return { text: value, lastBreak };
}

/** Scans a block scalar; the cursor stands on its `|` or `>`. */
export function scanBlock(cursor: Cursor, place: BlockScalarPlace): BlockScalar {
  const start = cursor.mark();
  cursor.pos++;
  const { chomping, increment } = scanHeader(cursor, start);
  scanHeaderEnd(cursor, start, place);
  const indent = increment === 0 ? 0 : Math.max(place.indent, 0) + increment;
  const lines = new BlockLines(cursor, start, { least: place.indent + 1, indent });
  lines.scanEmpty();
  const { text, lastBreak } = scanLines(cursor, lines, place.folded);
  const tail = chomping === 'strip' ? '' : chomping === 'clip' ? lastBreak : lastBreak + lines.breaks;
  return { value: text + tail, endLine: lines.endLine, endColumn: lines.endColumn };
}
