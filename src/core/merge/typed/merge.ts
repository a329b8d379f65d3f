/**
 * Merges a partial value into another: what the right side says wins, what it does not mention stays (structured-merge-diff typed/merge.go).
 * Both sides must be valid. Parts of the left side that do not change are returned as they are, up to the whole value.
 */
import { type Json, type JsonObject, isObject, record } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';
import type { ListType, TypeNode } from '../../schema/index.ts';
import { type ItemElement, formatPath } from '../fieldset/index.ts';
import {
  LIST,
  MAP,
  type Maybe,
  SCALAR,
  type TypedError,
  chosen,
  deduce,
  fieldType,
  isList,
  itemElement,
  prefixErrors,
  scalarError,
} from './walk.ts';

export type MergeResult = { readonly ok: true; readonly value: Maybe } | { readonly ok: false; readonly errors: readonly TypedError[] };

/** `undefined` on a side: that side says nothing. An undefined result: nothing is left. */
export function mergeTyped(type: TypeNode, left: Maybe, right: Maybe): MergeResult {
  const errors: TypedError[] = [];
  const value = merge(type, { left, right }, errors);
  return errors.length === 0 ? { ok: true, value } : { ok: false, errors };
}

interface Pair {
  readonly left: Maybe;
  readonly right: Maybe;
}

function merge(type: TypeNode, pair: Pair, errors: TypedError[]): Maybe {
  const { left, right } = pair;
  if (left === right && left !== undefined) return left;
  // Nothing to merge with: all of the right side is taken.
  if (right !== undefined && (left === undefined || left === null)) return right;
  if (right === undefined) return left;
  const forms = deduce(type, right);
  const own = deduce(type, left);
  // The left side has another form: it is walked for its errors, the right side decides.
  if (own !== forms) mergeAs(type, { pair, form: chosen(own) }, errors);
  return mergeAs(type, { pair, form: chosen(forms) }, errors);
}

function mergeAs(type: TypeNode, { pair, form }: { pair: Pair; form: number }, errors: TypedError[]): Maybe {
  if (form === MAP && type.map !== undefined) return mergeMaps(type, pair, errors);
  if (form === LIST && type.list !== undefined) return mergeLists(type.list, pair, errors);
  if (form === SCALAR && type.scalar !== undefined) {
    const wrong = [scalarError(type.scalar, pair.left), scalarError(type.scalar, pair.right)];
    if (wrong[0] === undefined || wrong[1] === undefined) return keepRight(pair);
    errors.push({ path: '', message: `lhs: ${wrong[0]}` }, { path: '', message: `rhs: ${wrong[1]}` });
    return undefined;
  }
  errors.push({ path: '', message: `schema error: invalid atom: ${type.name === '' ? 'inlined' : `named type: ${type.name}`}` });
  return undefined;
}

/** A leaf: the right side. An equal value stays the left one. */
const keepRight = ({ left, right }: Pair): Maybe => (equalJson(left, right) ? left : right);

const isEmptyMap = (value: JsonObject | undefined): boolean => {
  for (const key in value) if (value[key] !== undefined) return false;
  return true;
};

function mergeMaps(type: TypeNode, pair: Pair, errors: TypedError[]): Maybe {
  const left = isObject(pair.left) ? pair.left : undefined;
  const right = isObject(pair.right) ? pair.right : undefined;
  // Two empty sides are a leaf: that keeps apart empty and null.
  if (type.map?.atomic === true || (isEmptyMap(left) && isEmptyMap(right))) return keepRight(pair);
  let result: { [key: string]: Json } | undefined;
  const own = left ?? record();
  for (const name of Object.keys(right ?? own)) {
    const member = right?.[name];
    if (member === undefined) continue;
    const before = Object.hasOwn(own, name) ? own[name] : undefined;
    const start = errors.length;
    const below = fieldType(type, name);
    const merged = below === undefined ? undeclared(errors) : merge(below, { left: before, right: member }, errors);
    if (errors.length > start) prefixErrors(errors, start, `.${name}`);
    if (merged === before || merged === undefined) continue;
    result ??= copyOf(own);
    result[name] = merged;
  }
  return result ?? left;
}

function copyOf(object: JsonObject): { [key: string]: Json } {
  const copy = record();
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}

function undeclared(errors: TypedError[]): undefined {
  errors.push({ path: '', message: 'schema error: invalid atom: inlined' });
  return undefined;
}

function mergeLists(list: ListType, pair: Pair, errors: TypedError[]): Maybe {
  const left = isList(pair.left) ? pair.left : undefined;
  const right = isList(pair.right) ? pair.right : undefined;
  if (!list.associative || ((left?.length ?? 0) === 0 && (right?.length ?? 0) === 0)) return keepRight(pair);
  const mine = indexItems(list, left ?? [], { errors: [], allowDuplicates: true });
  const theirs = indexItems(list, right ?? [], { errors, allowDuplicates: false });
  errors.push(...mine.errors);
  if (errors.length > 0) return undefined;
  const merged = new ListMerge(list, { left: left ?? [], mine, theirs }).run();
  if (left !== undefined && merged.length === left.length && merged.every((item, index) => item === left[index])) return left;
  return merged.length === 0 ? undefined : merged;
}

interface Indexed {
  readonly elements: readonly ItemElement[];
  /** By element id. A duplicated item has no value of its own: null. */
  readonly values: ReadonlyMap<string, Json>;
  readonly errors: TypedError[];
}

function indexItems(
  list: ListType,
  items: readonly Json[],
  { errors, allowDuplicates }: { errors: TypedError[]; allowDuplicates: boolean },
): Indexed {
  const elements: ItemElement[] = [];
  const values = new Map<string, Json>();
  for (const [index, item] of items.entries()) {
    const element = itemElement(list, item);
    if (typeof element === 'string') {
      errors.push({ path: '', message: `element ${index}: ${element}` });
      continue;
    }
    const duplicate = values.has(element.id);
    if (duplicate && !allowDuplicates) {
      errors.push({ path: '', message: `duplicate entries for key ${formatPath([element])}` });
      continue;
    }
    values.set(element.id, duplicate ? null : item);
    elements.push(element);
  }
  return { elements, values, errors };
}

/**
 * Brings two orders together: items only the left side has stay where they are, new items come before the next shared one, shared items
 * take the order of the right side. Steps follow visitListItems exactly, as the order is visible.
 */
class ListMerge {
  readonly #list: ListType;
  readonly #left: readonly Json[];
  readonly #mine: Indexed;
  readonly #theirs: Indexed;
  readonly #shared: readonly string[];
  readonly #merged = new Set<string>();
  readonly #out: Json[] = [];
  #nextShared = 0;

  constructor(list: ListType, sides: { left: readonly Json[]; mine: Indexed; theirs: Indexed }) {
    this.#list = list;
    this.#left = sides.left;
    this.#mine = sides.mine;
    this.#theirs = sides.theirs;
    this.#shared = sides.theirs.elements.map((element) => element.id).filter((id) => sides.mine.values.has(id));
  }

  run(): readonly Json[] {
    const mine = this.#mine.elements;
    const theirs = this.#theirs.elements;
    let l = 0;
    let r = 0;
    while (l < mine.length || r < theirs.length) {
      const own = mine[l]?.id;
      const other = theirs[r]?.id;
      if (own !== undefined && other !== undefined) {
        if (own === other) {
          this.#take(own);
          l += 1;
          r += 1;
          this.#nextShared += 1;
          continue;
        }
        const next = this.#shared[this.#nextShared];
        if (this.#theirs.values.has(own) && next !== undefined && next !== own) {
          l += 1;
          continue;
        }
      }
      if (own !== undefined) {
        if (!this.#theirs.values.has(own)) {
          this.#push(this.#left[l] ?? null, undefined);
          l += 1;
          continue;
        }
        if (this.#merged.has(own)) l += 1;
      }
      if (other === undefined) continue;
      this.#take(other);
      r += 1;
      if (this.#shared[this.#nextShared] === other) this.#nextShared += 1;
    }
    return this.#out;
  }

  #take(id: string): void {
    this.#merged.add(id);
    this.#push(this.#mine.values.get(id), this.#theirs.values.get(id));
  }

  /** Errors inside items are not reported, as in the original; both sides were validated before. */
  #push(left: Maybe, right: Maybe): void {
    const merged = merge(this.#list.element, { left, right }, []);
    if (merged !== undefined) this.#out.push(merged);
  }
}
