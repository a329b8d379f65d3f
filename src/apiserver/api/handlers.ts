/** Requests on objects: get, list, watch, create, update, patch, delete. Kubernetes: apiserver pkg/endpoints/handlers. */
import { isObject, type Json, type KubeObject } from '../../core/object/index.ts';
import { refuse } from '../../core/kube/status/index.ts';
import { ruleOf } from '../../core/kube/strategy/index.ts';
import type { Entry, Store } from '../store/index.ts';
import type { Answer } from './answer.ts';
import { asKind, placed, type ReadBody, readObject } from './body.ts';
import { type Deleter, deleteOptions } from './delete.ts';
import type { KindLogic } from './kind-logic.ts';
import { type Lister, parseRevision, tooLarge } from './list.ts';
import { badVersion, type Objects, otherUid, subjectOf, type Target, type WriteAs, type Written } from './objects.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import type { Patcher } from './patch.ts';
import type { ResourceRequest } from './request.ts';

export interface HandlerParts {
  readonly store: Store;
  readonly objects: Objects;
  readonly logic: KindLogic;
  readonly lister: Lister;
  readonly deleter: Deleter;
  readonly patcher: Patcher;
}

export const targetOf = (request: ResourceRequest): Target => ({
  resource: request.resource,
  subresource: request.subresource,
  namespace: request.namespace,
  name: request.name,
});

export const writeAs = (request: ResourceRequest, options: Pick<WriteOptions, 'manager' | 'dryRun'>): WriteAs => ({
  user: request.user,
  manager: options.manager,
  dryRun: options.dryRun,
  warnings: request.warnings,
});

const JOBS_KEEP_PODS =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

export class Handlers {
  readonly #parts: HandlerParts;

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  handle(request: ResourceRequest): Answer {
    switch (request.verb) {
      case 'get':
        return this.#get(request);
      case 'list':
        return this.#parts.lister.list(request, this.#parts.logic.selectableFields(request.resource));
      case 'watch':
        return this.#parts.lister.watch(request, this.#parts.logic.selectableFields(request.resource));
      case 'create':
        return this.#create(request);
      case 'update':
        return this.#update(request);
      case 'patch':
        return this.#written(request, this.#parts.patcher.patch(request));
      case 'delete':
        return this.#delete(request);
      case 'deletecollection':
        return this.#deleteCollection(request);
    }
  }

  #get(request: ResourceRequest): Answer {
    const revision = parseRevision(request.query.get('resourceVersion'), 'get');
    if (revision > this.#parts.store.revision) throw tooLarge(revision, this.#parts.store.revision);
    const entry = this.#parts.objects.get(request.resource, request.namespace, request.name);
    return { kind: 'entry', status: 200, resource: request.resource, entry };
  }

  #create(request: ResourceRequest): Answer {
    const options = writeOptions(request, 'CreateOptions', 'other');
    const sent = this.#sent(request, readObject(request, request.resource.kind), options);
    return this.#written(request, this.#parts.objects.create(targetOf(request), sent, writeAs(request, options)));
  }

  #update(request: ResourceRequest): Answer {
    const { objects } = this.#parts;
    const { resource, namespace, name, subresource } = request;
    const options = writeOptions(request, 'UpdateOptions', 'other');
    const body = readObject(request, resource.kind);
    const live = objects.find(resource, namespace, name);
    this.#checkOtherKind(request, body.value, live, options);
    const sent = this.#sent(request, body, options);
    if (live !== undefined)
      return this.#written(request, objects.update(targetOf(request), live, sent, { ...writeAs(request, options), whole: true }));
    const { uid = '' } = sent.metadata;
    if (uid !== '') throw otherUid({ resource, namespace, name }, { asked: uid, found: '', dryRun: options.dryRun });
    if (subresource !== '' || ruleOf(resource).createOnUpdate !== true) throw refuse.notFound(subjectOf(resource), name);
    const { resourceVersion: old = '', ...metadata } = sent.metadata;
    if (old !== '' && !/^\d+$/.test(old)) throw badVersion(old);
    return this.#written(request, objects.create(targetOf(request), { ...sent, metadata }, { ...writeAs(request, options), byName: true }));
  }

  /** That a custom resource is of another kind is noticed when its object has been found. */
  #checkOtherKind(request: ResourceRequest, value: Json, live: Entry | undefined, options: WriteOptions): void {
    const { resource, name } = request;
    if (!resource.custom || !isObject(value) || value.kind === resource.kind || value.apiVersion !== resource.apiVersion) return;
    if (typeof value.kind !== 'string' || value.kind === '') return;
    if (live === undefined) throw refuse.notFound(subjectOf(resource), name);
    const metadata = isObject(value.metadata) ? value.metadata : {};
    this.#parts.objects.checkIdentity(targetOf(request), live.graph, { ...value, metadata } as KubeObject, writeAs(request, options));
  }

  /** The sent object in its kind's shape, placed where the URL says. */
  #sent(request: ResourceRequest, body: ReadBody, options: WriteOptions): KubeObject {
    const { resource, warnings } = request;
    const shaped = this.#parts.logic.shape(resource, asKind(body.value, resource), { body, validation: options.fieldValidation, warnings });
    return this.#parts.logic.toStored(resource, placed(shaped, request));
  }

  #written(request: ResourceRequest, written: Written): Answer {
    const status = written.created ? 201 : 200;
    const { resource } = request;
    if (written.entry !== undefined) return { kind: 'entry', status, resource, entry: written.entry };
    return { kind: 'object', status, resource, value: this.#parts.logic.project(resource, written.object) };
  }

  #delete(request: ResourceRequest): Answer {
    const { objects, deleter } = this.#parts;
    const options = deleteOptions(request);
    if (request.resource.table === 'jobs.batch' && options.propagation === undefined) request.warnings.push(JOBS_KEEP_PODS);
    const live = objects.get(request.resource, request.namespace, request.name);
    this.#checkDeletion(request, live, options.dryRun);
    return deleter.answer(request.resource, deleter.delete(request.resource, live, options));
  }

  #checkDeletion(request: ResourceRequest, { graph }: Entry, dryRun: boolean): void {
    const { name = '', namespace = '' } = graph.metadata;
    this.#parts.objects.checkDeletion({ ...targetOf(request), name, namespace }, graph, { ...writeAs(request, { manager: '', dryRun }) });
  }

  #deleteCollection(request: ResourceRequest): Answer {
    const { lister, deleter, logic } = this.#parts;
    const options = deleteOptions(request);
    const found = lister.list(request, logic.selectableFields(request.resource));
    for (const entry of found.entries) {
      this.#checkDeletion(request, entry, options.dryRun);
      deleter.delete(request.resource, entry, options);
    }
    // The answer is what was found.
    return found;
  }
}
