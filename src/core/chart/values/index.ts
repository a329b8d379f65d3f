/**
 * Values: what the user gave, what the charts bring, and how they are put together.
 * In: files, arguments, charts. Out: one table, or Helm's complaint. Never: changes what it was given.
 */
export { coalesceValues, type CoalesceVariant, helm3Values, helm4Values } from './coalesce.ts';
export { mergeOptions, type ValueFile, valueFilesOf, type ValueOptions } from './options.ts';
export { applySet, setIndex, type SetKind, SetProblem } from './strvals.ts';
export { readJsonPrefix } from './json-prefix.ts';
export { coalesceTables, copyTable, isTable, type NullRule, type Table } from './tables.ts';
