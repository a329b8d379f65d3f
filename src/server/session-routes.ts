/** Signing in and out: what the cookie is, who a link or a password lets in, and what the page is told about the visitor. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SessionView } from '../api/http/index.ts';
import type { Identity } from '../ports/index.ts';
import { ok } from '../std/index.ts';
import type { Links } from './access/link.ts';
import { type Session, Sessions } from './access/sessions.ts';
import type { Visitor } from './access/visitor.ts';
import type { Handlers } from './http/frame.ts';
import { cookieOf } from './http/incoming.ts';
import { setSafety } from './http/outgoing.ts';

export interface SessionParts {
  readonly sessions: Sessions;
  readonly links: Links;
  readonly cookie: string;
  /** Whether the browser comes by https: then the cookie never goes over http. */
  readonly secure: boolean;
  readonly about: Pick<SessionView, 'version' | 'installation' | 'simulated' | 'prometheus'>;
  readonly methods: () => SessionView['methods'];
}

export class SessionRoutes {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  readonly handlers: Pick<Handlers, 'session' | 'signOut'> = {
    session: ({ visitor }) => Promise.resolve(ok(this.view(visitor))),
    signOut: ({ sending }) => {
      const id = cookieOf(sending.request.headers, this.#parts.cookie);
      if (id !== undefined) this.#parts.sessions.close(id);
      sending.response.setHeader('set-cookie', this.#cookie('', 0));
      return Promise.resolve(ok(undefined));
    },
  };

  view(visitor: Visitor | undefined): SessionView {
    const { about, methods } = this.#parts;
    const session = visitor?.session;
    return {
      user: visitor?.identity.user ?? '',
      groups: visitor?.identity.groups ?? [],
      name: session?.name ?? visitor?.identity.user ?? '',
      anonymous: visitor?.via === 'anonymous',
      method: visitor === undefined ? 'none' : (session?.method ?? (visitor.via === 'anonymous' ? 'anonymous' : 'token')),
      ...(session === undefined ? {} : { expiresAt: new Date(session.expiresAt).toISOString() }),
      csrf: session?.csrf ?? '',
      methods: methods(),
      ...about,
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

  /** Not readable by scripts, not sent along by other sites, gone with the session. */
  #cookie(value: string, seconds: number): string {
    const { cookie, secure } = this.#parts;
    return `${cookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
  }
}
