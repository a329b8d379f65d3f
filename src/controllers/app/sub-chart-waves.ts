/**
 * Waves of an umbrella chart: a sub-chart's objects are applied, and healthy, before those of a later wave begin. The App says which
 * (`build.helm.waves`), else the sub-chart itself, in an annotation of its Chart.yaml. A wave written on an object stands.
 */
import type { Chart } from '../../core/chart/index.ts';
import { type KubeObject, getKey, record } from '../../core/object/index.ts';
import { explicitWave } from '../../core/plan/marks/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import type { HelmSpec } from './helm.ts';

const waveAnnotation = 'lockstep.dev/wave';

/** The name a parent knows a sub-chart by. */
const namesIn = (chart: Chart): ReadonlyMap<string, Chart | undefined> => {
  const byName = new Map(chart.dependencies.map((child) => [child.metadata.name, child]));
  const declared = (chart.metadata.dependencies ?? []).map(({ name, alias }) => [alias === '' ? name : alias, byName.get(name)] as const);
  return new Map([...byName, ...declared]);
};

/** `db`, `db/redis`: where a template stands below the root chart. */
function subChartOf(path: string): readonly string[] {
  const parts = path.split('/');
  const names: string[] = [];
  for (let at = 1; parts[at] === 'charts' && parts[at + 1] !== undefined; at += 2) names.push(parts[at + 1] ?? '');
  return names;
}

function chartAt(chart: Chart, names: readonly string[]): Chart | undefined {
  return names.reduce<Chart | undefined>((at, name) => (at === undefined ? undefined : namesIn(at).get(name)), chart);
}

/** Names in `waves` that no sub-chart has. */
export function waveProblems(chart: Chart, { waves = {} }: Partial<HelmSpec>): readonly Problem[] {
  return Object.keys(waves).flatMap((path): Problem[] => {
    const names = path.split('/');
    const parent = chartAt(chart, names.slice(0, -1));
    const last = names.at(-1) ?? '';
    if (parent !== undefined && namesIn(parent).has(last)) return [];
    const known = parent === undefined ? '' : `; there are: ${[...namesIn(parent).keys()].toSorted().join(', ') || 'none'}`;
    return [{ code: 'InvalidSpec', field: `spec.build.helm.waves.${path}`, message: `the chart has no sub-chart ${path}${known}` }];
  });
}

/** The wave of a template: the nearest sub-chart that has one. */
function waveOf(chart: Chart, path: string, { waves = {} }: Partial<HelmSpec>): number | undefined {
  const names = subChartOf(path);
  for (let length = names.length; length > 0; length -= 1) {
    const at = names.slice(0, length);
    const given = getKey(waves, at.join('/'));
    if (given !== undefined) return given;
    const text = getKey(chartAt(chart, at)?.metadata.annotations ?? {}, waveAnnotation);
    if (text !== undefined && /^[-+]?\d{1,6}$/.test(text.trim())) return Number(text);
  }
  return undefined;
}

/** Puts objects into the wave of the sub-chart they come from. */
export function inWaveOf(chart: Chart, spec: Partial<HelmSpec>): (object: KubeObject, path: string) => KubeObject {
  const known = new Map<string, number | undefined>();
  return (object, path) => {
    if (!known.has(path)) known.set(path, waveOf(chart, path, spec));
    const wave = known.get(path);
    if (wave === undefined || explicitWave(object) !== undefined) return object;
    const annotations = record<string>([...Object.entries(object.metadata.annotations ?? {}), [waveAnnotation, String(wave)]]);
    return { ...object, metadata: { ...object.metadata, annotations } };
  };
}
