/**
 * Comments while scanning: each is queued with the place of the token it belongs to, and handed over when the parser reaches that token.
 * Which token that is, is go-yaml v3's choice and not always a reader's: source scannerc.go, yaml_parser_scan_{line_comment,comments}.
 */
import { HASH, isBlank, isBreak, isBreakOrEnd, RBRACE, RBRACKET } from '../chars.ts';
import type { Mark } from '../failure.ts';
import type { Cursor } from './cursor.ts';
import { FLOW_ENTRY, type TokenQueue, VALUE } from './token.ts';

export interface Comment {
  /** Where the scan for it began. */
  readonly scanIndex: number;
  /** The token at or behind this index gets it. */
  tokenIndex: number;
  readonly startLine: number;
  /** From 1 for comments on their own lines, from 0 for those behind something. */
  readonly startColumn: number;
  readonly startIndex: number;
  readonly endIndex: number;
  head: string;
  line: string;
  readonly foot: string;
}

/** How far a comment is looked for. */
const lookahead = 512;

/** What the scanner knows when it meets a comment. */
export interface CommentPlace {
  readonly queue: Comment[];
  readonly tokens: TokenQueue;
  readonly flowLevel: number;
  /** Column of the current block. */
  readonly indent: number;
  /** Where the scan for the next token began. */
  readonly scanMark: Mark;
}

/** Queues the comment that stands behind the last token on its line, if there is one; the cursor ends behind it. */
export function scanLineComment(cursor: Cursor, queue: Comment[], tokenIndex: number): void {
  const { text } = cursor;
  let at = cursor.pos;
  while (at < cursor.pos + lookahead && isBlank(text.charCodeAt(at))) at++;
  if (text.charCodeAt(at) !== HASH || cursor.breaksBefore() > 0) return;
  cursor.pos = at;
  const startColumn = cursor.column;
  while (!isBreakOrEnd(text.charCodeAt(cursor.pos))) cursor.pos++;
  const line = text.slice(at, cursor.pos);
  queue.push({ scanIndex: 0, tokenIndex, startLine: cursor.line, startColumn, startIndex: at, endIndex: 0, head: '', line, foot: '' });
}

interface Spot {
  index: number;
  line: number;
  column: number;
}

/** Comments on lines of their own, from the cursor on. Splits them into feet of what was and heads of what comes. */
export class CommentScan {
  private readonly cursor: Cursor;
  private readonly queue: Comment[];
  private readonly nextIndent: number;
  private readonly inFlow: boolean;
  private readonly footLine: number;
  private readonly afterValue: boolean;
  private firstEmpty: boolean;
  private recentEmpty = false;
  private scanIndex: number;
  private tokenIndex: number;
  private text = '';
  private start: Spot = { index: 0, line: 0, column: 0 };
  /** What is looked at, while the cursor waits at the end of the last comment line. */
  private spot: Spot;

  constructor(cursor: Cursor, place: CommentPlace) {
    const { queue, tokens, scanMark } = place;
    this.cursor = cursor;
    this.queue = queue;
    const last = tokens.last();
    const token = last !== undefined && last.kind === FLOW_ENTRY ? (tokens.last(1) ?? last) : last;
    this.nextIndent = Math.max(place.indent, 0);
    this.inFlow = place.flowLevel > 0;
    this.scanIndex = scanMark.index;
    this.tokenIndex = token?.index ?? 0;
    this.afterValue = token?.kind === VALUE;
    const breaks = cursor.breaksBefore();
    this.firstEmpty = breaks <= 1;
    this.footLine = scanMark.line > 0 ? cursor.line - breaks + 1 + (breaks === 0 && cursor.column > 1 ? 1 : 0) : -1;
    this.spot = { index: cursor.pos, line: cursor.line, column: cursor.column };
  }

  run(): void {
    let limit = this.spot.index + lookahead;
    for (; this.spot.index < limit; this.spot.index++) {
      this.spot.column++;
      const c = this.cursor.text.charCodeAt(this.spot.index);
      if (isBlank(c)) continue;
      const closesFlow = this.inFlow && (c === RBRACKET || c === RBRACE);
      if (closesFlow || isBreakOrEnd(c)) {
        this.atEmptyLine(closesFlow, c);
        if (!isBreak(c)) break;
        this.nextLine();
        continue;
      }
      if (this.text !== '' && this.spot.column - 1 < this.nextIndent && this.spot.column !== this.start.column) this.pushFoot();
      if (c !== HASH) break;
      this.readComment();
      limit = this.spot.index + lookahead;
    }
    if (this.text !== '') this.pushHead();
  }

  /** A line without a comment ends here, or the text, or the flow collection. */
  private atEmptyLine(closesFlow: boolean, c: number): void {
    if (!closesFlow && this.recentEmpty) return;
    const { start } = this;
    const dedented = start.column - 1 < this.nextIndent;
    if (closesFlow || (this.firstEmpty && ((start.line === this.footLine && !this.afterValue) || dedented))) {
      if (this.text === '') return;
      if (dedented) this.tokenIndex = start.index;
      this.pushFoot();
    } else if (this.text !== '' && c !== 0) this.text += '\n';
  }

  /** CR LF counts twice here, as it does in go-yaml. */
  private nextLine(): void {
    this.firstEmpty = false;
    this.recentEmpty = true;
    this.spot.column = 0;
    this.spot.line++;
  }

  private readComment(): void {
    const { cursor, spot } = this;
    if (this.text === '') this.start = { ...spot };
    else this.text += '\n';
    this.recentEmpty = false;
    while (cursor.pos < spot.index) {
      if (isBreak(cursor.text.charCodeAt(cursor.pos))) cursor.skipLine();
      else cursor.pos++;
    }
    while (!isBreakOrEnd(cursor.text.charCodeAt(cursor.pos))) cursor.pos++;
    this.text += cursor.text.slice(spot.index, cursor.pos);
    this.spot = { index: cursor.pos, line: cursor.line, column: 0 };
  }

  private pushFoot(): void {
    this.push({ head: '', foot: this.text }, this.spot.index);
    this.scanIndex = this.spot.index;
    this.tokenIndex = this.spot.index;
    this.text = '';
  }

  private pushHead(): void {
    this.tokenIndex = this.start.index;
    this.push({ head: this.text, foot: '' }, this.spot.index - 1);
  }

  private push(texts: { readonly head: string; readonly foot: string }, endIndex: number): void {
    const { start, scanIndex, tokenIndex } = this;
    this.queue.push({
      scanIndex,
      tokenIndex,
      startLine: start.line,
      startColumn: start.column,
      startIndex: start.index,
      endIndex,
      head: texts.head,
      line: '',
      foot: texts.foot,
    });
  }
}
