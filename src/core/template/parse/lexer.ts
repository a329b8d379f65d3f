/**
 * Turns template text into tokens, on demand. Trimming (`{{-`, `-}}`) and comments are dealt with here, so that the parser never sees them.
 * Source of the rules: Go text/template/parse/lex.go.
 */

import { isPrint, quote } from '../../go/strconv/index.ts';

export type TokenKind =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'comment'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | Keyword;

export type Keyword = 'dot' | 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

export interface Token {
  readonly kind: TokenKind;
  /** Offset of the first character. */
  readonly pos: number;
  /** The characters themselves; for `error` the message. */
  readonly text: string;
}

export interface LexOptions {
  readonly left: string;
  readonly right: string;
  /** Whether comments are tokens. */
  readonly comments: boolean;
  /** False when a function of that name exists: then the word is an ordinary identifier. */
  readonly breakKeyword: boolean;
  readonly continueKeyword: boolean;
}

const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['block', 'block'],
  ['break', 'break'],
  ['continue', 'continue'],
  ['define', 'define'],
  ['else', 'else'],
  ['end', 'end'],
  ['if', 'if'],
  ['range', 'range'],
  ['nil', 'nil'],
  ['template', 'template'],
  ['with', 'with'],
]);

export const isKeyword = (kind: TokenKind): kind is Keyword => kind === 'dot' || keywords.has(kind);

const letterOrDigit = /[\p{L}\p{Nd}]/u;
const eof = -1;
const minus = 45;

const isSpaceCode = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 10;

/** Go: unicode.IsLetter, unicode.IsDigit or `_`. */
export function isAlphaNumeric(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
  return code >= 0 && letterOrDigit.test(String.fromCodePoint(code));
}

/** `%#U` for a character of a template: `U+0021 '!'`. Unprintable ones show their number only. */
export function describeCodePoint(code: number): string {
  if (code < 0) return `U+${(BigInt(code) & 0xffffffffffffffffn).toString(16).toUpperCase()}`;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return isPrint(code) ? `U+${hex} '${String.fromCodePoint(code)}'` : `U+${hex}`;
}

export class Lexer {
  private readonly input: string;
  private readonly options: LexOptions;
  private pos = 0;
  private start = 0;
  private insideAction = false;
  private parenDepth = 0;
  private failed: Token | undefined;

  constructor(input: string, options: LexOptions) {
    this.input = input;
    this.options = options;
  }

  /** The next token. After `error` or `eof` it stays there. */
  next(): Token {
    if (this.failed !== undefined) return this.failed;
    return this.insideAction ? this.action() : this.text();
  }

  private emit(kind: TokenKind): Token {
    const token = { kind, pos: this.start, text: this.input.slice(this.start, this.pos) };
    this.start = this.pos;
    return token;
  }

  private fail(message: string): Token {
    this.failed = { kind: 'error', pos: this.start, text: message };
    return this.failed;
  }

  private code(at: number): number {
    const code = this.input.codePointAt(at);
    return code === undefined ? eof : code;
  }

  private hasRight(at: number): boolean {
    return this.input.startsWith(this.options.right, at);
  }

  private trimsLeft(at: number): boolean {
    return this.input.charCodeAt(at) === minus && isSpaceCode(this.input.charCodeAt(at + 1));
  }

  private trimsRight(at: number): boolean {
    return isSpaceCode(this.input.charCodeAt(at)) && this.input.charCodeAt(at + 1) === minus && this.hasRight(at + 2);
  }

  private skipSpace(): void {
    while (isSpaceCode(this.input.charCodeAt(this.pos))) this.pos++;
    this.start = this.pos;
  }

  /** Text up to the next action; loops over comments that are dropped. */
  private text(): Token {
    for (;;) {
      const at = this.input.indexOf(this.options.left, this.pos);
      if (at < 0) {
        this.pos = this.input.length;
        if (this.pos > this.start) return this.emit('text');
        return { kind: 'eof', pos: this.pos, text: 'EOF' };
      }
      if (at > this.pos) {
        let end = at;
        if (this.trimsLeft(at + this.options.left.length)) while (end > this.start && isSpaceCode(this.input.charCodeAt(end - 1))) end--;
        this.pos = end;
        const token = this.emit('text');
        this.pos = at;
        this.start = at;
        if (end > token.pos) return token;
      }
      const token = this.leftDelim();
      if (token !== undefined) return token;
    }
  }

  private leftDelim(): Token | undefined {
    this.pos += this.options.left.length;
    const trim = this.trimsLeft(this.pos) ? 2 : 0;
    if (this.input.startsWith('/*', this.pos + trim)) {
      this.pos += trim;
      this.start = this.pos;
      return this.comment();
    }
    const token = this.emit('leftDelim');
    this.insideAction = true;
    this.pos += trim;
    this.start = this.pos;
    this.parenDepth = 0;
    return token;
  }

  private comment(): Token | undefined {
    const end = this.input.indexOf('*/', this.pos + 2);
    if (end < 0) return this.fail('unclosed comment');
    this.pos = end + 2;
    const trim = this.trimsRight(this.pos);
    if (!trim && !this.hasRight(this.pos)) return this.fail('comment ends before closing delimiter');
    const token = this.emit('comment');
    this.pos += (trim ? 2 : 0) + this.options.right.length;
    this.start = this.pos;
    if (trim) this.skipSpace();
    return this.options.comments ? token : undefined;
  }

  private rightDelim(): Token {
    const trim = this.trimsRight(this.pos);
    if (trim) this.pos += 2;
    this.start = this.pos;
    this.pos += this.options.right.length;
    const token = this.emit('rightDelim');
    if (trim) this.skipSpace();
    this.insideAction = false;
    return token;
  }

  private action(): Token {
    if (this.hasRight(this.pos) || this.trimsRight(this.pos))
      return this.parenDepth === 0 ? this.rightDelim() : this.fail('unclosed left paren');
    const code = this.code(this.pos);
    if (code === eof) return this.fail('unclosed action');
    if (isSpaceCode(code)) return this.space();
    if (isAlphaNumeric(code) && !(code >= 48 && code <= 57)) return this.identifier();
    return this.symbol(code);
  }

  private symbol(code: number): Token {
    const next = this.input.charCodeAt(this.pos + 1);
    switch (String.fromCodePoint(code)) {
      case '=':
        return this.single('assign');
      case ':':
        this.pos++;
        if (this.code(this.pos) !== 61) return this.fail('expected :=');
        return this.single('declare');
      case '|':
        return this.single('pipe');
      case '"':
        return this.quoted('"', 'string');
      case '`':
        return this.raw();
      case "'":
        return this.quoted("'", 'charConstant');
      case '$':
        this.pos++;
        return this.name('variable');
      case '.':
        if (next >= 48 && next <= 57) return this.number();
        if (this.pos + 1 >= this.input.length) return this.number();
        this.pos++;
        return this.name('field');
      default:
        return this.punctuation(code);
    }
  }

  private punctuation(code: number): Token {
    if (code === 40) {
      this.parenDepth++;
      return this.single('leftParen');
    }
    if (code === 41) {
      this.parenDepth--;
      if (this.parenDepth < 0) return this.fail('unexpected right paren');
      return this.single('rightParen');
    }
    if (code === 43 || code === minus || (code >= 48 && code <= 57)) return this.number();
    if (isAlphaNumeric(code)) return this.identifier();
    if (code > 32 && code < 127) return this.single('char');
    return this.fail(`unrecognized character in action: ${describeCodePoint(code)}`);
  }

  private single(kind: TokenKind): Token {
    this.pos++;
    return this.emit(kind);
  }

  /** A run of spaces; the last one is left alone when it begins ` -}}`. */
  private space(): Token {
    while (isSpaceCode(this.input.charCodeAt(this.pos))) this.pos++;
    if (this.trimsRight(this.pos - 1)) {
      this.pos--;
      if (this.pos === this.start) return this.rightDelim();
    }
    return this.emit('space');
  }

  private skipAlphaNumeric(): void {
    for (;;) {
      const code = this.code(this.pos);
      if (!isAlphaNumeric(code)) return;
      this.pos += code > 0xffff ? 2 : 1;
    }
  }

  private atTerminator(): boolean {
    const code = this.code(this.pos);
    if (code === eof || isSpaceCode(code)) return true;
    return '.,|:)('.includes(String.fromCodePoint(code)) || this.hasRight(this.pos);
  }

  private identifier(): Token {
    this.skipAlphaNumeric();
    if (!this.atTerminator()) return this.fail(`bad character ${describeCodePoint(this.code(this.pos))}`);
    const word = this.input.slice(this.start, this.pos);
    const keyword = keywords.get(word);
    if (keyword === 'break' && !this.options.breakKeyword) return this.emit('identifier');
    if (keyword === 'continue' && !this.options.continueKeyword) return this.emit('identifier');
    return this.emit(keyword ?? (word === 'true' || word === 'false' ? 'bool' : 'identifier'));
  }

  /** `.name` or `$name`; the sign has been read. */
  private name(kind: 'field' | 'variable'): Token {
    if (this.atTerminator()) return this.emit(kind === 'variable' ? 'variable' : 'dot');
    this.skipAlphaNumeric();
    if (!this.atTerminator()) return this.fail(`bad character ${describeCodePoint(this.code(this.pos))}`);
    return this.emit(kind);
  }

  private quoted(quote: string, kind: 'string' | 'charConstant'): Token {
    const message = kind === 'string' ? 'unterminated quoted string' : 'unterminated character constant';
    for (this.pos++; ; this.pos++) {
      let character = this.input.charAt(this.pos);
      if (character === quote) return this.single(kind);
      if (character === '\\') character = this.input.charAt(++this.pos);
      if (character === '' || character === '\n') return this.fail(message);
    }
  }

  private raw(): Token {
    const end = this.input.indexOf('`', this.pos + 1);
    if (end < 0) return this.fail('unterminated raw quoted string');
    this.pos = end + 1;
    return this.emit('rawString');
  }

  private number(): Token {
    if (!this.scanNumber()) return this.fail(`bad number syntax: ${quote(this.input.slice(this.start, this.pos))}`);
    const sign = this.input.charAt(this.pos);
    if (sign !== '+' && sign !== '-') return this.emit('number');
    if (!this.scanNumber() || this.input.charAt(this.pos - 1) !== 'i') {
      return this.fail(`bad number syntax: ${quote(this.input.slice(this.start, this.pos))}`);
    }
    return this.emit('complex');
  }

  private accept(valid: string): boolean {
    const character = this.input.charAt(this.pos);
    if (character === '' || !valid.includes(character)) return false;
    this.pos++;
    return true;
  }

  private acceptRun(valid: string): void {
    while (this.accept(valid));
  }

  /** Not a perfect scanner: what it lets through wrongly, the conversion to a value refuses. */
  private scanNumber(): boolean {
    this.accept('+-');
    let digits = '0123456789_';
    if (this.accept('0')) {
      if (this.accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (this.accept('oO')) digits = '01234567_';
      else if (this.accept('bB')) digits = '01_';
    }
    this.acceptRun(digits);
    if (this.accept('.')) this.acceptRun(digits);
    const exponent = digits.length === 11 ? 'eE' : digits.length === 23 ? 'pP' : '';
    if (exponent !== '' && this.accept(exponent)) {
      this.accept('+-');
      this.acceptRun('0123456789_');
    }
    this.accept('i');
    const code = this.code(this.pos);
    if (!isAlphaNumeric(code)) return true;
    this.pos += code > 0xffff ? 2 : 1;
    return false;
  }
}
