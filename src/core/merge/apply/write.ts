/**
 * What every write to a Kubernetes object does to its managedFields around the plain ownership rules: identities, times, fields that are
 * never owned, the limit on managers. Source: apimachinery pkg/util/managedfields/internal.
 */
import { type Json, type JsonObject, type KubeObject, isObject } from '../../object/index.ts';
import { compareText } from '../../object/value/index.ts';
import { type TypeNode, zeroValue } from '../../schema/index.ts';
import { type FieldFilter, FieldSet } from '../fieldset/index.ts';
import { type ApplyCache, type Managed, managerId, seconds } from './managed-fields.ts';
import type { Converter, UpdateRules, VersionedSet } from './updater.ts';

export interface WriteRules {
  /** The type of the object's kind in the version of the request. */
  readonly type: TypeNode;
  /** The moment of the write, RFC 3339 in seconds: `2026-01-01T00:00:00Z`. */
  readonly now: string;
  /** Empty or absent: the object itself. */
  readonly subresource?: string;
  /** Fields this endpoint resets and nobody owns through it, by apiVersion: status on the object itself, spec on `/status`. */
  readonly filters?: ReadonlyMap<string, FieldFilter>;
  /** Needed when entries may be in other versions; absent: every version has the same form. */
  readonly convert?: Converter;
  /** A built-in kind: the API server holds it as a Go struct, whose zero value is not empty. */
  readonly struct?: boolean;
  readonly cache?: ApplyCache;
}

const path = (...names: readonly string[]) => names.map((name) => ({ kind: 'field', name }) as const);

/** Fields nobody owns: the server sets them, or they name the object. */
const NEVER_OWNED = FieldSet.of(
  path('apiVersion'),
  path('kind'),
  path('metadata'),
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => path('metadata', name),
  ),
);

/** Takes the fields nobody owns out of a manager's set; the manager goes when nothing is left. */
export function stripped(sets: ReadonlyMap<string, VersionedSet>, manager: string): ReadonlyMap<string, VersionedSet> {
  const held = sets.get(manager);
  if (held === undefined) return sets;
  const set = held.set.difference(NEVER_OWNED);
  if (set === held.set) return sets;
  const result = new Map(sets);
  if (set.empty) result.delete(manager);
  else result.set(manager, { ...held, set });
  return result;
}

export const rulesOf = (rules: WriteRules): UpdateRules => ({
  ...(rules.convert === undefined ? {} : { convert: rules.convert }),
  ...(rules.filters === undefined ? {} : { filters: rules.filters }),
  ...(rules.cache === undefined ? {} : { reconciled: rules.cache.reconciled }),
});

/** What an object of this kind is before anybody wrote to it. */
export function emptyObject(object: KubeObject, rules: WriteRules): JsonObject {
  const { apiVersion, kind } = object;
  const zero: Json = rules.struct === true ? zeroValue(rules.type) : {};
  return { ...(isObject(zero) ? zero : {}), apiVersion, kind };
}

/** `group/version, Kind=kind` as Go prints it, with the object's namespace and name. */
export function describeObject(object: JsonObject): string {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const apiVersion = String(object.apiVersion ?? '');
  const gv = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}; ${gv}, Kind=${String(object.kind ?? '')}`;
}

const MAX_UPDATE_MANAGERS = 10;
const ANCIENT = 'ancient-changes';

/** Merges the oldest updaters of a version into one bucket until no more than ten are left (capmanagers.go). */
export function capUpdaters(managed: Managed): Managed {
  const updaters = [...managed.sets].filter(([, held]) => !held.applied).map(([id]) => id);
  if (updaters.length <= MAX_UPDATE_MANAGERS) return managed;
  updaters.sort((a, b) => seconds(managed.times.get(a)) - seconds(managed.times.get(b)) || compareText(a, b));
  const sets = new Map(managed.sets);
  const times = new Map(managed.times);
  const firstOf = new Map<string, string>();
  let count = updaters.length;
  for (const id of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) break;
    const held = sets.get(id);
    if (held === undefined) continue;
    const first = firstOf.get(held.version);
    if (first === undefined) {
      firstOf.set(held.version, id);
      continue;
    }
    const bucket = managerId({ manager: ANCIENT, operation: 'Update', apiVersion: held.version, subresource: '' });
    const collected = sets.get(bucket) ?? sets.get(first);
    if (!sets.has(bucket)) sets.delete(first);
    sets.set(bucket, { ...held, set: held.set.union(collected?.set ?? FieldSet.EMPTY) });
    sets.delete(id);
    count -= 1;
    const time = managed.times.get(id);
    if (time !== undefined) times.set(bucket, time);
  }
  return { ...managed, sets, times };
}
