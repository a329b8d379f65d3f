/**
 * Signing in with an OpenID Connect provider: code flow with PKCE, state and nonce. The library checks signatures, issuer, audience and times; here it is
 * decided who that is in Kubernetes. An empty claim is an error, and nobody becomes a `system:` user or group by a claim.
 */
import type { PlatformSpec } from '../../api/index.ts';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { ApiResource, Clock, Identity, KubeClient, Random } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { refused, type Refused } from '../http/refused.ts';

export type OidcSettings = NonNullable<NonNullable<PlatformSpec['dashboard']>['oidc']>;

export interface OidcParts {
  readonly kube: KubeClient;
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Where the provider sends people back to. */
  readonly redirect: () => string;
}

interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly until: number;
}

const VALID = 10 * 60_000;
const MOST = 1000;
const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };

export class Oidc {
  readonly #parts: OidcParts;
  readonly #pending = new Map<string, Pending>();

  constructor(parts: OidcParts) {
    this.#parts = parts;
  }

  /** Where to send the browser, and the id under which it is recognised when it comes back. */
  async begin(settings: OidcSettings): Promise<Result<{ readonly location: string; readonly id: string }, Refused>> {
    const client = await import('openid-client');
    try {
      const configuration = await this.#configuration(settings);
      const pending: Pending = {
        verifier: client.randomPKCECodeVerifier(),
        state: client.randomState(),
        nonce: client.randomNonce(),
        until: this.#parts.clock.now() + VALID,
      };
      const id = Buffer.from(this.#parts.random.bytes(24)).toString('base64url');
      this.#remember(id, pending);
      const location = client.buildAuthorizationUrl(configuration, {
        redirect_uri: this.#parts.redirect(),
        scope: ['openid', ...(settings.scopes ?? ['profile', 'email', 'groups'])].join(' '),
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        state: pending.state,
        nonce: pending.nonce,
      });
      return ok({ location: location.href, id });
    } catch (error) {
      return err(refused.unavailable(`the provider ${settings.issuer} cannot be used: ${messageOf(error)}`));
    }
  }

  /** `query`: what the provider sent back. */
  async finish(settings: OidcSettings, id: string, query: string): Promise<Result<Identity, Refused>> {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending === undefined || pending.until < this.#parts.clock.now())
      return err(refused.signInNeeded('this sign-in took too long; begin again'));
    const client = await import('openid-client');
    try {
      const answer = new URL(this.#parts.redirect());
      answer.search = query;
      const tokens = await client.authorizationCodeGrant(await this.#configuration(settings), answer, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      return identityFromClaims((tokens.claims() ?? {}) as unknown as Json, settings);
    } catch (error) {
      return err(refused.signInNeeded(`the provider did not sign you in: ${messageOf(error)}`));
    }
  }

  #remember(id: string, pending: Pending): void {
    const now = this.#parts.clock.now();
    for (const [key, { until }] of this.#pending) if (until < now || this.#pending.size >= MOST) this.#pending.delete(key);
    this.#pending.set(id, pending);
  }

  async #configuration({ issuer, clientId, clientSecretRef }: OidcSettings): Promise<import('openid-client').Configuration> {
    const client = await import('openid-client');
    const secret = clientSecretRef === undefined ? undefined : await this.#secret(clientSecretRef.name);
    const url = new URL(issuer);
    // Only a provider on this machine may be spoken to without TLS.
    const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
    const options = local && url.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : undefined;
    return client.discovery(url, clientId, secret, secret === undefined ? client.None() : undefined, options);
  }

  async #secret(name: string): Promise<string> {
    const { kube, namespace } = this.#parts;
    const secret = await kube.get(SECRETS, namespace, name);
    const data = secret.ok ? secret.value['data'] : undefined;
    const encoded = isObject(data) ? getKey(data, 'clientSecret') : undefined;
    if (typeof encoded !== 'string') throw new Error(`Secret ${namespace}/${name} has no clientSecret`);
    return Buffer.from(encoded, 'base64').toString('utf8').trim();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function identityFromClaims(claims: Json, settings: OidcSettings): Result<Identity, Refused> {
  const { userClaim, groupsClaim, userPrefix = '', groupPrefix = '' } = settings;
  const user = isObject(claims) ? getKey(claims, userClaim) : undefined;
  if (typeof user !== 'string' || user.trim() === '')
    return err(
      refused.forbidden(`the provider sent no "${userClaim}"`, 'choose another claim in spec.dashboard.oidc.userClaim of the Platform'),
    );
  const claimed = isObject(claims) ? getKey(claims, groupsClaim) : undefined;
  const groups = (Array.isArray(claimed) ? (claimed as readonly Json[]) : typeof claimed === 'string' ? [claimed] : []).map(String);
  if (groups.some((group) => group.trim() === '')) return err(refused.forbidden(`the provider sent an empty group in "${groupsClaim}"`));
  const unverified = userClaim === 'email' && isObject(claims) && getKey(claims, 'email_verified') === false;
  if (unverified) return err(refused.forbidden('the provider has not verified this email address'));
  const identity = { user: `${userPrefix}${user}`, groups: groups.map((group) => `${groupPrefix}${group}`) };
  const reserved = [identity.user, ...identity.groups].find((name) => name.startsWith('system:'));
  if (reserved !== undefined)
    return err(refused.forbidden(`"${reserved}" is a name of Kubernetes' own; a claim cannot make somebody that`));
  return ok(identity);
}
