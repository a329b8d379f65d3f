/** From the command line to values: reads the files the flags name and merges in Helm's order. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decodeUtf8 } from '../../std/index.ts';
import { mergeOptions, valueFilesOf } from '../../core/chart/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import type { VALUES_FLAGS } from './flags.ts';

export type Values = Extract<ReturnType<typeof mergeOptions>, { ok: true }>['value'];

/** @throws CommandError in Helm's words for what cannot be read or parsed */
export async function readValues(flags: FlagValues<typeof VALUES_FLAGS>, io: Io): Promise<Values> {
  const read = async (name: string): Promise<string> =>
    name.trim() === '-' ? decodeUtf8(await io.stdin()) : isUrl(name) ? fetched(name) : readText(resolve(io.cwd, name), name);
  const names = flags.values.flatMap((value) => value.split(','));
  const files = await Promise.all(names.map(async (name) => ({ name, text: await read(name) })));
  const options = {
    files,
    set: flags.set,
    setString: flags['set-string'],
    setJson: flags['set-json'],
    setFile: flags['set-file'],
    setLiteral: flags['set-literal'],
  };
  const contents = new Map<string, string | undefined>();
  for (const name of valueFilesOf(options)) contents.set(name, await readForSet(name, read));
  const merged = mergeOptions({ ...options, readFile: (name) => contents.get(name) });
  if (!merged.ok) throw new CommandError(merged.error);
  return merged.value;
}

const isUrl = (name: string): boolean => /^https?:\/\//.test(name);

/** The client is loaded only when something is fetched: most values are files. */
const fetched = async (url: string): Promise<string> => (await import('../web-text.ts')).webText(url);

/** Undefined for a file that is not there: that is told when its turn comes, after what is wrong with the keys before it. */
async function readForSet(name: string, read: (name: string) => Promise<string>): Promise<string | undefined> {
  try {
    return await read(name);
  } catch (error) {
    if (error instanceof CommandError && error.message === missing(name)) return undefined;
    if (error instanceof CommandError) throw new CommandError(`failed parsing --set-file data: ${error.message}`);
    throw error;
  }
}

const missing = (name: string): string => `open ${name}: no such file or directory`;

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw new CommandError(code === 'ENOENT' ? missing(name) : `open ${name}: ${String(error)}`);
  }
}
