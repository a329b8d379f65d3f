/**
 * values.schema.json: JSON Schema of every draft, with the messages Helm 4 shows.
 * In: a chart and its coalesced values. Out: what is wrong with them or with the schema, as text. Never: fetches a schema; remote references are errors,
 * `urn:` ones allow everything.
 */
export { SchemaCache, schemaProblem, validateValues } from './charts.ts';
export { defaultSchemaSteps } from './validate.ts';
