/** Keys for a command: the files that `--key` names, and where sops looks for age identities. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createKeys } from '../../adapters/decrypt/index.ts';
import type { KeyFile, Keyring } from '../../ports/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../std/index.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { keyFilesIn } from './key-files.ts';

/** A file of the user. @throws CommandError when it cannot be read */
export async function readUserFile(io: Io, name: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(io.cwd, name));
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw new CommandError(code === 'ENOENT' ? `${name}: no such file` : `${name} cannot be read: ${code ?? String(error)}`);
  }
}

async function readIfThere(name: string, path: string | undefined): Promise<readonly KeyFile[]> {
  if (path === undefined) return [];
  try {
    return [{ name, bytes: await readFile(path) }];
  } catch {
    return [];
  }
}

/** The Vault that VAULT_ADDR names, with VAULT_TOKEN or ~/.vault-token: a token goes to no other, whatever a file says. */
async function vaultKeys({
  VAULT_ADDR: address,
  VAULT_TOKEN: given,
  VAULT_NAMESPACE: namespace = '',
  HOME: home,
}: Io['env']): Promise<readonly KeyFile[]> {
  if (address === undefined || address === '') return [];
  const stored = home === undefined ? [] : await readIfThere('.vault-token', join(home, '.vault-token'));
  const token = given ?? (stored[0] === undefined ? undefined : decodeUtf8(stored[0].bytes).trim());
  return token === undefined ? [] : [{ name: 'VAULT_ADDR', kind: 'vault', bytes: encodeUtf8(`${address}\n${token}\n${namespace}`) }];
}

const run = promisify(execFile);

/** What SOPS_AGE_KEY_CMD prints; started without a shell. @throws CommandError when it fails */
async function printedKeys({ env, cwd }: Io): Promise<readonly KeyFile[]> {
  const words = [...(env['SOPS_AGE_KEY_CMD'] ?? '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const [program, ...args] = words;
  if (program === undefined) return [];
  try {
    const { stdout } = await run(program, args, { cwd, env: env as NodeJS.ProcessEnv, maxBuffer: 1 << 20 });
    return [{ name: 'SOPS_AGE_KEY_CMD', bytes: encodeUtf8(stdout) }];
  } catch (error) {
    const { code } = error as { readonly code?: string | number };
    throw new CommandError(`the command of SOPS_AGE_KEY_CMD (${program}) failed: ${String(code)}`);
  }
}

/** Order: SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD, the file in the user's configuration folder. Source: sops age/keysource.go. */
async function environmentKeys(io: Io): Promise<readonly KeyFile[]> {
  const { env, cwd } = io;
  const { SOPS_AGE_KEY: inline, SOPS_AGE_KEY_FILE: file, XDG_CONFIG_HOME: config, HOME: home } = env;
  const folder = config ?? (home === undefined ? undefined : join(home, '.config'));
  return [
    ...(inline === undefined ? [] : [{ name: 'SOPS_AGE_KEY', bytes: encodeUtf8(inline) }]),
    ...(await readIfThere('SOPS_AGE_KEY_FILE', file === undefined ? undefined : resolve(cwd, file))),
    ...(await printedKeys(io)),
    ...(await vaultKeys(env)),
    ...(await readIfThere('keys.txt', folder === undefined ? undefined : join(folder, 'sops/age/keys.txt'))),
  ];
}

/** A file of the environment may be empty, or hold only comments. */
const holdsSomething = ({ bytes }: KeyFile): boolean => /^\s*[^#\s]/m.test(Buffer.from(bytes).toString('latin1'));

/** Keys of files, or of Secrets saved in files. @throws CommandError naming the file that holds no key */
export async function keyringFor(names: readonly string[], io: Io): Promise<Keyring> {
  const given = await Promise.all(names.map(async (name) => keyFilesIn(name, await readUserFile(io, name))));
  const ring = await createKeys().read([...given.flat(), ...(await environmentKeys(io)).filter(holdsSomething)]);
  if (!ring.ok) throw new CommandError(ring.error.message);
  return ring.value;
}
