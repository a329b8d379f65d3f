/** The ledger over SQL: one set of queries for SQLite and PostgreSQL. Which database it is, only its opening knows. */
import { type SelectQueryBuilder, sql } from 'kysely';
import {
  changesWhatRuns,
  commitOf,
  joinRuns,
  matchesVersion,
  namespaceOfSubject,
  type NameVersion,
  type Run,
} from '../../core/ledger/index.ts';
import type { EventPage, EventQuery, Ledger, LedgerEvent, Scope } from '../../ports/index.ts';
import { formatCursor, pageSize, parseCursor } from './cursor.ts';
import { GroupCommit } from './group-commit.ts';
import type { Database, Tables } from './tables.ts';

/** Rows of one statement: below every database's limit of parameters. */
const chunk = 500;
/** Runs of one answer. */
const mostRuns = 10_000;
/** Dropped in one transaction, so that nobody waits long. */
const forgetChunk = 5000;

export class SqlLedger implements Ledger {
  readonly #db: Database;
  readonly #close: () => Promise<void>;
  readonly #group: GroupCommit<LedgerEvent>;
  #closed = false;

  constructor(db: Database, close: () => Promise<void>) {
    this.#db = db;
    this.#close = close;
    this.#group = new GroupCommit((events) => this.#write(events), chunk);
  }

  append(events: readonly LedgerEvent[]): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the ledger is closed'));
    return events.length === 0 ? Promise.resolve() : this.#group.add(events);
  }

  /** All of a group or nothing of it. Rows of the other tables are written only for events that were not there before. */
  async #write(events: readonly LedgerEvent[]): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const fresh = await db
        .insertInto('events')
        .values(events.map(rowOf))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning(['seq', 'id'])
        .execute();
      const seqs = new Map(fresh.map(({ seq, id }) => [id, Number(seq)]));
      const { changes, versions, touched } = indexRows(events, seqs);
      for (const values of chunks(changes)) {
        await db.insertInto('changes').values(values).execute();
        const subjects = [...new Set(values.map(({ subject }) => subject))].map((subject) => ({ subject }));
        await db
          .insertInto('subjects')
          .values(subjects)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      for (const values of chunks(versions)) await db.insertInto('versions').values(values).execute();
      for (const values of chunks(touched)) await db.insertInto('touched').values(values).execute();
    });
  }

  async find(query: EventQuery): Promise<EventPage> {
    const limit = pageSize(query.limit);
    const after = parseCursor(query.cursor);
    if (limit === 0) return { events: [] };
    await this.#group.settled();
    const { object } = query;
    let found = matching(this.#db.selectFrom('events').select(['events.seq', 'events.at', 'events.body']), query);
    if (object !== undefined)
      found = found.where('events.seq', 'in', (db) => db.selectFrom('touched').select('touched.seq').where('object', '=', plain(object)));
    if (after !== undefined) found = found.where(sql<boolean>`(events.at, events.seq) < (${after.at}, ${after.seq})`);
    const rows = await found
      .orderBy('events.at', 'desc')
      .orderBy('events.seq', 'desc')
      .limit(limit + 1)
      .execute();
    const last = rows[limit - 1];
    return {
      events: rows.slice(0, limit).map(eventOf),
      ...(rows.length > limit && last !== undefined ? { next: formatCursor({ at: Number(last.at), seq: Number(last.seq) }) } : {}),
    };
  }

  async stateAt(at: number, scope: Scope): Promise<readonly LedgerEvent[]> {
    await this.#group.settled();
    const rows = await inScope(this.#newestChanges(at).select('events.body'), scope).orderBy('events.subject').execute();
    return rows.map(eventOf).filter(({ type }) => type !== 'Deleted');
  }

  /** Per subject the newest change until `at`: one look into an index for each, however long the history is. */
  #newestChanges(at: number): SelectQueryBuilder<Tables & { readonly s: Tables['subjects'] }, 's' | 'events', object> {
    return this.#db
      .selectFrom('subjects as s')
      .innerJoin('events', (join) =>
        join.on('events.seq', '=', (db) =>
          db
            .selectFrom('changes')
            .select('changes.seq')
            .whereRef('changes.subject', '=', 's.subject')
            .where('changes.at', '<=', at)
            .orderBy('changes.at', 'desc')
            .orderBy('changes.seq', 'desc')
            .limit(1),
        ),
      );
  }

  async runs({ name, version }: NameVersion, scope: Scope): Promise<readonly Run[]> {
    await this.#group.settled();
    const rows = await inScope(
      this.#db
        .selectFrom('versions')
        .innerJoin('events', 'events.seq', 'versions.seq')
        .select(['versions.version', 'versions.at', 'events.subject', 'events.environment'])
        .select((db) =>
          db
            .selectFrom('changes')
            .select('changes.at')
            .whereRef('changes.subject', '=', 'events.subject')
            .where(sql<boolean>`(changes.at, changes.seq) > (versions.at, versions.seq)`)
            .orderBy('changes.at')
            .orderBy('changes.seq')
            .limit(1)
            .as('until'),
        )
        .where('versions.name', '=', plain(name)),
      scope,
    )
      .$if(version !== undefined, (found) =>
        found.where('versions.version', '>=', version ?? '').where('versions.version', '<', `${version ?? ''}\u{10ffff}`),
      )
      .orderBy('versions.at', 'desc')
      .limit(mostRuns)
      .execute();
    const found = rows.filter((row) => version === undefined || matchesVersion(row.version, version));
    return joinRuns(
      found.map((row) => ({
        name,
        version: row.version,
        subject: row.subject,
        environment: row.environment,
        from: Number(row.at),
        ...(row.until === null ? {} : { until: Number(row.until) }),
      })),
    );
  }

  async forget(before: number): Promise<number> {
    await this.#group.settled();
    const kept = (
      await this.#newestChanges(before - 1)
        .select('events.seq')
        .where('events.type', '!=', 'Deleted')
        .execute()
    ).map(({ seq }) => Number(seq));
    await this.#db.updateTable('horizon').set({ at: before }).where('at', '<', before).execute();
    let dropped = 0;
    let from = 0;
    for (;;) {
      const seqs = await this.#oldest(before, from);
      if (seqs.length === 0) return dropped;
      from = seqs.at(-1) ?? from;
      dropped += await this.#drop(seqs.filter((seq) => !kept.includes(seq)));
    }
  }

  async #oldest(before: number, from: number): Promise<readonly number[]> {
    const rows = await this.#db
      .selectFrom('events')
      .select('seq')
      .where('at', '<', before)
      .where('seq', '>', from)
      .orderBy('seq')
      .limit(forgetChunk)
      .execute();
    return rows.map(({ seq }) => Number(seq));
  }

  async #drop(seqs: readonly number[]): Promise<number> {
    if (seqs.length === 0) return 0;
    await this.#db.transaction().execute(async (db) => {
      for (const table of ['versions', 'touched', 'changes', 'events'] as const)
        await db.deleteFrom(table).where('seq', 'in', seqs).execute();
    });
    return seqs.length;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#group.settled();
    await this.#close();
  }
}

type EventRow = Omit<Tables['events'], 'seq'>;

const rowOf = (event: LedgerEvent): EventRow => ({
  id: plain(event.id),
  at: event.at,
  type: plain(event.type),
  namespace: plain(namespaceOfSubject(event.subject)),
  subject: plain(event.subject),
  environment: plain(event.environment ?? ''),
  commit_id: commitOf(event) ?? null,
  body: JSON.stringify(event),
});

/** What a database can hold as text; the event itself is in `body`, unharmed. */
const plain = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '\u{fffd}');

const eventOf = ({ body }: { readonly body: string }): LedgerEvent => JSON.parse(body) as LedgerEvent;

type Built<O> = SelectQueryBuilder<Tables, 'events', O>;

function matching<O>(from: Built<O>, query: EventQuery): Built<O> {
  const { subject, types, commit, since, until } = query;
  let found = inScope(from, query);
  if (subject !== undefined) found = found.where('events.subject', '=', plain(subject));
  if (types !== undefined) found = found.where('events.type', 'in', types.length === 0 ? [''] : types.map(plain));
  if (commit !== undefined) found = found.where('events.commit_id', '>=', commit).where('events.commit_id', '<', `${commit}g`);
  if (since !== undefined) found = found.where('events.at', '>=', since);
  if (until !== undefined) found = found.where('events.at', '<', until);
  return found;
}

function inScope<DB extends Pick<Tables, 'events'>, TB extends keyof DB, O>(
  from: SelectQueryBuilder<DB, TB | 'events', O>,
  { environment, namespaces }: Scope,
): SelectQueryBuilder<DB, TB | 'events', O> {
  let found = from;
  if (environment !== undefined) found = found.where(sql<boolean>`events.environment = ${plain(environment)}`);
  if (namespaces !== undefined)
    found = found.where(sql<boolean>`events.namespace in (${sql.join(namespaces.length === 0 ? [''] : namespaces.map(plain))})`);
  return found;
}

interface IndexRows {
  readonly changes: readonly Tables['changes'][];
  readonly versions: readonly Tables['versions'][];
  readonly touched: readonly Tables['touched'][];
}

function indexRows(events: readonly LedgerEvent[], seqs: ReadonlyMap<string, number>): IndexRows {
  const changes: Tables['changes'][] = [];
  const versions: Tables['versions'][] = [];
  const touched: Tables['touched'][] = [];
  const seen = new Set<string>();
  for (const event of events) {
    const seq = seqs.get(plain(event.id));
    if (seq === undefined || seen.has(event.id)) continue;
    seen.add(event.id);
    const { at } = event;
    if (changesWhatRuns(event)) {
      changes.push({ subject: plain(event.subject), at, seq });
      for (const { name, version } of unique(event.versions ?? [], ({ name, version }) => `${name}\0${version}`))
        versions.push({ name: plain(name), version: plain(version), at, seq });
    }
    for (const object of new Set((event.touched ?? []).map((each) => each.object))) touched.push({ object: plain(object), at, seq });
  }
  return { changes, versions, touched };
}

const unique = <T>(items: readonly T[], key: (item: T) => string): Iterable<T> => new Map(items.map((item) => [key(item), item])).values();

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let index = 0; index < items.length; index += chunk) yield items.slice(index, index + chunk);
}
