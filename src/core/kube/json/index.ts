/**
 * JSON bodies. In: text. Out: the value and its repeated keys, or Go's error text. Never: knows a type.
 */
export { type JsonOutcome, type KeyPlaces, parseJson, type ParsedJson } from './parse.ts';
export { sameJson } from './equal.ts';
export { readYamlAlike } from './yaml-alike.ts';
