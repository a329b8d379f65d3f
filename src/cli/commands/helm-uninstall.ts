/** `lockstep helm uninstall`. Source: Helm 4 pkg/cmd/uninstall.go. */
import { uninstall } from '../../helm/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { act, DESCRIPTION_FLAG, HELM_CLUSTER_FLAGS, WAIT_FLAGS, waitStrategy } from '../helm/action.ts';

const propagations = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

export const helmUninstall = defineCommand({
  summary: 'Uninstall releases, as Helm does',
  usage: 'RELEASE...',
  details: 'For the release of an App, delete the App: what is uninstalled by hand comes back.',
  examples: ['lockstep helm uninstall web -n shop', 'lockstep helm uninstall web --keep-history --wait'],
  flags: {
    ...HELM_CLUSTER_FLAGS,
    ...WAIT_FLAGS,
    ...DESCRIPTION_FLAG,
    'dry-run': { type: 'boolean', doc: 'Change nothing' },
    'ignore-not-found': { type: 'boolean', doc: 'A release that is not there is no failure' },
    'keep-history': { type: 'boolean', doc: 'Keep the records, marked as uninstalled' },
    cascade: {
      type: 'string',
      default: 'background',
      value: 'POLICY',
      doc: 'How dependents are deleted: background, foreground or orphan',
    },
  },
  args: { min: 1, max: Infinity },
  run: async ({ args, flags, io }) => {
    if (!(flags.cascade in propagations))
      throw new CommandError(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan"`);
    const propagation = propagations[flags.cascade as keyof typeof propagations];
    const strategy = waitStrategy(flags.wait, io);
    for (const name of args) {
      const said = await act(flags, io, {
        run: (scene) =>
          uninstall(scene, {
            name,
            ...(flags.description === undefined ? {} : { description: flags.description }),
            noHooks: flags['no-hooks'],
            keepHistory: flags['keep-history'],
            ignoreNotFound: flags['ignore-not-found'],
            dryRun: flags['dry-run'],
            propagation,
            wait: { strategy, jobs: false, timeout: flags.timeout },
          }),
      });
      if (said !== undefined && said !== '') io.out(`${said}\n`);
      io.out(`release ${JSON.stringify(name)} uninstalled\n`);
    }
    return 0;
  },
});
