/** Sends one request and reads from the answer whether it was taken, whether to try again, and when. */
import type { NotifyError, Outgoing } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { WebClient, WebResponse } from '../http/index.ts';
import { cut } from './parts.ts';

const TIMEOUT = 20_000;
const ANSWER_LIMIT = 256 * 1024;

export async function sendHttp(client: WebClient, outgoing: Outgoing): Promise<Result<void, NotifyError>> {
  const { authorization, ...headers } = outgoing.headers;
  const { host } = new URL(outgoing.url);
  const sent = await client.send({
    url: outgoing.url,
    method: 'POST',
    headers,
    body: Buffer.from(outgoing.body),
    limit: ANSWER_LIMIT,
    timeout: TIMEOUT,
    ...(authorization === undefined ? {} : { authorization }),
  });
  // Whoever answered with more than anybody reads has taken the request.
  if (!sent.ok && sent.error.code === 'TooLarge') return ok(undefined);
  if (!sent.ok) return err({ code: sent.error.code === 'InvalidURL' ? 'Refused' : 'Unavailable', message: sent.error.message });
  return judge(sent.value, { host, slack: outgoing.answers === 'slack' });
}

function judge(response: WebResponse, { host, slack }: { readonly host: string; readonly slack: boolean }): Result<void, NotifyError> {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return slack ? judgeSlack(response, host) : ok(undefined);
  const again = status === 408 || status === 429 || status >= 500;
  const wait = waitOf(headers.get('retry-after'));
  return err({
    code: again ? 'Unavailable' : 'Refused',
    message: `${host} answers ${status}${saidBy(response)}`,
    ...(wait === undefined ? {} : { notBefore: wait }),
  });
}

const SLACK_PASSES = new Set(['ratelimited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

function judgeSlack({ body }: WebResponse, host: string): Result<void, NotifyError> {
  const { ok: taken, error } = jsonOf(body) as { readonly ok?: boolean; readonly error?: unknown };
  if (taken === true) return ok(undefined);
  const reason = typeof error === 'string' ? cut(error, 100) : 'no reason given';
  return err({ code: SLACK_PASSES.has(reason) ? 'Unavailable' : 'Refused', message: `${host} says: ${reason}` });
}

/** An hour is the longest anybody may make us wait. */
const LONGEST_WAIT = 3_600_000;

function waitOf(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header === undefined || !Number.isFinite(seconds) || seconds < 0 ? undefined : Math.min(seconds * 1000, LONGEST_WAIT);
}

/** One line of the answer, for people. */
function saidBy({ body }: WebResponse): string {
  const { message, error } = jsonOf(body) as { readonly message?: unknown; readonly error?: unknown };
  const said = [message, error].find((text) => typeof text === 'string') as string | undefined;
  return said === undefined ? '' : `: ${cut(said.replaceAll(/\s+/g, ' '), 200)}`;
}

function jsonOf(body: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
