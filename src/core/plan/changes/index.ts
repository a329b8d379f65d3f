/**
 * Differences between two states of an object.
 * In: two objects, the key that masks secrets. Out: changed fields. Never: a secret value.
 */
export { changesBetween, sameIntent, type ChangeOptions } from './changes.ts';
