/** `lockstep helm push`: a packaged chart into a registry. Source: Helm 4 pkg/pusher/ocipusher.go. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pushChart, systemClock } from '../../app/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { load } from '../helm/chart.ts';
import { UNUSED_GLOBAL_FLAGS } from '../helm/flags.ts';
import { ACCESS_FLAGS, accessOf, fail, underscoreNote } from '../helm/remote.ts';

export const helmPush = defineCommand({
  summary: 'Upload a packaged chart to a registry',
  usage: 'ARCHIVE oci://HOST/PATH',
  details: 'A signature beside the archive (ARCHIVE.prov) is uploaded with it.',
  examples: ['lockstep helm push shop-1.2.3.tgz oci://registry.example.com/charts'],
  flags: { ...ACCESS_FLAGS, ...UNUSED_GLOBAL_FLAGS },
  args: { min: 2, max: 2 },
  run: async ({ args, flags, io }) => {
    const [name = '', remote = ''] = args;
    const scheme = /^([a-z0-9+.-]+):\/\//i.exec(remote)?.[1];
    if (scheme !== 'oci') throw new CommandError(`scheme ${JSON.stringify(scheme ?? '')} not supported`);
    const path = resolve(io.cwd, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new CommandError(`${name}: no such file`);
    if (found.isDirectory()) throw new CommandError('cannot push directory, must provide chart archive (.tgz)');
    const { chart } = await load({ root: dirname(path), path: basename(path) });
    const provenance = await readFile(`${path}.prov`).catch(() => undefined);
    const created = new Date(systemClock().now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const content = {
      archive: await readFile(path),
      metadata: chart.metadata,
      created,
      ...(provenance === undefined ? {} : { provenance }),
    };
    const pushed = await pushChart(remote, content, await accessOf(flags, io));
    if (!pushed.ok) return fail(pushed.error);
    const { reference, digest } = pushed.value;
    io.err(`Pushed: ${reference}\nDigest: ${digest}\n${underscoreNote(reference)}`);
    return 0;
  },
});
