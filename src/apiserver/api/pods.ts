/** What can be done to a Pod beside writing it: logs; what needs a real container is refused. */
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../core/object/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Store } from '../store/index.ts';
import type { Answer } from './answer.ts';
import type { Objects } from './objects.ts';
import { FollowedLog } from './followed-log.ts';
import { type ResourceRequest, storeKey } from './request.ts';

export interface PodParts {
  readonly store: Store;
  readonly objects: Objects;
  readonly clock: Clock;
}

/** A container that waits for one of these has not run, and has no logs. */
const NOT_STARTED: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', 'CreateContainerConfigError']);

const plain = { 'content-type': 'text/plain' };

const wishes: Readonly<Record<string, string>> = {
  exec: 'told to execute a command',
  attach: 'attached to',
  portforward: 'connected to',
  proxy: 'connected to',
};

const statusesOf = (pod: KubeObject): readonly JsonObject[] => [
  ...objects(objectAt(pod.status).containerStatuses),
  ...objects(objectAt(pod.status).initContainerStatuses),
  ...objects(objectAt(pod.status).ephemeralContainerStatuses),
];

/** With which exit code the run of a container ended that had been restarted so often; undefined while it goes on. */
function endOf(pod: KubeObject, run: { readonly name: string; readonly restarts: Json | undefined }): string | undefined {
  const status = statusesOf(pod).find((item) => item.name === run.name);
  const ended = objectAt(objectAt(status?.state).terminated);
  if (ended.exitCode !== undefined) return String(ended.exitCode);
  if (status === undefined || status.restartCount === run.restarts) return undefined;
  return String(objectAt(objectAt(status.lastState).terminated).exitCode ?? 'unknown');
}

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

  /** What a real server says before it looks for the node, and then why there is nothing to look for. */
  #needsContainer(request: ResourceRequest): Answer {
    const { spec, status } = this.#parts.objects.get(request.resource, request.namespace, request.name).graph;
    const { nodeName = '', containers, initContainers, ephemeralContainers } = objectAt(spec);
    const wanted = request.query.get('container');
    const names = [containers, initContainers, ephemeralContainers].flatMap((list) => objects(list).map(({ name }) => name));
    if (wanted !== '' && !names.includes(wanted)) throw refuse.badRequest(`container ${wanted} is not valid for pod ${request.name}`);
    if (request.subresource === 'proxy' && text(objectAt(status).podIP) === '') throw refuse.badRequest('address not allowed');
    if (nodeName === '') throw refuse.badRequest(`pod ${request.name} does not have a host assigned`);
    const wish = wishes[request.subresource] ?? request.subresource;
    const message = `pods in the embedded cluster are simulated: nothing runs in ${request.name} that could be ${wish}; "kubectl logs ${request.name}" tells what is simulated`;
    throw new Refusal(501, 'NotImplemented', message);
  }

  #log(request: ResourceRequest): Answer {
    const pod = this.#parts.objects.get(request.resource, request.namespace, request.name).graph;
    const names = objects(objectAt(pod.spec).containers).map((container) => text(container.name));
    const all = [
      ...names,
      ...[...objects(objectAt(pod.spec).initContainers), ...objects(objectAt(pod.spec).ephemeralContainers)].map((container) =>
        text(container.name),
      ),
    ];
    const asked = request.query.get('container');
    if (asked === '' && names.length > 1) {
      throw refuse.badRequest(`a container name must be specified for pod ${request.name}, choose one of: [${names.join(' ')}]`);
    }
    if (asked !== '' && !all.includes(asked)) throw refuse.badRequest(`container ${asked} is not valid for pod ${request.name}`);
    if (text(objectAt(pod.spec).nodeName) === '') return { kind: 'bytes', status: 204, bytes: new Uint8Array(), headers: {} };
    const name = asked === '' ? (names[0] ?? '') : asked;
    const status = statusesOf(pod).find((item) => item.name === name);
    const waiting = objectAt(objectAt(status?.state).waiting);
    if (NOT_STARTED.has(text(waiting.reason)) || status === undefined) {
      throw refuse.badRequest(
        `container ${JSON.stringify(name)} in pod ${JSON.stringify(request.name)} is waiting to start: ${text(waiting.reason) || 'ContainerCreating'}`,
      );
    }
    if (request.query.flag('previous') && objectAt(objectAt(status.lastState).terminated).exitCode === undefined)
      throw refuse.badRequest(`previous terminated container ${JSON.stringify(name)} in pod ${JSON.stringify(request.name)} not found`);
    const lines = this.#lines(pod, name, status);
    const tail = Number.parseInt(request.query.get('tailLines'), 10);
    const shown = tail >= 0 ? lines.slice(lines.length - Math.min(tail, lines.length)) : lines;
    const line = (content: string): string =>
      `${request.query.flag('timestamps') ? `${formatTime(this.#parts.clock.now())} ` : ''}${content}\n`;
    const first = shown.map(line).join('');
    const isRunning = isObject(objectAt(status.state).running);
    if (!request.query.flag('follow') || request.query.flag('previous') || !isRunning)
      return { kind: 'bytes', status: 200, bytes: Buffer.from(first), headers: plain };
    const lastOf = (now: KubeObject): string | undefined => {
      const code = endOf(now, { name, restarts: status.restartCount });
      return code === undefined ? undefined : line(`[lockstep] ended with exit code ${code}`);
    };
    const chunks = new FollowedLog({
      table: this.#parts.store.table('pods'),
      key: storeKey(request.namespace, request.name),
      first,
      lastOf,
    });
    return { kind: 'stream', chunks, headers: plain };
  }

  /** There is no program, so the log says what is simulated. */
  #lines(pod: KubeObject, name: string, status: JsonObject): readonly string[] {
    const { containers, initContainers, ephemeralContainers } = objectAt(pod.spec);
    const all = [containers, initContainers, ephemeralContainers].flatMap((list) => objects(list));
    const container = all.find((item) => item.name === name) ?? {};
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
