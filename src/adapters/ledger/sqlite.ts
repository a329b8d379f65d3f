/**
 * The ledger in one SQLite file, through WebAssembly: nothing to install. Events are written in groups, because what costs is the flush to disk and
 * not the row; `append` resolves when its group is on disk.
 */
import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type { Clock, Ledger, LedgerEvent, Timer } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { takeOwnership, type Ownership } from '../system/index.ts';

export interface LedgerError {
  readonly code: 'InUse' | 'Unreadable';
  readonly message: string;
}

/** Milliseconds an event may wait for company, and how much company is enough. */
const longestWait = 25;
const largestGroup = 500;

/**
 * Nothing in the ledger is ever changed; the file refuses to. The folder has one owner, so the file stays locked: locking anew for every group
 * would cost ten times the writing. `body` is JSON because the library ends texts at a NUL. */
const schema = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision TEXT,
    actor TEXT,
    body TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS events_by_subject ON events (subject, seq);
  CREATE TRIGGER IF NOT EXISTS events_are_not_changed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS events_are_not_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
`;

const insert = 'INSERT OR IGNORE INTO events (id, at, type, subject, revision, actor, body) VALUES (?, ?, ?, ?, ?, ?, ?)';
const columns = 'id, at, type, subject, revision, actor, body';

/** Opens the ledger `file`, whose folder this process then owns. */
export async function sqliteLedger(options: { readonly file: string; readonly clock: Clock }): Promise<Result<Ledger, LedgerError>> {
  const file = resolve(options.file);
  try {
    const owned = await takeOwnership(dirname(file));
    if (!owned.ok) return err({ code: 'InUse', message: `the ledger cannot be opened: ${owned.error.message}` });
    try {
      // The library locks by a folder that outlives a killed process; whoever owns the data folder may remove it.
      await rm(`${file}.lock`, { recursive: true, force: true });
      const database = new sqlite.Database(file);
      database.exec(schema);
      return ok(new SqliteLedger(database, owned.value, options.clock));
    } catch (error) {
      await owned.value.release();
      throw error;
    }
  } catch (error) {
    return err({ code: 'Unreadable', message: `the ledger ${file} cannot be opened: ${(error as Error).message}` });
  }
}

interface Group {
  readonly events: LedgerEvent[];
  readonly settle: ((error?: Error) => void)[];
}

class SqliteLedger implements Ledger {
  readonly #database: sqlite.Database;
  readonly #ownership: Ownership;
  readonly #clock: Clock;
  #group: Group = { events: [], settle: [] };
  #timer: Timer | undefined;

  constructor(database: sqlite.Database, ownership: Ownership, clock: Clock) {
    this.#database = database;
    this.#ownership = ownership;
    this.#clock = clock;
  }

  append(events: readonly LedgerEvent[]): Promise<void> {
    if (!this.#database.isOpen) return Promise.reject(new Error('the ledger is closed'));
    if (events.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#group.events.push(...events);
      this.#group.settle.push((error) => (error === undefined ? done() : failed(error)));
      if (this.#group.events.length >= largestGroup) this.#flush();
      else this.#timer ??= this.#clock.after(longestWait, () => this.#flush());
    });
  }

  recent({ subject, limit }: { readonly subject?: string; readonly limit: number }): Promise<readonly LedgerEvent[]> {
    this.#flush();
    const most = Math.max(0, Math.trunc(limit));
    const rows =
      subject === undefined
        ? this.#database.all(`SELECT ${columns} FROM events ORDER BY seq DESC LIMIT ?`, [most])
        : this.#database.all(`SELECT ${columns} FROM events WHERE subject = ? ORDER BY seq DESC LIMIT ?`, [subject, most]);
    return Promise.resolve(rows.map((row) => eventOf(row as Row)));
  }

  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    this.#flush();
    this.#database.close();
    await this.#ownership.release();
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const group = this.#group;
    if (group.events.length === 0) return;
    this.#group = { events: [], settle: [] };
    const error = this.#write(group.events);
    for (const settle of group.settle) settle(error);
  }

  /** All of a group or nothing of it. */
  #write(events: readonly LedgerEvent[]): Error | undefined {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const statement = this.#database.prepare(insert);
      try {
        for (const event of events) statement.run(valuesOf(event));
      } finally {
        statement.finalize();
      }
      this.#database.exec('COMMIT');
      return undefined;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

const valuesOf = (event: LedgerEvent): (string | number | null)[] => [
  event.id,
  event.at,
  event.type,
  event.subject,
  event.revision ?? null,
  event.actor ?? null,
  JSON.stringify({ message: event.message, details: event.details }),
];

type Row = Readonly<Record<'id' | 'type' | 'subject' | 'body', string>> &
  Readonly<Record<'revision' | 'actor', string | null>> & { readonly at: number | bigint };

const eventOf = (row: Row): LedgerEvent => ({
  id: row.id,
  at: Number(row.at),
  type: row.type,
  subject: row.subject,
  ...(row.revision !== null && { revision: row.revision }),
  ...(row.actor !== null && { actor: row.actor }),
  ...(JSON.parse(row.body) as Pick<LedgerEvent, 'message' | 'details'>),
});
