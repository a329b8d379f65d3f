/**
 * The functions Helm adds to sprig, and the whole table charts are rendered with.
 * In: a host. Out: a table of functions. Never: knows charts, values or manifests.
 */
export { DocumentCache } from './documents.ts';
export { encodeYaml } from './formats.ts';
export { helmFunctions } from './functions.ts';
export { type HelmHost, withoutNoValue } from './engine.ts';
