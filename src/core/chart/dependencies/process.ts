/** Which subcharts are part of a render, under which names, with which values. Source: Helm 4 pkg/chart/v2/util/dependencies.go, compatible.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { sprint } from '../../go/fmt/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { parseConstraints, parseVersion } from '../../go/semver/index.ts';
import type { GoRecord, GoValue } from '../../go/value/index.ts';
import { getKey, record } from '../../object/index.ts';
import { type Chart, type Dependency, slogDetails, type Warn } from '../model/index.ts';
import { coalesceTables, coalesceValues, type CoalesceVariant, copyTable, isTable, type Table } from '../values/index.ts';

export interface Processing {
  readonly warn: Warn;
  readonly variant: CoalesceVariant;
}

/** Whether the version satisfies the range; what cannot be read does not. */
export function isCompatible(range: string, version: string): boolean {
  const parsed = parseVersion(version);
  const constraints = parseConstraints(range);
  return parsed.ok && constraints.ok && constraints.value.check(parsed.value);
}

/** The chart without disabled subcharts, with aliases applied and values imported. */
export function processDependencies(chart: Chart, values: GoRecord, processing: Processing): Result<Chart, string> {
  const enabled = processEnabled({ chart, path: '' }, values, processing);
  return enabled.ok ? importAll(enabled.value, processing) : enabled;
}

const withName = (chart: Chart, name: string): Chart => ({ ...chart, metadata: { ...chart.metadata, name } });

/** The chart a dependency means, under its alias. */
function chartFor(dependency: Dependency, charts: readonly Chart[]): Chart | undefined {
  const found = charts.find(({ metadata }) => metadata.name === dependency.name && isCompatible(dependency.version, metadata.version));
  return found === undefined || dependency.alias === '' ? found : withName(found, dependency.alias);
}

function processEnabled(
  { chart, path }: { readonly chart: Chart; readonly path: string },
  values: GoRecord,
  processing: Processing,
): Result<Chart, string> {
  const declared = chart.metadata.dependencies;
  if (declared === undefined) return ok(chart);
  const undeclared = chart.dependencies.filter(
    ({ metadata }) =>
      !declared.some((dependency) => metadata.name === dependency.name && isCompatible(dependency.version, metadata.version)),
  );
  const chosen = declared.map((dependency) => chartFor(dependency, chart.dependencies)).filter((found) => found !== undefined);
  const renamed = declared.map((dependency) => (dependency.alias === '' ? dependency : { ...dependency, name: dependency.alias }));
  const all = { ...chart, dependencies: [...undeclared, ...chosen] };
  const coalesced = coalesceValues(all, values, { ...processing, rule: 'coalesce' });
  if (!coalesced.ok) return coalesced;
  const decided = renamed.map((dependency) => decide(dependency, coalesced.value, { path, warn: processing.warn }));
  const disabled = new Set(decided.filter(({ enabled }) => !enabled).map(({ name }) => name));
  const dependencies: Chart[] = [];
  for (const child of all.dependencies) {
    if (disabled.has(child.metadata.name)) continue;
    const inner = processEnabled({ chart: child, path: `${path}${child.metadata.name}.` }, coalesced.value, processing);
    if (!inner.ok) return inner;
    dependencies.push(inner.value);
  }
  const left = decided.filter(({ name }) => !disabled.has(name));
  return ok({ ...chart, metadata: { ...chart.metadata, dependencies: left.length === 0 ? undefined : left }, dependencies });
}

const nonBoolean = (warn: Warn, where: Readonly<Record<string, string>>): void =>
  warn('returned non-bool value', { level: 'WARN', details: slogDetails(where) });

/** Tags first, then conditions, which win. */
function decide(dependency: Dependency, values: Table, at: { readonly path: string; readonly warn: Warn }): Dependency {
  const byTags = tagged(dependency, values, at.warn);
  for (const condition of dependency.condition.trim().split(',')) {
    if (condition === '') continue;
    const value = pathValue(values, at.path + condition);
    if (typeof value === 'boolean') return { ...dependency, enabled: value };
    if (value !== undefined) nonBoolean(at.warn, { path: condition, chart: dependency.name });
  }
  return { ...dependency, enabled: byTags };
}

function tagged(dependency: Dependency, values: Table, warn: Warn): boolean {
  const tags = getKey(values, 'tags');
  if (!isTable(tags)) return true;
  const flags: boolean[] = [];
  for (const tag of dependency.tags) {
    const flag = getKey(tags, tag);
    if (typeof flag === 'boolean') flags.push(flag);
    else if (flag !== undefined) nonBoolean(warn, { tag, chart: dependency.name });
  }
  return flags.length === 0 || flags.includes(true);
}

/** The table under a dotted path. */
function tableAt(values: Table, path: readonly string[]): Table | undefined {
  let table: Table = values;
  for (const name of path) {
    const next = getKey(table, name);
    if (!isTable(next)) return undefined;
    table = next;
  }
  return table;
}

/** The value under a dotted path, unless it is a table. */
function pathValue(values: Table, path: string): GoValue | undefined {
  const names = path.split('.');
  const table = tableAt(values, names.slice(0, -1));
  const value = table === undefined ? undefined : getKey(table, names.at(-1) ?? '');
  return isTable(value) ? undefined : value;
}

/** Imports from the innermost charts outwards. */
function importAll(chart: Chart, processing: Processing): Result<Chart, string> {
  const dependencies: Chart[] = [];
  for (const child of chart.dependencies) {
    const inner = importAll(child, processing);
    if (!inner.ok) return inner;
    dependencies.push(inner.value);
  }
  return importValues({ ...chart, dependencies }, processing);
}

/** The chart's own values with those its dependencies export below them. */
function importValues(chart: Chart, processing: Processing): Result<Chart, string> {
  const declared = chart.metadata.dependencies;
  if (declared === undefined) return ok(chart);
  const merged = coalesceValues(chart, record<GoValue>(), { ...processing, rule: 'merge' });
  if (!merged.ok) return merged;
  const how = { rule: 'merge' as const, warn: processing.warn, prefix: '' };
  let imported: Table = record<GoValue>();
  const rewritten = declared.map((dependency) => {
    const importLines = dependency.importValues.map(importLine).filter((line) => line !== undefined);
    for (const line of importLines) {
      const { child, parent } = line;
      const path = [dependency.name, ...child.split('.')];
      const table = tableAt(merged.value, path);
      if (table === undefined) missingTable(processing.warn, { ...line, chart: dependency.name, error: missingPart(merged.value, path) });
      else imported = coalesceTables(imported, under(parent, copyTable(table)), how);
    }
    return {
      ...dependency,
      importValues: importLines.map(({ child, parent }) =>
        record([
          ['child', child],
          ['parent', parent],
        ]),
      ),
    };
  });
  const values = coalesceTables(merged.value, imported, how);
  return ok({ ...chart, values, metadata: { ...chart.metadata, dependencies: rewritten } });
}

/** Why there is no table under a path. */
function missingPart(values: Table, path: readonly string[]): string {
  const at = path.findIndex((_, index) => tableAt(values, path.slice(0, index + 1)) === undefined);
  return `${quote(path[at] ?? '')} is not a table`;
}

function missingTable(warn: Warn, { isExport, chart, error }: ImportLine & { readonly chart: string; readonly error: string }): void {
  if (isExport) warn('ImportValues missing table', { level: 'WARN', details: slogDetails({ error }) });
  else warn('ImportValues missing table from chart', { level: 'WARN', details: slogDetails({ chart, error }) });
}

interface ImportLine {
  readonly child: string;
  readonly parent: string;
  /** Whether it is the name of something below `exports`. */
  readonly isExport: boolean;
}

/** `{child, parent}`, or a name below the child's `exports`. */
function importLine(line: unknown): ImportLine | undefined {
  if (typeof line === 'string') return { child: `exports.${line}`, parent: '.', isExport: true };
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return undefined;
  const table = line as GoRecord;
  return { child: sprint([getKey(table, 'child') ?? null]), parent: sprint([getKey(table, 'parent') ?? null]), isExport: false };
}

/** The table under a dotted path of its own. */
function under(path: string, table: Table): Table {
  if (path === '.') return table;
  return path.split('.').reduceRight<Table>((inner, name) => record<GoValue>([[name, inner]]), table);
}

/** Dependencies of Chart.yaml that have no chart. */
export function missingDependencies(chart: Chart): Result<undefined, string> {
  const present = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  const missing = (chart.metadata.dependencies ?? []).filter(({ name }) => !present.has(name)).map(({ name }) => name);
  return missing.length === 0 ? ok(undefined) : err(`found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`);
}
