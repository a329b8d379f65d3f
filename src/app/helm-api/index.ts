/**
 * `lockstep/helm`: the Helm engine for other programs.
 * In: charts as folders, archives or files, and values. Out: manifests, hooks, notes, the text of `helm template`. Never: a cluster, a download, a program.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { LookupAnswer } from '../../core/ask/index.ts';
import {
  type Capabilities,
  type Chart,
  defaultCapabilities,
  formatTemplateOutput,
  helmVariants,
  loadChart as loadFrom,
  mergeOptions,
  parseKubeVersion,
  type Rendered,
  render as renderWith,
  RenderCache,
} from '../../core/chart/index.ts';
import { loadFiles } from '../../core/chart/load/index.ts';
import { ChartFile } from '../../core/chart/model/index.ts';
import { parseChartLimits } from '../../core/chart/render/index.ts';
import type { GoRecord } from '../../core/go/value/index.ts';
import type { Json } from '../../core/object/index.ts';
import { encodeUtf8, ok, type Result } from '../../std/index.ts';
import { runOnFolder, runOnNothing } from '../engines.ts';
import type * as api from './api.d.ts';

export class HelmError extends Error {}

/** What a handle of a chart stands for; handles made elsewhere stand for nothing. */
class LoadedChart implements api.Chart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly isLibrary: boolean;
  readonly #chart: Chart;
  readonly #warnings: readonly string[];

  constructor(chart: Chart, warnings: readonly string[]) {
    const { name, version, appVersion, type } = chart.metadata;
    this.name = name;
    this.version = version;
    this.appVersion = appVersion;
    this.isLibrary = type === 'library';
    this.#chart = chart;
    this.#warnings = warnings;
  }

  static behind(handle: api.Chart): { readonly chart: Chart; readonly warnings: readonly string[] } {
    if (!(handle instanceof LoadedChart)) throw new TypeError('this is no chart of loadChart or chartOfFiles');
    return { chart: handle.#chart, warnings: handle.#warnings };
  }
}

function unwrap<T>(result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new HelmError(result.error);
}

type Loaded = Extract<ReturnType<typeof loadFrom>, { readonly ok: true }>['value'];

const handleOf = ({ chart, warnings }: Loaded): LoadedChart => new LoadedChart(chart, warnings.map(warningText));

const warningText = ({ level, message, details }: Loaded['warnings'][number]): string => `${level}: ${message}${details}`;

export async function loadChart(path: string): Promise<api.Chart> {
  const full = resolve(path);
  const found = await stat(full).catch(() => undefined);
  if (found === undefined) throw new HelmError(`path ${JSON.stringify(path)} not found`);
  const [root, inside] = found.isDirectory() ? [full, ''] : [dirname(full), basename(full)];
  const loaded = await runOnFolder(root, (ask) => loadFrom(ask, { source: '', path: inside }));
  if (!loaded.ok) throw new HelmError(loaded.error.message);
  return handleOf(unwrap(loaded.value));
}

export function chartOfFiles(files: Readonly<Record<string, string | Uint8Array>>): api.Chart {
  const given = Object.entries(files).map(
    ([path, content]) => new ChartFile(path, typeof content === 'string' ? encodeUtf8(content) : content),
  );
  return handleOf(unwrap(loadFiles(given)));
}

export function createRenderer({ limits }: api.RendererOptions = {}): api.Renderer {
  const cache = new RenderCache(limits === undefined ? undefined : unwrap(parseChartLimits(limits)));
  return {
    render: async (handle, options = {}) => {
      cache.trim(mostEntries);
      return renderOnce(handle, options, cache);
    },
  };
}

/** Parsed templates and documents that a renderer keeps. */
const mostEntries = 20_000;

export const render = (chart: api.Chart, options: api.RenderOptions = {}): Promise<api.Rendered> => createRenderer().render(chart, options);

export const templateOutput = (rendered: api.Rendered, options: api.OutputOptions = {}): string =>
  unwrap(formatTemplateOutput(rendered as unknown as Rendered, options));

async function renderOnce(handle: api.Chart, options: api.RenderOptions, cache: RenderCache): Promise<api.Rendered> {
  const { chart, warnings } = LoadedChart.behind(handle);
  const { name = 'release-name', namespace = 'default', isUpgrade = false, revision = 1 } = options;
  const input = {
    chart,
    values: valuesOf(options),
    release: { name, namespace, isUpgrade, revision },
    capabilities: capabilitiesOf(options),
  };
  const choice = {
    cache,
    variant: helmVariants[options.helmVersion ?? '4'],
    skipSchemaValidation: options.skipSchemaValidation === true,
    subNotes: options.subNotes === true,
  };
  const { lookup, seed, now } = options;
  const rendered = await runOnNothing((ask) => renderWith(ask, input, choice), {
    ...(seed === undefined ? {} : { seed }),
    ...(now === undefined ? {} : { now }),
    ...(lookup === undefined
      ? {}
      : {
          lookup: async ({ kindName, ...query }) => {
            const { apiVersion, namespace: where, name: wanted } = query;
            return ok(answerOf(await lookup({ apiVersion, kind: kindName, namespace: where, name: wanted })));
          },
        }),
  });
  if (!rendered.ok) throw new HelmError(rendered.error.message);
  return { ...rendered.value, warnings: [...warnings, ...rendered.value.warnings.map(warningText)] };
}

/** Objects of callers may lack their metadata. */
function answerOf(found: object | readonly object[] | undefined): LookupAnswer {
  const whole = (object: object): object => ({ metadata: {}, ...object });
  return (found === undefined ? null : Array.isArray(found) ? found.map(whole) : whole(found)) as LookupAnswer;
}

function valuesOf(options: api.RenderOptions): GoRecord {
  const { valuesFiles = [], values, set, setString, setJson, setLiteral } = options;
  const files = valuesFiles.map((text, i) => ({ name: `valuesFiles[${i}]`, text }));
  if (values !== undefined) files.push({ name: 'values', text: JSON.stringify(values as Json) });
  return unwrap(
    mergeOptions({
      files,
      ...(set === undefined ? {} : { set }),
      ...(setString === undefined ? {} : { setString }),
      ...(setJson === undefined ? {} : { setJson }),
      ...(setLiteral === undefined ? {} : { setLiteral }),
    }),
  );
}

function capabilitiesOf({ kubeVersion, apiVersions = [] }: api.RenderOptions): Capabilities {
  const all = { ...defaultCapabilities, apiVersions: [...defaultCapabilities.apiVersions, ...apiVersions] };
  return kubeVersion === undefined ? all : { ...all, kubeVersion: unwrap(parseKubeVersion(kubeVersion)) };
}
