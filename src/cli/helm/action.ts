/** What the commands share that change releases: Helm's flags as tables, the cluster they work on, and what they say while they wait. */
import { connectInContext, systemClock } from '../../app/index.ts';
import { quote } from '../../core/go/strconv/index.ts';
import { ActionError, type Scene, type ServerSide, type WaitStrategy } from '../../helm/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import { logWarning } from './chart.ts';
import { actingAs, HELM_CONNECTION_FLAGS, helmChoice, type HelmConnectionFlags } from './connection.ts';
import { GLOBAL_FLAGS } from './flags.ts';

export const HELM_CLUSTER_FLAGS = {
  ...GLOBAL_FLAGS,
  namespace: { type: 'string', short: 'n', value: 'NAMESPACE', doc: "Namespace of the release; else $HELM_NAMESPACE, else the context's" },
  ...HELM_CONNECTION_FLAGS,
  debug: { type: 'boolean', doc: 'Print more: values and manifest, and what is waited for' },
} as const satisfies FlagTable;

export type ClusterFlags = FlagValues<typeof HELM_CLUSTER_FLAGS>;

export const WAIT_FLAGS = {
  wait: {
    type: 'string',
    alone: 'watcher',
    default: 'hookOnly',
    value: 'STRATEGY',
    doc: 'Wait until resources are ready: watcher, hookOnly or legacy (the same as watcher)',
  },
  timeout: { type: 'duration', default: '5m', value: 'DURATION', doc: 'How long each thing may take that is waited for' },
  'no-hooks': { type: 'boolean', doc: 'Run no hooks' },
} as const satisfies FlagTable;

const writeFlags = {
  'force-replace': { type: 'boolean', doc: 'Replace resources instead of changing them' },
  force: { type: 'boolean', hidden: true, doc: 'The same as --force-replace' },
  'force-conflicts': { type: 'boolean', doc: 'Take fields that others own' },
  'wait-for-jobs': { type: 'boolean', doc: 'With --wait: until all Jobs have completed, too' },
} as const satisfies FlagTable;

export const WRITE_FLAGS = {
  ...writeFlags,
  'server-side': {
    type: 'string',
    default: 'auto',
    value: 'CHOICE',
    doc: 'Apply on the server: true, false, or auto as the revision before',
  },
  'cleanup-on-fail': { type: 'boolean', doc: 'Delete what a failed run made' },
  'history-max': { type: 'integer', value: 'N', doc: 'How many revisions are kept; 0: all; else $HELM_MAX_HISTORY, else 10' },
} as const satisfies FlagTable;

export const INSTALL_WRITE_FLAGS = {
  ...writeFlags,
  'server-side': { type: 'boolean', default: true, doc: 'Apply on the server' },
} as const satisfies FlagTable;

export const DESCRIPTION_FLAG = {
  description: { type: 'string', value: 'TEXT', doc: 'What the history says of it' },
} as const satisfies FlagTable;

export const DRY_RUN_FLAG = {
  'dry-run': { type: 'string', default: 'none', alone: 'unset', value: 'MODE', doc: 'Change nothing: client, or server, which asks it' },
} as const satisfies FlagTable;

/** @throws CommandError in Helm's words */
export function isDryRun(mode: string, io: Io): boolean {
  const warn = (message: string): void => logWarning({ level: 'WARN', message, details: '' }, io);
  if (mode === 'none') return false;
  if (mode === 'client' || mode === 'server') return true;
  if (mode === 'unset') {
    warn("--dry-run is deprecated and should be replaced with '--dry-run=client'");
    return true;
  }
  const yes = ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(mode);
  if (!yes && !['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(mode))
    throw new CommandError(`invalid dry-run value (${quote(mode)}). Must be "none", "server", or "client"`);
  warn(`boolean '--dry-run=${mode}' flag is deprecated and must be replaced with '--dry-run=${yes ? 'client' : 'none'}'`);
  return yes;
}

/** @throws CommandError in Helm's words */
export function waitStrategy(text: string, io: Io): WaitStrategy {
  const instead = text === 'true' ? 'watcher' : text === 'false' ? 'hookOnly' : undefined;
  if (instead !== undefined) {
    const message = `--wait=${text} is deprecated (boolean value) and can be replaced with --wait=${instead}`;
    logWarning({ level: 'WARN', message, details: '' }, io);
    return instead;
  }
  if (text === 'watcher' || text === 'hookOnly' || text === 'legacy') return text;
  throw new CommandError(
    `invalid argument ${quote(text)} for "--wait" flag: invalid wait input ${quote(text)}. Valid inputs are watcher, hookOnly, and legacy`,
  );
}

/** @throws CommandError in Helm's words */
export function serverSide(text: string): ServerSide {
  if (text === 'auto' || text === 'true' || text === 'false') return text;
  throw new CommandError(`invalid/unknown release server-side apply method: ${text}`);
}

interface ForceFlags {
  readonly force: boolean;
  readonly 'force-replace': boolean;
  readonly 'force-conflicts': boolean;
}

/** @throws CommandError for two that exclude each other */
export function forced(flags: ForceFlags): { readonly forceReplace: boolean; readonly forceConflicts: boolean } {
  const forceReplace = flags.force || flags['force-replace'];
  const forceConflicts = flags['force-conflicts'];
  if (forceReplace && forceConflicts) {
    const group = flags.force ? 'force force-conflicts' : 'force-replace force-conflicts';
    throw new CommandError(
      `if any flags in the group [${group}] are set none of the others can be; [${group.split(' ').toSorted().join(' ')}] were all set`,
    );
  }
  return { forceReplace, forceConflicts };
}

export const maxHistoryOf = (flag: number | undefined, io: Io): number => {
  const given = Number.parseInt(io.env['HELM_MAX_HISTORY'] ?? '', 10);
  return flag ?? (Number.isNaN(given) ? 10 : given);
};

/** A client for the cluster the flags name, and the namespace of the release. @throws CommandError */
export async function withHelmCluster<T>(
  flags: HelmConnectionFlags & Pick<ClusterFlags, 'namespace'>,
  io: Io,
  body: (kube: KubeClient, namespace: string) => Promise<T>,
): Promise<T> {
  const connected = await connectInContext(helmChoice(flags, io));
  if (!connected.ok) throw new CommandError(connected.error.message, connected.error.hint);
  const { kube, namespace } = connected.value;
  const as = actingAs(flags, io);
  const acting = as === undefined ? kube : kube.as(as);
  try {
    return await body(acting, flags.namespace ?? io.env['HELM_NAMESPACE'] ?? namespace ?? 'default');
  } finally {
    await kube.close();
  }
}

/** Runs an action of `helm/`; its failures are the command's. @throws CommandError that begins with `before` */
export async function act<T>(
  flags: ClusterFlags,
  io: Io,
  { before = '', run }: { readonly before?: string; readonly run: (scene: Scene) => Promise<T> },
): Promise<T> {
  return withHelmCluster(flags, io, async (kube, namespace) => {
    try {
      return await run(sceneOf(kube, namespace, { io, debug: flags.debug }));
    } catch (error) {
      throw error instanceof ActionError ? new CommandError(`${before}${error.message}`) : error;
    }
  });
}

const told = 5_000;

/** What is waited for is told after a while, and again only when it has changed. */
function sceneOf(kube: KubeClient, namespace: string, { io, debug }: { readonly io: Io; readonly debug: boolean }): Scene {
  const clock = systemClock();
  const start = clock.monotonic();
  let last = '';
  return {
    kube,
    clock,
    namespace,
    signal: io.signal,
    log: (level, message, details) => {
      const pairs = Object.entries(details).map(([key, value]) => ` ${key}=${logValue(value)}`);
      logWarning({ level, message, details: pairs.join('') }, io);
    },
    progress: (text) => {
      if (text === last || (!debug && clock.monotonic() - start < told)) return;
      last = text;
      io.err(`waiting for ${text}\n`);
    },
    logs: (logs) => io.err(logs.map(({ text }) => (text.endsWith('\n') ? text : `${text}\n`)).join('')),
  };
}

const logValue = (value: string): string => (/^[^\s"=]+$/.test(value) ? value : quote(value));
