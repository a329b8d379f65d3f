/**
 * Addresses of the HTTP API. The types of the server's own route table prove each line, without carrying that table (and its prose) into the page.
 */
import type { AnswerOf, BodyOf, QueryOf, RouteName, routes } from '../../../src/api/http/index.ts';

export type { AnswerOf, BodyOf, RouteName };

/** A query may leave out what has a default. */
export type Query<N extends RouteName> = Partial<QueryOf<N>>;
type Address<N extends RouteName> = `${(typeof routes)[N]['method']} ${(typeof routes)[N]['path']}`;

export const PREFIX = '/api/v1';

const addresses: { readonly [N in RouteName]: Address<N> } = {
  session: 'GET /session',
  signIn: 'POST /session',
  signOut: 'DELETE /session',
  apps: 'GET /apps',
  matrix: 'GET /matrix',
  app: 'GET /apps/{namespace}/{name}',
  tree: 'GET /apps/{namespace}/{name}/tree',
  object: 'GET /apps/{namespace}/{name}/object',
  objectDiff: 'GET /apps/{namespace}/{name}/object/diff',
  objectEvents: 'GET /apps/{namespace}/{name}/object/events',
  log: 'GET /apps/{namespace}/{name}/object/log',
  ignoreField: 'GET /apps/{namespace}/{name}/object/ignore',
  adoptField: 'GET /apps/{namespace}/{name}/object/adopt',
  changeField: 'POST /apps/{namespace}/{name}/object/{change}',
  plan: 'GET /apps/{namespace}/{name}/plan',
  action: 'POST /apps/{namespace}/{name}/actions/{action}',
  traffic: 'GET /apps/{namespace}/{name}/traffic',
  timeline: 'GET /timeline',
  compare: 'GET /compare',
  ledgerEvents: 'GET /ledger/events',
  ledgerState: 'GET /ledger/state',
  ledgerRuns: 'GET /ledger/runs',
  past: 'GET /past',
  graph: 'GET /graph',
  sources: 'GET /sources',
  delivery: 'GET /delivery',
  access: 'GET /access',
  views: 'GET /views',
  saveView: 'PUT /views',
  deleteView: 'DELETE /views/{view}',
  stream: 'GET /stream',
  topics: 'PUT /stream/{stream}',
  where: 'GET /where',
  openapi: 'GET /openapi.json',
};

export type Params = Readonly<Record<string, string>>;
export interface Target<N extends RouteName> {
  readonly params?: Params;
  readonly query?: Query<N>;
}

export const methodOf = (name: RouteName): string => addresses[name].split(' ')[0] ?? 'GET';

/** Path and query below the prefix; also the topic of the same view in the stream. Query fields that are empty are left out. */
export function topicOf<N extends RouteName>(name: N, { params = {}, query = {} }: Target<N> = {}): string {
  const path = (addresses[name].split(' ')[1] ?? '').replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}
