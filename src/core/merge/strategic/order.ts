/**
 * The order of merged lists: what `$setElementOrder` says comes first, then the order of the patch, then that of the live list.
 * Source: apimachinery pkg/util/strategicpatch/patch.go (normalizeElementOrder, mergeSortedSlice, deduplicateScalars).
 */
import { type Json, isObject } from '../../object/index.ts';
import { compareText, equalJson, formatGoValue } from '../../object/value/index.ts';
import { MAP_TYPE, MARKER, asObject, keyOf } from './meta.ts';

/** How items of a list are told apart: by a merge key, or by themselves when `mergeKey` is undefined. */
export type Identity = (item: Json) => Json | undefined;

export const identityBy = (mergeKey: string, type: string): Identity =>
  type === MAP_TYPE ? (item) => (isObject(item) && Object.hasOwn(item, mergeKey) ? item[mergeKey] : undefined) : (item) => item;

/** Positions of items in a list by their identity; the first of equal ones counts. */
class Positions {
  readonly #known = new Map<Json | undefined, number>();
  readonly #identity: Identity;

  constructor(list: readonly Json[], identity: Identity) {
    this.#identity = identity;
    for (const [index, item] of list.entries()) {
      const id = identity(item);
      if (!this.#known.has(id)) this.#known.set(id, index);
    }
  }

  of(item: Json): number {
    return this.#known.get(this.#identity(item)) ?? -1;
  }
}

/** Items that the patch deletes, and the others. */
export function splitDeletions(list: readonly Json[]): { readonly kept: Json[]; readonly deleted: Json[] } {
  const kept: Json[] = [];
  const deleted: Json[] = [];
  for (const item of list) (asObject(item)[MARKER] === 'delete' ? deleted : kept).push(item);
  return { kept, deleted };
}

export interface Keyed {
  readonly mergeKey: string;
  /** Go type of the items. */
  readonly type: string;
}

/** `items` in the order of `order`; deletions go last. */
export function sortBy(items: readonly Json[], order: readonly Json[], keyed: Keyed): Json[] {
  const isMap = keyed.type === MAP_TYPE;
  if (isMap) for (const item of [...items, ...order]) keyOf(item, keyed.mergeKey);
  const { kept, deleted } = isMap ? splitDeletions(items) : { kept: [...items], deleted: [] };
  const positions = new Positions(order, identityBy(keyed.mergeKey, keyed.type));
  return [...insertionSort(kept, positions), ...deleted];
}

/** Above this many items the original merges sorted blocks; only lists with unknown items would show a difference. */
const BLOCK = 20;

/** Items that `order` does not know count as smaller than everything, in both directions: the original's sort moves them to the front. */
function insertionSort(items: Json[], positions: Positions): Json[] {
  const places = items.map((item) => positions.of(item));
  if (items.length > BLOCK || places.every((place) => place >= 0)) {
    return items
      .map((item, index) => ({ item, place: places[index] ?? -1 }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
  const result = items.map((item, index) => ({ item, place: places[index] ?? -1 }));
  const less = (a: number, b: number): boolean => (a >= 0 && b >= 0 ? a < b : true);
  for (let i = 1; i < result.length; i += 1) {
    for (let j = i; j > 0; j -= 1) {
      const [left, right] = [result[j - 1], result[j]];
      if (left === undefined || right === undefined || !less(right.place, left.place)) break;
      result[j - 1] = right;
      result[j] = left;
    }
  }
  return result.map(({ item }) => item);
}

export interface OrderedParts {
  /** Items the patch mentions, and the order it wants. */
  readonly patch: readonly Json[];
  readonly patchOrder: readonly Json[];
  /** Items only the live list has, and the order they had. */
  readonly serverOnly: readonly Json[];
  readonly serverOrder: readonly Json[];
}

/** Both parts in their own order, woven together so that live items stay near where they were. */
export function weave(parts: OrderedParts, keyed: Keyed): Json[] {
  const right = sortBy(parts.patch, parts.patchOrder, keyed);
  const left = sortBy(parts.serverOnly, parts.serverOrder, keyed);
  const positions = new Positions(parts.serverOrder, identityBy(keyed.mergeKey, keyed.type));
  const result: Json[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const mine = left[i];
    const theirs = right[j];
    const at = mine === undefined ? -1 : positions.of(mine);
    const before = theirs === undefined ? -1 : positions.of(theirs);
    const takeMine = mine !== undefined && (theirs === undefined || (at >= 0 && before >= 0 && at < before));
    if (takeMine) i += 1;
    else j += 1;
    result.push((takeMine ? mine : theirs) ?? null);
  }
  return result;
}

/** Items whose identity occurs in `by`, and the others. */
export function partition(
  list: readonly Json[],
  by: readonly Json[],
  keyed: { readonly mergeKey: string },
): { present: Json[]; absent: Json[] } {
  const present: Json[] = [];
  const absent: Json[] = [];
  const keyedBy = keyed.mergeKey !== '';
  const known = new Set<Json | undefined>(by.map((item) => (keyedBy ? asObject(item)[keyed.mergeKey] : item)));
  for (const item of list) (known.has(keyedBy ? keyOf(item, keyed.mergeKey) : item) ? present : absent).push(item);
  return { present, absent };
}

/** Scalars without repetition. A repeated one is replaced by the last, which is where the order of the original comes from. */
export function deduplicate(list: readonly Json[]): Json[] {
  if (new Set(list).size === list.length) return [...list];
  const result = [...list];
  for (let i = 0; i < result.length - 1; i += 1) {
    for (let j = i + 1; j < result.length; j += 1) {
      if (result[i] !== result[j]) continue;
      const last = result.pop() ?? null;
      if (j < result.length) {
        result[j] = last;
        j -= 1;
      }
    }
  }
  return result;
}

/** Scalars in the order of their texts. */
export const sortScalars = (list: readonly Json[]): Json[] => list.toSorted((a, b) => compareText(formatGoValue(a), formatGoValue(b)));

/** Items in the order of the texts of their merge keys. */
export const sortByKey = (list: readonly Json[], mergeKey: string): Json[] =>
  list.toSorted((a, b) => compareText(formatGoValue(asObject(a)[mergeKey]), formatGoValue(asObject(b)[mergeKey])));

/** `list` itself when the other list has the same items. */
export const keepIfSame = (list: readonly Json[], other: readonly Json[]): readonly Json[] =>
  list.length === other.length && list.every((item, index) => item === other[index] || equalJson(item, other[index])) ? list : other;
