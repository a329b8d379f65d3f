/** Where the values of an App's chart are written, from the weakest to the strongest, and which of these places a change belongs to. */
import { getKey, isObject, type Json, type JsonObject, mapValues } from '../object/index.ts';
import { type Draft, type Place, type Step, valueAt } from './draft.ts';
import { below, buildOf, chartOf, folderOf, type Subject } from './subject.ts';

export interface ValuesPlace extends Place {
  readonly draft: Draft;
  /** For people: the file, and the field in it. */
  readonly name: string;
  /** The chart's own defaults, which belong to whoever uses the chart. */
  readonly defaults: boolean;
  readonly value: JsonObject;
}

export function valuesPlaces(subject: Subject): readonly ValuesPlace[] {
  const { spec, source, home } = subject;
  const helm = buildOf(spec, 'helm');
  const found: ValuesPlace[] = [];
  if (source !== undefined && chartOf(spec) === undefined) found.push(filePlace(source, below(folderOf(spec), 'values.yaml'), true));
  if (source !== undefined && chartOf(spec) === undefined)
    for (const file of filesOf(helm)) if (source.has(file)) found.push(filePlace(source, file, false));
  if (home !== undefined) {
    const place = { ...home.place, at: [...home.place.at, 'spec', 'build', 'helm', 'values'] };
    found.push({
      ...place,
      draft: home.draft,
      name: `spec.build.helm.values in ${place.file}`,
      defaults: false,
      value: tableOf(home.draft.value(place)),
    });
  }
  return found;
}

const filePlace = (draft: Draft, file: string, defaults: boolean): ValuesPlace => {
  const place = { file, document: 0, at: [] };
  return { ...place, draft, name: file, defaults, value: tableOf(draft.value(place)) };
};

const tableOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** Values files of the App's own repository; patterns name many and are left alone. */
function filesOf(helm: JsonObject): readonly string[] {
  const files = getKey(helm, 'valueFiles');
  const named = (Array.isArray(files) ? files : []).filter((file): file is string => typeof file === 'string');
  const from = getKey(helm, 'valuesFrom');
  const sources = (Array.isArray(from) ? (from as readonly Json[]) : []).flatMap((entry) => {
    const source = isObject(entry) && getKey(entry, 'targetPath') === undefined ? getKey(entry, 'source') : undefined;
    const path = isObject(source) && getKey(source, 'name') === undefined ? getKey(source, 'path') : undefined;
    return typeof path === 'string' ? [path] : [];
  });
  return [...named, ...sources].map((file) => file.replace(/^\.?\/+/, '')).filter((file) => !/[*?[]/.test(file));
}

/** What the chart gets of all of them: tables are merged, everything else is replaced. */
export const merged = (places: readonly ValuesPlace[]): JsonObject => places.reduce<JsonObject>((all, { value }) => merge(all, value), {});

function merge(below: JsonObject, above: JsonObject): JsonObject {
  return mapValues({ ...below, ...above }, (value, key) => {
    const [from, over] = [getKey(below, key), getKey(above, key)];
    return isObject(from) && isObject(over) ? merge(from, over) : value;
  });
}

/**
 * The place for a value: the strongest that sets it already; else the strongest that sets something beside it; else the strongest that is the App's own. The
 * chart's defaults are changed only when nothing else is at hand, or they alone know the value and no other App uses the chart.
 */
export function placeFor(places: readonly ValuesPlace[], at: readonly Step[], sharedChart: boolean): ValuesPlace | undefined {
  const strongest = places.toReversed();
  const own = strongest.filter(({ defaults }) => !defaults);
  const sets = (place: ValuesPlace, depth: number): boolean => valueAt(place.value, at.slice(0, depth)) !== undefined;
  for (let depth = at.length; depth > 0; depth -= 1) {
    const found = own.find((place) => sets(place, depth));
    if (found !== undefined) return found;
    if (depth === at.length && !sharedChart) {
      const defaults = strongest.find((place) => place.defaults && sets(place, depth));
      if (defaults !== undefined) return defaults;
    }
  }
  return own.find(({ value, at: { length } }) => length === 0 || Object.keys(value).length > 0) ?? own[0] ?? strongest[0];
}
