/** `lockstep helm upgrade`. Source: Helm 4 pkg/cmd/upgrade.go. */
import { history, type Reuse, upgrade } from '../../helm/index.ts';
import { defineCommand } from '../command.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import {
  act,
  DESCRIPTION_FLAG,
  DRY_RUN_FLAG,
  forced,
  HELM_CLUSTER_FLAGS,
  isDryRun,
  maxHistoryOf,
  serverSide,
  WAIT_FLAGS,
  waitStrategy,
  WRITE_FLAGS,
} from '../helm/action.ts';
import { checkHideSecret, printRelease } from '../helm/print-release.ts';
import { CHART_FLAGS, readChart, rendererOf } from '../helm/release-chart.ts';
import { paintFor } from '../helm/paint.ts';
import { OUTPUT_FLAGS } from '../helm/releases.ts';
import { runInstall } from './helm-install.ts';

const FLAGS = {
  ...HELM_CLUSTER_FLAGS,
  ...CHART_FLAGS,
  ...WAIT_FLAGS,
  ...WRITE_FLAGS,
  ...DESCRIPTION_FLAG,
  ...DRY_RUN_FLAG,
  ...OUTPUT_FLAGS,
  install: { type: 'boolean', short: 'i', doc: 'Install when there is no release of that name' },
  'reset-values': { type: 'boolean', doc: "Forget the values given before; the chart's own count" },
  'reuse-values': { type: 'boolean', doc: 'Keep the values of the last revision, also those of its chart' },
  'reset-then-reuse-values': { type: 'boolean', doc: "The new chart's values, under those given before" },
} as const satisfies FlagTable;

type Flags = FlagValues<typeof FLAGS>;

const before = 'UPGRADE FAILED: ';

export const helmUpgrade = defineCommand({
  summary: 'Upgrade a release to another chart or other values, as Helm does',
  usage: 'NAME CHART',
  details: 'If a run dies, the same command goes on with the revision it began: no hook runs twice.',
  examples: [
    'lockstep helm upgrade web ./chart -n shop --set image.tag=1.2.3',
    'lockstep helm upgrade --install web ./chart --rollback-on-failure',
  ],
  flags: FLAGS,
  args: { min: 2, max: 2 },
  run: async ({ args, flags, io }) => {
    const [name = '', chartName = ''] = args;
    if (flags.install && (await isAbsent(name, flags, io))) {
      if (flags.output === 'table') io.out(`Release ${JSON.stringify(name)} does not exist. Installing it now.\n`);
      const replace = true;
      return runInstall(
        args,
        { ...flags, 'server-side': flags['server-side'] !== 'false', replace, 'name-template': undefined, 'generate-name': false },
        { io, before: '' },
      );
    }
    return runUpgrade(name, chartName, { flags, io });
  },
});

/** There is none, or only one that was uninstalled. */
const isAbsent = (name: string, flags: Flags, io: Io): Promise<boolean> =>
  act(flags, io, {
    run: async (scene) => {
      const last = (await history(scene, name)).at(-1);
      return last === undefined || last.release.status === 'uninstalled';
    },
  });

async function runUpgrade(name: string, chartName: string, { flags, io }: { readonly flags: Flags; readonly io: Io }): Promise<number> {
  const dryRun = isDryRun(flags['dry-run'], io);
  checkHideSecret(flags['hide-secret'], dryRun, before);
  const rollbackOnFailure = flags['rollback-on-failure'] || flags.atomic;
  const given = waitStrategy(flags.wait, io);
  const strategy = rollbackOnFailure && given === 'hookOnly' ? 'watcher' : given;
  const force = forced(flags);
  const { place, ...chart } = await readChart(chartName, flags, io);
  const release = await act(flags, io, {
    before,
    run: (scene) =>
      upgrade(scene, {
        ...chart,
        name,
        ...(flags.description === undefined ? {} : { description: flags.description }),
        noHooks: flags['no-hooks'],
        rollbackOnFailure,
        wait: { strategy, jobs: flags['wait-for-jobs'], timeout: flags.timeout },
        write: { serverSide: true, ...force },
        serverSide: serverSide(flags['server-side']),
        reuse: reuseOf(flags),
        maxHistory: maxHistoryOf(flags['history-max'], io),
        cleanupOnFail: flags['cleanup-on-fail'],
        skipCrds: flags['skip-crds'],
        takeOwnership: flags['take-ownership'],
        dryRun,
        render: rendererOf({ place, flags, io, scene, name }),
      }),
  });
  if (flags.output === 'table') io.out(`Release ${JSON.stringify(name)} has been upgraded. Happy Helming!\n`);
  io.out(printRelease(release, flags, paintFor(flags, io)));
  return 0;
}

const reuseOf = (flags: Flags): Reuse =>
  flags['reset-values'] ? 'reset' : flags['reuse-values'] ? 'reuse' : flags['reset-then-reuse-values'] ? 'resetThenReuse' : 'auto';
