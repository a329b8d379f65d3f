/**
 * The embedded cluster as it looks from far away. In process a change is heard of before its answer is read; a real API server answers first, tells its
 * watches a moment later, and lists a new kind in its discovery up to two seconds after that. What was found wrong on real servers only is found here.
 */
import type { KubeRequest, KubeResponse, KubeTransport, WatchEvent } from '../../ports/index.ts';
import type { FakeClock } from '../clock/index.ts';
import type { Ground, OpenGround } from './ground.ts';

/** Milliseconds of the story's time. */
export interface Lateness {
  /** Between an answer and the event of a watch that tells the same. */
  readonly watch: number;
  /** How old a discovery document may be. */
  readonly discovery: number;
}

const isDiscovery = ({ method, path }: KubeRequest): boolean => method === 'GET' && /^\/apis?(\/[^/]+(\/v[^/]+)?)?$/.test(path);

/** The same ground, late. */
export const late =
  (open: OpenGround, lateness: Lateness): OpenGround =>
  async (seed) => {
    const ground: Ground = await open(seed);
    const transport = (): KubeTransport => new LateTransport(ground.transport(), ground.clock, lateness);
    return { ...ground, transport, prompt: () => ground.transport() };
  };

class LateTransport implements KubeTransport {
  readonly #inner: KubeTransport;
  readonly #clock: FakeClock;
  readonly #lateness: Lateness;
  readonly #discovery = new Map<string, { readonly at: number; readonly response: KubeResponse }>();

  constructor(inner: KubeTransport, clock: FakeClock, lateness: Lateness) {
    this.#inner = inner;
    this.#clock = clock;
    this.#lateness = lateness;
  }

  async send(request: KubeRequest): Promise<KubeResponse> {
    if (isDiscovery(request)) return this.#discover(request);
    const response = await this.#inner.send(request);
    if (response.body.kind !== 'events') return response;
    return { ...response, body: { kind: 'events', events: this.#delayed(response.body.events) } };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #discover(request: KubeRequest): Promise<KubeResponse> {
    const key = `${request.path} ${String(request.headers?.['accept'])}`;
    const known = this.#discovery.get(key);
    if (known !== undefined && this.#clock.monotonic() - known.at < this.#lateness.discovery) return known.response;
    const response = await this.#inner.send(request);
    this.#discovery.set(key, { at: this.#clock.monotonic(), response });
    return response;
  }

  /** Each event the same time after it came, so that many at once do not add up. */
  async *#delayed(events: AsyncIterable<WatchEvent>): AsyncGenerator<WatchEvent> {
    const iterator = events[Symbol.asyncIterator]();
    const arrived = async (): Promise<{ readonly next: IteratorResult<WatchEvent>; readonly at: number }> => {
      const next = await iterator.next();
      return { next, at: this.#clock.monotonic() };
    };
    let coming = arrived();
    try {
      for (;;) {
        const { next, at } = await coming;
        if (next.done === true) return;
        coming = arrived();
        // An error is read where it is awaited.
        coming.catch(() => undefined);
        const left = at + this.#lateness.watch - this.#clock.monotonic();
        if (left > 0) await this.#clock.sleep(left);
        yield next.value;
      }
    } finally {
      void iterator.return?.();
    }
  }
}
