/** `/metrics`, `/healthz` and `/readyz`. Answers GET and HEAD only, and only for a loopback Host unless told otherwise (S24). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isLoopbackHost } from './http/incoming.ts';
import { listen, type Listening } from './http/listening.ts';

export interface StatusSources {
  /** Prometheus text format. */
  readonly metrics: () => Promise<string>;
  /** Undefined when ready, else why not. */
  readonly notReady: () => string | undefined;
}

/** Rejects when the address is taken. `port` 0 chooses a free one. */
export function listenStatus(sources: StatusSources, at: { readonly host: string; readonly port: number }): Promise<Listening> {
  const loopback = isLoopbackHost(at.host.includes(':') ? `[${at.host}]` : at.host);
  const server = createServer((request, response) => void answer(request, response, { sources, loopback }));
  server.requestTimeout = 10_000;
  return listen(server, at);
}

interface Answering {
  readonly sources: StatusSources;
  readonly loopback: boolean;
}

async function answer(request: IncomingMessage, response: ServerResponse, { sources, loopback }: Answering): Promise<void> {
  // A page in a browser can reach loopback under a name of its own (DNS rebinding); a foreign Host gives it away.
  if (loopback && !isLoopbackHost(request.headers.host ?? '')) return send(response, 403, 'forbidden host\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'only GET\n');
  const path = (request.url ?? '').split('?')[0];
  if (path === '/healthz') return send(response, 200, 'ok\n');
  if (path === '/readyz') {
    const reason = sources.notReady();
    return send(response, reason === undefined ? 200 : 503, `${reason ?? 'ok'}\n`);
  }
  if (path === '/metrics') {
    try {
      return send(response, 200, await sources.metrics());
    } catch (error) {
      return send(response, 500, `metrics failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return send(response, 404, 'not found\n');
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'x-content-type-options': 'nosniff' }).end(text);
}
