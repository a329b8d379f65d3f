/**
 * SOPS' YAML: documents to trees and back, comments in their places, aliases expanded. Source: sops stores/yaml/store.go.
 */
import { GoInt, GoTime } from '../../go/value/index.ts';
import { formatTime } from '../../go/time/index.ts';
import { goYamlV3, parseDocuments, type Variant } from '../../yaml/index.ts';
import {
  collectionNode,
  type Comments,
  encodeDocuments,
  encodeNode,
  floatText,
  type MappingNode,
  scalarNode,
  type SequenceNode,
  stringNode,
  toGo,
  type YamlDocument,
  type YamlNode,
} from '../../yaml/node/index.ts';
import { SecretsFailure, valueOrFail } from '../failure.ts';
import {
  type Branch,
  branchOf,
  type Comment,
  commentOf,
  isBranch,
  isComment,
  isList,
  type Item,
  type List,
  listOf,
  type Value,
} from './tree.ts';

/** Aliases may repeat what they stand for, but not without end. */
const maxNodes = 1_000_000;

/** The documents of a YAML text. @throws SecretsFailure */
export function readYaml(text: string): readonly Branch[] {
  const documents = valueOrFail(parseDocuments(text, { variant: goYamlV3 }), 'InvalidFile', '');
  const reader = new TreeReader();
  return documents.map((document) => reader.document(document));
}

const none: Comments = Object.freeze({ head: '', line: '', foot: '' });

function commentsIn(text: string, inline = false): readonly Comment[] {
  if (text === '') return [];
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => commentOf(line.slice(1), inline));
}

const asItems = (comments: readonly Comment[]): readonly Item[] => comments.map((comment) => ({ key: comment, value: null }));

class TreeReader {
  private left = maxNodes;

  document({ root, head, foot }: YamlDocument): Branch {
    return branchOf([...asItems(commentsIn(head)), ...this.root(root), ...asItems(commentsIn(foot))]);
  }

  private root(node: YamlNode): readonly Item[] {
    if (node.kind === 'alias') return this.root(node.target);
    if (node.kind === 'mapping') return this.mapping(node, true);
    const found = node.kind === 'scalar' ? valueOrFail(toGo(node, { variant: goYamlV3 }), 'InvalidFile', '') : undefined;
    if (found !== null) throw new SecretsFailure('InvalidFile', 'a YAML document must be a mapping');
    const { head, line, foot } = node.comments ?? none;
    return asItems([...commentsIn(head), ...commentsIn(line), ...commentsIn(foot)]);
  }

  private count(): void {
    if (this.left-- <= 0) throw new SecretsFailure('InvalidFile', 'the document is too large once its aliases are expanded');
  }

  /** The items of a mapping; with its own comments unless whoever holds it has taken care of them. */
  private mapping(node: MappingNode, withComments: boolean): readonly Item[] {
    const { head, line, foot } = withComments ? (node.comments ?? none) : none;
    const items: Item[] = [...asItems(commentsIn(head)), ...asItems(commentsIn(line))];
    const seen = new Set<string>();
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const [key, value] = [node.content[i], node.content[i + 1]];
      if (key === undefined || value === undefined) continue;
      const name = this.keyName(key);
      if (seen.has(name)) throw new SecretsFailure('InvalidFile', `line ${key.line}: the key "${name}" stands twice`);
      seen.add(name);
      items.push(...this.entry(name, key, value));
    }
    items.push(...asItems(commentsIn(foot)));
    return items;
  }

  private entry(name: string, key: YamlNode, value: YamlNode): readonly Item[] {
    const ofKey = key.comments ?? none;
    const isSimple = value.kind === 'scalar' || value.kind === 'alias';
    const ofValue = isSimple ? (value.comments ?? none) : none;
    return [
      ...asItems([...commentsIn(ofKey.head), ...commentsIn(ofKey.line), ...commentsIn(ofValue.head), ...commentsIn(ofValue.line, true)]),
      { key: name, value: this.value(value, !isSimple) },
      ...asItems([...commentsIn(ofValue.foot), ...commentsIn(ofKey.foot)]),
    ];
  }

  private keyName(key: YamlNode): string {
    const node = key.kind === 'alias' ? key.target : key;
    if (node.kind === 'scalar' && node.tag === '!!merge') return node.value;
    const name = node.kind === 'scalar' ? valueOrFail(toGo(node, { variant: goYamlV3 }), 'InvalidFile', '') : undefined;
    if (typeof name !== 'string') throw new SecretsFailure('InvalidFile', `line ${key.line}: a key must be a text; quote it`);
    return name;
  }

  private value(node: YamlNode, withComments: boolean): Value {
    this.count();
    if (node.kind === 'alias') return this.value(node.target, true);
    if (node.kind === 'mapping') return branchOf(this.mapping(node, withComments));
    return node.kind === 'sequence' ? this.list(node, withComments) : this.scalar(node);
  }

  private list(node: SequenceNode, withComments: boolean): List {
    const { head, line, foot } = withComments ? (node.comments ?? none) : none;
    const items: Value[] = [...commentsIn(head), ...commentsIn(line)];
    for (const item of node.content) {
      const own = item.comments ?? none;
      items.push(...commentsIn(own.head), ...commentsIn(own.line, true), this.value(item, false), ...commentsIn(own.foot));
    }
    return listOf([...items, ...commentsIn(foot)]);
  }

  private scalar(node: YamlNode): Value {
    const value = valueOrFail(toGo(node, { variant: goYamlV3 }), 'InvalidFile', '');
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
    if (value instanceof GoTime) return value;
    if (value instanceof GoInt && BigInt.asIntN(64, value.big) === value.big) return value.big;
    throw new SecretsFailure('InvalidFile', `line ${node.line}: the value cannot be kept: it is neither text, number, boolean nor time`);
  }
}

const variantWith = (indent: number): Variant => (indent === goYamlV3.indent ? goYamlV3 : { ...goYamlV3, indent });

/** SOPS' own indent. */
export const yamlIndent = 4;

/** A stream of documents. */
export function writeYaml(branches: readonly Branch[], indent: number): string {
  const variant = variantWith(indent);
  return encodeDocuments(
    branches.map((branch) => ({ root: mappingNode(branch, variant), head: '', foot: '' })),
    variant,
  );
}

/** One value by itself, as `--extract` prints it. */
export const writeYamlValue = (value: Value): string => encodeNode(valueNode(value, goYamlV3), goYamlV3);

function valueNode(value: Value, variant: Variant): YamlNode {
  if (isBranch(value)) return mappingNode(value, variant);
  if (isList(value)) return sequenceNode(value, variant);
  if (typeof value === 'string') return stringNode(value, variant);
  if (value === null) return scalarNode('null');
  if (typeof value === 'number') return scalarNode(floatText(value));
  if (typeof value === 'bigint' || typeof value === 'boolean') return scalarNode(String(value));
  return isComment(value) ? stringNode(value.text, variant) : scalarNode(formatTime(value, '2006-01-02T15:04:05.999999999Z07:00'));
}

/** Comments that wait for the next thing that can carry them. */
class Waiting {
  private head: Comment[] = [];
  private inline: Comment[] = [];

  add(comment: Comment): void {
    (comment.inline ? this.inline : this.head).push(comment);
  }

  takeHead(): string {
    const text = joined(this.head);
    this.head = [];
    return text;
  }

  takeInline(): string {
    const text = joined(this.inline);
    this.inline = [];
    return text;
  }

  takeAll(): string {
    this.head.push(...this.inline);
    this.inline = [];
    return this.takeHead();
  }
}

const joined = (comments: readonly Comment[]): string => comments.map(({ text }) => `#${text}`).join('\n');

const commented = <T extends YamlNode>(node: T, more: Partial<Comments>): T => {
  const { head = '', line = '', foot = '' } = more;
  if (head === '' && line === '' && foot === '') return node;
  const own = node.comments ?? none;
  const above = head !== '' && own.head !== '' ? `${head}\n${own.head}` : head || own.head;
  return { ...node, comments: { head: above, line: line || own.line, foot: foot || own.foot } };
};

/** The first comments of a mapping stand above the mapping itself, which is how go-yaml prints them in their place. */
function mappingNode(branch: Branch, variant: Variant): YamlNode {
  const waiting = new Waiting();
  const content: YamlNode[] = [];
  let top = '';
  for (const { key, value } of branch.items) {
    if (typeof key !== 'string') {
      waiting.add(key);
      continue;
    }
    if (content.length === 0) top = waiting.takeHead();
    const keyNode = commented(stringNode(key, variant), { head: waiting.takeHead() });
    content.push(keyNode, commented(valueNode(value, variant), { line: waiting.takeInline() }));
  }
  const rest = waiting.takeAll();
  const lastKey = content.at(-2);
  if (lastKey === undefined) return commented(collectionNode('mapping', content), { head: rest });
  content[content.length - 2] = commented(lastKey, { foot: rest });
  return commented(collectionNode('mapping', content), { head: top });
}

function sequenceNode(list: List, variant: Variant): YamlNode {
  const waiting = new Waiting();
  const content: YamlNode[] = [];
  let top = '';
  for (const item of list.items) {
    if (isComment(item)) {
      waiting.add(item);
      continue;
    }
    if (content.length === 0) top = waiting.takeHead();
    content.push(commented(valueNode(item, variant), { head: waiting.takeHead(), line: waiting.takeInline() }));
  }
  const rest = waiting.takeAll();
  const last = content.at(-1);
  if (last === undefined) return commented(collectionNode('sequence', content), { head: rest });
  content[content.length - 1] = commented(last, { foot: rest });
  return commented(collectionNode('sequence', content), { head: top });
}
