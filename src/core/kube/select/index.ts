/**
 * Selecting objects by labels and fields. In: selector texts and objects. Out: requirements, tests, or the server's error text. Never: lists anything.
 */
export { type LabelMap, matchesLabels, parseLabelSelector, type Requirement, selectorRequirements } from './labels.ts';
export { compileFields, fieldText, type FieldTerm, parseFieldSelector, type Selectable } from './fields.ts';
