/**
 * Says who makes a request. A session's cookie, else a token of the cluster, else nobody. Every visitor acts through a client of their own: a name or a
 * group that is empty is an error, never a way to the server's rights.
 */
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { ApiResource, Clock, Identity, KubeClient } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { cookieOf } from '../http/incoming.ts';
import { fromKube, refused, type Refused } from '../http/refused.ts';
import { Access } from './access.ts';
import { type Session, Sessions } from './sessions.ts';
import type { Acting, Visitor } from './visitor.ts';

export interface DoormanParts {
  /** The server's own client: used to ask who a token belongs to, and to act as visitors. */
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly sessions: Sessions;
  /** Name of the cookie. */
  readonly cookie: string;
  /** Who reads without signing in; undefined: nobody. */
  readonly anonymous: () => Identity | undefined;
}

const TOKEN_REVIEWS: ApiResource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  resource: 'tokenreviews',
  namespaced: false,
  verbs: ['create'],
};

/** How long the answer about a token counts, in milliseconds. */
const TOKEN_REMEMBERED = 10_000;

export class Doorman {
  readonly #parts: DoormanParts;
  readonly #acting = new LRUCache<string, Acting>({ max: 1000 });
  readonly #tokens = new LRUCache<string, Promise<Result<Identity, Refused>>>({ max: 1000, ttl: TOKEN_REMEMBERED });

  constructor(parts: DoormanParts) {
    this.#parts = parts;
  }

  async identify(request: IncomingMessage): Promise<Result<Visitor | undefined, Refused>> {
    const { sessions, cookie, anonymous } = this.#parts;
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return this.#holderOf(bearer);
    const id = cookieOf(request.headers, cookie);
    const session = id === undefined ? undefined : sessions.find(id);
    if (session !== undefined && id !== undefined) return this.#bySession(session, id);
    const nobody = anonymous();
    return nobody === undefined ? ok(undefined) : this.visitor(nobody, { via: 'anonymous', valid: () => anonymous() !== undefined });
  }

  visitor(identity: Identity, how: Pick<Visitor, 'via' | 'valid' | 'session'>): Result<Visitor, Refused> {
    const empty = emptyClaim(identity);
    if (empty !== undefined) return err(empty);
    const key = JSON.stringify([identity.user, identity.groups]);
    const known = this.#acting.get(key) ?? this.#act(identity);
    this.#acting.set(key, known);
    return ok({ identity, ...known, ...how });
  }

  #act(identity: Identity): Acting {
    const { kube, clock } = this.#parts;
    return actAs(kube, identity, clock);
  }

  #bySession(session: Session, id: string): Result<Visitor, Refused> {
    return this.visitor(session.identity, { via: 'session', session, valid: () => this.#parts.sessions.alive(id) });
  }

  async #holderOf(token: string): Promise<Result<Visitor, Refused>> {
    const known = this.#tokens.get(token) ?? this.#review(token);
    this.#tokens.set(token, known);
    const identity = await known;
    return identity.ok ? this.visitor(identity.value, { via: 'cluster', valid: () => true }) : identity;
  }

  async #review(token: string): Promise<Result<Identity, Refused>> {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token } };
    const answer = await this.#parts.kube.create(TOKEN_REVIEWS, review);
    if (!answer.ok) return err(fromKube(answer.error));
    const status = answer.value['status'];
    if (!isObject(status) || getKey(status, 'authenticated') !== true)
      return err(refused.signInNeeded('the cluster does not know this token'));
    return identityOf(getKey(status, 'user'));
  }
}

/** Somebody in the cluster that `kube` reaches. */
export function actAs(kube: KubeClient, identity: Identity, clock: Clock): Acting {
  // The API server derives the groups of a ServiceAccount: the right to impersonate groups is not needed for them.
  const client = kube.as(isServiceAccount(identity) ? { user: identity.user } : identity);
  return { client, access: identity.user === 'system:anonymous' ? new Access(kube, clock, identity) : new Access(client, clock) };
}

export const isServiceAccount = ({ user }: Identity): boolean => user.startsWith('system:serviceaccount:');

/** A user as TokenReview and SelfSubjectReview describe one. */
export function identityOf(user: Json | undefined): Result<Identity, Refused> {
  const name = isObject(user) ? getKey(user, 'username') : undefined;
  const groups = isObject(user) ? getKey(user, 'groups') : undefined;
  if (typeof name !== 'string' || name === '') return err(refused.forbidden('the cluster does not say who this is'));
  const known = Array.isArray(groups) ? groups.filter((group): group is string => typeof group === 'string') : [];
  return ok({ user: name, groups: known });
}

export function emptyClaim({ user, groups = [] }: Identity): Refused | undefined {
  if (user.trim() === '') return refused.forbidden('the name of the user is empty', 'check which claim the user name is taken from');
  return groups.some((group) => group.trim() === '')
    ? refused.forbidden('the name of a group is empty', 'check which claim the groups are taken from')
    : undefined;
}
