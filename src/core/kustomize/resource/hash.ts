/** The hash that becomes part of the names of generated objects. Source: api/hasher/hasher.go. */
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8 } from '../../../std/index.ts';
import { type Json, isObject } from '../../object/index.ts';
import { lookup } from '../node/edit.ts';
import { canonicalJson, goString } from '../node/go-json.ts';
import { nodeToJson } from '../node/json.ts';
import { type Node, type Style, childOf } from '../node/node.ts';

const LETTERS: ReadonlyMap<string, string> = new Map([
  ['0', 'g'],
  ['1', 'h'],
  ['3', 'k'],
  ['a', 'm'],
  ['e', 't'],
]);

export function resourceHash(node: Node): string {
  const bytes = sha256(encodeUtf8(encodedForHash(node)));
  const hex = Array.from(bytes.subarray(0, 5), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [...hex].map((char) => LETTERS.get(char) ?? char).join('');
}

/** The JSON text that is hashed. */
export function encodedForHash(node: Node): string {
  const kind = childOf(node, 'kind')?.value ?? '';
  if (kind === 'ConfigMap') return encoded(node, { kind, always: ['data'], maps: ['binaryData'] });
  if (kind === 'Secret') return encoded(node, { kind, always: ['type', 'data'], maps: ['stringData'] });
  return structText(node);
}

interface Hashed {
  readonly kind: string;
  readonly always: readonly string[];
  /** Only there when they are mappings. */
  readonly maps: readonly string[];
}

function encoded(node: Node, { kind, always, maps }: Hashed): string {
  // The original looks for a field of this very name, slash included, and so never finds the name.
  const entries: [string, Json][] = [
    ['kind', kind],
    ['name', valueAt(node, 'metadata/name')],
    ...always.map((field): [string, Json] => [field, valueAt(node, field)]),
    ...maps.map((field): [string, Json] => [field, valueAt(node, field)]).filter(([, value]) => isObject(value)),
  ];
  return canonicalJson(Object.fromEntries(entries));
}

function valueAt(node: Node, field: string): Json {
  const found = lookup(node, [field]);
  if (found === undefined) return '';
  if (found.kind === 'scalar') return found.value;
  const json = nodeToJson(found);
  return isObject(json) ? json : {};
}

const STYLES: Readonly<Record<Style, number>> = { plain: 0, block: 0, double: 2, single: 4, literal: 8, folded: 16, flow: 32 };
const KINDS = { sequence: 2, mapping: 4, scalar: 8 } as const;

/** Go's JSON of a yaml.Node. */
function structText(node: Node): string {
  const content = node.kind === 'scalar' || node.content.length === 0 ? 'null' : `[${node.content.map(structText).join(',')}]`;
  const { head = '', line = '', foot = '' } = node.comments ?? {};
  return `{"Kind":${KINDS[node.kind]},"Style":${STYLES[node.style] | (node.tagged ? 1 : 0)},"Tag":${goString(node.tag)},"Value":${goString(node.value)},"Anchor":"","Alias":null,"Content":${content},"HeadComment":${goString(head)},"LineComment":${goString(line)},"FootComment":${goString(foot)},"Line":${node.line},"Column":${node.column}}`;
}
