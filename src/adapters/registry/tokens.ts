/** Proving who we are to a registry: Basic, or a Bearer token from the realm the registry names. */
import type { ChartAuth, ChartError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { basicAuthorization, type WebClient } from '../http/index.ts';
import { parseChallenges } from './challenge.ts';
import { errorOf } from './errors.ts';

const tokenLimit = 256 * 1024;

export interface Challenged {
  /** The header of the 401. */
  readonly header: string;
  /** The registry that asked, `https://host`. */
  readonly origin: string;
  /** `repository:team/shop:pull` */
  readonly scope: string;
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** The header Authorization for the next try; an error when nothing we have answers the challenge. */
export async function answerChallenge(asked: Challenged, auth: ChartAuth | undefined, web: WebClient): Promise<Result<string, ChartError>> {
  const challenges = parseChallenges(asked.header);
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) {
    if (auth?.bearerToken !== undefined && auth.bearerToken !== '') return ok(`Bearer ${oneLine(auth.bearerToken)}`);
    return fetchToken(asked, { parameters: bearer.parameters, auth }, web);
  }
  const basic = challenges.some(({ scheme }) => scheme === 'basic') ? basicAuthorization(auth) : undefined;
  return basic === undefined ? err(refused(asked, auth)) : ok(basic);
}

const oneLine = (token: string): string => token.replaceAll(/[\r\n]/g, '').trim();

/** After a 401 that no credentials can change. */
export const refused = ({ origin }: Pick<Challenged, 'origin'>, auth: ChartAuth | undefined): ChartError => ({
  code: 'AuthenticationFailed',
  message: `${new URL(origin).host} ${auth === undefined ? 'asks for credentials' : 'refuses the credentials'}`,
});

async function fetchToken(
  asked: Challenged,
  { parameters, auth }: { readonly parameters: ReadonlyMap<string, string>; readonly auth: ChartAuth | undefined },
  web: WebClient,
): Promise<Result<string, ChartError>> {
  const realm = parameters.get('realm') ?? '';
  if (!URL.canParse(realm)) return err({ code: 'Corrupt', message: `${new URL(asked.origin).host} names no usable realm for tokens` });
  const url = new URL(realm);
  if (asked.origin.startsWith('https:') && url.protocol !== 'https:')
    return err({ code: 'InvalidURL', message: `${new URL(asked.origin).host} wants credentials sent without TLS, which is refused` });
  for (const [name, value] of [
    ['service', parameters.get('service')],
    ['scope', parameters.get('scope') ?? asked.scope],
  ] as const)
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  const authorization = basicAuthorization(auth);
  const answered = await web.send({
    url: url.href,
    limit: tokenLimit,
    timeout: asked.timeout,
    ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    ...(authorization === undefined ? {} : { authorization }),
  });
  if (!answered.ok) return err(errorOf(answered.error));
  if (answered.value.status === 401 || answered.value.status === 403) return err(refused(asked, auth));
  const token = answered.value.status === 200 ? tokenOf(answered.value.body) : undefined;
  if (token !== undefined) return ok(`Bearer ${token}`);
  return err({ code: 'AuthenticationFailed', message: `${url.host} gives no token (status ${answered.value.status})` });
}

function tokenOf(body: Uint8Array): string | undefined {
  try {
    const { token, access_token: accessToken } = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>;
    const found = typeof token === 'string' && token !== '' ? token : accessToken;
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
