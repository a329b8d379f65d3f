/** Carries out what controllers decide, through the same steps as a client's writes, as the cluster itself. */
import type { Change, EventText, Outcome } from '../../core/kube/controller/index.ts';
import type { DeleteOptions } from '../../core/kube/deletion/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { Refusal } from '../../core/kube/status/index.ts';
import { orderedMeta } from '../../core/kube/strategy/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { JsonObject, KubeObject } from '../../core/object/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Deleter } from '../api/delete.ts';
import type { KindLogic } from '../api/kind-logic.ts';
import type { Objects } from '../api/objects.ts';
import type { Registry } from '../api/registry.ts';
import { adminUser } from '../auth/index.ts';
import type { Applied, Applier } from './loop.ts';

/** The field manager of everything simulated: whoever reads managedFields sees that nothing real stands behind it (rule S23). */
export const SIMULATOR = 'lockstep-simulator';

export interface ApplierParts {
  readonly registry: Registry;
  readonly objects: Objects;
  readonly deleter: Deleter;
  readonly logic: KindLogic;
  readonly clock: Clock;
  readonly events: 'all' | 'warnings';
}

/** Nothing is wrong: the object is there already, or its namespace is going. */
const isPassing = ({ reason, details }: Refusal): boolean =>
  reason === 'AlreadyExists' || reason === 'NotFound' || details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true;

const background: DeleteOptions = {
  propagation: 'Background',
  gracePeriodSeconds: undefined,
  uid: undefined,
  resourceVersion: undefined,
  dryRun: false,
};

export class StoreApplier implements Applier {
  readonly #parts: ApplierParts;
  #eventCount = 0;

  constructor(parts: ApplierParts) {
    this.#parts = parts;
  }

  apply(outcome: Outcome): Applied {
    for (const change of outcome.changes) {
      if (change.kind !== 'create') {
        if (this.#changeUnlessStale(change) === 'refused') return 'refused';
      } else if (this.#createAndSay(change) === 'refused') return 'refused';
    }
    return 'done';
  }

  /** What a controller looked at may have changed since, by its own hand too: it looks again. */
  #changeUnlessStale(change: Exclude<Change, { kind: 'create' }>): Applied {
    try {
      this.#change(change);
      return 'done';
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'Conflict') return 'refused';
      throw error;
    }
  }

  #change(change: Exclude<Change, { kind: 'create' }>): void {
    switch (change.kind) {
      case 'update':
        return this.#update(this.#resource(change.table), '', change.object);
      case 'status':
        return this.#update(this.#resource(change.table), 'status', change.object);
      case 'delete':
        return this.#delete(this.#resource(change.table), change.object, change.graceSeconds);
      case 'bind':
        return this.#bind(change);
      case 'annotate':
        return this.#annotate(this.#resource(change.table), change.object, change.annotations);
      case 'event':
        return this.#event(change.about, change.event);
    }
  }

  #resource(table: string): Resource {
    const resource = this.#parts.registry.ofTable(table);
    if (resource === undefined) throw new Error(`no such table: ${table}`);
    return resource;
  }

  #as() {
    return { user: adminUser, manager: SIMULATOR, dryRun: false };
  }

  #createAndSay({ table, object, announce, refused }: Change & { readonly kind: 'create' }): Applied {
    try {
      const made = this.#create(this.#resource(table), object);
      if (made !== undefined && announce !== undefined) this.#event(announce.about, announce.event(made.metadata.name ?? ''));
      return 'done';
    } catch (error) {
      if (!(error instanceof Refusal) || refused === undefined) throw error;
      this.apply({ changes: refused(error.message) });
      return 'refused';
    }
  }

  #create(resource: Resource, object: JsonObject): KubeObject | undefined {
    const shaped = this.#shape(resource, object);
    const { namespace = '', name = '' } = shaped.metadata;
    try {
      return this.#parts.objects.create({ resource, subresource: '', namespace, name }, shaped, this.#as()).object;
    } catch (error) {
      // Somebody else made it first, or the namespace is going: the next look at the store decides.
      if (error instanceof Refusal && isPassing(error)) return undefined;
      throw error;
    }
  }

  #update(resource: Resource, subresource: string, object: KubeObject): void {
    const { namespace = '', name = '' } = object.metadata;
    const live = this.#parts.objects.find(resource, namespace, name);
    if (live === undefined || live.graph.metadata.uid !== object.metadata.uid) return;
    this.#parts.objects.update({ resource, subresource, namespace, name }, live, this.#shape(resource, object), this.#as());
  }

  #delete(resource: Resource, object: KubeObject, graceSeconds: number | undefined): void {
    const { namespace = '', name = '' } = object.metadata;
    const live = this.#parts.objects.find(resource, namespace, name);
    if (live === undefined || live.graph.metadata.uid !== object.metadata.uid) return;
    this.#parts.deleter.delete(resource, live, { ...background, gracePeriodSeconds: graceSeconds });
  }

  /** Kubernetes: pkg/registry/core/pod/storage BindingREST: the node's name and the condition in one write. */
  #bind(change: Change & { readonly kind: 'bind' }): void {
    const resource = this.#resource('pods');
    const { namespace = '', name = '' } = change.object.metadata;
    const live = this.#parts.objects.find(resource, namespace, name);
    if (live === undefined || live.graph.metadata.uid !== change.object.metadata.uid) return;
    const spec = live.graph.spec as JsonObject;
    const condition = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: formatTime(this.#parts.clock.now()),
    };
    const status = { ...(live.graph.status as JsonObject | undefined), conditions: [condition] };
    const annotations = { ...live.graph.metadata.annotations, ...change.annotations };
    this.#parts.objects.replace(resource, live, {
      ...live.graph,
      metadata: orderedMeta({ ...live.graph.metadata, annotations }),
      spec: { ...spec, nodeName: change.node },
      status,
    });
  }

  #annotate(resource: Resource, object: KubeObject, added: Readonly<Record<string, string>>): void {
    const live = this.#parts.objects.find(resource, object.metadata.namespace ?? '', object.metadata.name ?? '');
    if (live === undefined || live.graph.metadata.uid !== object.metadata.uid) return;
    const annotations = { ...live.graph.metadata.annotations, ...added };
    this.#parts.objects.replace(resource, live, { ...live.graph, metadata: orderedMeta({ ...live.graph.metadata, annotations }) });
  }

  #shape(resource: Resource, object: JsonObject): KubeObject {
    return this.#parts.logic.shape(resource, object, { body: { duplicates: [] }, validation: 'Ignore', warnings: [] });
  }

  /** An event about an object. The same event again counts up. Kubernetes: client-go tools/record. */
  #event(about: KubeObject, event: EventText): void {
    if (this.#parts.events === 'warnings' && event.type !== 'Warning') return;
    const resource = this.#resource('events');
    const { namespace = 'default', name = '', uid = '', resourceVersion = '' } = about.metadata;
    const now = formatTime(this.#parts.clock.now());
    const same = this.#sameEvent(resource, namespace, about, event);
    if (same !== undefined) {
      const { count } = same;
      this.#update(resource, '', { ...same, count: (typeof count === 'number' ? count : 1) + 1, lastTimestamp: now } as KubeObject);
      return;
    }
    this.#eventCount++;
    this.#createEvent(resource, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${this.#eventSuffix()}`, namespace },
      involvedObject: { kind: about.kind, namespace, name, uid, apiVersion: about.apiVersion, resourceVersion },
      reason: event.reason,
      message: event.message,
      source: { component: event.from },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type: event.type,
      eventTime: null,
      reportingComponent: event.from,
      reportingInstance: '',
    });
  }

  /** An event that is refused, by a quota for example, is lost: it is no reason to stop. */
  #createEvent(resource: Resource, event: JsonObject): void {
    try {
      this.#create(resource, event);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Nanoseconds in hexadecimal, as client-go names events; the counter keeps those of one millisecond apart. */
  #eventSuffix(ahead = 0): string {
    return (BigInt(Math.floor(this.#parts.clock.now())) * 1_000_000n + BigInt(this.#eventCount + ahead)).toString(16);
  }

  readonly #recent = new Map<string, string>();

  #sameEvent(resource: Resource, namespace: string, about: KubeObject, event: EventText): KubeObject | undefined {
    const key = [about.metadata.uid, event.reason, event.message].join(' ');
    const name = this.#recent.get(key);
    const found = name === undefined ? undefined : this.#parts.objects.find(resource, namespace, name)?.graph;
    if (found === undefined) {
      if (this.#recent.size > 5000) this.#recent.clear();
      this.#recent.set(key, `${about.metadata.name ?? ''}.${this.#eventSuffix(1)}`);
    }
    return found;
  }
}
