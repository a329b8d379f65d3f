/**
 * A few threads that render. Each works on several Apps: while one waits for facts the next one runs. A thread that runs out of time or memory is ended; the
 * App it was busy with is told, the others start over in a new one.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../../adapters/system/index.ts';
import type { BuildInput, Engine, Ran, RenderedObject } from '../../controllers/index.ts';
import type { Request } from '../../core/ask/index.ts';
import type { ChartLimits } from '../../core/chart/index.ts';
import { requestKey } from '../../core/ask/index.ts';
import { type Answer, type Answerer, checkRounds, traceOf } from '../../runtime/index.ts';
import { ok, type Result } from '../../std/index.ts';
import { type FromWorker, packAnswer, type ToWorker, type WorkerSettings } from './messages.ts';

export interface RenderLimits {
  /** Milliseconds one App may keep a thread busy without asking for anything. */
  readonly time: number;
  /** Megabytes a thread may use. */
  readonly memory: number;
  /** Threads at most. */
  readonly threads: number;
  /** What one render of a chart may spend before it fails where it is; absent: the defaults. */
  readonly chart?: ChartLimits;
}

const defaultLimits: RenderLimits = { time: 60_000, memory: 2048, threads: Math.min(4, Math.max(1, availableParallelism() - 1)) };

export interface RenderThreads extends Engine {
  close(): Promise<void>;
}

/** The first thread starts with the first render. */
export function renderThreads(limits: Partial<RenderLimits> = {}): RenderThreads {
  const pool = new Pool({ ...defaultLimits, ...limits });
  return { run: (input, answerer) => pool.run(input, answerer), close: () => pool.close() };
}

class Pool {
  #entry: URL | undefined;
  readonly #limits: RenderLimits;
  #threads: Thread[] = [];
  #closed = false;

  constructor(limits: RenderLimits) {
    this.#limits = limits;
  }

  async run<E>(input: BuildInput, answerer: Answerer<E>): Promise<Result<Ran, E>> {
    for (;;) {
      const job = new Job(input, answerer);
      const ended = await this.#thread().work(job);
      // Somebody else's render ended the thread.
      if (ended === 'lost' && !this.#closed) continue;
      if (ended === 'lost') throw new Error('rendering was stopped');
      return ended;
    }
  }

  /** The one with the least to do; a new one as long as all are busy and there may be more. */
  #thread(): Thread {
    const [least] = this.#threads.toSorted((a, b) => a.load - b.load);
    if (least !== undefined && (least.load === 0 || this.#threads.length >= this.#limits.threads)) return least;
    this.#entry ??= workerEntry('app/render/render.worker');
    const thread = new Thread(this.#entry, this.#limits, () => {
      this.#threads = this.#threads.filter((other) => other !== thread);
    });
    this.#threads.push(thread);
    return thread;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

/** One render from the controllers' side. */
class Job<E = unknown> {
  readonly input: BuildInput;
  readonly #answerer: Answerer<E>;
  readonly #facts = new Map<string, Answer>();
  readonly #asked: Request[] = [];
  #rounds = 0;
  readonly #objects: RenderedObject[] = [];
  #built: Extract<FromWorker, { kind: 'built' }> | undefined;

  constructor(input: BuildInput, answerer: Answerer<E>) {
    this.input = input;
    this.#answerer = answerer;
  }

  async answer(requests: readonly Request[]): Promise<Result<readonly Answer[], E>> {
    checkRounds(++this.#rounds);
    const answers = await this.#answerer.answer(requests);
    if (!answers.ok) return answers;
    for (const [index, request] of requests.entries()) {
      const answer = answers.value[index];
      if (answer !== undefined) this.#facts.set(requestKey(request), answer);
    }
    this.#asked.push(...requests);
    return answers;
  }

  built(message: Extract<FromWorker, { kind: 'built' }>): void {
    this.#built = message;
  }

  add(objects: readonly RenderedObject[]): void {
    this.#objects.push(...objects);
  }

  result(): Ran {
    const { kind: _kind, id: _id, used, ...rest } = this.#built ?? noResult;
    return { value: { ...rest, value: this.#objects }, trace: traceOf(used, this.#facts) };
  }

  /** What it is when a limit ended it: it depends on everything it had read. */
  ended(message: string): Ran {
    return { value: { value: [], problems: [{ code: 'RenderFailed', message }] }, trace: traceOf(this.#asked, this.#facts) };
  }
}

const noResult = { kind: 'built', id: 0, used: [], problems: [] } as const;

type Ended<E> = Result<Ran, E> | 'lost';

interface Running {
  readonly job: Job;
  readonly done: (ended: Ended<unknown>) => void;
  readonly threw: (error: Error) => void;
}

class Thread {
  readonly #worker: Worker;
  readonly #limits: RenderLimits;
  readonly #gone: () => void;
  readonly #running = new Map<number, Running>();
  #next = 1;
  /** The render it computes right now, as far as is known. */
  #busy: number | undefined;
  #watch: NodeJS.Timeout | undefined;
  #over = false;

  constructor(entry: URL, limits: RenderLimits, gone: () => void) {
    this.#limits = limits;
    this.#gone = gone;
    this.#worker = new Worker(entry, {
      name: 'render',
      execArgv: [],
      workerData: { chart: limits.chart } satisfies WorkerSettings,
      resourceLimits: { maxOldGenerationSizeMb: limits.memory },
    });
    this.#worker.unref();
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
    this.#worker.on('exit', () => this.#lose());
  }

  get load(): number {
    return this.#running.size;
  }

  work<E>(job: Job<E>): Promise<Ended<E>> {
    const id = this.#next++;
    return new Promise<Ended<E>>((resolve, reject) => {
      const done = resolve as (ended: Ended<unknown>) => void;
      this.#running.set(id, { job: job as Job, done, threw: reject });
      if (this.#over) this.#settle(id, 'lost');
      else this.#post({ kind: 'build', id, input: job.input });
    });
  }

  async end(): Promise<void> {
    this.#lose();
    await this.#worker.terminate();
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #settle(id: number, ended: Ended<unknown>): void {
    this.#running.get(id)?.done(ended);
    this.#running.delete(id);
  }

  #receive(message: FromWorker): void {
    const { id } = message;
    this.#idle();
    const running = this.#running.get(id);
    if (running === undefined) return;
    switch (message.kind) {
      case 'step':
        this.#busy = id;
        this.#watch = setTimeout(() => this.#overtime(id), this.#limits.time).unref();
        return;
      case 'need':
        void this.#answer(id, running, message.requests);
        return;
      case 'built':
        running.job.built(message);
        this.#post({ kind: 'more', id });
        return;
      case 'objects':
        running.job.add(message.objects);
        if (message.last) this.#settle(id, ok(running.job.result()));
        // The loop turns between two pieces.
        else setImmediate(() => this.#post({ kind: 'more', id }));
        return;
      case 'threw':
        running.threw(new Error(message.message));
        this.#running.delete(id);
    }
  }

  async #answer(id: number, { job, threw }: Running, requests: readonly Request[]): Promise<void> {
    try {
      const answers = await job.answer(requests);
      if (!answers.ok) {
        this.#post({ kind: 'forget', id });
        return this.#settle(id, answers);
      }
      const transfer: ArrayBuffer[] = [];
      this.#post({ kind: 'facts', id, requests, answers: answers.value.map((answer) => packAnswer(answer, transfer)) }, transfer);
    } catch (error) {
      this.#post({ kind: 'forget', id });
      this.#running.delete(id);
      threw(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #idle(): void {
    clearTimeout(this.#watch);
    this.#busy = undefined;
  }

  #overtime(id: number): void {
    this.#stop(id, `rendering takes longer than ${this.#limits.time / 1000} s and was ended`);
    void this.#worker.terminate();
  }

  #fail(error: NodeJS.ErrnoException): void {
    const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const message = memory
      ? `rendering needs more than ${this.#limits.memory} MB and was ended`
      : `the thread that renders failed: ${error.message}`;
    this.#stop(this.#busy, message);
  }

  /** This render is to blame; it is not tried again before something it read changes. */
  #stop(id: number | undefined, message: string): void {
    const running = id === undefined ? undefined : this.#running.get(id);
    if (id !== undefined && running !== undefined) this.#settle(id, ok(running.job.ended(message)));
    // Nobody is known to be to blame: everybody is told, or a thread that cannot even start would be started for ever.
    else for (const [other, { job }] of this.#running) this.#settle(other, ok(job.ended(message)));
    this.#lose();
  }

  #lose(): void {
    if (this.#over) return;
    this.#over = true;
    this.#idle();
    this.#gone();
    for (const id of this.#running.keys()) this.#settle(id, 'lost');
  }
}
