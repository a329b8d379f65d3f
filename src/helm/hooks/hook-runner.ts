/**
 * Runs the hooks of one moment, one after the other, without holding a worker: what has to be awaited is returned, and the next pass goes on. Which step
 * comes next is decided in `core/release/hooks`; here it is carried out.
 */
import { type Gvk, type KubeObject, type ObjectRef, formatRef, record, refOf } from '../../core/object/index.ts';
import { type HookRecord, type HookRun, splitManifest } from '../../core/release/index.ts';
import { deletesWhen, hookRunAnnotation, hooksOf, hookStep, type HookStep } from '../../core/release/hooks/index.ts';
import type { ApiResource, Clock, KubeClient, KubeError } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';
import { type PodLog, podLogs, podsOfJob } from './pod-logs.ts';

export interface HookPorts {
  readonly client: KubeClient;
  readonly served: { find(gvk: Gvk): ApiResource | undefined };
  readonly live: HookObjects;
  readonly clock: Clock;
}

/** Living objects: read, and told of what was done to them. */
export interface HookObjects {
  read(client: KubeClient, resource: ApiResource, ref: ObjectRef): Promise<Result<KubeObject | null, KubeError>>;
  wrote(ref: ObjectRef, object: KubeObject): void;
  deleted(ref: ObjectRef, object: KubeObject): void;
}

export interface HookRequest {
  /** Marks the object of a hook with whoever runs it. */
  readonly stamp: (object: KubeObject) => KubeObject;
  readonly fieldManager: string;
  /** Where objects without a namespace go. */
  readonly namespace: string;
  readonly hooks: readonly HookRecord[];
  readonly event: string;
  /** Identifies this run of the moment: the same run is never begun twice. */
  readonly run: string;
  /** Milliseconds one of them may take. */
  readonly timeout: (hook: HookRecord) => number;
  /** Tests go on after a failure, so that one run shows everything that is wrong. */
  readonly stopsAtFailure: boolean;
  /** Records how a hook is doing, durably. */
  readonly note: (hook: HookRecord, run: HookRun) => Promise<KubeError | undefined>;
  readonly told: (hook: HookRecord, what: HookNews) => void;
  /** Once all have ended, before anything is deleted. */
  readonly ended?: () => Promise<void>;
}

export interface HookNews {
  readonly state: 'started' | 'succeeded' | 'failed';
  readonly message: string;
  readonly logs?: readonly PodLog[];
}

export type HookEnd =
  | { readonly state: 'done' }
  | { readonly state: 'waiting'; readonly hook: HookRecord; readonly about: string; readonly message: string; readonly until?: number }
  /** `seen`: its object, when it ran. */
  | { readonly state: 'failed'; readonly hook: HookRecord; readonly message: string; readonly seen?: KubeObject }
  | { readonly state: 'error'; readonly error: KubeError };

interface Place {
  readonly object: KubeObject;
  readonly resource: ApiResource;
}

const mostSteps = 12;

export class HookRunner {
  readonly #ports: HookPorts;
  readonly #request: HookRequest;
  #seen: KubeObject | null = null;

  constructor(ports: HookPorts, request: HookRequest) {
    this.#ports = ports;
    this.#request = request;
  }

  async run(): Promise<HookEnd> {
    const { hooks, event, stopsAtFailure } = this.#request;
    const ordered = hooksOf(hooks, event);
    let failed: HookEnd | undefined;
    for (const hook of ordered) {
      const end = await this.#one(hook);
      if (end.state === 'failed') failed ??= end;
      else if (end.state !== 'done') return end;
      if (end.state === 'failed' && stopsAtFailure) break;
    }
    await this.#request.ended?.();
    const swept = await this.#sweep(ordered, failed?.state === 'failed' ? failed.hook : undefined);
    return swept ?? failed ?? { state: 'done' };
  }

  #placeOf(hook: HookRecord): Place | string {
    const parsed = splitManifest(hook.manifest)[0]?.object;
    if (parsed === undefined) return `its manifest (${hook.path}) is no Kubernetes object`;
    const resource = this.#ports.served.find({ ...gvkIn(parsed), kind: parsed.kind });
    if (resource === undefined) return `the cluster does not serve ${parsed.apiVersion} ${parsed.kind}`;
    const { namespace: given = '', ...metadata } = parsed.metadata;
    const namespace = given === '' ? this.#request.namespace : given;
    const object = { ...parsed, metadata: resource.namespaced ? { ...metadata, namespace } : metadata };
    return { object, resource };
  }

  async #one(hook: HookRecord): Promise<HookEnd> {
    const place = this.#placeOf(hook);
    if (typeof place === 'string') return hook.lastRun.phase === 'Failed' ? fail(hook, place) : this.#failed(hook, hook.lastRun, place);
    let recorded = hook.lastRun;
    for (let count = 0; count < mostSteps; count += 1) {
      const step = await this.#decide(hook, place, recorded);
      if ('code' in step) return { state: 'error', error: step };
      if (step.do === 'record') {
        const noted = await this.#record(hook, { step, place, before: recorded });
        if ('code' in noted) return { state: 'error', error: noted };
        recorded = noted;
        if (step.phase === 'Failed') return this.#failedRun(hook, step.message);
        continue;
      }
      const end = await this.#carryOut(hook, place, step);
      if (end !== undefined) return end;
    }
    return { state: 'waiting', hook, about: formatRef(refOf(place.object)), message: 'it is looked at again' };
  }

  async #decide(hook: HookRecord, { object, resource }: Place, recorded: HookRun): Promise<HookStep | KubeError> {
    const { client, live, clock } = this.#ports;
    const found = recorded.phase === 'Succeeded' ? undefined : await live.read(client, resource, refOf(object));
    if (found?.ok === false) return found.error;
    const { run, timeout } = this.#request;
    const seen = found?.value ?? null;
    this.#seen = seen;
    const pods = seen?.kind === 'Job' ? await podsOfJob(this.#ports, seen) : [];
    return hookStep(hook, { run, live: seen, pods, recorded, now: clock.now(), timeout: timeout(hook) });
  }

  async #carryOut(hook: HookRecord, { object, resource }: Place, step: HookStep): Promise<HookEnd | undefined> {
    const { client, live } = this.#ports;
    const ref = refOf(object);
    const about = formatRef(ref);
    switch (step.do) {
      case 'next':
        return { state: 'done' };
      case 'fail':
      case 'record':
        return this.#failedRun(hook, 'message' in step ? step.message : '');
      case 'awaitGone':
        return { state: 'waiting', hook, about, message: `an earlier ${about} is being deleted` };
      case 'await':
        return { state: 'waiting', hook, about, message: step.message, until: step.until };
      case 'delete':
        return this.#remove(hook, { object, resource }, step.uid);
      case 'create': {
        const created = await client.create(resource, this.#stamped(object), { fieldManager: this.#request.fieldManager });
        if (created.ok) {
          live.wrote(ref, created.value);
          this.#request.told(hook, { state: 'started', message: about });
          return undefined;
        }
        // Lost answers and stale reads: what is there is looked at again.
        if (created.error.reason === 'AlreadyExists') return { state: 'waiting', hook, about, message: 'it is looked at again' };
        if (isPassing(created.error)) return { state: 'error', error: created.error };
        return this.#failed(hook, hook.lastRun, created.error.message);
      }
    }
  }

  async #remove(hook: HookRecord, { object, resource }: Place, uid: string): Promise<HookEnd | undefined> {
    const { client, live } = this.#ports;
    const ref = refOf(object);
    const deleted = await client.delete(resource, ref.namespace, ref.name, { propagation: 'Background', uid });
    if (!deleted.ok && deleted.error.code !== 404 && deleted.error.code !== 409) return { state: 'error', error: deleted.error };
    if (deleted.ok && deleted.value !== null) {
      live.wrote(ref, deleted.value);
      return { state: 'waiting', hook, about: formatRef(ref), message: `an earlier ${formatRef(ref)} is being deleted` };
    }
    live.deleted(ref, { ...object, metadata: { ...object.metadata, uid } });
    return undefined;
  }

  #failedRun(hook: HookRecord, message: string): HookEnd {
    return { ...fail(hook, message), ...(this.#seen === null ? {} : { seen: this.#seen }) };
  }

  #stamped(object: KubeObject): KubeObject {
    const stamped = this.#request.stamp(object);
    const annotations = record<string>([...Object.entries(stamped.metadata.annotations ?? {}), [hookRunAnnotation, this.#request.run]]);
    return { ...stamped, metadata: { ...stamped.metadata, annotations } };
  }

  async #failed(hook: HookRecord, before: HookRun, message: string): Promise<HookEnd> {
    const at = moment(this.#ports.clock.now());
    const error = await this.#request.note(hook, { startedAt: before.startedAt ?? at, completedAt: at, phase: 'Failed' });
    if (error !== undefined) return { state: 'error', error };
    this.#request.told(hook, { state: 'failed', message });
    return fail(hook, message);
  }

  async #record(
    hook: HookRecord,
    scene: { readonly step: Extract<HookStep, { do: 'record' }>; readonly place: Place; readonly before: HookRun },
  ): Promise<HookRun | KubeError> {
    const { step, place, before } = scene;
    const at = moment(this.#ports.clock.now());
    const run: HookRun = {
      startedAt: before.startedAt ?? at,
      ...(step.phase === 'Running' ? {} : { completedAt: at }),
      phase: step.phase,
    };
    const error = await this.#request.note(hook, run);
    if (error !== undefined) return error;
    if (step.phase !== 'Running') await this.#tell(hook, step, place);
    return run;
  }

  async #tell(hook: HookRecord, step: Extract<HookStep, { do: 'record' }>, { object }: Place): Promise<void> {
    const state = step.phase === 'Failed' ? 'failed' : 'succeeded';
    const wanted = hook.outputLogPolicies.includes(state === 'failed' ? 'hook-failed' : 'hook-succeeded') || this.#request.event === 'test';
    const logs = wanted ? await podLogs(this.#ports, object) : undefined;
    this.#request.told(hook, { state, message: step.message, ...(logs === undefined || logs.length === 0 ? {} : { logs }) });
  }

  /** Helm deletes what its policies name once the moment is over: all that succeeded, and the one that failed. */
  async #sweep(ordered: readonly HookRecord[], failed: HookRecord | undefined): Promise<HookEnd | undefined> {
    for (const hook of ordered.toReversed()) {
      const place = deletesWhen(hook, hook === failed ? 'hook-failed' : 'hook-succeeded') ? this.#placeOf(hook) : '';
      if (typeof place === 'string') continue;
      const found = await this.#ports.live.read(this.#ports.client, place.resource, refOf(place.object));
      if (!found.ok) return { state: 'error', error: found.error };
      const { run } = this.#request;
      if (found.value === null || found.value.metadata.annotations?.[hookRunAnnotation] !== run) continue;
      if (found.value.metadata.deletionTimestamp !== undefined) continue;
      const end = await this.#remove(hook, place, found.value.metadata.uid ?? '');
      if (end?.state === 'error') return end;
    }
    return undefined;
  }
}

const fail = (hook: HookRecord, message: string): Extract<HookEnd, { state: 'failed' }> => ({ state: 'failed', hook, message });

/** RFC 3339 in whole seconds. */
const moment = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');

const isPassing = ({ code }: KubeError): boolean => code === 0 || code === 429 || code >= 500;

function gvkIn({ apiVersion }: KubeObject): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
