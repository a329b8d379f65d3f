/** DELETE of one object and of a collection. Kubernetes: handlers/delete.go. */
import { type Json, type JsonObject, type KubeObject, isObject } from '../../core/object/index.ts';
import { decideDeletion, type DeleteOptions, type Propagation } from '../../core/kube/deletion/index.ts';
import { fieldError, invalid, Refusal, refuse, successStatus } from '../../core/kube/status/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { markDeleted } from '../../core/kube/strategy/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Entry, Store } from '../store/index.ts';
import type { Answer } from './answer.ts';
import { goKind, noKind, readObject } from './body.ts';
import { integerOf } from './list-options.ts';
import { subjectOf } from './objects.ts';
import type { ResourceRequest } from './request.ts';

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function optionErrors(propagation: string | undefined, dryRun: readonly Json[], orphan: Json | undefined): void {
  const errors = [];
  if (propagation !== undefined && !['Background', 'Foreground', 'Orphan'].includes(propagation)) {
    errors.push(fieldError.notSupported('propagationPolicy', propagation, ['Foreground', 'Background', 'Orphan', 'nil']));
  }
  if (propagation !== undefined && orphan !== undefined) {
    errors.push(fieldError.invalid('propagationPolicy', propagation, 'orphanDependents and deletionPropagation cannot be both set'));
  }
  if (dryRun.some((value) => value !== 'All')) {
    const shown = `[]string{${dryRun.map((value) => JSON.stringify(value)).join(', ')}}`;
    errors.push(fieldError.raw('NotSupported', 'dryRun', `Unsupported value: ${shown}: supported values: "All"`));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
}

/** The server does not look at why options cannot be decoded: it answers with what the decoder said. */
function readOptions(request: ResourceRequest): Json {
  try {
    return readObject(request, 'DeleteOptions').value;
  } catch (error) {
    const text =
      error instanceof Refusal && error.code === 400
        ? /couldn't get version\/kind; json parse error: .*(?= \()/s.exec(error.message)?.[0]
        : undefined;
    throw text === undefined ? error : refuse.plain(text);
  }
}

const fieldTypes: readonly (readonly [field: string, type: string, go: string])[] = [
  ['gracePeriodSeconds', 'number', 'int64'],
  ['orphanDependents', 'boolean', 'bool'],
  ['propagationPolicy', 'string', 'v1.DeletionPropagation'],
];

/** The options are read strictly as their own type, whatever the object is. */
function checkFields(fields: JsonObject): void {
  const kind = fields.kind ?? 'DeleteOptions';
  if (kind !== 'DeleteOptions') {
    const version = JSON.stringify(fields.apiVersion ?? '');
    throw refuse.plain(`no kind ${JSON.stringify(kind)} is registered for version ${version} in scheme "pkg/runtime/scheme.go:110"`);
  }
  for (const [field, type, go] of fieldTypes) {
    const value = fields[field] ?? null;
    if (value === null || typeof value === type) continue;
    throw refuse.plain(`json: cannot unmarshal ${goKind(value)} into Go struct field DeleteOptions.${field} of type ${go}`);
  }
}

/** Options from the body, or from the query when there is no body. */
export function deleteOptions(request: ResourceRequest): DeleteOptions {
  const empty = request.body === undefined || (request.body.kind === 'bytes' && request.body.bytes.length === 0);
  const body = empty ? {} : readOptions(request);
  if (!isObject(body ?? {})) throw refuse.plain(noKind(body));
  const fields = isObject(body) ? body : {};
  checkFields(fields);
  const { query } = request;
  const preconditions = isObject(fields.preconditions) ? fields.preconditions : {};
  const grace =
    typeof fields.gracePeriodSeconds === 'number' ? fields.gracePeriodSeconds : empty ? integerOf(query, 'gracePeriodSeconds') : undefined;
  const propagation =
    text(fields.propagationPolicy) ?? (empty && query.has('propagationPolicy') ? query.get('propagationPolicy') : undefined);
  const orphan = fields.orphanDependents ?? (empty && query.has('orphanDependents') ? query.flag('orphanDependents') : undefined);
  const dryRun = Array.isArray(fields.dryRun) ? (fields.dryRun as readonly Json[]) : empty ? query.all('dryRun') : [];
  optionErrors(propagation, dryRun, orphan);
  return {
    propagation: (propagation ?? (orphan === true ? 'Orphan' : orphan === false ? 'Background' : undefined)) as Propagation | undefined,
    gracePeriodSeconds: grace,
    uid: text(preconditions.uid),
    resourceVersion: text(preconditions.resourceVersion),
    dryRun: dryRun.length > 0,
  };
}

/** Types whose DELETE answers with the object even when it is gone (ReturnDeletedObject in their storage). */
const returnsObject = new Set([
  'services',
  'serviceaccounts',
  'pods',
  'podtemplates',
  'persistentvolumes',
  'persistentvolumeclaims',
  'resourcequotas',
  'namespaces',
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'storageclasses.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
]);

/** Types whose dependents stay when the request does not say (DefaultGarbageCollectionPolicy of their strategies). */
const keepsDependents = new Set(['jobs.batch', 'replicationcontrollers']);

export interface Deleted {
  /** What a dry run would have made of the object. */
  readonly shown?: KubeObject;
  readonly gone: boolean;
  readonly entry: Entry;
}

export class Deleter {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Deletes or marks one object; refuses when a precondition does not hold. */
  delete(resource: Resource, live: Entry, options: DeleteOptions): Deleted {
    this.#checkPreconditions(resource, live, options);
    const propagation = options.propagation ?? (keepsDependents.has(resource.table) ? 'Orphan' : undefined);
    const decision = decideDeletion(resource, live.graph, { ...options, propagation }, this.#clock.now());
    if (decision.kind === 'nothing') return { gone: false, entry: live };
    if (decision.kind === 'mark' && options.dryRun) return { gone: false, entry: live, shown: decision.object };
    if (decision.kind === 'mark') return { gone: false, entry: this.#store.put(resource.table, live.key, decision.object) };
    if (resource.table === 'pods' && options.dryRun) return { gone: true, entry: live, shown: this.#mark(resource, live) };
    const last = resource.table === 'pods' ? this.#marked(resource, live) : live;
    if (options.dryRun) return { gone: true, entry: live };
    return { gone: true, entry: this.removed(resource, last) };
  }

  /**
   * A Pod that need not wait is marked as deleted all the same, and gone right after; one that waits already waits no longer.
   * Kubernetes: registry/store.go Delete, rest/delete.go BeforeDelete, graceful strategies.
   */
  #marked(resource: Resource, live: Entry): Entry {
    const marked = this.#mark(resource, live);
    return marked === live.graph ? live : this.#store.put(resource.table, live.key, marked);
  }

  #mark(resource: Resource, live: Entry): KubeObject {
    const { deletionTimestamp, deletionGracePeriodSeconds: waits = 0 } = live.graph.metadata;
    if (deletionTimestamp !== undefined && waits === 0) return live.graph;
    return markDeleted(resource, live.graph, { now: formatTime(this.#clock.now()), grace: 0, finalizers: [] });
  }

  /** Takes an object away, and a Service's Endpoints with it. Kubernetes: registry/core/service/storage afterDelete. */
  removed(resource: Resource, live: Entry): Entry {
    const gone = this.#store.remove(resource.table, live.key) ?? live;
    if (resource.table === 'services') this.#removeEndpoints(resource, live.key);
    return gone;
  }

  /** Who else has something to do with them is waited for. */
  #removeEndpoints(services: Resource, key: string): void {
    const found = this.#store.table('endpoints').entries.get(key);
    if (found === undefined) return;
    const resource = { ...services, table: 'endpoints', resource: 'endpoints', kind: 'Endpoints' };
    const none = { propagation: undefined, gracePeriodSeconds: undefined, uid: undefined, resourceVersion: undefined, dryRun: false };
    this.delete(resource, found, none);
  }

  answer(resource: Resource, deleted: Deleted): Answer {
    if (deleted.shown !== undefined) return { kind: 'object', status: 200, resource, value: deleted.shown };
    if (!deleted.gone || returnsObject.has(resource.table)) return { kind: 'entry', status: 200, resource, entry: deleted.entry };
    const { name = '', uid = '' } = deleted.entry.graph.metadata;
    return { kind: 'json', status: 200, value: successStatus({ name, group: resource.group, kind: resource.resource, uid }) };
  }

  #checkPreconditions(resource: Resource, live: Entry, options: DeleteOptions): void {
    const { name = '', uid = '', resourceVersion = '' } = live.graph.metadata;
    if (resource.table === 'namespaces') {
      checkNamespace(resource, live, options);
      return;
    }
    const subject = { ...subjectOf(resource), plural: resource.kind };
    const mismatch = (what: string, asked: string, found: string, then: string): Refusal =>
      refuse.conflict(
        subject,
        name,
        `the ${what} in the precondition (${asked}) does not match the ${what} in record (${found}). The object might have been ${then}`,
      );
    if (options.uid !== undefined && options.uid !== uid) throw mismatch('UID', options.uid, uid, 'deleted and then recreated');
    if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
      throw mismatch('ResourceVersion', options.resourceVersion, resourceVersion, 'modified');
    }
  }
}

/** Kubernetes: registry/core/namespace/storage. */
function checkNamespace(resource: Resource, live: Entry, options: DeleteOptions): void {
  const { name = '', uid = '', resourceVersion = '' } = live.graph.metadata;
  const mismatch = (what: string, asked: string, found: string): Refusal =>
    refuse.conflict(subjectOf(resource), name, `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${found}`);
  if (options.uid !== undefined && options.uid !== uid) throw mismatch('UID', options.uid, uid);
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion)
    throw mismatch('ResourceVersion', options.resourceVersion, resourceVersion);
}
