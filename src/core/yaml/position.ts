/**
 * Places of fields in a document, so that a problem with `spec.replicas` can name a line.
 */
import type { YamlNode } from './node/node.ts';

export interface Position {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

interface Found {
  /** The key, or the item of a list. */
  readonly at: YamlNode;
  readonly value: YamlNode;
}

/** The child called `step`, also behind aliases and `<<`. `seen` keeps a tree of merges from being walked twice. */
function childOf(node: YamlNode, step: string | number, seen: Set<YamlNode>): Found | undefined {
  if (seen.has(node)) return undefined;
  seen.add(node);
  if (node.kind === 'alias') return childOf(node.target, step, seen);
  if (node.kind === 'mapping') return entryOf(node.content, String(step), seen);
  const item = node.kind === 'sequence' ? node.content[Number(step)] : undefined;
  return item === undefined ? undefined : { at: item, value: item };
}

function entryOf(content: readonly YamlNode[], name: string, seen: Set<YamlNode>): Found | undefined {
  let merged: YamlNode | undefined;
  for (let i = content.length - 2; i >= 0; i -= 2) {
    const key = content[i] as YamlNode;
    const value = content[i + 1] as YamlNode;
    if (key.kind !== 'scalar') continue;
    if (key.value === name) return { at: key, value };
    if (key.value === '<<') merged = value;
  }
  const sources = merged === undefined ? [] : merged.kind === 'sequence' ? merged.content : [merged];
  for (const source of sources) {
    const found = childOf(source, name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Where the field at `path` stands: its key, or the item itself in a list. If it does not exist, the nearest thing around it that does.
 * A step is a key, or an index from 0.
 */
export function positionOf(root: YamlNode, path: readonly (string | number)[]): Position {
  let at = root;
  let node = root;
  for (const step of path) {
    const found = childOf(node, step, new Set());
    if (found === undefined) break;
    at = found.at;
    node = found.value;
  }
  return { line: at.line, column: at.column };
}
