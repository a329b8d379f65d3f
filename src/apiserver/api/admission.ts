/** Admission: what other objects have to say about a write. Kubernetes: plugin/pkg/admission, in the order in which the server runs them. */
import { type KubeObject, isObject } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import type { Store } from '../store/index.ts';
import { subjectOf, type Target, type WriteAs } from './objects.ts';

const namespaceSubject = { group: '', plural: 'namespaces', kind: 'Namespace' };

export class Admission {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** NamespaceLifecycle: nothing is created in a namespace that is absent or goes away. */
  checkNamespace(target: Target): void {
    const { resource, namespace, name } = target;
    if (!resource.namespaced) return;
    const found = this.#store.table('namespaces').entries.get(namespace)?.graph;
    if (found === undefined) throw refuse.notFound(namespaceSubject, namespace);
    if (found.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const { message, details } = refuse.forbidden(subjectOf(resource), name, why);
    const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' };
    throw new Refusal(403, 'Forbidden', message, { details: { ...details, causes: [cause] } });
  }

  mutate(_target: Target, object: KubeObject, _live: KubeObject | undefined, _as: WriteAs): KubeObject {
    return object;
  }

  validate(_target: Target, _object: KubeObject, _live: KubeObject | undefined, _as: WriteAs): void {
    // Policies and quotas are evaluated here.
  }

  /** What the server hands out from its own stock: addresses and ports of Services. */
  allocate(_resource: Resource, object: KubeObject, _live: KubeObject | undefined): KubeObject {
    return object;
  }

  /** Whether something other than `metadata.finalizers` keeps a deleted object: `spec.finalizers` of a namespace. */
  holds(resource: Resource, object: KubeObject): boolean {
    if (resource.table !== 'namespaces' || !isObject(object.spec)) return false;
    return Array.isArray(object.spec.finalizers) && object.spec.finalizers.length > 0;
  }
}
