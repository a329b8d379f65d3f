/** `lockstep helm install`. Source: Helm 4 pkg/cmd/install.go. */
import { basename } from 'node:path';
import { renderName } from '../../core/chart/index.ts';
import { install } from '../../helm/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import {
  act,
  DESCRIPTION_FLAG,
  DRY_RUN_FLAG,
  forced,
  HELM_CLUSTER_FLAGS,
  INSTALL_WRITE_FLAGS,
  isDryRun,
  WAIT_FLAGS,
  waitStrategy,
} from '../helm/action.ts';
import { checkHideSecret, printRelease } from '../helm/print-release.ts';
import { CHART_FLAGS, readChart, rendererOf } from '../helm/release-chart.ts';
import { paintFor } from '../helm/paint.ts';
import { OUTPUT_FLAGS } from '../helm/releases.ts';

const FLAGS = {
  ...HELM_CLUSTER_FLAGS,
  ...CHART_FLAGS,
  ...WAIT_FLAGS,
  ...INSTALL_WRITE_FLAGS,
  ...DESCRIPTION_FLAG,
  ...DRY_RUN_FLAG,
  ...OUTPUT_FLAGS,
  replace: { type: 'boolean', doc: 'Use the name of an uninstalled or failed release again' },
  'name-template': { type: 'string', value: 'TEMPLATE', doc: 'Template that makes the release name' },
  'generate-name': { type: 'boolean', short: 'g', doc: 'Make up the release name' },
} as const satisfies FlagTable;

export type InstallFlags = FlagValues<typeof FLAGS>;

export const helmInstall = defineCommand({
  summary: 'Install a chart as a release, as Helm does',
  usage: '[NAME] CHART',
  details:
    'For clusters that are not delivered to from Git; an App of a chart needs none of this. If a run dies, the same command goes on with the revision it began.',
  examples: [
    'lockstep helm install web ./chart -n shop --create-namespace',
    'lockstep helm install web web --repo https://charts.example.com --wait',
  ],
  flags: FLAGS,
  args: { min: 1, max: Infinity },
  run: ({ args, flags, io }) => runInstall(args, flags, { io, before: 'INSTALLATION FAILED: ' }),
});

/** Also what `upgrade --install` does when there is no release. */
export async function runInstall(
  args: readonly string[],
  flags: InstallFlags,
  { io, before }: { readonly io: Io; readonly before: string },
): Promise<number> {
  const { name, chart: chartName } = nameAndChart(args, flags);
  const dryRun = isDryRun(flags['dry-run'], io);
  checkHideSecret(flags['hide-secret'], dryRun, before);
  const rollbackOnFailure = flags['rollback-on-failure'] || flags.atomic;
  const given = waitStrategy(flags.wait, io);
  const strategy = rollbackOnFailure && given === 'hookOnly' ? 'watcher' : given;
  const force = forced(flags);
  const { place, ...chart } = await readChart(chartName, flags, io).catch((error: unknown) => {
    throw error instanceof CommandError ? new CommandError(`${before}${error.message}`, error.hint) : error;
  });
  const release = await act(flags, io, {
    before,
    run: (scene) =>
      install(scene, {
        ...chart,
        name,
        ...(flags.description === undefined ? {} : { description: flags.description }),
        noHooks: flags['no-hooks'],
        rollbackOnFailure,
        wait: { strategy, jobs: flags['wait-for-jobs'], timeout: flags.timeout },
        write: { serverSide: flags['server-side'], ...force },
        skipCrds: flags['skip-crds'],
        takeOwnership: flags['take-ownership'],
        dryRun,
        createNamespace: flags['create-namespace'],
        replace: flags.replace,
        render: rendererOf({ place, flags, io, scene, name }),
      }),
  });
  io.out(printRelease(release, flags, paintFor(flags, io)));
  return 0;
}

/** @throws CommandError in Helm's words */
function nameAndChart(args: readonly string[], flags: InstallFlags): { readonly name: string; readonly chart: string } {
  const [first = '', second, ...rest] = args;
  if (rest.length > 0)
    throw new CommandError(`INSTALLATION FAILED: expected at most two arguments, unexpected arguments: ${rest.join(', ')}`);
  if (second !== undefined) {
    if (flags['generate-name']) throw new CommandError('INSTALLATION FAILED: cannot set --generate-name and also specify a name');
    if (flags['name-template'] !== undefined)
      throw new CommandError('INSTALLATION FAILED: cannot set --name-template and also specify a name');
    return { name: first, chart: second };
  }
  if (flags['name-template'] !== undefined) {
    const name = renderName(flags['name-template']);
    if (!name.ok) throw new CommandError(`INSTALLATION FAILED: ${name.error}`);
    return { name: name.value, chart: first };
  }
  if (!flags['generate-name']) throw new CommandError('INSTALLATION FAILED: must either provide a name or specify --generate-name');
  const base = basename(first).replace(/\..*$/, '');
  return { name: `${base === '' ? 'chart' : base}-${Math.floor(Date.now() / 1000)}`, chart: first };
}
