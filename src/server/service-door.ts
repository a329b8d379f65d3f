/**
 * A port for what answers behind a Service: on a real cluster the API server's proxy, and whatever else reaches the Pod, comes in here. Nobody is known, so
 * that only what everybody may ask is served this way; bodies are bounded, and on loopback a foreign Host is refused (S24).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log, ServiceBackend, ServiceRequest, ServiceResponse } from '../ports/index.ts';
import { encodeUtf8 } from '../std/index.ts';
import { isLoopbackHost, readBytes } from './http/incoming.ts';
import { listen, type Listening } from './http/listening.ts';

/** Bytes of one body: the largest object that etcd takes. */
const BODY_LIMIT = 1_572_864;

export interface ServiceDoor {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly log: Log;
}

/** Rejects when the address is taken. */
export function listenService(backend: ServiceBackend, { host, port, log }: ServiceDoor): Promise<Listening> {
  const loopback = isLoopbackHost(host.includes(':') ? `[${host}]` : host);
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    (request, response) => {
      response.on('error', () => undefined);
      const answered = loopback && !isLoopbackHost(request.headers.host ?? '') ? Promise.resolve(foreign) : answerOf(request, backend);
      answered
        .catch((error: unknown) => {
          log.error('a request to a service failed', { path: pathOf(request), error: String(error) });
          return plain(500, 'internal error\n');
        })
        .then((answer) => send(response, request, answer))
        .catch(() => response.destroy());
    },
  );
  server.maxConnections = 64;
  return listen(server, { host, port });
}

const plain = (status: number, text: string): ServiceResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: encodeUtf8(text),
});

const foreign = plain(403, 'forbidden host\n');

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

async function answerOf(request: IncomingMessage, backend: ServiceBackend): Promise<ServiceResponse> {
  const body = await readBytes(request, BODY_LIMIT);
  if (!body.ok) return plain(body.error.status, `${body.error.message}\n`);
  const asked = requestOf(request, body.value);
  return asked === undefined ? plain(400, 'the address is not readable\n') : backend(asked);
}

function requestOf(request: IncomingMessage, body: Uint8Array): ServiceRequest | undefined {
  const query = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'));
  try {
    return {
      method: request.method ?? 'GET',
      path: decodeURIComponent(pathOf(request)),
      query: Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)])),
      headers: {},
      body,
    };
  } catch {
    return undefined;
  }
}

async function send(response: ServerResponse, { method }: IncomingMessage, { status, headers, body }: ServiceResponse): Promise<void> {
  response.writeHead(status, headers);
  if (method === 'HEAD' || body instanceof Uint8Array) response.end(method === 'HEAD' ? undefined : body);
  else {
    for await (const chunk of body) response.write(chunk);
    response.end();
  }
}
