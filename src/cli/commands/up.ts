/** `lockstep up`: the controllers on the embedded cluster or on a real one, following a repository when one is given. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  applyRoot,
  consoleLog,
  jsonLog,
  findWorkTree,
  startHosted,
  startSystem,
  STATE_FOLDER,
  StartError,
  systemClock,
  writeRunning,
  type DashboardChoice,
  type RootOptions,
  type System,
  type SystemOptions,
} from '../../app/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { listApps } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { showLiveApps } from '../live-apps.ts';
import { chooseCluster, CLUSTER_FLAGS } from '../session.ts';
import { untilHealthy } from '../until-healthy.ts';

export const up = defineCommand({
  summary: 'Run Lockstep, on the embedded cluster or on a real one',
  usage: '',
  details:
    'Without --kubeconfig, --context or --in-cluster the embedded cluster is used.\n' +
    'A repository may be a URL, a local clone, or any folder (which is then served from a snapshot).',
  examples: [
    'lockstep up --repo https://github.com/example/config.git --path clusters/prod',
    'lockstep up --repo ./my-config --until-healthy --timeout 2m',
    'lockstep up --repo ./my-chart --allow-remote https://charts.bitnami.com/bitnami',
    'lockstep up --kubeconfig ~/.kube/config --context staging',
  ],
  flags: {
    ...CLUSTER_FLAGS,
    'in-cluster': { type: 'boolean', doc: 'Use the service account of the pod this runs in' },
    repo: { type: 'string', value: 'URL|DIR', doc: 'Follow this repository with one App' },
    name: { type: 'string', value: 'NAME', doc: 'Name of the Source and the App; default: made from the repository' },
    path: { type: 'string', value: 'DIR', doc: 'Folder in the repository', default: '' },
    ref: { type: 'string', value: 'BRANCH', doc: 'Branch to follow; without it the default branch' },
    namespace: {
      type: 'string',
      short: 'n',
      value: 'NAMESPACE',
      doc: 'For objects that name none; created when it is missing',
      default: 'default',
    },
    'allow-remote': {
      type: 'strings',
      value: 'PREFIX',
      doc: 'Below which URL builds may fetch what they name: charts, bases, values; added to allowedRemotes of the Platform',
    },
    'until-healthy': {
      type: 'boolean',
      doc: 'Exit 0 once every App is healthy, 1 with the reasons when the time is over or waiting would change nothing',
    },
    timeout: { type: 'duration', value: 'DURATION', doc: 'For --until-healthy', default: '5m' },
    lease: {
      type: 'duration',
      value: 'DURATION',
      doc: 'On a real cluster: how long a standby waits for a sign of life of the leader before it takes over; at least 3s',
      default: '3s',
    },
    data: { type: 'string', value: 'DIR', doc: `Keep data here; default ${STATE_FOLDER} in the current folder` },
    ledger: {
      type: 'string',
      value: 'URL',
      doc: 'Keep history in this PostgreSQL (postgres://…); also $LOCKSTEP_LEDGER; default: a file in the data folder',
    },
    port: { type: 'integer', value: 'N', doc: 'Port of the embedded Kubernetes API; 0 chooses a free one', default: 0 },
    'dashboard-port': { type: 'integer', value: 'N', doc: 'Port of the dashboard; 0 chooses a free one', default: 0 },
    'dashboard-url': { type: 'string', value: 'URL', doc: 'Under which browsers reach the dashboard, when not by its own address' },
    'status-address': { type: 'string', value: 'HOST:PORT', doc: 'Address of /metrics, /healthz and /readyz; instead of --status-port' },
    'webhook-port': {
      type: 'integer',
      value: 'N',
      doc: 'Port at which hosts announce pushes (docs/webhooks.md); 0 chooses a free one',
      default: 0,
    },
    'sealing-port': {
      type: 'integer',
      value: 'N',
      doc: 'Port at which kubeseal is answered (docs/secrets.md); 0 chooses a free one; default: none',
    },
    'status-port': { type: 'integer', value: 'N', doc: 'Port of /metrics, /healthz and /readyz; 0 chooses a free one', default: 0 },
  },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    if (flags.repo === undefined && flags['until-healthy']) throw new UsageError('--until-healthy needs --repo');
    if (flags.repo === undefined && flags['allow-remote'].length > 0) throw new UsageError('--allow-remote needs --repo');
    const folder = resolve(io.cwd, flags.data ?? io.env['LOCKSTEP_DATA'] ?? STATE_FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const ledger = flags.ledger ?? io.env['LOCKSTEP_LEDGER'];
    const options: SystemOptions = {
      folder,
      ...(ledger === undefined || ledger === '' ? {} : { ledger }),
      cluster: await chooseCluster({ ...flags, inCluster: flags['in-cluster'] }, io),
      dashboard: dashboardChoice(flags, io),
      ...statusAddress(flags['status-address'], flags['status-port']),
      webhooks: { port: flags['webhook-port'], ...reachable(flags) },
      ...(flags['sealing-port'] === undefined ? {} : { sealing: { port: flags['sealing-port'], ...reachable(flags) } }),
      progress: (message) => io.err(`${message}\n`),
      signal: io.signal,
      lease: leaseOf(flags.lease),
      env: io.env,
      // In a Pod the log is what the Pod prints; at a terminal that place belongs to the Apps.
      log: flags['in-cluster'] ? jsonLog({ write: io.out, clock: systemClock() }) : fileLog(join(folder, 'lockstep.log')),
    };
    try {
      const running = await start(options, { ...flags, cwd: io.cwd });
      const code = await follow(running, {
        untilHealthyFor: flags['until-healthy'] ? flags.timeout : undefined,
        quiet: flags['in-cluster'],
        io,
      });
      await running.stop();
      return code;
    } catch (error) {
      if (error instanceof StartError) throw new CommandError(error.message, `The log is ${join(folder, 'lockstep.log')}`);
      throw error;
    }
  },
});

/** In a pod it is reached from elsewhere, so it listens on every address; on a person's machine only they reach it. */
const reachable = (flags: { readonly 'in-cluster': boolean }): { readonly host?: string } =>
  flags['in-cluster'] ? { host: '0.0.0.0' } : {};

function dashboardChoice(
  flags: { readonly 'dashboard-port': number; readonly 'dashboard-url': string | undefined; readonly 'in-cluster': boolean },
  { program }: Io,
): DashboardChoice {
  const url = flags['dashboard-url'];
  return { port: flags['dashboard-port'], program, ...reachable(flags), ...(url === undefined ? {} : { url }) };
}

/** Lines that find no room on the disk are lost; the next one tries again. Nothing else ends because of them. */
function fileLog(file: string): SystemOptions['log'] {
  let stream: WriteStream | undefined;
  const open = (): WriteStream => {
    const opened = createWriteStream(file, { flags: 'a', mode: 0o600 });
    opened.on('error', () => {
      if (stream === opened) stream = undefined;
    });
    return opened;
  };
  return consoleLog({ write: (line) => void (stream ??= open()).write(line), clock: systemClock() });
}

/** Shorter, and a slow answer of the API server would make everybody pause. */
const SHORTEST_LEASE = 3000;

function leaseOf(lease: number): number {
  if (lease < SHORTEST_LEASE) throw new UsageError(`--lease must be at least ${SHORTEST_LEASE / 1000}s`);
  return lease;
}

function statusAddress(address: string | undefined, port: number): Pick<SystemOptions, 'statusHost' | 'statusPort'> {
  if (address === undefined) return { statusPort: port };
  const parts = /^\[?([^\]]+?)\]?:(\d+)$/.exec(address);
  if (parts === null) throw new UsageError(`--status-address must be HOST:PORT; it is "${address}"`);
  return { statusHost: parts[1] ?? '', statusPort: Number(parts[2]) };
}

/** 0 when asked to end, 1 when the lease is lost: whoever started this process starts it again. */
async function untilAborted(signal: AbortSignal, io: Io): Promise<number> {
  if (!signal.aborted) await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  return io.signal.aborted ? 0 : 1;
}

interface Running {
  readonly kube: KubeClient;
  /** Aborts when another replica takes over. */
  readonly term: AbortSignal;
  readonly said: readonly string[];
  stop(): Promise<void>;
}

const doorLines = ({ dashboard, webhookUrl, sealingUrl }: System): readonly string[] => [
  ...(dashboard === undefined ? [] : [`Dashboard ${dashboard.link ?? dashboard.url}`]),
  ...(webhookUrl === undefined ? [] : [`Webhooks ${webhookUrl}/hooks/`]),
  ...(sealingUrl === undefined ? [] : [`Sealing certificate ${sealingUrl}/v1/cert.pem`]),
];

interface RepositoryFlags {
  readonly repo: string | undefined;
  readonly name: string | undefined;
  readonly path: string;
  readonly ref: string | undefined;
  readonly namespace: string;
  readonly 'allow-remote': readonly string[];
  readonly cwd: string;
}

async function start(options: SystemOptions, flags: RepositoryFlags): Promise<Running> {
  const origin = await originOf(flags);
  if (origin?.kind === 'folder') {
    const hosted = await startHosted({
      ...options,
      seed: origin.folder,
      repository: origin.name,
      gitPort: 0,
      root: rootOf(origin.name, flags),
    });
    const said = [
      ...doorLines(hosted.system),
      `Serving a snapshot of ${origin.folder}`,
      `Clone URL ${hosted.state.cloneUrl}`,
      `KUBECONFIG=${hosted.state.kubeconfig}`,
    ];
    return { kube: hosted.system.kube, term: hosted.system.term, said, stop: () => hosted.stop() };
  }
  const system = await startSystem({ ...options, localRepositories: origin?.url.startsWith('file:') === true });
  const said = [...doorLines(system), ...(system.kubeconfig === undefined ? [] : [`KUBECONFIG=${system.kubeconfig}`])];
  await writeRunning(options.folder, system);
  if (origin === undefined) return { kube: system.kube, term: system.term, said, stop: () => system.stop() };
  const root: RootOptions = {
    ...rootOf(flags.name ?? origin.name, { ...flags, path: origin.path }),
    url: origin.url,
    ref: flags.ref === undefined ? {} : { branch: flags.ref },
    // Nobody announces a commit to a clone on this machine, and looking there costs next to nothing.
    ...(origin.url.startsWith('file:') ? { interval: '5s' } : {}),
  };
  const applied = await applyRoot(system.kube, root);
  if (applied.ok) return { kube: system.kube, term: system.term, said: [...said, `Following ${origin.url}`], stop: () => system.stop() };
  await system.stop();
  throw new StartError(`the App cannot be applied: ${applied.error.message}`);
}

type RootFlags = Pick<RepositoryFlags, 'path' | 'namespace' | 'allow-remote'>;

const rootOf = (name: string, { path, namespace, 'allow-remote': allowedRemotes }: RootFlags): Omit<RootOptions, 'url' | 'ref'> => ({
  path,
  names: { source: name, app: name },
  namespace,
  allowedRemotes,
});

type Origin =
  | { readonly kind: 'repository'; readonly url: string; readonly name: string; readonly path: string }
  | { readonly kind: 'folder'; readonly folder: string; readonly name: string };

/** A URL is followed as it is; a folder in a clone means that clone; any other folder is served by the built-in Git host. */
async function originOf({ repo, path, cwd }: RepositoryFlags): Promise<Origin | undefined> {
  if (repo === undefined) return undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(repo) || /^[\w.-]+@[\w.-]+:/.test(repo)) {
    return { kind: 'repository', url: repo, name: nameOf(repo), path };
  }
  const folder = resolve(cwd, repo);
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined || !info.isDirectory())
    throw new CommandError(`there is no folder ${repo}`, '--repo takes a URL, a local clone or a folder.');
  const top = await findWorkTree(folder);
  if (top === undefined) return { kind: 'folder', folder, name: nameOf(folder) };
  const inside = join(relative(top, folder), path);
  return { kind: 'repository', url: pathToFileURL(top).href, name: nameOf(top), path: inside === '.' ? '' : inside };
}

/** A name that Kubernetes accepts, made from the last part of a URL or path. */
function nameOf(place: string): string {
  const last = basename(place.replace(/[/\\]+$/, '')).replace(/\.git$/, '');
  const name = last
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return name === '' ? 'repository' : name;
}

interface Following {
  readonly untilHealthyFor: number | undefined;
  /** Nobody watches: standard output is the log. */
  readonly quiet: boolean;
  readonly io: Io;
}

async function follow({ kube, term, said }: Running, { untilHealthyFor, quiet, io }: Following): Promise<number> {
  if (quiet) return untilAborted(AbortSignal.any([io.signal, term]), io);
  io.out(`${[...said, 'Lockstep is running. Ctrl-C stops it.'].join('\n')}\n\n`);
  if (untilHealthyFor !== undefined) return untilHealthy(kube, { timeout: untilHealthyFor, io });
  if ((await listApps(kube)).length === 0) io.out('No Apps yet. Add a Source and an App: lockstep apply -f FILE\n');
  await showLiveApps(kube, io, AbortSignal.any([io.signal, term]));
  if (term.aborted) {
    io.err('The lease is lost: another replica may work now. Start again to stand by.\n');
    return 1;
  }
  io.out('\nStopping …\n');
  return 0;
}
