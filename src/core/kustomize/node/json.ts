/**
 * Between trees and JSON. A tree means what go-yaml reads after printing it, which decides itself node by node from style, tag and text.
 * Source: kyaml/yaml/rnode.go (MarshalJSON, FromMap), go-yaml v3 encode.go (node), decode.go.
 */
import { type Json, type JsonObject, hasKey, isObject, putKey, record } from '../../object/index.ts';
import { decode, kyaml } from '../../yaml/index.ts';
import { type YamlNode, encodeNode, resolvePlain, toJson } from '../../yaml/node/index.ts';
import { KustomizeError } from '../problem.ts';
import { Node, scalar } from './node.ts';
import { isNonString } from './scalar-text.ts';

const asYaml = (node: Node): YamlNode => node as unknown as YamlNode;

/** The tree as kyaml prints it. */
export const nodeText = (node: Node): string => encodeNode(asYaml(node), kyaml);

/** Thrown inside when a tree needs the long way: printing and reading it again, for the error or the rare value. */
class LongWay extends Error {}

export function nodeToJson(node: Node): Json {
  try {
    return toValue(node, 0);
  } catch (error) {
    if (!(error instanceof LongWay)) throw error;
    const decoded = decode(nodeText(node), { variant: kyaml });
    if (!decoded.ok) throw new KustomizeError(decoded.error.message);
    return decoded.value;
  }
}

export function nodeToObject(node: Node): JsonObject {
  const json = nodeToJson(node);
  if (!isObject(json)) throw new KustomizeError(`yaml: unmarshal errors:\n  cannot unmarshal into map[string]interface {}`);
  return json;
}

/** No cluster takes deeper objects; a field path that makes what is missing could nest them without end. */
const MAX_DEPTH = 500;

function toValue(node: Node, depth: number): Json {
  if (node.kind === 'scalar') return scalarValue(node);
  if (depth > MAX_DEPTH) throw new KustomizeError(`the object is nested deeper than ${MAX_DEPTH} levels`);
  if (node.kind === 'sequence') return node.content.map((item) => toValue(item, depth + 1));
  const { content } = node;
  const result = record<Json>();
  for (let i = 0; i + 1 < content.length; i += 2) {
    const key = content[i] as Node;
    if (depth > 0 && !isStringKey(key)) throw new KustomizeError('json: unsupported type: map[interface {}]interface {}');
    if (hasKey(result, key.value)) throw new LongWay();
    putKey(result, key.value, toValue(content[i + 1] as Node, depth + 1));
  }
  return result;
}

function isStringKey(key: Node): boolean {
  if (key.kind !== 'scalar') return false;
  return key.tag === '' ? key.style !== 'plain' || resolvePlain(key.value, kyaml) === undefined : key.tag === '!!str';
}

function scalarValue(node: Node): Json {
  const { tag, value } = node;
  if (tag === '!!str') return value;
  if (node.tagged) return longScalar(node);
  if (node.style !== 'plain' && tag === '') return value;
  const resolved = resolvePlain(value, kyaml);
  const found = resolved?.tag ?? '!!str';
  if (tag !== '' && tag !== found) return longScalar(node);
  if (node.style !== 'plain') return value;
  if (resolved === undefined) return value;
  if (resolved.tag === '!!float' && !Number.isFinite(resolved.value)) return longScalar(node);
  return resolved.tag === '!!timestamp' ? longScalar(node) : resolved.value;
}

function longScalar(node: Node): Json {
  const decoded = toJson(asYaml(node), { variant: kyaml });
  if (!decoded.ok) throw new KustomizeError(decoded.error.message);
  return decoded.value;
}

/** A tree of JSON, keys in order of code points as Go prints maps. */
export function jsonToNode(value: Json | undefined): Node {
  if (value === null || value === undefined) return scalar('null', '!!null');
  if (typeof value === 'string') return stringNode(value);
  if (typeof value === 'boolean') return scalar(String(value), '!!bool');
  if (typeof value === 'bigint') return scalar(String(value), '!!int');
  if (typeof value === 'number') return numberNode(value);
  if (Array.isArray(value)) {
    const list = new Node('sequence', '', '!!seq');
    list.content = (value as readonly Json[]).map(jsonToNode);
    return list;
  }
  const mapping = new Node('mapping', '', '!!map');
  const object = value as JsonObject;
  for (const key of Object.keys(object).sort(byCodePoint)) mapping.content.push(stringNode(key), jsonToNode(object[key]));
  return mapping;
}

function stringNode(value: string): Node {
  const node = scalar(value, '!!str');
  if (value.includes('\n')) node.style = 'literal';
  else if (value === '' || isNonString(value) || resolvePlain(value, kyaml) !== undefined) node.style = 'double';
  return node;
}

/** JSON numbers are float64 in Go; whole ones print as integers. */
function numberNode(value: number): Node {
  const text = String(value);
  return scalar(text, resolvePlain(text, kyaml)?.tag ?? '!!float');
}

/** Go's order of strings. Equal to JavaScript's except beyond the basic plane. */
export const byCodePoint = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
