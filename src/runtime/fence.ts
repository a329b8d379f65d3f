/**
 * A lease is not a fence (S25): a process that was stopped and resumed believes it still leads. So every write asks first, on the monotonic clock, and
 * is not sent when the answer is no; one that is under way when leadership lapses is given up, well before another replica may begin.
 */
import type { KubeRequest, KubeResponse, KubeTransport } from '../ports/index.ts';
import type { Elector } from './elector.ts';

/** Answered and forgotten, though it is a POST: tokens, and questions about who somebody is and what they may. Nothing of it is stored. */
const asks = ({ method, path }: KubeRequest): boolean =>
  method === 'POST' &&
  (/^\/api\/v1\/namespaces\/[^/]+\/serviceaccounts\/[^/]+\/token$/.test(path) ||
    /^\/apis\/(?:authentication|authorization)\.k8s\.io\/v1\/(?:namespaces\/[^/]+\/)?[a-z]+reviews$/.test(path));

/** The same transport; anything but reading is refused (as if nobody answered) while `leads` says no. */
export function fenced(transport: KubeTransport, seat: Pick<Elector, 'leads' | 'onLapse'>): KubeTransport {
  const underWay = new Set<AbortController>();
  const unhook = seat.onLapse(() => {
    for (const each of underWay) each.abort(new Error('given up: this replica no longer leads'));
  });
  const write = async (request: KubeRequest): Promise<KubeResponse> => {
    if (!seat.leads()) throw new Error('not sent: this replica does not hold the lease');
    const own = new AbortController();
    const abort = (): void => own.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', abort);
    if (request.signal?.aborted === true) abort();
    underWay.add(own);
    try {
      return await transport.send({ ...request, signal: own.signal });
    } finally {
      underWay.delete(own);
      request.signal?.removeEventListener('abort', abort);
    }
  };
  return {
    send: (request) => (request.method === 'GET' || asks(request) ? transport.send(request) : write(request)),
    close: () => {
      unhook();
      return transport.close();
    },
  };
}
