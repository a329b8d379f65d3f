/**
 * The ledger's tables, the same in SQLite and PostgreSQL. `events` holds each event whole in `body` (JSON, because neither database stores every text)
 * and, beside it, what is asked for. The others are indexes that no column can be: what changed the running set, versions, written objects.
 */
import { type Generated, type Kysely, sql } from 'kysely';

export interface Tables {
  readonly events: {
    readonly seq: Generated<number>;
    readonly id: string;
    readonly at: number;
    readonly type: string;
    readonly namespace: string;
    readonly subject: string;
    readonly environment: string;
    readonly commit_id: string | null;
    readonly body: string;
  };
  /** Every subject whose running set ever changed. */
  readonly subjects: { readonly subject: string };
  /** Events after which other versions run. */
  readonly changes: { readonly subject: string; readonly at: number; readonly seq: number };
  readonly versions: { readonly name: string; readonly version: string; readonly at: number; readonly seq: number };
  readonly touched: { readonly object: string; readonly at: number; readonly seq: number };
  /** One row: what is older may be dropped. */
  readonly horizon: { readonly id: number; readonly at: number };
}

export type Database = Kysely<Tables>;

const INDEXES: readonly (readonly [name: string, table: keyof Tables, columns: readonly string[]])[] = [
  ['events_by_time', 'events', ['at', 'seq']],
  ['events_by_subject', 'events', ['subject', 'at', 'seq']],
  ['events_by_type', 'events', ['type', 'at', 'seq']],
  ['events_by_environment', 'events', ['environment', 'at', 'seq']],
  ['events_by_environment_and_type', 'events', ['environment', 'type', 'at', 'seq']],
  ['events_by_namespace', 'events', ['namespace', 'at', 'seq']],
  ['events_by_commit', 'events', ['commit_id', 'at', 'seq']],
  ['changes_by_subject', 'changes', ['subject', 'at', 'seq']],
  ['versions_by_name', 'versions', ['name', 'at', 'seq']],
  ['touched_by_object', 'touched', ['object', 'at', 'seq']],
];

/** Bytes compare as in the other database: PostgreSQL's own order of texts depends on the machine. */
const collated = { sqlite: 'text', postgres: 'text collate "C"' } as const;

/** Creates what is missing. Running it again changes nothing. */
export async function createTables(db: Database, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = sql.raw(collated[dialect]);
  const big = sql.raw(dialect === 'sqlite' ? 'integer' : 'bigint');
  const seq = sql.raw(dialect === 'sqlite' ? 'integer primary key autoincrement' : 'bigint generated always as identity primary key');
  await sql`create table if not exists events (seq ${seq}, id ${text} not null unique, at ${big} not null, type ${text} not null,
    namespace ${text} not null, subject ${text} not null, environment ${text} not null, commit_id ${text}, body text not null)`.execute(db);
  await sql`create table if not exists subjects (subject ${text} primary key)`.execute(db);
  await sql`create table if not exists changes (subject ${text} not null, at ${big} not null, seq ${big} not null)`.execute(db);
  await sql`create table if not exists versions (name ${text} not null, version ${text} not null, at ${big} not null, seq ${big} not null)`.execute(
    db,
  );
  await sql`create table if not exists touched (object ${text} not null, at ${big} not null, seq ${big} not null)`.execute(db);
  await sql`create table if not exists horizon (id integer primary key, at ${big} not null)`.execute(db);
  await sql`insert into horizon (id, at) values (1, 0) on conflict (id) do nothing`.execute(db);
  for (const [name, table, columns] of INDEXES)
    await db.schema
      .createIndex(name)
      .ifNotExists()
      .on(table)
      .columns([...columns])
      .execute();
  await (dialect === 'sqlite' ? guardSqlite(db) : guardPostgres(db));
}

const refusal = 'the ledger is append-only';

/** Nothing is changed, and nothing younger than the horizon is dropped: the database refuses it, whoever asks. */
async function guardSqlite(db: Database): Promise<void> {
  await sql`create trigger if not exists events_are_not_changed before update on events
    begin select raise(abort, ${sql.lit(refusal)}); end`.execute(db);
  await sql`create trigger if not exists events_are_not_deleted before delete on events when old.at >= (select at from horizon)
    begin select raise(abort, ${sql.lit(refusal)}); end`.execute(db);
}

async function guardPostgres(db: Database): Promise<void> {
  await sql`create or replace function lockstep_ledger_guard() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.at < (select at from horizon) then return old; end if;
      raise exception ${sql.lit(refusal)};
    end $$`.execute(db);
  await sql`create or replace trigger events_are_append_only before update or delete on events
    for each row execute function lockstep_ledger_guard()`.execute(db);
}
