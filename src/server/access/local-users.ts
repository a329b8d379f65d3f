/**
 * People without a provider: one Secret in Lockstep's own namespace, a key a person, `{"password": "$scrypt$…", "groups": [...]}`. They are Kubernetes users
 * by the same name; RBAC says what they may.
 */
import { getKey, isObject, type Json, type JsonObject } from '../../core/object/index.ts';
import type { ApiResource, Identity, KubeClient, KubeError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { fromKube, refused, type Refused } from '../http/refused.ts';
import { checkPassword } from './passwords.ts';

export const USERS_SECRET = 'lockstep-users';

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };

const wrong = refused.signInNeeded('the name or the password is wrong');

interface LocalUser {
  readonly password: string;
  readonly groups: readonly string[];
}

/** Whether anybody can sign in this way; false also when nobody can tell. */
export async function hasLocalUsers(kube: KubeClient, namespace: string): Promise<boolean> {
  const secret = await kube.get(SECRETS, namespace, USERS_SECRET);
  const data = secret.ok ? secret.value['data'] : undefined;
  return isObject(data) && Object.keys(data).length > 0;
}

export async function signInLocally(
  { user, password }: { readonly user: string; readonly password: string },
  kube: KubeClient,
  namespace: string,
): Promise<Result<Identity, Refused>> {
  const secret = await kube.get(SECRETS, namespace, USERS_SECRET);
  if (!secret.ok && secret.error.code !== 404) return err(fromKube(secret.error));
  const data = secret.ok ? secret.value['data'] : undefined;
  const known = isObject(data) ? userOf(getKey(data, user)) : undefined;
  // A name that is not there takes as long as one that is.
  const right = await checkPassword(password, known?.password ?? '');
  if (known === undefined || !right || user.startsWith('system:')) return err(wrong);
  return ok({ user, groups: known.groups });
}

/** Who they are, by name, as `client` may read it; never their hashes. */
export async function listLocalUsers(
  client: KubeClient,
  namespace: string,
): Promise<Result<readonly { readonly name: string; readonly groups: readonly string[] }[], KubeError>> {
  const secret = await client.get(SECRETS, namespace, USERS_SECRET);
  if (!secret.ok) return secret.error.code === 404 ? ok([]) : secret;
  const data = secret.value['data'];
  const names = isObject(data) ? Object.keys(data).sort() : [];
  return ok(names.map((name) => ({ name, groups: userOf(getKey(data as JsonObject, name))?.groups ?? [] })));
}

function userOf(encoded: Json | undefined): LocalUser | undefined {
  if (typeof encoded !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { password, groups = [] } = value as { readonly password?: unknown; readonly groups?: unknown };
    if (typeof password !== 'string' || !Array.isArray(groups)) return undefined;
    return { password, groups: groups.filter((group): group is string => typeof group === 'string') };
  } catch {
    return undefined;
  }
}
