/**
 * Operations on values with a type: validate, merge, compare, fields of a value, take fields out of or from a value.
 * In: a type and plain JSON. Out: plain JSON, field sets, errors as data. Never: knows managers or Kubernetes objects.
 */
export { type Maybe, type TypedError, formatTypedErrors } from './walk.ts';
export { type ValidateOptions, validate } from './validate.ts';
export { toFieldSet, validFieldSet } from './to-field-set.ts';
export { type MergeResult, mergeTyped } from './merge.ts';
export { type Comparison, SAME, compareTyped } from './compare.ts';
export { type ExtractOptions, extractItems, removeItems } from './remove.ts';
export { reconcile } from './reconcile.ts';
