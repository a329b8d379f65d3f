/** Helm's own tables: functions, renders, lookup, files, values, dependencies, sorting, names. Rows: corpus helm (see its README). */
import { deepStrictEqual } from 'node:assert';
import { expect } from 'vitest';
import type { Ask, Request } from '../../src/core/ask/index.ts';
import { isCompatible, processDependencies } from '../../src/core/chart/dependencies/index.ts';
import { isIgnored, loadChart, parseIgnore } from '../../src/core/chart/load/index.ts';
import {
  helm4Split,
  installOrder,
  sortByKind,
  sortManifests,
  splitManifests,
  uninstallOrder,
} from '../../src/core/chart/manifests/index.ts';
import {
  type Chart,
  ChartFile,
  type Dependency,
  type Metadata,
  type RawMetadata,
  validateMetadata,
} from '../../src/core/chart/model/index.ts';
import { parseKubeVersion } from '../../src/core/chart/capabilities/index.ts';
import { releaseNameProblem, renderAll, RenderCache, renderTemplates, sortTemplates } from '../../src/core/chart/render/index.ts';
import { goFiles } from '../../src/core/chart/render/files.ts';
import {
  applySet,
  coalesceTables,
  coalesceValues,
  copyTable,
  helm4Values,
  readJsonPrefix,
  setIndex,
  type SetKind,
  SetProblem,
  type Table,
} from '../../src/core/chart/values/index.ts';
import { methodOf } from '../../src/core/go/reflect/index.ts';
import { sprint } from '../../src/core/go/fmt/index.ts';
import { type GoRecord, type GoValue } from '../../src/core/go/value/index.ts';
import { record } from '../../src/core/object/index.ts';
import { encodeJson } from '../../src/core/template/json/index.ts';
import { decode, sigsYaml } from '../../src/core/yaml/index.ts';
import { askFolder } from './chart-files.ts';
import { corpusPath, describeCorpus, readCorpus, type Row, runRows, type Skips } from './corpus.ts';
import { decodeTagged } from './tagged.ts';

const read = <T>(file: string): T => readCorpus<T>('helm', `${file}.json`);
const named = <T>(rows: readonly T[]): Row<T>[] => rows.map((value, i) => ({ name: `${i} ${nameOf(value)}`, value }));
const nameOf = (value: unknown): string => {
  const { name, test, src } = (Array.isArray(value) ? {} : value) as {
    readonly name?: string;
    readonly test?: string;
    readonly src?: string;
  };
  return [name ?? test ?? (Array.isArray(value) ? String(value[0]) : ''), src ?? ''].join(' ').trim();
};
const cache = new RenderCache();
const warnNothing = (): void => undefined;
const silent = { warn: warnNothing, variant: helm4Values };

const ask = ((request: Request) => {
  switch (request.kind) {
    case 'lookup':
      return null;
    case 'now':
      return 0;
    case 'randomBytes':
      return new Uint8Array(request.length);
    default:
      throw new Error(`not asked here: ${request.kind}`);
  }
}) as Ask;

function unwrap<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }): T {
  if (result.ok) return result.value;
  throw new Error(result.error);
}

/** Renders one text on its own. */
function renderText(text: string, data: GoValue, how: Ask = ask): string {
  const scope = record<GoValue>([['Data', data]]);
  const inner = text.replaceAll('\u0000', '');
  const templates = [{ path: 'test', text: `{{define "row"}}${inner}{{end}}{{template "row" .Data}}`, basePath: '', scope }];
  return unwrap(renderAll(how, templates, { caches: cache })).get('test') ?? '';
}

interface FuncRow {
  readonly name?: string;
  readonly template: string;
  readonly data: unknown;
  readonly expect?: string;
  readonly error?: boolean | string;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly since?: string;
}

function checkFunction(row: FuncRow): void {
  const data = decodeTagged(row.data);
  if (row.error !== undefined && row.error !== false) {
    expect(() => renderText(row.template, data)).toThrow(typeof row.error === 'string' ? row.error : undefined);
    return;
  }
  const text = renderText(row.template, data);
  if (row.expect !== undefined) expect(text, row.template).toBe(row.expect);
  if (row.after !== undefined)
    for (const [key, value] of Object.entries(row.after))
      expect(encodeJson((data as GoRecord)[key] ?? null)).toEqual(encodeJson(decodeTagged(value)));
}

type Repeat = { readonly $repeat: readonly [string, number] };
const textOf = (text: string | Repeat): string => (typeof text === 'string' ? text : text.$repeat[0].repeat(text.$repeat[1]));

interface ChartRow {
  readonly metadata: Partial<Metadata> & { readonly name: string };
  readonly values?: unknown;
  readonly templates?: readonly (readonly [string, string | Repeat])[];
  readonly files?: readonly (readonly [string, string])[];
  readonly dependencies?: readonly ChartRow[];
}

const emptyMetadata: Metadata = {
  name: '',
  home: '',
  sources: [],
  version: '',
  description: '',
  keywords: [],
  maintainers: [],
  icon: '',
  apiVersion: '',
  condition: '',
  tags: '',
  appVersion: '',
  deprecated: false,
  annotations: undefined,
  kubeVersion: '',
  dependencies: undefined,
  type: '',
};

const file = (name: string, text: string): ChartFile => new ChartFile(name, new Uint8Array(Buffer.from(text)));

const chartOf = (row: ChartRow): Chart => ({
  metadata: { ...emptyMetadata, ...row.metadata },
  lock: undefined,
  templates: (row.templates ?? []).map(([name, text]) => file(name, textOf(text))),
  files: (row.files ?? []).map(([name, text]) => file(name, text)),
  values: row.values === undefined ? undefined : (decodeTagged(row.values) as GoRecord),
  schema: undefined,
  dependencies: (row.dependencies ?? []).map(chartOf),
});

interface RenderRow {
  readonly chart?: ChartRow;
  readonly templates?: readonly { readonly name: string; readonly text: string; readonly scope: unknown }[];
  readonly scope?: unknown;
  readonly expect?: { readonly [path: string]: string | Repeat };
  readonly error?: boolean;
  readonly errorEquals?: string;
  readonly errorContains?: string;
  readonly errorEndsWith?: string;
  readonly lintMode?: boolean;
  readonly strict?: boolean;
}

/** A scope with `{$coalesced: v}` put together with the chart's values; the whole scope or its Values. */
function scopeOf(row: RenderRow, chart: Chart): { readonly values: GoValue; readonly release: GoRecord } {
  const scope = (row.scope ?? {}) as { readonly [key: string]: unknown };
  const coalesced = (json: unknown): GoValue =>
    unwrap(coalesceValues(chart, decodeTagged(json) as GoRecord, { ...silent, rule: 'coalesce' }));
  const whole = scope['$coalesced'];
  if (whole !== undefined) {
    const values = coalesced(whole) as Table;
    return { values: values['Values'] ?? values, release: (values['Release'] ?? record<GoValue>()) as GoRecord };
  }
  const given = scope['Values'] as { readonly [key: string]: unknown } | undefined;
  const isCoalesced = typeof given === 'object' && given !== null && '$coalesced' in given;
  return {
    values: isCoalesced ? coalesced(given['$coalesced']) : decodeTagged(given ?? null),
    release: decodeTagged(scope['Release'] ?? {}) as GoRecord,
  };
}

function renderRow(row: RenderRow): ReadonlyMap<string, string> {
  const options = { caches: cache, strict: row.strict === true, lint: row.lintMode === true };
  if (row.chart === undefined) {
    const templates = (row.templates ?? []).map(({ name, text, scope }) => ({
      path: name,
      text,
      basePath: '',
      scope: decodeTagged(scope) as Table,
    }));
    return unwrap(renderAll(ask, templates, options));
  }
  const chart = chartOf(row.chart);
  return unwrap(renderTemplates(ask, { chart, ...scopeOf(row, chart), capabilities: null }, options));
}

function checkRender(row: RenderRow): void {
  if (row.error !== true) {
    const rendered = renderRow(row);
    for (const [path, text] of Object.entries(row.expect ?? {})) expect(rendered.get(path), path).toBe(textOf(text));
    return;
  }
  const message = messageOf(() => renderRow(row));
  expect(message).toBeDefined();
  if (row.errorEquals !== undefined) expect(message).toBe(row.errorEquals);
  if (row.errorContains !== undefined) expect(message).toContain(row.errorContains);
  if (row.errorEndsWith !== undefined) expect(message?.endsWith(row.errorEndsWith), message).toBe(true);
}

function messageOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

interface KubeRow {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Answers lookups from a list of objects. */
const askCluster = (objects: readonly KubeRow[], isNamespaced: { readonly [kind: string]: boolean }): Ask =>
  ((request: Request) => {
    if (request.kind !== 'lookup') return ask(request as never);
    const matching = objects.filter(
      ({ kind, metadata }) =>
        kind === request.kindName && (request.namespace === '' || isNamespaced[kind] !== true || metadata.namespace === request.namespace),
    );
    return request.name === '' ? matching : (matching.find(({ metadata }) => metadata.name === request.name) ?? null);
  }) as Ask;

interface FilesRow {
  readonly op: string;
  readonly pattern?: string;
  readonly name?: string;
  readonly expect?: unknown;
  readonly length?: number;
  readonly first?: string;
  readonly last?: string;
}

function checkFiles(files: Readonly<Record<string, string>>, row: FilesRow): void {
  let value: GoValue = goFiles(Object.entries(files).map(([name, text]) => file(name, text)));
  const call = (method: string, ...args: readonly string[]): GoValue => unwrap(methodOf(value, method)!.call(value, args) as never);
  if (row.pattern !== undefined) value = call('Glob', row.pattern);
  const methods: Readonly<Record<string, () => unknown>> = {
    globCount: () => (value as { readonly entries?: readonly unknown[] }).entries?.length,
    globGet: () => call('Get', row.name ?? ''),
    get: () => call('Get', row.name ?? ''),
    asConfig: () => call('AsConfig'),
    asSecrets: () => call('AsSecrets'),
    lines: () => (call('Lines', row.name ?? '') as { readonly items?: readonly unknown[] }).items,
  };
  const result = methods[row.op]?.();
  if (row.op !== 'lines') {
    expect(result).toEqual(row.expect);
    return;
  }
  const lines = result as readonly string[];
  expect(lines.length).toBe(row.length);
  if (row.first !== undefined) expect(lines[0]).toBe(row.first);
  if (row.last !== undefined) expect(lines.at(-1)).toBe(row.last);
}

interface SetRow {
  readonly op: SetKind;
  readonly input: string;
  readonly input2?: string;
  readonly into?: unknown;
  readonly expect?: unknown;
  readonly error?: boolean;
  readonly errorEquals?: string;
  readonly files?: Readonly<Record<string, string>>;
}

function checkSet(row: SetRow): void {
  const target = copyTable((row.into === undefined || row.into === null ? record<GoValue>() : decodeTagged(row.into)) as GoRecord);
  const rules = { kind: row.op, readFile: (path: string) => row.files?.[path] ?? path, readJson: readJsonPrefix };
  const run = (): void => {
    applySet(row.input, target, rules);
    if (row.input2 !== undefined) applySet(row.input2, target, rules);
  };
  if (row.error === true || row.errorEquals !== undefined) {
    expect(run).toThrow(SetProblem);
    if (row.errorEquals !== undefined) expect(messageOf(run)).toBe(row.errorEquals);
    return;
  }
  run();
  expect(encodeJson(target)).toEqual(encodeJson(decodeTagged(row.expect)));
}

interface CoalesceRow {
  readonly op: string;
  readonly chart?: ChartRow;
  readonly values?: unknown;
  readonly valuesYaml?: string;
  readonly dst?: unknown;
  readonly source?: unknown;
  readonly templates?: readonly (readonly [string, string])[];
  readonly absent?: readonly string[];
  readonly present?: readonly string[];
  readonly null?: readonly string[];
  readonly maps?: readonly string[];
  readonly equals?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
}

function at(table: GoValue, path: string): GoValue | undefined {
  return path.split('.').reduce<GoValue | undefined>((value, name) => (value === undefined ? undefined : (value as GoRecord)[name]), table);
}

function coalesceRow(row: CoalesceRow, warn: (message: string) => void): GoValue {
  if (row.chart === undefined) {
    const target = copyTable(decodeTagged(row.dst) as GoRecord);
    const source = row.source === null || row.source === undefined ? record<GoValue>() : copyTable(decodeTagged(row.source) as GoRecord);
    return coalesceTables(target, source, { rule: row.op === 'mergeTables' ? 'merge' : 'coalesce', warn, prefix: '' });
  }
  const values = row.valuesYaml === undefined ? decodeTagged(row.values) : (unwrapYaml(row.valuesYaml) as GoValue);
  return unwrap(
    coalesceValues(chartOf(row.chart), values as GoRecord, { warn, variant: helm4Values, rule: row.op === 'merge' ? 'merge' : 'coalesce' }),
  );
}

function unwrapYaml(text: string): unknown {
  const decoded = decode(text, { variant: sigsYaml, numbers: 'float64' });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

function checkCoalesce(row: CoalesceRow): void {
  const warnings: string[] = [];
  const result = coalesceRow(row, (message) => warnings.push(message));
  for (const path of row.absent ?? []) expect(at(result, path), path).toBeUndefined();
  for (const path of row.present ?? []) expect(at(result, path), path).not.toBeUndefined();
  for (const path of row.null ?? []) expect(at(result, path), path).toBeNull();
  for (const path of row.maps ?? []) expect(typeof at(result, path), path).toBe('object');
  for (const [path, value] of Object.entries(row.equals ?? {})) deepStrictEqual(at(result, path), decodeTagged(value));
  for (const [text, wanted] of row.templates ?? []) expect(renderText(text, result), text).toBe(wanted.replaceAll('<no value>', ''));
  if (row.warnings !== undefined) expect(new Set(warnings)).toEqual(new Set(row.warnings));
}

interface DependenciesFile {
  readonly enabled: readonly {
    readonly name: string;
    readonly chart: string;
    readonly values: unknown;
    readonly expect: readonly string[];
  }[];
  readonly importValues: readonly {
    readonly chart: string;
    readonly merge: boolean;
    readonly enabledFirst: boolean;
    readonly thenEnabled?: boolean;
    readonly expect?: Readonly<Record<string, string | null>>;
    readonly null?: readonly string[];
    readonly dependenciesBefore?: number;
    readonly dependenciesAfter?: number;
    readonly firstDependencyValues?: unknown;
  }[];
  readonly load: readonly {
    readonly chart: string;
    readonly metadataAndLockDependencies: readonly (readonly [string, string, string])[];
  }[];
  readonly counts: readonly { readonly chart: string; readonly before: number; readonly after: number }[];
}

const loadDependencyChart = (name: string): Chart =>
  unwrap(loadChart(askFolder(corpusPath('helm', 'dependency-charts')), { source: '', path: name })).chart;

const namesBelow = (chart: Chart, path: string): string[] => [
  path,
  ...chart.dependencies.flatMap((child) => namesBelow(child, `${path}.${child.metadata.name}`)),
];

function checkImport(row: DependenciesFile['importValues'][number]): void {
  const before = loadDependencyChart(row.chart);
  const chart = unwrap(processDependencies(before, record<GoValue>(), silent));
  if (row.dependenciesBefore !== undefined) expect(before.dependencies.length).toBe(row.dependenciesBefore);
  if (row.dependenciesAfter !== undefined) expect(chart.dependencies.length).toBe(row.dependenciesAfter);
  for (const path of row.null ?? []) expect(at(chart.values ?? null, path)).toBeNull();
  if (row.firstDependencyValues !== undefined)
    deepStrictEqual(encodeJson(chart.dependencies[0]?.values ?? null), encodeJson(decodeTagged(row.firstDependencyValues)));
  for (const [path, wanted] of Object.entries(row.expect ?? {})) {
    const value = at(chart.values ?? null, path);
    expect(value === undefined ? undefined : value === null ? null : sprint([value]), path).toBe(wanted);
  }
}

interface KindRow {
  readonly order: 'install' | 'uninstall';
  readonly input: readonly (readonly [string, string])[];
  readonly expect: unknown;
}

interface ManifestRow {
  readonly path: string;
  readonly manifest: string;
  readonly names: readonly string[];
  readonly hooks: Readonly<Record<string, readonly string[] | null>>;
}

interface IgnoreFile {
  readonly rows: readonly { readonly pattern: string; readonly name: string; readonly isDir: boolean; readonly expect: boolean }[];
  readonly parse: readonly { readonly text: string; readonly patterns: readonly string[] }[];
  readonly parseErrors: readonly string[];
}

const rawMetadata = (json: unknown): RawMetadata | undefined => {
  if (json === null) return undefined;
  const given = json as {
    readonly dependencies?: readonly (Partial<Dependency> | null)[];
    readonly maintainers?: readonly (object | null)[];
  };
  const dependency = { name: '', version: '', repository: '', condition: '', tags: [], enabled: false, importValues: [], alias: '' };
  return {
    ...emptyMetadata,
    ...(given as object),
    maintainers: (given.maintainers ?? []).map((maintainer) =>
      maintainer === null ? undefined : { name: '', email: '', url: '', ...maintainer },
    ),
    dependencies: given.dependencies?.map((item) => (item === null ? undefined : { ...dependency, ...item })),
  };
};

const laterFunctions = (rows: readonly Row<FuncRow>[]): Skips =>
  Object.fromEntries(
    rows
      .filter(({ value }) => value.since !== undefined && value.error === undefined)
      .map(({ name }) => [name, 'a function that no released Helm has']),
  );

describeCorpus('helm', 340, () => {
  const functions = named(read<FuncRow[]>('engine-funcs'));
  runRows('functions', functions, checkFunction, laterFunctions(functions));
  runRows('renders', named(read<RenderRow[]>('engine-render')), checkRender);
  const lookup = read<{ objects: KubeRow[]; namespaced: Record<string, boolean>; rows: FuncRow[] }>('engine-lookup');
  runRows('lookup', named(lookup.rows), (row) => {
    expect(renderText(row.template, null, askCluster(lookup.objects, lookup.namespaced))).toBe(row.expect);
  });
  runRows('template order', named(read<{ names: string[]; expect: string[] }[]>('sort-templates')), (row) => {
    expect(sortTemplates(row.names.map((path) => ({ path }))).map(({ path }) => path)).toEqual(row.expect);
  });
  const files = read<{ files: Record<string, string>; rows: FilesRow[] }>('files');
  runRows('files', named(files.rows), (row) => checkFiles(files.files, row));
  runRows('set', named(read<SetRow[]>('strvals')), checkSet);
  runRows(
    'set index',
    named(read<{ name: string; list: unknown; index: number; value: unknown; expect?: unknown; error?: boolean }[]>('strvals-set-index')),
    (row) => {
      const run = (): readonly GoValue[] => setIndex(decodeTagged(row.list) as readonly GoValue[], row.index, decodeTagged(row.value));
      if (row.error === true) expect(run).toThrow(SetProblem);
      else deepStrictEqual(run(), decodeTagged(row.expect));
    },
  );
  runRows('coalesce', named(read<CoalesceRow[]>('coalesce')), checkCoalesce);
  const kinds = read<{ install: string[]; uninstall: string[]; rows: KindRow[] }>('kind-order');
  runRows('kind order', named(kinds.rows), (row) => {
    expect([installOrder, uninstallOrder]).toEqual([kinds.install, kinds.uninstall]);
    const sorted = sortByKind(
      row.input.map(([name, kind]) => ({ name, kind })),
      row.order === 'install' ? installOrder : uninstallOrder,
    );
    const names = sorted.map(({ name }) => name);
    expect(Array.isArray(row.expect) ? names : names.join('')).toEqual(row.expect);
  });
  runRows('split', named(read<{ name: string; input: string; expect: Record<string, string> }[]>('split-manifests')), (row) => {
    expect(Object.fromEntries(splitManifests(row.input).map((text, i) => [`manifest-${i}`, text]))).toEqual(row.expect);
  });
  const manifests = read<{ rows: ManifestRow[]; hookCount: number; manifestCount: number }>('sort-manifests');
  runRows('sort manifests', [{ name: 'all', value: manifests }], ({ rows, hookCount, manifestCount }) => {
    const sorted = unwrap(sortManifests(new Map(rows.map((row) => [row.path, row.manifest])), { cache: new Map(), split: helm4Split }));
    expect([sorted.hooks.length, sorted.manifests.length]).toEqual([hookCount, manifestCount]);
    const events = new Map(sorted.hooks.map((hook) => [hook.name, hook.events]));
    for (const row of rows) for (const [name, wanted] of Object.entries(row.hooks)) expect(events.get(name) ?? null, name).toEqual(wanted);
  });
  const ignore = read<IgnoreFile>('ignore');
  runRows('ignore', named(ignore.rows), (row) => {
    const [rule] = unwrap(parseIgnore(row.pattern));
    expect(rule === undefined ? false : isIgnored([rule], { path: row.name, isDirectory: row.isDir })).toBe(row.expect);
  });
  runRows('ignore files', [{ name: 'all', value: ignore }], ({ parse, parseErrors }) => {
    for (const { text, patterns } of parse)
      expect(unwrap(parseIgnore(text)).map(({ pattern }) => pattern)).toEqual([...patterns, 'templates/.?*']);
    for (const text of parseErrors) expect(parseIgnore(text).ok, text).toBe(false);
  });
  const dependencies = read<DependenciesFile>('dependencies');
  runRows('dependencies enabled', named(dependencies.enabled), (row) => {
    const chart = unwrap(processDependencies(loadDependencyChart(row.chart), decodeTagged(row.values) as GoRecord, silent));
    expect(namesBelow(chart, chart.metadata.name).sort()).toEqual(row.expect);
  });
  const withArchive = 'one of the two subcharts is an archive, which the corpus does not hold';
  const archives = Object.fromEntries(
    named(dependencies.counts)
      .filter(({ value }) => value.chart.startsWith('dependent-chart'))
      .map(({ name }) => [name, withArchive]),
  );
  const checkCount = (row: DependenciesFile['counts'][number]): void => {
    const chart = loadDependencyChart(row.chart);
    expect(chart.dependencies.length).toBe(row.before);
    expect(unwrap(processDependencies(chart, record<GoValue>(), silent)).dependencies.length).toBe(row.after);
  };
  runRows('dependency counts', named(dependencies.counts), checkCount, archives);
  const merging = named(dependencies.importValues.filter((row) => row.merge));
  const unpacked = merging
    .filter(({ value }) => value.dependenciesBefore !== undefined)
    .map(({ name }): [string, string] => [name, 'its subcharts are archives, which the corpus does not hold']);
  runRows('import values', merging, checkImport, Object.fromEntries(unpacked));
  runRows('dependency files', named(dependencies.load), (row) => {
    const { metadata, lock } = loadDependencyChart(row.chart);
    const shown = (list: readonly Dependency[] | undefined): unknown =>
      list?.map(({ name, version, repository }) => [name, version, repository]);
    expect([shown(metadata.dependencies), shown(lock?.dependencies)]).toEqual([
      row.metadataAndLockDependencies,
      row.metadataAndLockDependencies,
    ]);
  });
  const names = read<{ compatibleRange: { constraint: string; version: string; expect: boolean }[]; releaseName: [string, boolean][] }>(
    'names',
  );
  runRows('version ranges', named(names.compatibleRange), (row) => expect(isCompatible(row.constraint, row.version)).toBe(row.expect));
  runRows('release names', named(names.releaseName), ([name, isGood]) => expect(releaseNameProblem(name) === undefined).toBe(isGood));
  runRows('metadata', named(read<{ name: string; metadata: unknown; error: string | null }[]>('metadata-validate')), (row) => {
    const result = validateMetadata(rawMetadata(row.metadata));
    expect(result.ok ? null : result.error).toBe(row.error);
  });
  runRows(
    'kube versions',
    named(read<{ input: string; version: string; string: string; major: string; minor: string }[]>('kube-version')),
    (row) => {
      const { version, normalized, major, minor } = unwrap(parseKubeVersion(row.input));
      expect({ version, string: normalized, major, minor }).toEqual({
        version: row.version,
        string: row.string,
        major: row.major,
        minor: row.minor,
      });
    },
  );
});
