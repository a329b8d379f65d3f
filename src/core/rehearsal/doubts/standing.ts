/** What stands in a rehearsed cluster, found by kind and namespace; Pods are those that run and those that templates would make. */
import { type JsonObject, type KubeObject, objectAt, objects, parseApiVersion, text } from '../../object/index.ts';
import { matchesSelector, type Selector } from '../../object/selector/index.ts';
import { builtinGroups } from '../../health/index.ts';
import { nearest } from '../../../std/index.ts';

export interface Delivered {
  /** `namespace/name` of the App. */
  readonly app: string;
  readonly object: KubeObject;
}

/** A Pod, or the template of some. */
export interface PodLike {
  readonly namespace: string;
  readonly labels: { readonly [key: string]: string };
  readonly spec: JsonObject;
  /** What makes it: `Deployment/web`. */
  readonly from: string;
  /** How many of them are wanted. */
  readonly count: number;
}

export class Standing {
  readonly #byKind = new Map<string, Map<string, KubeObject>>();
  readonly #made = new Map<unknown, unknown>();
  readonly #templates: readonly PodLike[];
  readonly #custom: readonly KubeObject[];
  readonly pods: readonly PodLike[];

  readonly #leftOut: ReadonlySet<string>;

  /** `leftOut`: namespaces to which Apps deliver that are not rehearsed. */
  constructor(all: readonly KubeObject[], leftOut: ReadonlySet<string> = new Set()) {
    this.#leftOut = leftOut;
    for (const object of all) {
      const { namespace = '', name = '' } = object.metadata;
      const kind = kindOf(object);
      const known = this.#byKind.get(kind) ?? new Map<string, KubeObject>();
      this.#byKind.set(kind, known.set(`${namespace}/${name}`, object));
    }
    this.pods = all.flatMap(podsOf);
    this.#custom = all.filter(({ apiVersion }) => !builtinGroups.has(parseApiVersion(apiVersion).group));
    this.#templates = this.pods.filter(({ from }) => !from.startsWith('Pod/') && !from.startsWith('ReplicaSet/'));
  }

  get(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.#byKind.get(kind)?.get(`${namespace}/${name}`);
  }

  /** It is not there, and no App that is left out could deliver it. */
  lacks(kind: string, namespace: string, name: string): boolean {
    return this.get(kind, namespace, name) === undefined && !this.#leftOut.has(namespace);
  }

  all(kind: string): readonly KubeObject[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])];
  }

  /** The name in that namespace that one may have meant. */
  nearest(kind: string, namespace: string, name: string): string | undefined {
    const names = this.all(kind).flatMap(({ metadata }) => (metadata.namespace === namespace ? [metadata.name ?? ''] : []));
    return nearest(name, names);
  }

  /** Whether a custom resource looks as if its controller would make such Pods: it has their labels, or its name is one of them. */
  mayBeMade(namespace: string, selector: Selector): boolean {
    if (selector === 'nothing') return false;
    const named = new Set(selector.flatMap(({ values }) => values));
    return this.#custom.some(
      ({ metadata }) =>
        metadata.namespace === namespace && (named.has(metadata.name ?? '') || matchesSelector(selector, metadata.labels ?? {})),
    );
  }

  /** Those that are not made by others that are here. */
  get templates(): readonly PodLike[] {
    return this.#templates;
  }

  podsFrom({ kind, metadata }: KubeObject): readonly PodLike[] {
    return this.#templates.filter(({ from, namespace }) => from === `${kind}/${metadata.name ?? ''}` && namespace === metadata.namespace);
  }

  /** What is the same for every rule that asks for it. */
  once<T>(made: (standing: Standing) => T): T {
    if (!this.#made.has(made)) this.#made.set(made, made(this));
    return this.#made.get(made) as T;
  }

  selected(namespace: string, selector: Selector): readonly PodLike[] {
    return this.pods.filter((pod) => pod.namespace === namespace && matchesSelector(selector, pod.labels));
  }
}

/** `Service`, `rbac.authorization.k8s.io/Role`. */
export function kindOf({ apiVersion, kind }: KubeObject): string {
  const { group } = parseApiVersion(apiVersion);
  return group === '' ? kind : `${group}/${kind}`;
}

const REPLICATED: ReadonlySet<string> = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'ReplicationController']);
const TEMPLATED: ReadonlySet<string> = new Set([...REPLICATED, 'apps/DaemonSet', 'batch/Job']);

function podsOf(object: KubeObject): readonly PodLike[] {
  const kind = kindOf(object);
  const { namespace = '', name = '' } = object.metadata;
  const from = `${object.kind}/${name}`;
  if (kind === 'Pod') return [podLike(object, { namespace, from, count: 1 })];
  const spec = objectAt(object['spec']);
  if (kind === 'batch/CronJob')
    return [podLike(objectAt(objectAt(objectAt(spec['jobTemplate'])['spec'])['template']), { namespace, from, count: 1 })];
  if (!TEMPLATED.has(kind)) return [];
  const { replicas } = spec;
  const count = REPLICATED.has(kind) ? (typeof replicas === 'number' ? replicas : 1) : 1;
  return [podLike(objectAt(spec['template']), { namespace, from, count })];
}

function podLike(pod: JsonObject, more: Pick<PodLike, 'namespace' | 'from' | 'count'>): PodLike {
  const labels = objectAt(objectAt(pod['metadata'])['labels']) as PodLike['labels'];
  return { ...more, labels, spec: objectAt(pod['spec']) };
}

export interface DeclaredPort {
  readonly name: string;
  readonly number: number;
}

/** Containers that serve: sidecars among the init containers included. */
export const servingContainers = (spec: JsonObject): readonly JsonObject[] => [
  ...objects(spec['containers']),
  ...objects(spec['initContainers']).filter((one) => one['restartPolicy'] === 'Always'),
];

export const portsOf = (container: JsonObject): readonly DeclaredPort[] =>
  objects(container['ports']).map((port) => ({
    name: text(port['name']),
    number: typeof port['containerPort'] === 'number' ? port['containerPort'] : 0,
  }));

/** `http (8080), 9090` */
export const namePorts = (ports: readonly DeclaredPort[]): string =>
  [...new Set(ports.map(({ name, number }) => (name === '' ? String(number) : `${name} (${number})`)))].join(', ');
