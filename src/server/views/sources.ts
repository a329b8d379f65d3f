/** A page of Sources, problems first. */
import { LEVELS, type QueryOf, type SourcePage } from '../../api/http/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import type { Refused } from '../http/refused.ts';
import { compareRanks, type Rank } from './ordered.ts';
import { readCursor, writeCursor } from './page.ts';
import { sourceRowOf } from './source-facts.ts';
import { itemOf, type View } from './view.ts';

export interface SourceInput {
  readonly sources: Iterable<KubeObject>;
  /** How many Apps are made from each, by `namespace/name`. */
  readonly apps: ReadonlyMap<string, number>;
  readonly visible: Visible;
}

export function sourceList({ sources, apps, visible }: SourceInput, query: QueryOf<'sources'>): Result<View<SourcePage>, Refused> {
  const cursor = readCursor(query.cursor);
  if (!cursor.ok) return cursor;
  const words = (query.q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const rows = [...sources]
    .filter(({ metadata }) => visible(metadata.namespace ?? ''))
    .map((object) => sourceRowOf(object, apps.get(`${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`) ?? 0))
    .filter((row) => {
      const text = `${row.key} ${row.url} ${row.revision} ${row.error ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((row) => ({ row, rank: [LEVELS.indexOf(row.level), row.key] satisfies Rank }))
    .sort((a, b) => compareRanks(a.rank, b.rank));
  const after = cursor.value;
  const rest = after === undefined ? rows : rows.filter(({ rank }) => compareRanks(rank, after) > 0);
  const shown = rest.slice(0, query.limit);
  const last = shown.at(-1);
  const more = rest.length > shown.length && last !== undefined;
  return ok({
    items: shown.map(({ row }) => itemOf(row.key, row)),
    meta: { total: rows.length, ...(more ? { next: writeCursor(last.rank) } : {}) },
  });
}
