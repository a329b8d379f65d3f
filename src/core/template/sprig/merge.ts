/** mergo.Merge and mergo.MergeWithOverwrite for `map[string]interface {}`. Source: dario.cat/mergo v1 merge.go deepMerge. */
import type { GoRecord, GoValue } from '../../go/value/index.ts';
import { getKey } from '../../object/index.ts';
import { type Budget, isRecord } from '../exec/index.ts';
import { isEmpty } from './convert.ts';

export interface Merging {
  readonly overwrite: boolean;
  readonly budget: Budget;
}

/**
 * Merges `source` into `target`, which is changed. Maps are merged with maps at every level; a value that is empty (nil, false, 0, "",
 * [], {}) gives way to the source's; with `overwrite` every other one does, too. Lists are never merged. Maps of the source that the
 * target lacks become part of both.
 */
export function mergeRecords(target: GoRecord, source: GoRecord, merging: Merging): void {
  const into = target as { [key: string]: GoValue };
  for (const key of Object.keys(source)) {
    merging.budget.step();
    const from = getKey(source, key) ?? null;
    const old = getKey(into, key);
    if (from === null) {
      if (merging.overwrite) into[key] = null;
      continue;
    }
    if (isRecord(from) && isRecord(old)) mergeRecords(old, from, merging);
    const isSet = old !== undefined && !isEmpty(old);
    if (isSet && isRecord(from) && isRecord(old)) continue;
    if (merging.overwrite || !isSet) into[key] = from;
  }
}
