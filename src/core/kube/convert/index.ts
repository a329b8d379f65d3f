/**
 * Versions of built-in types. In: an object and a version. Out: the object in that version. Never: converts custom resources by webhook.
 */
export { convertTo } from './convert.ts';
