/** Apps, contracts, dependencies: what waits for what, and the longest chain of the last rollout. Pure. */
import type { App } from '../../api/index.ts';
import type { GraphView } from '../../api/http/index.ts';
import { buildGraph, findCycle, type GraphNode, waves } from '../../core/graph/index.ts';
import type { IndexedApp } from './app-index.ts';
import { dependencyKey } from './app-detail.ts';
import { criticalOf, NOTHING_ROLLED_OUT } from './critical.ts';

const MOST_NODES = 10_000;

type Edge = GraphView['edges'][number];

export function graphView(apps: readonly IndexedApp[], only: string | undefined): GraphView {
  const nodes = new Map<string, GraphView['nodes'][number]>();
  for (const { key, row } of apps.slice(0, MOST_NODES)) nodes.set(key, appNode(key, row));
  const edges: Edge[] = [];
  for (const { key, app, row } of apps.slice(0, MOST_NODES)) edges.push(...edgesOf(app, key, row.level === 'moving'));
  for (const { kind, from, to } of edges) {
    const end = kind === 'provides' ? from : to;
    if (!nodes.has(end))
      nodes.set(end, {
        key: end,
        kind: end.startsWith('contract:') ? 'contract' : 'object',
        title: end.replace(/^contract:/, ''),
        level: 'fine',
        wave: 0,
        environment: '',
        says: '',
      });
  }
  const connected = only === undefined ? undefined : connectedWith(only, edges);
  const kept = edges.filter(({ from }) => connected === undefined || connected.has(from));
  const shown = [...nodes.values()].filter(({ key }) => connected === undefined || connected.has(key));
  return withOrder(shown, kept, { apps, truncated: apps.length > MOST_NODES });
}

const appNode = (key: string, row: IndexedApp['row']): GraphView['nodes'][number] => ({
  key,
  kind: 'app',
  title: row.name,
  level: row.level,
  wave: 0,
  environment: row.environment,
  says: row.why?.message ?? '',
});

function edgesOf(app: App, key: string, moving: boolean): readonly Edge[] {
  const waits = app.status?.waitingFor !== undefined || moving;
  const { dependsOn = [], requires = [], provides = [] } = app.spec;
  return [
    ...dependsOn.map((on): Edge => ({
      from: key,
      to: dependencyKey(app, on),
      kind: 'dependsOn',
      waiting: waits && isWaiting(app),
      version: '',
    })),
    ...requires.map((one): Edge => ({ from: key, to: `contract:${one.name}`, kind: 'requires', waiting: false, version: one.version })),
    // What provides a contract is waited for by whoever requires it.
    ...provides.map((one): Edge => ({ from: `contract:${one.name}`, to: key, kind: 'provides', waiting: false, version: one.version })),
  ];
}

const isWaiting = (app: App): boolean =>
  app.status?.conditions?.some(({ type, reason }) => type === 'Ready' && reason === 'DependencyNotReady') === true;

function connectedWith(only: string, edges: readonly Edge[]): ReadonlySet<string> {
  const found = new Set([only]);
  const walk = (from: string, next: (key: string) => readonly string[]): void => {
    const open = [from];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      for (const other of next(key)) {
        if (found.has(other)) continue;
        found.add(other);
        open.push(other);
      }
    }
  };
  walk(only, (key) => edges.filter(({ from }) => from === key).map(({ to }) => to));
  walk(only, (key) => edges.filter(({ to }) => to === key).map(({ from }) => from));
  return found;
}

interface Ordering {
  readonly apps: readonly IndexedApp[];
  readonly truncated: boolean;
}

function withOrder(nodes: readonly GraphView['nodes'][number][], edges: readonly Edge[], { apps, truncated }: Ordering): GraphView {
  const known = new Set(nodes.map(({ key }) => key));
  const dependsOn = new Map<string, string[]>();
  for (const { from, to } of edges) if (known.has(to)) dependsOn.set(from, [...(dependsOn.get(from) ?? []), to]);
  const graph = buildGraph(nodes.map(({ key }): GraphNode => ({ key, dependsOn: dependsOn.get(key) ?? [] })));
  const cycle = findCycle(graph);
  if (cycle !== undefined) return { nodes, edges, critical: NOTHING_ROLLED_OUT, cycle, truncated };
  const wave = new Map(waves(graph).flatMap((keys, index) => keys.map((key): [string, number] => [key, index])));
  return {
    nodes: nodes.map((node) => ({ ...node, wave: wave.get(node.key) ?? 0 })),
    edges,
    critical: criticalOf(graph, apps),
    cycle: [],
    truncated,
  };
}
