/**
 * `services/NAME/proxy/PATH`: requests handed on to what answers behind a Service. Only parts of this process answer; workloads are simulated and have
 * no endpoints. Kubernetes: pkg/registry/core/service/proxy/rest.go, storage.go (ResourceLocation).
 */
import type { ServiceBackend, ServiceRequest, ServiceResponse } from '../../ports/index.ts';
import { refuse, Refusal } from '../../core/kube/status/index.ts';
import type { Store } from '../store/index.ts';
import type { Answer, ReadyAnswer } from './answer.ts';
import { subjectOf } from './objects.ts';
import { type ResourceRequest, storeKey } from './request.ts';

/** Headers that are for the API server itself. */
const ownHeaders = new Set(['authorization', 'cookie', 'host', 'connection', 'content-length', 'transfer-encoding']);

export class ServiceProxy {
  readonly #store: Store;
  readonly #backends = new Map<string, ServiceBackend>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** From now on `backend` answers for this Service. Returns the way to end that. */
  serve(service: { readonly namespace: string; readonly name: string }, backend: ServiceBackend): () => void {
    const key = storeKey(service.namespace, service.name);
    this.#backends.set(key, backend);
    return () => void this.#backends.delete(key);
  }

  handle(request: ResourceRequest): Answer {
    const name = serviceName(request.name);
    const backend = this.#backends.get(storeKey(request.namespace, name));
    if (backend !== undefined) return { kind: 'later', answer: backend(requestOf(request)).then(answerOf) };
    if (!this.#store.table('services').entries.has(storeKey(request.namespace, name)))
      throw refuse.notFound(subjectOf(request.resource), name);
    throw new Refusal(503, 'ServiceUnavailable', `no endpoints available for service "${name}"`, { details: {} });
  }
}

/** `NAME`, `NAME:PORT`, `SCHEME:NAME:PORT`: the port names no other part of a backend here. */
function serviceName(text: string): string {
  const parts = text.split(':');
  return (parts.length === 3 ? parts[1] : parts[0]) ?? '';
}

function requestOf(request: ResourceRequest): ServiceRequest {
  const { method, segments, headers, body, user, query } = request;
  const at = segments.indexOf('proxy', segments.indexOf('services') + 2);
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || ownHeaders.has(name) || name.startsWith('impersonate-')
      ? []
      : [[name, typeof value === 'string' ? value : value.join(', ')]],
  );
  return {
    method,
    path: `/${segments.slice(at + 1).join('/')}`,
    query: query.entries(),
    headers: Object.fromEntries(kept),
    body:
      body === undefined ? new Uint8Array() : body.kind === 'bytes' ? body.bytes : new Uint8Array(Buffer.from(JSON.stringify(body.value))),
    user: { name: user.name, groups: user.groups },
  };
}

const answerOf = ({ status, headers, body }: ServiceResponse): ReadyAnswer =>
  body instanceof Uint8Array ? { kind: 'bytes', status, bytes: body, headers } : { kind: 'stream', status, chunks: body, headers };
