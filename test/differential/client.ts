/** Requests to an API server over HTTPS with a token. */
import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { isObject, type Json, type JsonObject } from '../../src/core/object/index.ts';
import { decode, sigsYaml } from '../../src/core/yaml/index.ts';
import { yamlBytes } from '../../src/apiserver/wire/encode.ts';
import type { Sent } from './generator.ts';

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly warning: string;
  readonly type: string;
}

export interface Client {
  send(sent: Sent): Promise<Answer>;
  /** Collects the events of a watch until `stop` resolves. */
  watch(path: string): { readonly events: Json[]; readonly stop: () => void };
}

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

/** YAML as its value, beside whether it is written as the embedded cluster would write it. */
function readYaml(text: string): Json {
  const read = decode(text, { variant: sigsYaml, strict: true });
  if (!read.ok) return text;
  return { value: read.value, asWeWrite: yamlBytes(Buffer.from(JSON.stringify(read.value))).toString('utf8') === text };
}

const merged = (target: Json | undefined, change: Json): Json => {
  if (!isObject(change)) return change;
  const base: Record<string, Json> = isObject(target) ? { ...(target as Record<string, Json>) } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete base[key];
    else base[key] = merged(base[key], value as Json);
  }
  return base as JsonObject;
};

export function client(server: string, token: string): Client {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const ask = (sent: Sent): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { body } = sent;
      const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        accept: sent.accept ?? 'application/json',
        'user-agent': 'differential/1',
        ...(sent.contentType === undefined ? {} : { 'content-type': sent.contentType }),
        ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
        ...(sent.as === undefined ? {} : { 'impersonate-user': sent.as }),
      };
      const request = httpsRequest(`${server}${sent.path}`, { method: sent.method, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { warning = '', 'content-type': type = '' } = response.headers;
          const body = type === 'application/yaml' ? readYaml(text) : parsed(text);
          resolve({ status: response.statusCode ?? 0, body, warning: String(warning), type });
        });
      });
      request.on('error', reject);
      // An answer that never ends is a fault of its own, and says so.
      request.setTimeout(20_000, () => request.destroy(new Error(`no end of the answer to ${sent.method} ${sent.path}`)));
      request.end(payload);
    });

  const send = async (sent: Sent): Promise<Answer> => {
    const { edit, ...plain } = sent;
    if (edit === undefined) return ask(sent);
    const live = await ask({ method: 'GET', path: edit.from });
    if (live.status !== 200) return live;
    const versions = { live: {}, none: { resourceVersion: null }, stale: { resourceVersion: '1' } };
    return ask({ ...plain, body: merged(merged(live.body, edit.change), { metadata: versions[edit.version] }) });
  };

  const watch = (path: string): { readonly events: Json[]; readonly stop: () => void } => {
    const events: Json[] = [];
    let rest = '';
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const request = httpsRequest(`${server}${path}`, { headers, rejectUnauthorized: false }, (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') events.push(parsed(line));
      });
      response.on('error', () => undefined);
    });
    request.on('error', () => undefined);
    request.end();
    return { events, stop: () => request.destroy() };
  };
  return { send, watch };
}

/** A client of the server that a kubeconfig with a token names. */
export function clientOf(kubeconfig: string): Client {
  const text = kubeconfig.startsWith('{') ? kubeconfig : readFileSync(kubeconfig, 'utf8');
  const found = (name: string): string => new RegExp(`"?${name}"?: ?"?([^",}\\s]+)`).exec(text)?.[1] ?? '';
  return client(found('server'), found('token'));
}
