/**
 * A field row as a structural OpenAPI v3 schema with CEL rules, as a CustomResourceDefinition holds it.
 * Kubernetes: structural-schema rules (one type per node, no type inside allOf/anyOf) and CEL cost limits; hence every list, map and string is bounded.
 */
import { assertNever } from '../../std/index.ts';
import { record, type Json, type JsonObject } from '../../core/object/index.ts';
import { rulesOf } from './rules.ts';
import type { Field, ListNode, Node, ObjectNode, Presence, StringNode } from './field.ts';

/** The schema of a field, its default included. */
export function openapi(field: Field<unknown, Presence>): JsonObject {
  const schema = nodeSchema(field.node);
  return field.default === undefined ? schema : { ...schema, default: field.default };
}

/** The schema of a node without a default. */
export function nodeSchema(node: Node): JsonObject {
  switch (node.type) {
    case 'string':
      return stringSchema(node);
    case 'integer':
      return { ...head(node, 'integer'), format: 'int64', minimum: node.minimum, maximum: node.maximum };
    case 'boolean':
      return head(node, 'boolean');
    case 'array':
      return listSchema(node);
    case 'map':
      return { ...head(node, 'object'), additionalProperties: nodeSchema(node.values), maxProperties: node.maxProperties };
    case 'free':
      return { ...head(node, 'object'), 'x-kubernetes-preserve-unknown-fields': true };
    case 'object':
      return objectSchema(node);
    default:
      return assertNever(node);
  }
}

function head(node: Node, type: string): JsonObject {
  const rules = rulesOf(node);
  return {
    description: node.doc,
    type,
    ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules.map(({ rule, message }) => ({ rule, message })) }),
  };
}

function stringSchema(node: StringNode): JsonObject {
  if (node.enum !== undefined) return { ...head(node, 'string'), enum: node.enum };
  return {
    ...head(node, 'string'),
    ...(node.format === undefined ? { maxLength: node.maxLength } : { format: node.format }),
    ...(node.minLength > 0 && node.format === undefined ? { minLength: node.minLength } : {}),
    ...(node.pattern === undefined ? {} : { pattern: node.pattern }),
  };
}

function listSchema(node: ListNode): JsonObject {
  const keyed = typeof node.merge !== 'string';
  return {
    ...head(node, 'array'),
    items: nodeSchema(node.items),
    maxItems: node.maxItems,
    ...(node.minItems > 0 ? { minItems: node.minItems } : {}),
    'x-kubernetes-list-type': keyed ? 'map' : (node.merge as string),
    ...(keyed ? { 'x-kubernetes-list-map-keys': node.merge as readonly string[] } : {}),
  };
}

function objectSchema(node: ObjectNode): JsonObject {
  const entries = Object.entries(node.fields);
  const required = entries.filter(([, field]) => field.presence === 'required').map(([name]) => name);
  return {
    ...head(node, 'object'),
    properties: record(entries.map(([name, field]): readonly [string, Json] => [name, openapi(field)])),
    ...(required.length === 0 ? {} : { required }),
  };
}
