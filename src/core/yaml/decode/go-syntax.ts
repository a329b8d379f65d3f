/**
 * Nodes as Go's `%#v` prints what they decode to: go-yaml names keys so in its errors.
 */
import { formatFloat, quote } from '../../go/strconv/index.ts';
import { goTime } from '../../go/time/index.ts';
import type { YamlNode } from '../node/node.ts';
import type { Resolved } from '../resolve.ts';
import type { Variant } from '../variant.ts';
import { hasStringKeys, resolveScalar } from './scalar.ts';

/** Longer values are cut: the text goes into a message. */
const longest = 2000;

function shownScalar(resolved: Resolved, text: string, variant: Variant): string {
  switch (resolved.tag) {
    case '!!null':
      return 'interface {}(nil)';
    case '!!bool':
      return String(resolved.value);
    case '!!int':
      return resolved.value > 0x7fffffffffffffffn ? `0x${resolved.value.toString(16)}` : String(resolved.value);
    case '!!float':
      return formatFloat(resolved.value, 'g');
    case '!!timestamp':
      return variant.timestamps ? goTime(resolved.value) : quote(text);
  }
}

function shown(node: YamlNode, variant: Variant): string {
  switch (node.kind) {
    case 'alias':
      return node.target.kind === 'scalar' ? shown(node.target, variant) : quote(node.value);
    case 'scalar': {
      const resolved = resolveScalar(node, variant);
      return resolved === undefined ? quote(node.value) : shownScalar(resolved, node.value, variant);
    }
    case 'sequence':
      return `[]interface {}{${node.content.map((item) => shown(item, variant)).join(', ')}}`;
    case 'mapping':
      return `${hasStringKeys(node, variant) ? 'map[string]interface {}' : 'map[interface {}]interface {}'}{${shownPairs(node.content, variant)}}`;
  }
}

/** Go prints maps sorted, a later entry of the same key in place of an earlier one. */
function shownPairs(content: readonly YamlNode[], variant: Variant): string {
  const pairs = new Map<string, string>();
  for (let i = 0; i < content.length; i += 2) {
    pairs.set(shown(content[i] as YamlNode, variant), shown(content[i + 1] as YamlNode, variant));
  }
  const sorted = [...pairs].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([key, value]) => `${key}:${value}`).join(', ');
}

/** `9`, `"a"`, `[]interface {}{"."}`. */
export function goSyntax(node: YamlNode, variant: Variant): string {
  const target = node.kind === 'alias' ? node.target : node;
  const isNull = target.kind === 'scalar' && resolveScalar(target, variant)?.tag === '!!null';
  const text = isNull ? '<nil>' : shown(node, variant);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
