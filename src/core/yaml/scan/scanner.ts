/**
 * From characters to tokens: indentation becomes block starts and ends, and a thing followed by `:` becomes a key.
 * Source of the rules: go-yaml scannerc.go (v2 2.4, v3 3.0).
 */
import * as ch from '../chars.ts';
import type { Mark } from '../failure.ts';
import type { Variant } from '../variant.ts';
import { scanBlock } from './block.ts';
import { type Comment, CommentScan, scanLineComment } from './comments.ts';
import { Cursor } from './cursor.ts';
import { scanAnchor, scanDirective, scanTag } from './markup.ts';
import { scanPlain } from './plain.ts';
import { scanQuoted } from './quoted.ts';
import * as t from './token.ts';

/** Something that would be a key if `:` followed: at most one per flow level. */
interface SimpleKey extends Mark {
  readonly required: boolean;
  /** The number of the token it starts with. */
  readonly token: number;
  /** Whether its token waits for what follows. Not any more once it has turned out to be an empty collection, as go-yaml happens to have it. */
  awaited: boolean;
}

/** A key without `?` ends on its line and within this many characters. */
const longestKey = 1024;

const origin: Mark = { index: 0, line: 0, column: 0 };

/** go-yaml's bound on nesting, for both kinds of collections. */
const deepest = 10000;

export class Scanner {
  readonly tokens = new t.TokenQueue();
  /** Comments found and not yet handed over. */
  comments: Comment[] = [];
  readonly cursor: Cursor;
  private readonly ahead: number;
  private started = false;
  private ended = false;
  private keyAllowed = true;
  private flowLevel = 0;
  private indent = -1;
  private readonly indents: number[] = [];
  /** For each open flow collection the token that was last taken for a possible key in it, at first the collection's own. */
  private readonly lastKeys: number[] = [];
  private readonly keys: (SimpleKey | undefined)[] = [undefined];
  /** From the number of a token to the flow level at which it may be a key; only for levels above 0. */
  private readonly keyLevels = new Map<number, number>();

  constructor(cursor: Cursor) {
    this.cursor = cursor;
    this.ahead = cursor.variant.comments ? 2 : 0;
  }

  get variant(): Variant {
    return this.cursor.variant;
  }

  /** Scans until the first token is certain: nothing found later can change it. */
  fetch(): void {
    for (;;) {
      if (this.tokens.size > this.ahead && !this.firstMayBeKey()) return;
      if (this.ended) {
        this.firstMayBeKey();
        return;
      }
      this.fetchNext();
    }
  }

  private firstMayBeKey(): boolean {
    const { taken } = this.tokens;
    const first = this.keys[0];
    if (first?.token === taken && first.awaited) return this.isKeyPossible(0);
    const level = this.keyLevels.size === 0 ? undefined : this.keyLevels.get(taken);
    return level !== undefined && this.isKeyPossible(level);
  }

  private isKeyPossible(level: number): boolean {
    const key = this.keys[level];
    if (key === undefined) return false;
    if (key.line === this.cursor.line && key.index + longestKey >= this.cursor.pos) return true;
    if (key.required) this.cursor.fail("could not find expected ':'", key);
    this.dropKey(level);
    return false;
  }

  private dropKey(level: number): void {
    const key = this.keys[level];
    if (key === undefined) return;
    this.keys[level] = undefined;
    if (level > 0) this.keyLevels.delete(key.token);
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    this.removeKey();
    const { pos: index, line, column } = this.cursor;
    const required = this.flowLevel === 0 && this.indent === column;
    const token = this.tokens.taken + this.tokens.size;
    this.keys[this.flowLevel] = { index, line, column, required, token, awaited: true };
    if (this.flowLevel === 0) return;
    this.keyLevels.set(token, this.flowLevel);
    this.lastKeys[this.flowLevel - 1] = token;
  }

  private removeKey(): void {
    const key = this.keys[this.flowLevel];
    if (key === undefined) return;
    if (key.required) this.cursor.fail("could not find expected ':'", key);
    this.dropKey(this.flowLevel);
  }

  private push(kind: number): t.Token {
    const { pos, line, lineStart } = this.cursor;
    return this.tokens.push(kind, pos, line, pos - lineStart);
  }

  private rollIndent(column: number, kind: number, mark: Mark, token: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > deepest) this.cursor.fail(`exceeded max depth of ${deepest}`, mark);
    this.tokens.insert(token, kind, mark);
  }

  private rollIndentHere(kind: number): void {
    this.rollIndent(this.cursor.column, kind, this.cursor.mark(), this.tokens.taken + this.tokens.size);
  }

  /** Ends the blocks that are indented further than `column`. With comments, a block ends before those at its parent's columns. */
  private unrollIndent(column: number, scanMark: Mark): void {
    if (this.flowLevel > 0) return;
    let at: Mark = scanMark;
    let shift = -1;
    while (this.indent > column) {
      let stop = at.index + shift;
      for (let i = this.comments.length - 1; i >= 0; i--) {
        const comment = this.comments[i] as Comment;
        if (comment.endIndex < stop) break;
        if (comment.startColumn === this.indent + 1) {
          at = { index: comment.startIndex, line: comment.startLine, column: comment.startColumn };
          shift = 0;
        }
        stop = comment.scanIndex;
      }
      const end = this.variant.comments ? at : this.cursor.mark();
      this.tokens.push(t.BLOCK_END, end.index + (this.variant.comments ? shift : 0), end.line, end.column);
      this.indent = this.indents.pop() as number;
    }
  }

  private fetchNext(): void {
    if (!this.started) {
      this.started = true;
      this.push(t.STREAM_START);
      return;
    }
    const { cursor } = this;
    const scanMark = this.variant.comments ? cursor.mark() : origin;
    this.scanToNextToken(scanMark);
    if (this.indent > cursor.column) this.unrollIndent(cursor.column, scanMark);
    const c = cursor.text.charCodeAt(cursor.pos);
    if (c === ch.NUL) return this.fetchStreamEnd();
    if (cursor.column === 0) {
      if (c === ch.PERCENT) return this.fetchDirective();
      if (cursor.atDocumentIndicator()) return this.fetchDocumentIndicator(c === ch.DASH ? t.DOCUMENT_START : t.DOCUMENT_END);
    }
    if (!this.variant.comments) return this.fetchToken(c);
    const last = this.flowLevel === 0 ? c === ch.COLON : c === ch.COMMA;
    const commentIndex = (last ? this.tokens.last()?.index : undefined) ?? cursor.pos;
    this.fetchToken(c);
    if (this.tokens.last()?.kind !== t.BLOCK_ENTRY) scanLineComment(cursor, this.comments, commentIndex);
  }

  private fetchToken(c: number): void {
    const next = this.cursor.text.charCodeAt(this.cursor.pos + 1);
    const inFlow = this.flowLevel > 0;
    switch (c) {
      case ch.LBRACKET:
        return this.fetchFlowStart(t.FLOW_SEQUENCE_START);
      case ch.LBRACE:
        return this.fetchFlowStart(t.FLOW_MAPPING_START);
      case ch.RBRACKET:
        return this.fetchFlowEnd(t.FLOW_SEQUENCE_END);
      case ch.RBRACE:
        return this.fetchFlowEnd(t.FLOW_MAPPING_END);
      case ch.COMMA:
        return this.fetchFlowEntry();
      case ch.DASH:
        if (ch.isBlankOrEnd(next)) return this.fetchBlockEntry();
        break;
      case ch.QUESTION:
        if (inFlow || ch.isBlankOrEnd(next)) return this.fetchKey();
        break;
      case ch.COLON:
        if (inFlow || ch.isBlankOrEnd(next)) return this.fetchValue();
        break;
      case ch.QUOTE:
      case ch.DQUOTE:
        return this.fetchQuoted(c);
      case 124: // |
      case 62: // >
        if (inFlow) this.failAtToken();
        return this.fetchBlockScalar(c === 62);
      case 42: // *
      case 38: // &
        return this.fetchAnchor(c === 42 ? t.ALIAS : t.ANCHOR);
      case 33: // !
        return this.fetchTag();
      case ch.TAB:
      case ch.PERCENT:
      case ch.HASH:
      case 64: // @
      case 96: // `
        return this.failAtToken();
    }
    this.fetchPlain();
  }

  private failAtToken(): never {
    this.cursor.fail('found character that cannot start any token', this.cursor.mark());
  }

  private scanToNextToken(scanMark: Mark): void {
    const { cursor } = this;
    const { text } = cursor;
    for (;;) {
      if (cursor.pos === 0 && text.charCodeAt(0) === ch.BOM) cursor.pos++;
      let c = text.charCodeAt(cursor.pos);
      const tabs = this.flowLevel > 0 || !this.keyAllowed;
      while (c === ch.SPACE || (tabs && c === ch.TAB)) c = text.charCodeAt(++cursor.pos);
      if (this.comments.length > 0) this.turnLineCommentIntoHead(c);
      if (c === ch.HASH) {
        this.skipComment(scanMark);
        c = text.charCodeAt(cursor.pos);
      }
      if (!ch.isBreak(c)) return;
      cursor.skipLine();
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  private skipComment(scanMark: Mark): void {
    const { cursor } = this;
    if (this.variant.comments) {
      const place = { flowLevel: this.flowLevel, indent: this.indent };
      new CommentScan(cursor, this.comments, this.tokens, place, scanMark).run();
    } else while (!ch.isBreakOrEnd(cursor.text.charCodeAt(cursor.pos))) cursor.pos++;
  }

  /** `- # text` above an item's content is a head comment of that content. */
  private turnLineCommentIntoHead(c: number): void {
    const comment = this.comments.at(-1) as Comment;
    if (comment.line === '' || ch.isBreak(c)) return;
    if (this.tokens.last()?.kind !== t.BLOCK_ENTRY || this.tokens.last(1)?.kind !== t.BLOCK_SEQUENCE_START) return;
    comment.head = comment.line;
    comment.line = '';
    if (comment.startLine === this.cursor.line - 1) comment.tokenIndex = this.cursor.pos;
  }

  private endBlocks(): void {
    this.unrollIndent(-1, this.cursor.mark());
    this.removeKey();
    this.keyAllowed = false;
  }

  private fetchStreamEnd(): void {
    const { cursor } = this;
    cursor.failIfCut();
    if (cursor.column !== 0) {
      cursor.lineStart = cursor.pos;
      cursor.line++;
    }
    this.endBlocks();
    this.push(t.STREAM_END);
    this.ended = true;
  }

  private fetchDirective(): void {
    this.endBlocks();
    const token = this.push(t.TAG_DIRECTIVE);
    const directive = scanDirective(this.cursor);
    if (directive.name === 'YAML') token.kind = t.VERSION_DIRECTIVE;
    token.value = directive.value;
    token.suffix = directive.suffix;
  }

  private fetchDocumentIndicator(kind: number): void {
    this.endBlocks();
    this.pushIndicator(kind, 3);
  }

  private pushIndicator(kind: number, length: number): void {
    const token = this.push(kind);
    this.cursor.pos += length;
    token.endColumn += length;
  }

  private fetchFlowStart(kind: number): void {
    this.saveKey();
    this.flowLevel++;
    this.keys.push(undefined);
    this.lastKeys.push(this.tokens.taken + this.tokens.size);
    if (this.flowLevel > deepest) this.cursor.fail(`exceeded max depth of ${deepest}`, this.cursor.mark());
    this.keyAllowed = true;
    this.pushIndicator(kind, 1);
  }

  private fetchFlowEnd(kind: number): void {
    this.removeKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      this.keys.pop();
      this.stopAwaiting(this.lastKeys.pop() as number);
    }
    this.keyAllowed = false;
    this.pushIndicator(kind, 1);
  }

  private stopAwaiting(token: number): void {
    const key = this.keys[this.flowLevel];
    if (key?.token === token) key.awaited = false;
    this.keyLevels.delete(token);
  }

  private fetchFlowEntry(): void {
    this.removeKey();
    this.keyAllowed = true;
    this.pushIndicator(t.FLOW_ENTRY, 1);
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) this.cursor.fail('block sequence entries are not allowed in this context', this.cursor.mark());
      if (this.indent < this.cursor.column) this.rollIndentHere(t.BLOCK_SEQUENCE_START);
    }
    this.removeKey();
    this.keyAllowed = true;
    this.pushIndicator(t.BLOCK_ENTRY, 1);
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) this.cursor.fail('mapping keys are not allowed in this context', this.cursor.mark());
      this.rollIndentHere(t.BLOCK_MAPPING_START);
    }
    this.removeKey();
    this.keyAllowed = this.flowLevel === 0;
    this.pushIndicator(t.KEY, 1);
  }

  private fetchValue(): void {
    if (this.isKeyPossible(this.flowLevel)) {
      const key = this.keys[this.flowLevel] as SimpleKey;
      this.tokens.insert(key.token, t.KEY, key);
      this.rollIndent(key.column, t.BLOCK_MAPPING_START, key, key.token);
      this.dropKey(this.flowLevel);
      this.keyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.keyAllowed) this.cursor.fail('mapping values are not allowed in this context', this.cursor.mark());
        this.rollIndentHere(t.BLOCK_MAPPING_START);
      }
      this.keyAllowed = this.flowLevel === 0;
    }
    this.pushIndicator(t.VALUE, 1);
  }

  private fetchAnchor(kind: number): void {
    this.saveKey();
    this.keyAllowed = false;
    const token = this.push(kind);
    token.value = scanAnchor(this.cursor);
    token.endColumn = this.cursor.column;
  }

  private fetchTag(): void {
    this.saveKey();
    this.keyAllowed = false;
    const token = this.push(t.TAG);
    const tag = scanTag(this.cursor);
    token.value = tag.handle;
    token.suffix = tag.suffix;
    token.endColumn = this.cursor.column;
  }

  private fetchBlockScalar(folded: boolean): void {
    this.removeKey();
    this.keyAllowed = true;
    const token = this.push(t.SCALAR);
    const onComment = (start: Mark): void => {
      if (this.variant.comments) scanLineComment(this.cursor, this.comments, start.index);
    };
    const scalar = scanBlock(this.cursor, { indent: this.indent, folded, onComment });
    token.value = scalar.value;
    token.style = folded ? 'folded' : 'literal';
    token.endLine = scalar.endLine;
    token.endColumn = scalar.endColumn;
  }

  private fetchQuoted(quote: number): void {
    this.saveKey();
    this.keyAllowed = false;
    const token = this.push(t.SCALAR);
    token.value = scanQuoted(this.cursor);
    token.style = quote === ch.QUOTE ? 'single' : 'double';
    token.endLine = this.cursor.line;
    token.endColumn = this.cursor.column;
  }

  private fetchPlain(): void {
    this.saveKey();
    this.keyAllowed = false;
    const token = this.push(t.SCALAR);
    const scalar = scanPlain(this.cursor, this.indent + 1, this.flowLevel);
    token.value = scalar.value;
    token.style = 'plain';
    token.endLine = scalar.endLine;
    token.endColumn = scalar.endColumn;
    if (scalar.leftLine) this.keyAllowed = true;
  }
}
