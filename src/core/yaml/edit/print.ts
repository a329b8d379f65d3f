/** New values as they are put into a text that is there already. */
import { isObject, type Json } from '../../object/index.ts';
import type { ScalarStyle } from '../node/node.ts';
import { kyaml } from '../variant.ts';
import { encode } from '../write.ts';

/** Lines with `indent` spaces in front of each, without a line feed at the end. */
export function blockText(value: Json, indent: number): string {
  const space = ' '.repeat(indent);
  return encode(value, { variant: printed })
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : space + line))
    .join('\n');
}

/** A scalar in the quotes that were there; a text that would be read as something else gets some. */
export function scalarText(value: Json, style: ScalarStyle): string {
  if (typeof value === 'string' && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) {
    if (style === 'double') return JSON.stringify(value);
    if (style === 'single') return `'${value.replaceAll("'", "''")}'`;
  }
  if (typeof value === 'string' && value.includes('\n')) return JSON.stringify(value);
  return encode(value, { variant: printed }).trimEnd();
}

/** Between brackets, where commas and brackets mean something. */
export function flowText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (isObject(value))
    return Object.keys(value).length === 0
      ? '{}'
      : `{${Object.entries(value)
          .map(([key, item]) => `${scalarText(key, 'plain')}: ${flowText(item ?? null)}`)
          .join(', ')}}`;
  if (typeof value === 'string' && /[,[\]{}]/.test(value)) return JSON.stringify(value);
  return scalarText(value, 'plain');
}

/** As kustomize prints, with numbers as they are, and quotes wherever any reader of the field would see a boolean or a number. */
const printed = Object.freeze({ ...kyaml, numbersThroughJson: true, oldBooleans: true });
