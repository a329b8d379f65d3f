/** The ways a kubeconfig can prove who is asking. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isObject, type Json } from '../../../core/object/index.ts';
import type { Clock } from '../../../ports/index.ts';
import type { Credentials } from '../http/index.ts';
import { parseJson } from '../json.ts';

const run = promisify(execFile);

const bearer = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });

export const tokenCredentials = (token: string): Credentials => ({ headers: () => Promise.resolve(bearer(token)), rejected: () => false });

export function basicCredentials(username: string, password: string): Credentials {
  const value = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return { headers: () => Promise.resolve({ authorization: `Basic ${value}` }), rejected: () => false };
}

/** As client-go re-reads a projected token. */
const tokenFileLife = 60_000;

/** A token that somebody rotates on disk. */
export function tokenFileCredentials(path: string, clock: Clock): Credentials {
  return cached(clock, async () => ({ token: (await readFile(path, 'utf8')).trim(), until: clock.monotonic() + tokenFileLife }));
}

/** A token that somebody rotates in a file, or makes for as long as it may be used (`life`, milliseconds). */
export function rotatedCredentials(
  from: { readonly file: string } | { readonly ask: () => Promise<{ readonly token: string; readonly life: number }> },
  clock: Clock,
): Credentials {
  if ('file' in from) return tokenFileCredentials(from.file, clock);
  return cached(clock, async () => {
    const { token, life } = await from.ask();
    return { token, until: clock.monotonic() + life };
  });
}

export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
}

const longestPlugin = 60_000;
/** A token that does not say when it ends is asked for again after this long. */
const pluginLife = 600_000;

/** Runs a credential plugin (client.authentication.k8s.io). Only for kubeconfigs whose author may run programs here. */
export function execCredentials(plugin: ExecPlugin, clock: Clock, environment: Readonly<Record<string, string>>): Credentials {
  const extra = Object.fromEntries(plugin.env.map(({ name, value }) => [name, value]));
  const info = JSON.stringify({ apiVersion: plugin.apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  return cached(clock, async () => {
    const env = { ...environment, ...extra, KUBERNETES_EXEC_INFO: info };
    const { stdout } = await run(plugin.command, plugin.args, { env, timeout: longestPlugin, maxBuffer: 1024 * 1024 });
    return readExecCredential(parseJson(stdout), plugin.command, clock);
  });
}

function readExecCredential(answer: Json, command: string, clock: Clock): CachedToken {
  const status = isObject(answer) && isObject(answer['status']) ? answer['status'] : {};
  const token = status['token'];
  if (typeof token !== 'string' || token === '')
    throw new Error(`the credential plugin ${command} returned no token (client certificates from plugins are not supported)`);
  const expires = typeof status['expirationTimestamp'] === 'string' ? Date.parse(status['expirationTimestamp']) - clock.now() : Number.NaN;
  return { token, until: clock.monotonic() + (Number.isNaN(expires) ? pluginLife : expires) };
}

interface CachedToken {
  readonly token: string;
  /** On the monotonic clock. */
  readonly until: number;
}

function cached(clock: Clock, read: () => Promise<CachedToken>): Credentials {
  let known: Promise<CachedToken> | undefined;
  const current = async (): Promise<CachedToken> => {
    const token = await (known ??= read());
    if (clock.monotonic() < token.until) return token;
    known = read();
    return known;
  };
  return {
    headers: async () => {
      try {
        return bearer((await current()).token);
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
    rejected: () => {
      known = undefined;
      return true;
    },
  };
}
