/** Strings and regular expressions (cel-spec; cel-go: ext/strings.go version 2; Kubernetes: library/regex.go). Offsets count code points. */
import { encodeUtf8 } from '../../../std/index.ts';
import { formatFloat, quote } from '../../go/strconv/index.ts';
import { EvalFailure } from '../failure.ts';
import { CelDuration, CelList, CelMap, CelTimestamp, CelUint, listOf, typeName, type Value } from '../value.ts';
import { formatSeconds, formatTimestamp } from './time.ts';
import { leaves, matching, sizeOf, traversal, type Cost, type Row, type Run } from './overload.ts';

const chars = (value: Value | undefined): readonly string[] => [...(value as string)];
const number = (value: Value | undefined): number => Number(value as bigint);
const ascii = (text: string, pattern: RegExp, shift: number): string =>
  text.replace(pattern, (char) => String.fromCharCode(char.charCodeAt(0) + shift));

function outOfRange(index: number): EvalFailure {
  return new EvalFailure(`index out of range: ${index}`);
}

const charAt: Run = ([text, index]) => {
  const all = chars(text);
  const at = number(index);
  if (at < 0 || at > all.length) throw outOfRange(at);
  return all[at] ?? '';
};

function find(all: readonly string[], part: readonly string[], from: number, step: 1 | -1): bigint {
  for (let at = from; at >= 0 && at + part.length <= all.length; at += step)
    if (part.every((char, i) => all[at + i] === char)) return BigInt(at);
  return -1n;
}

const indexOf: Run = ([text, part, offset]) => {
  const all = chars(text);
  const sought = chars(part);
  const from = offset === undefined ? 0 : number(offset);
  if (sought.length === 0) return BigInt(from);
  if (from < 0) throw outOfRange(from);
  return find(all, sought, from, 1);
};

const lastIndexOf: Run = ([text, part, offset]) => {
  const all = chars(text);
  const sought = chars(part);
  if (sought.length === 0) return BigInt(offset === undefined ? all.length : number(offset));
  if (offset !== undefined && number(offset) < 0) throw outOfRange(number(offset));
  if (offset !== undefined && number(offset) >= all.length) return -1n;
  const last = all.length - sought.length;
  return find(all, sought, offset === undefined ? last : Math.min(number(offset), last), -1);
};

const substring: Run = ([text, start, end]) => {
  const all = chars(text);
  const from = number(start);
  const to = end === undefined ? all.length : number(end);
  if (end !== undefined && from > to) throw new EvalFailure(`invalid substring range. start: ${from}, end: ${to}`);
  if (from < 0 || from > all.length) throw outOfRange(from);
  if (to < 0 || to > all.length) throw outOfRange(to);
  return all.slice(from, to).join('');
};

const replace: Run = ([text, old, by, limit]) => {
  const whole = text as string;
  const count = limit === undefined ? -1 : number(limit);
  const parts = old === '' ? ['', ...whole, ''] : whole.split(old as string);
  // With an empty `old` the replacement goes around every character.
  const joined = old === '' && whole === '' ? ['', ''] : parts;
  const cut = count < 0 ? joined.length - 1 : Math.min(count, joined.length - 1);
  const rest = old === '' ? joined.slice(cut).join('') : joined.slice(cut).join(old as string);
  return cut === 0 ? whole : [...joined.slice(0, cut), rest].join(by as string);
};

const split: Run = ([text, by, limit]) => {
  const count = limit === undefined ? -1 : number(limit);
  if (count === 0) return listOf([]);
  const parts = by === '' ? [...(text as string)] : (text as string).split(by as string);
  if (count < 0 || parts.length <= count) return listOf(parts);
  return listOf([...parts.slice(0, count - 1), parts.slice(count - 1).join(by as string)]);
};

/** Unicode white space, as Go's TrimSpace. */
const trim: Run = ([text]) => (text as string).replace(/^[\s\u0085]+|[\s\u0085]+$/gu, '');

const join: Run = ([list, by]) => {
  const items = [...(list as CelList)];
  if (items.some((item) => typeof item !== 'string')) throw new EvalFailure('no such overload');
  return items.join(typeof by === 'string' ? by : '');
};

const traversed: Cost = ([text]) => traversal(text);
const walked: Cost = ([text]) => leaves(text);
const twice: Cost = ([text]) => traversal(text, 2);
const resultTwice: Cost = (_args, result) => traversal(result, 2);
const regexCost: Cost = ([text, pattern]) => matching(text, sizeOf(pattern));

const findAll: Run = ([text, pattern, limit], runtime) =>
  listOf(runtime.pattern(pattern as string).findAllTexts(text as string, limit === undefined ? -1 : number(limit)));

export const stringRows: readonly Row[] = [
  ['string::contains(string) bool', ([a, b]) => (a as string).includes(b as string), ([a, b]) => traversal(a) * traversal(b)],
  ['string::startsWith(string) bool', ([a, b]) => (a as string).startsWith(b as string), traversed],
  ['string::endsWith(string) bool', ([a, b]) => (a as string).endsWith(b as string), traversed],
  ['string::matches(string) bool', ([a, b], runtime) => runtime.pattern(b as string).matches(a as string), regexCost],
  ['matches(string, string) bool', ([a, b], runtime) => runtime.pattern(b as string).matches(a as string), regexCost],
  ['string::find(string) string', ([a, b], runtime) => runtime.pattern(b as string).findAllTexts(a as string, 1)[0] ?? '', regexCost],
  ['string::findAll(string) list(string)', findAll, regexCost],
  ['string::findAll(string, int) list(string)', findAll, regexCost],
  ['string::charAt(int) string', charAt],
  ['string::indexOf(string) int', indexOf, walked],
  ['string::indexOf(string, int) int', indexOf, walked],
  ['string::lastIndexOf(string) int', lastIndexOf, walked],
  ['string::lastIndexOf(string, int) int', lastIndexOf, walked],
  ['string::lowerAscii() string', ([a]) => ascii(a as string, /[A-Z]/g, 32), traversed],
  ['string::upperAscii() string', ([a]) => ascii(a as string, /[a-z]/g, -32), traversed],
  ['string::replace(string, string) string', replace, twice],
  ['string::replace(string, string, int) string', replace, twice],
  ['string::split(string) list(string)', split, twice],
  ['string::split(string, int) list(string)', split, twice],
  ['string::substring(int) string', substring, traversed],
  ['string::substring(int, int) string', substring, traversed],
  ['string::trim() string', trim, traversed],
  ['list(string)::join() string', join, resultTwice],
  ['list(string)::join(string) string', join, resultTwice],
  ['string::format(list(dyn)) string', ([template, args]) => format(template as string, args as CelList), traversed],
  ['strings.quote(string) string', ([a]) => quote(a as string), traversed],
];

/** `%s %d %f %e %b %o %x %X %%` with an optional precision for `%f` and `%e` (cel-go: ext/formatting.go). */
function format(template: string, args: CelList): string {
  let next = 0;
  return template.replace(/%(?:\.(\d{1,3}))?(.?)/gsu, (_clause: string, precision: string | undefined, verb: string) => {
    if (verb === '%' && precision === undefined) return '%';
    if (next >= args.size) throw new EvalFailure(`index ${next} out of range`);
    const value = args.at(next++);
    const text = formatClause(value, verb, precision === undefined ? 6 : Number(precision));
    if (text === undefined) throw new EvalFailure(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
    return text;
  });
}

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['d', 'decimal clause can only be used on integers'],
  ['f', 'fixed-point clause can only be used on doubles'],
  ['e', 'scientific clause can only be used on doubles'],
  ['b', 'only integers and bools can be formatted as binary'],
  ['o', 'octal clause can only be used on integers'],
  ['x', 'only integers, byte buffers, and strings can be formatted as hex'],
  ['X', 'only integers, byte buffers, and strings can be formatted as hex'],
]);

function formatClause(value: Value, verb: string, precision: number): string | undefined {
  if (verb === 's') return display(value);
  if (verb === '' || !FORMATS.has(verb)) return undefined;
  const text = formatNumber(value, verb, precision);
  if (text === undefined) throw new EvalFailure(`error during formatting: ${FORMATS.get(verb) ?? ''}, was given ${typeName(value)}`);
  return text;
}

/** Undefined when the value is not of the verb's kind. */
function formatNumber(value: Value, verb: string, precision: number): string | undefined {
  const integer = typeof value === 'bigint' ? value : value instanceof CelUint ? value.value : undefined;
  switch (verb) {
    case 'd':
      return integer === undefined ? nonFinite(value) : String(integer);
    case 'f':
      return nonFinite(value) ?? (typeof value === 'number' ? formatFloat(value, 'f', { precision }) : undefined);
    case 'e':
      return nonFinite(value) ?? (typeof value === 'number' ? scientific(formatFloat(value, 'e', { precision })) : undefined);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : integer?.toString(2);
    case 'o':
      return integer?.toString(8);
    default: {
      const text = hex(value) ?? integer?.toString(16);
      return verb === 'X' ? text?.toUpperCase() : text;
    }
  }
}

const nonFinite = (value: Value): string | undefined => (typeof value === 'number' && !Number.isFinite(value) ? display(value) : undefined);

/** cel-go prints through a printer for English text: `1.5×10⁰⁴`. */
const scientific = (text: string): string => {
  const [mantissa = '', exponent = ''] = text.split('e');
  const raised = exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '');
  return `${mantissa}×10${raised}`;
};

function hex(value: Value): string | undefined {
  const bytes = typeof value === 'string' ? encodeUtf8(value) : value instanceof Uint8Array ? value : undefined;
  return bytes === undefined ? undefined : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function display(value: Value): string {
  if (typeof value === 'number')
    return Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? formatFloat(value, 'g') : value > 0 ? 'Infinity' : '-Infinity';
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelTimestamp) return formatTimestamp(value);
  if (value instanceof CelDuration) return formatSeconds(value);
  if (value instanceof CelList) return `[${[...value].map(displayQuoted).join(', ')}]`;
  if (value instanceof CelMap)
    return `{${[...value.keys()]
      .map((key) => `${displayQuoted(key)}:${displayQuoted(value.get(key) ?? null)}`)
      .toSorted()
      .join(', ')}}`;
  return String(value);
}

const displayQuoted = (value: Value): string =>
  typeof value === 'string' || nonFinite(value) !== undefined ? quote(display(value)) : display(value);
