/** Who a bearer token is: the administrator's token made at first start, and service account tokens signed by the cluster. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { serviceAccountName } from '../../core/kube/rbac/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { User } from '../api/request.ts';

export interface TokenSecrets {
  /** The administrator's token. */
  readonly admin: string;
  /** Signs service account tokens. */
  readonly signing: Uint8Array;
}

export const adminUser: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export interface ServiceAccountToken {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Seconds since the epoch. */
  readonly expires: number;
  readonly audiences: readonly string[];
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

export const serviceAccountUser = (namespace: string, name: string, uid: string): User => ({
  name: serviceAccountName(namespace, name),
  uid,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});

/** What a token that was verified once says: its signature need not be computed again for every request. */
type Verified =
  | 'admin'
  | {
      /** Milliseconds since the epoch. */
      readonly expires: number;
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
      readonly user: User;
    };

const REMEMBERED = 5000;

export class Tokens {
  /** Only valid tokens are remembered, so nobody can fill this with guesses; how long a look-up takes says nothing about a key that is not in it. */
  readonly #verified = new Map<string, Verified>();
  readonly #secrets: TokenSecrets;
  readonly #clock: Clock;
  /** Whether the account a token names still is the one it was made for. */
  readonly #exists: (namespace: string, name: string, uid: string) => boolean;

  constructor(
    secrets: TokenSecrets,
    options: { readonly clock: Clock; readonly exists: (namespace: string, name: string, uid: string) => boolean },
  ) {
    this.#secrets = secrets;
    this.#clock = options.clock;
    this.#exists = options.exists;
  }

  issue(token: ServiceAccountToken): string {
    const issued = Math.floor(this.#clock.now() / 1000);
    const header = encode({ alg: 'HS256', typ: 'JWT' });
    const claims = encode({
      aud: token.audiences,
      exp: token.expires,
      iat: issued,
      nbf: issued,
      iss: 'https://kubernetes.default.svc.cluster.local',
      sub: serviceAccountName(token.namespace, token.name),
      'kubernetes.io': { namespace: token.namespace, serviceaccount: { name: token.name, uid: token.uid } },
    });
    return `${header}.${claims}.${this.#sign(`${header}.${claims}`)}`;
  }

  /** The user of a token; undefined when it is not a valid one. */
  identify(token: string): User | undefined {
    const known = this.#verified.get(token) ?? this.#verify(token);
    if (known === undefined) return undefined;
    if (known === 'admin') return adminUser;
    if (known.expires < this.#clock.now() || !this.#exists(known.namespace, known.name, known.uid)) return undefined;
    return known.user;
  }

  #verify(token: string): Verified | undefined {
    const verified = same(token, this.#secrets.admin) ? 'admin' : this.#signed(token);
    if (verified === undefined) return undefined;
    if (this.#verified.size >= REMEMBERED) this.#verified.clear();
    this.#verified.set(token, verified);
    return verified;
  }

  #signed(token: string): Verified | undefined {
    const [header = '', claims = '', signature = ''] = token.split('.');
    if (signature === '' || !same(signature, this.#sign(`${header}.${claims}`))) return undefined;
    const parsed = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as {
      readonly exp: number;
      readonly 'kubernetes.io': { readonly namespace: string; readonly serviceaccount: { readonly name: string; readonly uid: string } };
    };
    const { namespace, serviceaccount } = parsed['kubernetes.io'];
    const { name, uid } = serviceaccount;
    return { expires: parsed.exp * 1000, namespace, name, uid, user: serviceAccountUser(namespace, name, uid) };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secrets.signing).update(text).digest('base64url');
  }
}
