/**
 * What a scalar without quotes means: null, a boolean, a number, a time, or just its text.
 * Source of the rules: go-yaml resolve.go (v2 2.4, v3 3.0).
 */
import { parseGoFloat, parseGoInt, parseGoUint } from '../go/strconv/index.ts';
import type { GoTime } from '../go/value/index.ts';
import { failure, type Mark } from './failure.ts';
import type { Variant } from './variant.ts';
import { newBooleans, nulls, oldBooleans, specialFloats } from './resolve.table.ts';
import { parseTimestamp } from './timestamp.ts';

/** `value` of `!!int` is a number when it is a safe integer, a bigint otherwise; of `!!timestamp` the time. */
export type Resolved =
  | { readonly tag: '!!null'; readonly value: null }
  | { readonly tag: '!!bool'; readonly value: boolean }
  | { readonly tag: '!!int'; readonly value: number | bigint }
  | { readonly tag: '!!float'; readonly value: number }
  | { readonly tag: '!!timestamp'; readonly value: GoTime };

const nullValue: Resolved = Object.freeze({ tag: '!!null', value: null });
const trueValue: Resolved = Object.freeze({ tag: '!!bool', value: true });
const falseValue: Resolved = Object.freeze({ tag: '!!bool', value: false });

/** What a plain scalar means; undefined: a string. */
export function resolvePlain(text: string, variant: Variant): Resolved | undefined {
  if (text === '') return nullValue;
  const c = text.charCodeAt(0);
  if ((c >= 48 && c <= 57) || c === 45 || c === 43) return resolveNumber(text);
  if (c > 126 || (c < 65 && c !== 46)) return undefined;
  return text.length > 5 && c !== 46 ? undefined : resolveWord(text, variant);
}

function resolveWord(text: string, variant: Variant): Resolved | undefined {
  const boolean = newBooleans.get(text) ?? (variant.oldBooleans ? oldBooleans.get(text) : undefined);
  if (boolean !== undefined) return boolean ? trueValue : falseValue;
  if (nulls.has(text)) return nullValue;
  if (text.charCodeAt(0) !== 46) return undefined;
  const special = specialFloats.get(text);
  if (special !== undefined) return { tag: '!!float', value: special };
  const { value, error } = parseGoFloat(text);
  return error === '' ? { tag: '!!float', value } : undefined;
}

const shortDecimal = /^[-+]?(?:0|[1-9][0-9]{0,14})$/;
const anyInteger = /^[-+]?[0-9][0-9a-zA-Z]*$/;
const yamlFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** `0b-1`: go-yaml cuts the prefix off and parses what is left, sign included. */
const signBehindPrefix = /^0(?:b[-+][01]+|o[-+][0-7]+)$/;

function resolveNumber(text: string): Resolved | undefined {
  if (shortDecimal.test(text)) return { tag: '!!int', value: Number(text) + 0 };
  const special = specialFloats.get(text);
  if (special !== undefined) return { tag: '!!float', value: special };
  const time = parseTimestamp(text);
  if (time !== undefined) return { tag: '!!timestamp', value: time };
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  return resolveInteger(plain) ?? resolveFloat(plain);
}

function resolveInteger(plain: string): Resolved | undefined {
  if (anyInteger.test(plain)) {
    const signed = parseGoInt(plain, { base: 0, bits: 64 });
    if (signed.error === '') return { tag: '!!int', value: signed.value };
    const unsigned = parseGoUint(plain, { base: 0, bits: 64 });
    if (unsigned.error === '') return { tag: '!!int', value: unsigned.value };
  }
  if (!signBehindPrefix.test(plain)) return undefined;
  const cut = parseGoInt(plain.slice(2), { base: plain[1] === 'b' ? 2 : 8, bits: 64 });
  return cut.error === '' ? { tag: '!!int', value: cut.value } : undefined;
}

function resolveFloat(plain: string): Resolved | undefined {
  if (!yamlFloat.test(plain)) return undefined;
  const { value, error } = parseGoFloat(plain);
  return error === '' ? { tag: '!!float', value } : undefined;
}

const resolvable: ReadonlySet<string> = new Set(['!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

/** What a scalar with a written tag means; undefined: its text. Fails when the text does not fit the tag. */
export function resolveTagged(tag: string, text: string, variant: Variant, mark: Mark): Resolved | undefined {
  if (!resolvable.has(tag)) return undefined;
  const found = resolvePlain(text, variant);
  const isTime = found?.tag === '!!timestamp';
  const resolved = isTime && tag !== '!!timestamp' ? undefined : found;
  if (resolved?.tag === tag) return resolved;
  if (tag === '!!float' && resolved?.tag === '!!int' && resolved.value <= 0x7fffffffffffffffn)
    return { tag: '!!float', value: Number(resolved.value) };
  throw failure(`cannot decode ${resolved?.tag ?? '!!str'} \`${text}\` as a ${tag}`, mark);
}
