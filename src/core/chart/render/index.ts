/**
 * Rendering: a chart and values become manifests, hooks and notes.
 * In: a chart, values, what the cluster can do; an Ask for what is outside. Out: documents in install order, or Helm's error. Never: applies.
 */
export { type Renderable, renderAll, renderTemplates, sortTemplates } from './engine.ts';
export { renderForLint } from './lint.ts';
export { type ChartLimits, parseChartLimits } from './limits.ts';
export { renderName } from './name.ts';
export { formatTemplateOutput, outputFiles, type OutputFile, type OutputOptions } from './output.ts';
export { type HelmVariant, helmVariants, releaseNameProblem, render, RenderCache } from './render.ts';
export type { CrdFile, Rendered, RenderFailure, RenderInput, RenderOptions } from './render.ts';
