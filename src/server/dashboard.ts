/** The dashboard's server put together: views over informers, the stream, sessions, the API, the page. */
import { checkQuery, openapiDocument } from '../api/http/index.ts';
import type { ApiResource, Clock, Identity, KubeClient, Ledger, Log, Metrics, Random } from '../ports/index.ts';
import { createInformers, type Informers } from '../runtime/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { Doorman } from './access/doorman.ts';
import { Links } from './access/link.ts';
import { Sessions } from './access/sessions.ts';
import type { Visitor } from './access/visitor.ts';
import { loadAssets } from './http/assets.ts';
import { Frame, type Handler, type Handlers, type Mount } from './http/frame.ts';
import { matchRoute } from './http/match.ts';
import { badInput, refused, type Refused } from './http/refused.ts';
import { RateLimit } from './http/rate.ts';
import { SessionRoutes } from './session-routes.ts';
import { StreamHub } from './stream/hub.ts';
import { AppIndex } from './views/app-index.ts';
import { appReaders } from './views/app-readers.ts';
import type { Reader, Readers, ViewName } from './views/readers.ts';
import { type View, writeView } from './views/view.ts';

export interface DashboardPorts {
  /** The server's own: reads what views are made of; acts as visitors. */
  readonly kube: KubeClient;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface DashboardSettings {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Folder of the built page; absent: a page that says so. */
  readonly assets?: string;
  /** Under which it is reached from elsewhere: `https://lockstep.example.com`. */
  readonly url?: string;
  readonly version: string;
  readonly installation: string;
  /** Whether health is simulated: the embedded cluster. */
  readonly simulated: boolean;
  readonly mounts?: readonly Mount[];
}

export interface Dashboard {
  /** Where it listens. */
  readonly url: string;
  /** An address that lets its first visitor in as `identity`. */
  link(identity: Identity): string;
  /** Undefined when ready, else why not. */
  notReady(): string | undefined;
  close(): Promise<void>;
}

const APP_RESOURCE: ApiResource = { group: 'lockstep.dev', version: 'v1', kind: 'App', resource: 'apps', namespaced: true, verbs: [] };

/** Requests of one address. */
const RATE = { burst: 300, perSecond: 60 };

/** Rejects when the address is taken. */
export async function startDashboard(ports: DashboardPorts, settings: DashboardSettings): Promise<Dashboard> {
  return new Running(ports, settings, await loadAssets(settings.assets)).listen();
}

class Running {
  readonly #settings: DashboardSettings;
  readonly #informers: Informers;
  readonly #apps: AppIndex;
  readonly #hub: StreamHub;
  readonly #links: Links;
  readonly #frame: Frame;
  readonly #readers: Readers;
  readonly #synced: () => boolean;

  constructor(ports: DashboardPorts, settings: DashboardSettings, assets: Awaited<ReturnType<typeof loadAssets>>) {
    const { kube, clock, random, log, metrics } = ports;
    this.#settings = settings;
    this.#informers = createInformers({ client: kube, clock, random, log, metrics });
    this.#apps = new AppIndex(clock, () => undefined);
    const { informer } = this.#informers.acquire(APP_RESOURCE);
    this.#synced = () => informer.synced;
    informer.subscribe((change) => {
      if (change.type === 'deleted') this.#apps.remove(change.old);
      else this.#apps.put(change.now);
      this.#hub.wake();
    });
    this.#readers = appReaders(this.#apps);
    this.#hub = new StreamHub({ clock, random, metrics, read: (topic, visitor) => this.#read(topic, visitor) });
    this.#links = new Links(clock, random);
    const secure = settings.url?.startsWith('https:') === true;
    const sessions = new Sessions(clock, random);
    const cookie = secure ? '__Host-lockstep' : 'lockstep_session';
    const doorman = new Doorman({ kube, clock, sessions, cookie, anonymous: () => undefined });
    const { version, installation, simulated } = settings;
    const session = new SessionRoutes({
      sessions,
      links: this.#links,
      cookie,
      secure,
      about: { version, installation, simulated, prometheus: false },
      methods: () => [],
    });
    const rate = new RateLimit(RATE, clock);
    const login: Mount = { prefix: '/login', handle: (request, response) => session.followLink(request, response) };
    this.#frame = new Frame({
      handlers: this.#handlers(session),
      identify: (request) => doorman.identify(request),
      limit: (request) => rate.take(request.socket.remoteAddress ?? ''),
      assets,
      mounts: [login, ...(settings.mounts ?? [])],
      hosts: settings.url === undefined ? [] : [new URL(settings.url).host],
      log,
      metrics,
    });
  }

  async listen(): Promise<Dashboard> {
    const { host, port } = this.#settings;
    const listening = await this.#frame.listen(host, port);
    const base = this.#settings.url ?? listening.url;
    return {
      url: listening.url,
      link: (identity) => `${base}/login?link=${this.#links.issue(identity)}`,
      notReady: () => (this.#synced() ? undefined : 'the Apps are not read yet'),
      close: async () => {
        this.#hub.close();
        await listening.close();
        await this.#informers.stop();
      },
    };
  }

  #handlers(session: SessionRoutes): Partial<Handlers> {
    const document = JSON.stringify(openapiDocument(this.#settings.version));
    return {
      ...session.handlers,
      apps: handlerOf(this.#readers.apps),
      matrix: handlerOf(this.#readers.matrix),
      stream: ({ query, visitor, sending }) => {
        if (visitor === undefined) return Promise.resolve(err(signIn));
        const topics = query.topics.split(/\s+/).filter((topic) => topic !== '');
        const problem = this.#hub.open(sending.request, sending.response, { visitor, topics });
        return Promise.resolve(problem === undefined ? ok('sent') : err(problem));
      },
      topics: ({ params, body, visitor }) =>
        Promise.resolve(visitor === undefined ? err(signIn) : this.#hub.choose(params['stream'] ?? '', visitor, body.topics)),
      openapi: () => Promise.resolve(ok({ json: document })),
    };
  }

  /** The view that a topic of the stream names. */
  async #read(topic: string, visitor: Visitor): Promise<Result<View<unknown>, Refused>> {
    const [path = '', search = ''] = topic.split('?');
    const match = matchRoute('GET', path);
    const reader =
      match === undefined || match === 'other' ? undefined : (this.#readers[match.name as ViewName] as Reader<ViewName> | undefined);
    if (match === undefined || match === 'other' || reader === undefined)
      return err(refused.notFound(`there is no topic ${topic}`, 'see docs/http-api.md'));
    const query = checkQuery(match.route, new URLSearchParams(search));
    if (!query.ok) return err(badInput(query.error));
    return reader({ params: match.params, query: query.value as never, visitor });
  }
}

const signIn = refused.signInNeeded('sign in first');

const handlerOf =
  <N extends ViewName>(read: Reader<N>): Handler<N> =>
  async ({ params, query, visitor }) => {
    if (visitor === undefined) return err(signIn);
    const view = await read({ params, query, visitor });
    return view.ok ? ok(writeView(view.value)) : view;
  };
