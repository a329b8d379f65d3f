/** Documents of a manifest file, changed one by one: those that are left alone keep their bytes. */
import { randomBytes } from 'node:crypto';
import { rename, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isObject, type JsonObject } from '../../core/object/index.ts';
import { decodeManifests, encode, sigsYaml } from '../../core/yaml/index.ts';
import { decodeUtf8 } from '../../std/index.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { readUserFile } from './keyring.ts';

/** What a document becomes; undefined leaves it as it is. */
export type Change = (object: JsonObject) => Promise<JsonObject | undefined>;

export interface Rewritten {
  readonly text: string;
  readonly changed: number;
}

/** `name` is for messages. @throws CommandError for what is no YAML */
export async function rewriteDocuments(text: string, name: string, change: Change): Promise<Rewritten> {
  if (text.trimStart().startsWith('{')) return rewriteJson(text, name, change);
  let changed = 0;
  const parts: string[] = [];
  // A line that begins with three dashes parts documents wherever it stands, in block texts too.
  for (const part of text.split(/^(?=---(?:[ \t\r]|$))/m)) {
    const [, marker = '', body = part] = /^(---[^\n]*(?:\n|$))([\s\S]*)$/.exec(part) ?? [];
    const object = onlyObject(body, name);
    const made = object === undefined ? undefined : await change(object);
    if (made !== undefined) changed += 1;
    parts.push(made === undefined ? part : `${marker.startsWith('---') ? '---\n' : ''}${encode(made, { variant: sigsYaml })}`);
  }
  return { text: parts.join(''), changed };
}

async function rewriteJson(text: string, name: string, change: Change): Promise<Rewritten> {
  const object = onlyObject(text, name);
  const made = object === undefined ? undefined : await change(object);
  return made === undefined ? { text, changed: 0 } : { text: `${JSON.stringify(made, undefined, 2)}\n`, changed: 1 };
}

function onlyObject(text: string, name: string): JsonObject | undefined {
  const { value, problems } = decodeManifests(text, { file: name });
  const [problem] = problems;
  if (problem !== undefined) throw new CommandError(`${name}: ${problem.message}`);
  const object = value[0]?.object;
  return isObject(object) ? object : undefined;
}

/** Changes the documents of a file of the user. The file is replaced as a whole or not at all. @returns how many were changed */
export async function rewriteFile(name: string, io: Io, change: Change): Promise<number> {
  const path = resolve(io.cwd, name);
  const text = decodeUtf8(await readUserFile(io, name));
  const rewritten = await rewriteDocuments(text, name, change);
  if (rewritten.changed === 0) return 0;
  const { mode } = await stat(path);
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(beside, rewritten.text, { mode });
  await rename(beside, path);
  return rewritten.changed;
}
