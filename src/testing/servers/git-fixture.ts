/** Real git repositories in a temporary folder, with fixed names and dates, for tests of whatever reads Git. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface GitFixture {
  /** The work tree; also what a mirror can fetch from. */
  readonly path: string;
  /** Runs git in the work tree and returns what it printed, trimmed. */
  git(...args: string[]): string;
  /** Writes files (null deletes, `-> x` makes a symbolic link) and commits them. Returns the commit id. */
  commit(files: Readonly<Record<string, string | Uint8Array | null>>, message?: string): string;
  remove(): void;
}

const environment = {
  PATH: process.env['PATH'],
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

/** An empty repository on branch `main`. */
export function gitFixture(options: { readonly init?: readonly string[] } = {}): GitFixture {
  const base = mkdtempSync(join(tmpdir(), 'lockstep-repository-'));
  const path = join(base, 'repository');
  mkdirSync(path);
  let minute = 0;
  const git = (...args: string[]): string => {
    const date = new Date(Date.UTC(2026, 0, 1, 0, minute++)).toISOString();
    const env = { ...environment, HOME: base, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execFileSync('git', args, { cwd: path, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  };
  git('init', '--quiet', '--initial-branch=main', ...(options.init ?? []));
  return {
    path,
    git,
    commit: (files, message = 'change') => {
      for (const [name, content] of Object.entries(files)) write(join(path, name), content);
      git('add', '--all', '--force');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function write(file: string, content: string | Uint8Array | null): void {
  rmSync(file, { recursive: true, force: true });
  if (content === null) return;
  mkdirSync(dirname(file), { recursive: true });
  if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), file);
  else writeFileSync(file, content);
}
