/** Contracts as they are declared: in an App's spec, or in the annotations of a chart. */
import { getKey, isObject, type Json } from '../object/index.ts';
import type { Problem } from '../problem/index.ts';
import { decode, sigsYaml } from '../yaml/index.ts';
import type { Contracts, Provision, Requirement } from './types.ts';

export const CHART_ANNOTATIONS = { provides: 'lockstep.dev/provides', requires: 'lockstep.dev/requires' } as const;

/** Contracts that a chart names in its annotations: YAML lists of `{name, version}`. */
export function chartContracts(
  annotations: Readonly<Record<string, string>>,
  file: string,
): { readonly value: Contracts; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const provides: Provision[] = [];
  const requires: Requirement[] = [];
  for (const { name, version } of entries(annotations, { key: 'provides', file, problems })) provides.push({ name, version });
  for (const entry of entries(annotations, { key: 'requires', file, problems })) requires.push(entry);
  return { value: { provides, requires }, problems };
}

interface Reading {
  readonly key: keyof typeof CHART_ANNOTATIONS;
  readonly file: string;
  readonly problems: Problem[];
}

function entries(annotations: Readonly<Record<string, string>>, { key, file, problems }: Reading): readonly Requirement[] {
  const annotation = CHART_ANNOTATIONS[key];
  const text = getKey(annotations, annotation);
  if (text === undefined || text.trim() === '') return [];
  const wrong = (why: string): readonly Requirement[] => {
    problems.push({
      code: 'InvalidContract',
      message: `annotation ${annotation}: ${why}`,
      file,
      hint: `write a YAML list: "- {name: payments-api, version: ${key === 'provides' ? '2.3.0' : '>=2.1 <3'}}"`,
    });
    return [];
  };
  const decoded = decode(text, { variant: sigsYaml });
  if (!decoded.ok) return wrong(decoded.error.message);
  if (!Array.isArray(decoded.value)) return wrong('it is no list');
  return (decoded.value as readonly Json[]).flatMap((item) => {
    const name = isObject(item) ? item['name'] : undefined;
    const version = isObject(item) ? item['version'] : undefined;
    if (!isObject(item) || typeof name !== 'string' || name === '') return wrong('an entry has no name');
    // A version such as 2.3 reads as a number in YAML.
    if (typeof version !== 'string' && typeof version !== 'number') return wrong(`${name} has no version`);
    return [{ name, version: String(version), ...(item['optional'] === true ? { optional: true } : {}) }];
  });
}

/** Both together; what the spec says of a name wins. */
export function combined(spec: Partial<Contracts>, chart: Contracts | undefined): Contracts {
  const merge = <T extends { readonly name: string }>(own: readonly T[], other: readonly T[]): readonly T[] => [
    ...own,
    ...other.filter(({ name }) => !own.some((one) => one.name === name)),
  ];
  return { provides: merge(spec.provides ?? [], chart?.provides ?? []), requires: merge(spec.requires ?? [], chart?.requires ?? []) };
}
