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

process.on('message', (load: Load) => {
  run(load).then(
    (elapsed) => process.send?.({ elapsed } satisfies Outcome),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) } satisfies Outcome),
  );
});
