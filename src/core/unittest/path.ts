/** Paths into documents: the JSONPath of helm-unittest. Source: vmware-labs/yaml-jsonpath pkg/yamlpath. */
import { err, ok, type Result } from '../../std/index.ts';
import type { RegexpCache } from '../go/regexp/index.ts';
import { getKey, isObject, type Json } from '../object/index.ts';
import { equalJson } from '../object/value/index.ts';
import { type Condition, parseFilter } from './filter.ts';

/** One step: from values to values. */
type Step = (values: readonly Json[]) => readonly Json[];

const childrenOf = (value: Json): readonly Json[] => {
  if (Array.isArray(value)) return value as readonly Json[];
  return isObject(value) ? (Object.values(value) as readonly Json[]) : [];
};

const descendants = (value: Json): readonly Json[] => [value, ...childrenOf(value).flatMap(descendants)];

const child =
  (names: readonly string[]): Step =>
  (values) =>
    values.flatMap((value): readonly Json[] => {
      if (!isObject(value)) return [];
      return names.map((name) => getKey(value, name)).filter((found): found is Json => found !== undefined);
    });

const wildcard: Step = (values) => values.flatMap(childrenOf);
const recursive: Step = (values) => values.flatMap(descendants);

function sliced(items: readonly Json[], spec: string): readonly Json[] {
  const [from = '', to = '', by = ''] = spec.split(':').map((part) => part.trim());
  const step = by === '' ? 1 : Number(by);
  const size = items.length;
  const place = (text: string, fallback: number): number => {
    if (text === '') return fallback;
    const index = Number(text);
    return index < 0 ? Math.max(step > 0 ? 0 : -1, size + index) : Math.min(index, size);
  };
  const result: Json[] = [];
  if (step > 0) for (let i = place(from, 0); i < place(to, size); i += step) result.push(items[i] as Json);
  if (step < 0) for (let i = Math.min(place(from, size - 1), size - 1); i > place(to, -1); i += step) result.push(items[i] as Json);
  return result;
}

function picked(items: readonly Json[], spec: string): readonly Json[] {
  if (spec.includes(':')) return sliced(items, spec);
  const index = Number(spec);
  const found = items[index < 0 ? items.length + index : index];
  return found === undefined ? [] : [found];
}

const indices =
  (specs: readonly string[]): Step =>
  (values) =>
    values.flatMap((value) => (Array.isArray(value) ? specs.flatMap((spec) => picked(value as readonly Json[], spec)) : []));

/** What a filter looks at. */
interface Context {
  readonly item: Json;
  readonly root: Json;
  readonly patterns: RegexpCache;
}

/** Values that one side of a comparison stands for. */
function operand(side: Condition & { readonly kind: 'path' | 'value' }, at: Context): readonly Json[] {
  if (side.kind === 'value') return [side.value];
  const steps = compile(side.path.slice(1), at.patterns);
  return steps.ok ? run(steps.value, side.path.startsWith('$') ? at.root : at.item) : [];
}

function compared(operator: string, left: Json, right: Json): boolean {
  if (operator === '==') return equalJson(left, right);
  if (operator === '!=') return !equalJson(left, right);
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false;
  const [a, b] = [left, right as typeof left];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function holds(condition: Condition, at: Context): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => holds(part, at));
    case 'or':
      return condition.parts.some((part) => holds(part, at));
    case 'not':
      return !holds(condition.part, at);
    case 'matches': {
      const pattern = at.patterns.compile(condition.pattern);
      return pattern.ok && operand(condition.left, at).some((value) => typeof value === 'string' && pattern.value.matches(value));
    }
    case 'compare': {
      const left = operand(condition.left, at);
      const right = operand(condition.right, at);
      return left.length > 0 && right.length > 0 && left.every((a) => right.every((b) => compared(condition.operator, a, b)));
    }
    case 'value':
      return true;
    case 'path':
      return operand(condition, at).length > 0;
  }
}

const filter =
  (condition: Condition, patterns: RegexpCache): ((values: readonly Json[], root: Json) => readonly Json[]) =>
  (values, root) =>
    values.flatMap((value) => childrenOf(value).filter((item) => holds(condition, { item, root, patterns })));

type RootedStep = (values: readonly Json[], root: Json) => readonly Json[];

function run(steps: readonly RootedStep[], root: Json): readonly Json[] {
  let values: readonly Json[] = [root];
  for (const step of steps) values = step(values, root);
  return values;
}

/** Where the bracket that opens at `from` closes, quotes and nested brackets left out; -1 when it does not. */
function closing(text: string, from: number): number {
  let quote = '';
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quote !== '') {
      if (char === '\\') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return i;
  }
  return -1;
}

const quotedName = /^\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*(?:,|$)/;

function bracketStep(inner: string, patterns: RegexpCache): Result<RootedStep, string> {
  const text = inner.trim();
  if (text === '*') return ok(wildcard);
  if (text.startsWith('?(') && text.endsWith(')')) {
    const condition = parseFilter(text.slice(2, -1));
    return condition.ok ? ok(filter(condition.value, patterns)) : condition;
  }
  if (text.startsWith('"') || text.startsWith("'")) {
    const names: string[] = [];
    for (let rest = text; rest !== '';) {
      const match = quotedName.exec(rest);
      if (match === null) return err(`invalid child name in [${inner}]`);
      names.push((match[1] ?? match[2] ?? '').replaceAll(/\\(.)/g, '$1'));
      rest = rest.slice(match[0].length);
    }
    return ok(child(names));
  }
  const specs = text.split(',').map((part) => part.trim());
  if (specs.every((spec) => spec === '*' || /^-?\d*(?::-?\d*){0,2}$/.test(spec)))
    return ok(indices(specs.map((s) => (s === '*' ? ':' : s))));
  return err(`invalid array index [${inner}]`);
}

function compile(path: string, patterns: RegexpCache): Result<readonly RootedStep[], string> {
  const steps: RootedStep[] = [];
  for (let i = 0; i < path.length;) {
    if (path[i] === '[') {
      const end = closing(path, i);
      if (end < 0) return err(`unmatched [ at position ${i}`);
      const step = bracketStep(path.slice(i + 1, end), patterns);
      if (!step.ok) return step;
      steps.push(step.value);
      i = end + 1;
      continue;
    }
    if (path.startsWith('..', i)) {
      steps.push(recursive);
      i += 2;
      if (path[i] === '[') continue;
    } else if (path[i] === '.') i++;
    const end = /[.[]/.exec(path.slice(i));
    const name = path.slice(i, end === null ? path.length : i + end.index);
    if (name === '') return err(`child name missing at position ${i}`);
    steps.push(name === '*' ? wildcard : child([name]));
    i += name.length;
  }
  return ok(steps);
}

/** Everything a path leads to; the document itself for the empty path. */
export function valuesAt(document: Json, path: string, patterns: RegexpCache): Result<readonly Json[], string> {
  const steps = compile(path.startsWith('$') ? path.slice(1) : path, patterns);
  return steps.ok ? ok(run(steps.value, document)) : steps;
}
