/** The system at a glance: applications × environments (or clusters), in groups, problems first. */
import { type AppPage, type Counts, type Level, LEVELS, type MatrixPage, type MatrixRow, type QueryOf } from '../../api/http/index.ts';
import { getKey } from '../../core/object/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';
import type { AppIndex, IndexedApp } from './app-index.ts';
import { compileFilters } from './filter.ts';
import { compareRanks, type Rank } from './ordered.ts';
import { addCounts, noCounts, PAGE_BYTES, readCursor, writeCursor } from './page.ts';
import { stageRank } from './place.ts';
import type { Item, View } from './view.ts';

interface Row {
  readonly key: string;
  readonly group: string;
  readonly title: string;
  /** Index in LEVELS: the worst of its Apps. */
  worst: number;
  readonly apps: IndexedApp[];
}

type Read = (one: IndexedApp) => string;

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

export function matrix(index: AppIndex, query: QueryOf<'matrix'>, visible: Visible): Result<View<MatrixPage>, Refused> {
  const matches = compileFilters(query);
  if (!matches.ok) return matches;
  const group = groupBy(query.group);
  if (!group.ok) return group;
  const cursor = readCursor(query.cursor);
  if (!cursor.ok) return cursor;
  const column: Read = query.columns === 'cluster' ? ({ row }) => row.cluster : ({ row }) => row.environment;
  const gathered = new Gathered(column);
  // In the order of urgency, so that rows come nearly sorted.
  for (const one of index.order('urgency').list())
    if (visible(one.row.namespace) && matches.value(one)) gathered.add(one, group.value(one));
  const rows = gathered.all().sort(byRank);
  const after = cursor.value;
  const from = after === undefined ? 0 : rows.findIndex((row) => compareRanks(rankOf(row), after) > 0);
  const { items, next } = pageOf(from < 0 ? [] : rows.slice(from), query.limit, column);
  return ok({ items, meta: metaOf(gathered, rows.length, { version: String(index.version), next }) });
}

/** Groups stay together only within one level: what is broken comes first, wherever it belongs. */
const rankOf = ({ worst, group, title, key }: Row): Rank => [worst, group, title, key];

const textOrder = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** As `rankOf`, without making a rank for every comparison. */
const byRank = (a: Row, b: Row): number =>
  a.worst - b.worst || textOrder(a.group, b.group) || textOrder(a.title, b.title) || textOrder(a.key, b.key);

interface Group {
  readonly rows: Map<string, Row>;
  readonly counts: Record<Level, number>;
}

class Gathered {
  readonly groups = new Map<string, Group>();
  readonly columns = new Map<string, { apps: number; worst: number }>();
  readonly #column: Read;

  constructor(column: Read) {
    this.#column = column;
  }

  #group(key: string): Group {
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const made: Group = { rows: new Map(), counts: noCounts() };
    this.groups.set(key, made);
    return made;
  }

  all(): Row[] {
    return [...this.groups.values()].flatMap(({ rows }) => [...rows.values()]);
  }

  add(one: IndexedApp, group: string): void {
    const worst = LEVELS.indexOf(one.row.level);
    const { title } = one.row;
    const { rows, counts } = this.#group(group);
    counts[one.row.level] += 1;
    const row = rows.get(title);
    if (row === undefined)
      rows.set(title, {
        key: `${group}
${title}`,
        group,
        title,
        worst,
        apps: [one],
      });
    else {
      row.worst = Math.min(row.worst, worst);
      row.apps.push(one);
    }
    const name = this.#column(one);
    const column = this.columns.get(name);
    if (column === undefined) this.columns.set(name, { apps: 1, worst });
    else {
      column.apps += 1;
      column.worst = Math.min(column.worst, worst);
    }
  }
}

const levelAt = (index: number): Level => LEVELS[index] ?? 'fine';
/** Apps of one application in one environment beyond this many are left to the list. */
const MOST_IN_CELL = 50;

function pageOf(rows: readonly Row[], limit: number, column: Read): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const items: Item[] = [];
  let bytes = 0;
  for (const row of rows) {
    const item = itemOfRow(row, column);
    if (items.length > 0 && (items.length >= limit || bytes + item.json.length > PAGE_BYTES)) {
      const last = rows[items.length - 1];
      return { items, next: last === undefined ? undefined : writeCursor(rankOf(last)) };
    }
    items.push(item);
    bytes += item.json.length + 1;
  }
  return { items, next: undefined };
}

function itemOfRow(row: Row, column: Read): Item {
  const cells = new Map<string, string[]>();
  for (const one of row.apps.toSorted((a, b) => compareRanks([a.key], [b.key]))) {
    const name = column(one);
    const cell = cells.get(name);
    if (cell === undefined) cells.set(name, [one.json]);
    else if (cell.length < MOST_IN_CELL) cell.push(one.json);
  }
  const written = [...cells].map(([name, apps]) => `${JSON.stringify(name)}:[${apps.join(',')}]`).join(',');
  const head: Omit<MatrixRow, 'cells'> = { key: row.key, title: row.title, group: row.group, level: levelAt(row.worst) };
  const json = `${JSON.stringify(head).slice(0, -1)},"cells":{${written}}}`;
  return { key: row.key, json, identity: json };
}

type Meta = Omit<MatrixPage, 'items'>;

function metaOf(
  gathered: Gathered,
  rows: number,
  { version, next }: { readonly version: string; readonly next: string | undefined },
): Meta {
  const { groups } = gathered;
  const counts = [...groups.values()].reduce((sum: AppPage['counts'], group) => addCounts(sum, group.counts), noCounts());
  const urgency = ({ counts: of }: { readonly counts: Counts }): number => LEVELS.findIndex((level) => of[level] > 0);
  return {
    version,
    columns: [...gathered.columns]
      .map(([key, { apps, worst }]) => ({ key, apps, level: levelAt(worst) }))
      .sort((a, b) => compareRanks([stageRank(a.key), a.key], [stageRank(b.key), b.key]))
      .slice(0, 100),
    groups: [...groups]
      .map(([key, group]) => ({ key, rows: group.rows.size, counts: group.counts }))
      .sort((a, b) => compareRanks([urgency(a), a.key], [urgency(b), b.key]))
      .slice(0, 500),
    counts,
    total: rows,
    ...(next === undefined ? {} : { next }),
  };
}
