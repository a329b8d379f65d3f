/**
 * In which style, and with which tag, a scalar can be written. Source of the rules: go-yaml encode.go (node), emitterc.go, yaml_emitter_select_scalar_style.
 */
import type { ScalarNode, ScalarStyle } from '../node/node.ts';
import { resolvePlain } from '../resolve.ts';
import type { Variant } from '../variant.ts';
import { analyse, BLOCK, BLOCK_PLAIN, FLOW_PLAIN, MULTILINE, SINGLE_QUOTED } from './analysis.ts';

const longPrefix = 'tag:yaml.org,2002:';

/** A tag as it is written. */
export function writtenTag(tag: string): string {
  const long = tag.startsWith('!!') ? longPrefix + tag.slice(2) : tag;
  if (long.startsWith('!')) return `!${escapeTag(long.slice(1))}`;
  if (long.startsWith(longPrefix)) return `!!${escapeTag(long.slice(longPrefix.length))}`;
  return `!<${escapeTag(long)}>`;
}

const escapeTag = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9_\-;/?:@&=+$,.~*'()[\]]/gu, (c) => encodeURIComponent(c).replaceAll(/^[^%]$/g, hexOf));

const hexOf = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;

/** The tag to write, empty for none, and the style the node asks for. A tag that the text has anyway is not written. */
export function presentationOf(node: ScalarNode, variant: Variant): { readonly tag: string; readonly style: ScalarStyle } {
  const { tag, value } = node;
  const style: ScalarStyle = node.style === 'plain' && value.includes('\n') ? 'literal' : node.style;
  if (tag === '' || node.tagged) return { tag, style };
  if (tag === '!!str' && node.style !== 'plain') return { tag: '', style };
  const found = resolvePlain(value, variant)?.tag ?? '!!str';
  if (found === tag) return { tag: '', style };
  if (tag !== '!!str') return { tag, style };
  return { tag: '', style: style === 'plain' ? 'double' : style };
}

export interface ScalarPlace {
  readonly inFlow: boolean;
  /** Whether it is a key that needs no `?`. */
  readonly simpleKey: boolean;
}

/** Falls back from style to style until the text can be written. */
export function possibleStyle(wanted: ScalarStyle, value: string, place: ScalarPlace, variant: Variant): ScalarStyle {
  if (wanted === 'double') return wanted;
  const possible = analyse(value, variant);
  const { inFlow, simpleKey } = place;
  let style = wanted;
  if (simpleKey && (possible & MULTILINE) !== 0) return 'double';
  if (style === 'plain') {
    const allowed = (possible & (inFlow ? FLOW_PLAIN : BLOCK_PLAIN)) !== 0;
    if (!allowed || (value === '' && (inFlow || simpleKey))) style = 'single';
  }
  if (style === 'single' && (possible & SINGLE_QUOTED) === 0) return 'double';
  const isBlock = style === 'literal' || style === 'folded';
  return isBlock && ((possible & BLOCK) === 0 || inFlow || simpleKey) ? 'double' : style;
}
