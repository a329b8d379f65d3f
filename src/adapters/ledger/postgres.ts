/** The ledger in PostgreSQL, for more than one replica (S25). */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Ledger } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { LedgerError } from './errors.ts';
import { SqlLedger } from './sql-ledger.ts';
import { createTables, type Tables } from './tables.ts';

/** Replicas that start together create the tables one after the other. Any number that nobody else uses. */
const lockOfTables = 7_062_401;

/** Connects to `url` (`postgres://user:password@host/database`) and creates what is missing. Messages never hold the password. */
export async function postgresLedger(options: { readonly url: string }): Promise<Result<Ledger, LedgerError>> {
  const pool = new pg.Pool({ connectionString: options.url, max: 4, connectionTimeoutMillis: 10_000, application_name: 'lockstep' });
  // A connection that breaks while idle is replaced at the next query, which reports what is wrong.
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await db.transaction().execute(async (alone) => {
      await sql`select pg_advisory_xact_lock(${lockOfTables})`.execute(alone);
      await createTables(alone, 'postgres');
    });
    return ok(new SqlLedger(db, () => db.destroy()));
  } catch (error) {
    await db.destroy().catch(() => undefined);
    return err({ code: 'Unreadable', message: `the ledger ${withoutPassword(options.url)} cannot be opened: ${reasonOf(error)}` });
  }
}

const reasonOf = (error: unknown): string => {
  const { message, code } = error as { readonly message?: string; readonly code?: string };
  return message !== undefined && message !== '' ? message : (code ?? String(error));
};

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'URL';
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
