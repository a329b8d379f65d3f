/**
 * The tree of a YAML document, with everything needed to print it again: order, styles, comments, anchors, tags, places.
 */

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';
export type CollectionStyle = 'block' | 'flow';

/** Comments as they stand in the text, `#` included; several lines joined by line feeds, empty lines kept as empty lines. */
export interface Comments {
  /** Lines above. */
  readonly head: string;
  /** Behind, on the same line. */
  readonly line: string;
  /** Lines below, before an empty line. */
  readonly foot: string;
}

interface NodeBase {
  /**
   * The short tag (`!!str`, `!mine`), or empty: decided by style and text. A plain scalar with tag `!!str` is quoted when it is printed if its text
   * alone would mean something else.
   */
  readonly tag: string;
  /** Whether the tag is written out. */
  readonly tagged: boolean;
  readonly anchor: string;
  readonly comments: Comments | undefined;
  /** From 1; 0 for a node that was not read from a text. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  /** The text, unquoted and unescaped. */
  readonly value: string;
  readonly style: ScalarStyle;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly style: CollectionStyle;
  readonly content: readonly YamlNode[];
}

export interface MappingNode extends NodeBase {
  readonly kind: 'mapping';
  readonly style: CollectionStyle;
  /** Key, value, key, value … */
  readonly content: readonly YamlNode[];
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  /** The name of the anchor. */
  readonly value: string;
  /** The node it stands for; it may be one of the nodes around this one. */
  readonly target: YamlNode;
}

export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

/** One document of a stream. `root` is an empty plain scalar when there is nothing between the markers. */
export interface YamlDocument {
  readonly root: YamlNode;
  /** Comments above the document that an empty line parts from its content. */
  readonly head: string;
  /** Comments below its content. */
  readonly foot: string;
}

/** A scalar made by a program. */
export const scalarNode = (value: string, tag = '', style: ScalarStyle = 'plain'): ScalarNode => ({
  kind: 'scalar',
  value,
  style,
  tag,
  tagged: false,
  anchor: '',
  comments: undefined,
  line: 0,
  column: 0,
});

/** A list or mapping made by a program; of a mapping, `content` alternates keys and values. */
export const collectionNode = (
  kind: 'sequence' | 'mapping',
  content: readonly YamlNode[],
  style: CollectionStyle = 'block',
): SequenceNode | MappingNode => ({ kind, content, style, tag: '', tagged: false, anchor: '', comments: undefined, line: 0, column: 0 });
