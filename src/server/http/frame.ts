/**
 * One HTTP server for the page, the API, and whatever else is mounted (receivers of webhooks). Everything is checked here, before anybody's code runs:
 * the Host, the Origin, the rate, the session, the token against forged requests, the query, the body.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { API_PREFIX, type AnswerOf, type BodyOf, checkBody, checkQuery, type QueryOf, type RouteName } from '../../api/http/index.ts';
import type { Log, Metrics } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visitor } from '../access/visitor.ts';
import type { Assets } from './assets.ts';
import { hostProblem, readJson } from './incoming.ts';
import type { Listening } from './listening.ts';
import { type Match, matchRoute } from './match.ts';
import { type Sending, sendChunks, sendJson, sendRefusal, setSafety } from './outgoing.ts';
import { badInput, refused, type Refused } from './refused.ts';

export interface Call<N extends RouteName> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryOf<N>;
  readonly body: BodyOf<N>;
  /** Undefined on open routes, when nobody is signed in. */
  readonly visitor: Visitor | undefined;
  readonly sending: Sending;
  /** Aborts when the other side hangs up. */
  readonly signal: AbortSignal;
}

/** JSON that is written already. The type says what it holds. */
export interface Written<T> {
  readonly json: string;
  readonly holds?: T;
}

/** Text in pieces, as they come. */
export interface Streamed {
  readonly type: string;
  readonly chunks: AsyncIterable<string>;
}

/** `sent`: the handler wrote the answer itself (streams, cookies with redirects). */
export type Outcome<N extends RouteName> = AnswerOf<N> | Written<AnswerOf<N>> | Streamed | 'sent' | undefined;

export type Handler<N extends RouteName> = (call: Call<N>) => Promise<Result<Outcome<N>, Refused>>;
export type Handlers = { readonly [N in RouteName]: Handler<N> };

/** Something else under this server: its own checks, its own answers. The longest prefix wins. */
export interface Mount {
  /** Begins and ends with a slash: `/hooks/`. */
  readonly prefix: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  /** Whether requests with an Origin of elsewhere and any Host are let through: for receivers that check signatures. */
  readonly anyHost?: boolean;
}

export interface FrameParts {
  readonly handlers: Handlers;
  /** Who sends this; undefined: nobody, and nobody may read without signing in. */
  readonly identify: (request: IncomingMessage) => Promise<Result<Visitor | undefined, Refused>>;
  /** Seconds to wait; 0: go on. */
  readonly limit: (request: IncomingMessage) => number;
  readonly assets: Assets;
  readonly mounts: readonly Mount[];
  /** Names, with port, under which it may be reached besides loopback. */
  readonly hosts: readonly string[];
  readonly log: Log;
  readonly metrics: Metrics;
}

export class Frame {
  readonly #parts: FrameParts;

  constructor(parts: FrameParts) {
    this.#parts = parts;
  }

  /** Rejects when the address is taken. `port` 0 chooses a free one. */
  async listen(host: string, port: number): Promise<Listening> {
    const sockets = new Set<Socket>();
    const server: Server = createServer(
      { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 32_768 },
      (request, response) => void this.handle(request, response),
    );
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    const address = server.address() as AddressInfo;
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sending: Sending = { request, response };
    response.on('error', () => undefined);
    try {
      const mount = this.#mountOf(request);
      if (mount?.anyHost !== true) {
        const foreign = hostProblem(request.headers, this.#parts.hosts);
        if (foreign !== undefined) return sendRefusal(sending, foreign);
      }
      if (mount !== undefined) return await mount.handle(request, response);
      setSafety(response);
      const problem = await this.#answer(sending);
      if (problem !== undefined) sendRefusal(sending, problem);
    } catch (error) {
      this.#parts.log.error('a request failed', { error: error instanceof Error ? error.stack : String(error) });
      sendRefusal(sending, refused.internal('something is broken in Lockstep itself; its log says more'));
    }
  }

  #mountOf({ url = '/' }: IncomingMessage): Mount | undefined {
    const [path = ''] = url.split('?');
    return this.#parts.mounts
      .filter(({ prefix }) => path.startsWith(prefix))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)
      .at(0);
  }

  async #answer(sending: Sending): Promise<Refused | undefined> {
    const { request } = sending;
    const url = urlOf(request);
    if (url === undefined) return refused.badRequest('the path is not valid');
    if (url.pathname.startsWith(`${API_PREFIX}/`)) {
      const wait = this.#parts.limit(request);
      if (wait > 0) return refused.tooMany('too many requests from here', wait);
      return this.#route(sending, url, () => this.#parts.identify(request));
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refused.methodNotAllowed('only GET here');
    return this.#parts.assets.send(sending, url.pathname) ? undefined : refused.notFound(`there is no ${url.pathname}`);
  }

  async #route(sending: Sending, url: URL, identify: () => ReturnType<FrameParts['identify']>): Promise<Refused | undefined> {
    const method = sending.request.method ?? 'GET';
    const match = matchRoute(method, url.pathname.slice(API_PREFIX.length));
    if (match === undefined) return refused.notFound(`there is no ${url.pathname}`, `all routes: ${API_PREFIX}/openapi.json`);
    if (match === 'other') return refused.methodNotAllowed(`${method} is not possible here`);
    const visitor = await identify();
    if (!visitor.ok && match.route.open !== true) return visitor.error;
    const who = visitor.ok ? visitor.value : undefined;
    const forbidden = match.route.open === true ? undefined : mayEnter(sending.request, who);
    if (forbidden !== undefined) return forbidden;
    const call = await readCall(sending, { match, url, visitor: who });
    if (!call.ok) return call.error;
    const started = performance.now();
    const handle = this.#parts.handlers[match.name] as (call: unknown) => Promise<Result<unknown, Refused>>;
    const outcome = await handle(call.value);
    this.#parts.metrics.observe('lockstep_http_request_seconds', (performance.now() - started) / 1000, { route: match.name });
    if (!outcome.ok) return outcome.error;
    send(sending, outcome.value);
    return undefined;
  }
}

const isWritten = (value: unknown): value is Written<unknown> =>
  typeof value === 'object' && value !== null && 'json' in value && typeof value.json === 'string' && Object.keys(value).length === 1;

/** What a handler answered, as JSON. */
export const jsonOf = (value: unknown): string => (isWritten(value) ? value.json : JSON.stringify(value ?? null));

const isStreamed = (value: unknown): value is Streamed => typeof value === 'object' && value !== null && 'chunks' in value;

function send(sending: Sending, value: unknown): void {
  if (value === 'sent') return;
  if (isStreamed(value)) return void sendChunks(sending, value);
  if (value === undefined) sending.response.writeHead(204).end();
  else sendJson(sending, 200, jsonOf(value));
}

function urlOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    return url.startsWith('/') ? new URL(`http://lockstep${url}`) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this person may knock at all. What they may see behind the door is RBAC's. */
function mayEnter({ method = 'GET', headers }: IncomingMessage, visitor: Visitor | undefined): Refused | undefined {
  if (visitor === undefined) return refused.signInNeeded('sign in first');
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (visitor.via === 'anonymous') return refused.signInNeeded('sign in to change something');
  // A token or certificate is never sent by a browser on its own; a cookie is.
  if (visitor.session !== undefined && headers['x-lockstep-csrf'] !== visitor.session.csrf)
    return refused.forbidden('the header x-lockstep-csrf is missing or wrong', 'send the csrf value of GET /api/v1/session');
  return undefined;
}

interface Reading {
  readonly match: Match;
  readonly url: URL;
  readonly visitor: Visitor | undefined;
}

async function readCall(sending: Sending, { match, url, visitor }: Reading): Promise<Result<Call<RouteName>, Refused>> {
  const query = checkQuery(match.route, url.searchParams);
  if (!query.ok) return err(badInput(query.error));
  const given = match.route.body === undefined ? ok(undefined) : await readJson(sending.request);
  if (!given.ok) return given;
  const body = checkBody(match.route, given.value);
  if (!body.ok) return err(badInput(body.error));
  const hangUp = new AbortController();
  sending.response.on('close', () => hangUp.abort());
  const call = { params: match.params, query: query.value, body: body.value, visitor, sending, signal: hangUp.signal };
  return ok(call as unknown as Call<RouteName>);
}
