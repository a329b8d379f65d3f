/** `lockstep sync`: asks for a run now and waits for what comes of it. */
import { names, type App } from '../../api/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { APP_HEADER, APP_RESOURCE, appCells, appRow, findApp, isReady } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatTable } from '../table.ts';

export const sync = defineCommand({
  summary: 'Ask for an App to be fetched, planned and applied now',
  usage: 'APP',
  examples: ['lockstep sync shop', 'lockstep sync shop --no-wait', 'lockstep sync shop --reason "incident 42"'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    once: { type: 'boolean', doc: 'Run once even though the App is suspended' },
    'ignore-dependencies': {
      type: 'boolean',
      doc: 'Do not wait for what the App depends on, for the revision it waits with now; needs --reason',
    },
    reason: {
      type: 'string',
      value: 'TEXT',
      doc: 'Why, for the ledger; alone, it lets the revision go ahead outside of its windows',
    },
    'ignore-windows': { type: 'boolean', doc: 'Do not wait for a window either; needs --reason' },
    wait: { type: 'boolean', doc: 'Wait until it is Ready, or known to have failed', default: true },
    timeout: { type: 'duration', value: 'DURATION', doc: 'How long to wait', default: '5m' },
  },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const app = await findApp(kube, args[0] ?? '', flags.namespace);
      const token = `${flags.once ? 'once:' : ''}${new Date().toISOString()}`;
      const annotations = { [names.reconcileAt]: token, ...goAhead(app, flags) };
      const asked = await kube.patch(APP_RESOURCE, app.metadata, {
        type: 'application/merge-patch+json',
        value: { metadata: { annotations } },
        fieldManager: 'lockstep-cli',
      });
      if (!asked.ok) throw new CommandError(asked.error.message);
      if (!flags.wait) {
        io.out(`${app.metadata.namespace}/${app.metadata.name}: asked\n`);
        return 0;
      }
      const done = await waitForRun(kube, app, { token, timeout: flags.timeout, io });
      io.out(formatTable(APP_HEADER, [appCells(appRow(done, Date.now()))]));
      return isReady(done) || done.spec.suspend ? 0 : 1;
    }),
});

interface Override {
  readonly 'ignore-dependencies': boolean;
  readonly 'ignore-windows': boolean;
  readonly reason: string | undefined;
}

function goAhead(app: App, flags: Override): Readonly<Record<string, string>> {
  const { 'ignore-dependencies': dependencies, 'ignore-windows': windows, reason = '' } = flags;
  if (!dependencies && !windows && reason === '') return {};
  if (reason === '') throw new UsageError(`--ignore-${dependencies ? 'dependencies' : 'windows'} needs --reason TEXT`);
  const revision = app.status?.attempted?.inputs[0]?.revision;
  if (revision === undefined)
    throw new CommandError(`${app.metadata.name} has no revision that waits`, 'Look at it with: lockstep tree APP');
  const word = `${revision} ${reason}`;
  return {
    ...(dependencies ? { [names.ignoreDependencies]: word } : {}),
    ...(windows || !dependencies ? { [names.ignoreWindows]: word } : {}),
  };
}

interface Waiting {
  readonly token: string;
  readonly timeout: number;
  readonly io: Io;
}

/** The App as it is once the asked-for run has ended, in success or in failure. */
async function waitForRun(kube: KubeClient, app: App, { token, timeout, io }: Waiting): Promise<App> {
  const { namespace, name } = app.metadata;
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeout)]);
  const listed = await kube.list(APP_RESOURCE, { namespace, fieldSelector: `metadata.name=${name}` });
  if (!listed.ok) throw new CommandError(listed.error.message);
  let latest = (listed.value.items[0] as App | undefined) ?? app;
  if (hasEnded(latest, token)) return latest;
  const events = await kube.watch(APP_RESOURCE, {
    namespace,
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: listed.value.resourceVersion,
    signal,
  });
  if (!events.ok) throw new CommandError(events.error.message);
  try {
    for await (const { type, object } of events.value) {
      if (type === 'DELETED') throw new CommandError(`${namespace}/${name} was deleted`);
      if (type === 'ADDED' || type === 'MODIFIED') latest = object as App;
      if (hasEnded(latest, token)) return latest;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const { message } = appRow(latest, Date.now());
  throw new CommandError(
    `${namespace}/${name} is not ready after ${timeout / 1000} s: ${message}`,
    `Look at it with: lockstep tree ${namespace}/${name}`,
  );
}

function hasEnded(app: App, token: string): boolean {
  if (app.status?.lastHandledReconcileAt !== token) return false;
  const conditions = app.status.conditions ?? [];
  const reconciling = conditions.some((condition) => condition.type === 'Reconciling' && condition.status === 'True');
  // Nothing comes of it before the window opens, which may be in days.
  const isClosed = conditions.some(({ type, reason }) => type === 'Ready' && reason === 'WindowClosed');
  return isReady(app) || isClosed || !reconciling;
}
