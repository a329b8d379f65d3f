/**
 * Keeps a copy of one kind in step with the server: list, then watch with bookmarks; resume where it broke; list again when the server forgot, when
 * its history went back (another or a rebuilt cluster), or when it fell silent.
 */
import type { KubeObject } from '../core/object/index.ts';
import type { ApiResource, Clock, KubeClient, KubeError, Log, Metrics, Random, Timer, WatchEvent } from '../ports/index.ts';
import { backoffDelay, spread, type BackoffOptions } from './backoff.ts';

export interface ReflectorPorts {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface ReflectorTarget {
  readonly resource: ApiResource;
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/** Where what was learned goes. */
export interface Sink {
  replaced(items: readonly KubeObject[]): void;
  put(object: KubeObject): void;
  removed(object: KubeObject): void;
  /** Undefined: in step again. */
  failing(error: KubeError | undefined): void;
}

/** Short at the end: what changed while a server was away must not wait half a minute more. */
const listBackoff: BackoffOptions = { base: 800, most: 10_000, jitter: 0.3 };
/** Servers end watches after this many seconds; spread, so that a thousand watches do not end together. */
const watchSeconds = 450;
/** Bookmarks come about every minute. A stream that says nothing for this long is taken for dead, whatever its socket says. */
const silence = 150_000;
/** A watch that ends sooner than this counts as a failure. */
const shortWatch = 1000;

/** No object has this name: a list of it costs an answer and tells the server's version. */
const nobody = 'lockstep-nobody';

type WatchEnd = { readonly kind: 'ended' | 'relist' } | { readonly kind: 'failed'; readonly error: KubeError };

export class Reflector {
  readonly #ports: ReflectorPorts;
  readonly #target: ReflectorTarget;
  readonly #sink: Sink;
  readonly #stopping = new AbortController();
  #version = '';
  #failures = 0;
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: ReflectorPorts, target: ReflectorTarget, sink: Sink) {
    this.#ports = ports;
    this.#target = target;
    this.#sink = sink;
  }

  /** Runs until `stop`. Never rejects: failures go to the sink and are tried again. */
  async run(): Promise<void> {
    let next: 'list' | 'probe' | 'watch' = 'list';
    while (!this.#stopping.signal.aborted) {
      if (next === 'list' && !(await this.#list())) continue;
      if (next === 'probe') {
        const isSame = await this.#hasHistory();
        if (isSame === undefined) continue;
        if (!isSame) {
          next = 'list';
          continue;
        }
      }
      const started = this.#ports.clock.monotonic();
      const end = await this.#watch();
      next = end.kind === 'relist' ? 'list' : end.kind === 'failed' ? 'probe' : 'watch';
      if (!this.#stopping.signal.aborted) await this.#afterWatch(end, started);
    }
  }

  async #afterWatch(end: WatchEnd, started: number): Promise<void> {
    // A server that forgot is asked anew at once, unless that is what was done a moment ago.
    const isHot = this.#ports.clock.monotonic() - (end.kind === 'relist' ? this.#listedAt : started) < shortWatch;
    if (!isHot) this.#failures = 0;
    if (end.kind === 'failed') await this.#failed(end.error);
    else if (isHot) await this.#pause();
  }

  /**
   * Whether the server still has the history that the copy belongs to: a cluster that was rebuilt during an outage accepts a watch from a version it
   * never had, and stays silent. Undefined: it could not be asked.
   */
  async #hasHistory(): Promise<boolean | undefined> {
    const nothing = { ...this.#target, fieldSelector: `metadata.name=${nobody}` };
    const result = await untilAborted(this.#ports.client.list(this.#target.resource, nothing), this.#stopping.signal);
    if (result === undefined) return undefined;
    if (result.ok) return !isOlder(result.value.resourceVersion, this.#version);
    await this.#failed(result.error);
    return undefined;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #list(): Promise<boolean> {
    const { client, metrics } = this.#ports;
    const result = await untilAborted(client.list(this.#target.resource, this.#target), this.#stopping.signal);
    if (result === undefined) return false;
    metrics.count('lockstep_informer_lists_total', { resource: this.#target.resource.resource, ok: String(result.ok) });
    if (!result.ok) {
      await this.#failed(result.error);
      return false;
    }
    this.#version = result.value.resourceVersion;
    this.#listedAt = this.#ports.clock.monotonic();
    this.#sink.replaced(result.value.items);
    this.#sink.failing(undefined);
    return true;
  }

  async #watch(): Promise<WatchEnd> {
    const { client, clock, random } = this.#ports;
    const connection = new AbortController();
    const abort = (): void => connection.abort();
    this.#stopping.signal.addEventListener('abort', abort, { once: true });
    if (this.#stopping.signal.aborted) abort();
    const watchdog = new Watchdog(clock, spread(silence, 0.2, random), abort);
    try {
      const timeoutSeconds = spread(watchSeconds, 0.33, random);
      const result = await client.watch(this.#target.resource, {
        ...this.#target,
        resourceVersion: this.#version,
        signal: connection.signal,
        timeoutSeconds,
      });
      if (!result.ok)
        return result.error.code === 410
          ? { kind: 'relist' }
          : watchdog.fired
            ? { kind: 'relist' }
            : { kind: 'failed', error: result.error };
      // A quiet kind may send nothing for a minute: being accepted is enough to be in step again.
      this.#sink.failing(undefined);
      return await this.#follow(result.value, watchdog);
    } catch (error) {
      if (watchdog.fired) return { kind: 'relist' };
      return {
        kind: 'failed',
        error: { code: 0, reason: 'Unreachable', message: `the watch broke: ${error instanceof Error ? error.message : String(error)}` },
      };
    } finally {
      watchdog.stop();
      this.#stopping.signal.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  async #follow(events: AsyncIterable<WatchEvent>, watchdog: Watchdog): Promise<WatchEnd> {
    for await (const event of events) {
      if (this.#stopping.signal.aborted) break;
      watchdog.feed();
      if (event.type === 'ERROR') return endOf(event.object);
      const version = event.object.metadata.resourceVersion ?? '';
      if (isOlder(version, this.#version)) return { kind: 'relist' };
      if (version !== '') this.#version = version;
      this.#failures = 0;
      if (event.type === 'DELETED') this.#sink.removed(event.object);
      else if (event.type !== 'BOOKMARK') this.#sink.put(event.object);
    }
    return watchdog.fired ? { kind: 'relist' } : { kind: 'ended' };
  }

  async #failed(error: KubeError): Promise<void> {
    const { resource } = this.#target.resource;
    this.#ports.log.warn('cannot follow a kind; trying again', {
      resource,
      namespace: this.#target.namespace,
      reason: error.reason,
      error: error.message,
    });
    this.#ports.metrics.count('lockstep_informer_failures_total', { resource, reason: error.reason });
    this.#sink.failing(error);
    await this.#pause((error.retryAfterSeconds ?? 0) * 1000);
  }

  async #pause(atLeast = 0): Promise<void> {
    this.#failures++;
    const delay = backoffDelay(listBackoff, this.#failures, this.#ports.random);
    await this.#ports.clock.sleep(Math.max(delay, atLeast), this.#stopping.signal);
  }
}

/** Undefined as soon as `signal` aborts: a list that hangs must not hold up the end of the program. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let abort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function endOf(status: KubeObject): WatchEnd {
  const code = typeof status['code'] === 'number' ? status['code'] : 500;
  const reason = typeof status['reason'] === 'string' ? status['reason'] : 'Unknown';
  if (code === 410 || reason === 'Expired' || reason === 'Gone') return { kind: 'relist' };
  return {
    kind: 'failed',
    error: { code, reason, message: typeof status['message'] === 'string' ? status['message'] : 'the watch ended with an error' },
  };
}

/** Resource versions are numbers in every real server; where they are not, nothing is known. */
function isOlder(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}

/** Ends a connection that says nothing. */
class Watchdog {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #bark: () => void;
  #last: number;
  #timer: Timer;
  fired = false;

  constructor(clock: Clock, limit: number, bark: () => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#bark = bark;
    this.#last = clock.monotonic();
    this.#timer = clock.after(limit, () => this.#check());
  }

  /** Costs no timer: the next check sees it. */
  feed(): void {
    this.#last = this.#clock.monotonic();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #check(): void {
    const rest = this.#last + this.#limit - this.#clock.monotonic();
    if (rest > 0) {
      this.#timer = this.#clock.after(rest, () => this.#check());
      return;
    }
    this.fired = true;
    this.#bark();
  }
}
