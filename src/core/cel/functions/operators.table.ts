/** Operators and conversions of the language (cel-spec: List of Standard Definitions). */
import { decodeUtf8, encodeUtf8, isUtf8 } from '../../../std/index.ts';
import { formatFloat, parseGoFloat, parseGoInt, parseGoUint } from '../../go/strconv/index.ts';
import { compare, equals } from '../equal.ts';
import { EvalFailure, noSuchOverload } from '../failure.ts';
import { CelDuration, CelList, CelMap, CelOpaque, CelTimestamp, CelTypeValue, CelUint, typeName, type Value } from '../value.ts';
import { sizeOf, traversal, type Row, type Run } from './overload.ts';
import { formatSeconds, formatTimestamp, parseDurationText, parseTimestampText, timestampOfSeconds } from './time.ts';

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

function int(value: bigint): bigint {
  if (value < MIN_INT || value > MAX_INT) throw new EvalFailure('integer overflow');
  return value;
}

function uint(value: bigint): CelUint {
  if (value < 0n || value > MAX_UINT) throw new EvalFailure('unsigned integer overflow');
  return new CelUint(value);
}

const nonzero = (value: bigint, message: string): bigint => {
  if (value === 0n) throw new EvalFailure(message);
  return value;
};

const ints =
  (run: (a: bigint, b: bigint) => bigint): Run =>
  ([a, b]) =>
    int(run(a as bigint, b as bigint));
const uints =
  (run: (a: bigint, b: bigint) => bigint): Run =>
  ([a, b]) =>
    uint(run((a as CelUint).value, (b as CelUint).value));
const doubles =
  (run: (a: number, b: number) => number): Run =>
  ([a, b]) =>
    run(a as number, b as number);

/** The range of Go's time.Time that cel-go accepts, and of a duration. */
function timestamp(nanos: bigint): CelTimestamp {
  const seconds = nanos / 1_000_000_000n;
  if (seconds < -62135596800n || seconds > 253402300799n) throw new EvalFailure('timestamp overflow');
  return new CelTimestamp(nanos);
}
function duration(nanos: bigint): CelDuration {
  if (nanos < MIN_INT || nanos > MAX_INT) throw new EvalFailure('duration overflow');
  return new CelDuration(nanos);
}
const nanosOf = (value: Value | undefined): bigint => (value as CelTimestamp | CelDuration).nanos;

const sum: Run = ([a, b]) => {
  if (a instanceof CelList && b instanceof CelList) return addLists(a, b);
  throw noSuchOverload();
};

/** Kubernetes: lists that are sets or have keys are merged instead of put one behind the other. */
function addLists(a: CelList, b: CelList): CelList {
  if (a.merge === 'atomic') {
    const size = a.size + b.size;
    return new CelList({ size, at: (index) => (index < a.size ? a.at(index) : b.at(index - a.size)) });
  }
  const { merge } = a;
  const keyed = (item: Value): readonly (Value | undefined)[] =>
    merge === 'set' ? [item] : merge.map((key) => (item instanceof CelMap ? item.get(key) : undefined));
  const same = (left: Value, right: Value): boolean => {
    const others = keyed(right);
    return keyed(left).every((part, index) => {
      const other = others[index];
      return part === undefined || other === undefined ? part === other : equals(part, other);
    });
  };
  const items = [...a].map((item) => [...b].findLast((other) => same(item, other)) ?? item);
  for (const item of b) if (!items.some((other) => same(item, other))) items.push(item);
  return new CelList({ size: items.length, at: (index) => items[index] ?? null }, merge);
}

const minTraversal = (args: readonly Value[]): number =>
  args[0] instanceof CelOpaque ? 1 : Math.ceil(Math.min(sizeOf(args[0]), sizeOf(args[1])) * 0.1);
const added = ([a, b]: readonly Value[]): number => Math.ceil((sizeOf(a) + sizeOf(b)) * 0.1);

const ORDERED = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'timestamp', 'duration'];
const NUMERIC = ['int', 'uint', 'double'];

const ORDER: readonly (readonly [string, (order: number) => boolean])[] = [
  ['_<_', (order) => order < 0],
  ['_<=_', (order) => order <= 0],
  ['_>_', (order) => order > 0],
  ['_>=_', (order) => order >= 0],
];

const orderRows = ORDER.flatMap(([name, test]): readonly Row[] => {
  const run: Run = ([a = null, b = null]) => test(compare(a, b));
  const same = ORDERED.map((type): Row => [
    `${name}(${type}, ${type}) bool`,
    run,
    type === 'string' || type === 'bytes' ? minTraversal : undefined,
  ]);
  const crossed = NUMERIC.flatMap((a) => NUMERIC.filter((b) => b !== a).map((b): Row => [`${name}(${a}, ${b}) bool`, run]));
  return [...same, ...crossed];
});

const isIn: Run = ([item = null, container = null]) => {
  if (container instanceof CelList) return [...container].some((other) => equals(item, other));
  if (container instanceof CelMap) return container.get(item) !== undefined;
  throw noSuchOverload();
};

const size: Run = ([value = null]) => BigInt(typeof value === 'string' ? [...value].length : sizeOf(value));
const sizes = ['string', 'bytes', 'list(A)', 'map(A, B)'];

export const operatorRows: readonly Row[] = [
  ['_==_(A, A) bool', ([a = null, b = null]) => equals(a, b), minTraversal],
  ['_!=_(A, A) bool', ([a = null, b = null]) => !equals(a, b), minTraversal],
  ...orderRows,
  ['@in(A, list(A)) bool', isIn, ([, list]) => sizeOf(list)],
  ['@in(A, map(A, B)) bool', isIn],
  ['!_(bool) bool', ([a]) => a !== true],
  ['-_(int) int', ([a]) => int(-(a as bigint))],
  ['-_(double) double', ([a]) => -(a as number)],
  ['_+_(int, int) int', ints((a, b) => a + b)],
  ['_-_(int, int) int', ints((a, b) => a - b)],
  ['_*_(int, int) int', ints((a, b) => a * b)],
  ['_/_(int, int) int', ints((a, b) => a / nonzero(b, 'division by zero'))],
  ['_%_(int, int) int', ints((a, b) => a % nonzero(b, 'modulus by zero'))],
  ['_+_(uint, uint) uint', uints((a, b) => a + b)],
  ['_-_(uint, uint) uint', uints((a, b) => a - b)],
  ['_*_(uint, uint) uint', uints((a, b) => a * b)],
  ['_/_(uint, uint) uint', uints((a, b) => a / nonzero(b, 'division by zero'))],
  ['_%_(uint, uint) uint', uints((a, b) => a % nonzero(b, 'modulus by zero'))],
  ['_+_(double, double) double', doubles((a, b) => a + b)],
  ['_-_(double, double) double', doubles((a, b) => a - b)],
  ['_*_(double, double) double', doubles((a, b) => a * b)],
  ['_/_(double, double) double', doubles((a, b) => a / b)],
  ['_+_(string, string) string', ([a, b]) => (a as string) + (b as string), added],
  ['_+_(bytes, bytes) bytes', ([a, b]) => Uint8Array.from([...(a as Uint8Array), ...(b as Uint8Array)]), added],
  ['_+_(list(A), list(A)) list(A)', sum],
  ['_+_(timestamp, duration) timestamp', ([a, b]) => timestamp(nanosOf(a) + nanosOf(b))],
  ['_+_(duration, timestamp) timestamp', ([a, b]) => timestamp(nanosOf(a) + nanosOf(b))],
  ['_+_(duration, duration) duration', ([a, b]) => duration(nanosOf(a) + nanosOf(b))],
  ['_-_(timestamp, timestamp) duration', ([a, b]) => duration(nanosOf(a) - nanosOf(b))],
  ['_-_(timestamp, duration) timestamp', ([a, b]) => timestamp(nanosOf(a) - nanosOf(b))],
  ['_-_(duration, duration) duration', ([a, b]) => duration(nanosOf(a) - nanosOf(b))],
  ...sizes.map((type): Row => [`size(${type}) int`, size]),
  ...sizes.map((type): Row => [`${type}::size() int`, size]),
];

const conversion = (type: string): EvalFailure => new EvalFailure(`type conversion error from 'string' to '${type}'`);

function parseInteger(text: string): bigint {
  const parsed = parseGoInt(text, { base: 10 });
  if (parsed.error !== '') throw conversion('int');
  return BigInt(parsed.value);
}

function parseUnsigned(text: string): CelUint {
  const parsed = parseGoUint(text, { base: 10 });
  if (parsed.error !== '') throw conversion('uint');
  return new CelUint(BigInt(parsed.value));
}

function parseDouble(text: string): number {
  const parsed = parseGoFloat(text);
  if (parsed.error !== '') throw conversion('double');
  return parsed.value;
}

/** cel-go refuses doubles that are not strictly inside the range. */
function wholeOf(value: number, range: { readonly min: number; readonly max: number; readonly message: string }): bigint {
  if (!(value > range.min && value < range.max)) throw new EvalFailure(range.message);
  return BigInt(Math.trunc(value));
}

const INT_RANGE = { min: -(2 ** 63), max: 2 ** 63, message: 'integer overflow' };
const UINT_RANGE = { min: -1, max: 2 ** 64, message: 'unsigned integer overflow' };

function parseBool(text: string): boolean {
  if (['1', 't', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw conversion('bool');
}

const toText: Run = ([value]) => {
  if (typeof value === 'number') return formatFloat(value, 'g');
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelTimestamp) return formatTimestamp(value);
  return value instanceof CelDuration ? formatSeconds(value) : String(value);
};

const bytesToText: Run = ([value]) => {
  if (!isUtf8(value as Uint8Array)) throw new EvalFailure('invalid UTF-8 in bytes, cannot convert to string');
  return decodeUtf8(value as Uint8Array);
};

const same: Run = ([value = null]) => value;

export const conversionRows: readonly Row[] = [
  ...['int', 'uint', 'double', 'string', 'bool', 'bytes', 'timestamp', 'duration'].map((type): Row => [`${type}(${type}) ${type}`, same]),
  ['int(uint) int', ([a]) => int((a as CelUint).value)],
  ['int(double) int', ([a]) => wholeOf(a as number, INT_RANGE)],
  ['int(string) int', ([a]) => parseInteger(a as string)],
  ['int(timestamp) int', ([a]) => floorSeconds(nanosOf(a))],
  ['int(duration) int', ([a]) => nanosOf(a)],
  ['uint(int) uint', ([a]) => uint(a as bigint)],
  ['uint(double) uint', ([a]) => new CelUint(wholeOf(a as number, UINT_RANGE))],
  ['uint(string) uint', ([a]) => parseUnsigned(a as string)],
  ['double(int) double', ([a]) => Number(a as bigint)],
  ['double(uint) double', ([a]) => Number((a as CelUint).value)],
  ['double(string) double', ([a]) => parseDouble(a as string)],
  ['bool(string) bool', ([a]) => parseBool(a as string)],
  ['bytes(string) bytes', ([a]) => encodeUtf8(a as string), ([a]) => traversal(a)],
  ['string(bytes) string', bytesToText, ([a]) => traversal(a)],
  ...['int', 'uint', 'double', 'bool', 'timestamp', 'duration'].map((type): Row => [`string(${type}) string`, toText]),
  ['timestamp(string) timestamp', ([a]) => parseTimestampText(a as string)],
  ['timestamp(int) timestamp', ([a]) => timestampOfSeconds(a as bigint)],
  ['duration(string) duration', ([a]) => parseDurationText(a as string)],
  ['duration(int) duration', ([a]) => new CelDuration(a as bigint)],
  ['type(A) type', ([a = null]) => new CelTypeValue(typeName(a))],
  ['dyn(A) dyn', same],
];

function floorSeconds(nanos: bigint): bigint {
  const seconds = nanos / 1_000_000_000n;
  return nanos < 0n && seconds * 1_000_000_000n !== nanos ? seconds - 1n : seconds;
}
