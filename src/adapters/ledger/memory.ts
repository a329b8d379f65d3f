/** A ledger that lives as long as its process: for tests and rehearsals. */
import { changesWhatRuns, commitOf, joinRuns, matchesVersion, namespaceOfSubject } from '../../core/ledger/index.ts';
import type { EventQuery, Ledger, LedgerEvent, Scope } from '../../ports/index.ts';
import { formatCursor, parseCursor, pageSize } from './cursor.ts';

interface Stored {
  readonly seq: number;
  readonly event: LedgerEvent;
}

/** Keeps the newest `most` events (default 100,000). */
export function memoryLedger(options: { readonly most?: number } = {}): Ledger {
  const most = options.most ?? 100_000;
  const stored = new Map<string, Stored>();
  let seq = 0;
  const add = (event: LedgerEvent): void => {
    if (!stored.has(event.id)) stored.set(event.id, { seq: (seq += 1), event });
  };
  return {
    append: (added) => {
      added.forEach(add);
      for (const id of stored.keys()) {
        if (stored.size <= most) break;
        stored.delete(id);
      }
      return Promise.resolve();
    },
    find: (query) => Promise.resolve(page(stored, query)),
    stateAt: (at, scope) => Promise.resolve(stateAt(newestFirst(stored), at, scope)),
    runs: ({ name, version }, scope) => {
      const events = newestFirst(stored).toReversed();
      const found = events.flatMap(({ event }, index) =>
        !changesWhatRuns(event) || !inScope(event, scope)
          ? []
          : (event.versions ?? [])
              .filter((entry) => entry.name === name && (version === undefined || matchesVersion(entry.version, version)))
              .map((entry) => ({
                name,
                version: entry.version,
                subject: event.subject,
                environment: event.environment ?? '',
                from: event.at,
                ...untilOf(events.slice(index + 1), event),
              })),
      );
      return Promise.resolve(joinRuns(found));
    },
    forget: (before) => Promise.resolve(forget(stored, before)),
    close: () => Promise.resolve(),
  };
}

type All = Map<string, Stored>;

const newestFirst = (stored: All): readonly Stored[] => [...stored.values()].toSorted((a, b) => b.event.at - a.event.at || b.seq - a.seq);

function untilOf(later: readonly Stored[], { subject }: LedgerEvent): { readonly until?: number } {
  const next = later.find(({ event }) => event.subject === subject && changesWhatRuns(event));
  return next === undefined ? {} : { until: next.event.at };
}

const inScope = (event: LedgerEvent, { environment, namespaces }: Scope): boolean =>
  (environment === undefined || (event.environment ?? '') === environment) &&
  (namespaces === undefined || namespaces.includes(namespaceOfSubject(event.subject)));

function fits(event: LedgerEvent, query: EventQuery): boolean {
  const { subject, types, commit, object, since, until } = query;
  return (
    inScope(event, query) &&
    (subject === undefined || event.subject === subject) &&
    (types === undefined || types.includes(event.type)) &&
    (commit === undefined || commitOf(event)?.startsWith(commit) === true) &&
    (object === undefined || event.touched?.some((touched) => touched.object === object) === true) &&
    (since === undefined || event.at >= since) &&
    (until === undefined || event.at < until)
  );
}

function page(stored: All, query: EventQuery): { readonly events: readonly LedgerEvent[]; readonly next?: string } {
  const after = parseCursor(query.cursor);
  const limit = pageSize(query.limit);
  const found = newestFirst(stored).filter(
    ({ seq, event }) => (after === undefined || event.at < after.at || (event.at === after.at && seq < after.seq)) && fits(event, query),
  );
  const last = found[limit - 1];
  return {
    events: found.slice(0, limit).map(({ event }) => event),
    ...(found.length > limit && last !== undefined ? { next: formatCursor({ at: last.event.at, seq: last.seq }) } : {}),
  };
}

function stateAt(events: readonly Stored[], at: number, scope: Scope): readonly LedgerEvent[] {
  const newest = new Map<string, LedgerEvent>();
  for (const { event } of events)
    if (event.at <= at && changesWhatRuns(event) && !newest.has(event.subject)) newest.set(event.subject, event);
  return [...newest.values()]
    .filter((event) => event.type !== 'Deleted' && inScope(event, scope))
    .toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}

function forget(stored: All, before: number): number {
  const kept = new Set(stateAt(newestFirst(stored), before - 1, {}).map(({ id }) => id));
  const old = [...stored.values()].filter(({ event }) => event.at < before && !kept.has(event.id));
  for (const { event } of old) stored.delete(event.id);
  return old.length;
}
