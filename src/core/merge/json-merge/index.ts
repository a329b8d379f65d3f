/**
 * JSON merge patches (RFC 7386), as evanphx/json-patch applies, makes and combines them, and the three-way form of apimachinery
 * (pkg/util/jsonmergepatch). In: JSON values. Out: JSON values or an error text. Never: changes its arguments.
 */
import { type Result, err, ok } from '../../../std/index.ts';
import { type Json, type JsonObject, getKey, isObject, record } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';

const BAD_DOCUMENT = 'Invalid JSON Document';

/** `apply`: null deletes. `combine`: the document is a patch itself: null stays. */
type Mode = 'apply' | 'combine';

/** Applies a patch. The document itself is returned when the patch changes nothing. */
export const mergePatch = (document: Json, patch: Json): Result<Json, string> => patchDocument(document, patch, 'apply');

/** One patch that does what two do one after the other. */
export const combineMergePatches = (first: Json, second: Json): Result<Json, string> => patchDocument(first, second, 'combine');

function patchDocument(document: Json, patch: Json, mode: Mode): Result<Json, string> {
  if (document === null) return err(BAD_DOCUMENT);
  if (patch === null) return ok(null);
  if (isObject(patch) && isObject(document)) return ok(mergeObjects(document, patch, mode));
  return ok(isObject(patch) && mode === 'combine' ? patch : withoutNulls(patch));
}

function mergeObjects(document: JsonObject, patch: JsonObject, mode: Mode): JsonObject {
  let result: { [key: string]: Json } | undefined;
  const open = (): { [key: string]: Json } => (result ??= record(Object.entries(document) as [string, Json][]));
  for (const [key, value] of Object.entries(patch)) {
    const before = getKey(document, key);
    const after = value === undefined ? before : memberAfter(before, value, mode);
    if (after === before) continue;
    if (after === undefined) delete open()[key];
    else open()[key] = after;
  }
  return result ?? document;
}

/** What a member is after the patch; undefined when it is gone. */
function memberAfter(before: Json | undefined, value: Json, mode: Mode): Json | undefined {
  if (value === null) return mode === 'combine' ? null : undefined;
  const after =
    before === undefined || before === null ? (mode === 'apply' ? withoutNulls(value) : value) : mergeValues(before, value, mode);
  return before !== undefined && equalJson(before, after) ? before : after;
}

function mergeValues(before: Json, value: Json, mode: Mode): Json {
  if (!isObject(before)) return withoutNulls(value);
  return isObject(value) ? mergeObjects(before, value, mode) : value;
}

/** The value without members that are null; items of lists stay. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null);
  return record(kept.map(([key, member]) => [key, withoutNulls(member)]));
}

/** The patch that makes `modified` of `original`. Two lists of the same length give a list of patches, one for each pair of documents. */
export function createMergePatch(original: Json, modified: Json): Result<Json, string> {
  if (Array.isArray(original) !== Array.isArray(modified)) return err('Mismatched JSON Documents');
  if (!Array.isArray(original) || !Array.isArray(modified)) return createObjectPatch(original, modified);
  if (original.length !== modified.length) return err(BAD_DOCUMENT);
  const patches: Json[] = [];
  for (const [index, before] of original.entries()) {
    const patch = createObjectPatch(before as Json, (modified[index] as Json | undefined) ?? null);
    if (!patch.ok) return patch;
    patches.push(patch.value);
  }
  return ok(patches);
}

function createObjectPatch(original: Json, modified: Json): Result<Json, string> {
  const before = original ?? record();
  const after = modified ?? record();
  return isObject(before) && isObject(after) ? ok(diffObjects(before, after)) : err(BAD_DOCUMENT);
}

function diffObjects(before: JsonObject, after: JsonObject): JsonObject {
  const patch = record();
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined) continue;
    const old = getKey(before, key);
    if (old !== undefined && isObject(old) && isObject(value)) {
      const below = old === value ? {} : diffObjects(old, value);
      if (Object.keys(below).length > 0) patch[key] = below;
    } else if (old === undefined || !equalJson(old, value)) patch[key] = value;
  }
  for (const key of Object.keys(before)) if (getKey(after, key) === undefined) patch[key] = null;
  return patch;
}

/** Only the deletions of a patch (`nulls`), or everything else (`values`). Objects that come out empty are left out; given empty ones are values. */
export function filterPatch(patch: JsonObject, keep: 'nulls' | 'values'): JsonObject {
  const result = record();
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) {
      if (keep === 'nulls') result[key] = null;
    } else if (isObject(value) && Object.keys(value).length > 0) {
      const below = filterPatch(value, keep);
      if (Object.keys(below).length > 0) result[key] = below;
    } else if (keep === 'values') result[key] = value;
  }
  return result;
}

export interface ThreeWayMerge {
  /** What was applied last time; empty when nothing was. */
  readonly original: JsonObject;
  readonly modified: JsonObject;
  /** The live object. */
  readonly current: JsonObject;
}

/** The patch that brings `current` to `modified`, deleting only what `original` had. For kinds without a known type. */
export function threeWayMergePatch({ original, modified, current }: ThreeWayMerge): Result<Json, string> {
  const changes = filterPatch(diffObjects(current, modified), 'values');
  const deletions = filterPatch(diffObjects(original, modified), 'nulls');
  if (conflict(changes, deletions)) {
    return err(`patch:\n${JSON.stringify(changes)}\nconflicts with changes made from original to current:\n${JSON.stringify(deletions)}\n`);
  }
  return ok(mergeObjects(deletions, changes, 'apply'));
}

/** Whether two patches say different things about the same field (mergepatch.HasConflicts). */
function conflict(left: Json, right: Json): boolean {
  if (isObject(left)) {
    if (!isObject(right)) return true;
    return Object.entries(left).some(([key, value]) => {
      const other = getKey(right, key);
      return value !== undefined && other !== undefined && conflict(value, other);
    });
  }
  if (!Array.isArray(left)) return !equalJson(left, right);
  return (
    !Array.isArray(right) ||
    left.length !== right.length ||
    left.some((item, index) => conflict(item as Json, (right[index] as Json) ?? null))
  );
}
