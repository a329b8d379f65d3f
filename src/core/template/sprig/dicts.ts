/**
 * Dictionary functions. `set`, `unset` and the merges change the dictionary they are given, as in Go: this is the one file that writes into
 * records after they were made. Source: sprig dict.go.
 */
import { strings } from '../../go/composite/index.ts';
import { typeName } from '../../go/reflect/index.ts';
import { type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey, hasKey, record } from '../../object/index.ts';
import { fixed, isRecord, param, sortedKeys, TemplateFailure, type TemplateFunction, type Value, variadic } from '../exec/index.ts';
import { stringOf } from './convert.ts';
import { deepCopy } from './copy.ts';
import { mergeRecords } from './merge.ts';

const { any, string } = param;
const dictionary = param.record;

/** A nil map can be read but not written. */
function writable(target: GoRecord | null): { [key: string]: GoValue } {
  if (target === null) throw new TemplateFailure('assignment to entry in nil map');
  return target as { [key: string]: GoValue };
}

const keysOf = (target: GoRecord | null): string[] => (target === null ? [] : sortedKeys(target));

function dict(values: readonly GoValue[]): GoRecord {
  const made = record<GoValue>();
  for (let i = 0; i < values.length; i += 2) made[stringOf(values[i] ?? null)] = i + 1 < values.length ? (values[i + 1] ?? null) : '';
  return made;
}

const pick = (target: GoRecord | null, wanted: readonly string[]): GoRecord => {
  const made = record<GoValue>();
  for (const key of wanted) if (target !== null && hasKey(target, key)) made[key] = getKey(target, key) ?? null;
  return made;
};

function omit(target: GoRecord | null, unwanted: readonly string[]): GoRecord {
  const left = new Set(unwanted);
  return record(Object.entries(target ?? {}).filter(([key]) => !left.has(key)));
}

/** `dig "a" "b" default dict` */
function dig(args: readonly GoValue[]): Value {
  if (args.length < 3) throw new TemplateFailure('dig needs at least three arguments');
  const names = args.slice(0, -2);
  let current: GoValue = args.at(-1) ?? null;
  if (!isRecord(current)) throw conversion(current, 'map[string]interface {}');
  const wrong = names.find((name) => typeof name !== 'string');
  if (wrong !== undefined) throw conversion(wrong, 'string');
  for (const name of names as readonly string[]) {
    if (!isRecord(current)) throw conversion(current, 'map[string]interface {}');
    const next: GoValue | undefined = getKey(current, name);
    if (next === undefined) return args.at(-2);
    current = next;
  }
  return current;
}

const conversion = (value: GoValue, wanted: string): TemplateFailure =>
  new TemplateFailure(`interface conversion: interface {} is ${value === null ? 'nil' : typeName(value)}, not ${wanted}`);

const merging = (overwrite: 'keep' | 'overwrite'): TemplateFunction =>
  variadic([dictionary], dictionary, ([target, ...sources], state) => {
    const into = target ?? record<GoValue>();
    for (const source of sources)
      if (source !== null) mergeRecords(into, source, { overwrite: overwrite === 'overwrite', budget: state.run.budget });
    return into;
  });

const set: TemplateFunction = fixed([dictionary, string, any], ([target, key, value]) => {
  writable(target)[key] = value;
  return target;
});

const unset: TemplateFunction = fixed([dictionary, string], ([target, key]) => {
  if (target !== null) delete writable(target)[key];
  return target;
});

/** What Go's reflect says about copying nothing. */
function notNil(value: GoValue): GoValue {
  if (value === null) throw new TemplateFailure('reflect: call of reflect.Value.Type on zero Value');
  return value;
}

const copy: TemplateFunction = fixed([any], ([value], state) => deepCopy(notNil(value), state.run.budget));

/** Name → function. Where Go's order is random (`keys`, `values`), keys are sorted. */
export const dictFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['dict', variadic([], any, dict)],
  // A key that is there with null gives nil, not the empty text.
  ['get', fixed([dictionary, string], ([target, key]) => (target !== null && hasKey(target, key) ? (getKey(target, key) ?? null) : ''))],
  ['set', set],
  ['unset', unset],
  ['hasKey', fixed([dictionary, string], ([target, key]) => target !== null && hasKey(target, key))],
  [
    'pluck',
    variadic([string], dictionary, ([key, ...dicts]) =>
      dicts.filter((target) => target !== null && hasKey(target, key)).map((target) => getKey(target as GoRecord, key) ?? null),
    ),
  ],
  ['keys', variadic([], dictionary, (dicts) => strings(dicts.flatMap(keysOf)))],
  ['values', fixed([dictionary], ([target]) => keysOf(target).map((key) => getKey(target as GoRecord, key) ?? null))],
  ['pick', variadic([dictionary], string, ([target, ...wanted]) => pick(target, wanted))],
  ['omit', variadic([dictionary], string, ([target, ...unwanted]) => omit(target, unwanted))],
  ['merge', merging('keep')],
  ['mustMerge', merging('keep')],
  ['mergeOverwrite', merging('overwrite')],
  ['mustMergeOverwrite', merging('overwrite')],
  ['deepCopy', copy],
  ['mustDeepCopy', copy],
  ['dig', variadic([], any, dig)],
];
