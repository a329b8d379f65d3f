/** `lockstep helm history`: the revisions of a release. Source: Helm 4 pkg/cmd/history.go. */
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { ansiTime, appVersionOf, chartOf, formatColumns, formatData, OUTPUT_FLAGS, readReleases } from '../helm/releases.ts';
import { HELM_CLUSTER_FLAGS, withHelmCluster } from '../helm/action.ts';

const HEADER = ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'];

export const helmHistory = defineCommand({
  summary: 'Show the revisions of a Helm release',
  usage: 'RELEASE',
  examples: ['lockstep helm history web -n shop', 'lockstep helm history web --max 5 -o yaml'],
  flags: {
    ...HELM_CLUSTER_FLAGS,
    ...OUTPUT_FLAGS,
    max: { type: 'integer', value: 'N', default: 256, doc: 'How many revisions at most, the newest' },
  },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withHelmCluster(flags, io, async (kube, namespace) => {
      const all = await readReleases(kube, { namespace, name: args[0] ?? '' });
      if (all.length === 0) throw new CommandError('release: not found', `List them with: lockstep helm list -n ${namespace}`);
      const shown = all.slice(-Math.max(1, flags.max));
      if (flags.output === 'table') {
        const rows = shown.map((one) => [
          String(one.version),
          ansiTime(one.lastDeployed),
          one.status,
          chartOf(one),
          appVersionOf(one),
          one.description,
        ]);
        io.out(formatColumns([HEADER, ...rows]));
        return 0;
      }
      const items = shown.map((one) => ({
        revision: one.version,
        ...(one.lastDeployed === '' ? {} : { updated: one.lastDeployed }),
        status: one.status,
        chart: chartOf(one),
        app_version: appVersionOf(one),
        description: one.description,
      }));
      io.out(formatData(items, flags.output as 'json'));
      return 0;
    }),
});
