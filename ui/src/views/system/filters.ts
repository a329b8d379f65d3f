/** Filters of the system as they stand in the address bar, and as the server takes them. */
import type { Level } from '../../../../src/api/http/index.ts';
import { LEVEL_ORDER } from '../../data/words.ts';

const KEYS = ['q', 'level', 'health', 'sync', 'namespace', 'project', 'environment', 'cluster', 'folder', 'source', 'label'] as const;
export type Filters = Partial<Record<(typeof KEYS)[number], string>>;

export function filtersOf(query: URLSearchParams): Filters {
  const entries = KEYS.map((key) => [key, query.get(key) ?? ''] as const).filter(([, value]) => value !== '');
  return Object.fromEntries(entries);
}

/** Filters that have no control of their own, shown as removable words. */
export const worded = (filters: Filters): readonly { readonly key: keyof Filters; readonly value: string }[] =>
  KEYS.filter((key) => key !== 'q' && key !== 'level').flatMap((key) => {
    const value = filters[key];
    return value === undefined ? [] : [{ key, value }];
  });

export const chosenLevels = (value: string): readonly Level[] => LEVEL_ORDER.filter((level) => value.split(',').includes(level));

export function toggleLevel(value: string, level: Level): string {
  const chosen = chosenLevels(value);
  const next = chosen.includes(level)
    ? chosen.filter((each) => each !== level)
    : LEVEL_ORDER.filter((each) => each === level || chosen.includes(each));
  return next.length === LEVEL_ORDER.length ? '' : next.join(',');
}
