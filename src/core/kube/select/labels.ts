/** Label selectors: the query grammar and the `matchLabels`/`matchExpressions` form. Kubernetes: apimachinery pkg/labels/selector.go. */
import { type JsonObject, getKey, isObject } from '../../object/index.ts';

export type LabelMap = { readonly [key: string]: string };

export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

const token = /\s*(==|!=|=|!|,|\(|\)|<|>|[^\s=!,()<>]+)/y;

class Lexer {
  readonly #tokens: string[] = [];
  #at = 0;
  constructor(text: string) {
    token.lastIndex = 0;
    for (let match = token.exec(text); match !== null; match = token.exec(text)) this.#tokens.push(match[1] as string);
  }
  peek(): string {
    return this.#tokens[this.#at] ?? '';
  }
  next(): string {
    return this.#tokens[this.#at++] ?? '';
  }
}

const isWord = (text: string): boolean => text !== '' && !/^(==|!=|=|!|,|\(|\)|<|>)$/.test(text);

/** The requirements of a selector text, or Go's error text. */
export function parseLabelSelector(text: string): readonly Requirement[] | { readonly error: string } {
  const lexer = new Lexer(text);
  const requirements: Requirement[] = [];
  while (lexer.peek() !== '') {
    const parsed = parseRequirement(lexer);
    if ('error' in parsed) return { error: `unable to parse requirement: ${parsed.error}` };
    requirements.push(parsed);
    if (lexer.peek() === '') break;
    const comma = lexer.next();
    if (comma !== ',') return { error: `unable to parse requirement: found '${comma}', expected: ',' or 'end of string'` };
    if (!isWord(lexer.peek()) && lexer.peek() !== '!')
      return { error: `unable to parse requirement: found '${lexer.peek()}', expected: identifier after ','` };
  }
  return requirements;
}

function parseRequirement(lexer: Lexer): Requirement | { readonly error: string } {
  const negated = lexer.peek() === '!';
  if (negated) lexer.next();
  const key = lexer.next();
  if (!isWord(key)) return { error: `found '${key}', expected: identifier` };
  const problem = labelKeyProblem(key);
  if (problem !== undefined) return { error: problem };
  if (negated) return { key, operator: '!', values: [] };
  const after = lexer.peek();
  if (after === '' || after === ',') return { key, operator: 'exists', values: [] };
  return parseOperator(key, lexer);
}

function parseOperator(key: string, lexer: Lexer): Requirement | { readonly error: string } {
  const operator = lexer.next();
  switch (operator) {
    case '=':
    case '==':
      return checked({ key, operator: 'in', values: [singleValue(lexer)] });
    case '!=':
      return checked({ key, operator: 'notin', values: [singleValue(lexer)] });
    case '>':
    case 'gt':
      return checked({ key, operator: 'gt', values: [singleValue(lexer)] });
    case '<':
    case 'lt':
      return checked({ key, operator: 'lt', values: [singleValue(lexer)] });
    case 'in':
    case 'notin': {
      const values = valueSet(lexer);
      return 'error' in values ? values : checked({ key, operator, values });
    }
    default:
      return { error: `found '${operator}', expected: in, notin, =, ==, !=, gt, lt` };
  }
}

const singleValue = (lexer: Lexer): string => (isWord(lexer.peek()) ? lexer.next() : '');

function valueSet(lexer: Lexer): readonly string[] | { readonly error: string } {
  if (lexer.next() !== '(') return { error: `found '${lexer.peek()}' expected: '('` };
  const values: string[] = [];
  for (;;) {
    const found = lexer.next();
    if (found === ')') return values.length === 0 ? [''] : values;
    if (found === '') return { error: `found '', expected: ',', ')' or identifier` };
    if (found === ',') continue;
    values.push(found);
  }
}

const namePart = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What is wrong with a label key in a selector, worded as the server does. */
function labelKeyProblem(key: string): string | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (name.length <= 63 && namePart.test(name)) return undefined;
  return `key: Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`;
}

function checked(requirement: Requirement): Requirement | { readonly error: string } {
  const { operator, values } = requirement;
  const bad = values.findIndex((value) => value.length > 63 || (value !== '' && !namePart.test(value)));
  if (bad >= 0) {
    return {
      error: `values[${bad}][${requirement.key}]: Invalid value: ${JSON.stringify(values[bad])}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    };
  }
  if ((operator === 'gt' || operator === 'lt') && !/^-?\d+$/.test(values[0] ?? '')) {
    return {
      error: `values[0][${requirement.key}]: Invalid value: ${JSON.stringify(values[0])}: for 'Gt', 'Lt' operators, the value must be an integer`,
    };
  }
  return requirement;
}

function holds({ key, operator, values }: Requirement, labels: LabelMap): boolean {
  const value = getKey(labels, key);
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(values[0]);
    case 'lt':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(values[0]);
  }
}

export const matchesLabels = (requirements: readonly Requirement[], labels: LabelMap | undefined): boolean =>
  requirements.every((requirement) => holds(requirement, labels ?? {}));

const expressionOperators: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** A `metav1.LabelSelector`; absent selects nothing, an empty one everything. */
export function selectorRequirements(selector: JsonObject | undefined): readonly Requirement[] | undefined {
  if (selector === undefined) return undefined;
  const labels = isObject(selector.matchLabels) ? Object.entries(selector.matchLabels) : [];
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  return [
    ...labels.map(([key, value]): Requirement => ({ key, operator: 'in', values: [String(value)] })),
    ...expressions.filter(isObject).map((expression): Requirement => ({
      key: String(expression.key),
      operator: expressionOperators[String(expression.operator)] ?? 'in',
      values: Array.isArray(expression.values) ? expression.values.map(String) : [],
    })),
  ];
}
