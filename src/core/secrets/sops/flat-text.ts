/** A leaf in formats that know only texts. Source: sops stores/stores.go, ValToString. */
import { formatFloat } from '../../go/strconv/index.ts';
import { formatMoment } from './metadata.ts';
import { isBranch, isComment, isList, type Value } from './tree.ts';

/** The text of a leaf; undefined for what is made of other values. */
export function flatText(value: Value): string | undefined {
  if (isBranch(value) || isList(value)) return undefined;
  if (isComment(value)) return value.text;
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return formatMoment(value);
  const text = formatFloat(value, 'G');
  return text.includes('.') || text.includes('E') ? text : formatFloat(value, 'f', { precision: 1 });
}
