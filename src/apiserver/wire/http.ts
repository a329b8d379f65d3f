/** HTTP(S) in front of the server: reading requests within limits, identifying the caller, writing answers, streaming watches. */
import { createServer as createPlain, type IncomingMessage, type Server as NodeServer, type ServerResponse } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Refusal, refuse, statusOf } from '../../core/kube/status/index.ts';
import type { Log } from '../../ports/index.ts';
import type { ReadyAnswer } from '../api/answer.ts';
import { type ApiRequest, type Body, Query, segmentsOf, type User } from '../api/request.ts';
import type { Served } from '../api/server.ts';
import { negotiate, unacceptable } from './accept.ts';
import { entryBytes, EventEncoder, jsonBytes, LAST_CHUNK, listBytes, prettyBytes, yamlBytes } from './encode.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { checkOrigin, isLoopback } from './origin.ts';
import { shapedValue, type Shape } from './present.ts';

const BODY_LIMIT = 3 * 1024 * 1024;
const GZIP_FROM = 128 * 1024;
const BODY_TIMEOUT = 30_000;

export interface HttpParts {
  readonly serve: (request: ApiRequest) => Served;
  /** Who sends this; throws the refusal of a bad credential. */
  readonly identify: (headers: IncomingMessage['headers']) => User;
  readonly shapes: Omit<Shape, 'resource' | 'form' | 'include'>;
  /** Resolves when what was written so far is durable. */
  readonly synced: () => Promise<void>;
  readonly log: Log;
}

export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

const ignore = (): void => undefined;

const common = { 'cache-control': 'no-cache, private' };

function parseUrl(url: string): { readonly path: string; readonly segments: readonly string[]; readonly query: Query } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const values = new Map<string, string[]>();
  if (mark >= 0) {
    for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    }
  }
  return { path, segments: segmentsOf(path), query: new Query(values) };
}

/** Node joins a header that is sent twice with commas; an impersonated user's groups are one header each. */
function identityHeaders(message: IncomingMessage): IncomingMessage['headers'] {
  const { headers } = message;
  if (!Object.keys(headers).some(isImpersonation)) return headers;
  return { ...headers, ...Object.fromEntries(Object.entries(message.headersDistinct).filter(([name]) => isImpersonation(name))) };
}

const isImpersonation = (header: string): boolean => header.startsWith('impersonate-');

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** The whole body, or a refusal when it is too large or too slow. */
function readBytes(message: IncomingMessage): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => reject(new Refusal(408, 'Timeout', 'the request body did not arrive in time')), BODY_TIMEOUT);
    const done = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT) {
        message.removeAllListeners('data');
        message.resume();
        done(() => reject(refuse.tooLarge()));
      } else chunks.push(chunk);
    });
    message.on('end', () =>
      done(() => resolve({ kind: 'bytes', bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) })),
    );
    message.on('error', (error) => done(() => reject(error)));
  });
}

/** Any text as a header value: UTF-8 as it goes over the wire, without control characters. */
const headerText = (text: string): string => Buffer.from(text.replaceAll(/[\u0000-\u001f\u007f]/g, ' '), 'utf8').toString('latin1');

export class HttpFront {
  readonly #parts: HttpParts;
  readonly #events = new EventEncoder();
  readonly #sockets = new Set<Socket>();
  readonly #server: NodeServer;
  #onLoopback = true;

  constructor(parts: HttpParts, tls: TlsFiles | undefined) {
    this.#parts = parts;
    const listener = (message: IncomingMessage, response: ServerResponse): void => this.#handle(message, response);
    const options = { keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 0, maxHeaderSize: 65_536 };
    this.#server =
      tls === undefined ? createPlain(options, listener) : createTls({ ...options, cert: tls.certificate, key: tls.key }, listener);
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
  }

  listen(host: string, port: number): Promise<number> {
    this.#onLoopback = isLoopback(host);
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.removeListener('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** What needs no waiting is answered before this returns: most reads are. */
  #handle(message: IncomingMessage, response: ServerResponse): void {
    response.on('error', ignore);
    try {
      checkOrigin(message.headers, { onLoopback: this.#onLoopback });
      if (!hasBody(message)) return this.#serve(message, response, undefined);
    } catch (error) {
      return this.#fail(response, error);
    }
    readBytes(message).then(
      (body) => this.#serve(message, response, body),
      (error: unknown) => this.#fail(response, error),
    );
  }

  #serve(message: IncomingMessage, response: ServerResponse, body: Body | undefined): void {
    try {
      const user = this.#parts.identify(identityHeaders(message));
      const method = message.method ?? 'GET';
      const request: ApiRequest = { method, ...parseUrl(message.url ?? '/'), user, headers: message.headers, body };
      const { answer, warnings } = this.#parts.serve(request);
      if (method === 'GET' && answer.kind !== 'later') return this.#send(request, response, { answer, warnings });
      void this.#sendLater(request, response, { answer, warnings });
    } catch (error) {
      this.#fail(response, error);
    }
  }

  async #sendLater(request: ApiRequest, response: ServerResponse, { answer, warnings }: Served): Promise<void> {
    try {
      if (request.method !== 'GET') await this.#parts.synced();
      this.#send(request, response, { answer: answer.kind === 'later' ? await answer.answer : answer, warnings });
    } catch (error) {
      this.#fail(response, error);
    }
  }

  #fail(response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const refusal = error instanceof Refusal ? error : refuse.internal(error instanceof Error ? error.message : String(error));
    if (!(error instanceof Refusal))
      this.#parts.log.error('request failed', { error: error instanceof Error ? (error.stack ?? '') : String(error) });
    this.#bytes(response, { status: refusal.code, bytes: jsonBytes(statusOf(refusal)), headers: { 'content-type': 'application/json' } });
  }

  #send(request: ApiRequest, response: ServerResponse, { answer, warnings }: Served & { readonly answer: ReadyAnswer }): void {
    if (warnings.length > 0)
      response.setHeader(
        'warning',
        warnings.map((text) => headerText(`299 - ${JSON.stringify(text)}`)),
      );
    if (answer.kind === 'stream') return void this.#stream(response, answer);
    if (answer.kind === 'bytes') return this.#bytes(response, answer, request);
    const accepted = negotiate((request.headers.accept as string | undefined) ?? '');
    if (accepted === undefined) return this.#unacceptable(request, response, answer);
    if (answer.kind === 'watch') return this.#watch(request, response, { answer, form: accepted.form });
    const status = answer.kind === 'list' ? 200 : answer.status;
    const yaml = accepted.encoding === 'yaml';
    const plain = this.#encoded(answer, request, accepted.form);
    const bytes = yaml ? yamlBytes(plain) : wantsPretty(request) ? prettyBytes(JSON.parse(plain.toString('utf8'))) : plain;
    const extra = answer.kind === 'json' ? answer.headers : undefined;
    this.#bytes(
      response,
      { status, bytes, headers: { 'content-type': yaml ? 'application/yaml' : 'application/json', ...extra } },
      request,
    );
  }

  /** Who may not ask is told so in any form; everybody else is told what forms there are. */
  #unacceptable(request: ApiRequest, response: ServerResponse, answer: Exclude<ReadyAnswer, { kind: 'stream' | 'bytes' }>): void {
    const headers = { 'content-type': 'application/json' };
    const told = answer.kind === 'json' && [401, 403, 406].includes(answer.status);
    const refusal = unacceptable(String(request.headers.accept ?? ''), { custom: false, collection: false });
    if (told) this.#bytes(response, { status: answer.status, bytes: jsonBytes(answer.value), headers });
    else if (refusal !== undefined) this.#bytes(response, { status: 406, bytes: jsonBytes(statusOf(refusal)), headers });
  }

  #encoded(answer: Exclude<ReadyAnswer, { kind: 'watch' | 'stream' | 'bytes' }>, request: ApiRequest, form: Shape['form']): Buffer {
    if (answer.kind === 'json') return jsonBytes(answer.value);
    const shape = this.#shape(request, answer.resource, form);
    switch (answer.kind) {
      case 'entry':
        return entryBytes(answer.entry, shape);
      case 'object':
        return jsonBytes(form === 'object' ? answer.value : shapedValue(answer, shape));
      case 'list':
        return listBytes(answer.entries, answer.meta, shape);
    }
  }

  #shape({ query }: ApiRequest, resource: Resource, form: Shape['form']): Shape {
    const { tables, project } = this.#parts.shapes;
    return { tables, project, form, include: query.get('includeObject'), resource };
  }

  #bytes(
    response: ServerResponse,
    answer: { readonly status: number; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> },
    request?: ApiRequest,
  ): void {
    let { bytes } = answer;
    // A flat list, which Node takes as it is.
    const headers = answer.headers['cache-control'] === undefined ? ['cache-control', common['cache-control']] : [];
    for (const name in answer.headers) headers.push(name, answer.headers[name] ?? '');
    const zipped = bytes.length > GZIP_FROM && String(request?.headers['accept-encoding'] ?? '').includes('gzip');
    if (zipped) {
      bytes = gzipSync(bytes, { level: 1 });
      headers.push('content-encoding', 'gzip', 'vary', 'Accept-Encoding');
    }
    headers.push('content-length', String(bytes.length));
    response.writeHead(answer.status, headers);
    response.end(request?.method === 'HEAD' ? undefined : bytes);
  }

  #watch(
    request: ApiRequest,
    response: ServerResponse,
    watch: { readonly answer: ReadyAnswer & { readonly kind: 'watch' }; readonly form: Shape['form'] },
  ): void {
    const { feed, resource } = watch.answer;
    const shape = this.#shape(request, resource, watch.form);
    response.writeHead(200, { ...common, 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    // Chunks come framed.
    response.chunkedEncoding = false;
    response.on('close', () => feed.close());
    let columns: 'columns' | 'bare' = 'columns';
    const pump = (): void => {
      if (response.destroyed) return;
      const items = feed.drain();
      const chunks = items.map((item) => {
        const chunk = this.#events.chunk(item, shape, columns);
        columns = 'bare';
        return chunk;
      });
      const ready = chunks.length === 0 || response.write(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
      if (feed.ended) response.end(LAST_CHUNK);
      else if (ready) feed.whenReady(() => setImmediate(pump));
      else response.once('drain', pump);
    };
    pump();
  }

  async #stream(response: ServerResponse, answer: ReadyAnswer & { readonly kind: 'stream' }): Promise<void> {
    response.writeHead(answer.status ?? 200, { ...common, ...answer.headers });
    response.flushHeaders();
    const chunks = answer.chunks[Symbol.asyncIterator]();
    // Whoever leaves while nothing comes would be waited for without end.
    const left = new Promise<void>((resolve) => response.once('close', resolve));
    void left.then(() => chunks.return?.());
    try {
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        if (response.destroyed) return;
        if (!response.write(next.value)) await Promise.race([left, new Promise((resolve) => response.once('drain', resolve))]);
      }
      response.end();
    } catch {
      response.destroy();
    }
  }
}

const wantsPretty = (request: ApiRequest): boolean => {
  if (request.query.has('pretty')) return request.query.flag('pretty');
  return /^(curl|Wget|Mozilla)\//.test(String(request.headers['user-agent'] ?? ''));
};
