/**
 * The door for webhooks: a listener of its own, because it has to be reachable from the internet where the dashboard need not be, and another origin keeps
 * what strangers send apart from what sessions may do (S24).
 */
import { createServer } from 'node:http';
import { type Listening, listen } from '../http/listening.ts';
import { Receiver, type ReceiverPorts } from './receiver.ts';

/** Rejects when the address is taken. `port` 0 chooses a free one. */
export function listenHooks(ports: ReceiverPorts, at: { readonly host: string; readonly port: number }): Promise<Listening> {
  const receiver = new Receiver(ports);
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    (request, response) => void receiver.handle(request, response),
  );
  server.maxConnections = 256;
  return listen(server, at);
}
