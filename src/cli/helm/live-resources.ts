/** The living objects of a release as `helm status` prints them: one table after the other, each row for itself. Source: kubectl's table printer. */
import { type Json, type JsonObject, getKey, isObject, record } from '../../core/object/index.ts';
import { type Release, releaseToJson } from '../../core/release/index.ts';
import type { LiveResources } from '../../helm/index.ts';

/** The release with its objects, as `-o json` has it. */
export function withResources(release: Release, resources: LiveResources): JsonObject {
  const { chart: _chart, ...json } = releaseToJson(release);
  const info = isObject(json['info']) ? json['info'] : {};
  const live = record([...resources].map(([key, objects]): [string, Json] => [key, objects.map(sorted)]));
  return { ...json, info: { ...info, ...(resources.size === 0 ? {} : { resources: live }) } };
}

/** Keys in the order Go writes them. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).toSorted((a, b) => (a < b ? -1 : 1));
  return record(keys.map((key): [string, Json] => [key, sorted(getKey(value, key) ?? null)]));
}

export function formatResources(resources: LiveResources): string {
  const parts = [...resources].map(([key, tables]) => {
    let last = '';
    const texts = tables.map((table) => {
      const { columns, rows } = read(table);
      const header = columns.join('\t') === last ? [] : [columns.map((name) => name.toUpperCase())];
      last = columns.join('\t');
      return aligned([...header, ...rows]);
    });
    return `==> ${key}\n${texts.join('')}\n`;
  });
  return parts.join('');
}

interface Read {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const listAt = (value: Json | undefined, key: string): readonly JsonObject[] => {
  const found = isObject(value) ? getKey(value, key) : undefined;
  return Array.isArray(found) ? (found as readonly Json[]).filter(isObject) : [];
};

const text = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** What is no table has its name alone. */
function read(table: JsonObject): Read {
  if (table['kind'] !== 'Table') {
    const metadata = getKey(table, 'metadata');
    return { columns: ['Name'], rows: [[text(isObject(metadata) ? getKey(metadata, 'name') : undefined)]] };
  }
  const columns = listAt(table, 'columnDefinitions');
  const shown = columns.flatMap((column, index) => ((getKey(column, 'priority') ?? 0) === 0 ? [index] : []));
  const rows = listAt(table, 'rows').map((row) => {
    const cells = getKey(row, 'cells');
    return shown.map((index) => (Array.isArray(cells) ? text((cells as readonly Json[])[index]) : ''));
  });
  return { columns: shown.map((index) => text(getKey(columns[index] ?? {}, 'name'))), rows };
}

/** Columns are at least six wide and three apart. */
function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_cell, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)) + 3);
  const least = 6;
  return lines
    .map((line) =>
      line.map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(Math.max(least, widths[column] ?? 0)))).join(''),
    )
    .map((line) => `${line}\n`)
    .join('');
}
