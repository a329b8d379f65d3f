/** Requirements of a selector: checking them, matching labels against them, writing them. Source: apimachinery pkg/labels/selector.go. */
import { type Result, err, ok } from '../../../std/index.ts';
import { compareText, goQuote } from '../value/index.ts';
import { labelKeyErrors, labelValueErrors } from './names.ts';

export type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** Sorted, without repetition. */
  readonly values: readonly string[];
}

/** All requirements must hold. Empty: everything matches. `nothing`: nothing does (an absent selector object). */
export type Selector = readonly Requirement[] | 'nothing';

const INT64 = /^[+-]?\d{1,19}$/;
const isInt64 = (text: string): boolean =>
  INT64.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''));

const invalid = (field: string, value: string, message: string): string => `${field}: Invalid value: ${value}: ${message}`;

/** A requirement, or everything that is wrong with it in one text. */
export function requirement(key: string, operator: Operator, values: readonly string[]): Result<Requirement, string> {
  const wrongKey = labelKeyErrors(key);
  const errors = wrongKey.length === 0 ? [] : [invalid('key', goQuote(key), wrongKey.join('; '))];
  if ((operator === 'in' || operator === 'notin') && values.length === 0) {
    errors.push(invalid('values', '[]', "for 'in', 'notin' operators, values set can't be empty"));
  }
  if ((operator === 'exists' || operator === '!') && values.length > 0) {
    errors.push(invalid('values', JSON.stringify(values), 'values set must be empty for exists and does not exist'));
  }
  if (operator === 'gt' || operator === 'lt') {
    for (const [index, value] of values.entries()) {
      if (!isInt64(value))
        errors.push(invalid(`values[${index}]`, goQuote(value), "for 'Gt', 'Lt' operators, the value must be an integer"));
    }
  }
  for (const [index, value] of values.entries()) {
    const wrong = labelValueErrors(value);
    if (wrong.length > 0) errors.push(invalid(`values[${index}][${key}]`, goQuote(value), wrong.join('; ')));
  }
  if (errors.length > 0) return err(errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`);
  return ok({ key, operator, values });
}

type Labels = { readonly [key: string]: string } | undefined;

/** Whether labels satisfy a selector. */
export const matchesSelector = (selector: Selector, labels: Labels): boolean =>
  selector !== 'nothing' && selector.every((item) => matchesRequirement(item, labels));

function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt':
      return compares(operator, value, values[0]);
  }
}

function compares(operator: 'gt' | 'lt', value: string | undefined, limit: string | undefined): boolean {
  if (value === undefined || limit === undefined || !isInt64(value) || !isInt64(limit)) return false;
  const [a, b] = [BigInt(value.replace('+', '')), BigInt(limit.replace('+', ''))];
  return operator === 'gt' ? a > b : a < b;
}

/** The text form, sorted by key: `a=b,c in (x,y),!d`. */
export function formatSelector(selector: readonly Requirement[]): string {
  return selector
    .toSorted((a, b) => compareText(a.key, b.key))
    .map(formatRequirement)
    .join(',');
}

function formatRequirement({ key, operator, values }: Requirement): string {
  const list = values.toSorted(compareText).join(',');
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${list})`;
    case 'gt':
      return `${key}>${list}`;
    case 'lt':
      return `${key}<${list}`;
    default:
      return `${key}${operator}${list}`;
  }
}
