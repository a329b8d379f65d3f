/**
 * A circuit breaker for one API server (S22): after a few requests in a row that nobody answered, further ones fail at once instead of holding workers
 * and sockets until they time out. It does not try by itself: whoever owns it asks the server and closes it again.
 */
import type { KubeTransport } from '../ports/index.ts';

export interface BreakerOptions {
  /** Requests in a row without an answer after which it opens. */
  readonly most: number;
  /** It has just opened. */
  readonly opened: (message: string) => void;
  /** The server answered 401: the credentials do not count any more. */
  readonly unauthorized: () => void;
}

export interface Breaker {
  /** What may be given to everybody: refused while open. */
  readonly transport: KubeTransport;
  /** Why it is open; undefined while it is closed. */
  readonly open: string | undefined;
  /** The server does not answer, as somebody found out who asked it directly. */
  trip(message: string): void;
  /** The server answers again. */
  close(): void;
}

export const createBreaker = (inner: KubeTransport, options: BreakerOptions): Breaker => new CountingBreaker(inner, options);

class CountingBreaker implements Breaker {
  readonly transport: KubeTransport;
  readonly #options: BreakerOptions;
  #failures = 0;
  #open: string | undefined;

  constructor(inner: KubeTransport, options: BreakerOptions) {
    this.#options = options;
    this.transport = {
      send: async (request) => {
        if (this.#open !== undefined) throw new Error(`not sent, because the cluster does not answer: ${this.#open}`);
        try {
          const response = await inner.send(request);
          this.#failures = 0;
          if (response.status === 401) this.#options.unauthorized();
          return response;
        } catch (error) {
          if (request.signal?.aborted !== true) this.#failed(error);
          throw error;
        }
      },
      close: () => inner.close(),
    };
  }

  get open(): string | undefined {
    return this.#open;
  }

  trip(message: string): void {
    if (this.#open !== undefined) return;
    this.#open = message;
    this.#options.opened(message);
  }

  close(): void {
    this.#open = undefined;
    this.#failures = 0;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures >= this.#options.most) this.trip(error instanceof Error ? error.message : String(error));
  }
}
