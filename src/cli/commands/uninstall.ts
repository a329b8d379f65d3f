/** `lockstep uninstall`: takes Lockstep out of a cluster; what it delivered runs on (S14). */
import { consoleLog, systemClock, systemRandom } from '../../app/index.ts';
import { uninstall as takeAway } from '../../app/installer/index.ts';
import { defineCommand } from '../command.ts';
import { listApps } from '../apps.ts';
import { settingsFrom } from '../install/flags.ts';
import { reportingFailure } from '../install/report.ts';
import { CLUSTER_FLAGS, withCluster } from '../session.ts';

const NOTHING = {
  image: undefined,
  'root-role': undefined,
  people: undefined,
  'dashboard-url': undefined,
  'storage-size': undefined,
  'storage-class': undefined,
  memory: undefined,
  'pull-secret': undefined,
};

export const uninstall = defineCommand({
  summary: 'Take Lockstep out of a cluster; everything it delivered runs on',
  usage: '',
  details:
    'Stops the controllers, releases every App without deleting what it owns, then deletes the kinds and the roles.\n' +
    'The volume and the key of the installation stay, so that Lockstep can come back; --delete-data removes them, too.',
  examples: ['lockstep uninstall --yes', 'lockstep uninstall --yes --delete-data'],
  flags: {
    ...CLUSTER_FLAGS,
    yes: { type: 'boolean', doc: 'Do it; without it only what would happen is said' },
    'delete-data': { type: 'boolean', doc: 'Delete the volume, the key of the installation and the namespace, too' },
  },
  args: { min: 0, max: 0 },
  run: ({ flags, io }) =>
    withCluster(flags, io, (kube) =>
      reportingFailure(async () => {
        if (!flags.yes) {
          const apps = await listApps(kube).catch(() => []);
          io.out(`Would stop the controllers, release ${apps.length} Apps, and delete the kinds and roles of Lockstep.\n`);
          io.out('What the Apps delivered runs on. To do it: lockstep uninstall --yes\n');
          return 1;
        }
        const log = consoleLog({ write: io.err, clock: systemClock(), level: 'error' });
        const ports = { kube, clock: systemClock(), random: systemRandom(), log };
        const settings = await settingsFrom(NOTHING, kube);
        const done = await takeAway(ports, { settings, deleteData: flags['delete-data'], told: (line) => io.out(`${line}\n`) });
        if (done.left.length > 0) io.out(`Left in lockstep-system: ${done.left.join(', ')}\n`);
        return 0;
      }),
    ),
});
