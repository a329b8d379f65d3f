/** Files over HTTP in this process: entity tags, Basic authentication, redirects, and a record of what was asked. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface FilesRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly status: number;
}

export class FilesServer {
  /** By path with a leading slash. */
  readonly files = new Map<string, Uint8Array | string>();
  /** From path to address. */
  readonly redirects = new Map<string, string>();
  readonly seen: FilesRequest[] = [];
  password: string | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', this.url).pathname;
    const { authorization } = request.headers;
    const end = (status: number, headers: Record<string, string> = {}, body?: Uint8Array): void => {
      this.seen.push({ path, authorization, status });
      response.writeHead(status, headers).end(body);
    };
    const redirect = this.redirects.get(path);
    if (redirect !== undefined) return end(302, { location: redirect });
    if (this.password !== undefined && authorization !== `Basic ${Buffer.from(`ada:${this.password}`).toString('base64')}`) return end(401);
    const file = this.files.get(decodeURIComponent(path));
    if (file === undefined) return end(404);
    const bytes = Buffer.from(file);
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) return end(304, { etag });
    const gzip = (request.headers['accept-encoding'] ?? '').includes('gzip') && path.endsWith('.yaml');
    return end(200, { etag, ...(gzip ? { 'content-encoding': 'gzip' } : {}) }, gzip ? gzipSync(bytes) : bytes);
  }
}

/** A file server on a free port of this machine. */
export async function filesServer(): Promise<FilesServer> {
  const server = new FilesServer();
  await server.listen();
  return server;
}
