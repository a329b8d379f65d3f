/**
 * JSON as a tree to print: keys in natural order.
 */
import type { Json, JsonObject } from '../../object/index.ts';
import { failure } from '../failure.ts';
import { collectionNode, scalarNode, type YamlNode } from '../node/node.ts';
import type { Variant } from '../variant.ts';
import { floatText } from '../float-text.ts';
import { compareKeys } from './key-order.ts';
import { jsonNumberText, stringNode } from './plain-values.ts';

const nullNode = scalarNode('null');
const trueNode = scalarNode('true');
const falseNode = scalarNode('false');

function objectNode(object: JsonObject, variant: Variant, depth: number): YamlNode {
  const entries = Object.entries(object);
  if (entries.length > 1) entries.sort(([left], [right]) => compareKeys(left, right, variant.digitsThenLetters));
  const content: YamlNode[] = [];
  for (const [key, value] of entries) {
    if (value !== undefined) content.push(stringNode(key, variant), jsonTree(value, variant, depth - 1));
  }
  return collectionNode('mapping', content);
}

/** The tree of a JSON value; `depth` is how deep it may be. */
export function jsonTree(value: Json, variant: Variant, depth: number): YamlNode {
  if (depth < 0) throw failure('exceeded max depth');
  switch (typeof value) {
    case 'string':
      return stringNode(value, variant);
    case 'boolean':
      return value ? trueNode : falseNode;
    case 'number':
      return scalarNode(variant.numbersThroughJson ? jsonNumberText(value) : floatText(value));
    case 'bigint':
      return scalarNode(value.toString());
  }
  if (value === null) return nullNode;
  if (!Array.isArray(value)) return objectNode(value as JsonObject, variant, depth);
  return collectionNode(
    'sequence',
    (value as readonly Json[]).map((item) => jsonTree(item, variant, depth - 1)),
  );
}
