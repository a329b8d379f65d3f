/**
 * Lockstep under its own care: its manifests go into a repository, it is installed from exactly those, and an App keeps both equal from then on. So an
 * upgrade is a commit. Every step does nothing where it was done before.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitMirrors } from '../../adapters/git/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { type App, getCondition } from '../../api/index.ts';
import { installObjects, SYSTEM_NAMESPACE, type InstallSettings } from '../../api/install/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { encode, goYamlV3 } from '../../core/yaml/index.ts';
import type { Clock, GitAuth, GitError, GitMirror, KubeClient } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';
import { rootObjects } from '../install.ts';
import { applyObjects, waitAvailable, type Deed } from './apply.ts';
import { InstallError, must } from './failure.ts';
import { APPS, SECRETS } from './resources.ts';

export interface BootstrapOptions {
  readonly url: string;
  /** Folder in the repository that this cluster follows. */
  readonly path: string;
  /** Absent: the default branch. */
  readonly branch: string | undefined;
  readonly auth: GitAuth | undefined;
  readonly settings: InstallSettings;
  /** Milliseconds for the controllers and the App; 0 does not wait. */
  readonly timeout: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface BootstrapPorts {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly told: (line: string) => void;
}

export const ROOT_NAME = 'lockstep';
const SECRET_NAME = 'lockstep-git';
const AUTHOR = { name: 'Lockstep', email: 'lockstep@localhost' };

/** @throws InstallError that names the step */
export async function bootstrap(options: BootstrapOptions, ports: BootstrapPorts): Promise<void> {
  const { kube, clock, told } = ports;
  const scratch = await mkdtemp(join(tmpdir(), 'lockstep-bootstrap-'));
  const mirrors = createGitMirrors({ root: scratch, clock, log: silentLog(), environment: options.env });
  try {
    const repository = { url: options.url, ...(options.auth === undefined ? {} : { auth: options.auth }) };
    const mirror = mustGit('the repository cannot be used', await mirrors.open(repository));
    const branch = options.branch ?? (await patiently('reading the repository', () => defaultBranch(mirror, ports.signal), ports));
    const at = { branch, at: clock.now(), signal: ports.signal };
    const { commit, changed, root } = await patiently('pushing the manifests', () => commitManifests(options, mirror, at), ports);
    told(
      changed
        ? `Committed the manifests as ${commit.slice(0, 7)} on ${branch}`
        : `The manifests are on ${branch} already (${commit.slice(0, 7)})`,
    );
    const deeds = new Map<Deed, number>();
    const count = (_ref: string, deed: Deed): void => void deeds.set(deed, (deeds.get(deed) ?? 0) + 1);
    await applyObjects(kube, [...installObjects(options.settings), ...secretOf(options), ...root], { clock, told: count });
    told(`Installed: ${[...deeds].map(([deed, number]) => `${number} ${deed}`).join(', ')}`);
    if (options.timeout > 0) await waitAdopted({ commit, timeout: options.timeout }, ports);
  } finally {
    await mirrors.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Milliseconds after which waiting deserves a word. */
const LONG = 2000;

/** Says what takes a while, and whether it was ended by hand. */
async function patiently<T>(what: string, work: () => Promise<T>, { clock, signal, told }: BootstrapPorts): Promise<T> {
  const timer = clock.after(LONG, () => told(`Still ${what} …`));
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new InstallError(`interrupted while ${what}`, 'Run it again: what is done already is found done.');
  } finally {
    timer.cancel();
  }
}

function mustGit<T>(what: string, result: Result<T, GitError>): T {
  if (result.ok) return result.value;
  throw new InstallError(`${what}: ${result.error.message}`, result.error.hint);
}

async function defaultBranch(mirror: GitMirror, signal: AbortSignal): Promise<string> {
  const head = await mirror.fetch({}, signal);
  if (!head.ok && head.error.code === 'EmptyRepository') return 'main';
  return mustGit('the repository cannot be read', head).ref.replace(/^refs\/heads\//, '');
}

interface Committed {
  readonly commit: string;
  readonly changed: boolean;
  readonly root: readonly KubeObject[];
}

async function commitManifests(
  options: BootstrapOptions,
  mirror: GitMirror,
  { branch, at, signal }: { readonly branch: string; readonly at: number; readonly signal: AbortSignal },
): Promise<Committed> {
  const path = options.path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const names = { source: ROOT_NAME, app: ROOT_NAME };
  const secret = options.auth === undefined ? {} : { secretName: SECRET_NAME };
  const root = rootObjects({ url: options.url, path, ref: { branch }, names, ...secret });
  const folder = [...(path === '' ? [] : [path]), SYSTEM_NAMESPACE].join('/');
  const files = new Map([
    [`${folder}/install.yaml`, `${header(options.settings.version)}${manifests(installObjects(options.settings))}`],
    [`${folder}/root.yaml`, manifests(root)],
  ]);
  const message = `Lockstep ${options.settings.version} for ${path === '' ? 'this cluster' : path}\n`;
  const change = { branch, files, message, author: { ...AUTHOR, at } };
  const written = mustGit('the manifests cannot be pushed', await mirror.write(change, signal));
  return { ...written, root };
}

const header = (version: string): string =>
  `# Lockstep ${version}. Written by "lockstep bootstrap"; run it again to upgrade, or change settings with its flags.\n`;

export const manifests = (objects: readonly KubeObject[]): string =>
  objects.map((object) => `---\n${encode(object, { variant: goYamlV3 })}`).join('');

/** The credentials of the repository: in the cluster only, never in a commit. */
function secretOf({ auth }: BootstrapOptions): readonly KubeObject[] {
  if (auth === undefined) return [];
  const entries = {
    username: auth.username,
    password: auth.password,
    bearerToken: auth.bearerToken,
    identity: auth.sshPrivateKey,
    known_hosts: auth.knownHosts,
    'ca.crt': auth.ca,
  };
  const stringData = Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const data = Object.fromEntries(stringData.map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return [{ apiVersion: 'v1', kind: SECRETS.kind, metadata: { name: SECRET_NAME, namespace: SYSTEM_NAMESPACE }, type: 'Opaque', data }];
}

const POLL = 500;

/** The controllers run, and their App is Ready at the commit. */
async function waitAdopted(
  { commit, timeout }: { readonly commit: string; readonly timeout: number },
  { kube, clock, signal, told }: BootstrapPorts,
): Promise<void> {
  const deadline = clock.monotonic() + timeout;
  await waitAvailable(kube, { clock, timeout, signal });
  told('The controllers run');
  for (;;) {
    const app = must(
      `App ${SYSTEM_NAMESPACE}/${ROOT_NAME} cannot be read`,
      await kube.get(APPS, SYSTEM_NAMESPACE, ROOT_NAME),
    ) as unknown as App;
    const ready = getCondition(app.status?.conditions, 'Ready');
    const current = app.status?.applied?.inputs.some(({ revision }) => revision.includes(commit)) === true;
    if (ready?.status === 'True' && current) return told(`App ${SYSTEM_NAMESPACE}/${ROOT_NAME} is ready at ${commit.slice(0, 7)}`);
    if (signal.aborted) throw new InstallError('interrupted while the App was becoming ready');
    if (clock.monotonic() > deadline)
      throw new InstallError(
        `App ${SYSTEM_NAMESPACE}/${ROOT_NAME} is not ready at ${commit.slice(0, 7)}: ${ready?.message ?? 'no controller has looked at it'}`,
        '"lockstep doctor" says what is wrong.',
      );
    await clock.sleep(POLL, signal);
  }
}
