/** Tokens of CEL (cel-spec: doc/langdef.md, Syntax). */
import { encodeUtf8 } from '../../std/index.ts';
import { CompileFailure } from './failure.ts';

export type TokenKind = 'ident' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'op' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** For strings and bytes the decoded content, else the source text. */
  readonly text: string;
  readonly at: number;
}

const SPACE = /(?:[ \t\r\n\f]+|\/\/[^\n]*)+/y;
const IDENT = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const NUMBER = /0x[0-9a-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+[uU]?/y;
const OPERATOR = /&&|\|\||[<>=!]=|\.\?|\[\?|[-+*/%<>!?:.,()[\]{}]/y;
const STRING = /(?:[rR][bB]|[bB][rR]|[rRbB])?(?:"""|'''|"|')/y;
const RAW_NEWLINE = /[\r\n]/;

/** All tokens, the last one being `end`. */
export function lex(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    at += take(SPACE)?.length ?? 0;
    if (at >= text.length) return [...tokens, { kind: 'end', text: '', at: text.length }];
    const opening = take(STRING);
    if (opening !== undefined) {
      const read = readString(text, at, opening);
      tokens.push(read.token);
      at = read.end;
      continue;
    }
    const token = plainToken(take, at);
    if (token === undefined) throw new CompileFailure(`Syntax error: token recognition error at: '${text[at] ?? ''}'`, at);
    tokens.push(token.token);
    at += token.length;
  }
}

function plainToken(
  take: (pattern: RegExp) => string | undefined,
  at: number,
): { readonly token: Token; readonly length: number } | undefined {
  // Kubernetes 1.33 does not turn quoted field names on.
  if (take(/`/y) !== undefined) throw new CompileFailure("unsupported syntax: '`'", at);
  const number = take(NUMBER);
  if (number !== undefined) return { token: { kind: numberKind(number), text: number, at }, length: number.length };
  const ident = take(IDENT);
  if (ident !== undefined) return { token: { kind: 'ident', text: ident, at }, length: ident.length };
  const operator = take(OPERATOR);
  return operator === undefined ? undefined : { token: { kind: 'op', text: operator, at }, length: operator.length };
}

function numberKind(text: string): TokenKind {
  if (/[uU]$/.test(text)) return 'uint';
  return text.startsWith('0x') || /^\d+$/.test(text) ? 'int' : 'double';
}

function readString(text: string, start: number, opening: string): { readonly token: Token; readonly end: number } {
  const quote = opening.replace(/^[rRbB]+/, '');
  const prefix = opening.slice(0, opening.length - quote.length).toLowerCase();
  const raw = prefix.includes('r');
  const bytes = prefix.includes('b');
  const parts: string[] = [];
  let at = start + opening.length;
  while (!text.startsWith(quote, at)) {
    const char = text[at];
    if (char === undefined || (quote.length === 1 && RAW_NEWLINE.test(char)))
      throw new CompileFailure(
        `Syntax error: token recognition error at: '${text.slice(start, Math.min(text.length, start + 20))}'`,
        start,
      );
    if (char === '\\' && !raw) {
      const escape = readEscape(text, at, bytes);
      parts.push(escape.text);
      at = escape.end;
    } else if (char === '\\') {
      parts.push(text.slice(at, at + 2));
      at += 2;
    } else {
      parts.push(bytes ? latin(char) : char);
      at += 1;
    }
  }
  return { token: { kind: bytes ? 'bytes' : 'string', text: parts.join(''), at: start }, end: at + quote.length };
}

/** In bytes, a character stands for its UTF-8 bytes; they are carried as characters U+0000 … U+00FF. */
const latin = (text: string): string => Array.from(encodeUtf8(text), (byte) => String.fromCharCode(byte)).join('');

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['?', '?'],
]);
const NUMERIC = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;

function readEscape(text: string, at: number, bytes: boolean): { readonly text: string; readonly end: number } {
  const simple = SIMPLE.get(text[at + 1] ?? '');
  if (simple !== undefined) return { text: simple, end: at + 2 };
  NUMERIC.lastIndex = at;
  const match = NUMERIC.exec(text);
  if (match === null) throw new CompileFailure('Syntax error: unable to unescape string', at);
  const [whole, hex, short, long, octal] = match;
  const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
  const isByte = hex !== undefined || octal !== undefined;
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || (bytes && !isByte))
    throw new CompileFailure('Syntax error: unable to unescape string', at);
  return { text: String.fromCodePoint(code), end: at + whole.length };
}
