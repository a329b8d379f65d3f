/**
 * Comments on their way from the scanner to nodes: those the parser has passed wait here until a node that may have comments takes them.
 * Source of the rules: go-yaml v3 parserc.go, yaml_parser_unfold_comments, yaml_parser_set_event_comments, yaml_parser_split_stem_comment.
 */
import type { Comments } from '../node/node.ts';
import type { Scanner } from '../scan/scanner.ts';
import { BLOCK_END, BLOCK_MAPPING_START, BLOCK_SEQUENCE_START, type Token } from '../scan/token.ts';

const joined = (before: string, text: string): string => (before === '' ? text : `${before}\n${text}`);

export class CommentPot {
  private readonly scanner: Scanner;
  private head = '';
  private line = '';
  private foot = '';
  private stem = '';

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  /** Collects what belongs before `token`. */
  collect(token: Token): void {
    const { comments } = this.scanner;
    let taken = 0;
    for (const comment of comments) {
      if (token.index < comment.tokenIndex) break;
      if (comment.head !== '') {
        if (token.kind === BLOCK_END) break;
        this.head = joined(this.head, comment.head);
      }
      if (comment.foot !== '') this.foot = joined(this.foot, comment.foot);
      if (comment.line !== '') this.line = joined(this.line, comment.line);
      taken++;
    }
    if (taken > 0) comments.splice(0, taken);
  }

  /** What a node gets; nothing is left. */
  take(): Comments | undefined {
    const { head, line, foot } = this;
    this.stem = '';
    if (head === '' && line === '' && foot === '') return undefined;
    this.head = '';
    this.line = '';
    this.foot = '';
    return { head, line, foot };
  }

  /** What a block collection gets: the comment above the dash it stands behind. */
  takeStem(): Comments | undefined {
    if (this.stem === '') return undefined;
    const head = this.stem;
    this.stem = '';
    return { head, line: '', foot: '' };
  }

  get headLength(): number {
    return this.head.length;
  }

  /** Keeps the first `length` characters for the collection that starts with `token`: they stood above its dash. */
  splitStem(length: number, token: Token): void {
    if (token.kind !== BLOCK_SEQUENCE_START && token.kind !== BLOCK_MAPPING_START) return;
    this.stem = this.head.slice(0, length);
    this.head = this.head.slice(length + 1);
  }

  /** The part of the head above its last empty line is the document's; the rest stays for the first node. */
  splitDocumentHead(): string {
    const { head } = this;
    for (let i = head.length - 1; i > 0; i--) {
      if (head[i] !== '\n') continue;
      if (i === head.length - 1) {
        this.head = '';
        return head.slice(0, i);
      }
      if (head[i - 1] === '\n') {
        this.head = head.slice(i + 1);
        return head.slice(0, i - 1);
      }
    }
    return '';
  }
}
