/**
 * The functions of Masterminds/sprig that Helm exposes (all but `env` and `expandenv`).
 * In: a host for time, randomness, keys and zones. Out: a table of functions. Never: reads the environment, the clock or the network.
 */
export { base64 } from './base.ts';
export { sprigFunctions } from './functions.ts';
export type { SprigHost } from './host.ts';
export { itemsOf } from './convert.ts';
