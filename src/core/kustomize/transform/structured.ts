/** Replacements inside texts that are YAML or JSON themselves. Source: api/filters/replacement/replacement.go (setValueInStructuredData). */
import { decode, goYamlV3 } from '../../yaml/index.ts';
import { lookup } from '../node/edit.ts';
import { canonicalJson } from '../node/go-json.ts';
import { nodeText } from '../node/json.ts';
import { type Matching, matchPath } from '../node/match.ts';
import type { Node } from '../node/node.ts';
import { parseNode } from '../node/read.ts';
import { KustomizeError } from '../problem.ts';

export interface TextTarget {
  readonly path: readonly string[];
  readonly matching: Matching;
  readonly set: (node: Node) => void;
}

/** Whether the path went through such a text, which was then changed. Failures on the way count as no. */
export function setInStructuredText(node: Node, { path, matching, set }: TextTarget): boolean {
  if (path.length < 2) return false;
  for (let length = 1; length < path.length; length++) {
    const text = attempt(() => lookup(node, path.slice(0, length)));
    if (text?.kind !== 'scalar') continue;
    const inner = attempt(() => parseNode(text.value));
    if (inner === undefined) continue;
    return attempt(() => change(text, inner, { path: path.slice(length), matching, set })) ?? false;
  }
  return false;
}

function change(text: Node, inner: Node, { path, matching, set }: TextTarget): boolean {
  const found = matchPath(inner, path, matching);
  if (found === undefined || found.length === 0) return false;
  found.forEach(set);
  text.value = serialized(inner, text.value);
  return true;
}

function serialized(inner: Node, original: string): string {
  const yaml = nodeText(inner);
  const first = original.trim().charAt(0);
  if (first !== '{' && first !== '[') return yaml.trim();
  const decoded = decode(yaml, { variant: goYamlV3 });
  if (!decoded.ok) throw new KustomizeError(`failed to unmarshal YAML data: ${decoded.error.message}`);
  const pretty = original.includes('\n') && original.includes('  ');
  return pretty ? canonicalJson(decoded.value, '') : canonicalJson(decoded.value);
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}
