/** Rendering a chart without a cluster. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { runOnFolder } from '../../app/index.ts';
import { defaultCapabilities, mergeOptions, parseKubeVersion, RenderCache, renderChart } from '../../core/chart/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { formatProblem, isError } from '../../core/problem/index.ts';
import { decodeManifests } from '../../core/yaml/index.ts';
import type * as api from './api.d.ts';

export async function render(options: api.RenderOptions): Promise<readonly api.KubeObject[]> {
  const folder = resolve(options.chart);
  const { name = basename(folder), namespace = 'default', valueFiles = [], values = {}, kubeVersion } = options;
  const files = await Promise.all(valueFiles.map(async (file) => ({ name: file, text: await readFile(resolve(file), 'utf8') })));
  const merged = mergeOptions({ files: [...files, { name: 'values', text: JSON.stringify(values) }] });
  if (!merged.ok) throw new Error(merged.error);
  const version = kubeVersion === undefined ? undefined : parseKubeVersion(kubeVersion);
  if (version?.ok === false) throw new Error(version.error);
  const capabilities = version === undefined ? defaultCapabilities : { ...defaultCapabilities, kubeVersion: version.value };
  const input = { chart: { source: '', path: '' }, values: merged.value, release: { name, namespace }, capabilities };
  const made = await runOnFolder(folder, (ask) => renderChart(ask, input, { cache: new RenderCache() }));
  if (!made.ok) throw new Error(made.error.message);
  const { value, problems } = made.value;
  const errors = problems.filter(isError);
  if (errors.length > 0) throw new Error(errors.map(formatProblem).join('\n'));
  return [...value.crds, ...value.manifests, ...value.hooks].flatMap(({ text }) => objectsOf(text));
}

function objectsOf(text: string): readonly KubeObject[] {
  const { value, problems } = decodeManifests(text);
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return value.map(({ object }) => object as KubeObject);
}
