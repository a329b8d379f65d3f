/** Merging of value tables. Tables are records made here; only those are written to. Source: Helm 4 pkg/chart/common/util/coalesce.go. */
import { sprint } from '../../go/fmt/index.ts';
import { GoBoxed, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey, hasKey, mapValues } from '../../object/index.ts';
import { isRecord } from '../../template/index.ts';
import type { Warn } from '../model/index.ts';

/** A table that may be written to. */
export type Table = { [key: string]: GoValue };

/** Whether a null in the values removes a default (coalesce) or stays (merge). */
export type NullRule = 'coalesce' | 'merge';

export const isTable = (value: GoValue | undefined): value is Table => isRecord(value);

export const prefixed = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

/** A copy that shares no table and no list. Frozen or shared input becomes ours. */
export function copyTable(table: GoRecord): Table {
  return mapValues(table, copyValue);
}

export function copyValue(value: GoValue): GoValue {
  if (typeof value !== 'object' || value === null || value instanceof GoBoxed) return value;
  return Array.isArray(value) ? (value as readonly GoValue[]).map(copyValue) : copyTable(value as GoRecord);
}

/** Removes nulls at every level. */
export function cleanNulls(table: Table): void {
  for (const key of Object.keys(table)) {
    const value = table[key];
    if (value === null) delete table[key];
    else if (isTable(value)) cleanNulls(value);
  }
}

export interface TableMerge {
  readonly rule: NullRule;
  readonly warn: Warn;
  /** For warnings. */
  readonly prefix: string;
}

/** Merges `source` into `target`: what the target has wins, tables are merged. Both are written to; give copies. */
export function coalesceTables(target: Table, source: Table, merge: TableMerge): Table {
  const defaults = new Set(Object.keys(source).filter((key) => source[key] !== null));
  for (const key of Object.keys(target)) if (target[key] === null) source[key] = null;
  for (const key of Object.keys(source)) {
    const value = source[key] ?? null;
    const fullKey = prefixed(merge.prefix, key);
    const old = hasKey(target, key) ? getKey(target, key) : undefined;
    if (old === null && merge.rule === 'coalesce' && defaults.has(key)) delete target[key];
    else if (old === undefined) target[key] = value;
    else if (isTable(value)) {
      if (isTable(old)) coalesceTables(old, value, { ...merge, prefix: fullKey });
      else merge.warn(`warning: cannot overwrite table with non table for ${fullKey} (${sprint([value])})`);
    } else if (isTable(old) && value !== null) {
      merge.warn(`warning: destination for ${fullKey} is a table. Ignoring non-table value (${sprint([value])})`);
    }
  }
  return target;
}
