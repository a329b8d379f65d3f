/** `lockstep helm rollback`. Source: Helm 4 pkg/cmd/rollback.go. */
import { rollback } from '../../helm/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
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

const mostDescription = 256;

export const helmRollback = defineCommand({
  summary: 'Roll a release back to an earlier revision, as Helm does',
  usage: 'RELEASE [REVISION]',
  details:
    'Without a revision, or with 0, to the one before. For the release of an App, revert the commit: what is rolled back by hand is put right again.',
  examples: ['lockstep helm rollback web -n shop', 'lockstep helm rollback web 3 --wait'],
  flags: { ...HELM_CLUSTER_FLAGS, ...WAIT_FLAGS, ...WRITE_FLAGS, ...DESCRIPTION_FLAG, ...DRY_RUN_FLAG },
  args: { min: 1, max: 2 },
  run: async ({ args: [name = '', revision = '0'], flags, io }) => {
    if (!/^[-+]?\d+$/.test(revision))
      throw new CommandError(`could not convert revision to a number: strconv.Atoi: parsing ${JSON.stringify(revision)}: invalid syntax`);
    const to = Number(revision);
    if (to < 0) throw new CommandError('invalid release revision');
    const { description } = flags;
    if (description !== undefined && [...description].length > mostDescription)
      throw new CommandError(`description must be ${mostDescription} characters or less, got ${[...description].length}`);
    const force = forced(flags);
    const strategy = waitStrategy(flags.wait, io);
    const dryRun = isDryRun(flags['dry-run'], io);
    await act(flags, io, {
      run: (scene) =>
        rollback(scene, {
          name,
          revision: to,
          ...(description === undefined ? {} : { description }),
          noHooks: flags['no-hooks'],
          wait: { strategy, jobs: flags['wait-for-jobs'], timeout: flags.timeout },
          write: { serverSide: true, ...force },
          serverSide: serverSide(flags['server-side']),
          maxHistory: maxHistoryOf(flags['history-max'], io),
          cleanupOnFail: flags['cleanup-on-fail'],
          dryRun,
        }),
    });
    io.out('Rollback was a success! Happy Helming!\n');
    return 0;
  },
});
