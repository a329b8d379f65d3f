/** Namespaces: what every one holds from the start, and emptying those that are deleted. Kubernetes: pkg/controller/namespace. */
import { type Json, type JsonObject, type KubeObject, isObject } from '../../core/object/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Clock, Timer } from '../../ports/index.ts';
import type { Deleter } from '../api/delete.ts';
import type { Objects } from '../api/objects.ts';
import type { Registry } from '../api/registry.ts';
import { adminUser } from '../auth/index.ts';
import type { Change, Entry, Store } from '../store/index.ts';

export interface NamespaceParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly objects: Objects;
  readonly deleter: Deleter;
  readonly clock: Clock;
  /** PEM of the cluster's authority, given to every namespace. */
  readonly caCertificate: string;
  /** Whether namespaces get their service account and certificate: without controllers nobody makes them. */
  readonly furnish: boolean;
}

const AGAIN = 1000;

interface Rest {
  readonly counts: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
}

const sentence = (list: ReadonlyMap<string, number>, word: string): string =>
  [...list]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name}${word} ${count} resource instances`)
    .join(', ');

/** Namespaces that are being looked at wait for their content to go; a change in them, or a second, brings them back. */
export class NamespaceKeeper {
  readonly #parts: NamespaceParts;
  readonly #queue = new Set<string>();
  #turn: Timer | undefined;
  #again: Timer | undefined;
  readonly #observer = (table: string, change: Change): void => this.#observe(table, change);

  constructor(parts: NamespaceParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.store.observers.add(this.#observer);
    for (const name of this.#parts.store.table('namespaces').entries.keys()) this.#add(name);
  }

  stop(): void {
    this.#parts.store.observers.delete(this.#observer);
    this.#turn?.cancel();
    this.#again?.cancel();
  }

  #observe(table: string, change: Change): void {
    if (table === 'namespaces') {
      if (change.type !== 'DELETED') this.#add(change.key);
      return;
    }
    if (change.type !== 'DELETED') return;
    const namespace = change.entry.graph.metadata.namespace;
    if (namespace !== undefined && this.#isGoing(namespace)) this.#add(namespace);
    else if (namespace !== undefined && (table === 'serviceaccounts' || table === 'configmaps')) this.#add(namespace);
  }

  #isGoing(name: string): boolean {
    return this.#parts.store.table('namespaces').entries.get(name)?.graph.metadata.deletionTimestamp !== undefined;
  }

  #add(name: string): void {
    this.#queue.add(name);
    this.#turn ??= this.#parts.clock.after(0, () => {
      this.#turn = undefined;
      const names = [...this.#queue];
      this.#queue.clear();
      for (const queued of names) this.#reconcile(queued);
    });
  }

  #reconcile(name: string): void {
    const entry = this.#parts.store.table('namespaces').entries.get(name);
    if (entry === undefined) return;
    if (entry.graph.metadata.deletionTimestamp !== undefined) this.#empty(name, entry);
    else if (this.#parts.furnish) this.#furnish(name);
  }

  /** The default service account and the certificate authority. */
  #furnish(namespace: string): void {
    this.#ensure('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
    const description =
      'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
    this.#ensure('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace, annotations: { 'kubernetes.io/description': description } },
      data: { 'ca.crt': this.#parts.caCertificate },
    });
  }

  #ensure(table: string, object: KubeObject): void {
    const resource = this.#parts.registry.ofTable(table);
    const { name = '', namespace = '' } = object.metadata;
    if (resource === undefined || this.#parts.objects.find(resource, namespace, name) !== undefined) return;
    const as = { user: adminUser, manager: 'kube-controller-manager', dryRun: false };
    this.#parts.objects.create({ resource, subresource: '', namespace, name }, object, as);
  }

  #empty(name: string, entry: Entry): void {
    const rest = this.#deleteContent(name);
    const { store, clock } = this.#parts;
    if (rest.counts.size === 0) {
      const spec: JsonObject = isObject(entry.graph.spec) ? entry.graph.spec : {};
      const { finalizers: before, ...bare } = spec;
      // Who else has something to finish there takes his own name out.
      const others = Array.isArray(before) ? before.filter((one) => one !== 'kubernetes') : [];
      if (others.length === 0 && (entry.graph.metadata.finalizers ?? []).length === 0) store.remove('namespaces', name);
      else if (Array.isArray(before) && others.length < before.length)
        store.put('namespaces', name, { ...entry.graph, spec: others.length === 0 ? bare : { ...bare, finalizers: others } });
      return;
    }
    const status = this.#conditions(entry.graph, rest);
    if (status !== undefined) store.put('namespaces', name, { ...entry.graph, status });
    this.#again?.cancel();
    this.#again = clock.after(AGAIN, () => {
      for (const [key, candidate] of store.table('namespaces').entries)
        if (candidate.graph.metadata.deletionTimestamp !== undefined) this.#add(key);
    });
  }

  /** Deletes everything in a namespace; what stays, by resource and by finalizer. */
  #deleteContent(namespace: string): Rest {
    const counts = new Map<string, number>();
    const finalizers = new Map<string, number>();
    const seen = new Set<string>();
    for (const resource of this.#parts.registry.all) {
      if (!resource.namespaced || seen.has(resource.table)) continue;
      seen.add(resource.table);
      for (const entry of this.#parts.store.table(resource.table).range(`${namespace}/`)) {
        const options = {
          propagation: 'Background' as const,
          gracePeriodSeconds: undefined,
          uid: undefined,
          resourceVersion: undefined,
          dryRun: false,
        };
        if (entry.graph.metadata.deletionTimestamp === undefined && this.#parts.deleter.delete(resource, entry, options).gone) continue;
        counts.set(
          `${resource.qualified}${resource.group === '' ? '.' : ''}`,
          (counts.get(`${resource.qualified}${resource.group === '' ? '.' : ''}`) ?? 0) + 1,
        );
        for (const finalizer of entry.graph.metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
      }
    }
    return { counts, finalizers };
  }

  /** The conditions of a namespace that is not empty yet; undefined when they say so already. */
  #conditions(namespace: KubeObject, rest: Rest): JsonObject | undefined {
    const now = formatTime(this.#parts.clock.now());
    const status: JsonObject = isObject(namespace.status) ? namespace.status : {};
    const old = Array.isArray(status.conditions) ? status.conditions.filter(isObject) : [];
    const make = (type: string, holds: boolean, reason: string, message: string): Json => {
      const known = old.find((condition) => condition.type === type);
      const state = holds ? 'True' : 'False';
      const since = known?.status === state ? (known.lastTransitionTime ?? now) : now;
      return { type, status: state, lastTransitionTime: since, reason, message };
    };
    const remaining = `Some resources are remaining: ${sentence(rest.counts, ' has')}`;
    const held = rest.finalizers.size > 0;
    const finalizing = held
      ? `Some content in the namespace has finalizers remaining: ${sentence(rest.finalizers, ' in')}`
      : 'All content-preserving finalizers finished';
    const conditions = [
      make('NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'),
      make('NamespaceDeletionGroupVersionParsingFailure', false, 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
      make('NamespaceDeletionContentFailure', false, 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
      make('NamespaceContentRemaining', true, 'SomeResourcesRemain', remaining),
      make('NamespaceFinalizersRemaining', held, held ? 'SomeFinalizersRemain' : 'ContentHasNoFinalizers', finalizing),
    ];
    return JSON.stringify(conditions) === JSON.stringify(status.conditions) ? undefined : { ...status, conditions };
  }
}
