/**
 * Charts as generators (`helmCharts`): which chart, which values; the rendering itself is handed in by whoever allows it.
 * Source: api/internal/builtins/HelmChartInflationGenerator.go, api/types/helmchartargs.go.
 */
import type { Result } from '../../../std/index.ts';
import type { Ask } from '../../ask/index.ts';
import { joinPath } from '../../go/path/index.ts';
import { encode, goYamlV3, sigsYaml } from '../../yaml/index.ts';
import type { HelmChart, HelmGlobals } from '../config/types.ts';
import type { Loader } from '../load/loader.ts';
import { commentSchema } from '../merge/comment-schema.ts';
import type { MergeRules } from '../merge/pair.ts';
import { merge } from '../merge/walk.ts';
import { jsonToNode, nodeToObject } from '../node/json.ts';
import { Node } from '../node/node.ts';
import { parseNode } from '../node/read.ts';
import { KustomizeError, wrapped } from '../problem.ts';
import { readResources } from '../resource/factory.ts';
import type { Build } from '../target/build.ts';
import type { Generator } from '../transform/plugin.ts';

/** What `helm template` would be called with. */
export interface ChartRequest {
  readonly source: string;
  /** Folder of the chart inside the source. */
  readonly path: string;
  readonly releaseName: string;
  readonly nameTemplate: string;
  readonly namespace: string;
  /** Values files, later ones winning. */
  readonly values: readonly { readonly name: string; readonly text: string }[];
  readonly apiVersions: readonly string[];
  readonly kubeVersion: string;
  readonly includeCrds: boolean;
  readonly skipTests: boolean;
  readonly noHooks: boolean;
}

/** Renders a chart to what `helm template` prints, or Helm's complaint. */
export type InflateChart = (ask: Ask, request: ChartRequest) => Result<string, string>;

interface Parts {
  readonly build: Build;
  readonly loader: Loader;
}

const MERGES: readonly string[] = ['merge', 'override', 'replace'];

export function helmGenerator(config: HelmChart & HelmGlobals, { build, loader }: Parts): Generator {
  const { inflate } = build.rules.helm;
  if (inflate === undefined) throw new KustomizeError('must specify --enable-helm', { field: 'helmCharts' });
  const { name = '', valuesMerge = '', additionalValuesFiles = [] } = config;
  if (name === '') throw new KustomizeError('chart name cannot be empty', { field: 'helmCharts' });
  if (valuesMerge !== '' && !MERGES.includes(valuesMerge)) throw new KustomizeError(`valuesMerge must be one of [${MERGES.join(' ')}]`);
  const additional = additionalValuesFiles.map((file) => ({ name: file, text: additionalText(loader, file) }));
  return {
    generate: () => {
      const chart = findChart(config, { build, loader });
      const values = [{ name: `${name}-kustomize-values.yaml`, text: valuesText(config, chart, { build, loader }) }, ...additional];
      const printed = inflate(build.rules.ask, { ...chart, ...requestOf(config, build), values });
      if (!printed.ok)
        throw new KustomizeError(`unable to run: 'helm template' for chart '${name}': ${printed.error}`, {
          field: 'helmCharts',
          file: chart.path,
        });
      const resources = readResources(printed.value, build.kinds);
      for (const resource of resources) resource.markHelmGenerated();
      return resources;
    },
  };
}

function requestOf(config: HelmChart, { rules: { helm } }: Build): Omit<ChartRequest, 'source' | 'path' | 'values'> {
  const given = helm.apiVersions ?? [];
  return {
    releaseName: config.releaseName ?? '',
    nameTemplate: config.nameTemplate ?? '',
    namespace: config.namespace ?? '',
    apiVersions: given.length > 0 && config.apiVersions === undefined ? given : (config.apiVersions ?? []),
    kubeVersion: config.kubeVersion ?? helm.kubeVersion ?? '',
    includeCrds: config.includeCRDs === true,
    skipTests: config.skipTests === true,
    noHooks: config.skipHooks === true,
  };
}

function additionalText(loader: Loader, file: string): string {
  try {
    return loader.load(file).text;
  } catch (error) {
    throw wrapped(error, 'could not load additionalValuesFile');
  }
}

/** The folder charts are in; those of a repository in one for each version. */
function homeOf({ name = '', version = '', repo = '', chartHome = '' }: HelmChart & HelmGlobals, loader: Loader): string {
  const home = loader.absolute(chartHome === '' ? 'charts' : chartHome);
  return version !== '' && repo !== '' ? joinPath([home, `${name}-${version}`]) : home;
}

interface ChartPlace {
  readonly source: string;
  readonly path: string;
}

/** Among the files, else from the repository it names. */
function findChart(config: HelmChart & HelmGlobals, { build, loader }: Parts): ChartPlace {
  const { name = '', repo = '', version = '' } = config;
  const path = joinPath([homeOf(config, loader), name]).slice(1);
  const answer = build.rules.ask({ kind: 'file', source: loader.source, path });
  if (answer.found === 'directory') return { source: loader.source, path };
  if (repo === '')
    throw new KustomizeError(`no repo specified for pull, no chart found at '/${path}'`, { field: 'helmCharts', file: path });
  const pulled = build.rules.ask({ kind: 'repositoryChart', repository: repo, chart: name, version });
  if ('refused' in pulled) {
    throw new KustomizeError(`chart '${name}' is not at '/${path}', and is not pulled from '${repo}': ${pulled.refused}`, {
      field: 'helmCharts',
    });
  }
  return pulled;
}

/** The values file and the values in place, put together as `valuesMerge` says. */
function valuesText(config: HelmChart & HelmGlobals, chart: ChartPlace, parts: Parts): string {
  const { valuesInline = {}, valuesMerge = '' } = config;
  if (Object.keys(valuesInline).length === 0) return valuesFile(config, chart, parts);
  if (valuesMerge === 'replace') return encode(valuesInline, { variant: sigsYaml });
  const own = parsedValues(valuesFile(config, chart, parts));
  const inline = jsonToNode(valuesInline);
  const merged = valuesMerge === 'merge' ? merge(inline, own, RULES) : merge(own, inline, RULES);
  return merged === undefined ? '{}\n' : encode(nodeToObject(merged), { variant: goYamlV3 });
}

/** The file that is named, else the chart's own: kustomize finds that one where it has unpacked the chart. */
function valuesFile({ valuesFile: file = '', name = '', ...config }: HelmChart & HelmGlobals, chart: ChartPlace, parts: Parts): string {
  const { build, loader } = parts;
  if (file !== '') return loader.load(file).text;
  if (chart.source === loader.source) return loader.load(joinPath([homeOf({ name, ...config }, loader), name, 'values.yaml'])).text;
  const path = joinPath([chart.path, 'values.yaml']);
  const answer = build.rules.ask({ kind: 'file', source: chart.source, path });
  if (answer.found !== 'file') throw new KustomizeError(`chart '${name}' has no values.yaml`, { field: 'helmCharts', file: path });
  return answer.text;
}

function parsedValues(text: string): Node {
  try {
    return parseNode(text) ?? new Node('mapping');
  } catch (error) {
    throw wrapped(error, 'could not parse values file into rnode');
  }
}

/** Values have no schema: lists are replaced. */
const RULES: MergeRules = Object.freeze({
  newElements: 'append',
  infer: false,
  schemaOf: () => undefined,
  commentSchema: (node: Node) => (node.comments === undefined ? undefined : commentSchema(node, () => undefined)),
});
