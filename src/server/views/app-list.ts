/** A page of Apps: one walk over an order that is kept, over rows that are written already. */
import type { AppPage, QueryOf } from '../../api/http/index.ts';
import { ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import type { Refused } from '../http/refused.ts';
import type { AppIndex, IndexedApp } from './app-index.ts';
import { compileFilters } from './filter.ts';
import { noCounts, PAGE_BYTES, readCursor, writeCursor } from './page.ts';
import type { View } from './view.ts';

export function appList(index: AppIndex, query: QueryOf<'apps'>, visible: Visible): Result<View<AppPage>, Refused> {
  const matches = compileFilters(query);
  if (!matches.ok) return matches;
  const cursor = readCursor(query.cursor);
  if (!cursor.ok) return cursor;
  const order = index.order(query.sort);
  const all = order.list();
  const start = cursor.value === undefined ? 0 : order.after(cursor.value);
  const counts = noCounts();
  const items: IndexedApp[] = [];
  let [total, bytes, more] = [0, 0, false];
  // By place: this walks every App for every page, and an iterator costs more than the rest of it.
  for (let place = 0; place < all.length; place += 1) {
    const one = all[place] as IndexedApp;
    if (!visible(one.row.namespace) || !matches.value(one)) continue;
    total += 1;
    counts[one.row.level] += 1;
    if (place < start || more) continue;
    if (items.length >= query.limit || bytes + one.json.length > PAGE_BYTES) more = true;
    else {
      items.push(one);
      bytes += one.json.length + 1;
    }
  }
  const last = items.at(-1);
  const meta = {
    version: String(index.version),
    counts,
    total,
    ...(more && last !== undefined ? { next: writeCursor(order.rank(last)) } : {}),
  };
  return ok({ items: items.map(({ key, json, row }) => ({ key, json, identity: row })), meta });
}
