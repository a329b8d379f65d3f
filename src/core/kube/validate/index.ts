/**
 * Validation of built-in kinds. In: a prepared object and, on update, the live one. Out: field errors and warnings with the server's texts.
 * Never: looks at other objects.
 */
export { builtinErrors, builtinPartErrors, builtinUpdateErrors, namespaceFinalizerErrors } from './validate.ts';
export { builtinStatusErrors } from './statuses.ts';
export { podBindingErrors, reviewErrors, tokenRequestErrors } from './reviews.ts';
