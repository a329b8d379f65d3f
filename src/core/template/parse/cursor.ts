/**
 * The parser's view of the token stream: three tokens of look-ahead, and the errors that stop it.
 * A `define` or `block` inside a text has its own cursor on the same lexer. Source of the rules: Go text/template/parse/parse.go.
 */
import { quote } from '../../go/strconv/index.ts';
import { isKeyword, type Lexer, type Token, type TokenKind } from './lexer.ts';

/** Thrown inside the parser; its message is Go's, complete with `template: name:line:`. */
export class ParseError extends Error {
  override readonly name = 'TemplateParseError';
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** 1-based line of an offset. */
export function lineAt(text: string, pos: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < pos; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** `%q` cut to ten characters with `...`, as Go shows a token in an error. */
function showToken(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'error') return token.text;
  if (isKeyword(token.kind)) return `<${token.text}>`;
  if (token.text.length > 10) return `${quote([...token.text].slice(0, 10).join(''))}...`;
  return quote(token.text);
}

export class Cursor {
  readonly parseName: string;
  readonly text: string;
  readonly lexer: Lexer;
  private readonly tokens: Token[] = [];
  private peeked = 0;
  /** Offset of the action being parsed, or -1. */
  actionAt = -1;

  constructor(lexer: Lexer, place: { readonly parseName: string; readonly text: string }) {
    this.lexer = lexer;
    this.parseName = place.parseName;
    this.text = place.text;
  }

  /** A cursor on the same stream for a definition inside this text. */
  fork(): Cursor {
    return new Cursor(this.lexer, { parseName: this.parseName, text: this.text });
  }

  next(): Token {
    if (this.peeked > 0) this.peeked--;
    else this.tokens[0] = this.lexer.next();
    return this.tokens[this.peeked] as Token;
  }

  peek(): Token {
    if (this.peeked > 0) return this.tokens[this.peeked - 1] as Token;
    this.peeked = 1;
    this.tokens[0] = this.lexer.next();
    return this.tokens[0];
  }

  backup(): void {
    this.peeked++;
  }

  /** Puts back two tokens: `first`, and the one read last. */
  backup2(first: Token): void {
    this.tokens[1] = first;
    this.peeked = 2;
  }

  /** Puts back three tokens: `first`, `second`, and the one read last. */
  backup3(first: Token, second: Token): void {
    this.tokens[1] = second;
    this.tokens[2] = first;
    this.peeked = 3;
  }

  nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.kind !== 'space') return token;
    }
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.backup();
    return token;
  }

  expect(kinds: readonly TokenKind[], context: string): Token {
    const token = this.nextNonSpace();
    if (!kinds.includes(token.kind)) this.unexpected(token, context);
    return token;
  }

  fail(message: string): never {
    const line = lineAt(this.text, this.tokens[0]?.pos ?? 0);
    throw new ParseError(`template: ${this.parseName}:${line}: ${message}`, line);
  }

  unexpected(token: Token, context: string): never {
    const shown = showToken(token);
    if (token.kind !== 'error') this.fail(`unexpected ${shown} in ${context}`);
    let extra = '';
    if (this.actionAt >= 0) {
      const started = lineAt(this.text, this.actionAt);
      if (started !== lineAt(this.text, token.pos)) {
        extra = ` started at ${this.parseName}:${started}`;
        if (!token.text.endsWith(' action')) extra = ` in action${extra}`;
      }
    }
    this.fail(`${shown}${extra}`);
  }
}
