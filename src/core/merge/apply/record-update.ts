/** Writes other than apply (create, PUT, JSON and merge patches): the writer owns what it changed. Source: fieldmanager.go, Update. */
import { type Json, type JsonObject, type KubeObject, isObject, withKey, withoutKey } from '../../object/index.ts';
import { FieldSet } from '../fieldset/index.ts';
import { EMPTY_MANAGED, type Managed, decodeManagedFields, encodeManagedFields, managerId, withManagedFields } from './managed-fields.ts';
import { update } from './updater.ts';
import { type WriteRules, capUpdaters, emptyObject, rulesOf, stripped } from './write.ts';

export interface RecordedWrite {
  /** Absent: the object is created. */
  readonly live: KubeObject | undefined;
  /** The whole object to be stored, as it will be stored (defaulted). It may carry managedFields of its own. */
  readonly object: KubeObject;
  readonly manager: string;
}

/** Stands for the manager while the sets are calculated: an earlier entry of the same manager is added to, not replaced. */
const SELF = 'current-operation';

/**
 * The object with its managedFields after the write. If they cannot be calculated the live ones are kept: a write never fails because
 * of them.
 */
export function recordUpdate(write: RecordedWrite, rules: WriteRules): KubeObject {
  const { live, object } = write;
  const before = currentManaged(write, rules);
  if (before.sets.size === 0 && live !== undefined) return withManagedFields(object, []);
  const managed = updated(write, before, rules);
  if (managed === undefined) return withManagedFields(object, entriesOf(live));
  return withManagedFields(object, encodeManagedFields(managed, rules.cache));
}

/** Ownership after a write by a manager; undefined when it cannot be calculated. */
export function updated(write: RecordedWrite, before: Managed, rules: WriteRules): Managed | undefined {
  const { live, object, manager } = write;
  const version = object.apiVersion;
  const from = { type: rules.type, value: live === undefined ? emptyObject(object, rules) : unmanaged(live) };
  const to = { type: rules.type, value: unmanaged(object) };
  const outcome = update({ live: from, object: to, version, managers: before.sets, manager: SELF }, rulesOf(rules));
  if (outcome.kind !== 'done') return undefined;
  const sets = new Map(stripped(outcome.managers, SELF));
  const times = new Map(before.times);
  const own = sets.get(SELF);
  sets.delete(SELF);
  if (own !== undefined) {
    const id = managerId({
      manager: manager === '' ? 'unknown' : manager,
      operation: 'Update',
      apiVersion: version,
      subresource: rules.subresource ?? '',
    });
    sets.set(id, { ...own, set: own.set.union(sets.get(id)?.set ?? FieldSet.EMPTY) });
    times.set(id, rules.now);
  }
  return capUpdaters({ sets, times, entries: before.entries });
}

/** The same object without managedFields, so that entries are not compared as data. */
const unmanaged = (object: KubeObject): JsonObject =>
  object.metadata?.managedFields === undefined ? object : withKey(object, 'metadata', withoutKey(object.metadata, 'managedFields'));

const entriesOf = (object: KubeObject | undefined): readonly JsonObject[] => object?.metadata.managedFields ?? [];

/** A client may send managedFields: it replaces them, resets them by sending none, or leaves them alone by not mentioning them. */
function currentManaged({ live, object }: RecordedWrite, rules: WriteRules): Managed {
  const ofLive = (): Managed => orEmpty(decodeManagedFields(live?.metadata.managedFields, rules.cache));
  if (rules.subresource !== undefined && rules.subresource !== '') return ofLive();
  const sent: Json | undefined = object.metadata.managedFields;
  if (isReset(sent)) return EMPTY_MANAGED;
  const own = decodeManagedFields(sent, rules.cache);
  return typeof own === 'string' || own.sets.size === 0 ? ofLive() : own;
}

const orEmpty = (managed: Managed | string): Managed => (typeof managed === 'string' ? EMPTY_MANAGED : managed);

const isReset = (entries: Json | undefined): boolean =>
  Array.isArray(entries) &&
  (entries.length === 0 || (entries.length === 1 && isObject(entries[0]) && Object.keys(entries[0]).length === 0));
