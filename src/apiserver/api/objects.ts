/**
 * Writing objects: the order of the steps between a decoded request and the store, as a real API server has it. The rules themselves are pure
 * (`core/kube`); here they meet storage. Nothing awaits, so what is read is what is replaced.
 */
import type { KubeObject } from '../../core/object/index.ts';
import { metadataErrors, metadataUpdateErrors } from '../../core/kube/meta/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { type FieldError, fieldError, invalid, quote, type Refusal, refuse } from '../../core/kube/status/index.ts';
import { isNoOp, podPart, prepareCreate, prepareUpdate, ruleOf } from '../../core/kube/strategy/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Clock, Random } from '../../ports/index.ts';
import type { Entry, Store } from '../store/index.ts';
import type { Admission } from './admission.ts';
import type { KindLogic } from './kind-logic.ts';
import type { Ownership } from './ownership.ts';
import { nameAlphabet } from './names.ts';
import { storeKey, type User } from './request.ts';

/** Where a write goes. */
export interface Target {
  readonly resource: Resource;
  /** Empty, `status`, … */
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** On whose behalf and how. */
export interface WriteAs {
  readonly user: User;
  readonly manager: string;
  readonly dryRun: boolean;
  /** The object's managedFields are up to date already: server-side apply has seen to them. */
  readonly tracked?: true;
  /** The client named the object, and would create it where it is not there: by PUT or PATCH. */
  readonly byName?: true;
  /** The client sent the whole object; its uid is then a precondition. */
  readonly whole?: true;
  /** Collects what the client is warned of. */
  readonly warnings?: string[];
}

export interface Written {
  readonly entry: Entry | undefined;
  readonly object: KubeObject;
  readonly created: boolean;
}

export interface ObjectParts {
  readonly store: Store;
  readonly logic: KindLogic;
  readonly ownership: Ownership;
  readonly admission: Admission;
  /** Takes an object away, and what goes with it. */
  readonly remove: (resource: Resource, live: Entry) => unknown;
  readonly clock: Clock;
  readonly random: Random;
}

export const subjectOf = (resource: Resource): { group: string; plural: string; kind: string } => ({
  group: resource.group,
  plural: resource.resource,
  kind: resource.kind,
});

/** Where the real server keeps a type, as its messages say. Kubernetes: the storage factories' resource prefixes. */
const folders: ReadonlyMap<string, string> = new Map([
  ['services', 'services/specs'],
  ['endpoints', 'services/endpoints'],
  ['replicationcontrollers', 'controllers'],
  ['nodes', 'minions'],
  ['ingresses.networking.k8s.io', 'ingress'],
]);

const registryFolder = (resource: Resource): string =>
  resource.custom ? `${resource.group}/${resource.resource}` : (folders.get(resource.table) ?? resource.resource);

/** Ways to write a part of a Pod's specification. */
const podParts: ReadonlySet<string> = new Set(['ephemeralcontainers', 'resize']);

/** Types whose own validation leaves out the metadata: that is looked at when all else is right. */
const metadataLast: ReadonlySet<string> = new Set(['poddisruptionbudgets.policy', 'events']);

export const badVersion = (text: string): Refusal => refuse.plain(`strconv.ParseUint: parsing ${quote(text)}: invalid syntax`);

const withVersion = (object: KubeObject, live: Entry): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(live.revision) },
});

interface UidMismatch {
  readonly asked: string;
  readonly found: string;
  readonly dryRun: boolean;
}

/** The object that was sent says which one it means, and another one, or none, is there. */
export function otherUid({ resource, namespace, name }: Omit<Target, 'subresource'>, { asked, found, dryRun }: UidMismatch): Refusal {
  // A dry run does not reach the storage, which puts its prefix before the key.
  const key = `${dryRun ? '' : '/registry'}/${registryFolder(resource)}/${storeKey(namespace, name)}`;
  const why = `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${found}`;
  const message = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
  return refuse.conflict(subjectOf(resource), name, message);
}

export class Objects {
  readonly #parts: ObjectParts;

  constructor(parts: ObjectParts) {
    this.#parts = parts;
  }

  now(): string {
    return formatTime(this.#parts.clock.now());
  }

  find(resource: Resource, namespace: string, name: string): Entry | undefined {
    return this.#parts.store.table(resource.table).entries.get(storeKey(namespace, name));
  }

  get(resource: Resource, namespace: string, name: string): Entry {
    const entry = this.find(resource, namespace, name);
    if (entry === undefined) throw refuse.notFound(subjectOf(resource), name);
    return entry;
  }

  /** Creates an object that has its kind's shape and defaults. */
  create(target: Target, sent: KubeObject, as: WriteAs): Written {
    const { resource, namespace } = target;
    const { store, admission } = this.#parts;
    const named = this.#named(resource, sent);
    const { name = '', resourceVersion = '' } = named.metadata;
    if (as.tracked === true && resourceVersion !== '' && !/^\d+$/.test(resourceVersion)) throw badVersion(resourceVersion);
    admission.checkNamespace({ ...target, name });
    const managed = as.tracked === true ? named : this.#track(target, undefined, named, as);
    const admitted = admission.mutate({ ...target, name }, managed, undefined, as);
    const prepared = this.#prepared(resource, admitted);
    const errors = [metadataErrors(prepared.metadata, resource), this.#parts.logic.createErrors(resource, prepared)];
    for (const some of metadataLast.has(resource.table) ? errors.toReversed() : [errors.flat()]) this.#refuseInvalid(resource, name, some);
    as.warnings?.push(...this.#parts.logic.warnings(resource, prepared, undefined));
    admission.validate({ ...target, name }, prepared, undefined, as);
    this.#refuseVersion(sent, as);
    const existing = this.find(resource, namespace, name);
    if (existing !== undefined) {
      const generated = (sent.metadata.generateName ?? '') !== '';
      const taken = generated ? refuse.notUnique(subjectOf(resource), name) : refuse.alreadyExists(subjectOf(resource), name);
      throw existing.graph.metadata.deletionTimestamp === undefined ? taken : refuse.beingDeleted(taken);
    }
    const complete = admission.allocate(resource, prepared, undefined);
    if (as.dryRun) return { entry: undefined, object: complete, created: true };
    const entry = store.put(resource.table, storeKey(namespace, name), complete);
    return { entry, object: entry.graph, created: true };
  }

  /** A new object has no version yet. A dry run does not get far enough to notice, and nor do texts that are no version. */
  #refuseVersion(sent: KubeObject, as: WriteAs): void {
    const version = sent.metadata.resourceVersion ?? '';
    if (as.dryRun || as.tracked === true || !/^\d+$/.test(version) || Number(version) === 0) return;
    throw refuse.plain('resourceVersion should not be set on objects to be created');
  }

  /** Replaces an object; `next` has its kind's shape and defaults. */
  update(target: Target, live: Entry, sent: KubeObject, as: WriteAs): Written {
    const { resource, subresource, name } = target;
    const graph = this.#parts.logic.current(resource, live.graph);
    this.checkIdentity(target, graph, sent, as);
    const next = resource.table === 'pods' && podParts.has(subresource) ? podPart(subresource, sent, graph) : sent;
    const managed = as.tracked === true ? next : this.#track(target, graph, next, as);
    const admitted = this.#parts.admission.mutate(target, managed, graph, as);
    const prepared = subresource === 'status' ? prepareUpdate(target, admitted, graph) : this.#updated(target, admitted, graph);
    const errors = [...metadataUpdateErrors(prepared, graph), ...this.#parts.logic.updateErrors(target, prepared, graph)];
    const tolerated = errors.filter((error) => error.tolerated === true);
    as.warnings?.push(...tolerated.map(({ field, text }) => `${field}: ${text}`));
    this.#refuseInvalid(resource, name, tolerated.length === 0 ? errors : errors.filter((error) => error.tolerated !== true));
    this.#look(target, prepared, graph, as);
    return this.#store(target, live, prepared, as);
  }

  /** An update that changes nothing: whoever has something to say about it says so all the same. */
  unchanged(target: Target, live: Entry, as: WriteAs): Written {
    this.#look(target, live.graph, live.graph, as);
    return { entry: live, object: live.graph, created: false };
  }

  #look(target: Target, next: KubeObject, live: KubeObject, as: WriteAs): void {
    const { resource, subresource } = target;
    if (subresource === '' || subresource === 'scale') as.warnings?.push(...this.#parts.logic.warnings(resource, next, live));
    this.#parts.admission.validate(target, next, live, as);
  }

  /** Whether an object may be deleted by this user, as far as others have a say in it. */
  checkDeletion(target: Target, live: KubeObject, as: WriteAs): void {
    this.#parts.admission.validateDeletion(target, live, as);
  }

  /** Stores a state that is decided already: no tracking, no validation. For the server's own bookkeeping. */
  replace(resource: Resource, live: Entry, next: KubeObject): Entry {
    if (isNoOp(next, live.graph)) return live;
    return this.#parts.store.put(resource.table, live.key, next);
  }

  #store(target: Target, live: Entry, prepared: KubeObject, as: WriteAs): Written {
    const { store, admission } = this.#parts;
    const { resource } = target;
    const before = this.#parts.logic.current(resource, live.graph);
    const next = admission.allocate(resource, prepared, before);
    // What only a later schema adds to it is no change.
    if (isNoOp(next, before)) return { entry: live, object: live.graph, created: false };
    const held = (next.metadata.finalizers?.length ?? 0) > 0 || admission.holds(resource, next);
    const gone =
      live.graph.metadata.deletionTimestamp !== undefined && !held && (live.graph.metadata.deletionGracePeriodSeconds ?? 0) === 0;
    if (as.dryRun) return { entry: undefined, object: withVersion(next, live), created: false };
    // What takes away the last hold is never stored: the object goes as it was, and the client gets what it made of it.
    if (gone) {
      this.#parts.remove(resource, live);
      return { entry: undefined, object: withVersion(next, live), created: false };
    }
    const entry = store.put(resource.table, live.key, next);
    return { entry, object: entry.graph, created: false };
  }

  #updated(target: Target, next: KubeObject, live: KubeObject): KubeObject {
    return this.#parts.logic.afterUpdate(target, prepareUpdate(target, next, live), live);
  }

  #prepared(resource: Resource, object: KubeObject): KubeObject {
    const zeroStatus = this.#parts.logic.zeroStatus(resource);
    const facts = { uid: this.#parts.random.uuid(), now: this.now(), zeroStatus };
    return this.#parts.logic.afterCreate(resource, prepareCreate(resource, object, facts));
  }

  #track(target: Target, live: KubeObject | undefined, next: KubeObject, as: WriteAs): KubeObject {
    const { logic, ownership } = this.#parts;
    const { resource } = target;
    const writer = { manager: as.manager, now: this.now() };
    if (resource.apiVersion === resource.storedApiVersion) return ownership.update(target, live, next, writer);
    // Fields are owned as they are called in the version of the request.
    const before = live === undefined ? undefined : logic.project(resource, live);
    const { managedFields } = ownership.update(target, before, logic.project(resource, next), writer).metadata;
    const { managedFields: _sent, ...metadata } = next.metadata;
    return { ...next, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
  }

  /** An object whose name is generated gets one; a taken name is tried again, as the server does up to eight times. */
  #named(resource: Resource, object: KubeObject): KubeObject {
    const { name = '', generateName = '' } = object.metadata;
    if (name === '' && generateName === '' && resource.table === 'limitranges')
      return { ...object, metadata: { ...object.metadata, name: this.#parts.random.uuid() } };
    if (name !== '' || generateName === '') return object;
    let generated = '';
    for (let attempt = 0; attempt < 8; attempt++) {
      const suffix = [...this.#parts.random.bytes(5)].map((byte) => nameAlphabet[byte % nameAlphabet.length]).join('');
      generated = `${generateName.slice(0, 58)}${suffix}`;
      if (this.find(resource, object.metadata.namespace ?? '', generated) === undefined) break;
    }
    return { ...object, metadata: { ...object.metadata, name: generated } };
  }

  /** Whether an update is meant for the object as it is: its uid and revision. */
  checkIdentity(target: Target, live: KubeObject, next: KubeObject, as: WriteAs): void {
    const { resource, name, namespace } = target;
    const sent = next.metadata.resourceVersion ?? '';
    const subject = subjectOf(resource);
    const uid = next.metadata.uid ?? '';
    if (uid !== '' && uid !== live.metadata.uid && as.whole === true)
      throw otherUid({ resource, namespace, name }, { asked: uid, found: live.metadata.uid ?? '', dryRun: as.dryRun });
    if (sent === '' && ruleOf(resource).conditional === true) {
      const error = fieldError.raw('Invalid', 'metadata.resourceVersion', 'Invalid value: 0x0: must be specified for an update');
      throw invalid({ group: resource.group, kind: resource.resource }, name, [error]);
    }
    if (sent !== '' && sent !== live.metadata.resourceVersion) {
      if (!/^\d+$/.test(sent)) throw badVersion(sent);
      throw refuse.modified(subject, name);
    }
  }

  #refuseInvalid(resource: Resource, name: string, errors: readonly FieldError[]): void {
    if (errors.length > 0) throw invalid(subjectOf(resource), name, errors);
  }
}
