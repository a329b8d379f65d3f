/** Signing in and out: what the cookie is, who a link or a password lets in, and what the page is told about the visitor. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SessionView } from '../api/http/index.ts';
import type { Identity } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import type { Links } from './access/link.ts';
import type { Oidc, OidcSettings } from './access/oidc.ts';
import { type Session, Sessions } from './access/sessions.ts';
import type { Visitor } from './access/visitor.ts';
import type { Handlers } from './http/frame.ts';
import { cookieOf } from './http/incoming.ts';
import { sendRefusal, setSafety } from './http/outgoing.ts';
import { refused, type Refused } from './http/refused.ts';

export interface SessionParts {
  readonly sessions: Sessions;
  readonly links: Links;
  readonly cookie: string;
  /** Whether the browser comes by https: then the cookie never goes over http. */
  readonly secure: boolean;
  readonly about: Pick<SessionView, 'version' | 'installation' | 'simulated'>;
  /** Whether traffic figures are configured, now. */
  readonly prometheus: () => boolean;
  readonly oidc: Oidc;
  /** Of the Platform as it is now. */
  readonly oidcSettings: () => OidcSettings | undefined;
  readonly hasUsers: () => Promise<boolean>;
  readonly checkUser: (given: { readonly user: string; readonly password: string }) => Promise<Result<Identity, Refused>>;
  /** Seconds to wait before the next try; 0: none. */
  readonly limitSignIn: (key: string) => number;
}

interface Viewed {
  readonly identity: Identity | undefined;
  readonly session: Session | undefined;
  readonly anonymous: boolean;
}

interface Returning {
  readonly settings: OidcSettings;
  readonly query: string;
}

const FLOW_COOKIE = 'lockstep_signin';

export class SessionRoutes {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  readonly handlers: Pick<Handlers, 'session' | 'signIn' | 'signOut'> = {
    session: async ({ visitor }) => ok(await this.view(visitor)),
    signIn: async ({ body, sending }) => {
      const { remoteAddress = '' } = sending.request.socket;
      // By name and by address: neither one person's password nor everybody's can be tried without end.
      const wait = Math.max(this.#parts.limitSignIn(`user ${body.user}`), this.#parts.limitSignIn(`from ${remoteAddress}`));
      if (wait > 0) return err(refused.tooMany('too many tries', wait));
      const identity = await this.#parts.checkUser(body);
      if (!identity.ok) return identity;
      const session = this.open(sending.response, { identity: identity.value, name: body.user, method: 'local' });
      return ok(await this.#viewOf({ identity: identity.value, session, anonymous: false }));
    },
    signOut: ({ sending }) => {
      const id = cookieOf(sending.request.headers, this.#parts.cookie);
      if (id !== undefined) this.#parts.sessions.close(id);
      sending.response.setHeader('set-cookie', this.#cookie('', 0));
      return Promise.resolve(ok(undefined));
    },
  };

  view(visitor: Visitor | undefined): Promise<SessionView> {
    return this.#viewOf({ identity: visitor?.identity, session: visitor?.session, anonymous: visitor?.via === 'anonymous' });
  }

  async #viewOf({ identity, session, anonymous }: Viewed): Promise<SessionView> {
    const { about } = this.#parts;
    return {
      user: identity?.user ?? '',
      groups: identity?.groups ?? [],
      name: session?.name ?? identity?.user ?? '',
      anonymous,
      method: identity === undefined ? 'none' : (session?.method ?? (anonymous ? 'anonymous' : 'token')),
      ...(session === undefined ? {} : { expiresAt: new Date(session.expiresAt).toISOString() }),
      csrf: session?.csrf ?? '',
      methods: await this.#methods(),
      ...about,
      prometheus: this.#parts.prometheus(),
    };
  }

  /** Opens a session and tells the browser. */
  open(response: ServerResponse, who: Pick<Session, 'identity' | 'name' | 'method'>): Session {
    const { id, session } = this.#parts.sessions.open(who);
    response.setHeader('set-cookie', this.#cookie(id, Math.floor((session.expiresAt - Date.now()) / 1000)));
    return session;
  }

  /** `GET /login?link=…`: the printed link. The token leaves the address bar at once. */
  followLink(request: IncomingMessage, response: ServerResponse): void {
    setSafety(response);
    response.setHeader('cache-control', 'no-store');
    const token = new URL(request.url ?? '/', 'http://lockstep').searchParams.get('link') ?? '';
    const identity: Identity | undefined = this.#parts.links.use(token);
    if (identity !== undefined) this.open(response, { identity, name: identity.user, method: 'link' });
    response.writeHead(303, { location: identity === undefined ? '/?link=expired' : '/' }).end();
  }

  async #methods(): Promise<SessionView['methods']> {
    const provider = this.#parts.oidcSettings();
    return [
      ...(provider === undefined ? [] : [{ kind: 'oidc' as const, name: new URL(provider.issuer).host }]),
      ...((await this.#parts.hasUsers()) ? [{ kind: 'local' as const, name: 'Name and password' }] : []),
    ];
  }

  /** `GET /login/oidc`: off to the provider. `GET /login/oidc/callback`: back from it. */
  async oidc(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSafety(response);
    response.setHeader('cache-control', 'no-store');
    const settings = this.#parts.oidcSettings();
    const url = new URL(request.url ?? '/', 'http://lockstep');
    if (settings === undefined) return sendRefusal({ request, response }, refused.notFound('no provider is configured'));
    if (url.pathname === '/login/oidc/callback') return this.#back(request, response, { settings, query: url.search });
    const begun = await this.#parts.oidc.begin(settings);
    if (!begun.ok) return sendRefusal({ request, response }, begun.error);
    // Lax: the browser comes back from another site. It is worth nothing without the state and the verifier kept here.
    response.setHeader('set-cookie', this.#flowCookie(begun.value.id, 600));
    response.writeHead(303, { location: begun.value.location }).end();
  }

  async #back(request: IncomingMessage, response: ServerResponse, { settings, query }: Returning): Promise<void> {
    const id = cookieOf(request.headers, FLOW_COOKIE) ?? '';
    const identity = await this.#parts.oidc.finish(settings, id, query);
    const forget = this.#flowCookie('', 0);
    if (!identity.ok) {
      response.setHeader('set-cookie', forget);
      return sendRefusal({ request, response }, identity.error);
    }
    this.open(response, { identity: identity.value, name: identity.value.user, method: 'oidc' });
    response.appendHeader('set-cookie', forget);
    response.writeHead(303, { location: '/' }).end();
  }

  #flowCookie(value: string, seconds: number): string {
    return `${FLOW_COOKIE}=${value}; Path=/login/oidc; HttpOnly; SameSite=Lax; Max-Age=${seconds}${this.#parts.secure ? '; Secure' : ''}`;
  }

  /** Not readable by scripts, not sent along by other sites, gone with the session. */
  #cookie(value: string, seconds: number): string {
    const { cookie, secure } = this.#parts;
    return `${cookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
  }
}
