/** Reading a kustomization file. Source: api/types/kustomization.go. */
import { isObject } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import { KustomizeError } from '../problem.ts';
import { KUSTOMIZATION } from './kustomization.table.ts';
import { shaped } from './shape.ts';
import type { GeneratorArgs, HelmChart, HelmChartArgs, HelmGlobals, Kustomization } from './types.ts';

export const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export interface ReadKustomization {
  readonly kustomization: Kustomization;
  /** Old spellings, as the original words them. */
  readonly warnings: readonly string[];
}

const fix = "Run 'kustomize edit fix' to update your Kustomization automatically.";

const DEPRECATED: readonly (readonly [field: keyof Kustomization, instead: string, hint: string])[] = [
  ['bases', 'resources', fix],
  ['commonLabels', 'labels', fix],
  ['imageTags', 'images', fix],
  ['patchesJson6902', 'patches', fix],
  ['patchesStrategicMerge', 'patches', fix],
  ['vars', 'replacements', `[EXPERIMENTAL] ${fix}`],
];

/** `root`: the directory as messages show it. */
export function readKustomization(text: string, root: string): ReadKustomization {
  const decoded = decode(text, { variant: sigsYaml });
  if (!decoded.ok) throw new KustomizeError(`invalid Kustomization: ${decoded.error.message}`);
  const raw = shapedKustomization(decoded.value);
  const warnings = DEPRECATED.filter(([field]) => raw[field] !== undefined).map(
    ([field, instead, hint]) => `'${field}' is deprecated. Please use '${instead}' instead. ${hint}`,
  );
  const kustomization = modern(raw);
  if (Object.entries(kustomization).every(([name, value]) => name === 'kind' || name === 'apiVersion' || value === undefined)) {
    throw new KustomizeError('kustomization.yaml is empty');
  }
  const wrong = wrongKind(kustomization);
  if (wrong.length > 0) throw new KustomizeError(`Failed to read kustomization file under ${root}:\n${wrong.join('\n')}`);
  return { kustomization, warnings };
}

function shapedKustomization(value: Parameters<typeof shaped>[0]): Kustomization {
  try {
    const result = shaped(value, KUSTOMIZATION, { unknown: 'error', scalars: 'exact' });
    return isObject(result) ? (result as Kustomization) : {};
  } catch (error) {
    if (error instanceof KustomizeError) throw new KustomizeError(`invalid Kustomization: ${error.message}`, error.place);
    throw error;
  }
}

const withEnvs = (args: readonly GeneratorArgs[] | undefined): { readonly value?: readonly GeneratorArgs[] } =>
  args === undefined
    ? {}
    : {
        value: args.map((one) => {
          const { env, ...rest } = one;
          return env === undefined || env === '' ? rest : { ...rest, envs: [...(rest.envs ?? []), env] };
        }),
      };

function chartOf(old: HelmChartArgs): HelmChart {
  const chart: Record<string, unknown> = {
    name: old.chartName,
    version: old.chartVersion,
    repo: old.chartRepoUrl,
    valuesFile: old.values,
    valuesInline: old.valuesLocal,
    valuesMerge: old.valuesMerge,
    releaseName: old.releaseName,
  };
  return Object.fromEntries(Object.entries(chart).filter(([, value]) => value !== undefined)) as HelmChart;
}

function globalsOf(old: readonly HelmChartArgs[]): HelmGlobals | undefined {
  const configHome = old.findLast((chart) => (chart.helmHome ?? '') !== '')?.helmHome;
  const chartHome = old.findLast((chart) => (chart.chartHome ?? '') !== '')?.chartHome;
  if (configHome === undefined && chartHome === undefined) return undefined;
  return { ...(chartHome === undefined ? {} : { chartHome }), ...(configHome === undefined ? {} : { configHome }) };
}

/** FixKustomization: old fields become new ones. */
function modern(raw: Kustomization): Kustomization {
  const { bases, imageTags, helmChartInflationGenerator: old, configMapGenerator, secretGenerator, ...rest } = raw;
  const kind = rest.kind === undefined || rest.kind === '' ? 'Kustomization' : rest.kind;
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1';
  const configMaps = withEnvs(configMapGenerator).value;
  const secrets = withEnvs(secretGenerator).value;
  const globals = rest.helmGlobals ?? globalsOf(old ?? []);
  const charts = [...(rest.helmCharts ?? []), ...(old ?? []).map(chartOf)];
  return {
    ...rest,
    kind,
    apiVersion: rest.apiVersion === undefined || rest.apiVersion === '' ? `kustomize.config.k8s.io/${version}` : rest.apiVersion,
    ...(bases === undefined ? {} : { resources: [...(rest.resources ?? []), ...bases] }),
    ...(imageTags === undefined ? {} : { images: [...(rest.images ?? []), ...imageTags] }),
    ...(configMaps === undefined ? {} : { configMapGenerator: configMaps }),
    ...(secrets === undefined ? {} : { secretGenerator: secrets }),
    ...(globals === undefined ? {} : { helmGlobals: globals }),
    ...(charts.length === 0 ? {} : { helmCharts: charts }),
  };
}

function wrongKind({ kind = '', apiVersion = '' }: Kustomization): readonly string[] {
  const wanted = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`;
  return [
    ...(kind === 'Kustomization' || kind === 'Component' ? [] : ['kind should be Kustomization or Component']),
    ...(apiVersion === wanted ? [] : [`apiVersion for ${kind} should be ${wanted}`]),
  ];
}
