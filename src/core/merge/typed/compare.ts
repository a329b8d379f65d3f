/**
 * What changed between two typed values: sets of added, modified and removed fields (structured-merge-diff typed/compare.go).
 * Items of lists are compared by key whatever their order. Parts that are the same object are not walked.
 */
import { type Json, type JsonObject, isObject, record } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';
import type { ListType, TypeNode } from '../../schema/index.ts';
import { FieldSet, type ItemElement, type PathElement, SetBuilder } from '../fieldset/index.ts';
import { LIST, MAP, type Maybe, chosen, deduce, fieldType, isList, itemElement } from './walk.ts';

export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

export const SAME: Comparison = { removed: FieldSet.EMPTY, modified: FieldSet.EMPTY, added: FieldSet.EMPTY };

/** Compares two valid values of a type. The sets are disjoint; all empty means equal. */
export function compareTyped(type: TypeNode, left: Maybe, right: Maybe): Comparison {
  if (left === right) return SAME;
  const walk = new Compare();
  walk.visit(type, { left, right });
  return { removed: walk.removed.build(), modified: walk.modified.build(), added: walk.added.build() };
}

interface Pair {
  readonly left: Maybe;
  readonly right: Maybe;
}

class Compare {
  readonly removed = new SetBuilder();
  readonly modified = new SetBuilder();
  readonly added = new SetBuilder();
  readonly #path: PathElement[] = [];

  visit(type: TypeNode, pair: Pair): void {
    const { left, right } = pair;
    if (left === right) return;
    const forms = right === undefined ? deduce(type, left) : deduce(type, right);
    if (left !== undefined && right !== undefined) {
      const own = deduce(type, left);
      // Another form on the left: both forms are walked, as in the original.
      if (own !== forms) this.#form(type, pair, chosen(own));
    }
    const leaf = this.#form(type, pair, chosen(forms));
    if (leaf) return;
    if (left === undefined) this.added.insert(this.#path);
    else if (right === undefined) this.removed.insert(this.#path);
  }

  /** Walks a pair as one form; says whether it was a leaf. */
  #form(type: TypeNode, pair: Pair, form: number): boolean {
    if (form === MAP && type.map !== undefined) return this.#maps(type, pair);
    if (form === LIST && type.list !== undefined) return this.#lists(type.list, pair);
    return this.#leaf(pair);
  }

  #leaf({ left, right }: Pair): true {
    if (left === undefined) this.added.insert(this.#path);
    else if (right === undefined) this.removed.insert(this.#path);
    else if (!equalJson(left, right)) this.modified.insert(this.#path);
    return true;
  }

  #maps(type: TypeNode, pair: Pair): boolean {
    const left = isObject(pair.left) ? pair.left : undefined;
    const right = isObject(pair.right) ? pair.right : undefined;
    if (type.map?.atomic === true || (isEmpty(left) && isEmpty(right))) return this.#leaf(pair);
    const before = left ?? EMPTY;
    const after = right ?? EMPTY;
    for (const name of Object.keys(before)) {
      const old = before[name];
      const now = Object.hasOwn(after, name) ? after[name] : undefined;
      if (old !== now) this.#field(type, name, { left: old, right: now });
    }
    for (const name of Object.keys(after)) {
      if (!Object.hasOwn(before, name)) this.#field(type, name, { left: undefined, right: after[name] });
    }
    return false;
  }

  #field(type: TypeNode, name: string, pair: Pair): void {
    const below = fieldType(type, name);
    if (below === undefined || (pair.left === undefined && pair.right === undefined)) return;
    this.#path.push({ kind: 'field', name });
    this.visit(below, pair);
    this.#path.pop();
  }

  #lists(list: ListType, pair: Pair): boolean {
    const left = isList(pair.left) ? pair.left : [];
    const right = isList(pair.right) ? pair.right : [];
    if (!list.associative || (left.length === 0 && right.length === 0)) return this.#leaf(pair);
    const before = group(list, left);
    const after = group(list, right);
    for (const [id, { element, items }] of before) this.#items(list, element, { left: items, right: after.get(id)?.items ?? [] });
    for (const [id, { element, items }] of after) if (!before.has(id)) this.#items(list, element, { left: [], right: items });
    return false;
  }

  /** Items of one key. Duplicates are one unit: they are compared as a whole, and turning into or from duplicates replaces the item. */
  #items(list: ListType, element: ItemElement, { left, right }: { left: readonly Json[]; right: readonly Json[] }): void {
    this.#path.push(element);
    if (left.length <= 1 && right.length <= 1) {
      this.visit(list.element, { left: left[0], right: right[0] });
    } else if (left.length >= 2 && right.length >= 2) {
      if (!equalJson(left, right)) this.modified.insert(this.#path);
    } else if (left.length >= 2) {
      if (right.length > 0) this.visit(list.element, { left: undefined, right: right[0] });
      this.removed.insert(this.#path);
    } else {
      if (left.length > 0) this.visit(list.element, { left: left[0], right: undefined });
      this.added.insert(this.#path);
    }
    this.#path.pop();
  }
}

const EMPTY: JsonObject = Object.freeze(record());

const isEmpty = (value: JsonObject | undefined): boolean => value === undefined || Object.keys(value).length === 0;

function group(list: ListType, items: readonly Json[]): Map<string, { element: ItemElement; items: Json[] }> {
  const groups = new Map<string, { element: ItemElement; items: Json[] }>();
  for (const item of items) {
    const element = itemElement(list, item);
    if (typeof element === 'string') continue;
    const known = groups.get(element.id);
    if (known === undefined) groups.set(element.id, { element, items: [item] });
    else known.items.push(item);
  }
  return groups;
}
