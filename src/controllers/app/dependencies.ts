/**
 * What must be ready before a first install or a new revision (S15). Edges never gate healing, deletion or what is applied already; a cycle is refused
 * with its path.
 */
import { type App, type Dependency, getCondition, parseApp } from '../../api/index.ts';
import { healthOf } from '../../core/health/index.ts';
import { buildGraph, findCycle } from '../../core/graph/index.ts';
import { type KubeObject, formatRef, parseApiVersion, refOf } from '../../core/object/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import type { Served } from './cluster.ts';
import type { Registry } from './registry.ts';

export interface Unmet {
  readonly code: 'DependencyNotReady' | 'DependencyCycle' | 'RuleInvalid';
  readonly message: string;
  /** The dependency: `App/shop/db`. */
  readonly about?: string;
  /** Topics that a change of the dependency wakes; empty: look again after a while. */
  readonly topics: readonly string[];
}

export const appTopic = (key: string): string => `app:${key}`;

/** Evaluates `ready` over this App and the dependency; the text of an error when it cannot be. */
export type ReadyRule = (rule: string, app: App, dependency: KubeObject) => boolean | string;

export interface DependencyPorts {
  readonly apps: (namespace: string, name: string) => KubeObject | undefined;
  readonly registry: Registry;
  readonly kube: KubeClient;
  readonly now: () => number;
  readonly ready: ReadyRule;
}

const isAppKind = ({ apiVersion, kind }: Dependency): boolean => apiVersion === 'lockstep.dev/v1' && kind === 'App';

const keyOf = (app: App, dependency: Dependency): string => `${dependency.namespace ?? app.metadata.namespace}/${dependency.name}`;

/** The first dependency that does not hold; undefined when all do. */
export async function unmetDependency(app: App, served: Served, ports: DependencyPorts): Promise<Unmet | undefined> {
  const dependencies = app.spec.dependsOn ?? [];
  if (dependencies.length === 0) return undefined;
  const cycle = cycleThrough(app, ports);
  if (cycle !== undefined) return { code: 'DependencyCycle', message: `dependencies run in a circle: ${cycle.join(' → ')}`, topics: [] };
  for (const dependency of dependencies) {
    const unmet = isAppKind(dependency) ? appUnmet(app, dependency, ports) : await otherUnmet(app, dependency, { ...ports, served });
    if (unmet !== undefined) return unmet;
  }
  return undefined;
}

/** Only Apps that can be reached from this one matter. */
function cycleThrough(app: App, ports: DependencyPorts): readonly string[] | undefined {
  const nodes = new Map<string, readonly string[]>();
  const open: App[] = [app];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const key = `${next.metadata.namespace}/${next.metadata.name}`;
    if (nodes.has(key)) continue;
    const current = next;
    const keys = (next.spec.dependsOn ?? []).filter(isAppKind).map((dependency) => keyOf(current, dependency));
    nodes.set(key, keys);
    for (const other of keys) {
      const [namespace = '', name = ''] = other.split('/');
      const object = ports.apps(namespace, name);
      const parsed = object === undefined ? null : parseApp(object).value;
      if (parsed !== null) open.push(parsed);
    }
  }
  return findCycle(buildGraph([...nodes].map(([key, dependsOn]) => ({ key, dependsOn }))));
}

const dependenciesOf = (object: KubeObject): readonly string[] => {
  const app = parseApp(object).value;
  return app === null ? [] : (app.spec.dependsOn ?? []).filter(isAppKind).map((dependency) => keyOf(app, dependency));
};

/** Whether `from` depends on `to`, however far. */
function reaches(from: string, to: string, ports: Pick<DependencyPorts, 'apps'>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const [namespace = '', name = ''] = key.split('/');
    const object = ports.apps(namespace, name);
    const next = object === undefined ? [] : dependenciesOf(object);
    if (next.includes(to)) return true;
    open.push(...next);
  }
  return false;
}

/**
 * Deletion runs in reverse: the Apps that depend on this one and are being deleted, too. What is not being deleted holds nothing up (S15), and Apps that
 * depend on each other in a circle do not wait for each other.
 */
export function dependentsLeaving(app: App, all: Iterable<KubeObject>, ports: Pick<DependencyPorts, 'apps'>): readonly string[] {
  const own = `${app.metadata.namespace}/${app.metadata.name}`;
  const found: string[] = [];
  for (const object of all) {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
    if (object.metadata.deletionTimestamp === undefined || key === own) continue;
    if (dependenciesOf(object).includes(own) && !reaches(own, key, ports)) found.push(key);
  }
  return found.toSorted();
}

function appUnmet(app: App, dependency: Dependency, ports: DependencyPorts): Unmet | undefined {
  const key = keyOf(app, dependency);
  const topics = [appTopic(key)];
  const not = (why: string): Unmet => ({ code: 'DependencyNotReady', message: `App ${key} ${why}`, topics, about: `App/${key}` });
  const [namespace = '', name = ''] = key.split('/');
  const object = ports.apps(namespace, name);
  if (object === undefined) return not('does not exist');
  if (dependency.ready !== undefined) return ruleUnmet(dependency.ready, { app, object, topics, ports });
  const status = (object as unknown as App).status;
  if (status?.observedGeneration !== object.metadata.generation) return not('has not seen its newest spec yet');
  const ready = getCondition(status?.conditions, 'Ready');
  if (ready?.status !== 'True') return not(`is not ready: ${ready?.message ?? 'it has no status yet'}`);
  const record = ports.registry.get(key);
  const own = ports.registry.get(`${app.metadata.namespace}/${app.metadata.name}`);
  const behind = record !== undefined && record.head === own?.head && (record.dirty || record.unsettled);
  return behind ? not('is not at this revision yet') : undefined;
}

interface RuleScene {
  readonly app: App;
  readonly object: KubeObject;
  readonly topics: readonly string[];
  readonly ports: DependencyPorts;
}

function ruleUnmet(rule: string, { app, object, topics, ports }: RuleScene): Unmet | undefined {
  const holds = ports.ready(rule, app, object);
  if (holds === true) return undefined;
  const name = `${object.kind} ${object.metadata.name ?? ''}`;
  const about = formatRef(refOf(object));
  if (typeof holds === 'string') return { code: 'RuleInvalid', message: `dependsOn ${name}: ${holds}`, topics, about };
  return { code: 'DependencyNotReady', message: `${name}: its ready rule does not hold`, topics, about };
}

async function otherUnmet(
  app: App,
  dependency: Dependency,
  ports: DependencyPorts & { readonly served: Served },
): Promise<Unmet | undefined> {
  const { group, version } = parseApiVersion(dependency.apiVersion);
  const name = `${dependency.kind} ${dependency.name}`;
  const resource = ports.served.find({ group, version, kind: dependency.kind });
  if (resource === undefined)
    return { code: 'DependencyNotReady', message: `${name}: the cluster does not serve ${dependency.apiVersion}`, topics: [] };
  const namespace = resource.namespaced ? (dependency.namespace ?? app.metadata.namespace) : '';
  const found = await ports.kube.get(resource, namespace, dependency.name);
  const about = formatRef({ group, kind: dependency.kind, namespace, name: dependency.name });
  if (!found.ok) return { code: 'DependencyNotReady', message: `${name}: ${found.error.message}`, topics: [], about };
  if (dependency.ready !== undefined) return ruleUnmet(dependency.ready, { app, object: found.value, topics: [], ports });
  const health = healthOf(found.value, { now: ports.now() });
  return health.state === 'Healthy'
    ? undefined
    : { code: 'DependencyNotReady', message: `${name} is ${health.state}: ${health.message}`, topics: [], about };
}
