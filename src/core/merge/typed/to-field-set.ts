/** The set of fields a value mentions (structured-merge-diff typed/tofieldset.go). */
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import type { ListType, MapType, TypeNode } from '../../schema/index.ts';
import { FieldSet, type ItemElement, SetBuilder } from '../fieldset/index.ts';
import { LIST, MAP, type Maybe, SCALAR, chosen, deduce, isList, itemElement, scalarError } from './walk.ts';

/** The fields of a value that is valid. */
export const toFieldSet = (type: TypeNode, value: Maybe): FieldSet => new Collector(false).fieldsOf(type, value);

/** The fields of a value, or undefined when it has not its type: `validate` says why. What is applied is walked once for both. */
export function validFieldSet(type: TypeNode, value: Json): FieldSet | undefined {
  const collector = new Collector(true);
  const fields = collector.fieldsOf(type, value);
  return collector.valid ? fields : undefined;
}

/** Deeper values are left to `validate`, which has a limit. */
const MAX_DEPTH = 100;

class Collector {
  valid = true;
  /** Whether what adds no field is looked at, too. */
  readonly #checks: boolean;
  #depth = 0;

  constructor(checks: boolean) {
    this.#checks = checks;
  }

  fieldsOf(type: TypeNode, value: Maybe): FieldSet {
    if (value === undefined || value === null) {
      this.valid = false;
      return FieldSet.EMPTY;
    }
    const builder = new SetBuilder();
    this.#collect(type, value, builder);
    return builder.build();
  }

  /** Adds what is below a value to `into`; says whether the value itself is a leaf of the set. */
  #collect(type: TypeNode, value: Json, into: SetBuilder): boolean {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.valid = false;
    const leaf = this.#form(type, value, into);
    this.#depth -= 1;
    return leaf;
  }

  #form(type: TypeNode, value: Json, into: SetBuilder): boolean {
    const form = chosen(deduce(type, value));
    if (form === MAP && type.map !== undefined) {
      // What is in an atomic map is one leaf, and has a type all the same.
      if (!type.map.atomic || this.#checks) this.#map(type.map, value, type.map.atomic ? new SetBuilder() : into);
      return type.map.atomic;
    }
    if (form === LIST && type.list !== undefined) {
      if (type.list.associative) this.#list(type.list, value, into);
      else if (this.#checks) this.#elements(type.list, value);
      return !type.list.associative;
    }
    if (form !== SCALAR || type.scalar === undefined || scalarError(type.scalar, value) !== undefined) this.valid = false;
    return true;
  }

  #map(map: MapType, value: Json, into: SetBuilder): void {
    if (!isObject(value)) {
      if (value !== null) this.valid = false;
      return;
    }
    for (const name of Object.keys(value)) {
      const item = (value as JsonObject)[name];
      if (item !== undefined) this.#field(map, name, { item, into });
    }
  }

  #field(map: MapType, name: string, { item, into }: { item: Json; into: SetBuilder }): void {
    const field = map.fields.get(name);
    const type = field?.type ?? map.element;
    // A key of a map is owned itself, a field of a struct only through what is in it, unless nothing is.
    let member = field === undefined || item === null || (isObject(item) && isEmptyObject(item));
    if (type === undefined) this.valid = false;
    else if (typeof item === 'object' && item !== null) {
      const below = new SetBuilder();
      member = this.#collect(type, item, below) || member;
      if (!below.empty) into.put({ kind: 'field', name }, below.build());
    } else {
      member = this.#collect(type, item, into) || member;
    }
    if (member) into.addField(name);
  }

  #elements(list: ListType, value: Json): void {
    if (!isList(value)) {
      if (value !== null) this.valid = false;
      return;
    }
    for (const item of value) this.#collect(list.element, item, new SetBuilder());
  }

  #list(list: ListType, value: Json, into: SetBuilder): void {
    if (!isList(value)) {
      if (value !== null) this.valid = false;
      return;
    }
    const counts = new Map<string, number>();
    const elements: ItemElement[] = [];
    const items: Json[] = [];
    for (const item of value) {
      const element = itemElement(list, item);
      if (typeof element === 'string') {
        this.valid = false;
        continue;
      }
      elements.push(element);
      items.push(item);
      counts.set(element.id, (counts.get(element.id) ?? 0) + 1);
    }
    if (counts.size < elements.length) this.valid = false;
    for (const [index, element] of elements.entries()) {
      into.add(element);
      // A duplicated item is one unit.
      if (counts.get(element.id) !== 1) continue;
      const below = new SetBuilder();
      this.#collect(list.element, items[index] ?? null, below);
      if (!below.empty) into.put(element, below.build());
    }
  }
}

const isEmptyObject = (value: Json): boolean => {
  for (const _ in value as object) return false;
  return true;
};
