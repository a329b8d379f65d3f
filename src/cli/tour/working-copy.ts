/** A clone of the demo's repository, edited and pushed with the real git, as a person would. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A person's own configuration (signing, hooks, templates) must not change what the tour does. */
const GIT_ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

export class WorkingCopy {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Clones `url`, credentials included in it, anew. */
  static async clone(url: string, folder: string): Promise<WorkingCopy> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    await git(dirname(folder), ['clone', '--quiet', url, folder]);
    return new WorkingCopy(folder);
  }

  /** Replaces text in a file. @throws when it is not there: a tour that edits nothing proves nothing. */
  async replace(path: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(this.#folder, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} does not contain "${from}"`);
    await writeFile(join(this.#folder, path), text.replace(from, to));
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.#folder, path)), { recursive: true });
    await writeFile(join(this.#folder, path), text);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.#folder, path));
  }

  /** Commits everything and pushes; the commit's id. */
  async push(message: string): Promise<string> {
    await git(this.#folder, ['add', '--all']);
    await git(this.#folder, ['commit', '--quiet', '--message', message]);
    return this.#publish();
  }

  /** `git revert` of the last commit, pushed; the new commit's id. */
  async revertLast(): Promise<string> {
    await git(this.#folder, ['revert', '--no-edit', 'HEAD']);
    return this.#publish();
  }

  async #publish(): Promise<string> {
    await git(this.#folder, ['push', '--quiet', 'origin', 'HEAD']);
    return (await git(this.#folder, ['rev-parse', 'HEAD'])).trim();
  }
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...GIT_ENVIRONMENT },
  });
  return stdout;
}
