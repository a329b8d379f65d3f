/**
 * The type of a custom resource from the structural schema in its CustomResourceDefinition.
 * Source: apiextensions-apiserver pkg/controller/openapi/builder: metadata, apiVersion and kind are always the real ones.
 */
import { type JsonObject, isObject, withKey } from '../object/index.ts';
import { OpenApiCompiler } from './openapi.ts';
import type { TypeNode } from './types.ts';

export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

export interface CustomTypeOptions {
  /** Finds the built-in ObjectMeta. */
  readonly external: (name: string) => TypeNode | undefined;
  readonly preserveUnknown?: boolean;
  readonly strictKeys?: boolean;
}

/** The type of a CRD version's `schema.openAPIV3Schema`; a version without a schema takes anything beside the usual metadata. */
export function customType(openApiV3Schema: JsonObject | undefined, options: CustomTypeOptions): TypeNode {
  const schema = openApiV3Schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const compiler = new OpenApiCompiler({}, { ...options, keepSource: true });
  return compiler.inlined(withObjectFields(withEmbedded(schema)));
}

/** apiVersion, kind and metadata as every object has them. */
function withObjectFields(schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const text = { type: 'string' };
  const usual = { apiVersion: text, kind: text, metadata: { $ref: `#/components/schemas/${OBJECT_META}` } };
  return withKey(schema, 'properties', { ...properties, ...usual });
}

/** The same for every embedded resource below. Unchanged parts are shared. */
function withEmbedded(schema: JsonObject): JsonObject {
  let result = schema;
  if (isObject(schema.properties)) {
    let properties: JsonObject = schema.properties;
    for (const [name, member] of Object.entries(schema.properties)) {
      if (isObject(member)) properties = withKey(properties, name, withEmbedded(member));
    }
    result = withKey(result, 'properties', properties);
  }
  for (const key of ['items', 'additionalProperties']) {
    const below = schema[key];
    if (isObject(below)) result = withKey(result, key, withEmbedded(below));
  }
  return schema['x-kubernetes-embedded-resource'] === true ? withObjectFields(result) : result;
}
