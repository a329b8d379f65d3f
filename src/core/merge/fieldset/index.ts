/**
 * Sets of field paths: who owns what in an object.
 * In: fieldsV1 objects, paths. Out: sets, set operations, fieldsV1. Never: looks at an object.
 */
export type { KeyField } from '../../object/path/index.ts';
export type { ItemElement, Path, PathElement } from './element.ts';
export { canonicalJson, formatElement, formatPath, keyElement, parseElement, valueElement } from './element.ts';
export { type Branch, FieldSet, SetBuilder } from './set.ts';
export { fromFieldsV1, pathsOf, toFieldsV1 } from './order.ts';
export { type FieldFilter, type PatternPart, applyFilter } from './filter.ts';
