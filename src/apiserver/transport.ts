/** The in-process door: requests and answers are shared frozen values, nothing is serialised. */
import { setMaxListeners } from 'node:events';
import type { Json, KubeObject } from '../core/object/index.ts';
import type { KubeRequest, KubeResponse, KubeTransport, WatchEvent } from '../ports/index.ts';
import { type ApiRequest, type Body, Query, segmentsOf, type User } from './api/request.ts';
import type { Answer, ReadyAnswer } from './api/answer.ts';
import type { Served, Server } from './api/server.ts';
import { deepFreeze, type Store } from './store/index.ts';
import { type Shape, shapedValue, watchValue } from './wire/present.ts';
import type { WatchFeed } from './watch/index.ts';

/** A request whose path was not looked at yet. */
type Unrouted = Omit<ApiRequest, 'segments'>;

const JSON_TYPE = { 'content-type': 'application/json' };

function queryOf(query: KubeRequest['query']): Query {
  if (query === undefined) return new Query(new Map());
  return new Query(new Map(Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])));
}

function bodyOf(body: KubeRequest['body']): Body | undefined {
  if (body === undefined) return undefined;
  return body.kind === 'json' ? { kind: 'value', value: deepFreeze(body.value) } : { kind: 'bytes', bytes: body.bytes };
}

/** A feed as the port's iterable. Closing the iteration closes the watch. */
async function* eventsOf(feed: WatchFeed, shape: Shape, signal: AbortSignal | undefined): AsyncGenerator<WatchEvent> {
  const stop = (): void => feed.close();
  // Many watches may end with one signal; that is no leak.
  if (signal !== undefined) setMaxListeners(0, signal);
  signal?.addEventListener('abort', stop);
  try {
    while (signal?.aborted !== true) {
      for (const item of feed.drain()) yield { type: item.type, object: deepFreeze(watchValue(item, shape)) as KubeObject };
      if (feed.ended) return;
      await new Promise<void>((resolve) => feed.whenReady(resolve));
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    feed.close();
  }
}

/** Chunks that end with a signal, also while none comes. */
async function* chunksUntil(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const stop = (): void => void iterator.return?.();
  signal?.addEventListener('abort', stop);
  try {
    for (let next = await iterator.next(); next.done !== true && signal?.aborted !== true; next = await iterator.next()) yield next.value;
  } finally {
    signal?.removeEventListener('abort', stop);
    await iterator.return?.();
  }
}

export class InProcessTransport implements KubeTransport {
  readonly #server: Server;
  readonly #store: Store;
  readonly #user: User;
  readonly #acting: (caller: User, headers: ApiRequest['headers']) => User;
  readonly #shapes: (request: Unrouted) => Omit<Shape, 'resource'>;
  /** Those that have not ended. */
  readonly #feeds = new Set<WatchFeed>();

  constructor(
    server: Server,
    options: {
      readonly store: Store;
      readonly user: User;
      /** Whom a request acts as by its impersonation headers; throws the refusal of somebody who may not. */
      readonly acting: (caller: User, headers: ApiRequest['headers']) => User;
      readonly shapes: (request: Unrouted) => Omit<Shape, 'resource'>;
    },
  ) {
    this.#server = server;
    this.#store = options.store;
    this.#user = options.user;
    this.#acting = options.acting;
    this.#shapes = options.shapes;
  }

  async send(request: KubeRequest): Promise<KubeResponse> {
    request.signal?.throwIfAborted();
    const api: Unrouted = {
      method: request.method,
      path: request.path,
      query: queryOf(request.query),
      user: this.#user,
      headers: request.headers ?? {},
      body: bodyOf(request.body),
    };
    const { answer, warnings } = this.#serve(api);
    if (request.method !== 'GET') await this.#store.synced();
    const response = this.#response(await this.#ready(answer), api, request.signal);
    return warnings.length === 0
      ? response
      : { ...response, headers: { ...response.headers, warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') } };
  }

  #serve({ method, path, query, headers, body }: Unrouted): Served {
    try {
      return this.#server.serve({
        method,
        path,
        query,
        headers,
        body,
        segments: segmentsOf(path),
        user: this.#acting(this.#user, headers),
      });
    } catch (error) {
      return { answer: this.#server.refused(error), warnings: [] };
    }
  }

  async close(): Promise<void> {
    for (const feed of this.#feeds) feed.close();
  }

  #ready(answer: Answer): Promise<ReadyAnswer> | ReadyAnswer {
    return answer.kind === 'later' ? answer.answer.catch((error: unknown) => this.#server.refused(error)) : answer;
  }

  #response(answer: ReadyAnswer, request: Unrouted, signal: AbortSignal | undefined): KubeResponse {
    const json = (status: number, value: Json): KubeResponse => ({
      status,
      headers: JSON_TYPE,
      body: { kind: 'json', value: deepFreeze(value) },
    });
    switch (answer.kind) {
      case 'json':
        return {
          status: answer.status,
          headers: { ...JSON_TYPE, ...answer.headers },
          body: { kind: 'json', value: deepFreeze(answer.value) },
        };
      case 'entry':
      case 'object':
      case 'list':
        return json(
          answer.kind === 'list' ? 200 : answer.status,
          shapedValue(answer, { resource: answer.resource, ...this.#shapes(request) }),
        );
      case 'bytes':
        return this.#bytes(answer);
      case 'stream':
        return {
          status: answer.status ?? 200,
          headers: answer.headers,
          body: { kind: 'stream', chunks: chunksUntil(answer.chunks, signal) },
        };
      case 'watch': {
        const { feed } = answer;
        this.#feeds.add(feed);
        feed.whenEnded(() => this.#feeds.delete(feed));
        const events = eventsOf(feed, { resource: answer.resource, ...this.#shapes(request) }, signal);
        return { status: 200, headers: JSON_TYPE, body: { kind: 'events', events } };
      }
    }
  }

  /** Encoded documents become values again here: both transports answer JSON as JSON. */
  #bytes(answer: ReadyAnswer & { readonly kind: 'bytes' }): KubeResponse {
    const { status, headers, bytes } = answer;
    const isJson = headers['content-type']?.startsWith('application/json') === true && bytes.length > 0;
    return {
      status,
      headers,
      body: isJson ? { kind: 'json', value: JSON.parse(Buffer.from(bytes).toString('utf8')) as Json } : { kind: 'bytes', bytes },
    };
  }
}
