/** Reading requests that anybody may have sent: which server they mean, where they come from, how large they are (S24). */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Json } from '../../core/object/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { refused, type Refused } from './refused.ts';

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

export const isLoopbackHost = (host: string): boolean => LOOPBACK_HOST.test(host);

const BODY_LIMIT = 64 * 1024;
const BODY_TIMEOUT = 15_000;

/** Undefined when the request is meant for this server. `hosts`: names besides loopback under which it may be reached. */
export function hostProblem({ host = '', origin }: IncomingHttpHeaders, hosts: readonly string[]): Refused | undefined {
  // A page in a browser can reach this port under a name of its own (DNS rebinding); a foreign Host gives it away.
  if (!isLoopbackHost(host) && !hosts.includes(host.toLowerCase()))
    return refused.forbidden(
      `the Host "${host}" is not this server`,
      'set the external URL of the dashboard if it is reached under this name',
    );
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return refused.forbidden('requests from web pages of another origin are not answered');
  return undefined;
}

export function cookieOf({ cookie = '' }: IncomingHttpHeaders, name: string): string | undefined {
  for (const part of cookie.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** The JSON body of a request; undefined when it has none. */
export async function readJson(message: IncomingMessage): Promise<Result<Json | undefined, Refused>> {
  const { headers } = message;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return ok(undefined);
  // A form of another page can send text/plain and forms without asking; JSON it cannot.
  if (!/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? ''))
    return err(refused.badRequest('the body must be application/json'));
  const bytes = await readBytes(message, BODY_LIMIT);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return ok(undefined);
  try {
    return ok(JSON.parse(bytes.value.toString('utf8')) as Json);
  } catch {
    return err(refused.badRequest('the body is not valid JSON'));
  }
}

/** The whole body, if it is no longer than `limit` bytes and arrives in time. */
export function readBytes(message: IncomingMessage, limit: number): Promise<Result<Buffer, Refused>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: Result<Buffer, Refused>): void => {
      clearTimeout(timer);
      message.removeAllListeners('data');
      message.resume();
      resolve(result);
    };
    const timer = setTimeout(() => finish(err(refused.badRequest('the body did not arrive in time'))), BODY_TIMEOUT);
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) finish(err(refused.tooLarge(`the body is larger than ${limit} bytes`)));
      else chunks.push(chunk);
    });
    message.on('end', () => finish(ok(Buffer.concat(chunks))));
    message.on('error', () => finish(err(refused.badRequest('the body broke off'))));
  });
}
