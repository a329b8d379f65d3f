/**
 * The open blocks by their columns: what is indented further starts one, what is indented less ends some.
 * Source of the rules: go-yaml scannerc.go, yaml_parser_{roll,unroll}_indent.
 */
import type { Mark } from '../failure.ts';
import type { Comment } from './comments.ts';
import type { Cursor } from './cursor.ts';
import { BLOCK_END, type TokenQueue } from './token.ts';

/** go-yaml's bound on nesting, for block and flow collections alike. */
export const deepest = 10000;

interface End extends Mark {
  /** Added to the index: with comments, a block ends one character before the scan for the next token began. */
  readonly shift: number;
}

export class BlockIndents {
  private readonly cursor: Cursor;
  private readonly tokens: TokenQueue;
  private readonly outer: number[] = [];
  /** Column of the innermost open block, -1 for none. */
  column = -1;

  constructor(cursor: Cursor, tokens: TokenQueue) {
    this.cursor = cursor;
    this.tokens = tokens;
  }

  /** Opens a block at the column of `mark` if it is indented further; its start goes in front of the token with that number. */
  open(kind: number, mark: Mark, token: number): void {
    if (this.column >= mark.column) return;
    this.outer.push(this.column);
    this.column = mark.column;
    if (this.outer.length > deepest) this.cursor.fail(`exceeded max depth of ${deepest}`, mark);
    this.tokens.insert(token, kind, mark);
  }

  /** Ends the blocks that are indented further than `column`, here. */
  close(column: number): void {
    while (this.column > column) {
      const { pos, line, lineStart } = this.cursor;
      this.tokens.push(BLOCK_END, pos, line, pos - lineStart);
      this.column = this.outer.pop() as number;
    }
  }

  /** The same, but each ends before the comments at the column of the block around it, which are that block's. */
  closeBeforeComments(column: number, comments: readonly Comment[], scanMark: Mark): void {
    let end: End = { index: scanMark.index, line: scanMark.line, column: scanMark.column, shift: -1 };
    while (this.column > column) {
      end = this.endBefore(comments, end);
      this.tokens.push(BLOCK_END, end.index + end.shift, end.line, end.column);
      this.column = this.outer.pop() as number;
    }
  }

  /** Goes back over comments that touch each other. */
  private endBefore(comments: readonly Comment[], end: End): End {
    let found = end;
    let stop = end.index + end.shift;
    for (let i = comments.length - 1; i >= 0; i--) {
      const comment = comments[i] as Comment;
      if (comment.endIndex < stop) break;
      if (comment.startColumn === this.column + 1) {
        found = { index: comment.startIndex, line: comment.startLine, column: comment.startColumn, shift: 0 };
      }
      stop = comment.scanIndex;
    }
    return found;
  }
}
