/**
 * Validation of built-in kinds. In: a prepared object and, on update, the live one. Out: field errors and warnings with the server's texts.
 * Never: looks at other objects.
 */
export { namespaceFinalizerErrors } from './cluster.ts';
export { builtinErrors, builtinPartErrors, builtinUpdateErrors } from './validate.ts';
export { builtinStatusErrors } from './statuses.ts';
export { podBindingErrors, reviewErrors, tokenRequestErrors } from './reviews.ts';
