/**
 * Credentials for one network operation. They travel in the environment of git and in files that only this user can read and that are gone
 * afterwards: never on a command line, never in the mirror.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitAuth } from '../../ports/index.ts';
import type { RemoteUrl } from './url.ts';

export interface Lent {
  readonly environment: Readonly<Record<string, string>>;
  /** What must not appear in a message. */
  readonly secrets: readonly string[];
}

/** Runs `work` with the environment that proves `auth` to `remote` and to nobody else. */
export async function withCredentials<T>(remote: RemoteUrl, auth: GitAuth | undefined, work: (lent: Lent) => Promise<T>): Promise<T> {
  if (auth === undefined) return work({ environment: {}, secrets: [] });
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-git-'));
  try {
    const settings = await httpSettings(remote, auth, directory);
    const environment = {
      ...asConfiguration(settings),
      ...(remote.scheme === 'ssh' && { GIT_SSH_COMMAND: await sshCommand(auth, directory) }),
    };
    return await work({ environment, secrets: secretsOf(auth, settings) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Settings = readonly (readonly [string, string])[];

async function httpSettings(remote: RemoteUrl, auth: GitAuth, directory: string): Promise<Settings> {
  if (remote.origin === '') return [];
  const settings: [string, string][] = [];
  const header = authorization(auth);
  if (header !== undefined) {
    settings.push([`http.${remote.origin}.extraHeader`, `Authorization: ${header}`]);
    // A redirect would carry the header to wherever the server says.
    settings.push(['http.followRedirects', 'false']);
  }
  if (auth.ca !== undefined && auth.ca !== '') {
    const file = join(directory, 'ca.crt');
    await writeFile(file, auth.ca, { mode: 0o600 });
    settings.push([`http.${remote.origin}.sslCAInfo`, file]);
  }
  return settings;
}

function authorization(auth: GitAuth): string | undefined {
  if (auth.bearerToken !== undefined && auth.bearerToken !== '') return `Bearer ${oneLine(auth.bearerToken)}`;
  if (auth.password === undefined && auth.username === undefined) return undefined;
  return `Basic ${Buffer.from(`${auth.username ?? 'git'}:${auth.password ?? ''}`, 'utf8').toString('base64')}`;
}

/** Secrets made with an editor often end in a line break, which would forge a header. */
const oneLine = (token: string): string => token.replace(/[\r\n]/g, '').trim();

async function sshCommand(auth: GitAuth, directory: string): Promise<string> {
  const [key, hosts] = [join(directory, 'key'), join(directory, 'known_hosts')];
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${hosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'ConnectTimeout=15',
    'ForwardAgent=no',
  ];
  await writeFile(hosts, `${auth.knownHosts ?? ''}\n`, { mode: 0o600 });
  if (auth.sshPrivateKey === undefined || auth.sshPrivateKey === '') options.push('IdentityFile=none');
  else {
    await writeFile(key, auth.sshPrivateKey.endsWith('\n') ? auth.sshPrivateKey : `${auth.sshPrivateKey}\n`, { mode: 0o600 });
    options.push(`IdentityFile=${key}`, 'IdentitiesOnly=yes');
  }
  return ['ssh', '-F', '/dev/null', ...options.flatMap((option) => ['-o', option])].map(quoted).join(' ');
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** As git reads settings from its environment (GIT_CONFIG_COUNT): nothing appears in a process list. */
function asConfiguration(settings: Settings): Record<string, string> {
  const variables: [string, string][] = [['GIT_CONFIG_COUNT', String(settings.length)]];
  for (const [index, [key, value]] of settings.entries())
    variables.push([`GIT_CONFIG_KEY_${index}`, key], [`GIT_CONFIG_VALUE_${index}`, value]);
  return Object.fromEntries(variables);
}

function secretsOf(auth: GitAuth, settings: Settings): readonly string[] {
  const headers = settings.filter(([key]) => key.endsWith('.extraHeader')).map(([, value]) => value.split(' ').at(-1) ?? '');
  return [auth.password, auth.bearerToken, auth.sshPrivateKey, ...headers].filter(
    (secret): secret is string => secret !== undefined && secret !== '',
  );
}
