/** Calls the git program with nothing of the person's own configuration in its way. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** System and global configuration off, no prompts, no helpers. */
export function gitEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ATTR_NOSYSTEM: '1',
  };
}

export interface GitCall {
  readonly repository: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Standard output without its last newline. Rejects with git's own words when it fails. */
export async function git(args: readonly string[], { repository, env }: GitCall): Promise<string> {
  const { stdout } = await execute('git', ['-c', 'core.hooksPath=/dev/null', '-c', 'safe.directory=*', ...args], {
    cwd: repository,
    env: { ...gitEnvironment(repository), GIT_DIR: repository, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.replace(/\n$/, '');
}
