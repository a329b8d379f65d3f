/**
 * One way of looking at the system as a matrix (a filter, a grouping, columns, what its visitor may see), kept in repair: an App that changes moves one row,
 * and nothing else is worked out again. A page then costs the rows on it, however many Apps there are.
 */
import { type Level, LEVELS, type MatrixPage, type MatrixRow } from '../../../api/http/index.ts';
import type { Visible } from '../../access/access.ts';
import type { AppIndex, IndexedApp } from '../app-index.ts';
import type { Matches } from '../filter.ts';
import { compareRanks, Ordered, type Rank } from '../ordered.ts';
import { noCounts } from '../page.ts';
import { stageRank } from '../place.ts';
import type { Item } from '../view.ts';

export type Read = (one: IndexedApp) => string;

export interface MatrixLook {
  readonly matches: Matches;
  readonly group: Read;
  readonly column: Read;
  readonly visible: Visible;
}

interface Row {
  readonly key: string;
  readonly group: string;
  readonly title: string;
  readonly apps: Map<string, IndexedApp>;
  /** As it is sent; undefined: something of it changed since. */
  item: Item | undefined;
}

interface Group {
  rows: number;
  readonly counts: Record<Level, number>;
}

interface Placed {
  readonly one: IndexedApp;
  readonly row: string;
  readonly column: string;
}

/** Apps of one application in one environment beyond this many are left to the list. */
const MOST_IN_CELL = 50;

export class MatrixView {
  readonly #index: AppIndex;
  readonly #look: MatrixLook;
  readonly #placed = new Map<string, Placed>();
  readonly #rows = new Map<string, Row>();
  readonly #groups = new Map<string, Group>();
  readonly #columns = new Map<string, Record<Level, number>>();
  readonly #order = new Ordered<Row>(rankOf);
  #seen: number;

  constructor(index: AppIndex, look: MatrixLook) {
    this.#index = index;
    this.#look = look;
    this.#seen = index.changes;
    for (const one of index.values()) this.#take(one);
  }

  /** Takes in what changed since the last look; false: that is too long ago, make another one. */
  catchUp(): boolean {
    const keys = this.#index.changedSince(this.#seen);
    if (keys === undefined) return false;
    this.#seen = this.#index.changes;
    for (const key of new Set(keys)) {
      this.#leave(key);
      const one = this.#index.get(key);
      if (one !== undefined) this.#take(one);
    }
    return true;
  }

  get total(): number {
    return this.#rows.size;
  }

  /** Rows in order from the first after a rank, each as it is sent. */
  *from(after: Rank | undefined): Generator<{ readonly item: Item; readonly rank: Rank }> {
    const rows = this.#order.list();
    for (let place = after === undefined ? 0 : this.#order.after(after); place < rows.length; place += 1) {
      const row = rows[place] as Row;
      row.item ??= itemOf(row, this.#look.column);
      yield { item: row.item, rank: rankOf(row) };
    }
  }

  counts(): Record<Level, number> {
    const sum = noCounts();
    for (const { counts } of this.#groups.values()) for (const level of LEVELS) sum[level] += counts[level];
    return sum;
  }

  columns(): MatrixPage['columns'] {
    return [...this.#columns]
      .map(([key, counts]) => ({
        key,
        apps: LEVELS.reduce((sum, level) => sum + counts[level], 0),
        level: LEVELS[worstOf(counts)] ?? 'fine',
      }))
      .sort((a, b) => compareRanks([stageRank(a.key), a.key], [stageRank(b.key), b.key]))
      .slice(0, 100);
  }

  groups(): MatrixPage['groups'] {
    return [...this.#groups]
      .map(([key, { rows, counts }]) => ({ key, rows, counts: { ...counts } }))
      .sort((a, b) => compareRanks([worstOf(a.counts), a.key], [worstOf(b.counts), b.key]))
      .slice(0, 500);
  }

  #take(one: IndexedApp): void {
    const { matches, visible, group: groupOf, column: columnOf } = this.#look;
    if (!visible(one.row.namespace) || !matches(one)) return;
    const { level, title } = one.row;
    const [name, column] = [groupOf(one), columnOf(one)];
    const group = remembered(this.#groups, name, () => ({ rows: 0, counts: noCounts() }));
    const key = `${name}\n${title}`;
    const row = remembered(this.#rows, key, () => {
      group.rows += 1;
      return { key, group: name, title, apps: new Map(), item: undefined };
    });
    row.apps.set(one.key, one);
    this.#changed(row);
    group.counts[level] += 1;
    remembered(this.#columns, column, noCounts)[level] += 1;
    this.#placed.set(one.key, { one, row: key, column });
  }

  #leave(key: string): void {
    const placed = this.#placed.get(key);
    const row = placed === undefined ? undefined : this.#rows.get(placed.row);
    if (placed === undefined || row === undefined) return;
    const { level } = placed.one.row;
    this.#placed.delete(key);
    row.apps.delete(key);
    this.#changed(row);
    const [group, column] = [this.#groups.get(row.group), this.#columns.get(placed.column)];
    if (group !== undefined) {
      group.counts[level] -= 1;
      if (row.apps.size === 0) group.rows -= 1;
      if (group.rows === 0) this.#groups.delete(row.group);
    }
    if (column !== undefined) {
      column[level] -= 1;
      if (LEVELS.every((each) => column[each] === 0)) this.#columns.delete(placed.column);
    }
  }

  #changed(row: Row): void {
    row.item = undefined;
    if (row.apps.size > 0) return this.#order.put(row.key, row);
    this.#rows.delete(row.key);
    this.#order.remove(row.key);
  }
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const worstOf = (counts: Readonly<Record<Level, number>>): number => LEVELS.findIndex((level) => counts[level] > 0);

function worstIn({ apps }: Row): number {
  let worst = LEVELS.length - 1;
  for (const { row } of apps.values()) worst = Math.min(worst, LEVELS.indexOf(row.level));
  return worst;
}

/** Groups stay together only within one level: what is broken comes first, wherever it belongs. */
const rankOf = (row: Row): Rank => [worstIn(row), row.group, row.title, row.key];

function itemOf(row: Row, column: Read): Item {
  const cells = new Map<string, string[]>();
  for (const one of [...row.apps.values()].sort((a, b) => compareRanks([a.key], [b.key]))) {
    const name = column(one);
    const cell = cells.get(name);
    if (cell === undefined) cells.set(name, [one.json]);
    else if (cell.length < MOST_IN_CELL) cell.push(one.json);
  }
  const written = [...cells].map(([name, apps]) => `${JSON.stringify(name)}:[${apps.join(',')}]`).join(',');
  const head: Omit<MatrixRow, 'cells'> = { key: row.key, title: row.title, group: row.group, level: LEVELS[worstIn(row)] ?? 'fine' };
  const json = `${JSON.stringify(head).slice(0, -1)},"cells":{${written}}}`;
  return { key: row.key, json, identity: json };
}
