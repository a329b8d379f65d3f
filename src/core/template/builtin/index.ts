/**
 * The functions every Go template has.
 * In: nothing. Out: a table of functions. Never: knows sprig or Helm.
 */
export { builtins } from './functions.ts';
