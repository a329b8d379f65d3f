/** Subresources that are not simply another way to write the object: logs, tokens, bindings, evictions, scale. */
import type { Answer } from './answer.ts';
import type { ResourceRequest } from './request.ts';
import type { Reviews } from './reviews.ts';
import { refuse } from '../../core/kube/status/index.ts';

type Handler = (request: ResourceRequest) => Answer;

/** Written like the object itself, with rules of their own in `core/kube/strategy`. */
const plain = new Set(['', 'status', 'ephemeralcontainers', 'resize', 'approval']);

export class Subresources {
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #reviews: Reviews;

  constructor(handlers: ReadonlyMap<string, Handler>, reviews: Reviews) {
    this.#handlers = handlers;
    this.#reviews = reviews;
  }

  serves(request: ResourceRequest): boolean {
    return !plain.has(request.subresource) || this.#handlers.has(`${request.resource.resource}/`) || this.#reviews.serves(request);
  }

  handle(request: ResourceRequest): Answer {
    if (this.#reviews.serves(request)) return this.#reviews.handle(request);
    const handler = this.#handlers.get(`${request.resource.resource}/${request.subresource}`) ?? this.#handlers.get(request.subresource);
    if (handler === undefined) throw refuse.methodNotAllowed();
    return handler(request);
  }
}
