/** The dashboard's server put together: views over informers, the stream, sessions, the API, the page. */
import type { Identity } from '../ports/index.ts';
import { Doorman } from './access/doorman.ts';
import { Links } from './access/link.ts';
import { Sessions } from './access/sessions.ts';
import { createHandlers } from './handlers.ts';
import { type Assets, loadAssets } from './http/assets.ts';
import { Frame, type Mount } from './http/frame.ts';
import { RateLimit } from './http/rate.ts';
import type { DashboardPorts } from './ports.ts';
import { SavedViewStore } from './saved-views.ts';
import { SessionRoutes } from './session-routes.ts';
import { StreamHub } from './stream/hub.ts';
import { createScene, type Scene } from './views/scene.ts';

export interface DashboardSettings {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Folder of the built page; absent: a page that says so. */
  readonly assets?: string;
  /** Under which it is reached from elsewhere: `https://lockstep.example.com`. */
  readonly url?: string;
  /** Lockstep's own namespace. */
  readonly namespace: string;
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

/** Requests of one address. */
const RATE = { burst: 300, perSecond: 60 };

/** Rejects when the address is taken. */
export async function startDashboard(ports: DashboardPorts, settings: DashboardSettings): Promise<Dashboard> {
  return new Running(ports, settings, await loadAssets(settings.assets)).listen();
}

class Running {
  readonly #settings: DashboardSettings;
  readonly #scene: Scene;
  readonly #hub: StreamHub;
  readonly #links: Links;
  readonly #frame: Frame;

  constructor(ports: DashboardPorts, settings: DashboardSettings, assets: Assets) {
    const { kube, clock, random, log, metrics } = ports;
    this.#settings = settings;
    this.#scene = createScene(ports, () => this.#hub.wake());
    this.#links = new Links(clock, random);
    const sessions = new Sessions(clock, random);
    const secure = settings.url?.startsWith('https:') === true;
    const cookie = secure ? '__Host-lockstep' : 'lockstep_session';
    const doorman = new Doorman({ kube, clock, sessions, cookie, anonymous: () => undefined });
    const session = this.#session(sessions, { cookie, secure });
    const views = new SavedViewStore(kube, settings.namespace);
    const { handlers, readTopic } = createHandlers({
      scene: this.#scene,
      session,
      views,
      hub: () => this.#hub,
      clock,
      version: settings.version,
    });
    this.#hub = new StreamHub({ clock, random, metrics, read: readTopic });
    const rate = new RateLimit(RATE, clock);
    const login: Mount = { prefix: '/login', handle: (request, response) => session.followLink(request, response) };
    this.#frame = new Frame({
      handlers,
      identify: (request) => doorman.identify(request),
      limit: (request) => rate.take(request.socket.remoteAddress ?? ''),
      assets,
      mounts: [login, ...(settings.mounts ?? [])],
      hosts: settings.url === undefined ? [] : [new URL(settings.url).host],
      log,
      metrics,
    });
  }

  #session(sessions: Sessions, how: { readonly cookie: string; readonly secure: boolean }): SessionRoutes {
    const { version, installation, simulated } = this.#settings;
    return new SessionRoutes({
      sessions,
      links: this.#links,
      ...how,
      about: { version, installation, simulated, prometheus: false },
      methods: () => [],
    });
  }

  async listen(): Promise<Dashboard> {
    const { host, port } = this.#settings;
    const listening = await this.#frame.listen(host, port);
    const base = this.#settings.url ?? listening.url;
    return {
      url: listening.url,
      link: (identity) => `${base}/login?link=${this.#links.issue(identity)}`,
      notReady: () => this.#scene.notReady(),
      close: async () => {
        this.#hub.close();
        await listening.close();
        await this.#scene.close();
      },
    };
  }
}
