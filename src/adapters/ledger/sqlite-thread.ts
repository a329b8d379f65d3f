/** The other side of `sqlite.worker.ts`: statements go in, rows come out, in order. */
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../system/index.ts';

export interface Request {
  readonly id: number;
  /** A statement, or `close`. */
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface Reply {
  /** 0: the file is open, or cannot be. */
  readonly id: number;
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: string;
}

export class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { readonly done: (rows: NonNullable<Reply['rows']>) => void; readonly failed: (error: Error) => void }
  >();
  #next = 0;
  #gone: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', ({ id, rows = [], error }: Reply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.done(rows);
      else waiting?.failed(new Error(error));
    });
    const end = (error: Error): void => {
      this.#gone ??= error;
      for (const { failed } of this.#waiting.values()) failed(error);
      this.#waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', () => end(new Error('the thread of the ledger has ended')));
  }

  /** Rejects when the file cannot be opened. */
  static async open(file: string): Promise<SqliteThread> {
    const thread = new SqliteThread(new Worker(workerEntry('adapters/ledger/sqlite.worker'), { workerData: { file }, execArgv: [] }));
    await new Promise((done, failed) => thread.#waiting.set(0, { done, failed }));
    // Only now: a process with nothing else to do would end before the file is open.
    thread.#worker.unref();
    return thread;
  }

  run(sql: string, parameters: readonly unknown[]): Promise<NonNullable<Reply['rows']>> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    return new Promise((done, failed) => {
      const id = (this.#next += 1);
      // The process stays alive while somebody waits for an answer.
      this.#worker.ref();
      const settle = (): void => {
        if (this.#waiting.size === 0) this.#worker.unref();
      };
      this.#waiting.set(id, {
        done: (rows) => {
          settle();
          done(rows);
        },
        failed: (error) => {
          settle();
          failed(error);
        },
      });
      this.#worker.postMessage({ id, sql, parameters } satisfies Request);
    });
  }

  async close(): Promise<void> {
    await this.run('close', []);
    await this.#worker.terminate();
  }
}
