/** The host: which requests are Git's, who may push, and who is told afterwards. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Log } from '../ports/index.ts';
import { serve } from './backend.ts';
import { Announcer, type Push } from './announcer.ts';
import { createRepository } from './repository.ts';

export interface GitHostOptions {
  /** Folder of the bare repositories. */
  readonly root: string;
  /** What a push must present. */
  readonly credential: { readonly user: string; readonly password: string };
  /** Whether reading needs the credential as well. Default: no, the host listens on loopback only. */
  readonly privateReads?: boolean;
  readonly log: Log;
}

export interface GitHost {
  /** Makes a repository with one commit of what is in `folder`; does nothing when it is there. */
  createRepository(name: string, folder: string, options: { readonly message: string }): Promise<void>;
  onPush(listener: (push: Push) => void): void;
  /** Port 0 chooses a free one. The URL has no trailing slash; a repository is at `<url>/<name>.git`. */
  listen(port: number): Promise<string>;
  close(): Promise<void>;
}

const REPOSITORY = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const REQUEST_PATH = /^\/([a-z0-9][a-z0-9._-]{0,62})\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

export function createGitHost(options: GitHostOptions): GitHost {
  const pathOf = (name: string): string => join(options.root, `${name}.git`);

  const announcer = new Announcer(pathOf);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = readRequest(request);
    if (asked.kind === 'refused') return refuse(response, asked.status, asked.reason);
    const guarded = asked.writes || options.privateReads === true;
    if (guarded && !hasCredential(request, options.credential)) return askForCredential(response);
    if (asked.writes) await announcer.prepare(asked.repository);
    const user = asked.writes ? { user: options.credential.user } : {};
    const pushes = asked.writes && request.method === 'POST';
    const announced = pushes ? { beforeEnd: () => announcer.announce(asked.repository) } : {};
    await serve(request, response, { root: options.root, path: asked.path, query: asked.query, ...user, ...announced });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.log.warn('a Git request failed', { url: request.url, error: String(error) });
      if (!response.headersSent) refuse(response, 404, 'there is no such repository');
    });
  });

  return {
    createRepository: async (name, folder, settings) => {
      if (!REPOSITORY.test(name)) throw new Error(`"${name}" is not a repository name (lower case letters, digits, . _ -)`);
      await createRepository(pathOf(name), folder, settings);
    },
    onPush: (listener) => announcer.listen(listener),
    listen: async (port) => {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Asked =
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'git'; readonly repository: string; readonly path: string; readonly query: string; readonly writes: boolean };

/** Only the three requests of the smart protocol; the dumb one would let a client walk files. */
function readRequest(request: IncomingMessage): Asked {
  if (!LOOPBACK_HOST.test(request.headers.host ?? '')) return { kind: 'refused', status: 403, reason: 'forbidden host' };
  // Git sends no Origin; only a web page does.
  if (request.headers.origin !== undefined) return { kind: 'refused', status: 403, reason: 'web pages may not talk to this server' };
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const match = REQUEST_PATH.exec(path);
  if (match === null || (match[1] ?? '').includes('..')) return { kind: 'refused', status: 404, reason: 'not found' };
  const service = match[2] === 'info/refs' ? /^service=(git-(?:upload|receive)-pack)$/.exec(query)?.[1] : match[2];
  if (service === undefined) return { kind: 'refused', status: 403, reason: 'only the smart protocol is served' };
  if ((match[2] === 'info/refs') !== (request.method === 'GET')) return { kind: 'refused', status: 405, reason: 'method not allowed' };
  return {
    kind: 'git',
    repository: match[1] ?? '',
    path,
    query: match[2] === 'info/refs' ? query : '',
    writes: service === 'git-receive-pack',
  };
}

function hasCredential(request: IncomingMessage, { user, password }: GitHostOptions['credential']): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function askForCredential(response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Basic realm="lockstep"');
  refuse(response, 401, 'this needs the credential that was printed at the start');
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${reason}\n`);
}
