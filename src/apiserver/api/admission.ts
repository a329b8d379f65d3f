/** Admission: what other objects have to say about a write. Kubernetes: plugin/pkg/admission, in the order in which the server runs them. */
import { isObject, type Json, type JsonObject, type KubeObject } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { type FieldError, invalid, Refusal, refuse } from '../../core/kube/status/index.ts';
import {
  accountOf,
  admitPod,
  withDefaultTolerations,
  allocateService,
  familyErrors,
  type Stock,
  stockErrors,
} from '../../core/kube/admission/index.ts';
import type { Random } from '../../ports/index.ts';
import type { Attributes, RoleSource } from '../../core/kube/rbac/index.ts';
import type { Registry } from './registry.ts';
import type { User } from './request.ts';
import { Policies } from './policies.ts';
import { type AdmissionRequest, withLimitRange, type WouldCall } from '../../core/kube/policy/index.ts';
import { nameAlphabet } from './names.ts';
import { ServiceStock } from './stock.ts';
import type { Store } from '../store/index.ts';
import { subjectOf, type Target, type WriteAs } from './objects.ts';

const namespaceSubject = { group: '', plural: 'namespaces', kind: 'Namespace' };

/** Namespaces that no cluster can do without. Kubernetes: NamespaceLifecycle. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export interface AdmissionParts {
  readonly store: Store;
  readonly random: Random;
  readonly roles: RoleSource;
  readonly authorizer: { allowed(user: User, attributes: Attributes): boolean };
  readonly registry: Registry;
  readonly wouldCall: { note(call: WouldCall, request: AdmissionRequest): void };
  /** Which amounts of quotas are enforced: what is wanted, or what a controller has seen. */
  readonly quotas: 'spec' | 'status';
}

export class Admission {
  readonly #store: Store;
  readonly #random: Random;
  readonly #stock: Stock;
  readonly #policies: Policies;

  constructor(parts: AdmissionParts) {
    const { store, random } = parts;
    this.#store = store;
    this.#random = random;
    this.#stock = new ServiceStock(store, random);
    this.#policies = new Policies(parts);
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

  /** What is added on the way in. */
  mutate(target: Target, object: KubeObject, live: KubeObject | undefined, _as: WriteAs): KubeObject {
    if (target.subresource !== '') return object;
    // Of what is added to Pods only the tolerations are added again on update.
    if (live !== undefined) return target.resource.table === 'pods' ? withDefaultTolerations(object) : object;
    if (target.resource.table === 'nodes') return withNotReady(object);
    if (target.resource.table === 'pods') return this.#pod(object, target);
    return target.resource.table === 'persistentvolumeclaims' ? this.#claim(object) : object;
  }

  /** What may forbid a write that is valid in itself: escalation, policies, quotas. */
  validate(target: Target, object: KubeObject, live: KubeObject | undefined, as: WriteAs): void {
    this.#policies.check({ target, object, live, as });
  }

  validateDeletion(target: Target, live: KubeObject, as: WriteAs): void {
    if (target.resource.table === 'namespaces' && immortal.has(target.name))
      throw refuse.forbidden(subjectOf(target.resource), target.name, 'this namespace may not be deleted');
    this.#policies.checkDeletion(target, live, as);
  }

  /** What the server hands out from its own stock: addresses and ports of Services. */
  allocate(resource: Resource, object: KubeObject, live: KubeObject | undefined): KubeObject {
    if (resource.table !== 'services') return object;
    this.#refuse(resource, object, familyErrors(object, live));
    const whole = allocateService(object, live, this.#stock);
    this.#refuse(resource, object, stockErrors(whole, this.#stock));
    return whole;
  }

  #refuse(resource: Resource, { metadata }: KubeObject, errors: readonly FieldError[]): void {
    if (errors.length > 0) throw invalid(subjectOf(resource), metadata.name ?? '', errors);
  }

  #pod(pod: KubeObject, target: Target): KubeObject {
    const { namespace, name, resource } = target;
    const account = accountOf(pod);
    const serviceAccount = this.#store.table('serviceaccounts').entries.get(`${namespace}/${account}`)?.graph;
    if (serviceAccount === undefined && account !== 'default') {
      throw refuse.forbidden(
        subjectOf(resource),
        name,
        `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
      );
    }
    this.#runtimeClass(pod, target);
    const suffix = [...this.#random.bytes(5)].map((byte) => nameAlphabet[byte % nameAlphabet.length]).join('');
    const ranges = this.#store
      .table('limitranges')
      .range(`${namespace}/`)
      .map((entry) => entry.graph);
    return admitPod(withLimitRange(pod, ranges), { serviceAccount, priorityClass: this.#priorityClass(pod, target), suffix });
  }

  /** Kubernetes: plugin/pkg/admission/runtimeclass. */
  #runtimeClass(pod: KubeObject, { resource, name }: Target): void {
    const wanted = isObject(pod.spec) && typeof pod.spec.runtimeClassName === 'string' ? pod.spec.runtimeClassName : '';
    if (wanted === '' || this.#store.table('runtimeclasses.node.k8s.io').entries.has(wanted)) return;
    throw refuse.forbidden(subjectOf(resource), name, `pod rejected: RuntimeClass ${JSON.stringify(wanted)} not found`);
  }

  #priorityClass(pod: KubeObject, target: Target): KubeObject | undefined {
    const classes = this.#store.table('priorityclasses.scheduling.k8s.io').entries;
    const wanted = isObject(pod.spec) && typeof pod.spec.priorityClassName === 'string' ? pod.spec.priorityClassName : '';
    if (wanted === '') return [...classes.values()].find((entry) => entry.graph.globalDefault === true)?.graph;
    const found = classes.get(wanted)?.graph;
    if (found === undefined)
      throw refuse.forbidden(subjectOf(target.resource), target.name, `no PriorityClass with name ${wanted} was found`);
    return found;
  }

  /** DefaultStorageClass: a claim that names no class gets the default one, the newest if there are several. */
  #claim(claim: KubeObject): KubeObject {
    if (!isObject(claim.spec) || claim.spec.storageClassName !== undefined) return claim;
    const marked = [...this.#store.table('storageclasses.storage.k8s.io').entries.values()]
      .map((entry) => entry.graph)
      .filter((candidate) => candidate.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
      .sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1))[0];
    return marked === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName: marked.metadata.name ?? '' } };
  }

  /** Whether something other than `metadata.finalizers` keeps a deleted object: `spec.finalizers` of a namespace. */
  holds(resource: Resource, object: KubeObject): boolean {
    if (resource.table !== 'namespaces' || !isObject(object.spec)) return false;
    return Array.isArray(object.spec.finalizers) && object.spec.finalizers.length > 0;
  }
}

const NOT_READY = 'node.kubernetes.io/not-ready';

/** TaintNodesByCondition: a new node takes no Pods until it is ready. One that comes ready is untainted at once on a real cluster. */
function withNotReady(node: KubeObject): KubeObject {
  const spec = isObject(node.spec ?? null) ? (node.spec as JsonObject) : {};
  const status = isObject(node.status ?? null) ? (node.status as JsonObject) : {};
  const conditions = Array.isArray(status.conditions) ? (status.conditions as readonly Json[]).filter(isObject) : [];
  const taints = Array.isArray(spec.taints) ? (spec.taints as readonly Json[]) : [];
  const tainted = taints.some((taint) => isObject(taint) && taint.key === NOT_READY && taint.effect === 'NoSchedule');
  if (tainted || conditions.some(({ type, status: held }) => type === 'Ready' && held === 'True')) return node;
  return { ...node, spec: { ...spec, taints: [...taints, { key: NOT_READY, effect: 'NoSchedule' }] } };
}
