/** Applies a strategic merge patch, or merges two patches into one. Source: apimachinery pkg/util/strategicpatch/patch.go (mergeMap). */
import { type Json, type JsonObject, isObject, record } from '../../object/index.ts';
import { equalJson, formatGoValue } from '../../object/value/index.ts';
import { Draft } from './draft.ts';
import {
  DELETE_LIST,
  ELEMENT_ORDER,
  type FieldMeta,
  MAP_TYPE,
  MARKER,
  RETAIN_KEYS,
  StrategicError,
  type Type,
  asList,
  asObject,
  badPatchType,
  goType,
  itemType,
  keyOf,
  listMeta,
  noMergeKey,
  objectMeta,
} from './meta.ts';
import { deduplicate, keepIfSame, partition, splitDeletions, weave } from './order.ts';

/** `apply`: carry out directives, drop nulls that remove nothing. `combine`: the first document is a patch itself: keep directives and nulls. */
export type MergeMode = 'apply' | 'combine';

const BAD_ORDER = 'invalid patch format of setElementOrder list';
const BAD_RETAIN = 'invalid patch format of retainKeys';

export function mergeMap(original: JsonObject, patch: JsonObject, { type, mode }: { type: Type; mode: MergeMode }): JsonObject {
  return new MapMerge(original, patch, { type, mode }).run();
}

const own = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);

class MapMerge {
  readonly #original: JsonObject;
  readonly #draft: Draft;
  readonly #patch: JsonObject;
  /** What of the patch is still to be done. */
  readonly #rest: Map<string, Json>;
  readonly #type: Type;
  readonly #mode: MergeMode;

  constructor(original: JsonObject, patch: JsonObject, { type, mode }: { type: Type; mode: MergeMode }) {
    this.#original = original;
    this.#draft = new Draft(original);
    this.#patch = patch;
    this.#rest = new Map(Object.entries(patch).filter((entry): entry is [string, Json] => entry[1] !== undefined));
    this.#type = type;
    this.#mode = mode;
  }

  run(): JsonObject {
    const directive = own(this.#patch, MARKER);
    if (directive !== undefined) return this.#directed(directive);
    this.#retainKeys();
    for (const key of this.#rest.keys()) if (key.startsWith(ELEMENT_ORDER)) this.#ordered(key);
    for (const [key, value] of this.#rest) this.#entry(key, value);
    return this.#draft.done();
  }

  #directed(directive: Json): JsonObject {
    if (directive === 'delete') return record();
    if (directive !== 'replace') throw badPatchType(directive, this.#patch);
    const rest = record([...this.#rest].filter(([key]) => key !== MARKER));
    return equalJson(rest, this.#original) ? this.#original : rest;
  }

  /** `$retainKeys` lists all fields that stay: others are cleared. */
  #retainKeys(): void {
    const wanted = this.#rest.get(RETAIN_KEYS);
    if (wanted === undefined) return;
    this.#rest.delete(RETAIN_KEYS);
    if (this.#mode === 'combine') {
      const known = this.#draft.get(RETAIN_KEYS);
      if (known !== undefined && !equalJson(known, wanted)) {
        throw new StrategicError(
          `${formatGoValue(known)} and ${formatGoValue(wanted)} are not deep equal: this may happen when calculating the 3-way diff patch`,
        );
      }
      this.#draft.set(RETAIN_KEYS, wanted);
      return;
    }
    if (!Array.isArray(wanted)) throw new StrategicError(BAD_RETAIN);
    const keys = new Set(wanted as readonly Json[]);
    for (const [key, value] of this.#rest) {
      const isDirective = key.startsWith(DELETE_LIST) || key.startsWith(ELEMENT_ORDER);
      if (value !== null && !isDirective && !keys.has(key)) throw new StrategicError(BAD_RETAIN);
    }
    for (const key of this.#draft.keys()) if (!keys.has(key)) this.#draft.delete(key);
  }

  /** A list with `$setElementOrder`: merged and put in order here, so that it is not merged again. */
  #ordered(directive: string): void {
    const wanted = this.#rest.get(directive) ?? null;
    if (this.#mode === 'combine') {
      const known = this.#draft.get(directive);
      if (known !== undefined && !equalJson(known, wanted)) throw new StrategicError(BAD_ORDER);
      this.#draft.set(directive, wanted);
    }
    this.#rest.delete(directive);
    const order = asList(wanted);
    const key = directiveTarget(directive, ELEMENT_ORDER, BAD_ORDER);
    const live = this.#draft.get(key);
    const patch = this.#rest.get(key);
    const liveItems = live === undefined ? [] : asList(live);
    const patchItems = patch === undefined ? [] : asList(patch);
    const meta = listMeta(this.#type, key);
    checkOrder(patchItems, order, meta.mergeKey);
    if (live === undefined && patch === undefined) return;
    const { items, liveOrder } = this.#forOrder({ live, patch }, meta);
    const { present, absent } = partition(items, order, meta);
    const keyed = { mergeKey: meta.mergeKey, type: itemType(liveItems, patchItems) };
    const woven = weave({ patch: present, patchOrder: order, serverOnly: absent, serverOrder: liveOrder }, keyed);
    this.#draft.set(key, live === undefined ? woven : keepIfSame(liveItems, woven));
    this.#rest.delete(key);
  }

  /** The merged items before they are put in order, and the order the live list counts as having. */
  #forOrder({ live, patch }: { live: Json | undefined; patch: Json | undefined }, meta: FieldMeta): MergedList {
    const liveItems = live === undefined ? [] : asList(live);
    if (patch === undefined) return { items: liveItems, liveOrder: liveItems };
    if (live === undefined) return { items: asList(withoutDirectives(patch) ?? []), liveOrder: [] };
    return this.#list(liveItems, asList(patch), { ...meta, isDeletion: false });
  }

  #entry(patchKey: string, value: Json): void {
    const isDeletion = patchKey.startsWith(DELETE_LIST);
    if (isDeletion && this.#mode === 'combine') {
      this.#draft.set(patchKey, value);
      return;
    }
    const key = isDeletion ? directiveTarget(patchKey, DELETE_LIST, 'invalid patch format of primitive list') : patchKey;
    if (value === null) {
      this.#draft.delete(key);
      if (this.#mode === 'apply') return;
    }
    const live = this.#draft.get(key);
    if (live === undefined || goKind(live) !== goKind(value)) {
      if (!isDeletion) this.#take(key, value);
      return;
    }
    if (isObject(live) && isObject(value)) this.#object(key, live, value);
    else if (Array.isArray(live) && Array.isArray(value)) {
      const { items } = this.#list(live, value, { ...listMeta(this.#type, key), isDeletion });
      this.#draft.set(key, keepIfSame(live, items));
    } else this.#take(key, value);
  }

  /** Takes a value from the patch as it is, without its directives. */
  #take(key: string, value: Json): void {
    const taken = withoutDirectives(this.#mode === 'apply' ? withoutNulls(value) : value);
    if (taken === undefined) this.#draft.delete(key);
    else this.#draft.set(key, taken);
  }

  #object(key: string, live: JsonObject, patch: JsonObject): void {
    const meta = objectMeta(this.#type, key);
    this.#draft.set(key, meta.strategy === 'replace' ? patch : mergeMap(live, patch, { type: meta.type, mode: this.#mode }));
  }

  #list(live: readonly Json[], patch: readonly Json[], how: ListRule): MergedList {
    if (how.strategy !== 'merge' && !how.isDeletion) return { items: patch, liveOrder: live };
    if (live.length === 0 && patch.length === 0) return { items: live, liveOrder: live };
    const type = itemType(live, patch);
    if (type !== MAP_TYPE) return { items: this.#scalars(live, patch, { ...how, itemType: type }), liveOrder: live };
    if (how.mergeKey === '') throw new StrategicError(`cannot merge lists without merge key for ${how.type?.name ?? ''}`);
    const { kept, base, replaced } = carryOut(live, patch, how.mergeKey);
    const merged = this.#items(base, kept, how);
    const { present, absent } = partition(merged, kept, how);
    const parts = { patch: present, patchOrder: kept, serverOnly: absent, serverOrder: base };
    const items = weave(parts, { mergeKey: how.mergeKey, type });
    // The original works in place: added items fill the places of deleted ones, and count as having been there.
    return { items, liveOrder: replaced ? live : [...base, ...merged.slice(base.length)].slice(0, live.length) };
  }

  #scalars(live: readonly Json[], patch: readonly Json[], how: ListRule & { itemType: string }): Json[] {
    if (this.#mode === 'apply' && how.isDeletion) {
      const gone = new Set(patch);
      return live.filter((item) => !gone.has(item));
    }
    const merged = deduplicate([...live, ...patch]);
    const { present, absent } = partition(merged, patch, how);
    return weave(
      { patch: present, patchOrder: patch, serverOnly: absent, serverOrder: live },
      { mergeKey: how.mergeKey, type: how.itemType },
    );
  }

  /** Items with the same key are merged, others are added. */
  #items(live: readonly Json[], patch: readonly Json[], how: ListRule): Json[] {
    const result = [...live];
    for (const item of patch) {
      const object = asObject(item);
      const id = keyOf(object, how.mergeKey);
      const index = findByKey(result, how.mergeKey, id);
      if (index < 0) result.push(item);
      else result[index] = mergeMap(asObject(result[index] ?? null), object, { type: how.type, mode: this.#mode });
    }
    return result;
  }
}

interface MergedList {
  readonly items: readonly Json[];
  readonly liveOrder: readonly Json[];
}

interface ListRule {
  readonly type: Type;
  readonly strategy: string;
  readonly mergeKey: string;
  /** The patch lists values to delete. */
  readonly isDeletion: boolean;
}

/** Numbers are of one kind here: another number replaces a number either way. */
const goKind = (value: Json): string =>
  typeof value === 'bigint' ? 'number' : value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;

function directiveTarget(key: string, prefix: string, failure: string): string {
  if (!key.startsWith(`${prefix}/`)) throw new StrategicError(failure);
  return key.slice(prefix.length + 1);
}

function findByKey(list: readonly Json[], mergeKey: string, id: Json): number {
  for (const [index, item] of list.entries()) {
    if (!isObject(item)) throw new StrategicError(`value for key ${index} is not a map`);
    if (own(item, mergeKey) === id) return index;
  }
  return -1;
}

/** Carries out `$patch` directives of items: the patch without them, and the list it is merged into. */
function carryOut(
  live: readonly Json[],
  patch: readonly Json[],
  mergeKey: string,
): { kept: Json[]; base: readonly Json[]; replaced: boolean } {
  const kept: Json[] = [];
  let base = live;
  let replace = false;
  for (const item of patch) {
    const object = asObject(item);
    const directive = own(object, MARKER);
    if (directive === undefined) kept.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      if (own(object, mergeKey) === undefined) throw noMergeKey(object, mergeKey);
      const id = keyOf(object, mergeKey);
      findByKey(base, mergeKey, id);
      base = base.filter((other) => asObject(other)[mergeKey] !== id);
    } else if (directive === 'merge') throw new StrategicError('merging lists cannot yet be specified in the patch');
    else throw badPatchType(directive, object);
  }
  return replace ? { kept: [], base: kept, replaced: true } : { kept, base, replaced: false };
}

/** Items of the patch must come in the order `$setElementOrder` gives them, and must all be in it. */
function checkOrder(patch: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (order.length === 0 || patch.length === 0) return;
  const items = mergeKey === '' ? patch : splitDeletions(patch).kept;
  let at = 0;
  for (const wanted of order) {
    while (isObject(items[at]) && own(items[at] as JsonObject, MARKER) !== undefined) at += 1;
    const item = items[at];
    if (item === undefined) return;
    const same = mergeKey === '' ? item === wanted : keyOf(item, mergeKey) === keyOf(wanted, mergeKey);
    if (same) at += 1;
  }
  if (at < items.length) {
    throw new StrategicError(
      `The order in patch list:\n${formatGoValue(patch)}\n doesn't match ${ELEMENT_ORDER} list:\n${formatGoValue(order)}\n`,
    );
  }
}

/** The value without directives; undefined when it is one itself. */
function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(withoutDirectives).filter((item): item is Json => item !== undefined);
    return items.length === value.length && items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isObject(value)) return value;
  if (own(value, MARKER) !== undefined) return undefined;
  return mapMembers(value, withoutDirectives);
}

/** The value without members that are null, at any depth. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(withoutNulls);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  return isObject(value) ? mapMembers(value, (member) => (member === null ? undefined : withoutNulls(member))) : value;
}

function mapMembers(object: JsonObject, change: (member: Json) => Json | undefined): JsonObject {
  const draft = new Draft(object);
  for (const [key, member] of Object.entries(object)) {
    if (member === undefined) continue;
    const next = change(member);
    if (next === undefined) draft.delete(key);
    else if (next !== member) draft.set(key, next);
  }
  return draft.done();
}

/** Lists of a document in the order of their keys, recursively: for comparing documents whose order does not matter. */
export function sortLists(object: JsonObject, type: Type, sortList: (list: readonly Json[], mergeKey: string) => Json[]): JsonObject {
  const draft = new Draft(object);
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined || key === MARKER || key.startsWith(ELEMENT_ORDER)) continue;
    if (key === RETAIN_KEYS || key.startsWith(DELETE_LIST)) draft.set(key, sortList(asList(value), ''));
    else if (isObject(value)) draft.set(key, sortLists(value, objectMeta(type, key).type, sortList));
    else if (Array.isArray(value)) {
      const meta = listMeta(type, key);
      if (meta.strategy !== 'merge' || value.length === 0) continue;
      const isMap = goType(value[0] ?? null) === MAP_TYPE;
      const items = isMap ? value.map((item) => sortLists(asObject(item as Json), meta.type, sortList)) : (value as Json[]);
      draft.set(key, sortList(items, isMap ? meta.mergeKey : ''));
    }
  }
  return draft.done();
}
