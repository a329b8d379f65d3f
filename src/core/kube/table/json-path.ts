/** The JSONPath of printer columns: fields, indexes, wildcards and filters by equality. Kubernetes: client-go util/jsonpath, as CRDs use it. */
import { type Json, isObject } from '../../object/index.ts';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly path: readonly Step[]; readonly value: string | number | boolean };

const literal = (text: string): string | number | boolean => {
  if (/^(".*"|'.*')$/s.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  return Number(text);
};

function bracket(inner: string): Step | undefined {
  if (inner === '*') return { kind: 'all' };
  if (/^-?\d+$/.test(inner)) return { kind: 'index', index: Number(inner) };
  if (/^('.*'|".*")$/s.test(inner)) return { kind: 'field', name: inner.slice(1, -1) };
  const filter = /^\?\(\s*@(.+?)\s*==\s*(.+?)\s*\)$/s.exec(inner);
  const path = filter === null ? undefined : parseJsonPath(filter[1] as string);
  return path === undefined || filter === null ? undefined : { kind: 'filter', path, value: literal(filter[2] as string) };
}

/** The steps of a path; undefined when it is not one. */
export function parseJsonPath(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  const pattern = /\.((?:[^.[\]\\]|\\.)+)|\[((?:'[^']*'|"[^"]*"|[^\]'"])*)\]/gy;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null) return undefined;
    const step: Step | undefined =
      match[1] === undefined
        ? bracket(match[2] ?? '')
        : match[1] === '*'
          ? { kind: 'all' }
          : { kind: 'field', name: match[1].replaceAll(/\\(.)/g, '$1') };
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

function next(value: Json, step: Step): readonly Json[] {
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  switch (step.kind) {
    case 'field': {
      const found = isObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found = items.at(step.index);
      return found === undefined ? [] : [found];
    }
    case 'all':
      return isObject(value) ? Object.values(value).filter((inner) => inner !== undefined) : items;
    case 'filter':
      return items.filter((item) => readJsonPath(item, step.path).includes(step.value));
  }
}

/** All values a path finds. */
export const readJsonPath = (value: Json, path: readonly Step[]): readonly Json[] =>
  path.reduce<readonly Json[]>((found, step) => found.flatMap((item) => next(item, step)), [value]);
