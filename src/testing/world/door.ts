/** The wire between the controllers and the cluster, where a test counts, watches and breaks requests. */
import type { KubeRequest, KubeResponse, KubeTransport, WatchEvent } from '../../ports/index.ts';

export interface Sent {
  readonly method: KubeRequest['method'];
  readonly path: string;
  readonly query: NonNullable<KubeRequest['query']>;
  readonly body: unknown;
  readonly status: number;
  /** Whom the request acts as. */
  readonly user: string;
}

/** What happens to a request instead of being sent; undefined: it is sent. */
export type Fault =
  'refuse' | 'lose' | 'dieBefore' | 'dieAfter' | { readonly status: number; readonly reason: string; readonly message?: string };

const isWrite = ({ method, query }: Pick<KubeRequest, 'method' | 'query'>): boolean => method !== 'GET' && query?.['dryRun'] === undefined;

export class Door implements KubeTransport {
  readonly #inner: KubeTransport;
  /** Everything that was answered, in order. */
  readonly sent: Sent[] = [];
  /** Decides over each request before it is sent. `refuse`: it never arrives; `lose`: it is carried out but its answer is lost; `die…`: so does the process. */
  fault: (request: KubeRequest, write: number) => Fault | undefined = () => undefined;
  /** What the cluster answers, as the process gets to see it. */
  rewrite: (request: KubeRequest, response: KubeResponse) => KubeResponse = (_request, response) => response;
  /** Writes (dry-runs do not count) so far. */
  writes = 0;
  closed = false;
  readonly #watches = new Set<AbortController>();
  /** How often watches fell silent: a watch that began before hears nothing more. */
  #silences = 0;

  constructor(inner: KubeTransport) {
    this.#inner = inner;
  }

  async send(request: KubeRequest): Promise<KubeResponse> {
    if (this.closed) throw new Error('the process is gone');
    if (isWrite(request)) this.writes += 1;
    const fault = this.fault(request, isWrite(request) ? this.writes : 0);
    if (fault === 'dieBefore') this.cut();
    if (fault === 'refuse' || fault === 'dieBefore') throw new Error('connection refused');
    if (typeof fault === 'object') return this.#record(request, failure(fault));
    const response = this.rewrite(request, this.#stallable(await this.#inner.send(this.#watched(request)), request.signal));
    this.#record(request, response);
    if (fault === 'dieAfter') this.cut();
    if (fault === 'lose' || fault === 'dieAfter') throw new Error('connection reset');
    return response;
  }

  #watched(request: KubeRequest): KubeRequest {
    if (request.query?.['watch'] === undefined) return request;
    const drop = new AbortController();
    this.#watches.add(drop);
    // Whoever watches ends every connection, also one that the server has ended: what is over must not fill a long day's memory.
    request.signal?.addEventListener('abort', () => this.#watches.delete(drop), { once: true });
    return { ...request, signal: request.signal === undefined ? drop.signal : AbortSignal.any([request.signal, drop.signal]) };
  }

  #record(request: KubeRequest, response: KubeResponse): KubeResponse {
    const { method, path, query = {}, body, headers = {} } = request;
    const user = String(headers['impersonate-user'] ?? '');
    this.sent.push({ method, path, query, status: response.status, user, body: body?.kind === 'json' ? body.value : undefined });
    return response;
  }

  /** Ends every running watch, as a load balancer does. */
  dropWatches(): void {
    for (const drop of this.#watches) drop.abort();
    this.#watches.clear();
  }

  /** Every running watch falls silent without ending, as when a firewall forgets its connection. */
  stallWatches(): void {
    this.#silences += 1;
  }

  #stallable(response: KubeResponse, signal: AbortSignal | undefined): KubeResponse {
    const { body } = response;
    if (body.kind !== 'events') return response;
    const began = this.#silences;
    return { ...response, body: { ...body, events: untilSilent(body.events, { isSilent: () => this.#silences > began, signal }) } };
  }

  /** Nothing goes through any more: what a killed process leaves behind. */
  cut(): void {
    this.closed = true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function* untilSilent(
  events: AsyncIterable<WatchEvent>,
  { isSilent, signal }: { readonly isSilent: () => boolean; readonly signal: AbortSignal | undefined },
): AsyncGenerator<WatchEvent> {
  for await (const event of events) {
    if (!isSilent()) yield event;
    else if (signal?.aborted !== true)
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  }
}

function failure({ status, reason, message = reason }: Exclude<Fault, string>): KubeResponse {
  const value = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: status };
  return { status, headers: { 'content-type': 'application/json' }, body: { kind: 'json', value } };
}

/** Writes that changed something, without events and leases: what "effective requests" are compared by. */
export function effective(sent: readonly Sent[]): readonly string[] {
  return sent
    .filter(
      ({ method, query, status, path }) =>
        method !== 'GET' && query['dryRun'] === undefined && status < 300 && !/\/(events|leases)(\/|$)/.test(path),
    )
    .map(({ method, path }) => `${method} ${path}`);
}
