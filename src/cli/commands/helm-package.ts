/** `lockstep helm package`: a folder as an archive. Source: Helm 4 pkg/action/package.go. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { packChart, signProvenance, systemClock, updateDependencies } from '../../app/index.ts';
import { missingDependencies } from '../../core/chart/dependencies/index.ts';
import { chartYaml } from '../../core/chart/package/index.ts';
import { parseVersion } from '../../core/go/semver/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import { load } from '../helm/chart.ts';
import { UNUSED_GLOBAL_FLAGS } from '../helm/flags.ts';
import { ACCESS_FLAGS, accessOf, fail } from '../helm/remote.ts';
import { sourceDate } from '../helm/source-date.ts';
import type { Io } from '../io.ts';

const FLAGS = {
  ...ACCESS_FLAGS,
  ...UNUSED_GLOBAL_FLAGS,
  version: { type: 'string', value: 'VERSION', doc: 'Version of the chart instead of the one in Chart.yaml' },
  'app-version': { type: 'string', value: 'VERSION', doc: 'appVersion instead of the one in Chart.yaml' },
  destination: { type: 'string', short: 'd', value: 'FOLDER', default: '.', doc: 'Where the archive is written' },
  sign: { type: 'boolean', doc: 'Write a signature beside the archive' },
  key: { type: 'string', value: 'NAME', doc: 'With --sign: name of the private key' },
  keyring: { type: 'string', value: 'FILE', doc: 'With --sign: file with private keys' },
  'passphrase-file': { type: 'string', value: 'FILE', doc: 'With --sign: passphrase of the key; - reads standard input' },
  'dependency-update': { type: 'boolean', short: 'u', doc: 'Update the dependencies first' },
} as const satisfies FlagTable;

export const helmPackage = defineCommand({
  summary: 'Pack a chart into an archive',
  usage: 'FOLDER...',
  details: 'With SOURCE_DATE_EPOCH set, the same files give the same bytes.',
  examples: ['lockstep helm package ./chart --version 1.2.3 -d dist'],
  flags: FLAGS,
  args: { min: 1, max: 100 },
  run: async ({ args, flags, io }) => {
    for (const name of args) io.out(`Successfully packaged chart and saved it to: ${await pack(name, flags, io)}\n`);
    return 0;
  },
});

async function pack(name: string, flags: FlagValues<typeof FLAGS>, io: Io): Promise<string> {
  const folder = resolve(io.cwd, name);
  if ((await stat(folder).catch(() => undefined)) === undefined) throw new CommandError(`stat ${name}: no such file or directory`);
  if (flags['dependency-update']) {
    const updated = await updateDependencies({ folder, shown: name, out: () => undefined }, await accessOf(flags, io));
    if (!updated.ok) return fail(updated.error);
  }
  const { chart } = await load({ root: folder, path: '' });
  const version = flags.version ?? chart.metadata.version;
  if (!parseVersion(version).ok) throw new CommandError(`invalid semantic version: ${version}`);
  const metadata = { ...chart.metadata, version, appVersion: flags['app-version'] ?? chart.metadata.appVersion };
  const missing = missingDependencies(chart);
  if (!missing.ok) throw new CommandError(missing.error);
  const packed = packChart({ ...chart, metadata }, sourceDate(io) ?? systemClock().now());
  if (!packed.ok) throw new CommandError(`failed to save: ${packed.error}`);
  const destination = resolve(io.cwd, flags.destination);
  await mkdir(destination, { recursive: true });
  const file = join(destination, `${metadata.name}-${version}.tgz`);
  await writeFile(file, packed.value);
  if (flags.sign) await signArchive({ file, archive: packed.value, metadata: chartYaml(metadata) }, flags, io);
  return file;
}

async function signArchive(
  packed: { readonly file: string; readonly archive: Uint8Array; readonly metadata: string },
  flags: FlagValues<typeof FLAGS>,
  io: Io,
): Promise<void> {
  const { key, keyring, 'passphrase-file': passphraseFile } = flags;
  if (key === undefined) throw new UsageError('--key is required for signing a package');
  if (keyring === undefined) throw new UsageError('--keyring is required for signing a package');
  const ring = await readFile(resolve(io.cwd, keyring)).catch(() => undefined);
  if (ring === undefined) throw new CommandError(`failed to load keyring: open ${keyring}: no such file or directory`);
  const passphrase = await passphraseOf(passphraseFile, io);
  const signed = await signProvenance(
    { archive: packed.archive, file: basename(packed.file), metadata: packed.metadata },
    { keyring: ring, name: key, ...(passphrase === undefined ? {} : { passphrase }) },
  );
  if (!signed.ok) return fail(signed.error);
  await writeFile(`${packed.file}.prov`, signed.value);
}

async function passphraseOf(file: string | undefined, io: Io): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const bytes = file === '-' ? await io.stdin() : await readFile(resolve(io.cwd, file)).catch(() => undefined);
  if (bytes === undefined) throw new CommandError(`open ${file}: no such file or directory`);
  return Buffer.from(bytes).toString('utf8').split(/\r?\n/)[0];
}
