/** Subresources that are not simply another way to write the object: logs, tokens, bindings, evictions, scale. */
import type { Answer } from './answer.ts';
import type { ResourceRequest } from './request.ts';
import { refuse } from '../../core/kube/status/index.ts';

type Handler = (request: ResourceRequest) => Answer;

/** Written like the object itself, with rules of their own in `core/kube/strategy`. */
const plain = new Set(['', 'status', 'ephemeralcontainers', 'resize', 'approval']);

export class Subresources {
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(handlers: ReadonlyMap<string, Handler>) {
    this.#handlers = handlers;
  }

  serves(request: ResourceRequest): boolean {
    return !plain.has(request.subresource);
  }

  handle(request: ResourceRequest): Answer {
    const handler = this.#handlers.get(`${request.resource.resource}/${request.subresource}`) ?? this.#handlers.get(request.subresource);
    if (handler === undefined) throw refuse.methodNotAllowed();
    return handler(request);
  }
}
