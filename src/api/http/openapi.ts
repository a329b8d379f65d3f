/** The OpenAPI 3.1 document of the HTTP API, made from the table of routes. */
import { type Json, type JsonObject, record } from '../../core/object/index.ts';
import { assertNever } from '../../std/index.ts';
import type { Field, Node, Presence } from '../schema/field.ts';
import { routes, type Route } from './routes.table.ts';
import { errorView } from './session.table.ts';

/** Where the API is mounted, on every door. */
export const API_PREFIX = '/api/v1';

export function openapiDocument(version: string): JsonObject {
  const paths = new Map<string, JsonObject>();
  for (const [name, row] of Object.entries(routes) as [string, Route][]) {
    const path = `${API_PREFIX}${row.path}`;
    paths.set(path, { ...paths.get(path), [row.method.toLowerCase()]: operation(name, row) });
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Lockstep', version, description: 'Views of a system kept in lockstep with Git. See docs/http-api.md.' },
    paths: record([...paths]),
    components: {
      schemas: { Error: fieldSchema(errorView) },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'lockstep_session' },
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of the cluster.' },
      },
    },
    security: [{ session: [] }, { bearer: [] }],
  };
}

function operation(name: string, row: Route): JsonObject {
  return {
    operationId: name,
    summary: row.doc,
    ...(row.open === true ? { security: [] } : {}),
    parameters: [...pathParameters(row.path), ...queryParameters(row)],
    ...(row.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: fieldSchema(row.body) } } } }),
    responses: { ...success(row), default: { description: 'What went wrong.', content: json({ $ref: '#/components/schemas/Error' }) } },
  };
}

const json = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });

function success(row: Route): JsonObject {
  if (row.stream === 'text/plain') return { '200': { description: row.doc, content: { 'text/plain': { schema: { type: 'string' } } } } };
  if (row.answer === undefined) return { '204': { description: 'Done.' } };
  const content = row.stream === undefined ? json(fieldSchema(row.answer)) : { [row.stream]: { schema: fieldSchema(row.answer) } };
  return { '200': { description: row.doc, content } };
}

const pathParameters = (path: string): readonly JsonObject[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({ name: match[1] ?? '', in: 'path', required: true, schema: { type: 'string' } }));

const queryParameters = ({ query = {} }: Route): readonly JsonObject[] =>
  Object.entries(query).map(([name, field]) => ({
    name,
    in: 'query',
    required: field.presence === 'required',
    description: field.node.doc,
    schema: fieldSchema(field),
  }));

/** A field as a JSON Schema (2020-12), without what only Kubernetes understands. */
export function fieldSchema(field: Field<unknown, Presence>): JsonObject {
  const schema = nodeSchema(field.node);
  return field.default === undefined ? schema : { ...schema, default: field.default };
}

function nodeSchema(node: Node): JsonObject {
  const description = node.doc;
  switch (node.type) {
    case 'string':
      return {
        description,
        type: 'string',
        ...(node.enum === undefined ? { maxLength: node.maxLength } : { enum: node.enum }),
        ...(node.minLength > 0 && node.enum === undefined ? { minLength: node.minLength } : {}),
        ...(node.format === undefined ? {} : { format: node.format }),
      };
    case 'integer':
      return { description, type: 'integer', minimum: node.minimum, maximum: node.maximum };
    case 'boolean':
      return { description, type: 'boolean' };
    case 'array':
      return { description, type: 'array', items: nodeSchema(node.items), maxItems: node.maxItems };
    case 'map':
      return { description, type: 'object', additionalProperties: nodeSchema(node.values) };
    case 'free':
      return { description, type: 'object', additionalProperties: true };
    case 'object': {
      const entries = Object.entries(node.fields);
      const required = entries.filter(([, field]) => field.presence === 'required').map(([name]) => name);
      return {
        description,
        type: 'object',
        properties: record(entries.map(([name, field]): readonly [string, Json] => [name, fieldSchema(field)])),
        ...(required.length === 0 ? {} : { required }),
      };
    }
    default:
      return assertNever(node);
  }
}
