/** Another version of a chart: of the App itself, of a dependency of its chart, of a chart in its kustomization; or of what the App follows. */
import { err, ok } from '../../std/index.ts';
import { getKey, isObject, type Json } from '../object/index.ts';
import type { Draft, Place } from './draft.ts';
import { type Amended, failed, line } from './answer.ts';
import { below, chartOf, folderOf, kustomizationIn, sharedWarning, sourceOf, type Subject } from './subject.ts';

interface Candidate {
  readonly name: string;
  readonly draft: Draft;
  readonly place: Place;
  readonly warning?: string;
}

/** `chart`: which one, where there are several. */
export function setVersion(subject: Subject, version: string, chart?: string): Amended {
  const candidates = [...ofTheApp(subject), ...dependencies(subject), ...kustomized(subject)];
  const found = chart === undefined ? candidates : candidates.filter(({ name }) => name === chart);
  const [only] = found;
  if (only === undefined || found.length > 1)
    return err({
      message:
        only === undefined
          ? chart === undefined
            ? `no version is written for ${subject.name}`
            : `${subject.name} uses no chart ${chart}`
          : `${subject.name} has several versions`,
      looked: candidates.length === 0 ? lookedAt(subject) : candidates.map(({ name, place }) => `${name} in ${place.file}`),
      hint:
        only === undefined
          ? 'a version is that of a chart from a chart repository, of a dependency in Chart.yaml, of helmCharts, or a tag that the App follows'
          : 'say which one with --chart',
    });
  const before = only.draft.value(only.place);
  const set = only.draft.set(only.place, version);
  if (!set.ok) return err(failed(set.error));
  return ok({
    said: [line(only.place, typeof before === 'string' ? before : JSON.stringify(before ?? null), version)],
    warnings: [...(only.warning === undefined ? [] : [only.warning]), ...sharedWarning(subject, only.place.file)],
  });
}

const lookedAt = (subject: Subject): readonly string[] => [
  subject.home === undefined ? 'the App itself is in no file at hand' : `spec.source in ${subject.home.place.file}`,
  ...(chartOf(subject.spec) === undefined
    ? [below(folderOf(subject.spec), 'Chart.yaml'), below(folderOf(subject.spec), 'kustomization.yaml')]
    : []),
];

/** `spec.source.version` of a chart from elsewhere, or the tag or range that is followed. */
function ofTheApp({ home, spec }: Subject): readonly Candidate[] {
  if (home === undefined) return [];
  const { draft, place } = home;
  const chart = chartOf(spec);
  if (chart !== undefined) return [{ name: chart, draft, place: { ...place, at: [...place.at, 'spec', 'source', 'version'] } }];
  const ref = getKey(sourceOf(spec), 'ref');
  const key = isObject(ref) ? ['tag', 'semver'].find((name) => getKey(ref, name) !== undefined) : undefined;
  return key === undefined ? [] : [{ name: 'ref', draft, place: { ...place, at: [...place.at, 'spec', 'source', 'ref', key] } }];
}

function dependencies({ source, spec }: Subject): readonly Candidate[] {
  const folder = folderOf(spec);
  const file = below(folder, 'Chart.yaml');
  if (source === undefined || chartOf(spec) !== undefined) return [];
  const lock = below(folder, 'Chart.lock');
  const warning = source.has(lock) ? { warning: `${lock} no longer fits; run: lockstep helm dependency update ${folder || '.'}` } : {};
  return entries(source.value({ file, document: 0, at: ['dependencies'] })).map(({ name, index }) => ({
    name,
    draft: source,
    place: { file, document: 0, at: ['dependencies', index, 'version'] },
    ...warning,
  }));
}

function kustomized({ source, spec }: Subject): readonly Candidate[] {
  const file = source === undefined || chartOf(spec) !== undefined ? undefined : kustomizationIn(source, folderOf(spec));
  if (source === undefined || file === undefined) return [];
  return entries(source.value({ file, document: 0, at: ['helmCharts'] })).map(({ name, index }) => ({
    name,
    draft: source,
    place: { file, document: 0, at: ['helmCharts', index, 'version'] },
  }));
}

function entries(list: Json | undefined): readonly { readonly name: string; readonly index: number }[] {
  return (Array.isArray(list) ? (list as readonly Json[]) : []).flatMap((entry, index) => {
    const name = isObject(entry) ? getKey(entry, 'name') : undefined;
    return typeof name === 'string' ? [{ name, index }] : [];
  });
}
