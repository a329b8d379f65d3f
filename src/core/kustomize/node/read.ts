/**
 * From texts to trees: documents split, tags resolved, aliases and `<<` replaced by copies.
 * Source: kyaml/kio/byteio_reader.go, kyaml/yaml/rnode.go (DeAnchor), go-yaml v3.
 */
import { kyaml, parseDocuments } from '../../yaml/index.ts';
import type { YamlNode } from '../../yaml/node/index.ts';
import { KustomizeError } from '../problem.ts';
import { Node, childOf, isMissing } from './node.ts';
import { plainTag } from './scalar-text.ts';

/** How many nodes the aliases of one text may come to; what is written out is bounded by its length. */
const MOST_ALIASED = 200_000;

interface Reading {
  left: number;
  /** Targets being copied right now: an alias to one of them would never end. */
  readonly open: Set<YamlNode>;
}

const isMergeKey = (key: YamlNode): boolean => key.tag === '!!merge';

function tagOf(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.tag === '' ? (node.kind === 'mapping' ? '!!map' : '!!seq') : node.tag;
  if (node.tag !== '') return node.tag;
  return node.style === 'plain' ? plainTag(node.value) : '!!str';
}

function convert(source: YamlNode, reading: Reading): Node {
  if (reading.open.size > 0 && --reading.left < 0)
    throw new KustomizeError(`MalformedYAMLError: yaml: document contains excessive aliasing`);
  if (source.kind === 'alias') return target(source.target, reading);
  const node = new Node(source.kind, source.kind === 'scalar' ? source.value : '', tagOf(source));
  node.style = source.style;
  node.comments = source.comments;
  node.tagged = source.tagged;
  node.line = source.line;
  node.column = source.column;
  if (source.kind === 'sequence') node.content = source.content.map((item) => convert(item, reading));
  else if (source.kind === 'mapping') fillMapping(node, source.content, reading);
  return node;
}

function target(of: YamlNode, reading: Reading): Node {
  if (reading.open.has(of)) throw new KustomizeError('MalformedYAMLError: yaml: anchor contains itself');
  reading.open.add(of);
  const node = convert(of, reading);
  reading.open.delete(of);
  return node;
}

function fillMapping(node: Node, content: readonly YamlNode[], reading: Reading): void {
  let merged: Node[] | undefined;
  const own: Node[] = [];
  for (let i = 0; i + 1 < content.length; i += 2) {
    const key = content[i] as YamlNode;
    const value = content[i + 1] as YamlNode;
    if (!isMergeKey(key)) {
      own.push(convert(key, reading), convert(value, reading));
      continue;
    }
    if (merged !== undefined) throw new KustomizeError('duplicate merge key');
    merged = mergeSources(value, reading);
  }
  node.content = merged === undefined ? own : mergeFields([...merged, own]);
}

/** The mappings `<<` names, the one that wins last. */
function mergeSources(value: YamlNode, reading: Reading): Node[] {
  switch (value.kind) {
    case 'mapping':
      return [convert(value, reading)];
    case 'alias':
      if (value.target.kind !== 'mapping') throw new KustomizeError('invalid map merge: received alias for a non-map value');
      return [target(value.target, reading)];
    case 'sequence':
      if (value.content.some((item) => item.kind === 'sequence')) throw new KustomizeError('invalid map merge: received a nested sequence');
      return value.content.flatMap((item) => mergeSources(item, reading)).reverse();
    case 'scalar':
      throw new KustomizeError('map merge requires map or sequence of maps as the value');
  }
}

/** Own fields keep their place; merged ones that are not overridden follow. */
function mergeFields(sources: readonly (Node | Node[])[]): Node[] {
  const own = sources.at(-1) as Node[];
  const result = own.slice();
  const places = new Map<string, number>();
  for (let i = 0; i < own.length; i += 2) if (!places.has((own[i] as Node).value)) places.set((own[i] as Node).value, i);
  const ownNames = new Set(places.keys());
  for (const source of sources.slice(0, -1)) {
    const { content } = source as Node;
    for (let i = 0; i < content.length; i += 2) {
      const key = content[i] as Node;
      if (ownNames.has(key.value)) continue;
      const place = places.get(key.value);
      if (place === undefined) {
        places.set(key.value, result.length);
        result.push(key, content[i + 1] as Node);
      } else result[place + 1] = content[i + 1] as Node;
    }
  }
  return result;
}

const separator = /\n---.*\n/g;

/** kio.splitDocuments: by lines that start with three dashes. */
function splitDocuments(text: string): string[] {
  if (text === '') return [];
  const documents: string[] = [];
  let start = 0;
  for (const match of text.matchAll(separator)) {
    const rest = match[0].slice(4).trim();
    if (rest !== '' && !rest.startsWith('#')) throw new KustomizeError(`invalid document separator: ${match[0].trim()}`);
    documents.push(`${text.slice(start, match.index)}\n`);
    start = match.index + match[0].length;
  }
  documents.push(text.slice(start));
  return documents;
}

/** The first document of a text as a tree; undefined when there is none. */
export function parseNode(text: string): Node | undefined {
  const parsed = parseDocuments(text, { variant: kyaml });
  if (!parsed.ok) throw new KustomizeError(parsed.error.message);
  const root = parsed.value[0]?.root;
  return root === undefined ? undefined : convert(root, { left: MOST_ALIASED, open: new Set() });
}

function readDocument(text: string, reading: Reading): Node | undefined {
  const parsed = parseDocuments(text, { variant: kyaml });
  if (!parsed.ok) throw new KustomizeError(`MalformedYAMLError: ${parsed.error.message}`, {}, 'malformed');
  const root = parsed.value[0]?.root;
  return root === undefined ? undefined : convert(root, reading);
}

/** What makes a stream mean something else than its documents one by one: anchors, ends of documents, directives, and hashes of places. */
const notAlike = /&|^(?:\.\.\.|%)|needsHashSuffix/m;

/** The roots of many documents read as one stream, which is faster; undefined when that might not be the same. */
function readStream(text: string, count: number): readonly YamlNode[] | undefined {
  if (count < 2 || notAlike.test(text)) return undefined;
  const parsed = parseDocuments(text, { variant: kyaml });
  return parsed.ok && parsed.value.length === count ? parsed.value.map(({ root }) => root) : undefined;
}

/** All documents that hold something; a single List comes as its items. kio.FromBytes. */
export function readNodes(text: string): Node[] {
  const clean = text.replaceAll('\r\n', '\n');
  const documents = splitDocuments(clean);
  const stream = readStream(clean, documents.length);
  const reading: Reading = { left: MOST_ALIASED, open: new Set() };
  const nodes: Node[] = [];
  for (const [i, document] of documents.entries()) {
    const root = stream?.[i];
    const node = root === undefined ? readDocument(document, reading) : convert(root, reading);
    if (isMissing(node)) continue;
    const kind = documents.length === 1 ? childOf(node, 'kind')?.value : undefined;
    const items = childOf(node, 'items');
    if ((kind === 'List' || kind === 'ResourceList') && (items !== undefined || childOf(node, 'functionConfig') !== undefined))
      nodes.push(...(items?.content ?? []));
    else nodes.push(node);
  }
  return nodes;
}
