/** The ledger in one SQLite file, through WebAssembly in a thread of its own: nothing to install. */
import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Ledger } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { type Ownership, takeOwnership } from '../system/index.ts';
import type { LedgerError } from './errors.ts';
import { SqliteThread } from './sqlite-thread.ts';
import { SqlLedger } from './sql-ledger.ts';
import { createTables, type Tables } from './tables.ts';

/** Opens the ledger `file`, whose folder this process then owns. */
export async function sqliteLedger(options: { readonly file: string }): Promise<Result<Ledger, LedgerError>> {
  const file = resolve(options.file);
  try {
    const owned = await takeOwnership(dirname(file));
    if (!owned.ok) return err({ code: 'InUse', message: `the ledger cannot be opened: ${owned.error.message}` });
    try {
      return ok(await open(file, owned.value));
    } catch (error) {
      await owned.value.release();
      throw error;
    }
  } catch (error) {
    return err({ code: 'Unreadable', message: `the ledger ${file} cannot be opened: ${(error as Error).message}` });
  }
}

async function open(file: string, owned: Ownership): Promise<Ledger> {
  // The library locks by a folder that outlives a killed process; whoever owns the data folder may remove it.
  await rm(`${file}.lock`, { recursive: true, force: true });
  const thread = await SqliteThread.open(file);
  const db = new Kysely<Tables>({ dialect: dialectOf(thread) });
  try {
    await db.transaction().execute((alone) => createTables(alone, 'sqlite'));
  } catch (error) {
    await thread.close();
    throw error;
  }
  return new SqlLedger(db, async () => {
    await db.destroy();
    await owned.release();
  });
}

const dialectOf = (thread: SqliteThread): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new ThreadDriver(thread),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/** One connection, one user of it at a time: a transaction is several messages. */
class ThreadDriver implements Driver {
  readonly #thread: SqliteThread;
  readonly #connection: DatabaseConnection;
  #last: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => ({
        rows: (await thread.run(sql, parameters)) as R[],
      }),
      // Answers are bounded by a limit; nothing is worth streaming.
      streamQuery: () => {
        throw new Error('the ledger does not stream');
      },
    };
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    let release = (): void => undefined;
    this.#last = new Promise((done) => (release = done));
    await before;
    this.#release = release;
    return this.#connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  releaseConnection(): Promise<void> {
    this.#release();
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return this.#thread.close();
  }
}
