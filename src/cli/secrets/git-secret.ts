/** `--git-secret`: reveals one hidden file, with the hash of its repository's mapping when there is one. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { reveal } from '../../adapters/decrypt/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { type HiddenFile, hiddenPath, mappingPath, readMapping } from '../../core/secrets/git-secret/index.ts';
import type { Keyring } from '../../ports/index.ts';
import { CommandError } from '../errors.ts';
import { type Target, valueFor } from './target.ts';

function rootOf(folder: string): string | undefined {
  if (existsSync(join(folder, mappingPath))) return folder;
  return dirname(folder) === folder ? undefined : rootOf(dirname(folder));
}

/** The mapping's entry; undefined outside of a repository. @throws CommandError for a file the mapping does not name */
async function entryOf(target: Target): Promise<HiddenFile | undefined> {
  const root = target.path === undefined ? undefined : rootOf(dirname(target.path));
  if (root === undefined || target.path === undefined) return undefined;
  const text = await readFile(join(root, mappingPath), 'utf8');
  const path = relative(root, target.path).split(sep).join('/');
  const files = valueFor(
    attempt(() => readMapping(text)),
    target.name,
  );
  const found = files.find((file) => hiddenPath(file.path) === path);
  if (found === undefined) throw new CommandError(`${target.name}: ${mappingPath} does not name it`);
  return found;
}

export async function revealTarget(target: Target, ring: Keyring): Promise<Uint8Array> {
  return valueFor(await reveal(target.bytes, ring, await entryOf(target)), target.name);
}
