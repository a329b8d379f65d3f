/**
 * Places of fields in a document, so that a problem with `spec.replicas` can name a line.
 */
import type { YamlNode } from './node/node.ts';

export interface Position {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Looked at through aliases and `<<`. */
function childOf(node: YamlNode, step: string | number, trail: number): { readonly at: YamlNode; readonly value: YamlNode } | undefined {
  if (trail > 32) return undefined;
  if (node.kind === 'alias') return childOf(node.target, step, trail + 1);
  if (node.kind === 'sequence') {
    const item = node.content[Number(step)];
    return item === undefined ? undefined : { at: item, value: item };
  }
  if (node.kind !== 'mapping') return undefined;
  let merged: YamlNode | undefined;
  for (let i = node.content.length - 2; i >= 0; i -= 2) {
    const key = node.content[i] as YamlNode;
    const value = node.content[i + 1] as YamlNode;
    if (key.kind !== 'scalar') continue;
    if (key.value === String(step)) return { at: key, value };
    if (key.value === '<<') merged = value;
  }
  if (merged === undefined) return undefined;
  const sources = merged.kind === 'sequence' ? merged.content : [merged];
  for (const source of sources) {
    const found = childOf(source, step, trail + 1);
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
    const found = childOf(node, step, 0);
    if (found === undefined) break;
    at = found.at;
    node = found.value;
  }
  return { line: at.line, column: at.column };
}
