/** Takes fields out of a value, or keeps only those fields (structured-merge-diff typed/remove.go). The value must be valid. */
import { type Json, isObject, record } from '../../object/index.ts';
import type { ListType, MapType, TypeNode } from '../../schema/index.ts';
import { FieldSet, type Path, SetBuilder, pathsOf } from '../fieldset/index.ts';
import { LIST, MAP, chosen, deduce, isList, itemElement } from './walk.ts';
import { toFieldSet } from './to-field-set.ts';

/** The value without these fields; null when nothing is left. A value that has none of them is returned itself. */
export const removeItems = (type: TypeNode, value: Json, fields: FieldSet): Json => (fields.empty ? value : strip(type, value, fields));

export interface ExtractOptions {
  /** Also keep the key fields of every list item on the way. */
  readonly withKeys?: boolean;
}

/** Only these fields of the value; null when there are none. */
export function extractItems(type: TypeNode, value: Json, fields: FieldSet, options: ExtractOptions = {}): Json {
  return keep(type, value, options.withKeys === true ? withKeyFields(type, value, fields) : fields);
}

function withKeyFields(type: TypeNode, value: Json, fields: FieldSet): FieldSet {
  const present = toFieldSet(type, value);
  const keys = new SetBuilder();
  for (const path of pathsOf(fields)) if (present.has(path)) addKeyFields(path, keys);
  return fields.union(keys.build());
}

function addKeyFields(path: Path, into: SetBuilder): void {
  for (const [index, element] of path.entries()) {
    if (element.kind !== 'key') continue;
    for (const { name } of element.fields) into.insert([...path.slice(0, index + 1), { kind: 'field', name }]);
  }
}

function strip(type: TypeNode, value: Json, fields: FieldSet): Json {
  const form = chosen(deduce(type, value));
  if (form === MAP && type.map !== undefined) return stripMap(type.map, value, fields);
  if (form === LIST && type.list !== undefined) return stripList(type.list, value, fields);
  return value;
}

function stripMap(map: MapType, value: Json, fields: FieldSet): Json {
  if (!isObject(value) || map.atomic) return null;
  const result = record();
  let changed = false;
  let any = false;
  for (const name of Object.keys(value)) {
    const item = value[name];
    if (item === undefined) continue;
    const branch = fields.fields.get(name);
    if (branch?.member === true) {
      changed = true;
      continue;
    }
    const type = map.fields.get(name)?.type ?? map.element;
    const next = branch?.below === undefined || type === undefined ? item : strip(type, item, branch.below);
    changed ||= next !== item;
    any = true;
    result[name] = next;
  }
  if (!any) return null;
  return changed ? result : value;
}

function stripList(list: ListType, value: Json, fields: FieldSet): Json {
  if (!isList(value) || !list.associative) return null;
  const result: Json[] = [];
  for (const item of value) {
    const element = itemElement(list, item);
    const branch = typeof element === 'string' ? undefined : fields.items.get(element.id);
    if (branch?.member === true) continue;
    result.push(branch?.below === undefined ? item : strip(list.element, item, branch.below));
  }
  if (result.length === 0) return null;
  return result.length === value.length && result.every((item, index) => item === value[index]) ? value : result;
}

function keep(type: TypeNode, value: Json, fields: FieldSet): Json {
  const form = chosen(deduce(type, value));
  if (form === MAP && type.map !== undefined) return keepMap(type.map, value, fields);
  if (form === LIST && type.list !== undefined) return keepList(type.list, value, fields);
  return value;
}

function keepMap(map: MapType, value: Json, fields: FieldSet): Json {
  if (!isObject(value)) return null;
  if (map.atomic || Object.keys(value).length === 0) return value;
  const result = record();
  let any = false;
  for (const name of Object.keys(value)) {
    const item = value[name];
    const branch = fields.fields.get(name);
    if (item === undefined || branch === undefined) continue;
    const type = map.fields.get(name)?.type ?? map.element;
    // A field that is a member itself is extracted with the same set, not the one below it: so says the original.
    const below = branch.member ? fields : (branch.below ?? FieldSet.EMPTY);
    result[name] = type === undefined ? null : keep(type, item, below);
    any = true;
  }
  return any ? result : null;
}

function keepList(list: ListType, value: Json, fields: FieldSet): Json {
  if (!isList(value)) return null;
  if (value.length === 0 || !list.associative) return value;
  const result: Json[] = [];
  for (const item of value) {
    const element = itemElement(list, item);
    const branch = typeof element === 'string' ? undefined : fields.items.get(element.id);
    if (branch === undefined) continue;
    result.push(branch.below === undefined ? item : keep(list.element, item, branch.below));
  }
  return result.length === 0 ? null : result;
}
