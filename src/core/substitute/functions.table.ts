/** The string functions (envsubst: funcs.go). Lengths and offsets count UTF-8 bytes, as in Go. */
import { decodeUtf8, encodeUtf8, utf8Length } from '../../std/index.ts';
import { BAD, SubstitutionFailure } from './failure.ts';
import { longestPrefix, shortestPrefix } from './prefix.ts';

type StringFunction = (value: string, args: readonly string[]) => string;

/** One character at a time, so that only simple case mappings apply, as in Go's unicode package. */
const mapped = (char: string, result: string): string => ([...result].length === 1 ? result : char);
const lower = (char: string): string => (char === 'İ' ? 'i' : mapped(char, char.toLowerCase()));
const upper = (char: string): string => mapped(char, char.toUpperCase());
const each = (value: string, change: (char: string) => string): string => Array.from(value, change).join('');

function first(value: string, change: (char: string) => string): string {
  const [char = ''] = value;
  return change(char) + value.slice(char.length);
}

const fallback: StringFunction = (value, args) => (value === '' ? args.join('') : value);

/** Go: strconv.Atoi; undefined when it fails. */
function atoi(text: string): number | undefined {
  const value = /^[-+]?\d{1,18}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

const substring: StringFunction = (value, [offset = '', length]) => {
  const start = atoi(offset);
  if (start === undefined) return value;
  const bytes = encodeUtf8(value);
  const from = start < 0 ? Math.max(0, bytes.length + start) : start;
  if (length === undefined) return decodeUtf8(bytes.subarray(from));
  const count = atoi(length);
  if (count === undefined) return value;
  if (from + count >= bytes.length) return decodeUtf8(bytes.subarray(from));
  if (count < 0) throw new SubstitutionFailure(`${BAD}: negative length ${count}`);
  return decodeUtf8(bytes.subarray(from, from + count));
};

/** Go: strings.Replace with an empty `old` matches before every character and at the end. */
const replaceAll: StringFunction = (value, [old = '', by = '']) =>
  old === '' ? by + Array.from(value, (char) => char + by).join('') : value.split(old).join(by);

const replaceFirst: StringFunction = (value, [old = '', by = '']) => {
  const at = value.indexOf(old);
  return at < 0 ? value : value.slice(0, at) + by + value.slice(at + old.length);
};

const reversed = (text: string): string => [...text].reverse().join('');
const fromEnd =
  (trim: StringFunction): StringFunction =>
  (value, args) =>
    reversed(trim(reversed(value), args.map(reversed)));

const trimShortest: StringFunction = (value, [pattern = '']) => value.slice(shortestPrefix(pattern, value));
const trimLongest: StringFunction = (value, [pattern = '']) => value.slice(longestPrefix(pattern, value));

const table: ReadonlyMap<string, StringFunction> = new Map<string, StringFunction>([
  [',', (value) => first(value, lower)],
  [',,', (value) => each(value, lower)],
  ['^', (value) => first(value, upper)],
  ['^^', (value) => each(value, upper)],
  ['#', (value, args) => (args.length === 0 ? String(utf8Length(value)) : trimShortest(value, args))],
  ['##', trimLongest],
  ['%', fromEnd(trimShortest)],
  ['%%', fromEnd(trimLongest)],
  [':', substring],
  ['/#', (value, args) => (args.length === 2 && value.startsWith(args[0] ?? '') ? replaceFirst(value, args) : value)],
  [
    '/%',
    (value, args) =>
      args.length === 2 && value.endsWith(args[0] ?? '') ? value.slice(0, value.length - (args[0] ?? '').length) + (args[1] ?? '') : value,
  ],
  ['/', replaceFirst],
  ['//', replaceAll],
]);

/** The function of an operator; every other operator, and none, gives the arguments in place of an empty value. */
export const functionOf = (operator: string): StringFunction => table.get(operator) ?? fallback;

/** Operators that are made for variables that are not set. */
export const providesDefault: ReadonlySet<string> = new Set(['=', ':-', ':+', ':=', ':?']);
