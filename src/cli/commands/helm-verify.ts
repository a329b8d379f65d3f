/** `lockstep helm verify`: whether a chart's archive is what its signature says. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { UNUSED_GLOBAL_FLAGS } from '../helm/flags.ts';
import { report } from '../helm/remote.ts';

export const helmVerify = defineCommand({
  summary: 'Verify the signature of a packaged chart',
  usage: 'ARCHIVE',
  details: 'The signature is read from ARCHIVE.prov.',
  examples: ['lockstep helm verify shop-1.2.3.tgz --keyring pubring.gpg'],
  flags: { keyring: { type: 'string', value: 'FILE', doc: 'Public keys' }, ...UNUSED_GLOBAL_FLAGS },
  args: { min: 1, max: 1 },
  run: async ({ args, flags, io }) => {
    const [name = ''] = args;
    const path = resolve(io.cwd, name);
    const archive = await readFile(path).catch(() => undefined);
    if (archive === undefined) throw new CommandError(`${name}: no such archive`);
    const provenance = await readFile(`${path}.prov`, 'utf8').catch(() => undefined);
    if (provenance === undefined)
      throw new CommandError(`could not load provenance file ${name}.prov: stat ${name}.prov: no such file or directory`);
    await report({ archive, file: basename(path), provenance }, flags, io);
    return 0;
  },
});
