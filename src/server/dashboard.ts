/** The dashboard's server put together: views over informers, the stream, sessions, the API, the page. */
import { parsePlatform, type PlatformSpec } from '../api/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import type { Identity, ServiceBackend } from '../ports/index.ts';
import { Doorman } from './access/doorman.ts';
import { Links } from './access/link.ts';
import { hasLocalUsers, signInLocally } from './access/local-users.ts';
import { Oidc } from './access/oidc.ts';
import { Sessions } from './access/sessions.ts';
import { createHandlers } from './handlers.ts';
import { type Assets, loadAssets } from './http/assets.ts';
import { Frame, type Mount } from './http/frame.ts';
import { RateLimit } from './http/rate.ts';
import { serviceBackend } from './http/service.ts';
import type { DashboardPorts } from './ports.ts';
import { SavedViewStore } from './saved-views.ts';
import { SessionRoutes } from './session-routes.ts';
import { StreamHub } from './stream/hub.ts';
import { Traffic } from './traffic/index.ts';
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
  /** Answers the API behind a Service: at the cluster's own address. */
  readonly backend: ServiceBackend;
  /** Undefined when ready, else why not. */
  notReady(): string | undefined;
  close(): Promise<void>;
}

/** Requests of one address. */
const RATE = { burst: 300, perSecond: 60 };

/** Tries to sign in, by name and by address. */
const TRIES = { burst: 10, perSecond: 1 / 20 };

const ANONYMOUS: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'] };
const NO_PLATFORM: KubeObject = { apiVersion: 'lockstep.dev/v1', kind: 'Platform', metadata: { name: 'default' }, spec: {} };

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
  readonly #backend: ServiceBackend;
  /** Where browsers reach it. */
  #base = '';

  constructor(ports: DashboardPorts, settings: DashboardSettings, assets: Assets) {
    const { kube, clock, random, log, metrics } = ports;
    this.#settings = settings;
    this.#scene = createScene(ports, () => this.#hub.wake());
    this.#links = new Links(clock, random);
    const sessions = new Sessions(clock, random);
    const secure = settings.url?.startsWith('https:') === true;
    const cookie = secure ? '__Host-lockstep' : 'lockstep_session';
    const doorman = new Doorman({
      kube,
      clock,
      sessions,
      cookie,
      anonymous: () => (this.#platform()?.anonymous === true ? ANONYMOUS : undefined),
    });
    const traffic = new Traffic({ kube, namespace: settings.namespace, clock, settings: () => this.#platform()?.prometheus });
    const session = this.#session(sessions, ports, { cookie, secure });
    const views = new SavedViewStore(kube, settings.namespace);
    const { handlers, readTopic } = createHandlers({
      scene: this.#scene,
      session,
      views,
      hub: () => this.#hub,
      clock,
      version: settings.version,
      platform: () => this.#platform(),
      home: settings.namespace,
      traffic,
    });
    this.#hub = new StreamHub({ clock, random, metrics, read: readTopic });
    this.#backend = serviceBackend({ handlers, visitorOf: (identity) => doorman.visitor(identity, { via: 'cluster', valid: () => true }) });
    const rate = new RateLimit(RATE, clock);
    const login: readonly Mount[] = [
      { prefix: '/login', handle: (request, response) => session.followLink(request, response) },
      { prefix: '/login/oidc', handle: (request, response) => session.oidc(request, response) },
    ];
    this.#frame = new Frame({
      handlers,
      identify: (request) => doorman.identify(request),
      limit: (request) => rate.take(request.socket.remoteAddress ?? ''),
      assets,
      mounts: [...login, ...(settings.mounts ?? [])],
      hosts: settings.url === undefined ? [] : [new URL(settings.url).host],
      log,
      metrics,
    });
  }

  /** What the Platform says about the dashboard, now. */
  #platform(): PlatformSpec['dashboard'] {
    return parsePlatform(this.#scene.platform() ?? NO_PLATFORM).value?.spec.dashboard;
  }

  #session(sessions: Sessions, ports: DashboardPorts, how: { readonly cookie: string; readonly secure: boolean }): SessionRoutes {
    const { version, installation, simulated, namespace } = this.#settings;
    const { kube, clock, random } = ports;
    const tries = new RateLimit(TRIES, clock);
    return new SessionRoutes({
      oidc: new Oidc({ kube, namespace, clock, random, redirect: () => `${this.#base}/login/oidc/callback` }),
      oidcSettings: () => this.#platform()?.oidc,
      hasUsers: () => hasLocalUsers(kube, namespace),
      checkUser: (given) => signInLocally(given, kube, namespace),
      limitSignIn: (key) => tries.take(key),
      sessions,
      links: this.#links,
      ...how,
      about: { version, installation, simulated },
      prometheus: () => this.#platform()?.prometheus !== undefined,
    });
  }

  async listen(): Promise<Dashboard> {
    const { host, port } = this.#settings;
    const listening = await this.#frame.listen(host, port);
    this.#base = this.#settings.url ?? listening.url;
    return {
      url: listening.url,
      backend: this.#backend,
      link: (identity) => `${this.#base}/login?link=${this.#links.issue(identity)}`,
      notReady: () => this.#scene.notReady(),
      close: async () => {
        this.#hub.close();
        await listening.close();
        await this.#scene.close();
      },
    };
  }
}
