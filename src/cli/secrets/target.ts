/** Which file a command is about, in which format, and where its result goes. */
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { attempt, type SecretsError } from '../../core/secrets/index.ts';
import { readConfig, type SopsConfig } from '../../core/secrets/sops/config/index.ts';
import { formatOf, type Layout, type SopsFormat } from '../../core/secrets/sops/index.ts';
import { decodeUtf8, isUtf8, type Result } from '../../std/index.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import type { OUTPUT_FLAGS, TYPE_FLAGS } from './flags.ts';
import { readUserFile } from './keyring.ts';

export interface Target {
  /** As the user named it; `standard input` without a name. */
  readonly name: string;
  /** Undefined for standard input. */
  readonly path: string | undefined;
  /** The name that formats and rules go by. */
  readonly shown: string;
  readonly bytes: Uint8Array;
  readonly input: SopsFormat;
  readonly output: SopsFormat;
}

const isStandardInput = (name: string | undefined): boolean => name === undefined || name === '-' || name === '/dev/stdin';

/** Reads the file, or standard input without one. */
export async function targetOf(name: string | undefined, flags: FlagValues<typeof TYPE_FLAGS>, io: Io): Promise<Target> {
  const path = name === undefined || isStandardInput(name) ? undefined : resolve(io.cwd, name);
  const shown = flags['filename-override'] ?? path ?? '';
  const input = (flags['input-type'] as SopsFormat | undefined) ?? formatOf(shown);
  const bytes = path === undefined ? await io.stdin() : await readUserFile(io, name ?? '');
  return {
    name: name === undefined || path === undefined ? 'standard input' : name,
    path,
    shown: shown === '' ? '' : resolve(io.cwd, shown),
    bytes,
    input,
    output: (flags['output-type'] as SopsFormat | undefined) ?? input,
  };
}

/** The value of a result, or its error with the name of the file. */
export function valueFor<T>(result: Result<T, Pick<SecretsError, 'message'>>, name: string): T {
  if (result.ok) return result.value;
  throw new CommandError(`${name}: ${result.error.message}`);
}

/** Prints, or writes into a file. */
export async function deliver(
  bytes: Uint8Array,
  flags: Partial<FlagValues<typeof OUTPUT_FLAGS>>,
  to: { readonly target: Target; readonly io: Io },
): Promise<void> {
  const { target, io } = to;
  if (flags['in-place'] === true && flags.output !== undefined) throw new UsageError('--in-place and --output exclude each other');
  if (flags['in-place'] === true) {
    if (target.path === undefined) throw new UsageError('--in-place needs a file');
    await writeFile(target.path, bytes);
  } else if (flags.output !== undefined) await writeFile(resolve(io.cwd, flags.output), bytes, { mode: 0o600 });
  else print(bytes, io);
}

/** @throws CommandError for what is no text where only text can be printed */
export function print(bytes: Uint8Array, io: Io): void {
  if (isUtf8(bytes)) io.out(decodeUtf8(bytes));
  else if (io.outBytes === undefined) throw new CommandError('the result is no text; give --output FILE');
  else io.outBytes(bytes);
}

export interface FoundConfig {
  readonly config: SopsConfig;
  readonly folder: string;
}

/** The configuration: the one named, that of SOPS_CONFIG, or the nearest `.sops.yaml` upwards from where the command runs. */
export async function configFor(named: string | undefined, io: Io): Promise<FoundConfig | undefined> {
  const asked = named ?? io.env['SOPS_CONFIG'];
  const path = asked === undefined || asked === '' ? nearest(io.cwd) : resolve(io.cwd, asked);
  if (path === undefined) return undefined;
  const text = decodeUtf8(await readUserFile(io, path));
  return {
    config: valueFor(
      attempt(() => readConfig(text)),
      basename(path),
    ),
    folder: dirname(path),
  };
}

function nearest(folder: string): string | undefined {
  const path = join(folder, '.sops.yaml');
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : nearest(dirname(folder));
}

/** A path as the rules see it: from the folder of the configuration if it is inside. */
export function pathForRules(shown: string, folder: string): string {
  const path = relative(folder, shown);
  return path.startsWith('..') ? shown : path;
}

export const layoutFor = (indent: number | undefined, found: FoundConfig | undefined): Layout =>
  indent === undefined ? (found?.config.layout ?? {}) : { yamlIndent: indent, jsonIndent: indent };
