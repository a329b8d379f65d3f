/** Field errors: one value per broken rule, and the `Invalid` answer made of them. Kubernetes: apimachinery pkg/util/validation/field/errors.go. */
import { Refusal, type Subject, quote } from './status.ts';

export type FieldErrorKind =
  'Required' | 'Invalid' | 'NotSupported' | 'Duplicate' | 'Forbidden' | 'TooLong' | 'TooMany' | 'TypeInvalid' | 'Internal' | 'NotFound';

export interface FieldError {
  readonly kind: FieldErrorKind;
  /** `spec.template.spec.containers[0].image`; `<nil>` for none. */
  readonly field: string;
  /** The full text after `field: `. */
  readonly text: string;
  /** It was wrong before and did not change: no error, but the client is warned of it. */
  readonly tolerated?: true;
}

const reasons: Readonly<Record<FieldErrorKind, string>> = {
  Required: 'FieldValueRequired',
  Invalid: 'FieldValueInvalid',
  NotSupported: 'FieldValueNotSupported',
  Duplicate: 'FieldValueDuplicate',
  Forbidden: 'FieldValueForbidden',
  TooLong: 'FieldValueTooLong',
  TooMany: 'FieldValueTooMany',
  TypeInvalid: 'FieldValueTypeInvalid',
  Internal: 'InternalError',
  NotFound: 'FieldValueNotFound',
};

/** How Go prints a bad value in these messages: strings quoted, numbers and booleans bare, structures as JSON. */
export function goValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || value === undefined) return '"null"';
  if (typeof value === 'object')
    return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner));
  return String(value);
}

export const fieldError = {
  required: (field: string, detail: string): FieldError => ({
    kind: 'Required',
    field,
    text: detail === '' ? 'Required value' : `Required value: ${detail}`,
  }),
  invalid: (field: string, value: unknown, detail: string): FieldError => ({
    kind: 'Invalid',
    field,
    text: `Invalid value: ${goValue(value)}: ${detail}`,
  }),
  typeInvalid: (field: string, value: unknown, detail: string): FieldError => ({
    kind: 'TypeInvalid',
    field,
    text: `Invalid value: ${goValue(value)}: ${detail}`,
  }),
  notSupported: (field: string, value: unknown, supported: readonly string[]): FieldError => ({
    kind: 'NotSupported',
    field,
    text: `Unsupported value: ${goValue(value)}: supported values: ${supported.map(quote).join(', ')}`,
  }),
  duplicate: (field: string, value: unknown): FieldError => ({ kind: 'Duplicate', field, text: `Duplicate value: ${goValue(value)}` }),
  /** For values whose Go print the caller already knows. */
  raw: (kind: FieldErrorKind, field: string, text: string): FieldError => ({ kind, field, text }),
  forbidden: (field: string, detail: string): FieldError => ({ kind: 'Forbidden', field, text: `Forbidden: ${detail}` }),
  notFound: (field: string, value: unknown): FieldError => ({ kind: 'NotFound', field, text: `Not found: ${goValue(value)}` }),
  tooLong: (field: string, max: number): FieldError => ({ kind: 'TooLong', field, text: `Too long: may not be more than ${max} bytes` }),
  tooMany: (field: string, actual: number, max: number): FieldError => ({
    kind: 'TooMany',
    field,
    text: `Too many: ${actual}: must have at most ${max} items`,
  }),
};

/** `Deployment.apps "x" is invalid: …`; identical errors are listed once in the message and every time in the causes. */
export function invalid(subject: Pick<Subject, 'group' | 'kind'>, name: string, errors: readonly FieldError[]): Refusal {
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.text}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new Refusal(422, 'Invalid', `${kind} ${quote(name)} is invalid: ${list}`, {
    details: {
      name,
      group: subject.group,
      kind: subject.kind,
      causes: errors.map((error) => ({ reason: reasons[error.kind], message: error.text, field: error.field })),
    },
  });
}
