/**
 * The scanner of envsubst (envsubst: parse/scan.go): one token at a time, what counts as one being told by the parser before each call. Escaping
 * characters are left out of the token, which is why a token is collected and not cut.
 */

export type Token = 'end' | 'ident' | 'open' | 'close' | 'illegal';

export interface Mode {
  /** Which characters a word takes; `place` counts from 1 within the token. */
  readonly accept?: (char: string, place: number) => boolean;
  /** Whether `${` is seen. */
  readonly open?: true;
  readonly close?: true;
  /** Which characters escape: `$$` only, or `\/` and `\\` too. */
  readonly escapes?: 'dollar' | 'all';
}

export class Scanner {
  readonly text: string;
  private position = 0;
  private token = '';

  constructor(text: string) {
    this.text = text;
  }

  /** The text of the last word. */
  get word(): string {
    return this.token;
  }

  /** The character `ahead` of the next one; empty at the end. */
  peek(ahead = 0): string {
    const at = this.position + ahead;
    const code = this.text.codePointAt(at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  scan(mode: Mode): Token {
    this.token = '';
    const char = this.peek();
    if (char === '') return 'end';
    if (mode.open === true && this.atOpening()) {
      this.position += 2;
      return 'open';
    }
    if (mode.close === true && char === '}') {
      this.position += 1;
      return 'close';
    }
    return mode.accept !== undefined && this.readWord(mode, mode.accept) ? 'ident' : 'illegal';
  }

  private atOpening(): boolean {
    return this.text.startsWith('${', this.position);
  }

  private readWord(mode: Mode, accept: (char: string, place: number) => boolean): boolean {
    const parts: string[] = [];
    let place = 0;
    for (let char = this.peek(); char !== ''; char = this.peek()) {
      place += 1;
      if (parts.length > 0 && mode.open === true && this.atOpening()) break;
      const escaped = this.escapedAt(mode);
      if (escaped !== undefined) {
        parts.push(escaped);
        this.position += 1 + escaped.length;
        continue;
      }
      if (!accept(char, place)) break;
      parts.push(char);
      this.position += char.length;
    }
    this.token = parts.join('');
    return parts.length > 0;
  }

  /** The character that is escaped here. */
  private escapedAt({ escapes }: Mode): string | undefined {
    if (escapes === undefined) return undefined;
    const two = this.text.slice(this.position, this.position + 2);
    if (two === '$$') return '$';
    return escapes === 'all' && (two === '\\/' || two === '\\\\') ? two[1] : undefined;
  }
}
