/**
 * A YAML tree that is changed in place, with the meaning kyaml's RNode gives to tags and styles. Nodes may be shared by several parents, as they are
 * in the original: what changes one place then changes the other.
 * Source: kyaml/yaml/rnode.go, types.go; go-yaml v3.
 */
import type { Comments } from '../../yaml/node/index.ts';

export type Kind = 'scalar' | 'mapping' | 'sequence';
export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'block' | 'flow';

export class Node {
  kind: Kind;
  /** Resolved when it was read (`!!int`, `!!str` …); empty for most nodes made by programs, whose meaning then follows from style and text. */
  tag: string;
  value: string;
  style: Style;
  /** Of a mapping: key, value, key, value … */
  content: Node[];
  comments: Comments | undefined;
  tagged = false;
  readonly anchor = '';
  line = 0;
  column = 0;

  constructor(kind: Kind, value = '', tag = '') {
    this.kind = kind;
    this.tag = tag;
    this.value = value;
    this.style = kind === 'scalar' ? 'plain' : 'block';
    this.content = kind === 'scalar' ? none : [];
  }

  /** Takes over everything of `other`; its children are shared from now on. */
  become(other: Node): void {
    this.kind = other.kind;
    this.tag = other.tag;
    this.value = other.value;
    this.style = other.style;
    this.content = other.kind === 'scalar' ? none : other.content.slice();
    this.comments = other.comments;
    this.tagged = other.tagged;
    this.line = other.line;
    this.column = other.column;
  }

  copy(): Node {
    const result = new Node(this.kind, this.value, this.tag);
    result.style = this.style;
    result.comments = this.comments;
    result.tagged = this.tagged;
    result.line = this.line;
    result.column = this.column;
    if (this.kind !== 'scalar') {
      const { content } = this;
      for (const child of content) result.content.push(child.copy());
    }
    return result;
  }

  /** Takes over a style; one that does not fit the kind is none. */
  restyle(style: Style): void {
    const scalarStyle = style !== 'block' && style !== 'flow';
    this.style = scalarStyle === (this.kind === 'scalar') ? style : this.kind === 'scalar' ? 'plain' : 'block';
  }
}

/** Scalars have no children; this list is never written to. */
const none: Node[] = Object.freeze([]) as unknown as Node[];

export const scalar = (value: string, tag = ''): Node => new Node('scalar', value, tag);

/** A scalar that stays a string whatever its text. kyaml: NewStringRNode. */
export function stringScalar(value: string): Node {
  const node = new Node('scalar', value, '!!str');
  if (value.includes('\n')) node.style = 'literal';
  return node;
}

export const isNull = (node: Node): boolean => node.tag === '!!null';

export const isMissing = (node: Node | undefined): node is undefined => node === undefined || node.tag === '!!null';

/** Null, `{}` or `[]`. */
export const isEmpty = (node: Node | undefined): boolean =>
  node === undefined || node.tag === '!!null' || (node.kind !== 'scalar' && node.content.length === 0);

export const isEmptyMap = (node: Node | undefined): boolean =>
  node === undefined || node.tag === '!!null' || (node.kind === 'mapping' && node.content.length === 0);

/** Whether a scalar is a string by its tag. */
export const isString = (node: Node): boolean => node.kind === 'scalar' && (node.tag === '!!str' || node.tag === '');

/** The value of the first field with this name, whatever the node is. */
export function childOf(node: Node, name: string): Node | undefined {
  if (node.kind !== 'mapping') return undefined;
  const { content } = node;
  for (let i = 0; i + 1 < content.length; i += 2) if ((content[i] as Node).value === name) return content[i + 1];
  return undefined;
}

/** The text of a scalar; empty for null and for what is not there. */
export const textOf = (node: Node | undefined): string => (isMissing(node) ? '' : node.value);

export const fieldNames = (node: Node): string[] => {
  const names: string[] = [];
  for (let i = 0; i < node.content.length; i += 2) names.push((node.content[i] as Node).value);
  return names;
};
