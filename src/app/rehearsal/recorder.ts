/** Writes down, while a scenario runs, when each App began to write, when it was ready, and how often containers were restarted. */
import { silentLog } from '../../adapters/log/index.ts';
import { noMetrics } from '../../adapters/metrics/index.ts';
import { seededRandom } from '../../adapters/virtual/index.ts';
import { type App, getCondition } from '../../api/index.ts';
import { complaintOf } from '../../core/health/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { ApiResource, Clock, KubeClient } from '../../ports/index.ts';
import { createInformers, type Change, type Informer, type Informers } from '../../runtime/index.ts';

export interface Timeline {
  /** Milliseconds of the clock's monotonic scale. */
  startedAt?: number;
  /** Since when it has been ready; undefined while it is not. */
  readyAt?: number;
  /** Milliseconds in which its objects were there and it was not ready; the current stretch is not in it. */
  limbo: number;
  /** Since when the current stretch of limbo lasts. */
  limboSince?: number;
}

const resource = (group: string, kind: string, plural: string): ApiResource => ({
  group,
  version: 'v1',
  kind,
  resource: plural,
  namespaced: true,
  verbs: [],
});
const APPS = resource('lockstep.dev', 'App', 'apps');
const INVENTORIES = resource('lockstep.dev', 'Inventory', 'inventories');
const PODS = resource('', 'Pod', 'pods');
const EVENTS = resource('', 'Event', 'events');
const BETWEEN = [resource('apps', 'ReplicaSet', 'replicasets'), resource('batch', 'Job', 'jobs')];

interface PodRecord {
  readonly owner: string;
  readonly restarts: number;
  /** What keeps it from being ready, in its own words; empty: nothing, or it is gone. */
  readonly complaint: string;
  /** Its containers do not run yet. */
  readonly pending: boolean;
}

export class Recorder {
  readonly apps: Informer;
  readonly #informers: Informers;
  readonly #clock: Clock;
  readonly #timelines = new Map<string, Timeline>();
  /** By uid; Pods that are gone included. */
  readonly #pods = new Map<string, PodRecord>();
  /** Why Pods were not even made, by uid of what should have made them. */
  readonly #refused = new Map<string, string>();
  /** What the kubelet could not mount, by uid of the Pod: its status says no more than ContainerCreating. */
  readonly #unmounted = new Map<string, string>();
  /** Controller by uid of what it controls. */
  readonly #controllers = new Map<string, string>();
  /** When readiness of any App changed last. */
  changedAt = 0;

  constructor(kube: KubeClient, clock: Clock) {
    this.#clock = clock;
    this.#informers = createInformers({ client: kube, clock, random: seededRandom(3), log: silentLog(), metrics: noMetrics() });
    this.apps = this.#follow(APPS, (change) => this.#appChanged(change));
    this.#follow(INVENTORIES, (change) => this.#inventoryChanged(change));
    this.#follow(PODS, (change) => this.#podChanged(change));
    this.#follow(EVENTS, (change) => this.#eventChanged(change));
    for (const kind of BETWEEN) this.#follow(kind, (change) => this.#controlled(change));
  }

  #follow(of: ApiResource, handler: (change: Change) => void): Informer {
    const { informer } = this.#informers.acquire(of);
    informer.subscribe(handler);
    return informer;
  }

  timeline(app: string): Timeline {
    const known = this.#timelines.get(app);
    if (known !== undefined) return known;
    const made: Timeline = { limbo: 0 };
    this.#timelines.set(app, made);
    return made;
  }

  #appChanged(change: Change): void {
    if (change.type === 'deleted') {
      this.changedAt = this.#clock.monotonic();
      this.#timelines.delete(keyOf(change.old));
      return;
    }
    const now = this.#clock.monotonic();
    const timeline = this.timeline(keyOf(change.now));
    const ready = isReady(change.now);
    if (change.type === 'added' || stateOf(change.old) !== stateOf(change.now)) this.changedAt = now;
    if (ready === (timeline.readyAt !== undefined)) return;
    if (ready) {
      timeline.readyAt = now;
      if (timeline.limboSince !== undefined) timeline.limbo += now - timeline.limboSince;
      delete timeline.limboSince;
    } else {
      delete timeline.readyAt;
      if (timeline.startedAt !== undefined) timeline.limboSince = now;
    }
  }

  /** It is written ahead of the first object (S6). */
  #inventoryChanged(change: Change): void {
    if (change.type !== 'added') return;
    const name = (change.now['spec'] as { readonly app?: { readonly name?: string } } | undefined)?.app?.name ?? '';
    const timeline = this.timeline(`${change.now.metadata.namespace ?? ''}/${name}`);
    if (timeline.startedAt !== undefined) return;
    timeline.startedAt = this.#clock.monotonic();
    if (timeline.readyAt === undefined) timeline.limboSince = timeline.startedAt;
  }

  #podChanged(change: Change): void {
    const pod = change.type === 'deleted' ? change.old : change.now;
    const { uid = '' } = pod.metadata;
    if (change.type === 'added') this.#refused.delete(ownerOf(pod));
    const restarts = Math.max(restartsOf(pod), this.#pods.get(uid)?.restarts ?? 0);
    const gone = change.type === 'deleted';
    const pending = !gone && (pod['status'] as { readonly phase?: string } | undefined)?.phase === 'Pending';
    this.#pods.set(uid, { owner: ownerOf(pod), restarts, complaint: gone ? '' : complaintOf(pod), pending });
  }

  /** A quota, an admission policy, a missing PriorityClass: no Pod is there to say so. A volume: the Pod does not say it. */
  #eventChanged(change: Change): void {
    if (change.type === 'deleted') return;
    const { reason, involvedObject, message } = change.now as EventObject;
    if (involvedObject?.uid === undefined || message === undefined) return;
    if (reason === 'FailedCreate') this.#refused.set(involvedObject.uid, message);
    if (reason === 'FailedMount') this.#unmounted.set(involvedObject.uid, message);
  }

  #controlled(change: Change): void {
    if (change.type !== 'deleted') this.#controllers.set(change.now.metadata.uid ?? '', ownerOf(change.now));
  }

  /** Restarts by App; `appOf` tells who delivered the object with a uid. */
  restarts(appOf: (uid: string) => string | undefined): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const [uid, { owner, restarts }] of this.#pods) {
      const app = appOf(uid) ?? this.#deliverer(owner, appOf);
      if (app !== undefined) sums.set(app, (sums.get(app) ?? 0) + restarts);
    }
    return sums;
  }

  /** What the Pods of an App complain about, each complaint once. */
  complaints(app: string, appOf: (uid: string) => string | undefined): readonly string[] {
    const found = new Set<string>();
    for (const [uid, { owner, complaint: said, pending }] of this.#pods) {
      const complaint = said === '' && pending ? (this.#unmounted.get(uid) ?? '') : said;
      if (complaint !== '' && (appOf(uid) ?? this.#deliverer(owner, appOf)) === app) found.add(complaint);
    }
    for (const [uid, message] of this.#refused) if (this.#deliverer(uid, appOf) === app) found.add(message);
    return [...found];
  }

  #deliverer(owner: string, appOf: (uid: string) => string | undefined): string | undefined {
    let at = owner;
    for (let step = 0; step < 4 && at !== ''; step += 1) {
      const app = appOf(at);
      if (app !== undefined) return app;
      at = this.#controllers.get(at) ?? '';
    }
    return undefined;
  }

  stop(): Promise<void> {
    return this.#informers.stop();
  }
}

interface EventObject {
  readonly reason?: string;
  readonly involvedObject?: { readonly uid?: string };
  readonly message?: string;
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

const conditionOf = (object: KubeObject): ReturnType<typeof getCondition> =>
  getCondition((object as unknown as App).status?.conditions, 'Ready');

/** Ready for the spec it has now. */
export const isReady = (object: KubeObject): boolean =>
  conditionOf(object)?.status === 'True' && (object as unknown as App).status?.observedGeneration === object.metadata.generation;

const stateOf = (object: KubeObject): string => {
  const ready = conditionOf(object);
  return `${ready?.status} ${ready?.reason} ${ready?.message}`;
};

const ownerOf = ({ metadata }: KubeObject): string => metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? '';

function restartsOf(pod: KubeObject): number {
  const status = pod['status'] as { readonly containerStatuses?: readonly { readonly restartCount?: number }[] } | undefined;
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}
