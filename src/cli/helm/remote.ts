/** Charts by the words of a command line: of this machine, of a repository, of a registry. */
import { readFile } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import type { ChartAccess, FetchedChart } from '../../app/index.ts';
import type { ChartError } from '../../ports/index.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import { type Place, placeOf } from './chart.ts';

export const ACCESS_FLAGS = {
  username: { type: 'string', value: 'NAME', doc: 'User name for the repository or registry' },
  password: { type: 'string', value: 'PASSWORD', doc: 'Its password' },
  'password-stdin': { type: 'boolean', doc: 'Read the password from standard input' },
  'ca-file': { type: 'string', value: 'FILE', doc: 'Certificates that sign the one of the server' },
  'cert-file': { type: 'string', value: 'FILE', doc: 'Our own certificate, for servers that ask for one' },
  'key-file': { type: 'string', value: 'FILE', doc: 'Its private key' },
  'insecure-skip-tls-verify': { type: 'boolean', doc: 'Take any certificate the server shows' },
  'plain-http': { type: 'boolean', doc: 'Speak HTTP with the registry, not HTTPS' },
} as const satisfies FlagTable;

export const REMOTE_FLAGS = {
  ...ACCESS_FLAGS,
  repo: { type: 'string', value: 'URL', doc: 'URL of the repository the chart is in' },
  version: { type: 'string', value: 'VERSION', doc: 'Version of the chart, or a range; absent: the newest' },
  'pass-credentials': { type: 'boolean', doc: 'Send the credentials to other hosts of the index, too' },
  devel: { type: 'boolean', doc: 'Prereleases count, too, when no version is given' },
  verify: { type: 'boolean', doc: 'Refuse a chart without a good signature' },
  keyring: { type: 'string', value: 'FILE', doc: 'Public keys for --verify' },
} as const satisfies FlagTable;

type AccessFlags = FlagValues<typeof ACCESS_FLAGS> & { readonly 'pass-credentials'?: boolean };
export type RemoteFlags = FlagValues<typeof REMOTE_FLAGS>;

/** @throws CommandError with the message and the hint */
export function fail({ message, hint }: Pick<ChartError, 'message' | 'hint'>): never {
  throw new CommandError(message, hint);
}

export async function accessOf(flags: AccessFlags, io: Io): Promise<ChartAccess> {
  const { username } = flags;
  if (flags['password-stdin'] && flags.password !== undefined) throw new UsageError('--password and --password-stdin exclude each other');
  const password = flags['password-stdin']
    ? Buffer.from(await io.stdin())
        .toString('utf8')
        .replace(/\r?\n$/, '')
    : flags.password;
  return {
    env: io.env,
    signal: io.signal,
    plainHttp: flags['plain-http'],
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    tls: await tlsOf(flags, io),
  };
}

async function tlsOf(flags: AccessFlags, io: Io): Promise<ChartAccess['tls']> {
  const read = async (flag: 'ca-file' | 'cert-file' | 'key-file'): Promise<string | undefined> => {
    const file = flags[flag];
    return file === undefined ? undefined : (await readOr(resolve(io.cwd, file), `cannot read --${flag} ${file}`)).toString('utf8');
  };
  const [ca, cert, key] = [await read('ca-file'), await read('cert-file'), await read('key-file')];
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert-file and --key-file belong together');
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
    ...(flags['insecure-skip-tls-verify'] ? { insecureTls: true } : {}),
    ...(flags['pass-credentials'] === true ? { passCredentials: true } : {}),
  };
}

async function readOr(file: string, message: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    throw new CommandError(message);
  }
}

/** Registries, repositories and signatures: loaded only for charts that come from elsewhere, because most do not. */
const chartsFromElsewhere = (): Promise<typeof import('../../app/index.ts')> => import('../../app/index.ts');

const versionOf = ({ version, devel }: RemoteFlags): string | undefined => version ?? (devel ? '>0.0.0-0' : undefined);

/** The chart a command names. What comes from elsewhere is fetched; a local one wins over a repository's. @throws CommandError in Helm's words */
export async function locateChart(name: string, flags: RemoteFlags, io: Io): Promise<Place> {
  if (flags.repo === undefined) {
    const path = resolve(io.cwd, name);
    const place = await placeOf(path);
    if (place !== undefined) {
      if (flags.verify) await verifyLocal(path, flags, io);
      return place;
    }
  }
  return (await fetchFor(name, flags, io)).place;
}

/** Fetches a chart and checks its signature if that is asked for. */
export async function fetchFor(name: string, flags: RemoteFlags, io: Io): Promise<FetchedChart> {
  const version = versionOf(flags);
  const remote = { chart: name, ...(flags.repo === undefined ? {} : { repo: flags.repo }), ...(version === undefined ? {} : { version }) };
  const { fetchChart, fetchProvenance, isRemoteChart } = await chartsFromElsewhere();
  if (!isRemoteChart(remote)) throw new CommandError(notFound(name));
  const access = await accessOf(flags, io);
  const fetched = await fetchChart(remote, access);
  if (!fetched.ok) return fail(fetched.error);
  const { reference, digest, version: found } = fetched.value;
  if (reference !== undefined) io.err(`Pulled: ${reference}\nDigest: ${digest}\n${underscoreNote(reference)}`);
  if (flags.verify) {
    const provenance = await fetchProvenance({ ...remote, ...(found === '' ? {} : { version: found }) }, access);
    if (!provenance.ok) return fail(provenance.error);
    if (provenance.value === undefined) throw new CommandError(`failed to fetch provenance of ${JSON.stringify(name)}: it has none`);
    await report({ archive: fetched.value.archive, file: fetched.value.file, provenance: provenance.value }, flags, io);
  }
  return fetched.value;
}

/** What Helm says of tags that stand for versions with a plus. */
export const underscoreNote = (reference: string): string =>
  reference.slice(reference.lastIndexOf(':')).includes('_') ? `${reference} contains an underscore.\n` : '';

function notFound(name: string): string {
  if (isAbsolute(name) || name.startsWith('.')) return `path ${JSON.stringify(name)} not found`;
  if (!name.includes('/')) return `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${name}`;
  return `repo ${name.split('/')[0]} not found; repositories have no names here, use --repo URL`;
}

async function verifyLocal(path: string, flags: RemoteFlags, io: Io): Promise<void> {
  const archive = await readOr(path, `cannot verify ${path}: only archives are signed`);
  const provenance = await readOr(`${path}.prov`, `could not load provenance file ${path}.prov`);
  await report({ archive, file: basename(path), provenance: provenance.toString('utf8') }, flags, io);
}

/** Prints whose signature it is. @throws CommandError when it does not hold */
export async function report(
  signed: { readonly archive: Uint8Array; readonly file: string; readonly provenance: string },
  { keyring }: Pick<RemoteFlags, 'keyring'>,
  io: Io,
): Promise<void> {
  const { verifySignature } = await chartsFromElsewhere();
  const verified = await verifySignature(signed, await readKeyring(keyring, io));
  if (!verified.ok) return fail(verified.error);
  for (const user of verified.value.users) io.out(`Signed by: ${user}\n`);
  io.out(`Using Key With Fingerprint: ${verified.value.fingerprint}\nChart Hash Verified: ${verified.value.digest}\n`);
}

/** Public keys: the file that is named, else GnuPG's. @throws CommandError when it cannot be read */
export function readKeyring(named: string | undefined, io: Io): Promise<Buffer> {
  const file = named ?? resolve(io.env['GNUPGHOME'] ?? `${io.env['HOME'] ?? ''}/.gnupg`, 'pubring.gpg');
  return readOr(resolve(io.cwd, file), `failed to load keyring: open ${file}`);
}
