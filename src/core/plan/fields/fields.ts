/**
 * Field ownership as managedFields tell it: who owns what stands at a path, and folding one manager's fields into another's (S8, S9).
 * managedFields name a manager and a time, not a person (S26).
 */
import { type Json, type JsonObject, type KubeObject, getKey, isObject, record } from '../../object/index.ts';

/** One step of a path: a key of an object, or an index of a list. */
export type Step = string | number;

export interface FieldOwner {
  readonly manager: string;
  readonly operation: string;
  /** RFC 3339; empty when unknown. */
  readonly time: string;
  readonly subresource: string;
}

const entriesOf = (object: KubeObject): readonly JsonObject[] => (object.metadata.managedFields ?? []).filter(isObject);

const text = (entry: JsonObject, key: string): string => {
  const value = getKey(entry, key);
  return typeof value === 'string' ? value : '';
};

/** All managers that own the value at `path` or something inside it, the latest first. */
export function ownersAt(object: KubeObject, path: readonly Step[]): readonly FieldOwner[] {
  const owners = entriesOf(object)
    .filter((entry) => {
      const fields = getKey(entry, 'fieldsV1');
      return isObject(fields) && owns(fields, object, path);
    })
    .map((entry) => ({
      manager: text(entry, 'manager'),
      operation: text(entry, 'operation'),
      time: text(entry, 'time'),
      subresource: text(entry, 'subresource'),
    }));
  return owners.toSorted((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
}

function owns(fields: JsonObject, value: Json | undefined, path: readonly Step[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const inner = typeof step === 'number' ? itemFields(fields, value, step) : getKey(fields, `f:${step}`);
  if (!isObject(inner)) return false;
  // An empty set below a path means that the manager owns the whole value.
  return Object.keys(inner).length === 0 || owns(inner, child(value, step), rest);
}

const child = (value: Json | undefined, step: Step): Json | undefined => {
  if (typeof step === 'number') return Array.isArray(value) ? (value as readonly Json[])[step] : undefined;
  return isObject(value) ? getKey(value, step) : undefined;
};

/** The field set of one list item: by its keys (`k:{…}`), its value (`v:…`) or its index (`i:…`). */
function itemFields(fields: JsonObject, list: Json | undefined, index: number): Json | undefined {
  const item = child(list, index);
  for (const [key, inner] of Object.entries(fields)) {
    if (key === `i:${index}` || (key.startsWith('v:') && key.slice(2) === JSON.stringify(item))) return inner;
    if (key.startsWith('k:') && isObject(item) && hasKeys(item, key.slice(2))) return inner;
  }
  return undefined;
}

function hasKeys(item: JsonObject, keys: string): boolean {
  const wanted = JSON.parse(keys) as Json;
  return isObject(wanted) && Object.entries(wanted).every(([key, value]) => getKey(item, key) === value);
}

/** `/spec/template/0` as steps on this value: digits are an index where a list stands. */
export function stepsOf(value: Json, pointer: string): readonly Step[] {
  let at: Json | undefined = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step: Step = Array.isArray(at) && /^\d{1,6}$/.test(name) ? Number(name) : name;
      at = child(at, step);
      return step;
    });
}

export const valueAt = (value: Json, path: readonly Step[]): Json | undefined =>
  path.reduce<Json | undefined>((at, step) => child(at, step), value);

/** A copy with the value at `path` set, or taken out when `undefined`; the argument itself when the way there does not exist. */
export function withValueAt<T extends Json>(value: T, path: readonly Step[], next: Json | undefined): T {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const old = child(value, step);
  if (rest.length > 0) {
    if (old === undefined) return value;
    const inner = withValueAt(old, rest, next);
    return inner === old ? value : (put(value, step, inner) as T);
  }
  return old === next ? value : (put(value, step, next) as T);
}

function put(value: Json, step: Step, next: Json | undefined): Json {
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const at = Number(step);
    return next === undefined ? items.filter((_item, index) => index !== at) : items.map((item, index) => (index === at ? next : item));
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== step);
  return next === undefined ? record(kept) : record([...Object.entries(value), [String(step), next]]);
}

/**
 * A path as the API server writes it, with or without the leading dot (`metadata.labels.app.kubernetes.io/name`, `spec.ports[port=80,protocol="TCP"]`):
 * keys are not quoted, the longest that fits wins. Undefined when the value has no such field.
 */
export function stepsOfPath(value: Json, path: string): readonly Step[] | undefined {
  let at: Json | undefined = value;
  let rest = path;
  const steps: Step[] = [];
  while (rest !== '') {
    const [step, length] = isObject(at) ? keyStep(at, rest.replace(/^\./, '')) : itemStep(at, rest);
    if (step === undefined) return undefined;
    const skipped = isObject(at) && rest.startsWith('.') ? 1 : 0;
    rest = rest.slice(length + skipped);
    steps.push(step);
    at = child(at, step);
  }
  return steps;
}

function keyStep(object: JsonObject, rest: string): readonly [Step | undefined, number] {
  const fits = Object.keys(object).filter((key) => rest === key || (rest.startsWith(key) && /[.[]/.test(rest.charAt(key.length))));
  const longest = fits.toSorted((a, b) => b.length - a.length)[0];
  return [longest, longest?.length ?? 0];
}

/** `[0]`, `[name="c"]`, `[port=80,protocol="TCP"]`, `[="x"]` */
function itemStep(list: Json | undefined, rest: string): readonly [Step | undefined, number] {
  const match = /^\[(?:(\d+)|((?:[^\]"]|"(?:[^"\\]|\\.)*")*))\]/.exec(rest);
  if (match === null || !Array.isArray(list)) return [undefined, 0];
  const [whole, index, keys = ''] = match;
  if (index !== undefined) return [Number(index) < list.length ? Number(index) : undefined, whole.length];
  const wanted = [...keys.matchAll(/([^=,]*)=((?:[^,"]|"(?:[^"\\]|\\.)*")*)/g)].map(([, key = '', text = '']) => ({ key, text }));
  const fits = (item: Json, { key, text }: { readonly key: string; readonly text: string }): boolean =>
    JSON.stringify(key === '' ? item : isObject(item) ? getKey(item, key) : undefined) === text;
  const at = (list as readonly Json[]).findIndex((item) => wanted.length > 0 && wanted.every((each) => fits(item, each)));
  return [at < 0 ? undefined : at, whole.length];
}

/** What these managers own that the manifest does not have: fields that were added beside ours (S9). Paths as plans write them. */
export function extraFields(live: KubeObject, manifest: KubeObject, isExtra: (manager: string) => boolean): readonly (readonly Step[])[] {
  const found = new Map<string, readonly Step[]>();
  for (const entry of entriesOf(live)) {
    const fields = getKey(entry, 'fieldsV1');
    if (!isObject(fields) || text(entry, 'subresource') !== '' || !isExtra(text(entry, 'manager'))) continue;
    for (const path of leaves(fields, live, [])) {
      const ours = ownersAt(live, path).some(({ manager }) => !isExtra(manager));
      if (!ours && valueAt(manifest, path) === undefined && valueAt(live, path) !== undefined) found.set(JSON.stringify(path), path);
    }
  }
  return [...found.values()];
}

function leaves(fields: JsonObject, value: Json | undefined, path: readonly Step[]): readonly (readonly Step[])[] {
  const inner = Object.entries(fields).filter(([key]) => key !== '.');
  if (inner.length === 0) return path.length === 0 || path[0] === 'status' ? [] : [path];
  return inner.flatMap(([key, below]) => {
    const step: Step | undefined = key.startsWith('f:') ? key.slice(2) : itemOf(value, key);
    return step === undefined || !isObject(below) ? [] : leaves(below, child(value, step), [...path, step]);
  });
}

function itemOf(list: Json | undefined, key: string): number | undefined {
  if (!Array.isArray(list)) return undefined;
  if (key.startsWith('i:')) return Number(key.slice(2));
  const at = (list as readonly Json[]).findIndex((item) =>
    key.startsWith('k:') ? isObject(item) && hasKeys(item, key.slice(2)) : JSON.stringify(item) === key.slice(2),
  );
  return at < 0 ? undefined : at;
}

/** Steps as a path of the same form. */
export const formatSteps = (steps: readonly Step[]): string =>
  steps
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const clientSideManagers = new Set(['kubectl-client-side-apply', 'kubectl', 'before-first-apply']);

/**
 * The live object as if everything that client-side apply and the superseded managers own had been applied by `manager` (client-go: util/csaupgrade), and
 * without the last-applied annotation, which holds copies of secret values. Updates of `manager` itself are folded when it is among the superseded. The
 * argument itself when there is nothing to fold.
 */
export function foldManagers(live: KubeObject, manager: string, superseded: readonly string[]): KubeObject {
  const all = entriesOf(live);
  const folds = (entry: JsonObject): boolean => {
    const name = text(entry, 'manager');
    if (text(entry, 'subresource') !== '') return false;
    if (name === manager) return superseded.includes(name) && text(entry, 'operation') === 'Update';
    return superseded.includes(name) || (text(entry, 'operation') === 'Update' && clientSideManagers.has(name));
  };
  const folded = all.filter(folds);
  const annotations = live.metadata.annotations ?? {};
  const annotated = getKey(annotations, lastApplied) !== undefined;
  if (folded.length === 0 && !annotated) return live;
  const own = all.find(
    (entry) => text(entry, 'manager') === manager && text(entry, 'operation') === 'Apply' && text(entry, 'subresource') === '',
  );
  const sets = [own, ...folded].map((entry) => (entry === undefined ? undefined : getKey(entry, 'fieldsV1'))).filter(isObject);
  const rest = all.filter((entry) => entry !== own && !folds(entry));
  const template = own ?? folded[0];
  const ours = template === undefined ? [] : [{ ...template, manager, operation: 'Apply', fieldsV1: sets.reduce(unite, {}) }];
  const kept = record<string>(Object.entries(annotations).filter(([key]) => key !== lastApplied));
  return { ...live, metadata: { ...live.metadata, annotations: kept, managedFields: [...ours, ...rest] } };
}

function unite(a: JsonObject, b: JsonObject): JsonObject {
  const merged = record(Object.entries(a) as [string, Json][]);
  for (const [key, value] of Object.entries(b) as [string, Json][]) {
    const old = getKey(merged, key);
    merged[key] = isObject(old) && isObject(value) ? unite(old, value) : value;
  }
  return merged;
}
