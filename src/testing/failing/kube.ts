/** A Kubernetes transport whose k-th request goes wrong. */
import type { KubeRequest, KubeResponse, KubeTransport, WatchEvent } from '../../ports/index.ts';
import type { FaultInjector } from './injector.ts';

/** Requests that write; for plans like "fail at every API write". */
export const isWrite = (call: { readonly port: string; readonly what: string }): boolean =>
  call.port === 'kube' && !call.what.startsWith('GET ');

export function failingTransport(inner: KubeTransport, faults: FaultInjector): KubeTransport {
  return {
    send: (request) =>
      faults.run<KubeResponse>(
        { port: 'kube', what: `${request.method} ${request.path}` },
        () => inner.send(request),
        (fault) => {
          if (typeof fault === 'object') return statusResponse(fault.status);
          if (fault === 'lostAnswer' && request.query?.['watch'] === 'true') return brokenWatch();
          throw networkError(fault, request);
        },
      ),
    close: () => inner.close(),
  };
}

function networkError(fault: 'error' | 'timeout' | 'lostAnswer', request: KubeRequest): Error {
  const code = fault === 'error' ? 'ECONNREFUSED' : fault === 'timeout' ? 'UND_ERR_HEADERS_TIMEOUT' : 'ECONNRESET';
  return Object.assign(new Error(`injected ${fault} at ${request.method} ${request.path}`), { code });
}

const reasons: ReadonlyMap<number, string> = new Map([
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
]);

function statusResponse(status: number): KubeResponse {
  const reason = reasons.get(status) ?? 'Unknown';
  const value = {
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    code: status,
    reason,
    message: `injected ${status} ${reason}`,
  };
  return { status, headers: { 'content-type': 'application/json' }, body: { kind: 'json', value } };
}

/** A watch that is accepted and then torn down. */
function brokenWatch(): KubeResponse {
  const events: AsyncIterable<WatchEvent> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(Object.assign(new Error('injected: the watch broke'), { code: 'ECONNRESET' })),
    }),
  };
  return { status: 200, headers: {}, body: { kind: 'events', events } };
}
