/** A clone on this machine, or a folder in one: commits are made with its owner's own name, hooks and credentials. */
import { execFile } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FileChange } from '../../core/amend/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { commitFiles, trackedFiles, unsavedFiles } from '../work-tree.ts';
import { type Committed, type CommitWish, isConfiguration, largestFile, type Repository } from './repository.ts';

const execute = promisify(execFile);
type Environment = Readonly<Record<string, string | undefined>>;

/** The error is a sentence for a person. */
export async function openClone(folder: string, env: Environment): Promise<Result<Repository, string>> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true)
    return err(`${folder} is neither a folder nor the URL of a repository`);
  const top = await realpath(folder);
  const tracked = await trackedFiles(top);
  if (tracked === undefined) return err(`${folder} is in no clone of a Git repository`);
  const paths = new Set(tracked.filter(isConfiguration).toSorted());
  return ok({
    name: folder,
    files: { paths: [...paths], read: (path) => (paths.has(path) ? readText(join(top, path)) : undefined) },
    commit: (changes, wish) => commit(top, changes, { ...wish, env }),
  });
}

/** Symbolic links are not followed: they may lead anywhere. */
function readText(path: string): string | undefined {
  try {
    const found = lstatSync(path);
    return found.isFile() && found.size <= largestFile ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

async function commit(
  folder: string,
  changes: readonly FileChange[],
  { message, branch, push, env }: CommitWish & { readonly env: Environment },
): Promise<Result<Committed, string>> {
  const files = changes.map(({ path }) => path);
  const unsaved = await unsavedFiles(folder, files);
  if (unsaved.length > 0) return err(`${unsaved.join(', ')}: changed and not committed yet; commit or stash that first`);
  if (branch !== undefined) {
    const switched = await git(folder, ['switch', '-q', '-c', branch], env);
    if (!switched.ok) return switched;
  }
  for (const { path, after } of changes) await writeFile(join(folder, path), after);
  const made = await commitFiles(folder, files, { message, env });
  if (!made.ok) return err(`the files are written, and not committed: ${made.error}`);
  const current = await git(folder, ['rev-parse', '--abbrev-ref', 'HEAD'], env);
  const on = current.ok ? current.value : 'HEAD';
  if (push) {
    const pushed = await git(folder, ['push', '-q', ...(branch === undefined ? [] : ['-u', 'origin', branch])], env);
    if (!pushed.ok) return err(`the commit ${made.value} is made, and not pushed: ${pushed.error}`);
  }
  return ok({ commit: made.value, branch: on, pushed: push });
}

async function git(folder: string, args: readonly string[], env: Environment): Promise<Result<string, string>> {
  try {
    const { stdout } = await execute('git', ['-C', folder, ...args], { env });
    return ok(stdout.trim());
  } catch (error) {
    const { stderr = '', message } = error as { readonly stderr?: string; readonly message: string };
    return err((stderr.trim() || message).replace(/:\/\/[^/@\s]*@/g, '://'));
  }
}
