/**
 * Differences between objects and between texts, and hiding of secret values in them.
 * In: two objects with the type of their kind, or two texts. Out: changed fields, or a unified difference. Never: decides what to do about them.
 */
export { type Change, type CompareOptions, compareObjects } from './compare.ts';
export { fingerprint, maskSecret } from './secrets.ts';
export { type UnifiedOptions, unifiedDiff } from './unified.ts';
