/**
 * `${VAR}` substitution with the string functions of the shell, as Flux does it after a build (fluxcd/pkg: envsubst; drone/envsubst).
 * In: text or an object, and variables. Out: the text or object with values put in, and every problem. Never: reads the environment, prints a value.
 */
export { substitute, type SubstituteOptions } from './evaluate.ts';
export { substituteObject } from './object.ts';
export { mergeVariables, type Variables } from './variables.ts';
