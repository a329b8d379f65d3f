/**
 * Helm charts: loading, values, dependencies, schemas, rendering.
 * In: charts as files (through Ask) or bytes, values, what the cluster can do. Out: manifests, hooks, notes, CRDs, as Helm renders them.
 * Never: applies anything, fetches anything, starts a program.
 */
import type { Ask } from '../ask/index.ts';
import type { Outcome } from '../problem/index.ts';
import { type ChartPlace, loadChart } from './load/index.ts';
import { render, type Rendered, type RenderInput, type RenderOptions } from './render/index.ts';

export type RenderChartInput = Omit<RenderInput, 'chart'> & { readonly chart: ChartPlace };

type Printed = Omit<Rendered, 'chart'>;

const nothing: Printed = Object.freeze({ manifests: [], hooks: [], notes: '', crds: [], warnings: [], draws: [] });

const failed = (message: string, place: ChartPlace): Outcome<Printed> => ({
  value: nothing,
  problems: [{ code: 'HelmChart', message, file: place.path }],
});

/** Loads the chart at a place of a tree and renders it. Problems carry Helm's own words; without an error the value is complete. */
export function renderChart(ask: Ask, input: RenderChartInput, options: RenderOptions): Outcome<Printed> {
  const loaded = loadChart(ask, input.chart);
  if (!loaded.ok) return failed(loaded.error, input.chart);
  const rendered = render(ask, { ...input, chart: loaded.value.chart }, options);
  if (!rendered.ok) return failed(rendered.error.message, input.chart);
  const warnings = [...loaded.value.warnings, ...rendered.value.warnings];
  return {
    value: { ...rendered.value, warnings },
    problems: warnings.map(({ message, details }) => ({
      code: 'HelmWarning',
      message: `${message}${details}`,
      severity: 'warning' as const,
    })),
  };
}

export { loadChart } from './load/index.ts';
export { defaultCapabilities, parseKubeVersion } from './capabilities/index.ts';
export { formatTemplateOutput, helmVariants, outputFiles, render, RenderCache, renderName } from './render/index.ts';
export { mergeOptions, valueFilesOf } from './values/index.ts';
export type { ChartPlace, Loaded } from './load/index.ts';
export type { Chart, Dependency, Lock, Metadata, Warning } from './model/index.ts';
export type { Hook, Manifest } from './manifests/index.ts';
export type { Capabilities } from './capabilities/index.ts';
export type { ChartLimits, HelmVariant, OutputOptions, Rendered, RenderFailure, RenderInput, RenderOptions } from './render/index.ts';
export type { ValueOptions } from './values/index.ts';
