/**
 * Ownership across `/scale`: the field is `.spec.replicas` of the Scale, and wherever the parent keeps it.
 * In: managedFields of the parent or of the Scale. Out: the same for the other side, or an error text. Never: looks at the number itself.
 * Source: apimachinery pkg/util/managedfields/scalehandler.go.
 */
import { type Result, err, ok } from '../../../std/index.ts';
import type { Json, JsonObject } from '../../object/index.ts';
import { type Managed, type VersionedSet, decodeManagedFields, encodeManagedFields } from '../apply/index.ts';
import { FieldSet, type Path } from '../fieldset/index.ts';

const SCALE_VERSION = 'autoscaling/v1';
const SCALE_REPLICAS: Path = [
  { kind: 'field', name: 'spec' },
  { kind: 'field', name: 'replicas' },
];

/** Where the parent keeps its replicas, by apiVersion; undefined for a version without `/scale`. Entries in unknown versions are dropped. */
export type ReplicaPaths = ReadonlyMap<string, Path | undefined>;

/** The entries of a parent that own its replicas, as entries of the Scale. */
export function toScale(parent: Json | undefined, paths: ReplicaPaths): Result<readonly JsonObject[], string> {
  const managed = decodeManagedFields(parent);
  if (typeof managed === 'string') return err(managed);
  const sets = new Map<string, VersionedSet>();
  for (const [manager, held] of managed.sets) {
    const path = paths.get(held.version);
    if (path !== undefined && held.set.has(path)) sets.set(manager, { ...held, set: FieldSet.of(SCALE_REPLICAS), version: SCALE_VERSION });
  }
  return ok(encodeManagedFields({ sets, times: managed.times, entries: new Map() }));
}

export interface ScaleWrite {
  /** managedFields of the parent before the write. */
  readonly parent: Json | undefined;
  /** managedFields of the Scale after it. */
  readonly scale: Json | undefined;
  /** apiVersion in which new entries are written. */
  readonly apiVersion: string;
}

/** The parent's entries after a write to its Scale: who does not own the replicas there any more loses them here. */
export function fromScale({ parent, scale, apiVersion }: ScaleWrite, paths: ReplicaPaths): Result<readonly JsonObject[], string> {
  const before = decodeManagedFields(parent);
  const after = decodeManagedFields(scale);
  if (typeof before === 'string') return err(before);
  if (typeof after === 'string') return err(after);
  const sets = new Map<string, VersionedSet>();
  const taken = new Set<string>();
  for (const [manager, held] of before.sets) keepParent({ manager, held, after }, paths, { sets, taken });
  const path = paths.get(apiVersion);
  for (const [manager, held] of after.sets) {
    if (taken.has(manager) || path === undefined || !held.set.has(SCALE_REPLICAS)) continue;
    sets.set(manager, { ...held, set: FieldSet.of(path), version: apiVersion });
  }
  // A new entry has no time, as in the original.
  return ok(encodeManagedFields({ sets, times: before.times, entries: before.entries }));
}

function keepParent(
  entry: { readonly manager: string; readonly held: VersionedSet; readonly after: Managed },
  paths: ReplicaPaths,
  into: { readonly sets: Map<string, VersionedSet>; readonly taken: Set<string> },
): void {
  const { manager, held, after } = entry;
  if (!paths.has(held.version)) return;
  const path = paths.get(held.version);
  const owns = path !== undefined && held.set.has(path);
  if (owns && !after.sets.has(manager)) {
    const set = held.set.difference(FieldSet.of(path));
    if (!set.empty) into.sets.set(manager, { ...held, set });
    return;
  }
  into.sets.set(manager, held);
  if (owns) into.taken.add(manager);
}
