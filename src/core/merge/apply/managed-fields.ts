/**
 * metadata.managedFields: reading entries into sets and writing them back.
 * Source: apimachinery pkg/util/managedfields/internal/managedfields.go.
 */
import { type Json, type JsonObject, type KubeObject, isObject, record, withKey, withoutKey } from '../../object/index.ts';
import { compareText, equalJson, goQuote } from '../../object/value/index.ts';
import type { TypeNode } from '../../schema/index.ts';
import { FieldSet, fromFieldsV1, toFieldsV1 } from '../fieldset/index.ts';
import { SharedSets } from './shared-sets.ts';
import type { VersionedSet } from './updater.ts';

/** What tells managers apart. An applier keeps its identity across versions, so its `apiVersion` is empty. */
export interface ManagerIdentity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

interface Entry {
  readonly id: string;
  readonly held: VersionedSet;
  readonly time: string | undefined;
  readonly source: JsonObject;
}

/** Ownership of one object: sets and times by manager identity (`managerId`). */
export interface Managed {
  readonly sets: ReadonlyMap<string, VersionedSet>;
  /** RFC 3339, by manager. */
  readonly times: ReadonlyMap<string, string>;
  /** The entries these were read from: an entry that did not change is written back as it was. */
  readonly entries: ReadonlyMap<string, JsonObject>;
}

const MANY_MANAGERS = 1000;

/**
 * Remembers, by object identity, what was read and checked before, so that a live object is not read again for every write.
 * The caller makes one and passes it along; it keeps no object alive.
 */
export class ApplyCache {
  readonly sets = new SharedSets();
  readonly entries = new WeakMap<JsonObject, Entry>();
  readonly reconciled = new WeakMap<FieldSet, Map<TypeNode, FieldSet>>();
  readonly valid = new WeakMap<object, TypeNode>();
  readonly #identities = new Map<string, ManagerIdentity>();

  identity(id: string): ManagerIdentity {
    let known = this.#identities.get(id);
    if (known === undefined) {
      known = identityOf(id);
      // Clients choose their names.
      if (this.#identities.size >= MANY_MANAGERS) this.#identities.clear();
      this.#identities.set(id, known);
    }
    return known;
  }
}

export const EMPTY_MANAGED: Managed = { sets: new Map(), times: new Map(), entries: new Map() };

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The identity as one string (its JSON, in the order of the API type): the key of `Managed` maps. */
export function managerId(identity: ManagerIdentity): string {
  const parts = record();
  if (identity.manager !== '') parts.manager = identity.manager;
  parts.operation = identity.operation;
  if (identity.operation === 'Update' && identity.apiVersion !== '') parts.apiVersion = identity.apiVersion;
  if (identity.subresource !== '') parts.subresource = identity.subresource;
  return JSON.stringify(parts);
}

export function identityOf(id: string): ManagerIdentity {
  const parts = JSON.parse(id) as JsonObject;
  return {
    manager: text(parts.manager),
    operation: parts.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text(parts.apiVersion),
    subresource: text(parts.subresource),
  };
}

/** The identity of an entry of managedFields. */
export const entryId = (entry: JsonObject): string =>
  managerId({
    manager: text(entry.manager),
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text(entry.apiVersion),
    subresource: text(entry.subresource),
  });

/** Reads managedFields. An error text for entries that the API server would not read either. */
export function decodeManagedFields(entries: Json | undefined, cache?: ApplyCache): Managed | string {
  if (!Array.isArray(entries) || entries.length === 0) return EMPTY_MANAGED;
  const sets = new Map<string, VersionedSet>();
  const times = new Map<string, string>();
  const sources = new Map<string, JsonObject>();
  for (const [index, source] of entries.entries()) {
    if (!isObject(source)) return `managed fields entry ${index} is not an object`;
    const entry = cache?.entries.get(source) ?? decodeEntry(source, index);
    if (typeof entry === 'string') return entry;
    cache?.entries.set(source, entry);
    sets.set(entry.id, entry.held);
    sources.set(entry.id, source);
    if (entry.time !== undefined) times.set(entry.id, entry.time);
  }
  return { sets, times, entries: sources };
}

function decodeEntry(source: JsonObject, index: number): Entry | string {
  const { operation, fieldsType } = source;
  if (operation !== 'Apply' && operation !== 'Update') return 'operation must be `Apply` or `Update`';
  const version = text(source.apiVersion);
  if (version === '') return 'apiVersion must not be empty';
  if (fieldsType === undefined || fieldsType === '') return `missing fieldsType in managed fields entry ${index}`;
  if (fieldsType !== 'FieldsV1') return `invalid fieldsType ${goQuote(text(fieldsType))} in managed fields entry ${index}`;
  try {
    const held = { set: fromFieldsV1(source.fieldsV1 ?? {}), version, applied: operation === 'Apply' };
    return { id: entryId(source), held, time: typeof source.time === 'string' ? source.time : undefined, source };
  } catch (error) {
    return `error decoding set: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The entries in the order the API server writes them. Entries that say what they said before are the same objects. */
export function encodeManagedFields(managed: Managed, cache?: ApplyCache): readonly JsonObject[] {
  const entries: JsonObject[] = [];
  for (const [id, held] of managed.sets) entries.push(encodeEntry(managed, { id, held }, cache));
  return sortManagedFields(entries);
}

function encodeEntry(managed: Managed, { id, held }: { id: string; held: VersionedSet }, cache: ApplyCache | undefined): JsonObject {
  const time = managed.times.get(id);
  const known = managed.entries.get(id);
  const before = known && (cache?.entries.get(known) ?? decodeEntry(known, 0));
  if (
    known !== undefined &&
    typeof before === 'object' &&
    before.time === time &&
    before.held.version === held.version &&
    before.held.set.equals(held.set)
  )
    return known;
  const identity = cache?.identity(id) ?? identityOf(id);
  const { set, fieldsV1 } = cache?.sets.share(held.set) ?? { set: held.set, fieldsV1: toFieldsV1(held.set) };
  const entry = record();
  if (identity.manager !== '') entry.manager = identity.manager;
  entry.operation = held.applied ? 'Apply' : identity.operation;
  entry.apiVersion = held.version;
  if (time !== undefined) entry.time = time;
  entry.fieldsType = 'FieldsV1';
  entry.fieldsV1 = fieldsV1;
  if (identity.subresource !== '') entry.subresource = identity.subresource;
  cache?.entries.set(entry, { id, held: { ...held, set }, time, source: entry });
  return entry;
}

/** Seconds since the epoch; 0 for none. The order has the resolution the API has. */
export function seconds(time: Json | undefined): number {
  const parsed = typeof time === 'string' ? Date.parse(time) : 0;
  return Number.isNaN(parsed) ? 0 : Math.floor(parsed / 1000);
}

/** Appliers first, then by time, manager, version and subresource. */
export function sortManagedFields(entries: readonly JsonObject[]): readonly JsonObject[] {
  if (entries.length < 2) return entries;
  return entries.toSorted(
    (a, b) =>
      compareText(text(a.operation), text(b.operation)) ||
      seconds(a.time) - seconds(b.time) ||
      compareText(text(a.manager), text(b.manager)) ||
      compareText(text(a.apiVersion), text(b.apiVersion)) ||
      compareText(text(a.subresource), text(b.subresource)),
  );
}

/** The object with these entries, or without any; the object itself when that is what it has. */
export function withManagedFields(object: KubeObject, entries: readonly JsonObject[]): KubeObject {
  const metadata: JsonObject = object.metadata ?? record();
  const old = metadata.managedFields;
  if (entries.length === 0) return old === undefined ? object : withKey(object, 'metadata', withoutKey(metadata, 'managedFields'));
  if (Array.isArray(old) && old.length === entries.length && entries.every((entry, index) => entry === old[index])) return object;
  return withKey(object, 'metadata', withKey(metadata, 'managedFields', entries));
}

/** How a manager is called in conflict messages: `"editor" with subresource "status" using apps/v1`. */
export function describeManager(id: string): string {
  const { manager, operation, apiVersion, subresource } = identityOf(id);
  const name = subresource === '' ? goQuote(manager) : `${goQuote(manager)} with subresource ${goQuote(subresource)}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

/**
 * What to store: `live` when `next` differs from it in nothing but the times of managedFields, so that writing the same again is no write.
 * Source: apiserver pkg/endpoints/handlers/fieldmanager/equality.go.
 */
export function withoutTimeChanges(live: KubeObject, next: KubeObject): KubeObject {
  if (live === next) return live;
  const before = live.metadata.managedFields ?? [];
  const after = next.metadata.managedFields ?? [];
  if (before.length !== after.length) return next;
  const same = before.every((entry, index) => {
    const other = after[index];
    return other !== undefined && (entry === other || equalJson(withoutKey(entry, 'time'), withoutKey(other, 'time')));
  });
  return same && equalJson(withManagedFields(live, []), withManagedFields(next, [])) ? live : next;
}
