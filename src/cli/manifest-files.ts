/** Objects from files that a person names on the command line. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { KubeObject } from '../core/object/index.ts';
import { formatProblem } from '../core/problem/index.ts';
import { decodeManifests } from '../core/yaml/index.ts';
import { CommandError } from './errors.ts';
import type { Io } from './io.ts';

/** A file, a folder of files, or `-` for standard input. @throws CommandError */
export async function readManifests(name: string, io: Io): Promise<readonly KubeObject[]> {
  if (name === '-') return decode(new TextDecoder().decode(await io.stdin()), 'standard input');
  const path = resolve(io.cwd, name);
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw new CommandError(`there is no file ${name}`);
  if (!info.isDirectory()) return decode(await readFile(path, 'utf8'), name);
  const files = (await readdir(path)).filter((file) => /\.(ya?ml|json)$/.test(file)).sort();
  return (await Promise.all(files.map(async (file) => decode(await readFile(join(path, file), 'utf8'), join(name, file))))).flat();
}

function decode(text: string, file: string): readonly KubeObject[] {
  const { value, problems } = decodeManifests(text, { file });
  if (problems.length > 0) throw new CommandError(problems.map(formatProblem).join('\n'));
  return value.map(({ object }) => object as KubeObject);
}
