/** `lockstep secrets edit`: decrypts into a private file, calls the editor, encrypts again. The one command that writes a plain file, and removes it. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openSops } from '../../adapters/decrypt/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { encryptTree, readPlain, writeEncrypted, writePlain } from '../../core/secrets/sops/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { moment, random } from '../secrets/encryption.ts';
import { KEY_FLAGS, TYPE_FLAGS } from '../secrets/flags.ts';
import { keyringFor } from '../secrets/keyring.ts';
import { configFor, deliver, layoutFor, targetOf, valueFor } from '../secrets/target.ts';

async function edited(plain: Uint8Array, name: string, io: Io): Promise<Uint8Array> {
  const folder = await mkdtemp(join(io.env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'lockstep-edit-'));
  const path = join(folder, basename(name));
  try {
    await writeFile(path, plain, { mode: 0o600 });
    await callEditor(io.env['SOPS_EDITOR'] ?? io.env['EDITOR'] ?? 'vi', path, io);
    return new Uint8Array(await readFile(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function callEditor(editor: string, path: string, io: Io): Promise<void> {
  const [program = 'vi', ...rest] = editor.split(/\s+/);
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(program, [...rest, path], { stdio: 'inherit', cwd: io.cwd });
    child.on('error', () => reject(new CommandError(`the editor ${program} cannot be started`, 'set EDITOR')));
    child.on('close', resolve);
  });
  if (code !== 0) throw new CommandError(`the editor ${program} failed; nothing was changed`);
}

export const secretsEdit = defineCommand({
  summary: 'Edit an encrypted file with $EDITOR',
  usage: 'FILE',
  flags: { ...KEY_FLAGS, ...TYPE_FLAGS, 'ignore-mac': { type: 'boolean', doc: 'Accept a file whose checksum is wrong' } },
  args: { min: 1, max: 1 },
  run: async ({ args, flags, io }) => {
    const target = await targetOf(args[0], flags, io);
    const ring = await keyringFor(flags.key, io);
    const opened = valueFor(await openSops(target.bytes, ring, { format: target.input, ignoreMac: flags['ignore-mac'] }), target.name);
    const layout = layoutFor(undefined, await configFor(undefined, io));
    const before = valueFor(
      attempt(() => writePlain(opened.branches, target.input, layout)),
      target.name,
    );
    const after = await edited(before, target.name, io);
    if (Buffer.compare(before, after) === 0) {
      io.err(`${target.name}: not changed\n`);
      return 0;
    }
    const metadata = { ...opened.file.metadata, lastModified: moment() };
    const bytes = attempt(() => {
      const branches = readPlain(after, target.input);
      return writeEncrypted(encryptTree({ branches, metadata }, opened.dataKey, random), target.input, layout);
    });
    await deliver(valueFor(bytes, target.name), { 'in-place': true }, { target, io });
    return 0;
  },
});
