/**
 * Differences between two states of an object.
 * In: two objects, the key that masks secrets. Out: changed fields; whether an apply would change anything. Never: a secret value.
 */
export { appliesToNothing, changesBetween, sameIntent, type ChangeOptions, type ForetellOptions } from './changes.ts';
