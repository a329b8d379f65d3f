/**
 * Reads objects of one mirror through one long-lived `git cat-file`: requests are pipelined (15 µs a blob instead of 3 ms for a process each).
 * Requests name objects by id only, so nothing from outside ever reaches the pipe.
 */
import type { ChildProcess } from 'node:child_process';
import type { Clock, Timer } from '../../ports/index.ts';
import { gitError } from './errors.ts';
import { CatFileOutput, type GitObject } from './cat-file-output.ts';
import { killGroup, spawnGit, type GitProgram } from './program.ts';

/** The process ends after this long without work and starts again with the next request. */
const idleLife = 30_000;
/** Bytes asked for and not yet read. */
const mostInFlight = 64 * 1024 * 1024;
/** Small enough that the pipe is never filled by headers alone. */
const mostPerFlush = 4096;

/** The mirror is damaged or git cannot run: the caller's error, not the user's. */
export class ReaderFailed extends Error {}

export class ObjectReader {
  readonly #start: () => Session;
  readonly #clock: Clock;
  #session: Session | undefined;
  #idle: Timer | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(program: GitProgram, options: { readonly directory: string; readonly clock: Clock }) {
    this.#start = () => new Session(program, options.directory);
    this.#clock = options.clock;
  }

  /** Type and size of each object, in order; null for one that is not there. Also resolves expressions that this adapter itself made. */
  info(names: readonly string[]): Promise<readonly (GitObject | null)[]> {
    return this.#inTurn(async () => {
      const found: (GitObject | null)[] = [];
      for (let at = 0; at < names.length; at += mostPerFlush) found.push(...(await this.#ask('info', names.slice(at, at + mostPerFlush))));
      return found;
    });
  }

  /** Whole objects, in order. `sizes` (from `info`) keep what is in flight within bounds. */
  contents(names: readonly string[], sizes: readonly number[]): Promise<readonly (GitObject | null)[]> {
    return this.#inTurn(async () => {
      const found: (GitObject | null)[] = [];
      for (let at = 0; at < names.length;) {
        const end = endOfBatch(sizes, at, names.length);
        found.push(...(await this.#ask('contents', names.slice(at, end))));
        at = end;
      }
      return found;
    });
  }

  /** Ends the process, for example because the files under it were replaced. The next request starts another. */
  async stop(): Promise<void> {
    this.#idle?.cancel();
    const session = this.#session;
    this.#session = undefined;
    await session?.end();
  }

  /** One caller at a time: answers carry no name, only an order. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#idle?.cancel();
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => this.#rest(),
      () => this.#rest(),
    );
    return result;
  }

  #rest(): void {
    this.#idle?.cancel();
    this.#idle = this.#clock.after(idleLife, () => {
      this.#turn = this.#turn.then(() => this.stop());
    });
  }

  #ask(command: Command, names: readonly string[]): Promise<readonly (GitObject | null)[]> {
    if (names.length === 0) return Promise.resolve([]);
    if (this.#session === undefined || this.#session.over) this.#session = this.#start();
    return this.#session.ask(command, names);
  }
}

function endOfBatch(sizes: readonly number[], start: number, length: number): number {
  let [end, bytes] = [start + 1, sizes[start] ?? 0];
  while (end < length && end - start < mostPerFlush && bytes + (sizes[end] ?? 0) <= mostInFlight) bytes += sizes[end++] ?? 0;
  return end;
}

type Command = 'info' | 'contents';

/** One process and the requests it has not answered yet. */
class Session {
  readonly #child: ChildProcess;
  readonly #output: CatFileOutput;
  readonly #closed: Promise<void>;
  #batch:
    | {
        readonly found: (GitObject | null)[];
        readonly wanted: number;
        readonly resolve: () => void;
        readonly reject: (error: Error) => void;
      }
    | undefined;
  #stderr = '';
  over = false;

  constructor(program: GitProgram, directory: string) {
    this.#output = new CatFileOutput((object) => this.#found(object));
    this.#child = spawnGit(program, ['cat-file', '--batch-command', '--buffer'], { directory });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#output.push(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < 8192) this.#stderr += chunk.toString('utf8');
    });
    this.#closed = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#end(error.message);
        resolve();
      });
      this.#child.once('close', () => {
        this.#end(this.#stderr);
        resolve();
      });
    });
  }

  ask(command: Command, names: readonly string[]): Promise<readonly (GitObject | null)[]> {
    const found: (GitObject | null)[] = [];
    return new Promise((resolve, reject) => {
      this.#batch = { found, wanted: names.length, resolve: () => resolve(found), reject };
      this.#output.expect(command);
      this.#child.stdin?.write(`${names.map((name) => `${command} ${name}`).join('\n')}\nflush\n`);
    });
  }

  end(): Promise<void> {
    killGroup(this.#child);
    return this.#closed;
  }

  #found(object: GitObject | null): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    batch.found.push(object);
    if (batch.found.length < batch.wanted) return;
    this.#batch = undefined;
    batch.resolve();
  }

  #end(reason: string): void {
    this.over = true;
    this.#batch?.reject(new ReaderFailed(gitError(reason === '' ? 'git cat-file ended' : reason).message));
    this.#batch = undefined;
  }
}
