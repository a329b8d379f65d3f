/** The system as a graph: Apps, the contracts between them, what they depend on, and what waits for what. */
import { marketOf, offersFor, type Party, reaches, satisfies } from '../../core/contract/index.ts';
import { buildGraph, findCycle, waves } from '../../core/graph/index.ts';
import { getCondition } from '../conditions.ts';
import { targetOf } from '../effective.ts';
import { environmentOf } from '../environment.ts';
import type { App } from '../types.ts';

export interface SystemGraph {
  readonly nodes: readonly SystemNode[];
  readonly edges: readonly SystemEdge[];
  /** A circle, ending where it begins; empty when there is none. */
  readonly cycle: readonly string[];
}

export interface SystemNode {
  /** `App/namespace/name`, `Contract/environment/name`, or the object an App depends on. */
  readonly key: string;
  readonly kind: 'app' | 'contract' | 'object';
  readonly title: string;
  readonly environment: string;
  /** Of a contract: the version provided. */
  readonly version?: string;
  readonly state: 'ready' | 'waiting' | 'trouble' | 'unknown';
  /** Why an App is not ready. */
  readonly says: string;
  /** From 0: it waits only for earlier ones. Of what is on a circle, or behind one: -1. */
  readonly wave: number;
}

export interface SystemEdge {
  /** Waits for `to`. */
  readonly from: string;
  readonly to: string;
  readonly kind: 'dependsOn' | 'requires' | 'provides';
  /** The range that is required. */
  readonly range?: string;
  readonly optional?: boolean;
  /** Of a requirement: what is provided does not fit, or nothing is. */
  readonly broken: boolean;
  /** `from` is held up by it now. */
  readonly waiting: boolean;
}

const appKey = (key: string): string => `App/${key}`;
const keyOf = ({ metadata }: App): string => `${metadata.namespace}/${metadata.name}`;

export function systemGraph(apps: readonly App[]): SystemGraph {
  const sorted = apps.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const contracts = new Map<string, SystemNode>();
  const parties = sorted.map(partyOf);
  const edges = [...sorted.flatMap(dependencyEdges), ...contractEdges(parties, contracts, sorted)];
  const nodes = new Map<string, SystemNode>(sorted.map((app) => [appKey(keyOf(app)), appNode(app)]));
  for (const [key, node] of contracts) nodes.set(key, node);
  for (const { to } of edges)
    if (!nodes.has(to))
      nodes.set(to, {
        key: to,
        kind: to.startsWith('App/') ? 'app' : 'object',
        title: to.replace(/^App\//, ''),
        environment: '',
        state: 'unknown',
        says: 'it does not exist',
        wave: -1,
      });
  return inWaves([...nodes.values()], edges);
}

/** Contracts of what is wanted; those of a chart are known once it is applied. */
function partyOf(app: App): Party {
  const applied = app.status?.applied?.contracts;
  const merge = <T extends { readonly name: string }>(own: readonly T[] | undefined, chart: readonly T[] | undefined): readonly T[] => [
    ...(own ?? []),
    ...(chart ?? []).filter(({ name }) => own?.some((one) => one.name === name) !== true),
  ];
  return {
    key: keyOf(app),
    scope: { cluster: targetOf(app).cluster ?? '', environment: environmentOf(app) },
    wanted: { provides: merge(app.spec.provides, applied?.provides), requires: merge(app.spec.requires, applied?.requires) },
    running: applied,
  };
}

function appNode(app: App): SystemNode {
  const ready = getCondition(app.status?.conditions, 'Ready');
  const waits = ready !== undefined && ready.status !== 'True' && (app.status?.waitingFor !== undefined || ready.reason === 'Progressing');
  return {
    key: appKey(keyOf(app)),
    kind: 'app',
    title: keyOf(app),
    environment: environmentOf(app),
    state: ready === undefined ? 'unknown' : ready.status === 'True' ? 'ready' : waits ? 'waiting' : 'trouble',
    says: ready === undefined || ready.status === 'True' ? '' : `${ready.reason}: ${ready.message}`,
    wave: -1,
  };
}

/** What an App says it waits for: the second link of its chain. */
const waitsFor = ({ status }: App): string | undefined => status?.waitingFor?.chain?.[1]?.object;

function dependencyEdges(app: App): readonly SystemEdge[] {
  const waiting = waitsFor(app);
  return (app.spec.dependsOn ?? []).map(({ apiVersion, kind, name, namespace = app.metadata.namespace }) => {
    const to = apiVersion === 'lockstep.dev/v1' && kind === 'App' ? appKey(`${namespace}/${name}`) : `${kind}/${namespace}/${name}`;
    return { from: appKey(keyOf(app)), to, kind: 'dependsOn', broken: false, waiting: waiting === to };
  });
}

function contractEdges(parties: readonly Party[], contracts: Map<string, SystemNode>, apps: readonly App[]): readonly SystemEdge[] {
  const market = marketOf(parties, ({ wanted }) => wanted);
  const edges: SystemEdge[] = [];
  for (const offers of market.values())
    for (const { key, scope, provision } of offers) {
      const node = contractNode(scope.environment, provision.name, provision.version);
      contracts.set(node.key, node);
      edges.push({ from: node.key, to: appKey(key), kind: 'provides', broken: false, waiting: false });
    }
  const waiting = new Map(apps.map((app) => [keyOf(app), waitsFor(app)]));
  for (const { key, scope, wanted } of parties)
    for (const { name, version, optional = false } of wanted?.requires ?? []) {
      const offers = offersFor(market, name, scope);
      const offer = offers.find(({ provision }) => satisfies(provision.version, version)) ?? offers[0];
      const node = contractNode(offer?.scope.environment ?? scope.environment, name, offer?.provision.version);
      if (offer === undefined) contracts.set(node.key, node);
      const broken = offer === undefined || !satisfies(offer.provision.version, version);
      const held = offer !== undefined && waiting.get(key) === appKey(offer.key);
      edges.push({
        from: appKey(key),
        to: node.key,
        kind: 'requires',
        range: version,
        broken,
        waiting: held,
        ...(optional ? { optional } : {}),
      });
    }
  return edges;
}

function contractNode(environment: string, name: string, version: string | undefined): SystemNode {
  return {
    key: `Contract/${environment}/${name}`,
    kind: 'contract',
    title: name,
    environment,
    ...(version === undefined ? {} : { version }),
    state: version === undefined ? 'trouble' : 'ready',
    says: version === undefined ? 'nobody provides it' : '',
    wave: -1,
  };
}

function inWaves(nodes: readonly SystemNode[], edges: readonly SystemEdge[]): SystemGraph {
  const graph = orderOf(nodes, edges);
  const at = new Map(waves(graph).flatMap((keys, index) => keys.map((key): [string, number] => [key, index])));
  return { nodes: nodes.map((node) => ({ ...node, wave: at.get(node.key) ?? -1 })), edges, cycle: findCycle(graph) ?? [] };
}

/** Optional requirements order nothing. */
function orderOf(nodes: readonly SystemNode[], edges: readonly SystemEdge[]): ReturnType<typeof buildGraph> {
  const dependsOn = new Map<string, string[]>();
  for (const { from, to, optional } of edges) if (optional !== true) dependsOn.set(from, [...(dependsOn.get(from) ?? []), to]);
  return buildGraph(nodes.map(({ key }) => ({ key, dependsOn: dependsOn.get(key) ?? [] })));
}

/** What each App waits for when it comes new: `dependsOn`, and the providers of what it requires. Keys are `namespace/name`. */
export function appOrder(apps: readonly App[]): ReadonlyMap<string, readonly string[]> {
  const parties = apps.map(partyOf);
  const market = marketOf(parties, ({ wanted }) => wanted);
  return new Map(
    apps.map((app, index) => {
      const party = parties[index] as Party;
      const needed = (party.wanted?.requires ?? []).filter(({ optional }) => optional !== true);
      const providers = needed.flatMap(({ name }) =>
        (market.get(name) ?? []).filter(({ scope, key }) => key !== party.key && reaches(scope, party.scope)),
      );
      const on = dependencyEdges(app).map(({ to }) => to.replace(/^App\//, ''));
      return [keyOf(app), [...new Set([...on, ...providers.map(({ key }) => key)])].toSorted()];
    }),
  );
}
