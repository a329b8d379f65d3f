/**
 * All open streams. A change anywhere wakes them, at most once a turn of a tenth of a second; each then tells what is new in its topics. Nothing runs while
 * nothing changes, but for a look every quarter of a minute, which also notices rights that were taken away.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Metrics, Random, Timer } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visitor } from '../access/visitor.ts';
import { refused, type Refused } from '../http/refused.ts';
import { type ReadTopic, Stream } from './stream.ts';

export interface HubParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly read: ReadTopic;
}

/** Milliseconds between two turns; the first change after a quiet while is told at once, but for what comes with it. */
const GATHER = 80;
const TOGETHER = 10;
const LOOK = 15_000;
const KEPT_AFTER_BREAK = 60_000;
const MOST_STREAMS = 1000;
const MOST_PER_PERSON = 30;
const MOST_TOPICS = 20;

interface Kept {
  readonly stream: Stream;
  brokenAt: number | undefined;
}

export class StreamHub {
  readonly #parts: HubParts;
  readonly #streams = new Map<string, Kept>();
  #gathering: Timer | undefined;
  #toldAt = -Infinity;
  #looking: Timer | undefined;
  #closed = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  /** Something changed: whoever looks at it is told soon. */
  readonly wake = (): void => {
    if (this.#gathering !== undefined || this.#streams.size === 0) return;
    const quiet = this.#parts.clock.monotonic() - this.#toldAt;
    this.#gathering = this.#parts.clock.after(Math.max(TOGETHER, GATHER - quiet), () => {
      this.#gathering = undefined;
      this.#toldAt = this.#parts.clock.monotonic();
      for (const { stream } of this.#streams.values()) if (stream.connected) void stream.refresh();
    });
  };

  open(
    request: IncomingMessage,
    response: ServerResponse,
    who: { readonly visitor: Visitor; readonly topics: readonly string[] },
  ): Refused | undefined {
    const { visitor, topics } = who;
    if (topics.length > MOST_TOPICS) return refused.badRequest(`at most ${MOST_TOPICS} topics`);
    const last = /^([\w-]{10,64})\.(\d{1,12})$/.exec(String(request.headers['last-event-id'] ?? ''));
    const resumed = last === null ? undefined : this.#own(last[1] ?? '', visitor);
    if (resumed === undefined && this.#openBy(visitor) >= MOST_PER_PERSON) return refused.tooMany('too many open streams', 10);
    if (resumed === undefined && this.#streams.size >= MOST_STREAMS) return refused.unavailable('too many open streams');
    const stream =
      resumed?.stream ?? new Stream(Buffer.from(this.#parts.random.bytes(15)).toString('base64url'), visitor, this.#parts.read);
    const kept: Kept = { stream, brokenAt: undefined };
    this.#streams.set(stream.id, kept);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    response.on('close', () => (kept.brokenAt = this.#parts.clock.monotonic()));
    stream.choose(topics);
    stream.attach(response, resumed === undefined ? undefined : Number(last?.[2]));
    void stream.refresh();
    this.#lookLater();
    this.#measure();
    return undefined;
  }

  choose(id: string, visitor: Visitor, topics: readonly string[]): Result<undefined, Refused> {
    const kept = this.#own(id, visitor);
    if (kept === undefined) return err(refused.notFound('there is no such stream', 'open one with GET /api/v1/stream'));
    kept.stream.choose(topics);
    void kept.stream.refresh();
    return ok(undefined);
  }

  close(): void {
    this.#closed = true;
    this.#gathering?.cancel();
    this.#looking?.cancel();
    for (const { stream } of this.#streams.values()) stream.end();
    this.#streams.clear();
  }

  /** Only whoever opened a stream may choose for it or take it up again. */
  #own(id: string, { identity }: Visitor): Kept | undefined {
    const kept = this.#streams.get(id);
    return kept?.stream.visitor.identity.user === identity.user ? kept : undefined;
  }

  #openBy({ identity }: Visitor): number {
    return [...this.#streams.values()].filter(({ stream }) => stream.visitor.identity.user === identity.user && stream.connected).length;
  }

  #lookLater(): void {
    if (this.#closed || this.#looking !== undefined || this.#streams.size === 0) return;
    this.#looking = this.#parts.clock.after(LOOK, () => {
      this.#looking = undefined;
      this.#look();
      this.#lookLater();
    });
  }

  #look(): void {
    const now = this.#parts.clock.monotonic();
    for (const [id, { stream, brokenAt }] of this.#streams) {
      const forgotten = !stream.connected && brokenAt !== undefined && now - brokenAt > KEPT_AFTER_BREAK;
      if (forgotten || !stream.visitor.valid()) {
        stream.end();
        this.#streams.delete(id);
      } else if (stream.connected) {
        stream.ping();
        void stream.refresh();
      }
    }
    this.#measure();
  }

  #measure(): void {
    this.#parts.metrics.gauge('lockstep_http_streams', [...this.#streams.values()].filter(({ stream }) => stream.connected).length);
  }
}
