/** The real product for browser tests: `lockstep up` on a repository made here, as a process of its own. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const program = join(import.meta.dirname, '../../dist/cli/main.js');

const FILES: Readonly<Record<string, string>> = {
  'web/deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: "nginx:1"}]}\n',
  'web/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n',
};

export interface Product {
  readonly url: string;
  readonly loginUrl: string;
  /** Commits files to the repository that is followed, and has it looked at. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<void>;
  /** Commits that files go, and has it looked at. */
  remove(paths: readonly string[], message: string): Promise<void>;
  /** The newest commit of the branch that is followed: author, subject, and the files it touched. */
  newest(): { readonly author: string; readonly subject: string; readonly files: readonly string[] };
  /** Applies an object by hand, over whoever owns its fields. */
  apply(manifest: string): void;
  /** Runs the program against the cluster, as at a shell. */
  run(...args: readonly string[]): string;
  stop(): Promise<void>;
}

/** Resolves once the dashboard's link is printed. */
export async function startProduct(): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-browser-'));
  const repository = join(folder, 'web.git');
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: repository, stdio: 'pipe', env: gitEnvironment(folder), encoding: 'utf8' });
  const write = (files: Readonly<Record<string, string>>, message = 'change'): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '-m', message);
  };
  mkdirSync(repository);
  git('init', '--quiet', '--initial-branch=main');
  // What Lockstep pushes arrives in the files here, too.
  git('config', 'receive.denyCurrentBranch', 'updateInstead');
  write(FILES);
  const child = spawn(
    process.execPath,
    [program, 'up', '--repo', repository, '--path', 'web', '--name', 'web', '--namespace', 'web', '--data', join(folder, 'data')],
    { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const loginUrl = await linkOf(child);
  const kubeconfig = join(folder, 'data', 'kubeconfig');
  const ended = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [program, ...args, '--kubeconfig', kubeconfig], { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
  const run = (...args: readonly string[]): string => ended(...args).stdout;
  return {
    url: new URL(loginUrl).origin,
    loginUrl,
    commit: async (files, message) => {
      write(files, message);
      // What cannot be delivered makes this command fail; some tests want just that.
      run('sync', 'web', '-n', 'lockstep-system');
      await Promise.resolve();
    },
    remove: async (paths, message) => {
      git('rm', '--quiet', ...paths);
      git('commit', '--quiet', '-m', message);
      run('sync', 'web', '-n', 'lockstep-system');
      await Promise.resolve();
    },
    newest: () => {
      const [author = '', subject = '', ...files] = git('log', '-1', '--format=%an%n%s', '--name-only').split('\n').filter(Boolean);
      return { author, subject, files };
    },
    apply: (manifest) => {
      writeFileSync(join(folder, 'by-hand.yaml'), manifest);
      const { status, stderr } = ended('apply', '-f', join(folder, 'by-hand.yaml'), '--force');
      if (status !== 0) throw new Error(`${stderr}\n${manifest}`);
    },
    run,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const gitEnvironment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
});

/** The one-time link in what it prints. */
function linkOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const look = (text: string): void => {
      printed += text;
      const link = /http:\/\/\S+\/login\?link=\S+/.exec(printed)?.[0];
      if (link !== undefined) resolve(link);
    };
    child.stdout?.setEncoding('utf8').on('data', look);
    child.stderr?.setEncoding('utf8').on('data', look);
    child.once('close', () => reject(new Error(`lockstep up ended:\n${printed}`)));
  });
}
