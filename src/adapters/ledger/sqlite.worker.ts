/** The thread that owns the SQLite file: WebAssembly computes and flushes here, so that the controllers never wait for a disk. */
import { parentPort, workerData } from 'node:worker_threads';
import sqlite from 'node-sqlite3-wasm';
import type { Reply, Request } from './sqlite-thread.ts';

/**
 * The folder has one owner, so the file stays locked: locking anew for every group would cost ten times the writing. It has to be a write-ahead log: what
 * a killed process left of a rollback journal is never played back by this library, because it takes its own lock for that of a living writer. Nobody
 * else reads the file, so every 1,000 pages the log is emptied into it; the limit is for what one large transaction leaves.
 */
const PRAGMAS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA cache_size = -32768;
  PRAGMA temp_store = MEMORY;
`;

const { file } = workerData as { readonly file: string };
const port = parentPort;
const send = (reply: Reply): void => port?.postMessage(reply);

function open(): sqlite.Database | undefined {
  try {
    const database = new sqlite.Database(file);
    database.exec(PRAGMAS);
    // The first read tells whether the file is a database at all.
    database.all('SELECT count(*) FROM sqlite_master');
    send({ id: 0, rows: [] });
    return database;
  } catch (error) {
    send({ id: 0, error: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** Kysely writes the same few statements again and again. */
const mostPrepared = 100;
const prepared = new Map<string, ReturnType<sqlite.Database['prepare']>>();

function statementOf(database: sqlite.Database, sql: string): ReturnType<sqlite.Database['prepare']> {
  const known = prepared.get(sql);
  if (known !== undefined) return known;
  const [oldest] = prepared.keys();
  if (prepared.size >= mostPrepared && oldest !== undefined) {
    prepared.get(oldest)?.finalize();
    prepared.delete(oldest);
  }
  const statement = database.prepare(sql);
  prepared.set(sql, statement);
  return statement;
}

function answer(database: sqlite.Database, { id, sql, parameters }: Request): void {
  try {
    if (sql === 'close') {
      for (const statement of prepared.values()) statement.finalize();
      database.close();
      send({ id, rows: [] });
      port?.close();
      return;
    }
    send({ id, rows: statementOf(database, sql).all(parameters as never) as Reply['rows'] });
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

// Without a listener the thread ends by itself.
const database = open();
if (database !== undefined) port?.on('message', (request: Request) => answer(database, request));
