/** `lockstep demo`: the main job on an example, to watch and to play with; with `--tour` it tells the story by itself. */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { consoleLog, startHosted, STATE_FOLDER, StartError, systemClock, type HostedSystem, type SystemOptions } from '../../app/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { showLiveApps } from '../live-apps.ts';
import { chooseCluster, CLUSTER_FLAGS } from '../session.ts';
import { runTour } from '../tour/tour.ts';

export const demo = defineCommand({
  summary: 'Run everything on an example: cluster, controllers, Git host',
  usage: '',
  examples: ['lockstep demo', 'lockstep demo --tour', 'lockstep demo --data ./demo'],
  flags: {
    ...CLUSTER_FLAGS,
    tour: {
      type: 'boolean',
      doc: 'Walk through the whole story and exit; 0 only if every step held. On a real cluster its nodes have to be simulated, as by kwok',
    },
    data: { type: 'string', value: 'DIR', doc: 'Keep everything in this folder and go on from there; without it the demo begins anew' },
    port: { type: 'integer', value: 'N', doc: 'Port of the Kubernetes API; 0 chooses a free one', default: 0 },
    'dashboard-port': { type: 'integer', value: 'N', doc: 'Port of the dashboard; 0 chooses a free one', default: 0 },
    'git-port': { type: 'integer', value: 'N', doc: 'Port of the Git host; 0 chooses a free one', default: 0 },
    quiet: { type: 'boolean', short: 'q', doc: 'No table; only the log is written' },
  },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    if (flags.tour) return runTour(io, flags);
    const folder = resolve(io.cwd, flags.data ?? STATE_FOLDER);
    if (flags.data === undefined) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const hosted = await start(folder, {
      cluster: await chooseCluster(flags, io),
      gitPort: flags['git-port'],
      dashboardPort: flags['dashboard-port'],
      io,
    });
    const interrupted = new Promise<void>((done) => io.signal.addEventListener('abort', () => done(), { once: true }));
    if (flags.quiet) {
      await interrupted;
    } else {
      io.out(welcome(hosted, folder));
      await showLiveApps(hosted.system.kube, io, io.signal);
      io.out('\nStopping …\n');
    }
    await hosted.stop();
    return 0;
  },
});

interface Where {
  readonly cluster: SystemOptions['cluster'];
  readonly gitPort: number;
  readonly dashboardPort: number;
  readonly io: Io;
}

async function start(folder: string, { cluster, gitPort, dashboardPort, io }: Where): Promise<HostedSystem> {
  const log = createWriteStream(join(folder, 'lockstep.log'), { flags: 'a', mode: 0o600 });
  try {
    return await startHosted({
      folder,
      cluster,
      statusPort: 0,
      gitPort,
      dashboard: { port: dashboardPort, program: io.program },
      env: io.env,
      log: consoleLog({ write: (line) => void log.write(line), clock: systemClock() }),
      seed: join(dirname(io.program), '../../examples/shop'),
      repository: 'shop',
      root: { path: 'apps', names: { source: 'system', app: 'root' } },
    });
  } catch (error) {
    if (error instanceof StartError) throw new CommandError(error.message, `The log is ${join(folder, 'lockstep.log')}`);
    throw error;
  }
}

function welcome({ state, system }: HostedSystem, folder: string): string {
  const clone = new URL(state.cloneUrl ?? '');
  clone.username = state.gitUser ?? '';
  clone.password = state.gitPassword ?? '';
  return `
  Open in a browser:   ${system.dashboard?.link ?? state.dashboardUrl}
  Clone, edit, push:   git clone ${clone.href}
${state.kubeconfig === '' ? '' : `  Look with kubectl:   export KUBECONFIG=${state.kubeconfig}\n`}  Look with lockstep:  npx lockstep get apps · tree shop-staging · events --watch
  Metrics:             ${state.statusUrl}/metrics
  Log:                 ${join(folder, 'lockstep.log')}

  ${state.kubeconfig === '' ? '' : 'Health is simulated: the embedded cluster runs no containers. '}Ctrl-C stops everything.

`;
}
