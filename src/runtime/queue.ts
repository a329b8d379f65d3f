/**
 * The work queue under every controller: a key waits once, runs never twice at the same time, comes back with growing delays when it fails, and
 * holds no worker while it waits for something.
 */
import type { Clock, Log, Metrics, Random } from '../ports/index.ts';
import { backoffDelay, type BackoffOptions } from './backoff.ts';
import { Delays } from './delays.ts';
import type { Outcome } from './outcome.ts';
import { ReadyLine } from './ready.ts';

export interface QueueOptions {
  /** For metrics and logs. */
  readonly name: string;
  /** Works on one key. A rejection is a bug or an unforeseen failure: it is logged and tried again like `Retry`. */
  readonly handle: (key: string, signal: AbortSignal) => Promise<Outcome>;
  /** Keys at the same time. Default 4. */
  readonly concurrency?: number;
  /** Keys of one bucket share fairly with those of others. Default: one bucket for all. */
  readonly bucketOf?: (key: string) => string;
  /** Keys of one bucket at the same time. Default: no limit of its own. */
  readonly mostPerBucket?: number;
  /** Default: from 500 ms to 5 minutes. */
  readonly backoff?: BackoffOptions;
  /** Nothing runs before `begin`: what comes first is decided once everything is there. Default: keys run as they come. */
  readonly held?: boolean;
}

export interface QueuePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface WorkQueue {
  /** Ends the time in which a queue that is `held` only collects. */
  begin(): void;
  /** Runs `key` as soon as its turn comes; while it runs, once more afterwards. Higher priorities first (default 0). */
  add(key: string, options?: { readonly priority?: number }): void;
  /** Runs `key` after `ms` milliseconds; an earlier moment already set stands. */
  addAfter(key: string, ms: number): void;
  /** Adds every key that waits on `topic`, including those that are just about to. */
  wake(topic: string): void;
  /** Forgets a key: it no longer waits, and its failures are forgotten. One that runs finishes. */
  forget(key: string): void;
  /** Keys that could run, run, or come later. */
  size(): { readonly ready: number; readonly running: number; readonly delayed: number; readonly waiting: number };
  /** Takes no more work, aborts the signal of what runs, and resolves when the last one finished. */
  stop(): Promise<void>;
}

interface Running {
  again: number | undefined;
  readonly woken: Set<string>;
}

const defaultBackoff: BackoffOptions = { base: 500, most: 300_000 };

export const createWorkQueue = (options: QueueOptions, ports: QueuePorts): WorkQueue => new Queue(options, ports);

class Queue implements WorkQueue {
  readonly #options: QueueOptions;
  readonly #ports: QueuePorts;
  readonly #ready: ReadyLine;
  readonly #delays: Delays;
  readonly #running = new Map<string, Running>();
  readonly #perBucket = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #waitingOn = new Map<string, Set<string>>();
  readonly #topicsOf = new Map<string, readonly string[]>();
  readonly #addedAt = new Map<string, number>();
  readonly #stopping = new AbortController();
  #idle: (() => void)[] = [];
  #held: boolean;

  constructor(options: QueueOptions, ports: QueuePorts) {
    this.#options = options;
    this.#ports = ports;
    this.#held = options.held === true;
    this.#ready = new ReadyLine(options.bucketOf ?? (() => ''));
    this.#delays = new Delays(ports.clock, (key) => this.add(key));
  }

  begin(): void {
    this.#held = false;
    this.#pump();
  }

  add(key: string, options: { readonly priority?: number } = {}): void {
    if (this.#stopping.signal.aborted) return;
    const priority = options.priority ?? 0;
    const running = this.#running.get(key);
    if (running !== undefined) {
      running.again = Math.max(running.again ?? priority, priority);
      return;
    }
    if (!this.#addedAt.has(key)) this.#addedAt.set(key, this.#ports.clock.monotonic());
    this.#ready.add(key, priority);
    this.#pump();
  }

  addAfter(key: string, ms: number): void {
    if (!this.#stopping.signal.aborted) this.#delays.add(key, ms);
  }

  wake(topic: string): void {
    for (const running of this.#running.values()) running.woken.add(topic);
    for (const key of this.#waitingOn.get(topic) ?? []) this.add(key);
  }

  forget(key: string): void {
    this.#failures.delete(key);
    this.#delays.delete(key);
    this.#ready.delete(key);
    this.#addedAt.delete(key);
    this.#stopWaiting(key);
  }

  size(): ReturnType<WorkQueue['size']> {
    return { ready: this.#ready.size, running: this.#running.size, delayed: this.#delays.size, waiting: this.#topicsOf.size };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#delays.clear();
    this.#ready.clear();
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    const { concurrency = 4, mostPerBucket = Number.POSITIVE_INFINITY } = this.#options;
    while (!this.#held && this.#running.size < concurrency) {
      const key = this.#ready.take((bucket) => (this.#perBucket.get(bucket) ?? 0) < mostPerBucket);
      if (key === undefined) break;
      void this.#run(key);
    }
    this.#ports.metrics.gauge('lockstep_queue_depth', this.#ready.size, { queue: this.#options.name });
  }

  async #run(key: string): Promise<void> {
    const { clock, metrics } = this.#ports;
    const running: Running = { again: undefined, woken: new Set() };
    const bucket = this.#options.bucketOf?.(key) ?? '';
    const started = clock.monotonic();
    this.#running.set(key, running);
    this.#perBucket.set(bucket, (this.#perBucket.get(bucket) ?? 0) + 1);
    // What was planned for later is decided anew by this run.
    this.#delays.delete(key);
    this.#stopWaiting(key);
    metrics.observe('lockstep_queue_wait_seconds', (started - (this.#addedAt.get(key) ?? started)) / 1000, { queue: this.#options.name });
    this.#addedAt.delete(key);
    await clock.turn();
    const result = await this.#handle(key);
    this.#running.delete(key);
    this.#leaveBucket(bucket);
    metrics.observe('lockstep_reconcile_seconds', (clock.monotonic() - started) / 1000, { queue: this.#options.name, result: result.kind });
    if (!this.#stopping.signal.aborted) this.#settle(key, running, result);
    this.#pump();
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #handle(key: string): Promise<Outcome> {
    try {
      return await this.#options.handle(key, this.#stopping.signal);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!this.#stopping.signal.aborted)
        this.#ports.log.error('a worker failed unexpectedly', { queue: this.#options.name, key, error: reason });
      return { kind: 'Retry', reason };
    }
  }

  #settle(key: string, running: Running, result: Outcome): void {
    if (result.kind === 'Retry') this.#retry(key, result);
    else this.#failures.delete(key);
    if (result.kind === 'After') this.#delays.add(key, result.ms);
    if (result.kind === 'Waiting') this.#wait(key, running, result);
    if (running.again !== undefined) this.add(key, { priority: running.again });
  }

  #retry(key: string, { reason, notBefore = 0 }: Extract<Outcome, { readonly kind: 'Retry' }>): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const delay = backoffDelay(this.#options.backoff ?? defaultBackoff, failures, this.#ports.random);
    this.#ports.log.warn('will try again', { queue: this.#options.name, key, failures, reason });
    this.#delays.add(key, Math.max(delay, notBefore));
  }

  /** What was woken while the key ran must not be missed. */
  #wait(key: string, running: Running, result: Extract<Outcome, { kind: 'Waiting' }>): void {
    if (result.atLatest !== undefined) this.#delays.add(key, result.atLatest);
    if (result.on.some((topic) => running.woken.has(topic))) return this.add(key);
    this.#topicsOf.set(key, result.on);
    for (const topic of result.on) {
      const keys = this.#waitingOn.get(topic);
      if (keys === undefined) this.#waitingOn.set(topic, new Set([key]));
      else keys.add(key);
    }
  }

  #stopWaiting(key: string): void {
    for (const topic of this.#topicsOf.get(key) ?? []) {
      const keys = this.#waitingOn.get(topic);
      keys?.delete(key);
      if (keys?.size === 0) this.#waitingOn.delete(topic);
    }
    this.#topicsOf.delete(key);
  }

  #leaveBucket(bucket: string): void {
    const left = (this.#perBucket.get(bucket) ?? 1) - 1;
    if (left === 0) this.#perBucket.delete(bucket);
    else this.#perBucket.set(bucket, left);
  }
}
