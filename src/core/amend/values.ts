/** Values of an App's chart, in the grammar of --set, each put where it is set already or where the App keeps its own. */
import { err, ok, type Result } from '../../std/index.ts';
import { mergeOptions } from '../chart/index.ts';
import type { GoRecord } from '../go/value/index.ts';
import { isObject, type Json, type JsonObject } from '../object/index.ts';
import { encodeJson } from '../template/json/index.ts';
import { decode, sigsYaml } from '../yaml/index.ts';
import { usesOfChart } from './chart-images.ts';
import { placeFor, valuesPlaces, type ValuesPlace } from './chart-values.ts';
import { type Step, formatSteps, valueAt } from './draft.ts';
import { type Amended, failed } from './answer.ts';
import { builderOf, sharedWarning, type Subject } from './subject.ts';

export interface Assignment {
  /** `a.b[0]=c`, as behind --set. */
  readonly text: string;
  readonly kind: 'set' | 'setString' | 'setJson';
}

/** `file`: the values file, or `App` for the App's own `build.helm.values`; absent: wherever each belongs. */
export function setValues(subject: Subject, assignments: readonly Assignment[], file?: string): Amended {
  const builder = builderOf(subject);
  if (builder !== 'helm')
    return err({
      message: `${subject.name} has no values: it is built by ${builder}`,
      looked: [],
      hint: 'values are those of a Helm chart',
    });
  const done = { said: [] as string[], warnings: new Set<string>() };
  for (const assignment of assignments) {
    const alone = assigned({}, assignment);
    if (!alone.ok) return err(failed(alone.error));
    const places = valuesPlaces(subject);
    const at = pathOf(alone.value);
    const place = file === undefined ? placeFor(places, at, usesOfChart(subject) > 0) : named(places, file);
    if (place === undefined)
      return err({
        message: file === undefined ? `no values of ${subject.name} are at hand` : `${subject.name} reads no values file ${file}`,
        looked: places.map(({ name }) => name),
        hint: 'name one of these with --file; App means build.helm.values of the App itself',
      });
    const set = setIn(place, assignment, at);
    if (!set.ok) return err(failed(set.error));
    done.said.push(set.value);
    for (const warning of sharedWarning(subject, place.file)) done.warnings.add(warning);
  }
  return ok({ said: done.said, warnings: [...done.warnings] });
}

const named = (places: readonly ValuesPlace[], file: string): ValuesPlace | undefined =>
  places.findLast((place) => (file === 'App' ? place.at.length > 0 : place.at.length === 0 && place.file === file.replace(/^\.\//, '')));

function setIn(place: ValuesPlace, assignment: Assignment, at: readonly Step[]): Result<string, string> {
  const values = assigned(place.value, assignment);
  if (!values.ok) return values;
  const set = place.draft.set(place, values.value);
  if (!set.ok) return set;
  const shown = (value: Json | undefined): string => (value === undefined ? '(nothing)' : JSON.stringify(value));
  return ok(
    `${place.file}: ${formatSteps([...place.at, ...at])}: ${shown(valueAt(place.value, at))} → ${shown(valueAt(values.value, at))}`,
  );
}

/** The error is Helm's. */
function assigned(base: JsonObject, { text, kind }: Assignment): Result<JsonObject, string> {
  const made = mergeOptions({ base: base as GoRecord, [kind]: [text] });
  if (!made.ok) return made;
  const json = encodeJson(made.value);
  const value = json.ok ? decode(json.value, { variant: sigsYaml, strict: true }) : json;
  if (!value.ok) return err(typeof value.error === 'string' ? value.error : value.error.message);
  return isObject(value.value) ? ok(value.value) : err(`${text} sets nothing`);
}

/** How far down there is only one way to go: the field that is meant. */
function pathOf(value: Json): readonly Step[] {
  if (!isObject(value)) return [];
  const [key, ...more] = Object.keys(value);
  return key === undefined || more.length > 0 ? [] : [key, ...pathOf(valueAt(value, [key]) ?? null)];
}
