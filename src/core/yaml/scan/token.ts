/**
 * The scanner's tokens and the queue they wait in. A token that turns out to be a key gets a KEY token (and perhaps the start of a mapping) put in
 * front of it, which is why there is a queue at all.
 */
import type { Mark } from '../failure.ts';
import type { ScalarStyle } from '../node/node.ts';

export const STREAM_START = 1;
export const STREAM_END = 2;
export const VERSION_DIRECTIVE = 3;
export const TAG_DIRECTIVE = 4;
export const DOCUMENT_START = 5;
export const DOCUMENT_END = 6;
export const BLOCK_SEQUENCE_START = 7;
export const BLOCK_MAPPING_START = 8;
export const BLOCK_END = 9;
export const FLOW_SEQUENCE_START = 10;
export const FLOW_SEQUENCE_END = 11;
export const FLOW_MAPPING_START = 12;
export const FLOW_MAPPING_END = 13;
export const BLOCK_ENTRY = 14;
export const FLOW_ENTRY = 15;
export const KEY = 16;
export const VALUE = 17;
export const ALIAS = 18;
export const ANCHOR = 19;
export const TAG = 20;
export const SCALAR = 21;

/** One token. The object is used again once it has been taken, so nobody may keep it. Its own fields are its start. */
export class Token implements Mark {
  kind = 0;
  index = 0;
  line = 0;
  column = 0;
  endLine = 0;
  endColumn = 0;
  /** Scalar text, anchor name, tag handle, or major version. */
  value = '';
  /** Tag suffix, tag prefix, or minor version. */
  suffix = '';
  style: ScalarStyle = 'plain';
}

export class TokenQueue {
  /** A ring; its length is a power of two. */
  private ring: Token[] = Array.from({ length: 16 }, () => new Token());
  private head = 0;
  size = 0;
  /** How many tokens have been taken. A token's number is this plus its place in the queue. */
  taken = 0;

  /** The number the next token pushed will have. */
  get next(): number {
    return this.taken + this.size;
  }

  private at(place: number): Token {
    return this.ring[(this.head + place) & (this.ring.length - 1)] as Token;
  }

  first(): Token {
    return this.ring[this.head] as Token;
  }

  /** The newest token, or the one `back` places before it. */
  last(back = 0): Token | undefined {
    return back < this.size ? this.at(this.size - 1 - back) : undefined;
  }

  take(): void {
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.size--;
    this.taken++;
  }

  /** Puts a token with the given start behind all others; its end is its start until set. */
  push(kind: number, index: number, line: number, column: number): Token {
    if (this.size === this.ring.length) this.grow();
    const token = this.at(this.size++);
    token.kind = kind;
    token.index = index;
    token.line = line;
    token.column = column;
    token.endLine = line;
    token.endColumn = column;
    return token;
  }

  /** Puts a token in front of the one with the given number; behind all others if that one has been taken already. */
  insert(number: number, kind: number, mark: Mark): void {
    const token = this.push(kind, mark.index, mark.line, mark.column);
    const mask = this.ring.length - 1;
    const place = number - this.taken;
    if (place < 0) return;
    for (let i = this.size - 1; i > place; i--) this.ring[(this.head + i) & mask] = this.at(i - 1);
    this.ring[(this.head + place) & mask] = token;
  }

  private grow(): void {
    const ring = Array.from({ length: this.ring.length }, (_, i) => this.at(i));
    this.ring = [...ring, ...ring.map(() => new Token())];
    this.head = 0;
  }
}
