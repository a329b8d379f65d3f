/**
 * Custom resources. In: CustomResourceDefinitions, values, schemas. Out: served types, pruned and defaulted values, field errors.
 * Never: stores, serves, runs rules in CEL (see the caller).
 */
export { definitionErrors, definitionUpdateErrors } from './check.ts';
export { CRD_TABLE, type CustomType, customTypes, establishedStatus, storedVersions } from './definition.ts';
export { listErrors } from './lists.ts';
export { applyDefaults, prune, type Pruned, withoutNulls } from './structural.ts';
export { type PatternCache, schemaErrors } from './validate.ts';
