/** Lists (Kubernetes: library/lists.go), sets (cel-go: ext/sets.go) and optional values (cel-go: cel/library.go). */
import { compare, equals } from '../equal.ts';
import { EvalFailure, noSuchOverload } from '../failure.ts';
import { CelDuration, CelList, CelMap, CelOpaque, CelOptional, CelTimestamp, CelUint, type Value } from '../value.ts';
import { leaves, sizeOf, type Cost, type Row, type Run } from './overload.ts';

const items = (value: Value | undefined): readonly Value[] => [...(value as CelList)];
const walk: Cost = ([list]) => leaves(list);
const product: Cost = ([a, b]) => 1 + sizeOf(a) * sizeOf(b);

function extreme(list: Value | undefined, wanted: 1 | -1): Value {
  const all = items(list);
  const [first] = all;
  if (first === undefined) throw new EvalFailure(`${wanted < 0 ? 'min' : 'max'} called on empty list`);
  return all.reduce((best, item) => (Math.sign(compare(item, best)) === wanted ? item : best), first);
}

const SUMMABLE: ReadonlyMap<string, { readonly zero: Value; readonly add: (a: Value, b: Value) => Value }> = new Map([
  ['int', { zero: 0n, add: (a: Value, b: Value) => checked((a as bigint) + (b as bigint)) }],
  ['uint', { zero: new CelUint(0n), add: (a: Value, b: Value) => new CelUint((a as CelUint).value + (b as CelUint).value) }],
  ['double', { zero: 0, add: (a: Value, b: Value) => (a as number) + (b as number) }],
  [
    'duration',
    { zero: new CelDuration(0n), add: (a: Value, b: Value) => new CelDuration((a as CelDuration).nanos + (b as CelDuration).nanos) },
  ],
]);

function checked(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new EvalFailure('integer overflow');
  return value;
}

/** An empty list has no element that tells its type, so the zero is that of the declared one: each type has its own row. */
const sums = [...SUMMABLE].map(([type, { zero, add }]): Row => [
  `list(${type})::sum() ${type}`,
  ([list]) => {
    const all = items(list);
    const kind = kindOf(all[0]);
    // Where types are only known when it runs, anything may be in it.
    if (all.some((item) => kindOf(item) !== kind || kind === '')) throw noSuchOverload();
    const own = SUMMABLE.get(kind) ?? { zero, add };
    return all.reduce((total, item) => own.add(total, item), own.zero);
  },
  walk,
]);

function kindOf(value: Value | undefined): string {
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (value instanceof CelUint) return 'uint';
  return value instanceof CelDuration ? 'duration' : '';
}

const isSorted: Run = ([list]) => {
  const all = items(list);
  return all.every((item, index) => index === 0 || compare(all[index - 1] ?? null, item) <= 0);
};

const ORDERED = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];

const contains = (list: readonly Value[], item: Value): boolean => list.some((other) => equals(item, other));
const includesAll = (list: readonly Value[], sought: readonly Value[]): boolean => sought.every((item) => contains(list, item));

const optional = (value: Value | undefined): CelOptional => value as CelOptional;

/** cel-go: isZeroValue. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return true;
  if (value instanceof CelUint) return value.value === 0n;
  if (value instanceof CelList || (value instanceof CelMap && !value.isObject)) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelTimestamp || value instanceof CelDuration) return value.nanos === 0n;
  return !(value instanceof CelOpaque) && value instanceof CelOptional && value.value === undefined;
}

export const listRows: readonly Row[] = [
  ...ORDERED.flatMap((type): readonly Row[] => [
    [`list(${type})::isSorted() bool`, isSorted, walk],
    [`list(${type})::min() ${type}`, ([list]) => extreme(list, -1), walk],
    [`list(${type})::max() ${type}`, ([list]) => extreme(list, 1), walk],
  ]),
  ...sums,
  ['list(A)::indexOf(A) int', ([list, item = null]) => BigInt(items(list).findIndex((other) => equals(item, other))), walk],
  ['list(A)::lastIndexOf(A) int', ([list, item = null]) => BigInt(items(list).findLastIndex((other) => equals(item, other))), walk],
  ['sets.contains(list(A), list(A)) bool', ([a, b]) => includesAll(items(a), items(b)), product],
  [
    'sets.equivalent(list(A), list(A)) bool',
    ([a, b]) => includesAll(items(a), items(b)) && includesAll(items(b), items(a)),
    ([a, b]) => 1 + 2 * sizeOf(a) * sizeOf(b),
  ],
  ['sets.intersects(list(A), list(A)) bool', ([a, b]) => items(a).some((item) => contains(items(b), item)), product],
  ['optional.of(A) opt(A)', ([value]) => new CelOptional(value)],
  ['optional.ofNonZeroValue(A) opt(A)', ([value = null]) => new CelOptional(isZero(value) ? undefined : value)],
  ['optional.none() opt(A)', () => new CelOptional(undefined)],
  ['opt(A)::hasValue() bool', ([value]) => optional(value).value !== undefined],
  [
    'opt(A)::value() A',
    ([value]) => {
      const held = optional(value).value;
      if (held === undefined) throw new EvalFailure('optional.none() dereference');
      return held;
    },
  ],
  ['opt(A)::or(opt(A)) opt(A)', ([value, other]) => (optional(value).value === undefined ? optional(other) : optional(value))],
  ['opt(A)::orValue(A) A', ([value, other = null]) => optional(value).value ?? other],
];
