/** `lockstep secrets reseal`: every SealedSecret of a clone, sealed for the newest key, as one commit. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { commitFiles, trackedFiles, unsavedFiles } from '../../app/index.ts';
import { isSealedSecret, sealedValues } from '../../core/secrets/sealed/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { type Change, rewriteDocuments } from '../secrets/documents.ts';
import { resealing } from '../secrets/in-place.ts';
import { SEAL_FLAGS } from '../secrets/seal-flags.ts';
import { CONTROLLER_FLAGS } from '../secrets/sealed-controller.ts';

const { key, cert, namespace } = SEAL_FLAGS;

export const secretsReseal = defineCommand({
  summary: 'Seal every SealedSecret of a clone again, for the newest key, as one commit',
  usage: '[DIR]',
  details:
    'Done by the cluster, or here with --key and --cert. Values do not change, and older commits still open: old keys stay. Files that are no plain YAML ' +
    '(templates of charts) are named and left.',
  examples: ['lockstep secrets reseal --commit', 'lockstep secrets reseal --key sealing-keys.yaml --cert new.pem apps/'],
  flags: {
    key,
    ...CONTROLLER_FLAGS,
    cert,
    namespace,
    commit: { type: 'boolean', doc: 'Commit the files, and nothing else' },
    message: { type: 'string', short: 'm', value: 'TEXT', default: 'chore: seal secrets for the newest key', doc: 'Of the commit' },
  },
  args: { min: 0, max: 1 },
  run: async ({ args, flags, io }) => {
    const folder = resolve(io.cwd, args[0] ?? '.');
    const files = await trackedFiles(folder);
    if (files === undefined) throw new CommandError(`${folder} is in no clone of a Git repository`);
    const again = await rewritten(files, await resealing(flags, io), { folder, io });
    if (again.size === 0) {
      io.err('there is no SealedSecret in the files that Git knows here\n');
      return 0;
    }
    await write(again, folder);
    const names = [...again.keys()];
    if (flags.commit) {
      const commit = await commitFiles(folder, names, { message: flags.message, env: io.env });
      if (!commit.ok) throw new CommandError(`the files are written, and not committed: ${commit.error}`);
      io.out(`${commit.value}\n`);
    } else io.err('Look at them with git diff, then commit them together.\n');
    return 0;
  },
});

/** New texts by file; nothing is written before all of them are there. */
async function rewritten(
  files: readonly string[],
  reseal: Change,
  { folder, io }: { readonly folder: string; readonly io: Io },
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of files) {
    const text = /\.(?:ya?ml|json)$/.test(file) ? await readFile(join(folder, file), 'utf8').catch(() => '') : '';
    if (!text.includes('SealedSecret')) continue;
    let values = 0;
    const counted: Change = async (object) => {
      const made = await reseal(object);
      if (made !== undefined && isSealedSecret(made)) values += sealedValues(made).values.length;
      return made;
    };
    const made = await rewriteDocuments(text, file, counted).catch((error: unknown) => skipped(error, text, { file, io }));
    if (made === undefined || made.changed === 0) continue;
    found.set(file, made.text);
    io.err(`${relative(io.cwd, join(folder, file))}: ${values} value${values === 1 ? '' : 's'} sealed again\n`);
  }
  return found;
}

function skipped(error: unknown, text: string, { file, io }: { readonly file: string; readonly io: Io }): undefined {
  if (!(error instanceof CommandError) || !text.includes('{{')) throw error;
  io.err(`${file}: left as it is: it is a template\n`);
}

async function write(files: ReadonlyMap<string, string>, folder: string): Promise<void> {
  const unsaved = await unsavedFiles(folder, [...files.keys()]);
  if (unsaved.length > 0) throw new CommandError(`${unsaved.join(', ')}: changed and not committed yet`, 'commit or stash that first');
  for (const [file, text] of files) await writeFile(join(folder, file), text);
}
