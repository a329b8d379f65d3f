/** Whether a folder on this machine belongs to a clone. */
import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

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
