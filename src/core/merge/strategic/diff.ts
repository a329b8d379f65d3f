/** Makes strategic merge patches from two documents. Source: apimachinery pkg/util/strategicpatch/patch.go (diffMaps, diffLists). */
import { type Json, type JsonObject, getKey, isObject, record } from '../../object/index.ts';
import { compareText, equalJson, formatGoValue } from '../../object/value/index.ts';
import {
  DELETE_LIST,
  ELEMENT_ORDER,
  MAP_TYPE,
  MARKER,
  RETAIN_KEYS,
  StrategicError,
  type Type,
  asObject,
  goType,
  itemType,
  keyOf,
  listMeta,
  objectMeta,
} from './meta.ts';
import { deduplicate, sortBy, sortByKey, sortScalars } from './order.ts';

export interface DiffParts {
  /** Additions and changes. */
  readonly changes: boolean;
  readonly deletions: boolean;
  /** Write `$setElementOrder` beside lists. */
  readonly order: boolean;
}

interface DiffRule extends DiffParts {
  readonly type: Type;
  /** The field keeps only listed keys: write `$retainKeys`. */
  readonly retainKeys: boolean;
}

type Patch = { [key: string]: Json };

export const diffDocuments = (original: JsonObject, modified: JsonObject, rule: DiffParts & { readonly type: Type }): JsonObject =>
  diffMaps(original, modified, { ...rule, retainKeys: false });

function diffMaps(original: JsonObject, modified: JsonObject, rule: DiffRule): Patch {
  const patch: Patch = record();
  const retained: string[] = [];
  for (const [key, value] of Object.entries(modified)) {
    if (value === undefined) continue;
    if (value !== null) retained.push(key);
    const before = getKey(original, key);
    if (before === undefined) {
      if (rule.changes) patch[key] = value;
    } else if (key === MARKER) diffMarker(before, value, patch);
    else diffValues(key, { before, value, patch }, rule);
  }
  if (rule.deletions) for (const key of Object.keys(original)) if (getKey(modified, key) === undefined) patch[key] = null;
  const needed =
    Object.keys(patch).length > 0 || Object.entries(original).some(([key, value]) => value !== null && getKey(modified, key) === undefined);
  if (rule.retainKeys && retained.length > 0 && needed) patch[RETAIN_KEYS] = sortScalars(retained);
  return patch;
}

function diffMarker(before: Json, value: Json, patch: Patch): void {
  if (typeof before !== 'string' || typeof value !== 'string') throw new StrategicError(`invalid value for special key: ${MARKER}`);
  if (before !== value) patch[MARKER] = value;
}

function diffValues(key: string, at: { before: Json; value: Json; patch: Patch }, rule: DiffRule): void {
  const { before, value, patch } = at;
  if (isObject(before) && isObject(value)) diffObjects(key, { before, value, patch }, rule);
  else if (Array.isArray(before) && Array.isArray(value)) diffLists(key, { before, value, patch }, rule);
  else if (rule.changes && !(goType(before) === goType(value) && equalJson(before, value))) patch[key] = value;
}

function diffObjects(key: string, { before, value, patch }: { before: JsonObject; value: JsonObject; patch: Patch }, rule: DiffRule): void {
  if (before === value || equalJson(before, value)) return diffEqual(key, { value, patch }, rule);
  const meta = objectMeta(rule.type, key);
  if (meta.strategy === 'replace') {
    if (rule.changes) patch[key] = value;
    return undefined;
  }
  const below = diffMaps(before, value, { ...rule, type: meta.type, retainKeys: meta.retainKeys });
  if (Object.keys(below).length > 0) patch[key] = below;
  return undefined;
}

/** Equal objects give no patch, except that a field with strategy `replace` is always written. */
function diffEqual(key: string, { value, patch }: { value: JsonObject; patch: Patch }, rule: DiffRule): void {
  const known = rule.type?.map?.fields.get(key);
  if (rule.changes && known?.patchStrategy.includes('replace') === true) patch[key] = value;
}

type ListPair = { readonly before: readonly Json[]; readonly value: readonly Json[] };

function diffLists(key: string, { before, value, patch }: ListPair & { patch: Patch }, rule: DiffRule): void {
  if (equalJson(before, value) && rule.type !== undefined && objectKnown(rule.type, key) === undefined) return;
  const meta = listMeta(rule.type, key);
  if (meta.strategy !== 'merge') {
    if (rule.changes && !equalJson(before, value)) patch[key] = value;
    return;
  }
  const below = { ...rule, type: meta.type, retainKeys: meta.retainKeys };
  const { added, deleted, order } = mergingLists({ before, value }, meta.mergeKey, below);
  if (added.length > 0) patch[key] = added;
  if (deleted.length > 0) patch[`${DELETE_LIST}/${key}`] = deleted;
  if (order.length > 0) patch[`${ELEMENT_ORDER}/${key}`] = order;
}

/** A list that is the same needs no metadata: an unknown field is no error then. */
const objectKnown = (type: NonNullable<Type>, key: string): unknown => type.map?.fields.get(key) ?? type.map?.element;

interface ListPatch {
  readonly added: readonly Json[];
  readonly deleted: readonly Json[];
  readonly order: readonly Json[];
}

function mergingLists(lists: ListPair, mergeKey: string, rule: DiffRule): ListPatch {
  const { before, value } = lists;
  if (before.length === 0) return { added: rule.changes ? value : [], deleted: [], order: [] };
  const type = itemType(before, value);
  return type === MAP_TYPE ? keyedLists(lists, mergeKey, rule) : scalarLists(lists, { mergeKey, type }, rule);
}

function keyedLists({ before, value }: ListPair, mergeKey: string, rule: DiffRule): ListPatch {
  const { changed, deleted } = diffItems({ before, value }, mergeKey, rule);
  const patch = [...sortBy(changed, value, { mergeKey, type: MAP_TYPE }), ...deleted];
  const sameOrder =
    before.length === value.length && value.every((item, index) => keyOf(before[index] ?? null, mergeKey) === keyOf(item, mergeKey));
  const ordered = rule.order && ((rule.changes && (patch.length > 0 || !sameOrder)) || (rule.deletions && patch.length > 0));
  const order = ordered ? value.map((item) => record([[mergeKey, keyOf(item, mergeKey)]])) : [];
  return { added: patch, deleted: [], order };
}

/** Walks both lists in the order of their keys. */
function diffItems({ before, value }: ListPair, mergeKey: string, rule: DiffRule): { changed: Json[]; deleted: Json[] } {
  const left = sortByKey(before, mergeKey);
  const right = sortByKey(value, mergeKey);
  const changed: Json[] = [];
  const deleted: Json[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const old = left[l];
    const now = right[r];
    const oldKey = old === undefined ? null : keyOf(old, mergeKey);
    const newKey = now === undefined ? null : keyOf(now, mergeKey);
    const order = old === undefined ? 1 : now === undefined ? -1 : compareText(formatGoValue(oldKey), formatGoValue(newKey));
    if (order === 0 && old !== undefined && now !== undefined) {
      const below = diffMaps(asObject(old), asObject(now), rule);
      if (Object.keys(below).length > 0) changed.push(record([...Object.entries(below), [mergeKey, newKey]]));
    } else if (order > 0 && now !== undefined) {
      if (rule.changes) changed.push(now);
    } else if (rule.deletions)
      deleted.push(
        record([
          [mergeKey, oldKey],
          [MARKER, 'delete'],
        ]),
      );
    if (order <= 0) l += 1;
    if (order >= 0) r += 1;
  }
  return { changed, deleted };
}

function scalarLists({ before, value }: ListPair, keyed: { mergeKey: string; type: string }, rule: DiffRule): ListPatch {
  const left = sortScalars(before);
  const right = sortScalars(value);
  const added: Json[] = [];
  const deleted: Json[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const old = left[l];
    const now = right[r];
    const order = old === undefined ? 1 : now === undefined ? -1 : compareText(formatGoValue(old), formatGoValue(now));
    if (order > 0 && rule.changes) added.push(now ?? null);
    if (order < 0 && rule.deletions) deleted.push(old ?? null);
    if (order <= 0) l += 1;
    if (order >= 0) r += 1;
  }
  const gone = deduplicate(deleted);
  // The original compares with the list it has just sorted.
  const ordered = rule.order && ((rule.deletions && gone.length > 0) || (rule.changes && !equalJson(left, value)));
  return { added: sortBy(added, value, keyed), deleted: gone, order: ordered ? value : [] };
}
