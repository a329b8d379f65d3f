/**
 * Ownership of fields by managers: what an update or an apply does to an object and to everybody's sets.
 * Source: structured-merge-diff merge/update.go (v6). Sets may be held in different versions; `convert` brings objects there.
 */
import type { Json } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';
import type { TypeNode } from '../../schema/index.ts';
import { type FieldFilter, FieldSet, type Path, applyFilter, pathsOf } from '../fieldset/index.ts';
import { type Comparison, SAME, compareTyped, formatTypedErrors, mergeTyped, reconcile, removeItems, toFieldSet } from '../typed/index.ts';

/** A value with its type. */
export interface Typed {
  readonly type: TypeNode;
  readonly value: Json;
}

export interface VersionedSet {
  readonly set: FieldSet;
  readonly version: string;
  readonly applied: boolean;
}

/** Who owns what, by manager. Never changed in place. */
export type Managers = ReadonlyMap<string, VersionedSet>;

/** An object in another version; `missing` when that version does not exist (any more). */
export type Converted = { readonly ok: Typed } | { readonly missing: true } | { readonly error: string };
export type Converter = (object: Typed, version: string) => Converted;

export interface UpdateRules {
  /** Absent: an object is the same in every version. */
  readonly convert?: Converter;
  /** Fields that are never owned, by version. */
  readonly filters?: ReadonlyMap<string, FieldFilter>;
  /** Remembers sets that were checked against a type, so that they are checked once. */
  readonly reconciled?: WeakMap<FieldSet, Map<TypeNode, FieldSet>>;
}

export interface Conflict {
  readonly manager: string;
  readonly path: Path;
}

export type UpdateOutcome =
  /** `object` is the live one (`===` its value) when nothing in it changed. */
  | { readonly kind: 'done'; readonly object: Typed; readonly managers: Managers }
  | { readonly kind: 'conflicts'; readonly conflicts: readonly Conflict[] }
  | { readonly kind: 'error'; readonly message: string };

export interface UpdateRequest {
  readonly live: Typed;
  /** The whole new object of an update; the partial object of an apply. */
  readonly object: Typed;
  readonly version: string;
  readonly managers: Managers;
  readonly manager: string;
  /** The fields of `object`, where they are known already. */
  readonly fields?: FieldSet;
}

interface TakeOver {
  readonly next: Typed;
  readonly mode: 'force' | 'refuse';
  /** How live and next differ in the version of the request, where that is known already. */
  readonly known?: Comparison;
}

/** Stops the calculation with a message; never leaves this file. */
class Stop extends Error {}

const stopping = (run: () => UpdateOutcome): UpdateOutcome => {
  try {
    return run();
  } catch (error) {
    if (error instanceof Stop) return { kind: 'error', message: error.message };
    throw error;
  }
};

/** Records a write of a whole object: the manager owns what it changed, others lose what was changed or removed. */
export function update(request: UpdateRequest, rules: UpdateRules = {}): UpdateOutcome {
  return stopping(() => new Updater(request, rules).update());
}

/** Merges what a manager wants into the live object, takes away what it applied before and does not want any more, and finds conflicts. */
export function apply(request: UpdateRequest & { readonly force: boolean }, rules: UpdateRules = {}): UpdateOutcome {
  return stopping(() => new Updater(request, rules).apply(request.force));
}

class Updater {
  readonly #request: UpdateRequest;
  readonly #rules: UpdateRules;
  readonly #fields = new Map<Json, FieldSet>();

  constructor(request: UpdateRequest, rules: UpdateRules) {
    this.#request = request;
    this.#rules = rules;
  }

  update(): UpdateOutcome {
    const { live, object, version, manager } = this.#request;
    const managers = this.#reconciled();
    const comparison = this.#compare(live, object, version);
    const refused = this.#takeOver(managers, { next: object, mode: 'force', known: comparison });
    if (refused !== undefined) return refused;
    const own = managers.get(manager)?.set ?? FieldSet.EMPTY;
    const set = this.#filtered(own.difference(comparison.removed).union(comparison.modified).union(comparison.added));
    if (set.empty) managers.delete(manager);
    else managers.set(manager, { set, version, applied: false });
    return { kind: 'done', object: live.value === object.value ? live : object, managers };
  }

  apply(force: boolean): UpdateOutcome {
    const { live, object, version, manager } = this.#request;
    const managers = this.#reconciled();
    const merged = mergeTyped(object.type, live.value, object.value);
    if (!merged.ok) throw new Stop(`failed to merge config: ${formatTypedErrors(merged.errors)}`);
    const last = managers.get(manager);
    const set = this.#filtered(this.#request.fields ?? toFieldSet(object.type, object.value));
    managers.set(manager, { set, version, applied: true });
    const wanted = { type: object.type, value: merged.value ?? null };
    const next = last === undefined || this.#keepsAll(last, set, managers) ? wanted : this.#prune(wanted, managers, last);
    const refused = this.#takeOver(managers, { next, mode: force ? 'force' : 'refuse' });
    if (refused !== undefined) return refused;
    const same = next.value === live.value || equalJson(next.value, live.value);
    return { kind: 'done', object: same ? live : next, managers };
  }

  #reconciled(): Map<string, VersionedSet> {
    const result = new Map<string, VersionedSet>();
    for (const [manager, held] of this.#request.managers) {
      const live = this.#convert(this.#request.live, held.version, 'failed to convert live object');
      if (live === undefined) continue;
      const set = this.#reconcile(held.set, live.type);
      result.set(manager, set === held.set ? held : { ...held, set });
    }
    return result;
  }

  #reconcile(set: FieldSet, type: TypeNode): FieldSet {
    const cache = this.#rules.reconciled;
    const known = cache?.get(set)?.get(type);
    if (known !== undefined) return known;
    const result = reconcile(type, set);
    if (cache !== undefined) {
      const byType = cache.get(set) ?? new Map<TypeNode, FieldSet>();
      byType.set(type, result);
      cache.set(set, byType);
    }
    return result;
  }

  #filtered(set: FieldSet): FieldSet {
    return applyFilter(set, this.#rules.filters?.get(this.#request.version));
  }

  /** The object in a version; undefined when the version is missing. */
  #convert(object: Typed, version: string, failure: string): Typed | undefined {
    const { convert } = this.#rules;
    if (convert === undefined) return object;
    const converted = convert(object, version);
    if ('ok' in converted) return converted.ok;
    if ('missing' in converted) return undefined;
    throw new Stop(`${failure}: ${converted.error}`);
  }

  /**
   * Compares live with new in the version of every other manager, and takes changed fields from them. Changes `managers`; says when that is not
   * possible. Where there is nobody to take from, nothing is compared.
   */
  #takeOver(managers: Map<string, VersionedSet>, { next, mode, known }: TakeOver): UpdateOutcome | undefined {
    const { manager, version } = this.#request;
    const comparisons = new Map<string, Comparison>(known === undefined ? [] : [[version, known]]);
    const conflicts = new Map<string, FieldSet>();
    const removed = new Map<string, FieldSet>();
    for (const [other, held] of managers) {
      if (other === manager) continue;
      const comparison = comparisons.get(held.version) ?? this.#compareAt(next, held.version);
      if (comparison === undefined) {
        managers.delete(other);
        continue;
      }
      comparisons.set(held.version, comparison);
      const taken = held.set.intersection(comparison.modified.union(comparison.added));
      if (!taken.empty) conflicts.set(other, taken);
      if (!comparison.removed.empty) removed.set(other, comparison.removed);
    }
    if (mode === 'refuse' && conflicts.size > 0) return { kind: 'conflicts', conflicts: listConflicts(conflicts) };
    for (const lost of [conflicts, removed]) for (const [other, set] of lost) takeFrom(managers, other, set);
    for (const [name, held] of managers) if (held.set.empty) managers.delete(name);
    return undefined;
  }

  #compareAt(next: Typed, version: string): Comparison | undefined {
    if (version === this.#request.version) return this.#compare(this.#request.live, next, version);
    const old = this.#convert(this.#request.live, version, 'failed to convert old object');
    const now = this.#convert(next, version, 'failed to convert new object');
    return old === undefined || now === undefined ? undefined : this.#compare(old, now, version);
  }

  #compare(old: Typed, now: Typed, version: string): Comparison {
    if (old.value === now.value) return SAME;
    const comparison = compareTyped(now.type, old.value, now.value);
    const filter = this.#rules.filters?.get(version);
    if (filter === undefined) return comparison;
    return {
      removed: applyFilter(comparison.removed, filter),
      modified: applyFilter(comparison.modified, filter),
      added: applyFilter(comparison.added, filter),
    };
  }

  /**
   * Whether nothing can be pruned: everything owned before is still wanted, in one version. Then each of these paths, and with it each of its
   * parents, survives all the steps of pruning.
   */
  #keepsAll(last: VersionedSet, set: FieldSet, managers: Managers): boolean {
    if (last.set.empty) return true;
    if (last.version !== this.#request.version || !set.contains(last.set)) return false;
    return this.#rules.convert === undefined || [...managers.values()].every((held) => held.version === last.version);
  }

  /** Removes what the manager owned last time, then adds back what anybody owns now and what it never owned. */
  #prune(merged: Typed, managers: Managers, last: VersionedSet): Typed {
    if (last.set.empty) return merged;
    const converted = this.#convert(
      merged,
      last.version,
      'failed to prune fields: failed to convert merged object to last applied version',
    );
    if (converted === undefined) return merged;
    const named = last.set.withNamedFields(converted.type);
    const stripped = { type: converted.type, value: removeItems(converted.type, converted.value, named) };
    const owned = this.#addBackOwned(converted, { pruned: stripped, version: last.version }, managers);
    const pruned = this.#addBackDangling(converted, owned, last);
    const failure = 'failed to prune fields: failed to convert pruned object';
    return this.#convert(pruned, managers.get(this.#request.manager)?.version ?? this.#request.version, failure) ?? merged;
  }

  /** The fields of a value with its named fields. Pruning asks for those of the merged object more than once. */
  #fieldsOf({ type, value }: Typed, named: TypeNode): FieldSet {
    // With a converter one value can be read by several types.
    const known = this.#rules.convert === undefined ? this.#fields.get(value) : undefined;
    const fields = known ?? toFieldSet(type, value).withNamedFields(named);
    if (known === undefined) this.#fields.set(value, fields);
    return fields;
  }

  #addBackOwned(merged: Typed, state: { pruned: Typed; version: string }, managers: Managers): Typed {
    const byVersion = new Map<string, FieldSet>();
    for (const held of managers.values()) byVersion.set(held.version, (byVersion.get(held.version) ?? FieldSet.EMPTY).union(held.set));
    let at = { merged, pruned: state.pruned };
    // The version that was pruned goes first: conversion may need fields that pruning took away.
    const versions = [...byVersion.keys()].sort((a, b) => Number(b === state.version) - Number(a === state.version));
    for (const version of versions) at = this.#addBackAt(at, version, byVersion.get(version) ?? FieldSet.EMPTY);
    return at.pruned;
  }

  #addBackAt({ merged, pruned }: { merged: Typed; pruned: Typed }, version: string, owned: FieldSet): { merged: Typed; pruned: Typed } {
    const failure = 'failed to prune fields: failed add back owned items: failed to convert';
    const whole = this.#convert(merged, version, `${failure} merged object at version ${version}`);
    if (whole === undefined) return { merged, pruned };
    const part = this.#convert(pruned, version, `${failure} pruned object at version ${version}`);
    if (part === undefined) return { merged: whole, pruned };
    const { type } = whole;
    const present = this.#fieldsOf(whole, type);
    const kept = toFieldSet(type, part.value).withNamedFields(type).union(owned.withNamedFields(type));
    return { merged: whole, pruned: { type, value: removeItems(type, whole.value, present.difference(kept)) } };
  }

  #addBackDangling(merged: Typed, pruned: Typed, last: VersionedSet): Typed {
    const failure = 'failed to prune fields: failed add back dangling items: failed to convert pruned object to last applied version';
    const converted = this.#convert(pruned, last.version, failure);
    if (converted === undefined) return merged;
    const { type } = merged;
    const kept = toFieldSet(converted.type, converted.value).withNamedFields(type);
    const present = this.#fieldsOf(merged, type);
    const gone = present.difference(kept).intersection(last.set.withNamedFields(type));
    return { type, value: removeItems(type, merged.value, gone) };
  }
}

function takeFrom(managers: Map<string, VersionedSet>, manager: string, lost: FieldSet): void {
  const held = managers.get(manager);
  if (held === undefined) return;
  const set = held.set.difference(lost);
  if (set !== held.set) managers.set(manager, { ...held, set });
}

/** By manager, then in the order of the paths. */
function listConflicts(sets: ReadonlyMap<string, FieldSet>): Conflict[] {
  const managers = [...sets.keys()].sort();
  return managers.flatMap((manager) => pathsOf(sets.get(manager) ?? FieldSet.EMPTY).map((path) => ({ manager, path })));
}
