/** Schemas that stand in comments: `containers: # {"items":{"$ref":"…"},"x-kubernetes-patch-merge-key":"name"}`. Source: kyaml/fieldmeta. */
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import type { Node } from '../node/node.ts';
import { OpenApiNode, OpenApiSchema } from './openapi.ts';
import type { MergeSchema } from './schema.ts';

/** A schema whose references lead to definitions known elsewhere. */
class CommentSchema implements MergeSchema {
  readonly #own: OpenApiNode;
  readonly #schema: JsonObject;
  readonly #definition: (name: string) => MergeSchema | undefined;

  constructor(schema: JsonObject, definition: (name: string) => MergeSchema | undefined) {
    this.#schema = schema;
    this.#own = new OpenApiNode(schema, new OpenApiSchema('{}'));
    this.#definition = definition;
  }

  get merges(): boolean {
    return this.#own.merges;
  }

  get hasStrategy(): boolean {
    return this.#own.hasStrategy;
  }

  get keys(): readonly string[] {
    return this.#own.keys;
  }

  field(name: string): MergeSchema | undefined {
    return this.#own.field(name);
  }

  elements(): MergeSchema | undefined {
    const items = this.#schema['items'];
    return this.#schema['type'] === 'array' && isObject(items) ? (referred(items, this.#definition) ?? this.#own.elements()) : undefined;
  }
}

function referred(schema: JsonObject, definition: (name: string) => MergeSchema | undefined): MergeSchema | undefined {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? definition(reference.replace('#/definitions/', '')) : undefined;
}

/** The schema in a node's comments. */
export function commentSchema(node: Node, definition: (name: string) => MergeSchema | undefined): MergeSchema | undefined {
  const { comments } = node;
  if (comments === undefined) return undefined;
  for (const comment of [comments.line, comments.head]) {
    const text = comment.replace(/^#/, '').trim();
    if (!text.startsWith('{')) continue;
    const schema = parsed(text);
    if (isObject(schema) && Object.keys(schema).length > 0) return referred(schema, definition) ?? new CommentSchema(schema, definition);
  }
  return undefined;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
