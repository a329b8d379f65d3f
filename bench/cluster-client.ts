/**
 * The client of the cluster's benchmark over HTTPS, a process of its own so that what it costs is not charged to the server. It writes requests
 * and counts answers on bare sockets: a client library would cost several times as much as the server.
 */
import { connect, type TLSSocket } from 'node:tls';

/** What the benchmark asks for: `{}` in path and body stands for the number of the request. */
export interface Load {
  readonly url: string;
  readonly token: string;
  readonly method: 'GET' | 'PATCH';
  readonly path: string;
  /** Server-side apply of this body. */
  readonly body?: string;
  readonly count: number;
  /** Numbers begin again after this many. */
  readonly different: number;
  readonly connections: number;
  /** Instead of all that: so many connections that watch `path` until each has been told of `count` changes. One more message says that all are open. */
  readonly watches?: number;
}

/** Milliseconds from the first request to the last answer, or what went wrong. */
export type Outcome = { readonly elapsed: number } | { readonly error: string };

function requestOf({ url, token, method, path, body }: Load, index: number): string {
  const head = `${method} ${path.replaceAll('{}', String(index))} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer ${token}\r\n`;
  if (body === undefined) return `${head}\r\n`;
  const bytes = body.replaceAll('{}', String(index));
  return `${head}Content-Type: application/apply-patch+yaml\r\nContent-Length: ${Buffer.byteLength(bytes)}\r\n\r\n${bytes}`;
}

/** How many bytes the first answer of a buffer has; undefined while it is not complete. */
function answerSize(buffer: Buffer): number | undefined {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = buffer.toString('latin1', 0, end);
  if (!/^HTTP\/1\.1 20[01] /.test(head)) throw new Error(`answered ${head.slice(0, head.indexOf('\r\n'))}`);
  const size = end + 4 + Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  return buffer.length < size ? undefined : size;
}

async function run(load: Load): Promise<number> {
  const requests = Array.from({ length: load.count }, (_, index) => requestOf(load, index % load.different));
  const { hostname, port } = new URL(load.url);
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
      await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      return socket.setNoDelay(true);
    }),
  );
  let next = 0;
  const work = (socket: TLSSocket): Promise<void> =>
    new Promise((resolve, reject) => {
      let received: Buffer = Buffer.alloc(0);
      const send = (): void => {
        const request = requests[next++];
        if (request === undefined) return resolve();
        socket.write(request);
      };
      socket.on('error', reject);
      socket.on('data', (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        try {
          const size = answerSize(received);
          if (size === undefined) return;
          received = received.subarray(size);
          send();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      send();
    });
  const start = performance.now();
  await Promise.all(sockets.map(work));
  const elapsed = performance.now() - start;
  for (const socket of sockets) socket.destroy();
  return elapsed;
}

const EVENT = Buffer.from('{"type":"ADDED"');

/** Events that begin in a chunk; one that is cut in two is counted where its second half is. */
function eventsIn(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(EVENT); at >= 0; at = chunk.indexOf(EVENT, at + EVENT.length)) count++;
  return count;
}

/** Opens the watches, says so, and waits until each was told of everything that happens from then on. */
async function watch(load: Load, ready: () => void): Promise<number> {
  const request = requestOf(load, 0);
  const { hostname, port } = new URL(load.url);
  const counts: number[] = [];
  const sockets: TLSSocket[] = [];
  const session: { ticket?: Buffer } = {};
  for (let index = 0; index < (load.watches ?? 0); index++) {
    const socket = connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      ...(session.ticket && { session: session.ticket }),
    });
    socket.on('session', (ticket) => (session.ticket = ticket));
    await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    sockets.push(socket);
  }
  await Promise.all(
    sockets.map((socket) => {
      socket.write(request);
      return new Promise((resolve) => socket.once('data', resolve));
    }),
  );
  // What is there already comes at once.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const all = Promise.all(
    sockets.map(
      (socket, index) =>
        new Promise<void>((resolve) => {
          counts[index] = 0;
          let tail: Buffer = Buffer.alloc(0);
          socket.on('data', (chunk: Buffer) => {
            const joined = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
            counts[index] = (counts[index] ?? 0) + eventsIn(joined);
            // As much as cannot hold a whole beginning.
            tail = Buffer.from(chunk.subarray(Math.max(0, chunk.length - EVENT.length + 1)));
            if ((counts[index] ?? 0) >= load.count) resolve();
          });
        }),
    ),
  );
  ready();
  const start = performance.now();
  await all;
  for (const socket of sockets) socket.destroy();
  return performance.now() - start;
}

process.on('message', (load: Load) => {
  const work = load.watches === undefined ? run(load) : watch(load, () => void process.send?.('open'));
  work.then(
    (elapsed) => process.send?.({ elapsed } satisfies Outcome),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) } satisfies Outcome),
  );
});
