/**
 * A lease is not a fence (S25): a process that was stopped and resumed believes it still leads. So every write asks first, on the monotonic clock, and
 * is not sent when the answer is no.
 */
import type { KubeRequest, KubeResponse, KubeTransport } from '../ports/index.ts';

/** The same transport; anything but reading is refused (as if nobody answered) while `leads` says no. */
export function fenced(transport: KubeTransport, leads: () => boolean): KubeTransport {
  return {
    send: (request: KubeRequest): Promise<KubeResponse> =>
      request.method === 'GET' || leads() ? transport.send(request) : Promise.reject(new Error('not sent: this replica no longer leads')),
    close: () => transport.close(),
  };
}
