/** Clones on this machine: whether a folder belongs to one, which files it tracks, a commit of some of them. */
import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { err, ok, type Result } from '../std/index.ts';

const execute = promisify(execFile);

/** The top folder of the clone that `folder` is tracked in; undefined when it is in none, or its clone does not have a single commit of it. */
export async function findWorkTree(folder: string): Promise<string | undefined> {
  try {
    const { stdout: top } = await execute('git', ['-C', folder, 'rev-parse', '--show-toplevel']);
    const { stdout: tracked } = await execute('git', ['-C', folder, 'ls-tree', '--name-only', 'HEAD', '.']);
    return tracked.trim() === '' ? undefined : await realpath(top.trim());
  } catch {
    return undefined;
  }
}

const largest = 64 << 20;

/** Files below `folder` that Git knows, relative to it; undefined outside of a clone. */
export async function trackedFiles(folder: string): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await execute('git', ['-C', folder, 'ls-files', '-z', '--', '.'], { maxBuffer: largest });
    return stdout.split('\0').filter((file) => file !== '');
  } catch {
    return undefined;
  }
}

/** Those of the files, relative to `folder`, that differ from the last commit. */
export async function unsavedFiles(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await execute('git', ['-C', folder, 'diff', '--name-only', '--relative', '-z', 'HEAD', '--', ...files.map(literal)], {
    maxBuffer: largest,
  });
  return stdout.split('\0').filter((file) => file !== '');
}

/** Commits these files as they are, and nothing else. The id of the commit, or what Git says. */
export async function commitFiles(
  folder: string,
  files: readonly string[],
  { message, env }: { readonly message: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Result<string, string>> {
  try {
    await execute('git', ['-C', folder, 'commit', '-q', '-m', message, '--only', '--', ...files.map(literal)], { env });
    const { stdout } = await execute('git', ['-C', folder, 'rev-parse', 'HEAD']);
    return ok(stdout.trim());
  } catch (error) {
    const { stderr = '', message: said } = error as { readonly stderr?: string; readonly message: string };
    return err(stderr.trim() === '' ? said : stderr.trim());
  }
}

/** A path in which no character stands for others. */
const literal = (path: string): string => `:(literal)${path}`;
