/** A chart's values: what the user gave, over the chart's own, down through all subcharts. Source: Helm 4 pkg/chart/common/util/coalesce.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { sprintf } from '../../go/fmt/index.ts';
import { quote } from '../../go/strconv/index.ts';
import type { GoRecord, GoValue } from '../../go/value/index.ts';
import { getKey, hasKey, record } from '../../object/index.ts';
import type { Chart, Warn } from '../model/index.ts';
import { cleanNulls, coalesceTables, copyTable, isTable, type NullRule, prefixed, type Table } from './tables.ts';

/** In what the Helm versions differ. */
export interface CoalesceVariant {
  /** Helm 4 drops nulls of a chart's own values; Helm 3 keeps them. */
  readonly dropsDefaultNulls: boolean;
}

export const helm4Values: CoalesceVariant = Object.freeze({ dropsDefaultNulls: true });
export const helm3Values: CoalesceVariant = Object.freeze({ dropsDefaultNulls: false });

export interface Coalescing {
  readonly rule: NullRule;
  readonly warn: Warn;
  readonly variant: CoalesceVariant;
}

/** The values of a chart and, under their names, of its subcharts. `values` stays as it is. */
export function coalesceValues(chart: Chart, values: GoRecord, coalescing: Coalescing): Result<Table, string> {
  return coalesce({ chart, prefix: '' }, copyTable(values), coalescing);
}

interface Place {
  readonly chart: Chart;
  readonly prefix: string;
}

function coalesce(place: Place, target: Table, coalescing: Coalescing): Result<Table, string> {
  coalesceOwn(place, target, coalescing);
  const prefix = prefixed(place.prefix, place.chart.metadata.name);
  for (const child of place.chart.dependencies) {
    const { name } = child.metadata;
    const given = hasKey(target, name) ? getKey(target, name) : record<GoValue>();
    if (!isTable(given)) return err(`type mismatch on ${name}: ${sprintf('%t', [given ?? null])}`);
    target[name] = given;
    coalesceGlobals(given, target, { ...coalescing, prefix });
    const inner = coalesce({ chart: child, prefix }, given, coalescing);
    if (!inner.ok) return inner;
  }
  return ok(target);
}

/** Puts the chart's own values below those of `target`. */
function coalesceOwn({ chart, prefix }: Place, target: Table, coalescing: Coalescing): void {
  if (chart.values === undefined) return;
  const own = copyTable(chart.values);
  const place = prefixed(prefix, chart.metadata.name);
  for (const key of Object.keys(own)) {
    const value = own[key] ?? null;
    const cleans = coalescing.rule === 'coalesce' && coalescing.variant.dropsDefaultNulls;
    const old = hasKey(target, key) ? getKey(target, key) : undefined;
    if (old === undefined) {
      if (cleans && value === null) continue;
      if (cleans && isTable(value)) cleanNulls(value);
      target[key] = value;
    } else if (old === null && coalescing.rule === 'coalesce') delete target[key];
    else if (isTable(old)) {
      if (isTable(value)) mergeOwn(old, value, { chart, key, place, coalescing });
      else if (value !== null) coalescing.warn(`warning: skipped value for ${place}.${key}: Not a table.`);
    }
  }
}

/** Nulls stay where a table belongs to a subchart: its own turn comes later. */
function mergeOwn(
  target: Table,
  own: Table,
  {
    chart,
    key,
    place,
    coalescing,
  }: { readonly chart: Chart; readonly key: string; readonly place: string; readonly coalescing: Coalescing },
): void {
  const rule = chart.dependencies.some((child) => child.metadata.name === key) ? 'merge' : coalescing.rule;
  if (rule === 'coalesce' && coalescing.variant.dropsDefaultNulls) cleanNulls(own);
  coalesceTables(target, own, { rule, warn: coalescing.warn, prefix: prefixed(place, key) });
}

/** The table of that name, a new one when there is nothing, undefined when there is something else. */
function tableUnder(table: Table, name: string): Table | undefined {
  if (!hasKey(table, name)) return record<GoValue>();
  const found = getKey(table, name);
  return isTable(found) ? found : undefined;
}

/** Hands the parent's `global` down; the parent's wins, tables are merged. */
function coalesceGlobals(target: Table, source: Table, how: Coalescing & { readonly prefix: string }): void {
  const into = tableUnder(target, 'global');
  if (into === undefined) {
    how.warn('warning: skipping globals because destination global is not a table.');
    return;
  }
  const from = tableUnder(source, 'global');
  if (from === undefined) {
    how.warn('warning: skipping globals because source global is not a table.');
    return;
  }
  for (const key of Object.keys(from)) {
    const value = from[key] ?? null;
    const old = hasKey(into, key) ? getKey(into, key) : undefined;
    if (isTable(value)) {
      const copy = record(Object.entries(value));
      if (old === undefined) into[key] = copy;
      else if (isTable(old)) into[key] = coalesceTables(copy, old, { rule: 'merge', warn: how.warn, prefix: prefixed(how.prefix, key) });
      else how.warn(`Conflict: cannot merge map onto non-map for ${quote(key)}. Skipping.`);
    } else if (isTable(old)) how.warn(`key ${key} is table. Skipping`);
    else into[key] = value;
  }
  target['global'] = into;
}
