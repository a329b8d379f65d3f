/**
 * Create and update rules of the built-in and custom types. In: the object sent and the live one. Out: the object to store. Never: validates.
 */
export { podPart } from './pod-parts.ts';
export { qosClass } from './qos.ts';
export { type KindRule } from './rules.table.ts';
export { type CreationFacts, isNoOp, markDeleted, orderedMeta, prepareCreate, prepareUpdate, ruleOf } from './prepare.ts';
export { bareMetadata, finishBuiltin, converted } from './finish.ts';
export { podSpecPaths } from './pod-paths.table.ts';
