/** One request through `git http-backend`, which speaks CGI: the request as environment and standard input, the answer on standard output. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gitEnvironment } from './git.ts';

/** Milliseconds that one clone, fetch or push may take. */
const LONGEST = 600_000;
/** http-backend sends a handful of short headers. */
const LARGEST_HEAD = 16 * 1024;

export interface BackendCall {
  /** Folder of all repositories. */
  readonly root: string;
  /** `/shop.git/git-upload-pack`, already checked. */
  readonly path: string;
  readonly query: string;
  /** Who pushes; absent for readers. */
  readonly user?: string;
  /** Runs after git and before the answer ends: the client that waits for the end knows that this is done as well. */
  readonly beforeEnd?: () => Promise<void>;
}

/** Resolves when the answer has been sent whole; a client that goes away ends the process. */
export function serve(request: IncomingMessage, response: ServerResponse, call: BackendCall): Promise<void> {
  const child = spawn('git', ['-c', 'safe.directory=*', '-c', 'core.hooksPath=/dev/null', 'http-backend'], {
    env: environment(request, call),
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST);
  request.pipe(child.stdin);
  // The process may end before it has read everything; that is its right.
  child.stdin.on('error', () => undefined);
  response.on('close', () => child.kill());
  forward(child, response);
  return new Promise((resolve) => {
    child.on('error', () => fail(response));
    child.on('close', () => {
      clearTimeout(limit);
      resolve((call.beforeEnd?.() ?? Promise.resolve()).finally(() => (response.headersSent ? response.end() : fail(response))));
    });
  });
}

function environment(request: IncomingMessage, { root, path, query, user }: BackendCall): Record<string, string> {
  const header = (name: string): string => String(request.headers[name] ?? '');
  return {
    ...gitEnvironment(root),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: /^[\w=:.-]{0,100}$/.test(header('git-protocol')) ? header('git-protocol') : '',
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
    ...(user === undefined ? {} : { REMOTE_USER: user }),
  };
}

function forward(child: ChildProcess, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      push(child, response, chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (head.length > LARGEST_HEAD) child.kill('SIGKILL');
      return;
    }
    writeHead(response, head.subarray(0, end).toString('latin1'));
    push(child, response, head.subarray(end + 4));
  });
}

/** Stops reading from git while the client is slow. */
function push(child: ChildProcess, response: ServerResponse, chunk: Buffer): void {
  if (response.write(chunk)) return;
  child.stdout?.pause();
  response.once('drain', () => child.stdout?.resume());
}

function writeHead(response: ServerResponse, text: string): void {
  const headers = text.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1];
  response.writeHead(
    status === undefined ? 200 : Number.parseInt(status, 10),
    Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== 'status')),
  );
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-type': 'text/plain' }).end('git failed\n');
}
