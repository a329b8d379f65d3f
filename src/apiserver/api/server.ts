/** The one door: a request goes in, an answer comes out, whatever happens. Authorisation is asked before anything is read. */
import type { Attributes } from '../../core/kube/rbac/index.ts';
import { Refusal, refuse, statusOf } from '../../core/kube/status/index.ts';
import type { Log } from '../../ports/index.ts';
import type { Answer, ReadyAnswer } from './answer.ts';
import { type Documents, notFoundText } from './documents.ts';
import type { Handlers } from './handlers.ts';
import type { Registry } from './registry.ts';
import type { ApiRequest, ResourceRequest } from './request.ts';
import { attributesOfUnknown, checkServed, routeResource } from './route.ts';
import type { Subresources } from './subresources.ts';

/** Types that are served and should not be used any more. Kubernetes: zz_generated.prerelease-lifecycle.go. */
const deprecations: ReadonlyMap<string, string> = new Map([
  ['v1/endpoints', 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  ['v1/componentstatuses', 'v1 ComponentStatus is deprecated in v1.19+'],
]);

export interface Served {
  readonly answer: Answer;
  readonly warnings: readonly string[];
}

/** Throws the refusal when the user may not do this. */
export interface Authorizer {
  checkResource(request: ResourceRequest): void;
  checkPath(request: ApiRequest): void;
  /** For a type that is not served. */
  checkUnknown(request: ApiRequest, attributes: Attributes): void;
}

export interface ServerParts {
  readonly registry: Registry;
  readonly documents: Documents;
  readonly handlers: Handlers;
  readonly subresources: Subresources;
  readonly authorizer: Authorizer;
  /** Why no form of the answer suits the client. */
  readonly unacceptable: (request: ResourceRequest) => Refusal | undefined;
  /** What clients of a custom type's version are told. */
  readonly deprecation: (request: ResourceRequest) => string | undefined;
  /** Trouble a scenario asks for. */
  readonly trouble: (request: ResourceRequest) => Refusal | undefined;
  readonly log: Log;
}

export class Server {
  readonly #parts: ServerParts;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  serve(request: ApiRequest): Served {
    const warnings: string[] = [];
    try {
      return { answer: this.#answer(request, warnings), warnings };
    } catch (error) {
      // What the router turns away is not warned of.
      const routed = error instanceof Refusal && /^4(06|15): /.test(error.message);
      return { answer: this.refused(error), warnings: routed ? [] : warnings };
    }
  }

  /** The Status answer of whatever was thrown. */
  refused(error: unknown): ReadyAnswer {
    if (error instanceof Refusal) return { kind: 'json', status: error.code, value: statusOf(error) };
    const message = error instanceof Error ? error.message : String(error);
    this.#parts.log.error('request failed', { error: error instanceof Error ? (error.stack ?? message) : message });
    return { kind: 'json', status: 500, value: statusOf(refuse.internal(message)) };
  }

  #answer(request: ApiRequest, warnings: string[]): Answer {
    const { registry, documents, handlers, subresources, authorizer, trouble } = this.#parts;
    const [root = '', , third = ''] = request.segments;
    const onResource = (root === 'api' && request.segments.length > 2) || (root === 'apis' && request.segments.length > 3);
    if (!onResource) {
      authorizer.checkPath(request);
      const answer = documents.handle(request);
      if (answer === undefined) return root === 'api' && third === '' ? this.refused(refuse.unknownResource()) : notFoundText();
      return request.method === 'GET' || request.method === 'HEAD' ? answer : this.refused(refuse.methodNotAllowed());
    }
    const resourceRequest = this.#groupVersionServed(request) ? routeResource(request, registry, warnings) : 'unserved';
    if (typeof resourceRequest === 'string') {
      authorizer.checkUnknown(request, attributesOfUnknown(request));
      if (resourceRequest === 'unknown') throw refuse.unknownResource();
      return notFoundText();
    }
    if (resourceRequest === undefined) return notFoundText();
    authorizer.checkResource(resourceRequest);
    const refusal = trouble(resourceRequest);
    if (refusal !== undefined) throw refusal;
    checkServed(resourceRequest);
    const { apiVersion, resource } = resourceRequest.resource;
    // Nothing is written whose answer the client could not read.
    const unreadable = this.#parts.unacceptable(resourceRequest);
    const deprecated = deprecations.get(`${apiVersion}/${resource}`) ?? this.#parts.deprecation(resourceRequest);
    if (deprecated !== undefined) warnings.push(deprecated);
    if (unreadable !== undefined) throw unreadable;
    return subresources.serves(resourceRequest) ? subresources.handle(resourceRequest) : handlers.handle(resourceRequest);
  }

  #groupVersionServed(request: ApiRequest): boolean {
    const [root = '', first = '', second = ''] = request.segments;
    const [group, version] = root === 'api' ? ['', first] : [first, second];
    return this.#parts.registry.hasVersion(group, version);
  }
}
