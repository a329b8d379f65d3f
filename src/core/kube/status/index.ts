/**
 * Kubernetes Status answers. In: what went wrong. Out: `Refusal`s with the exact code, reason, message and causes. Never: decides whether it is wrong.
 */
export { type Cause, quote, Refusal, refuse, type StatusDetails, statusOf, type Subject, successStatus } from './status.ts';
export { type FieldError, fieldError, type FieldErrorKind, goValue, invalid } from './field-error.ts';
