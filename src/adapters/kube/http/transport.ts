/** The wire over HTTP/1.1: one keep-alive pool for requests, one without limit for watches and followed logs, which hold their connection. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Agent, Pool, ProxyAgent, type Dispatcher } from 'undici';
import { hasKey } from '../../../core/object/index.ts';
import type { KubeRequest, KubeResponse, KubeTransport } from '../../../ports/index.ts';
import { parseJson, stringifyJson } from '../json.ts';
import type { KubeConnection } from './connection.ts';
import { watchEvents } from './watch-lines.ts';

const gunzipBytes = promisify(gunzip);

export interface HttpOptions {
  /** Connections for requests; watches come on top. Default 32. */
  readonly connections?: number;
  /** Milliseconds until an answer begins, and between two of its parts. Default 60,000. */
  readonly timeout?: number;
  readonly userAgent?: string;
}

/** Pages hold 500 objects of at most 1.5 MiB each; more than this is not a Kubernetes answer. */
const largestBody = 768 * 1024 * 1024;
const brokenConnection: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** A transport to one server. Nothing is sent until the first request. */
export function httpTransport(connection: KubeConnection, options: HttpOptions = {}): KubeTransport {
  return new HttpTransport(connection, options);
}

class HttpTransport implements KubeTransport {
  readonly #origin: string;
  readonly #prefix: string;
  readonly #connection: KubeConnection;
  readonly #userAgent: string;
  readonly #requests: Dispatcher;
  readonly #streams: Dispatcher;

  constructor(connection: KubeConnection, options: HttpOptions) {
    const url = new URL(connection.server);
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#connection = connection;
    this.#userAgent = options.userAgent ?? 'lockstep';
    const timeout = options.timeout ?? 60_000;
    this.#requests = dispatcherFor(connection, { connections: options.connections ?? 32, headersTimeout: timeout, bodyTimeout: timeout });
    this.#streams = dispatcherFor(connection, { connections: null, headersTimeout: timeout, bodyTimeout: 0 });
  }

  async send(request: KubeRequest): Promise<KubeResponse> {
    const response = await this.#attempt(request);
    if (response.status !== 401 || this.#connection.credentials?.rejected() !== true) return response;
    return this.#attempt(request);
  }

  /** An idle connection may be closed by the server just as it is used; reading again is always safe. */
  async #attempt(request: KubeRequest): Promise<KubeResponse> {
    try {
      return await this.#exchange(request);
    } catch (error) {
      const code = String((error as NodeJS.ErrnoException).code);
      if (request.method !== 'GET' || !brokenConnection.has(code) || request.signal?.aborted === true) throw error;
      return this.#exchange(request);
    }
  }

  async #exchange(request: KubeRequest): Promise<KubeResponse> {
    const streaming = isStreaming(request);
    const response = await (streaming === null ? this.#requests : this.#streams).request({
      origin: this.#origin,
      method: request.method,
      path: `${this.#prefix}${request.path}${queryString(request.query)}`,
      headers: await this.#headers(request, streaming !== null),
      body: bodyOf(request),
      ...(request.signal !== undefined && { signal: request.signal }),
    });
    const headers = plainHeaders(response.headers);
    const status = response.statusCode;
    if (streaming === 'watch' && status < 300) return { status, headers, body: { kind: 'events', events: watchEvents(response.body) } };
    if (streaming === 'log' && status < 300) return { status, headers, body: { kind: 'stream', chunks: response.body } };
    return { status, headers, body: await readBody(response.body, headers) };
  }

  async #headers(request: KubeRequest, streaming: boolean): Promise<Record<string, string | string[]>> {
    const headers: Record<string, string | string[]> = { 'user-agent': this.#userAgent, ...(!streaming && { 'accept-encoding': 'gzip' }) };
    for (const [name, value] of Object.entries(request.headers ?? {})) headers[name] = typeof value === 'string' ? value : [...value];
    return { ...headers, ...(await this.#connection.credentials?.headers()) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#requests.destroy(), this.#streams.destroy()]);
  }
}

type PoolLimits = { readonly connections: number | null; readonly headersTimeout: number; readonly bodyTimeout: number };

function dispatcherFor(connection: KubeConnection, limits: PoolLimits): Dispatcher {
  const { ca, cert, key, serverName, insecure } = connection.tls;
  const connect = {
    timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(insecure === true && { rejectUnauthorized: false }),
  };
  const pool = { ...limits, keepAliveTimeout: 30_000, pipelining: 1 };
  if (connection.proxyUrl !== undefined) return new ProxyAgent({ ...pool, uri: connection.proxyUrl, requestTls: connect });
  const { origin } = new URL(connection.server);
  return new Agent({ ...pool, connect, factory: () => new Pool(origin, { ...pool, connect }) });
}

/** Requests whose answer does not end by itself. */
function isStreaming(request: KubeRequest): 'watch' | 'log' | null {
  const on = (name: string): boolean =>
    request.query !== undefined && hasKey(request.query, name) && /^(true|1)$/.test(String(request.query[name]));
  if (on('watch')) return 'watch';
  return on('follow') ? 'log' : null;
}

function queryString(query: KubeRequest['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of typeof value === 'string' ? [value] : value) search.append(name, item);
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function bodyOf(request: KubeRequest): string | Uint8Array | null {
  if (request.body === undefined) return null;
  return request.body.kind === 'json' ? stringifyJson(request.body.value) : request.body.bytes;
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
  }
  return plain;
}

async function readBody(body: AsyncIterable<Uint8Array>, headers: Readonly<Record<string, string>>): Promise<KubeResponse['body']> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) throw new Error(`the answer is longer than ${largestBody} bytes`);
  }
  const raw = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  const bytes = headers['content-encoding'] === 'gzip' ? await gunzipBytes(raw, { maxOutputLength: largestBody }) : raw;
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return { kind: 'bytes', bytes };
  try {
    return { kind: 'json', value: parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) };
  } catch {
    return { kind: 'bytes', bytes };
  }
}
