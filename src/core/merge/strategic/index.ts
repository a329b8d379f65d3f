/**
 * Strategic merge patches: merging that knows which lists are merged by which key.
 * In: documents and the type of the kind (undefined: no schema). Out: a document or a patch, or the error text the API server gives.
 * Never: changes its arguments.
 */
import { type Result, err, ok } from '../../../std/index.ts';
import type { JsonObject } from '../../object/index.ts';
import { patchesConflict } from './conflicts.ts';
import { diffDocuments } from './diff.ts';
import { mergeMap, sortLists } from './merge.ts';
import { StrategicError, type Type } from './meta.ts';
import { deduplicate, sortByKey, sortScalars } from './order.ts';

function attempt<T>(run: () => T): Result<T, string> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof StrategicError) return err(error.message);
    throw error;
  }
}

/** Applies a patch. The document itself is returned when the patch changes nothing. */
export const strategicMerge = (document: JsonObject, patch: JsonObject, type: Type): Result<JsonObject, string> =>
  attempt(() => mergeMap(document, patch, { type, mode: 'apply' }));

/** The patch that makes `modified` of `original`. */
export const twoWayPatch = (original: JsonObject, modified: JsonObject, type: Type): Result<JsonObject, string> =>
  attempt(() => diffDocuments(original, modified, { changes: true, deletions: true, order: true, type }));

export interface ThreeWay {
  /** What was applied last time; empty when nothing was. */
  readonly original: JsonObject;
  readonly modified: JsonObject;
  /** The live object. */
  readonly current: JsonObject;
}

export interface ThreeWayOptions {
  /** Without it, fields that somebody else changed differently are an error. */
  readonly overwrite?: boolean;
}

/** The patch that brings `current` to `modified`, deleting only what `original` had: what kubectl apply sends. */
export const threeWayPatch = (
  { original, modified, current }: ThreeWay,
  type: Type,
  options: ThreeWayOptions = {},
): Result<JsonObject, string> =>
  attempt(() => {
    const changes = diffDocuments(current, modified, { changes: true, deletions: false, order: true, type });
    const deletions = diffDocuments(original, modified, { changes: false, deletions: true, order: true, type });
    const patch = mergeMap(deletions, changes, { type, mode: 'combine' });
    if (options.overwrite !== true) {
      const changed = diffDocuments(original, current, { changes: true, deletions: true, order: false, type });
      if (patchesConflict(patch, changed, type)) {
        throw new StrategicError(
          `patch:\n${JSON.stringify(patch)}\nconflicts with changes made from original to current:\n${JSON.stringify(changed)}\n`,
        );
      }
    }
    return patch;
  });

/** All merging lists in the order of their keys, for comparing documents in which that order does not matter. */
export const sortMergingLists = (document: JsonObject, type: Type): Result<JsonObject, string> =>
  attempt(() =>
    sortLists(document, type, (list, mergeKey) => (mergeKey === '' ? sortScalars(deduplicate(list)) : sortByKey(list, mergeKey))),
  );
