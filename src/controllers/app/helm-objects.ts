/** From a chart's render to objects: CRDs that are kept, Helm's marks of ownership, lists taken apart, sub-charts in their waves. */
import type { Chart, Hook, Manifest, Rendered, Warning } from '../../core/chart/index.ts';
import { type Json, type KubeObject, formatRef, getKey, isObject, record, refOf } from '../../core/object/index.ts';
import { readManifests, withGeneratedName } from '../../core/plain/index.ts';
import type { Outcome, Problem } from '../../core/problem/index.ts';
import { markedAs, type ReleaseId } from '../../core/release/ownership/index.ts';
import type { RenderedObject } from './build.ts';
import type { HelmSpec } from './helm.ts';
import { inWaveOf, waveProblems } from './sub-chart-waves.ts';

const refuse = (problem: Problem): Outcome<readonly RenderedObject[]> => ({ value: [], problems: [problem] });

export interface ObjectsRequest {
  readonly spec: Partial<HelmSpec>;
  readonly chart: Chart;
  readonly warnings: readonly Warning[];
  readonly release: ReleaseId;
}

/** CRDs first, then the manifests, then the hooks, each in Helm's order. Objects of a release carry Helm's marks of ownership; hooks do not. */
export function objectsOf(rendered: Rendered, { spec, chart, warnings, release }: ObjectsRequest): Outcome<readonly RenderedObject[]> {
  const isRelease = (spec.mode ?? 'release') === 'release';
  const problems: Problem[] = [...warnings, ...rendered.warnings].map(({ message, details }) => ({
    code: 'HelmWarning',
    message: `${message}${details}`,
    severity: 'warning',
  }));
  problems.push(...waveProblems(chart, spec));
  const inWave = inWaveOf(chart, spec);
  if (rendered.draws.length > 0) problems.push(drawWarning(rendered.draws));
  const crds = crdsOf(rendered, spec.crds ?? 'replace');
  const objects: RenderedObject[] = [...crds.value];
  problems.push(...crds.problems);
  for (const manifest of rendered.manifests) {
    const read = objectsIn(manifest.object, manifest);
    const placed = read.value.map((item) => ({ ...item, object: inWave(item.object, manifest.path) }));
    objects.push(...(isRelease ? placed.map((item) => ({ ...item, object: markedAs(item.object, release) })) : placed));
    problems.push(...read.problems);
  }
  const hooks = rendered.hooks.filter((hook) => (isTest(hook) ? spec.skipTests : spec.disableHooks) !== true);
  for (const hook of hooks) {
    const read = objectsIn(hook.object, hook);
    objects.push(...read.value);
    problems.push(...read.problems);
  }
  return { value: objects, problems };
}

/** What `crds/` of the chart and its sub-charts hold. Of several of one name the first counts, as with Helm, which leaves alone what is there by then. */
function crdsOf({ crds }: Rendered, mode: 'create' | 'replace' | 'skip'): Outcome<readonly RenderedObject[]> {
  const seen = new Map<string, RenderedObject>();
  const problems: Problem[] = [];
  for (const crd of mode === 'skip' ? [] : crds) {
    const read = readManifests(crd.text, crd.path);
    problems.push(...read.problems);
    for (const item of read.objects) {
      const ref = formatRef(refOf(item.object));
      const first = seen.get(ref);
      if (first === undefined) seen.set(ref, { ...item, origin: 'crds', object: keptCrd(item.object, mode) });
      else
        problems.push({
          code: 'HelmWarning',
          severity: 'warning',
          message: `${ref} of ${crd.path} is left out: ${first.file} has it, too`,
        });
    }
  }
  return { value: [...seen.values()], problems };
}

const drawWarning = (draws: Rendered['draws']): Problem => {
  const [first, ...others] = draws;
  const places = others.slice(0, 4).map(({ file, line }) => `${file}:${line}`);
  const more = others.length > 4 ? ` and ${others.length - 4} more places` : '';
  const also = places.length === 0 ? '' : `, and at ${places.join(', ')}${more}`;
  return {
    code: 'RandomValues',
    severity: 'warning',
    ...first,
    message: `this chart renders differently every time, here${also}`,
    hint: 'what is drawn stays the same for this App as long as chart and values do',
  };
};

const isTest = ({ events }: Hook): boolean => events.every((event) => event === 'test');

/** CRDs of `crds/` are never deleted (S3d); with `create` what is there stays as it is. */
function keptCrd(object: KubeObject, mode: 'create' | 'replace' | 'skip'): KubeObject {
  const marks: [string, string][] = [['lockstep.dev/prune', 'disabled']];
  if (mode === 'create') marks.push(['lockstep.dev/apply', 'ifNotPresent']);
  const annotations = record([...Object.entries(object.metadata.annotations ?? {}), ...marks]);
  return { ...object, metadata: { ...object.metadata, annotations } };
}

const mostNested = 8;

/** The objects of a document; lists are replaced by their items. */
function objectsIn(value: Json, manifest: Manifest, depth = 0): Outcome<readonly RenderedObject[]> {
  const refused = (message: string): Outcome<readonly RenderedObject[]> =>
    refuse({ code: 'NotKubernetes', file: manifest.path, message, hint: 'check the template and its values' });
  if (value === null) return { value: [], problems: [] };
  if (!isObject(value)) return refused('a document is no Kubernetes object');
  const [apiVersion, kind, items] = (['apiVersion', 'kind', 'items'] as const).map((key) => getKey(value, key));
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return refused('a document lacks apiVersion or kind');
  if (Array.isArray(items) && kind.endsWith('List')) {
    if (depth > mostNested) return refused('lists are nested too deeply');
    const read = (items as readonly Json[]).map((item) => objectsIn(item, manifest, depth + 1));
    return { value: read.flatMap((each) => each.value), problems: read.flatMap(({ problems }) => problems) };
  }
  const named = withGeneratedName(value);
  if (named === undefined) return refused(`a ${kind} has no metadata.name`);
  return { value: [{ object: named as unknown as KubeObject, file: manifest.path }], problems: [] };
}
