/** `lockstep install`: Lockstep in a cluster, or its manifests on standard output. */
import { installObjects } from '../../api/install/index.ts';
import { systemClock } from '../../app/index.ts';
import { applyObjects, manifests, waitAvailable } from '../../app/installer/index.ts';
import { defineCommand } from '../command.ts';
import { SETTING_FLAGS, settingsFrom } from '../install/flags.ts';
import { reportingFailure } from '../install/report.ts';
import { CLUSTER_FLAGS, withCluster } from '../session.ts';

export const install = defineCommand({
  summary: 'Install Lockstep in a cluster, or print its manifests',
  usage: '',
  details:
    'Installs the kinds, the roles, the Deployment with its volume, a Service and a NetworkPolicy. Settings that are not given stay as they\n' +
    'are installed. The same as a Helm chart is in charts/lockstep; under its own care in Git: lockstep bootstrap.',
  examples: [
    'lockstep install --image registry.example.com/lockstep:0.1.0',
    'lockstep install --export --image registry.example.com/lockstep:0.1.0 > lockstep.yaml',
  ],
  flags: {
    ...CLUSTER_FLAGS,
    export: { type: 'boolean', doc: 'Print the manifests instead; no cluster is asked' },
    ...SETTING_FLAGS,
    wait: { type: 'boolean', doc: 'Wait until the controllers run', default: true },
    timeout: { type: 'duration', value: 'DURATION', doc: 'For --wait', default: '3m' },
  },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    if (flags.export) {
      io.out(manifests(installObjects(await settingsFrom(flags))));
      return 0;
    }
    return withCluster(flags, io, (kube) =>
      reportingFailure(async () => {
        const settings = await settingsFrom(flags, kube);
        const told = (ref: string, deed: string): void => io.out(`${ref} ${deed}\n`);
        await applyObjects(kube, installObjects(settings), { clock: systemClock(), told });
        if (!flags.wait) return 0;
        io.out('Waiting for the controllers …\n');
        await waitAvailable(kube, { clock: systemClock(), timeout: flags.timeout, signal: io.signal });
        io.out('Lockstep runs. Next: lockstep bootstrap --repo URL, or lockstep apply -f with a Source and an App.\n');
        return 0;
      }),
    );
  },
});
