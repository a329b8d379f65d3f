/** List functions. A function without `must` panics where its `must` twin returns an error: in templates both read the same. Source: sprig list.go. */
import { GoList, strings } from '../../go/composite/index.ts';
import { indirect, kindOf } from '../../go/reflect/index.ts';
import { basicType, listType } from '../../go/type/index.ts';
import { GoInt, GoNil, type GoValue } from '../../go/value/index.ts';
import { sortStrings } from '../../go/sort/index.ts';
import { fixed, param, type State, TemplateFailure, type TemplateFunction, type Value, variadic, weigh } from '../exec/index.ts';
import { isEmpty, itemsOf, stringOf, stringsOf } from './convert.ts';
import { deepEqual } from './equal.ts';
import { toInt } from './numbers.ts';

const { any } = param;
const anyListType = listType(basicType.any);
const listsType = listType(anyListType);

/** The elements, or sprig's complaint. Go has no type for an untyped nil: asking for its kind is a nil dereference. */
function listOf(value: GoValue, complaint: (kind: string) => string): readonly GoValue[] {
  const items = itemsOf(value);
  if (items !== undefined) return items;
  if (value === null) throw new TemplateFailure('runtime error: invalid memory address or nil pointer dereference');
  throw new TemplateFailure(complaint(kindOf(value)));
}

const on =
  (verb: string) =>
  (kind: string): string =>
    `Cannot ${verb} type ${kind}`;

/** Counts the elements of a new list. */
function made(list: readonly GoValue[], state: State): readonly GoValue[] {
  if (list.length > 64) state.run.budget.reserve(8 * list.length);
  return list;
}

const nilList = (): GoNil => new GoNil(anyListType);

function chunk(size: number, value: GoValue): GoList {
  const items = listOf(value, (kind) => `Cannot chunk type ${kind}`);
  if (size <= 0) return new GoList(listsType, chunksOfNone(size, items));
  const chunks: (readonly GoValue[])[] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return new GoList(listsType, chunks);
}

/** What sprig's arithmetic makes of a size that is none: `floor((length - 1) / size + 1)` chunks, the last one of `length % size` elements. */
function chunksOfNone(size: number, items: readonly GoValue[]): readonly (readonly GoValue[])[] {
  const count = size === 0 ? -1 : Math.floor((items.length - 1) / size + 1);
  if (count === 0) return [];
  if (count === 1 && items.length === 1 && size < -1) return [items];
  throw new TemplateFailure('runtime error: makeslice: len out of range');
}

function uniq(items: readonly GoValue[], state: State): readonly GoValue[] {
  const scalars = new Set<GoValue>();
  const integers = new Set<string>();
  const others: GoValue[] = [];
  const isNew = <T>(value: T, seen: Set<T>): boolean => seen.size < seen.add(value).size;
  return items.filter((item) => {
    state.run.budget.step();
    if (typeof item !== 'object' || item === null) return Number.isNaN(item) || isNew(item, scalars);
    if (item instanceof GoInt) return isNew(`${item.type.name} ${item.value}`, integers);
    if (inList(others, item, state)) return false;
    others.push(item);
    return true;
  });
}

/** Strings and numbers are looked for by the platform, so many for one step. */
const lookedAtPerStep = 16;

function inList(items: readonly GoValue[], needle: GoValue, state: State): boolean {
  const { budget } = state.run;
  if (typeof needle === 'string' || typeof needle === 'boolean' || (typeof needle === 'number' && !Number.isNaN(needle))) {
    budget.step(Math.ceil(items.length / lookedAtPerStep));
    return items.includes(needle);
  }
  budget.step(items.length);
  if (needle instanceof GoInt) return items.some((item) => item instanceof GoInt && item.value === needle.value && deepEqual(needle, item));
  return items.some((item) => {
    if (typeof item === 'object') weigh(item, budget);
    return deepEqual(needle, item);
  });
}

const has = (needle: GoValue, haystack: GoValue, state: State): boolean =>
  haystack !== null && inList(listOf(haystack, on('find has on')), needle, state);

function equal(a: GoValue, b: GoValue, state: State): boolean {
  weigh(a, state.run.budget);
  return deepEqual(a, b);
}

function slice(args: readonly GoValue[]): Value {
  const value = args[0] ?? null;
  const items = listOf(value, (kind) => `list should be type of slice or array but ${kind}`);
  if (items.length === 0) return null;
  const start = args[1] === undefined ? 0 : Number(toInt(args[1]));
  const end = args[2] === undefined ? items.length : Number(toInt(args[2]));
  if (start < 0 || end < start || end > items.length) throw new TemplateFailure('reflect.Value.Slice: slice index out of bounds');
  return value instanceof GoList ? new GoList(value.type, items.slice(start, end)) : items.slice(start, end);
}

function concat(lists: readonly GoValue[], state: State): Value {
  const parts = lists.map((list) => listOf(list, (kind) => `Cannot concat type ${kind} as list`));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > 64) state.run.budget.reserve(8 * length);
  return length === 0 ? nilList() : parts.flat();
}

function sortAlpha(value: GoValue, state: State): GoList {
  const target = value === null ? null : indirect(value);
  if (target === null || itemsOf(target) === undefined) return strings([stringOf(value)]);
  const texts = stringsOf(value);
  state.run.budget.step(2 * texts.length);
  return strings(texts.length < 2 ? texts : sortStrings(texts));
}

/** A function of a list, under its name and its `must` name. */
function both(
  name: string,
  complaint: (kind: string) => string,
  run: (items: readonly GoValue[], state: State) => Value,
): [string, TemplateFunction][] {
  const func = fixed([any], ([value], state) => run(listOf(value, complaint), state));
  return [
    [name, func],
    [`must${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`, func],
  ];
}

function named(names: readonly string[], func: TemplateFunction): [string, TemplateFunction][] {
  return names.map((name) => [name, func]);
}

/** Name → function. */
export const listFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ...named(
    ['list', 'tuple'],
    variadic([], any, (values, state) => made(values, state)),
  ),
  ...named(
    ['append', 'push', 'mustAppend', 'mustPush'],
    fixed([any, any], ([list, value], state) => made([...listOf(list, on('push on')), value], state)),
  ),
  ...named(
    ['prepend', 'mustPrepend'],
    fixed([any, any], ([list, value], state) => made([value, ...listOf(list, on('prepend on'))], state)),
  ),
  ...both('first', on('find first on'), (items) => items[0] ?? null),
  ...both('last', on('find last on'), (items) => items.at(-1) ?? null),
  ...both('rest', on('find rest on'), (items, state) => (items.length === 0 ? nilList() : made(items.slice(1), state))),
  ...both('initial', on('find initial on'), (items, state) => (items.length === 0 ? nilList() : made(items.slice(0, -1), state))),
  ...both('reverse', on('find reverse on'), (items, state) => made(items.toReversed(), state)),
  ...both('uniq', on('find uniq on'), uniq),
  ...both('compact', on('compact on'), (items, state) =>
    made(
      items.filter((item) => !isEmpty(item)),
      state,
    ),
  ),
  ...named(
    ['without', 'mustWithout'],
    variadic([any], any, ([list, ...omit], state) => listOf(list, on('find without on')).filter((item) => !inList(omit, item, state))),
  ),
  ...named(
    ['has', 'mustHas'],
    fixed([any, any], ([needle, haystack], state) => has(needle, haystack, state)),
  ),
  ...named(
    ['slice', 'mustSlice'],
    variadic([any], any, (args) => slice(args)),
  ),
  ...named(
    ['chunk', 'mustChunk'],
    fixed([param.int, any], ([size, list]) => chunk(size, list)),
  ),
  ['concat', variadic([], any, concat)],
  ['sortAlpha', fixed([any], ([value], state) => sortAlpha(value, state))],
  ['deepEqual', fixed([any, any], ([a, b], state) => equal(a, b, state))],
];
