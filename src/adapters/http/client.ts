/** One HTTP exchange over undici: time, size and redirects bounded, credentials bound to the origin they were given for. */
import { gunzipSync } from 'node:zlib';
import type { Agent, Dispatcher } from 'undici';
import { err, ok, type Result } from '../../std/index.ts';

export interface WebRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Value of the header Authorization; sent to the origin of `url` only. */
  readonly authorization?: string;
  /** The longest body that is accepted, in bytes. */
  readonly limit: number;
  /** Milliseconds for everything, redirects included. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  /** Ask for gzip and unpack it, within `limit`. */
  readonly compressed?: boolean;
}

export interface WebResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Where the answer came from after redirects. */
  readonly url: string;
}

export interface WebError {
  readonly code: 'InvalidURL' | 'Unreachable' | 'CertificateInvalid' | 'TooLarge' | 'Timeout';
  readonly message: string;
}

export interface WebClient {
  send(request: WebRequest): Promise<Result<WebResponse, WebError>>;
  close(): Promise<void>;
}

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** How a server proves who it is, and we who we are. Everything in PEM. */
export interface WebTls {
  /** Trusted instead of the machine's own certificates. */
  readonly ca?: string;
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Take any certificate. */
  readonly insecureTls?: boolean;
}

export function createWebClient(options: WebTls & { readonly userAgent?: string } = {}): WebClient {
  const { userAgent = 'lockstep', ...tls } = options;
  let opened: Promise<Sender> | undefined;
  const open = (): Promise<Sender> => (opened ??= openSender(tls, userAgent));
  return {
    send: async (request) => send(request, await open()),
    close: async () => {
      if (opened !== undefined) await (await opened).agent.close();
    },
  };
}

/** The library is loaded with the first request: commands that send none start faster. */
async function openSender({ ca, certificate, insecureTls }: WebTls, userAgent: string): Promise<Sender> {
  const undici = await import('undici');
  const tls = { ...(ca === undefined ? {} : { ca }), ...certificate, ...(insecureTls === true ? { rejectUnauthorized: false } : {}) };
  const agent = new undici.Agent({ connect: { timeout: 15_000, ...tls }, connections: 16 });
  return { agent, userAgent, request: undici.request };
}

interface Sender {
  readonly agent: Agent;
  readonly request: typeof import('undici').request;
  readonly userAgent: string;
}

async function send(request: WebRequest, sender: Sender): Promise<Result<WebResponse, WebError>> {
  const first = urlOf(request.url);
  if (!first.ok) return first;
  const timeout = AbortSignal.timeout(request.timeout);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  let at = first.value;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const own = at.origin === first.value.origin;
    const answered = await once(request, { ...sender, url: at, signal, own });
    if (!answered.ok) return answered;
    const location = answered.value.headers.get('location');
    if (!redirects.has(answered.value.status) || location === undefined || (request.method ?? 'GET').startsWith('P')) return answered;
    const next = urlOf(location, at);
    if (!next.ok) return err({ code: 'InvalidURL', message: `${hostOf(at)} redirects to an unusable address: ${next.error.message}` });
    if (at.protocol === 'https:' && next.value.protocol === 'http:')
      return err({ code: 'InvalidURL', message: `${hostOf(at)} redirects from https to http, which is refused` });
    at = next.value;
  }
  return err({ code: 'Unreachable', message: `${hostOf(first.value)} redirects more than ${mostRedirects} times` });
}

const hostOf = (url: URL): string => url.host;

function urlOf(text: string, base?: URL): Result<URL, WebError> {
  if (!(base === undefined ? URL.canParse(text) : URL.canParse(text, base.href)))
    return err({ code: 'InvalidURL', message: `${JSON.stringify(text.slice(0, 200))} is not a URL` });
  const url = base === undefined ? new URL(text) : new URL(text, base.href);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return err({ code: 'InvalidURL', message: `URLs of the scheme ${url.protocol} are refused` });
  if (url.username !== '' || url.password !== '')
    return err({ code: 'InvalidURL', message: `the URL at ${url.host} contains credentials` });
  return ok(url);
}

interface Hop extends Sender {
  readonly url: URL;
  readonly signal: AbortSignal;
  /** Whether this is the origin the credentials belong to. */
  readonly own: boolean;
}

async function once(asked: WebRequest, { agent, request, userAgent, url, signal, own }: Hop): Promise<Result<WebResponse, WebError>> {
  const headers: Record<string, string> = { 'user-agent': userAgent, ...asked.headers };
  if (own && asked.authorization !== undefined) headers['authorization'] = asked.authorization;
  if (asked.compressed === true) headers['accept-encoding'] = 'gzip';
  try {
    const answered = await request(url, {
      dispatcher: agent,
      method: asked.method ?? 'GET',
      headers,
      signal,
      ...(asked.body === undefined ? {} : { body: asked.body }),
    });
    const body = await readBody(answered, asked.limit);
    if (body === undefined) return err(tooLarge(url, asked.limit));
    const found = headersOf(answered.headers);
    if (found.get('content-encoding') !== 'gzip' || asked.compressed !== true)
      return ok({ status: answered.statusCode, headers: found, body, url: url.href });
    return ok({ status: answered.statusCode, headers: found, body: gunzipSync(body, { maxOutputLength: asked.limit }), url: url.href });
  } catch (error) {
    return err(errorOf(error, { url, limit: asked.limit }));
  }
}

const tooLarge = (url: URL, limit: number): WebError => ({
  code: 'TooLarge',
  message: `${url.host} sends more than ${limit} bytes for ${url.pathname}`,
});

/** Undefined when there is more than `limit`. Nothing beyond it is kept. */
async function readBody({ body, headers }: Dispatcher.ResponseData, limit: number): Promise<Uint8Array | undefined> {
  if (Number(headers['content-length'] ?? 0) > limit) {
    body.destroy();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : new Uint8Array(Buffer.concat(chunks));
}

function headersOf(headers: Dispatcher.ResponseData['headers']): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return found;
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|UNABLE_TO_GET_ISSUER/;

function errorOf(error: unknown, { url, limit }: { readonly url: URL; readonly limit: number }): WebError {
  const { code = '', name = '', message } = error as { readonly code?: string; readonly name?: string; readonly message: string };
  if (name === 'TimeoutError' || code.includes('TIMEOUT')) return { code: 'Timeout', message: `${url.host} does not answer in time` };
  if (name === 'AbortError') return { code: 'Timeout', message: `the request to ${url.host} was given up` };
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(url, limit);
  if (certificateCodes.test(code))
    return { code: 'CertificateInvalid', message: `the certificate of ${url.host} is not trusted: ${message}` };
  const words = message.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return { code: 'Unreachable', message: `${url.host} cannot be reached: ${words === '' ? code : words}` };
}
