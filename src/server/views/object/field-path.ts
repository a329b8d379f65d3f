/** Field paths as differences show them, followed in an object: to a value, and to the JSON pointer of the same place. Pure. */
import { getKey, isObject, type Json } from '../../../core/object/index.ts';

export interface Found {
  /** Undefined: the field is not there, though what holds it is. */
  readonly value: Json | undefined;
  /** `/spec/template/spec/containers/0/image` */
  readonly pointer: string;
  /** The way as steps: names, and places in lists. */
  readonly steps: readonly (string | number)[];
}

const MOST_STEPS = 64;

/** Undefined: the path does not lead anywhere in this object. Names may hold dots, so each step takes the longest name that fits. */
export function findPath(object: Json, path: string): Found | undefined {
  const { value, steps, rest } = walk(object, path);
  return rest === ''
    ? { value, steps, pointer: steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') }
    : undefined;
}

/** As far as the path leads: the steps that are there, and what is at the end of them. */
export function followPath(object: Json, path: string): Pick<Found, 'value' | 'steps'> {
  const { value, steps } = walk(object, path, true);
  return { value, steps };
}

function walk(object: Json, path: string, onlyThere = false): Pick<Found, 'value' | 'steps'> & { readonly rest: string } {
  let rest = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  let value: Json | undefined = object;
  const steps: (string | number)[] = [];
  while (rest !== '' && steps.length < MOST_STEPS) {
    const step: Step | undefined = rest.startsWith('.') ? nameStep(value, rest.slice(1)) : itemStep(value, rest);
    if (step === undefined || (onlyThere && step.value === undefined)) break;
    steps.push(step.step);
    value = step.value;
    rest = step.rest;
  }
  return { value, steps, rest };
}

interface Step {
  readonly step: string | number;
  readonly value: Json | undefined;
  readonly rest: string;
}

function nameStep(value: Json | undefined, text: string): Step | undefined {
  if (!isObject(value)) return undefined;
  const ends = (name: string): boolean => text.startsWith(name) && /^(?:$|[.[])/.test(text.slice(name.length));
  const name = Object.keys(value)
    .filter(ends)
    .sort((a, b) => b.length - a.length)
    .at(0);
  if (name !== undefined) return { step: name, value: getKey(value, name), rest: text.slice(name.length) };
  // The last name may be one that is not there.
  return /[.[]/.test(text) && !text.includes('/') ? undefined : { step: text, value: undefined, rest: '' };
}

const KEYS = /^\[((?:[\w.-]*=(?:"(?:[^"\\]|\\.)*"|[^\],"]+),?)+)\]/;
const PAIR = /([\w.-]*)=("(?:[^"\\]|\\.)*"|[^\],"]+)/g;

function itemStep(value: Json | undefined, text: string): Step | undefined {
  if (!Array.isArray(value)) return undefined;
  const list = value as readonly Json[];
  const place = /^\[(\d{1,6})\]/.exec(text);
  const keys = KEYS.exec(text);
  const taken = (place ?? keys)?.[0];
  if (taken === undefined) return undefined;
  const index = place === null ? list.findIndex((item) => fits(item, keys?.[1] ?? '')) : Number(place[1]);
  return index < 0 || index >= list.length ? undefined : { step: index, value: list[index], rest: text.slice(taken.length) };
}

const fits = (item: Json, text: string): boolean =>
  [...text.matchAll(PAIR)].every(([, name = '', wanted = '']) => {
    const own = name === '' ? item : isObject(item) ? getKey(item, name) : undefined;
    return typeof own === 'string' ? JSON.stringify(own) === wanted : String(own) === wanted;
  });

/** An object that holds only what is at the end of the way, and what names the items of lists on it. */
export function onlyAt(object: Json, steps: readonly (string | number)[], value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const item = Array.isArray(object) ? (object as readonly Json[])[step] : undefined;
    const below = onlyAt(item ?? {}, rest, value);
    const name = isObject(item) ? getKey(item, 'name') : undefined;
    return [isObject(below) && name !== undefined ? { name, ...below } : below];
  }
  return { [step]: onlyAt((isObject(object) ? getKey(object, step) : undefined) ?? {}, rest, value) };
}
