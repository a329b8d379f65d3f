/** Filters of paths: `?(@.name == "x" && @.port)`. Source: vmware-labs/yaml-jsonpath pkg/yamlpath/filter.go. */
import { err, ok, type Result } from '../../std/index.ts';
import type { Json } from '../object/index.ts';

type Operand = { readonly kind: 'path'; readonly path: string } | { readonly kind: 'value'; readonly value: Json };

export type Condition =
  | Operand
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'matches'; readonly left: Operand; readonly pattern: string };

const token =
  /\s*(?:(&&|\|\||==|!=|<=|>=|=~|[!()<>])|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\/(?:[^/\\]|\\.)*\/)|([@$](?:\.[^\s.[\]()=!<>&|~]+|\.\.|\[(?:"[^"]*"|'[^']*'|[^\]"'])*\])*)|([^\s()=!<>&|~]+))\s*/y;

interface Token {
  readonly kind: 'operator' | 'text' | 'pattern' | 'path' | 'word';
  readonly text: string;
}

function tokens(text: string): Token[] | undefined {
  const result: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, operator, string, pattern, path, word] = match;
    if (operator !== undefined) result.push({ kind: 'operator', text: operator });
    else if (string !== undefined) result.push({ kind: 'text', text: string.slice(1, -1).replaceAll(/\\(.)/g, '$1') });
    else if (pattern !== undefined) result.push({ kind: 'pattern', text: pattern.slice(1, -1).replaceAll(String.raw`\/`, '/') });
    else if (path !== undefined) result.push({ kind: 'path', text: path });
    else result.push({ kind: 'word', text: word ?? '' });
  }
  return result;
}

const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(list: readonly Token[]) {
    this.tokens = list;
  }

  get isDone(): boolean {
    return this.at === this.tokens.length;
  }

  private take(text: string): boolean {
    const next = this.tokens[this.at];
    if (next?.kind !== 'operator' || next.text !== text) return false;
    this.at++;
    return true;
  }

  or(): Condition | undefined {
    return this.chain('||', 'or', () => this.chain('&&', 'and', () => this.unary()));
  }

  private chain(operator: string, kind: 'and' | 'or', part: () => Condition | undefined): Condition | undefined {
    const parts: Condition[] = [];
    do {
      const next = part();
      if (next === undefined) return undefined;
      parts.push(next);
    } while (this.take(operator));
    return parts.length === 1 ? parts[0] : { kind, parts };
  }

  private unary(): Condition | undefined {
    if (this.take('!')) {
      const part = this.unary();
      return part === undefined ? undefined : { kind: 'not', part };
    }
    if (this.take('(')) {
      const inner = this.or();
      return this.take(')') ? inner : undefined;
    }
    const left = this.operand();
    if (left === undefined) return undefined;
    if (this.take('=~')) {
      const pattern = this.tokens[this.at++];
      return pattern?.kind === 'pattern' ? { kind: 'matches', left, pattern: pattern.text } : undefined;
    }
    const operator = ['==', '!=', '<=', '>=', '<', '>'].find((text) => this.take(text));
    if (operator === undefined) return left;
    const right = this.operand();
    return right === undefined ? undefined : { kind: 'compare', operator, left, right };
  }

  private operand(): Operand | undefined {
    const next = this.tokens[this.at++];
    if (next?.kind === 'path') return { kind: 'path', path: next.text };
    if (next?.kind === 'text') return { kind: 'value', value: next.text };
    if (next?.kind !== 'word') return undefined;
    const word = words.get(next.text);
    if (word !== undefined) return { kind: 'value', value: word };
    const number = Number(next.text);
    return Number.isNaN(number) ? undefined : { kind: 'value', value: number };
  }
}

export function parseFilter(text: string): Result<Condition, string> {
  const list = tokens(text);
  const parser = new Parser(list ?? []);
  const condition = parser.or();
  return list === undefined || condition === undefined || !parser.isDone ? err(`invalid filter ?(${text})`) : ok(condition);
}
