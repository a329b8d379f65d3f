/** `lockstep bootstrap`: Lockstep under its own care, from its manifests in a repository. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemClock } from '../../app/index.ts';
import { bootstrap as bootstrapCluster } from '../../app/installer/index.ts';
import type { GitAuth } from '../../ports/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { SETTING_FLAGS, settingsFrom } from '../install/flags.ts';
import { reportingFailure } from '../install/report.ts';
import type { Io } from '../io.ts';
import { CLUSTER_FLAGS, withCluster } from '../session.ts';

const AUTH_FLAGS = {
  username: {
    type: 'string',
    value: 'NAME',
    doc: 'User name for the repository; the password or token is read from $LOCKSTEP_GIT_PASSWORD',
  },
  'ssh-key': { type: 'string', value: 'FILE', doc: 'Private key for an ssh:// repository' },
  'known-hosts': { type: 'string', value: 'FILE', doc: 'known_hosts lines of the SSH server' },
  ca: { type: 'string', value: 'FILE', doc: 'Authority (PEM) that signs the certificate of the Git server' },
} as const;

export const bootstrap = defineCommand({
  summary: 'Install Lockstep from a Git repository that it follows itself from then on',
  usage: '--repo URL',
  details:
    'Commits the manifests of Lockstep and of its root App below --path, installs exactly those, and waits until Lockstep applies them itself.\n' +
    'Doing it again changes nothing; with a newer Lockstep, or other settings, it is one commit, and the upgrade follows from it.\n' +
    'Everything below --path is applied: put Sources, Apps and Projects there. Credentials go into a Secret of the cluster, never into Git.',
  examples: [
    'LOCKSTEP_GIT_PASSWORD=… lockstep bootstrap --repo https://github.com/example/fleet --path clusters/prod --username git',
    'lockstep bootstrap --repo ssh://git@github.com/example/fleet --ssh-key ./key --known-hosts ./known_hosts --path clusters/prod',
  ],
  flags: {
    ...CLUSTER_FLAGS,
    repo: { type: 'string', value: 'URL', doc: 'The repository' },
    path: { type: 'string', value: 'DIR', doc: 'Folder in it that this cluster follows', default: '' },
    branch: { type: 'string', value: 'NAME', doc: 'Branch; without it the default branch' },
    ...AUTH_FLAGS,
    ...SETTING_FLAGS,
    wait: { type: 'boolean', doc: 'Wait until Lockstep runs and has applied its own manifests', default: true },
    timeout: { type: 'duration', value: 'DURATION', doc: 'For --wait', default: '5m' },
  },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    const url = flags.repo;
    if (url === undefined) throw new CommandError('no repository is given', 'Use --repo URL.');
    const auth = await authFrom(flags, io);
    return withCluster(flags, io, (kube) =>
      reportingFailure(async () => {
        const settings = await settingsFrom(flags, kube);
        const ports = { kube, clock: systemClock(), signal: io.signal, told: (line: string) => io.out(`${line}\n`) };
        const timeout = flags.wait ? flags.timeout : 0;
        await bootstrapCluster({ url, path: flags.path, branch: flags.branch, auth, settings, timeout, env: io.env }, ports);
        return 0;
      }),
    );
  },
});

type AuthFlags = { readonly [Flag in keyof typeof AUTH_FLAGS]: string | undefined };

async function authFrom(flags: AuthFlags, io: Io): Promise<GitAuth | undefined> {
  const read = async (file: string | undefined): Promise<string | undefined> => {
    if (file === undefined) return undefined;
    return readFile(resolve(io.cwd, file), 'utf8').catch((error: unknown) => {
      throw new CommandError(`${file} cannot be read: ${(error as Error).message}`);
    });
  };
  const password = io.env['LOCKSTEP_GIT_PASSWORD'];
  const found = {
    username: flags.username ?? (password === undefined ? undefined : 'git'),
    password,
    sshPrivateKey: await read(flags['ssh-key']),
    knownHosts: await read(flags['known-hosts']),
    ca: await read(flags.ca),
  };
  if (found.sshPrivateKey !== undefined && found.knownHosts === undefined)
    throw new CommandError('the SSH server cannot be verified', 'Name its lines with --known-hosts FILE (ssh-keyscan prints them).');
  const given = Object.entries(found).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as GitAuth);
}
