/** All rules over one chart, in Helm's order. Source: Helm 4 pkg/chart/v2/lint/lint.go and its rules. */
import type { Ask } from '../ask/index.ts';
import { type Capabilities, type Chart, type Loaded, loadChart, type RenderCache, type Warning } from '../chart/index.ts';
import { warningLog } from '../chart/model/index.ts';
import { schemaProblem } from '../chart/schema/index.ts';
import { coalesceTables, copyTable } from '../chart/values/index.ts';
import { joinPath } from '../go/path/index.ts';
import type { GoRecord, GoValue } from '../go/value/index.ts';
import { record } from '../object/index.ts';
import { isRecord } from '../template/index.ts';
import { decode, sigsYaml } from '../yaml/index.ts';
import type { Result } from '../../std/index.ts';
import { lintChartFile } from './chart-file.ts';
import { cannotUnmarshal, lintedObjects } from './documents.ts';
import { Findings, type LintMessage } from './message.ts';
import { lintTemplates } from './templates.ts';

export interface LintInput {
  /** The chart's folder in the tree. */
  readonly path: string;
  /** The same as people know it: absolute. */
  readonly shown: string;
  readonly values: GoRecord;
  readonly namespace: string;
  readonly capabilities: Capabilities;
  readonly skipSchemaValidation: boolean;
}

export interface Linted {
  readonly messages: readonly LintMessage[];
  /** What Helm logs meanwhile. */
  readonly warnings: readonly Warning[];
}

/** Lints a chart that has a Chart.yaml. */
export function lintChart(ask: Ask, input: LintInput, cache: RenderCache): Linted {
  const found = new Findings();
  const log = warningLog();
  const fileAt = (name: string) => ask({ kind: 'file', source: '', path: joinPath([input.path, name]) });
  const textAt = (name: string): string | undefined => {
    const file = fileAt(name);
    return file.found === 'file' ? file.text : undefined;
  };
  lintChartFile(found, textAt('Chart.yaml'), joinPath([input.shown, 'Chart.yaml']));
  if (found.check('INFO', 'values.yaml', fileAt('values.yaml').found === 'nothing' ? 'file does not exist' : undefined))
    found.check(
      'ERROR',
      'values.yaml',
      valuesProblem(input, { text: textAt('values.yaml') ?? '', schema: textAt('values.schema.json') }, log),
    );
  const loaded = loadChart(ask, { source: '', path: input.path });
  const templates = fileAt('templates').found;
  if (found.check('WARNING', 'templates/', templates === 'nothing' ? 'directory does not exist' : undefined))
    if (found.check('ERROR', 'templates/', templates === 'directory' ? undefined : 'not a directory'))
      if (chartIn(loaded, { found, path: 'templates/', log }) && loaded.ok)
        lintTemplates(ask, found, { ...input, chart: loaded.value.chart, cache, warn: log.warn });
  lintDependencies(found, loaded, { shown: input.shown, log });
  const crds = fileAt('crds').found;
  if (crds !== 'nothing' && found.check('ERROR', 'crds/', crds === 'directory' ? undefined : 'not a directory'))
    if (chartIn(loaded, { found, path: 'crds/', log }) && loaded.ok) lintCrds(found, loaded.value.chart);
  return { messages: found.messages, warnings: log.warnings };
}

type Log = ReturnType<typeof warningLog>;

/** Whether the chart could be loaded. Helm loads it anew for each family of rules, and warns each time. */
function chartIn(
  loaded: Result<Loaded, string>,
  { found, path, log }: { readonly found: Findings; readonly path: string; readonly log: Log },
): boolean {
  if (!found.check('ERROR', path, loaded.ok ? undefined : loaded.error)) return false;
  if (loaded.ok) for (const { message, level, details } of loaded.value.warnings) log.warn(message, { level, details });
  return true;
}

/** values.yaml alone, against the chart's own schema. Subcharts are not looked at. */
function valuesProblem(
  input: LintInput,
  files: { readonly text: string; readonly schema: string | undefined },
  { warn }: Log,
): string | undefined {
  const decoded = decode(files.text, { variant: sigsYaml, numbers: 'float64' });
  if (!decoded.ok) return `unable to parse YAML: error converting YAML to JSON: ${decoded.error.message}`;
  const own = (decoded.value ?? record<GoValue>()) as GoValue;
  if (!isRecord(own)) return `unable to parse YAML: ${cannotUnmarshal(decoded.value, 'value of type common.Values')}`;
  const values = coalesceTables(copyTable(input.values), copyTable(own), { rule: 'coalesce', warn, prefix: '' });
  if (files.schema === undefined || files.schema === '' || input.skipSchemaValidation) return undefined;
  return schemaProblem(files.schema, values);
}

const namesOf = (charts: readonly { readonly name: string }[]): ReadonlySet<string> => new Set(charts.map(({ name }) => name));

function lintDependencies(
  found: Findings,
  loaded: Result<Loaded, string>,
  { shown, log }: { readonly shown: string; readonly log: Log },
): void {
  if (!loaded.ok) {
    found.check('ERROR', '', `unable to load chart\n\t${loaded.error}`);
    return;
  }
  chartIn(loaded, { found, path: '', log });
  const { metadata, dependencies } = loaded.value.chart;
  const declared = metadata.dependencies ?? [];
  const present = dependencies.map((child) => child.metadata);
  const missing = (what: string, from: readonly { readonly name: string }[], names: ReadonlySet<string>): string | undefined => {
    const absent = from.filter(({ name }) => !names.has(name)).map(({ name }) => name);
    return absent.length === 0 ? undefined : `chart ${what} is missing these dependencies: ${absent.join(',')}`;
  };
  found.check('ERROR', shown, missing('metadata', present, namesOf(declared)));
  found.check('WARNING', shown, missing('directory', declared, namesOf(present)));
}

function* crdFiles(chart: Chart): Generator<Chart['files'][number]> {
  yield* chart.files.filter(({ name }) => /^crds\/.*\.(?:ya?ml|json)$/i.test(name));
  for (const child of chart.dependencies) yield* crdFiles(child);
}

function lintCrds(found: Findings, chart: Chart): void {
  for (const { name, text } of crdFiles(chart)) {
    for (const object of lintedObjects(text)) {
      if (!found.check('ERROR', name, object.ok ? undefined : `unable to parse YAML: ${object.error}`)) return;
      if (!object.ok || object.value === undefined) continue;
      const { apiVersion, kind } = object.value;
      const isExtension = apiVersion.startsWith('apiextensions.k8s.io');
      found.check('ERROR', name, isExtension ? undefined : "apiVersion is not in 'apiextensions.k8s.io'");
      found.check('ERROR', name, kind === 'CustomResourceDefinition' ? undefined : "object kind is not 'CustomResourceDefinition'");
    }
  }
}
