/**
 * What a client is warned of although its object is taken. In: a table, the object, the one it replaces. Out: texts in the order of the real
 * server. Never: refuses anything. Kubernetes: the strategies' WarningsOnCreate and WarningsOnUpdate.
 */
export { warningsOf } from './warnings.ts';
