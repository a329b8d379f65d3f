/** Checks that many kinds share, with the server's texts. Kubernetes: pkg/apis/core/validation, apimachinery pkg/apis/meta/v1/validation. */
import { isObject, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { canonicalQuantity, parseQuantity } from '../../object/quantity/index.ts';
import { selectorOf } from '../../object/selector/index.ts';
import { goStringMap, labelErrors, labelProblems, qualifiedNameProblems } from '../meta/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { sameJson } from '../json/index.ts';

export type Errors = readonly FieldError[];

export const IP_HINT = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** A quantity in billionths; what is none counts as zero, which its type's decoder has refused already. */
export const nanosOf = (value: Json | undefined): bigint => {
  const parsed = parseQuantity(String(value ?? '0'));
  return parsed.ok ? parsed.value.nanos : 0n;
};

/** A quantity as messages show it. */
export const shownQuantity = (value: Json | undefined): string => canonicalQuantity(String(value ?? '0')) ?? String(value);

export const problems = (field: string, value: Json, found: readonly string[]): Errors =>
  found.map((problem) => fieldError.invalid(field, value, problem));

export const nonnegative = (value: Json | undefined, field: string): Errors =>
  typeof value === 'number' && value < 0 ? [fieldError.invalid(field, value, 'must be greater than or equal to 0')] : [];

export const portNumber = (value: Json | undefined, field: string): Errors =>
  typeof value === 'number' && (value < 1 || value > 65535)
    ? [fieldError.invalid(field, value, 'must be between 1 and 65535, inclusive')]
    : [];

export const oneOf = (value: Json | undefined, field: string, allowed: readonly string[]): Errors => {
  if (value === undefined || value === '' || value === null) return [fieldError.required(field, '')];
  return typeof value === 'string' && allowed.includes(value) ? [] : [fieldError.notSupported(field, value, allowed)];
};

export const dnsLabel = (value: string, field: string): Errors => problems(field, value, labelProblems(value));

/** Go's `%#v` of a list of texts of a type. */
export const goList = (type: string, values: readonly string[]): string =>
  values.length === 0 ? `[]${type}(nil)` : `[]${type}{${values.map(quote).join(', ')}}`;

/** An invalid list of texts. */
export const badList = (field: string, values: readonly string[], of: { readonly type?: string; readonly why: string }): FieldError =>
  fieldError.raw('Invalid', field, `Invalid value: ${goList(of.type ?? 'string', values)}: ${of.why}`);

const goRequirements = (value: Json | undefined): string => {
  const list = objects(value);
  if (list.length === 0) return '[]v1.LabelSelectorRequirement(nil)';
  const shown = list.map((item) => {
    const values = Array.isArray(item.values)
      ? `[]string{${item.values.map((entry) => quote(String(entry))).join(', ')}}`
      : '[]string(nil)';
    return `v1.LabelSelectorRequirement{Key:${quote(text(item.key))}, Operator:${quote(text(item.operator))}, Values:${values}}`;
  });
  return `[]v1.LabelSelectorRequirement{${shown.join(', ')}}`;
};

const goMapOf = (value: Json | undefined): string => goStringMap(isObject(value) ? value : undefined);

/** Go's `%#v` of a label selector. */
export const goSelector = (selector: JsonObject): string =>
  `v1.LabelSelector{MatchLabels:${goMapOf(selector.matchLabels)}, MatchExpressions:${goRequirements(selector.matchExpressions)}}`;

/** A label selector: keys, values, operators. */
export function selectorErrors(value: Json | undefined, field: string): Errors {
  const selector = objectAt(value);
  const labels = labelErrors(selector.matchLabels, `${field}.matchLabels`);
  const expressions = objects(selector.matchExpressions).flatMap((item, index) => {
    const path = `${field}.matchExpressions[${index}]`;
    const operator = text(item.operator);
    const values = Array.isArray(item.values) ? item.values : [];
    const wrong: FieldError[] = [];
    if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
      wrong.push(fieldError.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
    if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
      wrong.push(fieldError.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
    if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator))
      wrong.push(fieldError.invalid(`${path}.operator`, operator, 'not a valid selector operator'));
    return [...wrong, ...problems(`${path}.key`, text(item.key), qualifiedNameProblems(text(item.key)))];
  });
  return [...labels, ...expressions];
}

export const isEmptySelector = (value: Json | undefined): boolean =>
  Object.keys(objectAt(objectAt(value).matchLabels)).length === 0 && objects(objectAt(value).matchExpressions).length === 0;

/** Whether a selector that can be read selects these labels. */
export function selects(selector: Json | undefined, labels: Json | undefined): boolean {
  // No selector selects nothing.
  if (!isObject(selector ?? null)) return false;
  const parsed = selectorOf(selector);
  if (!parsed.ok || parsed.value === 'nothing') return true;
  const map = objectAt(labels);
  return parsed.value.every((requirement) => {
    const value = typeof map[requirement.key] === 'string' ? (map[requirement.key] as string) : undefined;
    const { operator, values } = requirement;
    if (operator === 'exists') return value !== undefined;
    if (operator === '!') return value === undefined;
    const included = value !== undefined && values.includes(value);
    return operator === 'notin' || operator === '!=' ? !included : included;
  });
}

export const immutable = (next: Json | undefined, live: Json | undefined, field: string): Errors =>
  sameJson(next ?? null, live ?? null) ? [] : [fieldError.invalid(field, next ?? null, 'field is immutable')];

export const immutableSelector = (next: Json | undefined, live: Json | undefined, field: string): Errors =>
  sameJson(next ?? null, live ?? null)
    ? []
    : [
        fieldError.raw(
          'Invalid',
          field,
          `Invalid value: ${isObject(next ?? null) ? goSelector(objectAt(next)) : '"null"'}: field is immutable`,
        ),
      ];

/** A percentage or a number that is not negative. */
export function intOrPercent(value: Json | undefined, field: string): Errors {
  if (typeof value === 'number') return nonnegative(value, field);
  if (typeof value !== 'string') return [];
  if (/^[0-9]+%$/.test(value)) return [];
  const hint =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
  const shown = `intstr.IntOrString{Type:1, IntVal:0, StrVal:${quote(value)}}`;
  return [fieldError.raw('Invalid', field, `Invalid value: ${shown}: ${hint}`)];
}

/** A percentage may not be more than the whole. */
export function overWhole(value: Json | undefined, field: string): Errors {
  if (typeof value !== 'string' || !/^[0-9]+%$/.test(value) || Number(value.slice(0, -1)) <= 100) return [];
  const shown = `intstr.IntOrString{Type:1, IntVal:0, StrVal:${quote(value)}}`;
  return [fieldError.raw('Invalid', field, `Invalid value: ${shown}: must not be greater than 100%`)];
}
