/**
 * What Kubernetes knows about types: fields, list kinds, merge keys, patch strategies, defaults, and which resources are served.
 * In: OpenAPI documents, CRD schemas, structured-merge-diff schemas, or the table shipped with the product.
 * Out: `TypeNode` graphs found by kind. Never: looks at an object, validates or changes one.
 */
export type { FieldType, JsonType, ListType, MapType, ScalarKind, TypeNode, Untyped } from './types.ts';
export { untypedNodes } from './types.ts';
export { type Resource, type Subresource } from './resources.ts';
export { type Schema, joinSchemas, openApiSchema } from './schema.ts';
export type { OpenApiOptions } from './openapi.ts';
export { type CustomTypeOptions, customType } from './crd.ts';
export { smdTypes } from './smd.ts';
export { type SchemaTable, encodeTable } from './table.ts';
export { builtinSchema } from './builtin.ts';
export { alwaysWritten, leftOut } from './written.table.ts';
export { fillZero, zeroValue } from './zero.ts';
