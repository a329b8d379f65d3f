/** What can be done to a Pod beside writing it: logs; what needs a real container is refused. */
import { type Json, type JsonObject, type KubeObject, isObject } from '../../core/object/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Answer } from './answer.ts';
import type { Objects } from './objects.ts';
import type { ResourceRequest } from './request.ts';

export interface PodParts {
  readonly objects: Objects;
  readonly clock: Clock;
}

const objects = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const objectAt = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const plain = { 'content-type': 'text/plain' };

export class PodActions {
  readonly #parts: PodParts;

  constructor(parts: PodParts) {
    this.#parts = parts;
  }

  /** Handlers by `pods/<subresource>`. */
  handlers(): ReadonlyMap<string, (request: ResourceRequest) => Answer> {
    const refused = (request: ResourceRequest): Answer => this.#needsContainer(request);
    return new Map([
      ['pods/log', (request) => this.#log(request)],
      ['pods/exec', refused],
      ['pods/attach', refused],
      ['pods/portforward', refused],
      ['pods/proxy', refused],
    ]);
  }

  #needsContainer(request: ResourceRequest): Answer {
    this.#parts.objects.get(request.resource, request.namespace, request.name);
    const message = `pods in the embedded cluster are simulated: there is no container for ${request.subresource}`;
    throw new Refusal(501, 'NotImplemented', message);
  }

  #log(request: ResourceRequest): Answer {
    const pod = this.#parts.objects.get(request.resource, request.namespace, request.name).graph;
    const names = objects(objectAt(pod.spec).containers).map((container) => text(container.name));
    const all = [...names, ...objects(objectAt(pod.spec).initContainers).map((container) => text(container.name))];
    const asked = request.query.get('container');
    if (asked === '' && names.length > 1) {
      throw refuse.badRequest(`a container name must be specified for pod ${request.name}, choose one of: [${names.join(' ')}]`);
    }
    if (asked !== '' && !all.includes(asked)) throw refuse.badRequest(`container ${asked} is not valid for pod ${request.name}`);
    const name = asked === '' ? (names[0] ?? '') : asked;
    const status = [...objects(objectAt(pod.status).containerStatuses), ...objects(objectAt(pod.status).initContainerStatuses)].find(
      (item) => item.name === name,
    );
    const waiting = objectAt(objectAt(status?.state).waiting);
    if (waiting.reason === 'ContainerCreating' || waiting.reason === 'CreateContainerConfigError' || status === undefined) {
      throw refuse.badRequest(
        `container ${JSON.stringify(name)} in pod ${JSON.stringify(request.name)} is waiting to start: ${text(waiting.reason) || 'ContainerCreating'}`,
      );
    }
    const lines = this.#lines(pod, name, status);
    const tail = Number.parseInt(request.query.get('tailLines'), 10);
    const shown = tail >= 0 ? lines.slice(lines.length - Math.min(tail, lines.length)) : lines;
    const stamped = request.query.flag('timestamps') ? shown.map((line) => `${formatTime(this.#parts.clock.now())} ${line}`) : shown;
    return { kind: 'bytes', status: 200, bytes: Buffer.from(stamped.map((line) => `${line}\n`).join('')), headers: plain };
  }

  /** There is no program, so the log says what is simulated. */
  #lines(pod: KubeObject, name: string, status: JsonObject): readonly string[] {
    const container = objects(objectAt(pod.spec).containers).find((item) => item.name === name) ?? {};
    const ended = objectAt(objectAt(status.state).terminated);
    const crashed = objectAt(objectAt(status.lastState).terminated);
    return [
      `[lockstep] this container is simulated; image ${text(container.image)} was not run`,
      ...(crashed.exitCode === undefined
        ? []
        : [`[lockstep] last run ended with exit code ${String(crashed.exitCode)} (${text(crashed.reason)})`]),
      ...(ended.exitCode === undefined ? [] : [`[lockstep] ended with exit code ${String(ended.exitCode)}`]),
    ];
  }
}
