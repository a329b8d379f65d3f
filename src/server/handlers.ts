/** From the table of routes to what answers them. */
import { checkQuery, type QueryOf, openapiDocument, type RouteName } from '../api/http/index.ts';
import type { App, PlatformSpec } from '../api/index.ts';
import { ACTIONS, type ActionName, type Proposal } from '../api/http/index.ts';
import type { Clock, Scope } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import type { Visitor } from './access/visitor.ts';
import { Actions } from './actions/index.ts';
import { Changes, PROPOSALS, type ProposalName } from './changes/index.ts';
import type { Call, Handler, Handlers, Outcome } from './http/frame.ts';
import { matchRoute } from './http/match.ts';
import { badInput, refused, type Refused } from './http/refused.ts';
import type { SavedViewStore } from './saved-views.ts';
import type { SessionRoutes } from './session-routes.ts';
import type { StreamHub } from './stream/hub.ts';
import type { ReadTopic } from './stream/stream.ts';
import type { Traffic } from './traffic/index.ts';
import { readLog } from './views/object/index.ts';
import { createReaders, openApp, type Reader, type Readers, type ViewName, visibleApps } from './views/readers.ts';
import type { Scene } from './views/scene.ts';
import { accessView } from './views/access-view.ts';
import { compareManifests } from './views/compare-manifests.ts';
import { compare, type Looking } from './views/compare.ts';
import { ledgerEvents, ledgerRuns, ledgerState, scopeFor } from './views/ledger.ts';
import { delivery } from './views/delivery.ts';
import { past } from './views/past.ts';
import { entryOf } from './views/timeline.ts';
import { where } from './views/where.ts';
import { writeView } from './views/view.ts';

export interface HandlerParts {
  readonly scene: Scene;
  readonly session: SessionRoutes;
  readonly views: SavedViewStore;
  readonly hub: () => StreamHub;
  readonly clock: Clock;
  readonly version: string;
  /** What the Platform says about the dashboard, now. */
  readonly platform: () => PlatformSpec['dashboard'];
  /** Lockstep's own namespace. */
  readonly home: string;
  readonly traffic: Traffic;
}

const signIn = refused.signInNeeded('sign in first');

/** For routes that take somebody. */
const signedIn =
  <N extends RouteName>(handle: (call: Call<N> & { readonly visitor: Visitor }) => Promise<Result<Outcome<N>, Refused>>): Handler<N> =>
  (call) =>
    call.visitor === undefined ? Promise.resolve(err(signIn)) : handle({ ...call, visitor: call.visitor });

const listed = <N extends ViewName>(read: Reader<N>): Handler<N> =>
  signedIn<N>(async ({ params, query, visitor }) => {
    const view = await read({ params, query, visitor });
    return view.ok ? ok(writeView(view.value)) : view;
  });

/** A view that is one thing answers that thing. */
const alone = <N extends ViewName>(read: Reader<N>): Handler<N> =>
  signedIn<N>(async ({ params, query, visitor }) => {
    const view = await read({ params, query, visitor });
    return view.ok ? ok({ json: view.value.items[0]?.json ?? '{}' }) : view;
  });

export function createHandlers(parts: HandlerParts): { readonly handlers: Handlers; readonly readTopic: ReadTopic } {
  const readers = createReaders(parts.scene);
  const handlers: Handlers = {
    ...parts.session.handlers,
    ...viewHandlers(readers),
    ...objectHandlers(parts),
    ...fieldHandlers(parts),
    ...personalHandlers(parts),
    ...ledgerHandlers(parts),
    ...streamHandlers(parts),
  };
  return { handlers, readTopic: (topic, visitor) => readTopic(readers, topic, visitor) };
}

const viewHandlers = (readers: Readers): Pick<Handlers, ViewName> => ({
  apps: listed(readers.apps),
  matrix: listed(readers.matrix),
  tree: listed(readers.tree),
  timeline: listed(readers.timeline),
  sources: listed(readers.sources),
  app: alone(readers.app),
  plan: alone(readers.plan),
  graph: alone(readers.graph),
});

type Of<N extends RouteName> = Call<N> & { readonly visitor: Visitor };

/** For routes about one App that the visitor may see. */
const ofApp =
  (scene: Scene) =>
  <N extends RouteName>(answer: (app: App, call: Of<N>) => Promise<Result<Outcome<N>, Refused>>): Handler<N> =>
    signedIn<N>(async (call) => {
      const found = await openApp(scene, call);
      return found.ok ? answer(found.value.app, call) : found;
    });

type ObjectRoute = 'traffic' | 'object' | 'objectDiff' | 'objectEvents' | 'log' | 'action';

function objectHandlers({ scene, clock, traffic }: HandlerParts): Pick<Handlers, ObjectRoute> {
  const { objects, river } = scene;
  const actions = new Actions(clock, river);
  const about = ofApp(scene);
  return {
    traffic: about<'traffic'>(async (app, { query }) => {
      const { metadata } = app;
      const since = clock.now() - query.minutes * 60_000;
      const subject = `${metadata.namespace}/${metadata.name}`;
      const { events } = await scene.ledger.find({ subject, types: ['Applied'], since, limit: 100 });
      return ok({ ...(await traffic.of(app, scene.inventory(app), query.minutes)), deploys: events.map(entryOf) });
    }),
    object: about<'object'>((app, { visitor, query }) => objects.view(app, visitor, query)),
    objectDiff: about<'objectDiff'>((app, { visitor, query }) => objects.diff(app, visitor, query)),
    objectEvents: about<'objectEvents'>((app, { visitor, query }) => objects.events(app, visitor, query)),
    log: about<'log'>(async (app, { visitor, query, signal }) => {
      const chunks = await readLog({ app, visitor, query, signal }, scene);
      return chunks.ok ? ok({ type: 'text/plain; charset=utf-8', chunks: chunks.value }) : chunks;
    }),
    action: about<'action'>((app, { visitor, params, body }) => {
      const action = ACTIONS.find((name) => name === params['action']) as ActionName | undefined;
      if (action === undefined)
        return Promise.resolve(err(refused.notFound(`there is no action ${params['action'] ?? ''}`, `actions: ${ACTIONS.join(', ')}`)));
      return actions.run({ action, app, visitor, body, plan: river.plan(app.metadata) });
    }),
  };
}

function fieldHandlers({ scene }: HandlerParts): Pick<Handlers, 'ignoreField' | 'adoptField' | 'changeField'> {
  const { objects } = scene;
  const changes = new Changes(scene);
  const about = ofApp(scene);
  const proposed =
    (name: ProposalName) =>
    async (app: App, { visitor, query }: Of<'ignoreField'>): Promise<Result<Proposal, Refused>> => {
      const opened = await objects.open(app, visitor, query);
      return opened.ok ? changes.proposal({ name, app, visitor, opened: opened.value, path: query.path }) : opened;
    };
  return {
    ignoreField: about<'ignoreField'>(proposed('ignore')),
    adoptField: about<'adoptField'>(proposed('adopt')),
    changeField: about<'changeField'>(async (app, { visitor, params, body }) => {
      const name = PROPOSALS.find((each) => each === params['change']);
      if (name === undefined)
        return err(refused.notFound(`there is no change ${params['change'] ?? ''}`, `changes: ${PROPOSALS.join(', ')}`));
      const opened = await objects.open(app, visitor, body);
      return opened.ok ? changes.commit({ name, app, visitor, opened: opened.value, path: body.path }, body) : opened;
    }),
  };
}

function ledgerHandlers({ scene }: HandlerParts): Pick<Handlers, 'ledgerEvents' | 'ledgerState' | 'ledgerRuns' | 'where'> {
  type Asked = { readonly environment?: string; readonly namespace?: string };
  const scopeOf = async (visitor: Visitor, query: Asked): Promise<Result<Scope, Refused>> => {
    const visible = await visibleApps(scene, visitor);
    if (!visible.ok) return visible;
    return ok(scopeFor(query, visible.value, new Set(scene.apps.namespaces())));
  };
  return {
    ledgerEvents: signedIn<'ledgerEvents'>(async ({ visitor, query }) => {
      const scope = await scopeOf(visitor, query);
      return scope.ok ? ledgerEvents(scene.ledger, query, scope.value) : scope;
    }),
    ledgerState: signedIn<'ledgerState'>(async ({ visitor, query }) => {
      const scope = await scopeOf(visitor, query);
      return scope.ok ? ok(await ledgerState(scene.ledger, query, scope.value)) : scope;
    }),
    where: signedIn<'where'>(async ({ visitor, query }) => {
      const visible = await visibleApps(scene, visitor);
      return visible.ok ? where(query, { apps: scene.apps.values(), river: scene.river, visible: visible.value }) : visible;
    }),
    ledgerRuns: signedIn<'ledgerRuns'>(async ({ visitor, query }) => {
      const scope = await scopeOf(visitor, query);
      return scope.ok ? ok(await ledgerRuns(scene.ledger, query, scope.value)) : scope;
    }),
  };
}

function personalHandlers({
  scene,
  views,
  clock,
  version,
  platform,
  home,
}: HandlerParts): Pick<Handlers, 'access' | 'views' | 'saveView' | 'deleteView' | 'delivery' | 'compare' | 'past' | 'openapi'> {
  const document = JSON.stringify(openapiDocument(version));
  return {
    access: signedIn<'access'>(({ visitor }) => accessView({ visitor, namespaces: scene.apps.namespaces(), dashboard: platform(), home })),
    views: signedIn<'views'>(({ visitor }) => views.list(visitor)),
    saveView: signedIn<'saveView'>(({ visitor, body }) => views.save(visitor, body)),
    deleteView: signedIn<'deleteView'>(({ visitor, params }) => views.remove(visitor, params['view'] ?? '')),
    delivery: signedIn<'delivery'>(async ({ visitor, query }) => {
      const visible = await visibleApps(scene, visitor);
      return visible.ok ? ok(await delivery(scene.ledger, query, { visible: visible.value, now: clock.now() })) : visible;
    }),
    compare: signedIn<'compare'>(async ({ visitor, query }) => {
      const visible = await visibleApps(scene, visitor);
      if (!visible.ok) return visible;
      const manifests: Looking['manifests'] = async (key, revisions) => {
        const found = scene.apps.get(key);
        return found === undefined ? undefined : compareManifests(found.app, revisions, scene);
      };
      return compare(scene.ledger, query, { visible: visible.value, now: clock.now(), manifests });
    }),
    past: signedIn<'past'>(async ({ visitor, query }) => {
      const visible = await visibleApps(scene, visitor);
      return visible.ok ? past(scene.ledger, query, visible.value) : visible;
    }),
    openapi: () => Promise.resolve(ok({ json: document })),
  };
}

const streamHandlers = ({ hub }: HandlerParts): Pick<Handlers, 'stream' | 'topics'> => ({
  stream: signedIn<'stream'>(({ query, visitor, sending }) => {
    const topics = query.topics.split(/\s+/).filter((topic) => topic !== '');
    const problem = hub().open(sending.request, sending.response, { visitor, topics });
    return Promise.resolve(problem === undefined ? ok('sent') : err(problem));
  }),
  topics: signedIn<'topics'>(({ params, body, visitor }) => Promise.resolve(hub().choose(params['stream'] ?? '', visitor, body.topics))),
});

/** The view that a topic of the stream names. */
async function readTopic(readers: Readers, topic: string, visitor: Visitor): ReturnType<ReadTopic> {
  const [path = '', search = ''] = topic.split('?');
  const match = matchRoute('GET', path);
  const reader = match === undefined || match === 'other' ? undefined : (readers[match.name as ViewName] as Reader<ViewName> | undefined);
  if (match === undefined || match === 'other' || reader === undefined)
    return err(refused.notFound(`there is no topic ${topic}`, 'see docs/http-api.md'));
  const query = checkQuery(match.route, new URLSearchParams(search));
  if (!query.ok) return err(badInput(query.error));
  return reader({ params: match.params, query: query.value as unknown as QueryOf<ViewName>, visitor });
}
