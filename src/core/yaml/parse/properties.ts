/**
 * Making nodes while reading: one place for each shape, so that all nodes of a kind have the same layout in memory.
 */
import type { AliasNode, CollectionStyle, Comments, MappingNode, ScalarNode, ScalarStyle, SequenceNode, YamlNode } from '../node/node.ts';

export interface Properties {
  readonly tag: string;
  readonly tagged: boolean;
  /** Whether the tag was `!` alone. */
  readonly bare: boolean;
  /** Empty for none. */
  readonly anchor: string;
}

/** A collection while it is read. */
export type GrowingCollection = { -readonly [K in keyof (SequenceNode | MappingNode)]: (SequenceNode | MappingNode)[K] } & {
  content: YamlNode[];
};

/** `line` and `column` count from 0 here. */
export function newScalar(
  value: string,
  style: ScalarStyle,
  properties: Properties,
  comments: Comments | undefined,
  line: number,
  column: number,
): ScalarNode {
  const tag = value === '<<' && style === 'plain' && properties.tag === '' ? '!!merge' : properties.tag;
  return {
    kind: 'scalar',
    value,
    style,
    tag,
    tagged: properties.tagged,
    anchor: properties.anchor,
    comments,
    line: line + 1,
    column: column + 1,
  };
}

export function newCollection(
  kind: 'sequence' | 'mapping',
  style: CollectionStyle,
  properties: Properties,
  comments: Comments | undefined,
  line: number,
  column: number,
): GrowingCollection {
  const { tag, tagged, anchor } = properties;
  return { kind, content: [], style, tag, tagged, anchor, comments, line: line + 1, column: column + 1 };
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
