/**
 * What a scalar node means, by its style, tag and text.
 */
import type { Mark } from '../failure.ts';
import type { MappingNode, ScalarNode, YamlNode } from '../node/node.ts';
import { type Resolved, resolvePlain, resolveTagged } from '../resolve.ts';
import type { Variant } from '../variant.ts';

/** Where a node was read. */
export const markOf = (node: YamlNode): Mark => ({ index: 0, line: node.line - 1, column: node.column - 1 });

/** What a scalar means undefined: its text. */
export function resolveScalar(node: ScalarNode, variant: Variant): Resolved | undefined {
  if (node.tag !== '' && node.tag !== '!!merge') return resolveTagged(node.tag, node.value, variant, markOf(node));
  return node.style === 'plain' ? resolvePlain(node.value, variant) : undefined;
}

/** Whether the variant makes a `map[string]interface {}` of this mapping. A written tag is taken at its word. */
export const hasStringKeys = (node: MappingNode, variant: Variant): boolean =>
  variant.stringMaps &&
  node.content.every((child, i) => i % 2 === 1 || isStringKey(child.kind === 'alias' ? child.target : child, variant));

function isStringKey(key: YamlNode, variant: Variant): boolean {
  if (key.kind !== 'scalar') return false;
  if (key.tag !== '') return key.tag === '!!str' || key.tag === '!!merge';
  return key.style !== 'plain' || resolvePlain(key.value, variant) === undefined;
}
