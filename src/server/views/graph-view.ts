/** The system's graph for people: Apps, contracts, dependencies, what waits for what, and the longest chain of the last rollout. Pure. */
import { type SystemEdge, type SystemNode, systemGraph } from '../../api/graph/index.ts';
import type { GraphView, Level } from '../../api/http/index.ts';
import { buildGraph } from '../../core/graph/index.ts';
import type { IndexedApp } from './app-index.ts';
import { criticalOf, NOTHING_ROLLED_OUT } from './critical.ts';

const MOST_NODES = 10_000;

type Node = GraphView['nodes'][number];
type Edge = GraphView['edges'][number];

/** `only`: one App, and what it is connected with in either direction. */
export function graphView(apps: readonly IndexedApp[], only: string | undefined): GraphView {
  const listed = apps.slice(0, MOST_NODES);
  const system = systemGraph(listed.map(({ app }) => app));
  const rows = new Map(listed.map((one) => [one.key, one.row]));
  const connected = only === undefined ? undefined : connectedWith(`App/${only}`, system.edges);
  const within = ({ key }: { readonly key: string }): boolean => connected === undefined || connected.has(key);
  const kept = system.edges.filter(({ from, to }) => within({ key: from }) && within({ key: to }));
  const contracts = unmetBy(system.edges);
  const nodes = system.nodes.filter(within).map((node) => nodeView(node, rows.get(shortKey(node.key)), contracts.get(node.key) ?? []));
  const cycle = system.cycle.map(shortKey);
  const truncated = apps.length > MOST_NODES;
  const edges = kept.map(edgeView);
  if (cycle.length > 0) return { nodes, edges, critical: NOTHING_ROLLED_OUT, cycle, truncated };
  return { nodes, edges, critical: criticalOf(orderOf(nodes, edges), listed), cycle, truncated };
}

/** Apps are called by `namespace/name` alone. */
const shortKey = (key: string): string => key.replace(/^App\//, '');

/** By key of the contract: requirements that what is provided does not meet. */
function unmetBy(edges: readonly SystemEdge[]): ReadonlyMap<string, readonly SystemEdge[]> {
  const unmet = new Map<string, SystemEdge[]>();
  for (const edge of edges) {
    if (edge.kind !== 'requires' || !edge.broken) continue;
    const known = unmet.get(edge.to);
    if (known === undefined) unmet.set(edge.to, [edge]);
    else known.push(edge);
  }
  return unmet;
}

function nodeView(node: SystemNode, row: IndexedApp['row'] | undefined, unmet: readonly SystemEdge[]): Node {
  const { key, kind, title, environment, wave, version = '', says } = node;
  const common = { key: shortKey(key), kind, wave: Math.max(0, wave), version };
  if (kind === 'contract') return { ...common, title, environment, level: levelOfContract(unmet), says: saysOfContract(node, unmet) };
  if (row === undefined)
    return { ...common, title, environment, level: kind === 'app' ? 'broken' : 'fine', says: kind === 'app' ? says : '' };
  return { ...common, title: row.name, environment: row.environment, level: row.level, says: row.why?.message ?? '' };
}

function levelOfContract(unmet: readonly SystemEdge[]): Level {
  if (unmet.length === 0) return 'fine';
  return unmet.some(({ optional }) => optional !== true) ? 'broken' : 'attention';
}

function saysOfContract({ version, says }: SystemNode, unmet: readonly SystemEdge[]): string {
  if (unmet.length === 0) return '';
  const wanting = unmet.map(
    ({ from, range = '', optional }) => `${shortKey(from)} requires ${range}${optional === true ? ' (optional)' : ''}`,
  );
  return `${version === undefined ? says : `${version} is provided`}; ${wanting.join(', ')}`;
}

const edgeView = ({ from, to, kind, range = '', optional = false, broken, waiting }: SystemEdge): Edge => ({
  from: shortKey(from),
  to: shortKey(to),
  kind,
  waiting,
  version: range,
  optional,
  broken,
});

function connectedWith(only: string, edges: readonly SystemEdge[]): ReadonlySet<string> {
  const [before, after] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const add = (map: Map<string, string[]>, key: string, other: string): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [other]);
    else known.push(other);
  };
  for (const { from, to } of edges) {
    add(before, from, to);
    add(after, to, from);
  }
  const found = new Set([only]);
  for (const next of [before, after]) {
    const open = [only];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      for (const other of next.get(key) ?? []) {
        if (found.has(other)) continue;
        found.add(other);
        open.push(other);
      }
    }
  }
  return found;
}

/** Who waits for whom: through a contract for whoever provides it. Optional requirements order nothing. */
function orderOf(nodes: readonly Node[], edges: readonly Edge[]): ReturnType<typeof buildGraph> {
  const known = new Map(nodes.flatMap(({ key, kind }) => (kind === 'contract' ? [] : [[key, new Set<string>()] as const])));
  const providers = new Map<string, string>();
  for (const { from, to, kind } of edges) if (kind === 'provides') providers.set(from, to);
  for (const { from, to, optional } of edges) {
    const on = providers.get(to) ?? to;
    if (!optional && on !== from && known.has(on)) known.get(from)?.add(on);
  }
  return buildGraph([...known].map(([key, dependsOn]) => ({ key, dependsOn: [...dependsOn] })));
}
