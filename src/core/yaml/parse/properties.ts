/**
 * Making nodes while reading: one place for each shape, so that all nodes of a kind have the same layout in memory.
 */
import type { AliasNode, CollectionStyle, Comments, MappingNode, ScalarNode, SequenceNode, YamlNode } from '../node/node.ts';
import type { Token } from '../scan/token.ts';

export interface Properties {
  readonly tag: string;
  readonly tagged: boolean;
  /** Empty for none. */
  readonly anchor: string;
}

/** What stands before a node's content, and where it begins, from 0. */
export interface Start {
  readonly properties: Properties;
  readonly line: number;
  readonly column: number;
}

export const noProperties: Properties = Object.freeze({ tag: '', tagged: false, anchor: '' });

/** A collection while it is read. */
export type GrowingCollection = { -readonly [K in keyof (SequenceNode | MappingNode)]: (SequenceNode | MappingNode)[K] };

/** The scalar of a token; `line` and `column` are where the node begins, from 0. */
export function newScalar(token: Token, properties: Properties, comments: Comments | undefined): ScalarNode {
  const { value, style, line, column } = token;
  const tag = value === '<<' && style === 'plain' && properties.tag === '' ? '!!merge' : properties.tag;
  const { tagged, anchor } = properties;
  return { kind: 'scalar', value, style, tag, tagged, anchor, comments, line: line + 1, column: column + 1 };
}

/** A node without any text. */
export function emptyScalar({ properties, line, column }: Start): ScalarNode {
  const { tag, tagged, anchor } = properties;
  return { kind: 'scalar', value: '', style: 'plain', tag, tagged, anchor, comments: undefined, line: line + 1, column: column + 1 };
}

const noContent: readonly YamlNode[] = Object.freeze([]);

export function newCollection(
  kind: 'sequence' | 'mapping',
  style: CollectionStyle,
  start: Start,
  comments: Comments | undefined,
): GrowingCollection {
  const { tag, tagged, anchor } = start.properties;
  return { kind, content: noContent, style, tag, tagged, anchor, comments, line: start.line + 1, column: start.column + 1 };
}

/** The children of all collections being read: the innermost one's are the last. Each gets an array of exactly its size when it is complete. */
export class Children {
  private readonly nodes: YamlNode[] = [];
  size = 0;

  push(node: YamlNode): void {
    this.nodes[this.size++] = node;
  }

  /** The newest, or the one `back` places before it. */
  last(back = 0): YamlNode {
    return this.nodes[this.size - 1 - back] as YamlNode;
  }

  /** Takes everything from place `from` on. */
  take(from: number): YamlNode[] {
    const taken = this.nodes.slice(from, this.size);
    this.size = from;
    return taken;
  }
}

/** A node with other comments. Nodes being read may be changed in place: nobody else has seen them. */
export function setComments(node: YamlNode, comments: Comments | undefined): void {
  (node as { comments: Comments | undefined }).comments =
    comments !== undefined && comments.head === '' && comments.line === '' && comments.foot === '' ? undefined : comments;
}

export const footOf = (node: YamlNode | AliasNode): string => node.comments?.foot ?? '';

export function setFoot(node: YamlNode, foot: string): void {
  const comments = node.comments;
  setComments(node, { head: comments?.head ?? '', line: comments?.line ?? '', foot });
}
