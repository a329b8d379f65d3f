/** Two moments side by side, from the ledger: what of every App was applied last before each. */
import type { Comparison, QueryOf } from '../../api/http/index.ts';
import type { Ledger, LedgerEvent } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';
import { LOOKED_AT } from './timeline.ts';

type Side = Comparison['apps'][number]['from'];

export async function compare(
  ledger: Ledger,
  query: QueryOf<'compare'>,
  { visible, now }: { readonly visible: Visible; readonly now: number },
): Promise<Result<Comparison, Refused>> {
  const [from, to] = [Date.parse(query.from), query.to === undefined ? now : Date.parse(query.to)];
  if (from > to) return err(badInput({ field: 'from', message: 'lies after to' }));
  const events = await ledger.recent({ ...(query.app === undefined ? {} : { subject: query.app }), limit: LOOKED_AT });
  const seen = events.filter(({ subject }) => visible(subject.slice(0, subject.indexOf('/'))));
  const [before, after] = [stateAt(seen, from), stateAt(seen, to)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const apps = keys.flatMap((key) => {
    const [left, right] = [sideOf(before.get(key), from), sideOf(after.get(key), to)];
    const change = left.revision === '' ? ('added' as const) : left.revision === right.revision ? ('same' as const) : ('changed' as const);
    return change === 'same' && query.app === undefined ? [] : [{ key, change, from: left, to: right }];
  });
  const cut = events.length >= LOOKED_AT ? `The ledger holds more than the newest ${LOOKED_AT} events that were looked at. ` : '';
  return ok({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    apps: apps.slice(0, 2000),
    images: [],
    objects: [],
    incomplete: `${cut}Versions are compared; images and objects of the past are not kept here: compare the two revisions in Git.`,
    total: apps.length,
  });
}

/** Newest first in, so the first one found counts. */
function stateAt(events: readonly LedgerEvent[], at: number): ReadonlyMap<string, LedgerEvent> {
  const state = new Map<string, LedgerEvent>();
  for (const event of events) if (event.type === 'Applied' && event.at <= at && !state.has(event.subject)) state.set(event.subject, event);
  return state;
}

const sideOf = (event: LedgerEvent | undefined, at: number): Side => ({
  at: new Date(event?.at ?? at).toISOString(),
  revision: event?.revision ?? '',
  digest: '',
  health: '',
});
