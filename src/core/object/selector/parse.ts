/** Reading selectors. Source: apimachinery pkg/labels/selector.go (Parser), pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector). */
import { type Result, err, ok } from '../../../std/index.ts';
import type { Json } from '../json.ts';
import { isObject } from '../record.ts';
import { compareText, goQuote } from '../value/index.ts';
import { labelKeyErrors } from './names.ts';
import { type Operator, type Requirement, type Selector, requirement } from './requirement.ts';

/** `end`: the end of the text. `error`: characters that are no operator. Words are identifiers, also `in` and `notin`. */
type Kind = 'word' | ')' | ',' | '!' | '==' | '=' | '>' | '<' | '!=' | '(' | 'end' | 'error';

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const SYMBOLS = '=!(),<>';
const OPERATORS: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const SPACE = ' \t\r\n';

function tokens(text: string): Token[] {
  const result: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (SPACE.includes(char)) {
      at += 1;
      continue;
    }
    const token = SYMBOLS.includes(char) ? symbol(text, at) : word(text, at);
    result.push(token.token);
    at = token.end;
  }
  return [...result, { kind: 'end', text: '' }];
}

/** The longest operator at this place. */
function symbol(text: string, start: number): { token: Token; end: number } {
  let end = start;
  let last: Kind | undefined;
  while (end < text.length && SYMBOLS.includes(text.charAt(end))) {
    const longer = text.slice(start, end + 1);
    if (OPERATORS.has(longer)) last = longer as Kind;
    else if (last !== undefined) break;
    end += 1;
  }
  const found = text.slice(start, end);
  return {
    token: last === undefined ? { kind: 'error', text: `error expected: keyword found '${found}'` } : { kind: last, text: last },
    end,
  };
}

function word(text: string, start: number): { token: Token; end: number } {
  let end = start;
  while (end < text.length && !SYMBOLS.includes(text.charAt(end)) && !SPACE.includes(text.charAt(end))) end += 1;
  return { token: { kind: 'word', text: text.slice(start, end) }, end };
}

/** Stops with a message; never leaves this file. */
class Unparsable extends Error {}

/** Reads a selector. The error is the message of the API server's 400 answer. */
export function parseSelector(text: string): Result<readonly Requirement[], string> {
  const parser = new Parser(tokens(text));
  try {
    return ok(parser.parse().toSorted((a, b) => compareText(a.key, b.key)));
  } catch (error) {
    if (error instanceof Unparsable) return err(error.message);
    throw error;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#next;
    this.#at += 1;
    return token;
  }

  parse(): Requirement[] {
    const result: Requirement[] = [];
    for (;;) {
      const { kind, text } = this.#next;
      if (kind === 'end') return result;
      if (kind !== 'word' && kind !== '!') throw new Unparsable(`found '${text}', expected: !, identifier, or 'end of string'`);
      result.push(this.#requirement());
      const after = this.#take();
      if (after.kind === 'end') return result;
      if (after.kind !== ',') throw new Unparsable(`found '${after.text}', expected: ',' or 'end of string'`);
      const next = this.#next;
      if (next.kind !== 'word' && next.kind !== '!') throw new Unparsable(`found '${next.text}', expected: identifier after ','`);
    }
  }

  #requirement(): Requirement {
    const parsed = this.#attempt();
    if (!parsed.ok) throw new Unparsable(`unable to parse requirement: ${parsed.error}`);
    return parsed.value;
  }

  #attempt(): Result<Requirement, string> {
    const absent = this.#next.kind === '!';
    if (absent) this.#take();
    const { kind, text: key } = this.#take();
    if (kind !== 'word') return err(`found '${key}', expected: identifier`);
    const wrong = labelKeyErrors(key);
    if (wrong.length > 0) return err(`<nil>: Invalid value: ${goQuote(key)}: ${wrong.join('; ')}`);
    const alone = this.#next.kind === 'end' || this.#next.kind === ',';
    if (absent) return requirement(key, '!', []);
    if (alone) return requirement(key, 'exists', []);
    const operator = this.#operator();
    if (!operator.ok) return operator;
    const values = operator.value === 'in' || operator.value === 'notin' ? this.#values() : this.#exactValue();
    return values.ok ? requirement(key, operator.value, [...new Set(values.value)].sort(compareText)) : values;
  }

  #operator(): Result<Operator, string> {
    const { kind, text } = this.#take();
    if (kind === 'word' && (text === 'in' || text === 'notin')) return ok(text);
    if (kind === '=' || kind === '==' || kind === '!=') return ok(kind);
    if (kind === '>') return ok('gt');
    if (kind === '<') return ok('lt');
    return err(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  #exactValue(): Result<string[], string> {
    if (this.#next.kind === 'end' || this.#next.kind === ',') return ok(['']);
    const { kind, text } = this.#take();
    return kind === 'word' ? ok([text]) : err(`found '${text}', expected: identifier`);
  }

  #values(): Result<string[], string> {
    const open = this.#take();
    if (open.kind !== '(') return err(`found '${open.text}' expected: '('`);
    const first = this.#next;
    if (first.kind === ')') {
      this.#take();
      return ok(['']);
    }
    if (first.kind !== 'word' && first.kind !== ',') return err(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.#list();
    if (!values.ok) return values;
    return this.#take().kind === ')' ? values : err(`found '${first.text}', expected: ')'`);
  }

  #list(): Result<string[], string> {
    const values: string[] = [];
    for (;;) {
      const { kind, text } = this.#take();
      const next = this.#next;
      if (kind === 'word') {
        values.push(text);
        if (next.kind === ')') return ok(values);
        if (next.kind !== ',') return err(`found '${next.text}', expected: ',' or ')'`);
      } else if (kind === ',') {
        // Nothing before, between or after commas is the empty value.
        if (values.length === 0 || next.kind === ',' || next.kind === ')') values.push('');
        if (next.kind === ')') return ok(values);
      } else return err(`found '${text}', expected: ',', or identifier`);
    }
  }
}

const EXPRESSION_OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);
const NODE_OPERATORS: ReadonlyMap<string, Operator> = new Map([...EXPRESSION_OPERATORS, ['Gt', 'gt'], ['Lt', 'lt']]);

const textsOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** Reads the object form. An absent selector matches nothing, an empty one everything. */
export function selectorOf(value: Json | undefined): Result<Selector, string> {
  if (!isObject(value)) return ok('nothing');
  const result: Requirement[] = [];
  const labels = isObject(value.matchLabels) ? Object.entries(value.matchLabels) : [];
  for (const [key, label] of labels) {
    const parsed = requirement(key, '=', [typeof label === 'string' ? label : '']);
    if (!parsed.ok) return parsed;
    result.push(parsed.value);
  }
  const expressions = requirementsIn(value.matchExpressions, EXPRESSION_OPERATORS);
  return expressions.ok ? ok([...result, ...expressions.value].toSorted((a, b) => compareText(a.key, b.key))) : expressions;
}

/** Reads `matchExpressions` or `matchFields` of a term that selects nodes, which may also compare numbers. */
export const nodeSelectorOf = (expressions: Json | undefined): Result<readonly Requirement[], string> =>
  requirementsIn(expressions, NODE_OPERATORS);

function requirementsIn(expressions: Json | undefined, operators: ReadonlyMap<string, Operator>): Result<readonly Requirement[], string> {
  const result: Requirement[] = [];
  for (const expression of Array.isArray(expressions) ? (expressions as readonly Json[]) : []) {
    const item = isObject(expression) ? expression : {};
    const name = typeof item.operator === 'string' ? item.operator : '';
    const operator = operators.get(name);
    if (operator === undefined) return err(`${goQuote(name)} is not a valid label selector operator`);
    const parsed = requirement(typeof item.key === 'string' ? item.key : '', operator, textsOf(item.values));
    if (!parsed.ok) return parsed;
    result.push(parsed.value);
  }
  return ok(result);
}
