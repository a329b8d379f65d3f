/** `lockstep helm pull`: a chart of a repository as a file, or unpacked. Source: Helm 4 pkg/action/pull.go. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fetchProvenance, unpackChart } from '../../app/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import { UNUSED_GLOBAL_FLAGS } from '../helm/flags.ts';
import { accessOf, fail, fetchFor, REMOTE_FLAGS } from '../helm/remote.ts';
import type { Io } from '../io.ts';

const FLAGS = {
  ...REMOTE_FLAGS,
  destination: { type: 'string', short: 'd', value: 'FOLDER', default: '.', doc: 'Where the chart is written' },
  untar: { type: 'boolean', doc: 'Unpack the chart' },
  untardir: { type: 'string', value: 'FOLDER', default: '.', doc: 'With --untar: the folder to unpack into, below the destination' },
  ...UNUSED_GLOBAL_FLAGS,
  prov: { type: 'boolean', doc: 'Fetch the signature, too, without checking it' },
} as const satisfies FlagTable;

export const helmPull = defineCommand({
  summary: 'Download a chart from a repository or a registry',
  usage: 'CHART...',
  examples: [
    'lockstep helm pull oci://registry.example.com/charts/shop --version 1.2.3',
    'lockstep helm pull shop --repo https://charts.example.com --untar',
  ],
  flags: FLAGS,
  args: { min: 1, max: 100 },
  run: async ({ args, flags, io }) => {
    for (const name of args) await pull(name, flags, io);
    return 0;
  },
});

async function pull(name: string, flags: FlagValues<typeof FLAGS>, io: Io): Promise<void> {
  const fetched = await fetchFor(name, flags, io);
  const destination = resolve(io.cwd, flags.destination);
  if (flags.untar) {
    const folder = isAbsolute(flags.untardir) ? flags.untardir : join(destination, flags.untardir);
    const shown = flags.untardir === '.' ? fetched.chart : join(flags.untardir, fetched.chart);
    if ((await stat(join(folder, fetched.chart)).catch(() => undefined)) !== undefined)
      throw new CommandError(`failed to untar: a file or directory with the name ${shown} already exists`);
    const files = unpackChart(fetched.archive);
    if (!files.ok) throw new CommandError(files.error);
    for (const { path, bytes } of files.value.files) await write(join(folder, files.value.name, path), bytes);
    return;
  }
  await write(join(destination, fetched.file), fetched.archive);
  if (!flags.prov && !flags.verify) return;
  const { version } = fetched;
  const remote = { chart: name, ...(flags.repo === undefined ? {} : { repo: flags.repo }), ...(version === '' ? {} : { version }) };
  const provenance = await fetchProvenance(remote, await accessOf(flags, io));
  if (!provenance.ok) return fail(provenance.error);
  if (provenance.value !== undefined) await write(join(destination, `${fetched.file}.prov`), Buffer.from(provenance.value, 'utf8'));
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
