/** The set of fields a value mentions (structured-merge-diff typed/tofieldset.go). The value must be valid. */
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import type { ListType, MapType, TypeNode } from '../../schema/index.ts';
import { FieldSet, type ItemElement, SetBuilder } from '../fieldset/index.ts';
import { LIST, MAP, type Maybe, chosen, deduce, isList, itemElement } from './walk.ts';

export function toFieldSet(type: TypeNode, value: Maybe): FieldSet {
  if (value === undefined || value === null) return FieldSet.EMPTY;
  const builder = new SetBuilder();
  collect(type, value, builder);
  return builder.build();
}

/** Adds what is below a value to `into`; says whether the value itself is a leaf of the set. */
function collect(type: TypeNode, value: Json, into: SetBuilder): boolean {
  const form = chosen(deduce(type, value));
  if (form === MAP && type.map !== undefined) return type.map.atomic || collectMap(type.map, value, into);
  if (form === LIST && type.list !== undefined) return !type.list.associative || collectList(type.list, value, into);
  return true;
}

const isEmptyObject = (value: Json): boolean => {
  for (const _ in value as object) return false;
  return true;
};

function collectMap(map: MapType, value: Json, into: SetBuilder): false {
  if (!isObject(value)) return false;
  for (const name of Object.keys(value)) {
    const item = (value as JsonObject)[name];
    if (item !== undefined) collectField(map, name, { item, into });
  }
  return false;
}

function collectField(map: MapType, name: string, { item, into }: { item: Json; into: SetBuilder }): void {
  const field = map.fields.get(name);
  const type = field?.type ?? map.element;
  // A key of a map is owned itself, a field of a struct only through what is in it, unless nothing is.
  let member = field === undefined || item === null || (isObject(item) && isEmptyObject(item));
  if (type !== undefined) {
    if (typeof item === 'object' && item !== null) {
      const below = new SetBuilder();
      member = collect(type, item, below) || member;
      if (!below.empty) into.put({ kind: 'field', name }, below.build());
    } else {
      member = collect(type, item, into) || member;
    }
  }
  if (member) into.addField(name);
}

function collectList(list: ListType, value: Json, into: SetBuilder): false {
  if (!isList(value)) return false;
  const counts = new Map<string, number>();
  const elements: ItemElement[] = [];
  const items: Json[] = [];
  for (const item of value) {
    const element = itemElement(list, item);
    if (typeof element === 'string') continue;
    elements.push(element);
    items.push(item);
    counts.set(element.id, (counts.get(element.id) ?? 0) + 1);
  }
  for (const [index, element] of elements.entries()) {
    into.add(element);
    // A duplicated item is one unit.
    if (counts.get(element.id) !== 1) continue;
    const below = new SetBuilder();
    collect(list.element, items[index] ?? null, below);
    if (!below.empty) into.put(element, below.build());
  }
  return false;
}
