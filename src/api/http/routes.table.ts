/** Every route of the HTTP API, once: the server, the OpenAPI document, `docs/http-api.md` and the page are made from this table. */
import { bool, by, int, must, object, str, time, word, type Field, type ObjectOf, type Presence } from '../schema/field.ts';
import { ACTIONS, appDetail, appPage, matrixPage } from './apps.table.ts';
import { comparison, deliveryView, ENTRY_KINDS, graphView, pastPage, sourcePage, timelinePage, trafficView } from './history.table.ts';
import { eventsQuery, ledgerPage, ledgerRuns, ledgerState, scopeQuery } from './ledger.table.ts';
import { wherePage } from './where.table.ts';
import { eventList, objectDiff, objectView, planView, proposal, treePage } from './objects.table.ts';
import {
  accessView,
  actionPlan,
  actionRequest,
  fieldRequest,
  savedView,
  savedViews,
  sessionView,
  signIn,
  streamMessage,
  topicsRequest,
} from './session.table.ts';

type Fields = Readonly<Record<string, Field<unknown, Presence>>>;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`; `{name}` is one segment. */
  readonly path: string;
  /** One line. */
  readonly doc: string;
  readonly query?: Fields;
  readonly body?: Field<unknown, Presence>;
  /** Absent: no body (204). */
  readonly answer?: Field<unknown, Presence>;
  /** What comes instead of JSON. */
  readonly stream?: 'text/event-stream' | 'text/plain';
  /** Answered before signing in. */
  readonly open?: boolean;
}

const route = <const R extends Route>(row: R): R => row;

const limit = (most: number, standard: number) => by(standard, int('Items a page.', 1, most));
const cursor = str('`next` of the page before.', { maxLength: 1024 });
const words = (doc: string) => str(doc, { maxLength: 1024 });

/** What narrows down Apps; comma between values means "or", different fields mean "and". */
const filters = {
  q: words('Words that all have to appear in name, namespace, environment, cluster, project, folder, revision, image or reason.'),
  level: words('Levels.'),
  health: words('Health states.'),
  sync: words('Sync words.'),
  namespace: words('Namespaces.'),
  project: words('Projects.'),
  environment: words('Environments.'),
  cluster: words('Clusters.'),
  folder: words('Folders, those below included.'),
  source: words('Sources, by name or `namespace/name`.'),
  label: words('Labels, as kubectl writes selectors: `team=shop,tier!=cache`.'),
};

const objectQuery = {
  group: by('', str('API group; empty for the core group.', { minLength: 0 })),
  kind: must(str('Kind.')),
  objectNamespace: by('', str('Namespace of the object; empty for cluster-scoped ones.', { minLength: 0 })),
  object: must(str('Name of the object.')),
};

export const routes = {
  session: route({ method: 'GET', path: '/session', doc: 'Who is looking, and how to sign in.', answer: sessionView, open: true }),
  signIn: route({ method: 'POST', path: '/session', doc: 'Sign in as a local user.', body: signIn, answer: sessionView, open: true }),
  signOut: route({ method: 'DELETE', path: '/session', doc: 'Sign out; the session ends everywhere.', open: true }),
  apps: route({
    method: 'GET',
    path: '/apps',
    doc: 'Apps: filtered, searched, sorted, a page at a time.',
    query: {
      ...filters,
      sort: by(
        'urgency',
        word(['urgency', 'name', 'since', 'health', 'sync', 'environment', '-since', '-name'], 'Order; `urgency`: problems first.'),
      ),
      limit: limit(200, 50),
      cursor,
    },
    answer: appPage,
  }),
  matrix: route({
    method: 'GET',
    path: '/matrix',
    doc: 'The system: applications × environments, grouped, problems first.',
    query: {
      ...filters,
      group: by('project', words('`project`, `folder`, `namespace`, `source`, `none`, or `label:KEY`.')),
      columns: by('environment', word(['environment', 'cluster'], 'What the columns are.')),
      limit: limit(100, 40),
      cursor,
    },
    answer: matrixPage,
  }),
  app: route({ method: 'GET', path: '/apps/{namespace}/{name}', doc: 'Everything about one App but its objects.', answer: appDetail }),
  tree: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/tree',
    doc: 'Its objects, from owners down to Pods; like objects that are well come as heaps.',
    query: {
      open: str('Keys of heaps and closed branches to open, with a comma between them.', { maxLength: 8192 }),
      heap: by(12, int('More like siblings than this become a heap.', 2, 1000)),
      q: words('Only objects with these words in kind, name or namespace, and what is above them.'),
      health: words('Only objects in these states, and what is above them.'),
      key: words('Only the node with this key.'),
      limit: limit(500, 100),
      cursor,
    },
    answer: treePage,
  }),
  object: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/object',
    doc: 'One object of it: manifest with secrets masked, health, who owns which field.',
    query: objectQuery,
    answer: objectView,
  }),
  objectDiff: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/object/diff',
    doc: 'Git / planned / live of one object, field by field.',
    query: objectQuery,
    answer: objectDiff,
  }),
  objectEvents: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/object/events',
    doc: 'Kubernetes events of one object.',
    query: objectQuery,
    answer: eventList,
  }),
  log: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/object/log',
    doc: 'The log of a container, line by line.',
    query: {
      ...objectQuery,
      container: str('Container; absent: the first one.'),
      follow: by(false, bool('Go on until the connection is closed.')),
      previous: by(false, bool('Of the container before the last restart.')),
      tail: by(500, int('Lines from the end.', 1, 10000)),
      q: words('Only lines with this text.'),
      timestamps: by(false, bool('Each line begins with its time.')),
    },
    stream: 'text/plain',
  }),
  ignoreField: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/object/ignore',
    doc: '"Ignore this field" as a change to make in Git.',
    query: { ...objectQuery, path: must(words('Field path, as the difference shows it.')) },
    answer: proposal,
  }),
  adoptField: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/object/adopt',
    doc: '"Adopt this value" as a change to make in Git.',
    query: { ...objectQuery, path: must(words('Field path, as the difference shows it.')) },
    answer: proposal,
  }),
  changeField: route({
    method: 'POST',
    path: '/apps/{namespace}/{name}/object/{change}',
    doc: 'Plans the change of a field (`ignore`, `adopt`) as a commit; with `confirm` makes it.',
    body: fieldRequest,
    answer: actionPlan,
  }),
  plan: route({ method: 'GET', path: '/apps/{namespace}/{name}/plan', doc: 'The newest plan, by waves.', answer: planView }),
  action: route({
    method: 'POST',
    path: '/apps/{namespace}/{name}/actions/{action}',
    doc: `Plans an action (${ACTIONS.join(', ')}); with \`confirm\` carries it out.`,
    body: actionRequest,
    answer: actionPlan,
  }),
  traffic: route({
    method: 'GET',
    path: '/apps/{namespace}/{name}/traffic',
    doc: 'Rate, errors and duration from Prometheus, with deploy markers.',
    query: { minutes: by(60, int('How far back.', 5, 10080)) },
    answer: trafficView,
  }),
  timeline: route({
    method: 'GET',
    path: '/timeline',
    doc: 'What happened, for one App or for the whole system, the newest first.',
    query: {
      app: words('`namespace/name`; absent: the whole system.'),
      kind: words(`Lanes: ${ENTRY_KINDS.join(', ')}.`),
      from: time('Not before.'),
      to: time('Not after.'),
      limit: limit(500, 100),
      cursor,
    },
    answer: timelinePage,
  }),
  compare: route({
    method: 'GET',
    path: '/compare',
    doc: 'Two moments: versions, images and, for one App, objects.',
    query: {
      app: words('`namespace/name`; absent: the whole system.'),
      from: must(time('The earlier moment.')),
      to: time('The later moment; absent: now.'),
    },
    answer: comparison,
  }),
  ledgerEvents: route({
    method: 'GET',
    path: '/ledger/events',
    doc: 'The ledger as it was written, the newest first.',
    query: { ...eventsQuery, cursor },
    answer: ledgerPage,
  }),
  ledgerState: route({
    method: 'GET',
    path: '/ledger/state',
    doc: 'What ran at a moment.',
    query: { ...scopeQuery, at: must(time('The moment.')) },
    answer: ledgerState,
  }),
  ledgerRuns: route({
    method: 'GET',
    path: '/ledger/runs',
    doc: 'When versions of an App, chart, image or contract ran.',
    query: {
      ...scopeQuery,
      name: must(words('Name.')),
      version: words('Version or the beginning of one, up to a dot; absent: any.'),
    },
    answer: ledgerRuns,
  }),
  where: route({
    method: 'GET',
    path: '/where',
    doc: 'Where a commit, an image or a version of a chart is live, and where it waits. One of the three is asked for.',
    query: {
      ...scopeQuery,
      commit: str('Beginning of a commit id.', { maxLength: 64, pattern: '^[0-9a-f]{7,64}$', means: 'at least 7 digits of a commit id' }),
      image: words('Repository or its last part, with or without a tag or digest.'),
      chart: words(
        'Chart of a repository, or Source of an artifact, with or without `@` and a version, the beginning of one, or a digest.',
      ),
    },
    answer: wherePage,
  }),
  past: route({
    method: 'GET',
    path: '/past',
    doc: 'The system as it was at a moment: what every App ran, from which commit, and how it was.',
    query: {
      at: must(time('The moment.')),
      q: words('Words that all have to appear in name, environment, revision, version or commit.'),
      limit: limit(200, 200),
      cursor,
    },
    answer: pastPage,
  }),
  graph: route({
    method: 'GET',
    path: '/graph',
    doc: 'Apps, contracts, dependencies: what waits for what, and the critical path of the last rollout.',
    query: { app: words('`namespace/name`: only what it is connected with; absent: everything.') },
    answer: graphView,
  }),
  sources: route({
    method: 'GET',
    path: '/sources',
    doc: 'Sources, problems first.',
    query: { q: words('Words that all have to appear in name, URL, revision or error.'), limit: limit(200, 100), cursor },
    answer: sourcePage,
  }),
  delivery: route({
    method: 'GET',
    path: '/delivery',
    doc: 'Deployment frequency, lead time, failure rate, time to restore.',
    query: { app: words('`namespace/name`; absent: the whole system.'), days: by(30, int('How far back.', 1, 365)) },
    answer: deliveryView,
  }),
  access: route({
    method: 'GET',
    path: '/access',
    doc: 'Who may come in, and what the visitor may do where.',
    answer: accessView,
  }),
  views: route({ method: 'GET', path: '/views', doc: 'Saved views.', answer: savedViews }),
  saveView: route({
    method: 'PUT',
    path: '/views',
    doc: 'Save a view; one of the same name is replaced.',
    body: savedView,
    answer: savedViews,
  }),
  deleteView: route({ method: 'DELETE', path: '/views/{view}', doc: 'Delete an own saved view.', answer: savedViews }),
  stream: route({
    method: 'GET',
    path: '/stream',
    doc: 'The one stream of changes; see “The stream”.',
    query: { topics: by('', str('Topics with a space between them.', { minLength: 0, maxLength: 16384 })) },
    answer: streamMessage,
    stream: 'text/event-stream',
  }),
  topics: route({
    method: 'PUT',
    path: '/stream/{stream}',
    doc: 'Choose anew what a running stream tells about.',
    body: topicsRequest,
  }),
  openapi: route({
    method: 'GET',
    path: '/openapi.json',
    doc: 'This API as an OpenAPI 3.1 document.',
    answer: object('OpenAPI.', {}),
    open: true,
  }),
} as const;

export type RouteName = keyof typeof routes;

/** The query of a route after defaults. */
export type QueryOf<N extends RouteName> = (typeof routes)[N] extends { readonly query: infer Q extends Fields }
  ? ObjectOf<Q>
  : Record<never, never>;
type ValueOf<F> = F extends { readonly value?: infer T } ? Exclude<T, undefined> : undefined;
export type BodyOf<N extends RouteName> = (typeof routes)[N] extends { readonly body: infer B } ? ValueOf<B> : undefined;
export type AnswerOf<N extends RouteName> = (typeof routes)[N] extends { readonly answer: infer A } ? ValueOf<A> : undefined;
