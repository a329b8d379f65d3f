/**
 * The text being written and where its end stands: indentation, indicators, comments. Source of the rules: go-yaml emitterc.go, yaml_emitter_write_*.
 */
import { isBreak, LF } from '../chars.ts';
import type { Comments } from '../node/node.ts';
import type { WriteRules } from '../variant.ts';

const spaces = ' '.repeat(128);

export const padding = (width: number): string => (width <= spaces.length ? spaces.slice(0, width) : ' '.repeat(width));

export class Writer {
  readonly rules: WriteRules;
  out = '';
  column = 0;
  /** Column of the block being written; -1 outside of any. */
  indent = -1;
  /** Whether what was written last is white space, so that no space is needed. */
  whitespace = true;
  /** Whether only indentation has been written on this line. */
  indention = true;
  head = '';
  line = '';
  foot = '';
  tail = '';
  /** A comment behind a key whose value is not there yet. */
  keyLine = '';
  /** Column of the foot comment written last, if nothing followed it; -1 for none. An empty line parts it from what follows. */
  footIndent = -1;

  constructor(rules: WriteRules) {
    this.rules = rules;
  }

  /** Appends text without line breaks. */
  put(text: string): void {
    this.out += text;
    this.column += text.length;
  }

  putBreak(text = '\n'): void {
    this.out += text;
    this.column = 0;
    this.indention = true;
  }

  /** A line break of a scalar or comment, which need not be a line feed. */
  putBreakOf(text: string, at: number): void {
    this.putBreak(text.charCodeAt(at) === LF ? '\n' : text.charAt(at));
  }

  /** Goes to the indentation, on a new line unless nothing stands on this one. */
  writeIndent(): void {
    const indent = this.indent < 0 ? 0 : this.indent;
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) this.putBreak();
    if (this.footIndent === indent) this.putBreak();
    if (this.column < indent) this.put(padding(indent - this.column));
    this.whitespace = true;
    this.indention = true;
    this.footIndent = -1;
  }

  /** An indicator that is a word: a space before it. */
  word(text: string): void {
    if (!this.whitespace) this.put(' ');
    this.stick(text);
  }

  /** An indicator right behind what stands there. */
  stick(text: string): void {
    this.put(text);
    this.whitespace = false;
    this.indention = false;
  }

  /** An indicator after which content may start as if indented: `-`, and `?` and `:` in blocks. */
  dash(text: string): void {
    if (!this.whitespace) this.put(' ');
    this.put(text);
    this.whitespace = false;
  }

  /** An opening bracket. */
  opener(text: string): void {
    if (!this.whitespace) this.put(' ');
    this.put(text);
    this.whitespace = true;
    this.indention = false;
  }

  /** Comments to be written with what is written next; those of before stay if they have not been written. */
  expect(comments: Comments | undefined, tail: string): void {
    if (tail !== '') this.tail = tail;
    if (comments === undefined) return;
    if (comments.head !== '') this.head = comments.head;
    if (comments.line !== '') this.line = comments.line;
    if (comments.foot !== '') this.foot = comments.foot;
  }

  get hasTrailingComments(): boolean {
    return this.line !== '' || this.foot !== '' || this.tail !== '';
  }

  writeHead(): void {
    if (this.tail !== '') {
      this.writeIndent();
      this.writeComment(this.tail);
      this.tail = '';
      this.footIndent = Math.max(this.indent, 0);
    }
    if (this.head === '') return;
    this.writeIndent();
    this.writeComment(this.head);
    this.head = '';
  }

  writeLine(): void {
    if (this.line === '') return;
    if (!this.whitespace) this.put(' ');
    this.writeComment(this.line);
    this.line = '';
  }

  writeFoot(): void {
    if (this.foot === '') return;
    this.writeIndent();
    this.writeComment(this.foot);
    this.foot = '';
    this.footIndent = Math.max(this.indent, 0);
  }

  private writeComment(comment: string): void {
    let broke = false;
    let marked = false;
    for (let at = 0; at < comment.length;) {
      if (isBreak(comment.charCodeAt(at))) {
        this.putBreakOf(comment, at);
        at++;
        broke = true;
        marked = false;
        continue;
      }
      if (broke) this.writeIndent();
      if (!marked && comment.charAt(at) !== '#') this.put('# ');
      marked = true;
      let end = at + 1;
      while (end < comment.length && !isBreak(comment.charCodeAt(end))) end++;
      this.put(comment.slice(at, end));
      this.indention = false;
      broke = false;
      at = end;
    }
    if (!broke) this.putBreak();
    this.whitespace = true;
  }
}
