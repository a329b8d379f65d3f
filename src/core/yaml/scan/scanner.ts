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
import { BlockIndents, deepest } from './indents.ts';
import { longestKey, PossibleKeys } from './keys.ts';
import { scanAnchor, scanDirective, scanTag } from './markup.ts';
import { scanPlain } from './plain.ts';
import { scanQuoted } from './quoted.ts';
import * as t from './token.ts';

export class Scanner {
  readonly tokens = new t.TokenQueue();
  /** Comments found and not yet handed over. */
  readonly comments: Comment[] = [];
  readonly cursor: Cursor;
  private readonly ahead: number;
  /** Where the scan for the next token began. */
  private readonly scanMark = { index: 0, line: 0, column: 0 };
  private started = false;
  private ended = false;
  private keyAllowed = true;
  private readonly indents: BlockIndents;
  private readonly keys: PossibleKeys;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
    this.keys = new PossibleKeys(cursor);
    this.indents = new BlockIndents(cursor, this.tokens);
    this.ahead = cursor.variant.comments ? 2 : 0;
  }

  get variant(): Variant {
    return this.cursor.variant;
  }

  /** Scans until the first token is certain: nothing found later can change it. */
  fetch(): void {
    for (;;) {
      if (this.tokens.size > this.ahead && !this.keys.awaits(this.tokens.taken)) return;
      if (this.ended) {
        this.keys.awaits(this.tokens.taken);
        return;
      }
      this.fetchNext();
    }
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    this.keys.remove();
    const at = this.cursor.mark();
    this.keys.save(at, this.tokens.next, this.keys.level === 0 && this.indents.column === at.column);
  }

  private push(kind: number): t.Token {
    const { pos, line, lineStart } = this.cursor;
    return this.tokens.push(kind, pos, line, pos - lineStart);
  }

  /** Opens a block at the cursor if it is indented further. */
  private openBlock(kind: number): void {
    if (this.indents.column < this.cursor.column) this.indents.open(kind, this.cursor.mark(), this.tokens.next);
  }

  /** Ends the blocks that are indented further than `column`. */
  private closeBlocks(column: number, scanMark: Mark): void {
    if (this.keys.level > 0 || this.indents.column <= column) return;
    if (this.variant.comments) this.indents.closeBeforeComments(column, this.comments, scanMark);
    else this.indents.close(column);
  }

  private fetchNext(): void {
    if (!this.started) {
      this.started = true;
      this.push(t.STREAM_START);
      return;
    }
    const { cursor } = this;
    const { scanMark } = this;
    scanMark.index = cursor.pos;
    scanMark.line = cursor.line;
    scanMark.column = cursor.column;
    this.scanToNextToken(scanMark);
    this.closeBlocks(cursor.column, scanMark);
    const c = cursor.text.charCodeAt(cursor.pos);
    if (c === ch.NUL) return this.fetchStreamEnd();
    if (cursor.column === 0) {
      if (c === ch.PERCENT) return this.fetchDirective();
      if (cursor.atDocumentIndicator()) return this.fetchDocumentIndicator(c === ch.DASH ? t.DOCUMENT_START : t.DOCUMENT_END);
    }
    if (!this.variant.comments) return this.fetchToken(c);
    const last = this.keys.level === 0 ? c === ch.COLON : c === ch.COMMA;
    const commentIndex = (last ? this.tokens.last()?.index : undefined) ?? cursor.pos;
    this.fetchToken(c);
    if (this.tokens.last()?.kind !== t.BLOCK_ENTRY) scanLineComment(cursor, this.comments, commentIndex);
  }

  private fetchToken(c: number): void {
    const next = this.cursor.text.charCodeAt(this.cursor.pos + 1);
    const inFlow = this.keys.level > 0;
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
      const tabs = this.keys.level > 0 || !this.keyAllowed;
      while (c === ch.SPACE || (tabs && c === ch.TAB)) c = text.charCodeAt(++cursor.pos);
      if (this.comments.length > 0) this.turnLineCommentIntoHead(c);
      if (c === ch.HASH) {
        this.skipComment(scanMark);
        c = text.charCodeAt(cursor.pos);
      }
      if (!ch.isBreak(c)) return;
      cursor.skipLine();
      if (this.keys.level === 0) this.keyAllowed = true;
    }
  }

  private skipComment(scanMark: Mark): void {
    const { cursor } = this;
    if (this.variant.comments) {
      const { comments: queue, tokens, keys, indents } = this;
      new CommentScan(cursor, { queue, tokens, flowLevel: keys.level, indent: indents.column, scanMark }).run();
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
    this.closeBlocks(-1, this.cursor.mark());
    this.keys.remove();
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
    this.keys.open(this.tokens.next);
    if (this.keys.level > deepest) this.cursor.fail(`exceeded max depth of ${deepest}`, this.cursor.mark());
    this.keyAllowed = true;
    this.pushIndicator(kind, 1);
  }

  private fetchFlowEnd(kind: number): void {
    this.keys.remove();
    this.keys.close();
    this.keyAllowed = false;
    this.pushIndicator(kind, 1);
  }

  private fetchFlowEntry(): void {
    this.keys.remove();
    this.keyAllowed = true;
    this.pushIndicator(t.FLOW_ENTRY, 1);
  }

  private fetchBlockEntry(): void {
    if (this.keys.level === 0) {
      if (!this.keyAllowed) this.cursor.fail('block sequence entries are not allowed in this context', this.cursor.mark());
      this.openBlock(t.BLOCK_SEQUENCE_START);
    }
    this.keys.remove();
    this.keyAllowed = true;
    this.pushIndicator(t.BLOCK_ENTRY, 1);
  }

  private fetchKey(): void {
    if (this.keys.level === 0) {
      if (!this.keyAllowed) this.cursor.fail('mapping keys are not allowed in this context', this.cursor.mark());
      this.openBlock(t.BLOCK_MAPPING_START);
    }
    this.keys.remove();
    this.keyAllowed = this.keys.level === 0;
    this.pushIndicator(t.KEY, 1);
  }

  private fetchValue(): void {
    const key = this.keys.current;
    if (this.keys.isPossible(key)) {
      this.tokens.insert(key.token, t.KEY, key);
      if (this.keys.level === 0) this.indents.open(t.BLOCK_MAPPING_START, key, key.token);
      this.keys.use(key);
      this.keyAllowed = false;
    } else {
      if (this.keys.level === 0) {
        if (!this.keyAllowed) this.cursor.fail('mapping values are not allowed in this context', this.cursor.mark());
        this.openBlock(t.BLOCK_MAPPING_START);
      }
      this.keyAllowed = this.keys.level === 0;
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
    this.keys.remove();
    this.keyAllowed = true;
    const token = this.push(t.SCALAR);
    const onComment = (start: Mark): void => {
      if (this.variant.comments) scanLineComment(this.cursor, this.comments, start.index);
    };
    const scalar = scanBlock(this.cursor, { indent: this.indents.column, folded, onComment });
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

  /** In block context a plain scalar with `:` right behind it is a key at once: nothing has to wait for it. */
  private fetchPlain(): void {
    const { cursor } = this;
    const { pos, line } = cursor;
    const column = pos - cursor.lineStart;
    const mayBeKey = this.keyAllowed;
    if (mayBeKey) this.keys.remove();
    const inBlock = this.keys.level === 0;
    const token = this.tokens.next;
    const value = scanPlain(cursor, this.indents.column + 1, this.keys.level);
    const isKey = mayBeKey && inBlock && cursor.line === line && cursor.isAtValue() && cursor.pos - pos <= longestKey;
    if (isKey) this.pushKey({ index: pos, line, column });
    else if (mayBeKey) this.keys.save({ index: pos, line, column }, token, inBlock && this.indents.column === column);
    const scalar = this.tokens.push(t.SCALAR, pos, line, column);
    scalar.value = value;
    scalar.style = 'plain';
    scalar.endLine = cursor.wordLine;
    scalar.endColumn = cursor.wordColumn;
    this.keyAllowed = cursor.leftLine;
    if (isKey) this.pushIndicator(t.VALUE, 1);
  }

  private pushKey(mark: Mark): void {
    this.indents.open(t.BLOCK_MAPPING_START, mark, this.tokens.next);
    this.tokens.push(t.KEY, mark.index, mark.line, mark.column);
  }
}
