/**
 * The system at a glance: applications × environments (or clusters), in groups, problems first.
 * In: the index of Apps, a query, what the visitor may see. Out: a page of rows. Never: work for what did not change.
 */
import type { MatrixPage, QueryOf } from '../../../api/http/index.ts';
import { getKey } from '../../../core/object/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import type { Visible } from '../../access/access.ts';
import { badInput, type Refused } from '../../http/refused.ts';
import type { AppIndex } from '../app-index.ts';
import { compileFilters } from '../filter.ts';
import type { Rank } from '../ordered.ts';
import { PAGE_BYTES, readCursor, writeCursor } from '../page.ts';
import type { Item, View } from '../view.ts';
import { MatrixView, type Read } from './matrix-view.ts';

type Query = QueryOf<'matrix'>;

const GROUPS: Readonly<Record<string, Read>> = {
  project: ({ row }) => row.project,
  folder: ({ row }) => row.folder,
  namespace: ({ row }) => row.namespace,
  source: ({ source }) => source,
  none: () => '',
};

function groupBy(text: string): Result<Read, Refused> {
  if (text.startsWith('label:')) {
    const label = text.slice('label:'.length);
    return ok(({ app }) => getKey(app.metadata.labels ?? {}, label) ?? '');
  }
  const read = Object.hasOwn(GROUPS, text) ? GROUPS[text] : undefined;
  if (read !== undefined) return ok(read);
  return err(badInput({ field: 'group', message: `must be ${Object.keys(GROUPS).join(', ')} or label:KEY, not "${text}"` }));
}

const columnBy = (columns: Query['columns']): Read => (columns === 'cluster' ? ({ row }) => row.cluster : ({ row }) => row.environment);

/** Ways of looking that are kept; the one looked at longest ago goes first. */
const MOST_VIEWS = 24;

export class Matrices {
  readonly #index: AppIndex;
  readonly #views = new Map<string, MatrixView>();

  constructor(index: AppIndex) {
    this.#index = index;
  }

  page(query: Query, visible: Visible): Result<View<MatrixPage>, Refused> {
    const cursor = readCursor(query.cursor);
    if (!cursor.ok) return cursor;
    const view = this.#viewOf(query, visible);
    if (!view.ok) return view;
    const { items, next } = pageOf(view.value, cursor.value, query.limit);
    const meta: Omit<MatrixPage, 'items'> = {
      version: String(this.#index.version),
      columns: view.value.columns(),
      groups: view.value.groups(),
      counts: view.value.counts(),
      total: view.value.total,
      ...(next === undefined ? {} : { next }),
    };
    return ok({ items, meta });
  }

  #viewOf(query: Query, visible: Visible): Result<MatrixView, Refused> {
    const { cursor: _, limit: __, ...look } = query;
    const key = JSON.stringify([Object.entries(look).sort(), this.#index.namespaces().filter(visible)]);
    const known = this.#views.get(key);
    if (known?.catchUp() === true) return ok(this.#keep(key, known));
    const [matches, group] = [compileFilters(query), groupBy(query.group)];
    if (!matches.ok) return matches;
    if (!group.ok) return group;
    const made = new MatrixView(this.#index, { matches: matches.value, group: group.value, column: columnBy(query.columns), visible });
    return ok(this.#keep(key, made));
  }

  /** The one looked at last is last in the map. */
  #keep(key: string, view: MatrixView): MatrixView {
    this.#views.delete(key);
    this.#views.set(key, view);
    const [oldest] = this.#views.keys();
    if (this.#views.size > MOST_VIEWS && oldest !== undefined) this.#views.delete(oldest);
    return view;
  }
}

function pageOf(
  view: MatrixView,
  after: Rank | undefined,
  limit: number,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const items: Item[] = [];
  let [bytes, last]: [number, Rank | undefined] = [0, undefined];
  for (const { item, rank } of view.from(after)) {
    if (items.length > 0 && (items.length >= limit || bytes + item.json.length > PAGE_BYTES))
      return { items, next: last === undefined ? undefined : writeCursor(last) };
    items.push(item);
    bytes += item.json.length + 1;
    last = rank;
  }
  return { items, next: undefined };
}
