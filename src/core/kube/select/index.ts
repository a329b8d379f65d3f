/**
 * Selecting objects by fields (labels: `core/object/selector`). In: selector texts and objects. Out: tests, or the server's error text. Never: lists anything.
 */
export { compileFields, type FieldTerm, parseFieldSelector, type Selectable } from './fields.ts';
