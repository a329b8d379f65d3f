/** From tokens to a tree (cel-spec: doc/langdef.md, Syntax; cel-go: parser/parser.go). Macros are expanded on the way. */
import { childrenOf, type Expr } from './ast.ts';
import { CompileFailure } from './failure.ts';
import { lex, type Token } from './lex.ts';
import { expandMacro } from './macros.ts';
import { CelUint } from './value.ts';

/** cel-go: MaxRecursionDepth. */
const MAX_DEPTH = 250;
/** cel-go: ExpressionSizeCodePointLimit. */
const MAX_LENGTH = 100_000;

/** cel-spec: RESERVED. They cannot be identifiers, but may be fields. */
const RESERVED: ReadonlySet<string> = new Set([
  'as',
  'break',
  'const',
  'continue',
  'else',
  'false',
  'for',
  'function',
  'if',
  'import',
  'in',
  'let',
  'loop',
  'package',
  'namespace',
  'null',
  'return',
  'true',
  'var',
  'void',
  'while',
]);

export function parse(text: string): Expr {
  if (text.length > MAX_LENGTH)
    throw new CompileFailure(`expression code point size exceeds limit: size: ${text.length}, limit ${MAX_LENGTH}`, 0);
  const expr = new Parser(lex(text)).whole();
  checkDepth(expr);
  return expr;
}

/** Chains (`a + b + …`, `a.b.…`) nest without brackets: whoever walks the tree must find the ground before the stack ends. */
function checkDepth(whole: Expr): void {
  const open: { readonly expr: Expr; readonly depth: number }[] = [{ expr: whole, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { expr, depth } = next;
    if (depth > MAX_DEPTH * 2) throw new CompileFailure(`expression recursion limit exceeded: ${MAX_DEPTH}`, expr.at);
    for (const child of childrenOf(expr)) open.push({ expr: child, depth: depth + 1 });
  }
}

interface Operator {
  readonly text: string;
  readonly at: number;
}

/** Terms joined by `&&` or `||` as a tree of little depth, in their order. cel-go: parser/helper.go, balancedTree. */
function balanced(terms: readonly Expr[], operators: readonly Operator[]): Expr {
  const [first] = terms;
  const middle = operators.length >> 1;
  const operator = operators[middle];
  if (operator === undefined) return first as Expr;
  const left = balanced(terms.slice(0, middle + 1), operators.slice(0, middle));
  const right = balanced(terms.slice(middle + 1), operators.slice(middle + 1));
  return { op: operator.text === '&&' ? 'and' : 'or', left, right, at: operator.at };
}

/** What may begin an expression, in the words of cel-go's parser. */
const EXPRESSION = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** Binary operators by precedence, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['<', '<=', '>', '>=', '==', '!=', 'in'], ['+', '-'], ['*', '/', '%']];
/** The first of them are `||` and `&&`. */
const LOGIC_LEVELS = 2;
const FUNCTIONS: ReadonlyMap<string, string> = new Map([['in', '@in']]);

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Expr {
    const expr = this.expression();
    const { kind, text, at } = this.peek;
    if (kind !== 'end') throw new CompileFailure(`Syntax error: extraneous input '${text}' expecting <EOF>`, at);
    return expr;
  }

  private get peek(): Token {
    return this.tokens[this.position] ?? { kind: 'end', text: '', at: 0 };
  }

  private next(): Token {
    const token = this.peek;
    this.position += 1;
    return token;
  }

  private is(text: string): boolean {
    const { kind, text: found } = this.peek;
    return found === text && (kind === 'op' || (kind === 'ident' && text === 'in'));
  }

  private accept(text: string): Token | undefined {
    return this.is(text) ? this.next() : undefined;
  }

  private expect(text: string): Token {
    return this.accept(text) ?? this.unexpected(text);
  }

  private unexpected(wanted?: string): never {
    const { kind, text, at } = this.peek;
    const found = kind === 'end' ? '<EOF>' : text;
    if (wanted === ')' && kind === 'end') throw new CompileFailure(`Syntax error: missing ')' at '<EOF>'`, at);
    const expecting = wanted === undefined ? EXPRESSION : wanted === ']' || wanted === '}' ? `{'${wanted}', ','}` : `'${wanted}'`;
    throw new CompileFailure(`Syntax error: mismatched input '${found}' expecting ${expecting}`, at);
  }

  private expression(): Expr {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new CompileFailure(`expression recursion limit exceeded: ${MAX_DEPTH}`, this.peek.at);
    const test = this.binary(0);
    const question = this.accept('?');
    let expr = test;
    if (question !== undefined) {
      const yes = this.binary(0);
      this.expect(':');
      expr = { op: 'cond', test, yes, no: this.expression(), at: question.at };
    }
    this.depth -= 1;
    return expr;
  }

  private binary(level: number): Expr {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    const terms = [this.binary(level + 1)];
    const between: Operator[] = [];
    for (let operator = this.operator(operators); operator !== undefined; operator = this.operator(operators)) {
      between.push(operator);
      terms.push(this.binary(level + 1));
    }
    if (level < LOGIC_LEVELS) return balanced(terms, between);
    return terms.reduce((left, right, index) => {
      const { text, at } = between[index - 1] as Operator;
      return { op: 'call', name: FUNCTIONS.get(text) ?? `_${text}_`, target: undefined, args: [left, right], at };
    });
  }

  private operator(operators: readonly string[]): Operator | undefined {
    const text = operators.find((candidate) => this.is(candidate));
    return text === undefined ? undefined : { text, at: this.next().at };
  }

  private unary(): Expr {
    const operator = this.accept('!') ?? this.accept('-');
    if (operator === undefined) return this.member();
    let count = 1;
    while (this.accept(operator.text) !== undefined) count += 1;
    const number = this.peek;
    // A minus belongs to the number behind it, which is how the smallest int can be written.
    if (operator.text === '-' && count % 2 === 1 && (number.kind === 'int' || number.kind === 'double')) {
      this.position += 1;
      const value = numberValue(number, '-');
      return this.members({ op: 'const', value, at: operator.at });
    }
    const operand = this.member();
    if (count % 2 === 0) return operand;
    return { op: 'call', name: operator.text === '!' ? '!_' : '-_', target: undefined, args: [operand], at: operator.at };
  }

  private member(): Expr {
    return this.members(this.primary());
  }

  private members(start: Expr): Expr {
    let expr = start;
    for (;;) {
      const dot = this.accept('.') ?? this.accept('.?');
      if (dot !== undefined) {
        expr = this.field(expr, dot);
        continue;
      }
      const bracket = this.accept('[') ?? this.accept('[?');
      if (bracket === undefined) return expr;
      const index = this.expression();
      this.expect(']');
      expr = { op: 'index', operand: expr, index, optional: bracket.text === '[?', at: bracket.at };
    }
  }

  private field(operand: Expr, dot: Token): Expr {
    const name = this.next();
    if (name.kind !== 'ident') throw new CompileFailure(`Syntax error: no viable alternative at input '.${name.text}'`, name.at);
    const optional = dot.text === '.?';
    const open = optional ? undefined : this.accept('(');
    if (open === undefined) return { op: 'select', operand, field: name.text, test: false, optional, at: dot.at };
    const args = this.list(')');
    const call = { op: 'call', name: name.text, target: operand, args, at: open.at } as const;
    return expandMacro(call) ?? call;
  }

  /** Expressions up to the closing bracket, a trailing comma allowed. */
  private list(close: string): readonly Expr[] {
    const items: Expr[] = [];
    while (!this.is(close)) {
      items.push(this.expression());
      if (this.accept(',') === undefined) break;
      if (close === ')' && this.is(close)) this.unexpected();
    }
    this.expect(close);
    return items;
  }

  private primary(): Expr {
    const token = this.next();
    switch (token.kind) {
      case 'int':
      case 'uint':
      case 'double':
        return { op: 'const', value: numberValue(token, ''), at: token.at };
      case 'string':
        return { op: 'const', value: token.text, at: token.at };
      case 'bytes':
        return { op: 'const', value: Uint8Array.from(token.text, (char) => char.charCodeAt(0)), at: token.at };
      case 'ident':
        return this.identifier(token);
      case 'op':
        return this.bracketed(token);
      default:
        this.position -= 1;
        return this.unexpected();
    }
  }

  private identifier({ text, at }: Token): Expr {
    if (text === 'true' || text === 'false') return { op: 'const', value: text === 'true', at };
    if (text === 'null') return { op: 'const', value: null, at };
    if (RESERVED.has(text)) throw new CompileFailure(`reserved identifier: ${text}`, at);
    const open = this.accept('(');
    if (open === undefined) return { op: 'ident', name: text, at };
    const call = { op: 'call', name: text, target: undefined, args: this.list(')'), at: open.at } as const;
    return expandMacro(call) ?? call;
  }

  private bracketed(token: Token): Expr {
    switch (token.text) {
      case '(': {
        const expr = this.expression();
        this.expect(')');
        return expr;
      }
      case '[':
      case '[?':
        return this.listLiteral(token);
      case '{':
        return this.mapLiteral(token);
      case '.':
        return this.identifier(this.next());
      default:
        this.position -= 1;
        return this.unexpected();
    }
  }

  private listLiteral(open: Token): Expr {
    const items: { value: Expr; optional: boolean }[] = [];
    let optional = open.text === '[?';
    while (!this.is(']')) {
      optional = this.accept('?') !== undefined || optional;
      items.push({ value: this.expression(), optional });
      optional = false;
      if (this.accept(',') === undefined) break;
    }
    this.expect(']');
    return { op: 'list', items, at: open.at };
  }

  private mapLiteral(open: Token): Expr {
    const entries: { key: Expr; value: Expr; optional: boolean }[] = [];
    while (!this.is('}')) {
      const optional = this.accept('?') !== undefined;
      const key = this.expression();
      this.expect(':');
      entries.push({ key, value: this.expression(), optional });
      if (this.accept(',') === undefined) break;
    }
    this.expect('}');
    return { op: 'map', entries, at: open.at };
  }
}

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

function numberValue(token: Token, sign: '' | '-'): bigint | number | CelUint {
  if (token.kind === 'double') return Number(sign + token.text);
  const size = BigInt(token.text.replace(/[uU]$/, ''));
  if (token.kind === 'uint') {
    if (size > MAX_UINT) throw new CompileFailure('invalid uint literal', token.at);
    return new CelUint(size);
  }
  if (size > MAX_INT + (sign === '-' ? 1n : 0n)) throw new CompileFailure('invalid int literal', token.at);
  return sign === '-' ? -size : size;
}
