/** `lockstep version` */
import packageJson from '../../../package.json' with { type: 'json' };
import { defineCommand } from '../command.ts';

export const version = defineCommand({
  summary: 'Print the version',
  usage: '',
  flags: { short: { type: 'boolean', doc: 'Only the number' } },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    io.out(flags.short ? `${packageJson.version}\n` : `lockstep ${packageJson.version} (node ${process.versions.node})\n`);
    return 0;
  },
});
