/** The header that lets us in, from what the Secret holds. */
import type { NotifyRequest } from '../../ports/index.ts';
import { basicAuthorization } from '../http/index.ts';

export function authorizationOf({ secret }: NotifyRequest): Readonly<Record<string, string>> {
  const [token, username] = [secret.get('token'), secret.get('username')];
  if (token !== undefined) return { authorization: `Bearer ${token.trim()}` };
  const basic = username === undefined ? undefined : basicAuthorization({ username, password: secret.get('password')?.trim() ?? '' });
  return basic === undefined ? {} : { authorization: basic };
}
