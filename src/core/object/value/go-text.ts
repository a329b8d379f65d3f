/** Strings in Go's order and values in Go's notation, for messages that must read as the API server writes them. */
import type { Json } from '../json.ts';

/** Go compares strings by UTF-8 bytes, which is the order of code points; JavaScript's `<` compares UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above every other unit.
const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** `%q` of a string (Go: strconv.Quote). */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let result = '"';
  for (const char of text) result += SIMPLE.get(char) ?? (PRINTABLE.test(char) ? char : escaped(char));
  return `${result}"`;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `%v` of decoded JSON: `map[a:1 b:[x y]]`. */
export function formatGoValue(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(formatGoValue).join(' ')}]`;
  return `map[${sortedEntries(value)
    .map(([key, item]) => `${key}:${formatGoValue(item)}`)
    .join(' ')}]`;
}

/** `%#v` of decoded JSON: `map[string]interface {}{"a":1}`. */
export function formatGoSyntax(value: Json | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return goNumber(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(formatGoSyntax).join(', ')}}`;
  return `map[string]interface {}{${sortedEntries(value)
    .map(([key, item]) => `${goQuote(key)}:${formatGoSyntax(item)}`)
    .join(', ')}}`;
}

const sortedEntries = (value: object): [string, Json][] =>
  (Object.entries(value) as [string, Json][]).sort((a, b) => compareText(a[0], b[0]));

/** Whole numbers are int64 in decoded JSON; others are float64, which `%v` writes with an exponent from 1e+06 on and below 1e-04. */
function goNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = exponent.replace(/^[+-]/, '').padStart(2, '0');
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${digits}`;
}
