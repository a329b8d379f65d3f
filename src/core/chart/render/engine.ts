/** Rendering the templates of a chart and its subcharts. Source: Helm 4 pkg/engine/engine.go. */
import type { Ask } from '../../ask/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import { GoMap } from '../../go/composite/index.ts';
import { baseName, joinPath } from '../../go/path/index.ts';
import type { RegexpCache } from '../../go/regexp/index.ts';
import type { RangeCache } from '../../go/semver/index.ts';
import { compareStrings } from '../../go/sort/index.ts';
import { fixedZone, utc } from '../../go/time/index.ts';
import { basicType, mapType } from '../../go/type/index.ts';
import { GoNil, type GoLocation, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey, record } from '../../object/index.ts';
import {
  Budget,
  type BudgetLimits,
  type DocumentCache,
  executeNamed,
  type HelmHost,
  ParseError,
  type Run,
  TemplateCache,
  TemplateFailure,
  TemplateSet,
  withoutNoValue,
} from '../../template/index.ts';
import { type Chart, type ChartFile, childPath, type Dependency, isLibrary, type Metadata } from '../model/index.ts';
import { isTable, type Table } from '../values/index.ts';
import { type ExecErrorText, helm4ExecError, parseErrorText } from './failure.ts';
import { goFiles } from './files.ts';
import { goValues } from './values.ts';

/** Caches a caller keeps between renders. */
export interface EngineCaches {
  /** What one render may spend. */
  readonly limits: BudgetLimits;
  readonly templates: TemplateCache;
  readonly patterns: RegexpCache;
  readonly ranges: RangeCache;
  /** Documents that templates read with fromYaml. */
  readonly documents: DocumentCache;
  /** `.Files` of each list of files. */
  readonly files: WeakMap<readonly ChartFile[], GoValue>;
}

export interface EngineInput {
  readonly chart: Chart;
  /** `.Values` of the root, coalesced. Templates may change it. */
  readonly values: GoValue;
  readonly release: GoRecord;
  readonly capabilities: GoValue;
}

export interface EngineOptions {
  readonly caches: EngineCaches;
  /** Missing map keys are errors. */
  readonly strict?: boolean;
  /** `required` and `fail` note instead of failing; `lookup` finds nothing. */
  readonly lint?: boolean;
  readonly note?: HelmHost['note'];
  readonly drew?: HelmHost['drew'];
  /** The words of errors; absent: Helm 4's. */
  readonly errorText?: ExecErrorText | undefined;
  readonly zone?: (name: string) => GoLocation | undefined;
}

/** A template, and what it sees. */
export interface Renderable {
  readonly path: string;
  readonly text: string;
  readonly basePath: string;
  /** One table for all templates of a chart. */
  readonly scope: Table;
}

const stringsType = mapType(basicType.string, basicType.string);

function goDependency(dependency: Dependency): GoRecord {
  return record<GoValue>([
    ['Name', dependency.name],
    ['Version', dependency.version],
    ['Repository', dependency.repository],
    ['Condition', dependency.condition],
    ['Tags', dependency.tags],
    ['Enabled', dependency.enabled],
    ['ImportValues', dependency.importValues as readonly GoValue[]],
    ['Alias', dependency.alias],
  ]);
}

/** `.Chart`: Helm 4 makes a map of Go's field names out of the metadata. */
function goMetadata(md: Metadata): Table {
  const annotations = md.annotations === undefined ? new GoNil(stringsType) : new GoMap(stringsType, Object.entries(md.annotations));
  return record<GoValue>([
    ['Name', md.name],
    ['Home', md.home],
    ['Sources', md.sources],
    ['Version', md.version],
    ['Description', md.description],
    ['Keywords', md.keywords],
    [
      'Maintainers',
      md.maintainers.map(({ name, email, url }) =>
        record<GoValue>([
          ['Name', name],
          ['Email', email],
          ['URL', url],
        ]),
      ),
    ],
    ['Icon', md.icon],
    ['APIVersion', md.apiVersion],
    ['Condition', md.condition],
    ['Tags', md.tags],
    ['AppVersion', md.appVersion],
    ['Deprecated', md.deprecated],
    ['Annotations', annotations],
    ['KubeVersion', md.kubeVersion],
    ['Dependencies', (md.dependencies ?? []).map(goDependency)],
    ['Type', md.type],
  ]);
}

function filesOf(files: readonly ChartFile[], known: EngineCaches['files']): GoValue {
  const value = known.get(files) ?? goFiles(files);
  known.set(files, value);
  return value;
}

/** What the templates of one chart see, and everything to render in it and below. */
function collect(
  place: { readonly chart: Chart; readonly path: string; readonly isRoot: boolean },
  input: Omit<EngineInput, 'chart'> & { readonly knownFiles: EngineCaches['files'] },
  into: Renderable[],
): Table {
  const { chart, path, isRoot } = place;
  const metadata = goMetadata(chart.metadata);
  metadata['IsRoot'] = isRoot;
  const subcharts = record<GoValue>();
  const scope = goValues(
    record<GoValue>([
      ['Chart', metadata],
      ['Files', filesOf(chart.files, input.knownFiles)],
      ['Release', input.release],
      ['Capabilities', input.capabilities],
      ['Values', isTable(input.values) ? goValues(input.values) : input.values],
      ['Subcharts', subcharts],
    ]),
  );
  for (const child of chart.dependencies) {
    const { name } = child.metadata;
    const values = isTable(input.values) ? getKey(input.values, name) : undefined;
    const inner = { ...input, values: isTable(values) ? values : record<GoValue>() };
    subcharts[name] = collect({ chart: child, path: childPath(path, name), isRoot: false }, inner, into);
  }
  for (const file of chart.templates) {
    if (isLibrary(chart) && !baseName(file.name).startsWith('_')) continue;
    into.push({ path: joinPath([path, file.name]), text: file.text, basePath: joinPath([path, 'templates']), scope });
  }
  return scope;
}

/** Deepest first, and backwards by name at each depth: what is parsed later wins. */
export function sortTemplates<T extends { readonly path: string }>(templates: readonly T[]): readonly T[] {
  const placed = templates.map((template) => ({ template, depth: template.path.split('/').length }));
  return placed.sort((a, b) => b.depth - a.depth || compareStrings(b.template.path, a.template.path)).map(({ template }) => template);
}

const knownZones = (name: string): GoLocation | undefined => (name === 'UTC' ? utc : name === 'Local' ? fixedLocal : undefined);
const fixedLocal: GoLocation = Object.freeze({ ...fixedZone('UTC', 0), name: 'Local' });

/** The output of every template that is not a partial, by path; or Helm's error. */
export function renderTemplates(ask: Ask, input: EngineInput, options: EngineOptions): Result<ReadonlyMap<string, string>, string> {
  const collected: Renderable[] = [];
  collect({ chart: input.chart, path: input.chart.metadata.name, isRoot: true }, { ...input, knownFiles: options.caches.files }, collected);
  return renderAll(ask, collected, options);
}

/** The same for templates that were collected elsewhere. Of two with the same path the later one counts. */
export function renderAll(ask: Ask, collected: readonly Renderable[], options: EngineOptions): Result<ReadonlyMap<string, string>, string> {
  const templates = sortTemplates([...new Map(collected.map((template) => [template.path, template])).values()]);
  const set = new TemplateSet('gotpl', options.caches.templates, { missingKey: options.strict === true ? 'error' : 'zero' });
  for (const { path, text } of templates) {
    const problem = parseProblem(set, path, text);
    if (problem !== undefined) return err(problem);
  }
  return executeAll(set, templates, { ask, options });
}

function parseProblem(set: TemplateSet, path: string, text: string): string | undefined {
  try {
    set.add(path, text);
    return undefined;
  } catch (error) {
    if (error instanceof ParseError) return parseErrorText(path, error.message);
    throw error;
  }
}

/** The stack was too small: Helm's words for templates that include themselves. */
function tooDeep({ includes }: HelmHost, error: RangeError): string {
  const again = [...includes].find(([, count]) => count > 100);
  return again === undefined
    ? `values or templates are nested too deeply (${error.message})`
    : `rendering template has a nested reference name: ${again[0]}: unable to execute template`;
}

function executeAll(
  set: TemplateSet,
  templates: readonly Renderable[],
  how: { readonly ask: Ask; readonly options: EngineOptions },
): Result<ReadonlyMap<string, string>, string> {
  const { options } = how;
  const host: HelmHost = {
    ask: how.ask,
    zone: options.zone ?? knownZones,
    patterns: options.caches.patterns,
    ranges: options.caches.ranges,
    documents: options.caches.documents,
    draws: 0,
    ...(options.drew === undefined ? {} : { drew: options.drew }),
    includes: new Map(),
    lint: options.lint === true,
    note: options.note ?? (() => undefined),
  };
  const run: Run = { budget: new Budget(options.caches.limits), host, depth: 0 };
  const rendered = new Map<string, string>();
  for (const { path, basePath, scope } of templates) {
    if (baseName(path).startsWith('_')) continue;
    scope['Template'] = goValues(
      record<GoValue>([
        ['Name', path],
        ['BasePath', basePath],
      ]),
    );
    try {
      rendered.set(path, withoutNoValue(executeNamed(set, path, { data: scope, run })));
    } catch (error) {
      if (error instanceof TemplateFailure) return err((options.errorText ?? helm4ExecError)(path, error));
      if (error instanceof RangeError) return err(`rendering ${path}: ${tooDeep(host, error)}`);
      throw error;
    }
  }
  return ok(rendered);
}
