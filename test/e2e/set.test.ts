/** `lockstep set` in a clone and on a repository by URL: one commit of the lines that change, nothing else, and clear words where it cannot be made. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from './in-process.ts';
import { ada, git, inFolder } from './program.ts';

const app = (name: string, path: string): string =>
  `# ${name} of the shop\napiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  source: {name: config, path: ${path}}\n`;
const FILES = {
  'apps/web.yaml': app('web', 'web'),
  'apps/api.yaml': `${app('api', 'chart')}  build:\n    helm:\n      values: {replicas: 2} # two are enough\n`,
  'web/web.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    # the shop itself\n    - name: web\n      image: "ghcr.io/acme/web:1.0" # now\n',
  'chart/Chart.yaml':
    'apiVersion: v2\nname: api\nversion: 0.1.0\ndependencies:\n  - name: postgres\n    version: 15.0.0\n    repository: https://charts.test\n',
  'chart/values.yaml': 'image: {repository: ghcr.io/acme/api, tag: "3"}\nreplicas: 1\n',
};

interface Place {
  readonly clone: string;
  /** The repository that it is a clone of. */
  readonly url: string;
  git(...args: string[]): string;
  set(...args: string[]): ReturnType<typeof cli>;
}

const inClone = (body: (place: Place) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const [bare, clone] = [join(folder, 'shop.git'), join(folder, 'shop')];
    git(folder, 'init', '-q', '--bare', '--initial-branch=main', bare);
    git(folder, 'clone', '-q', bare, clone);
    git(clone, 'switch', '-q', '-c', 'main');
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), text);
    }
    git(clone, 'add', '--all');
    git(clone, 'commit', '-q', '-m', 'files');
    git(clone, 'push', '-q', '-u', 'origin', 'main');
    await body({
      clone,
      url: `file://${bare}`,
      git: (...args) => git(clone, ...args),
      set: (...args) => cli(['set', ...args], { cwd: clone, env: ada }),
    });
  });

const changedLines = (diff: string): readonly string[] => diff.split('\n').filter((line) => /^[-+](?![-+])/.test(line));

test('an image in a clone: the difference first, then a commit of that line, pushed when asked', () =>
  inClone(async ({ git, set, clone }) => {
    const shown = await set('image', 'web', 'web:1.1', '--repo', '.', '--dry-run');
    expect([shown.code, changedLines(shown.out)]).toEqual([
      0,
      ['-      image: "ghcr.io/acme/web:1.0" # now', '+      image: "ghcr.io/acme/web:1.1" # now'],
    ]);
    expect(git('status', '--porcelain')).toBe('');
    // Other work in the clone is nobody's business here.
    writeFileSync(join(clone, 'chart/values.yaml'), `${FILES['chart/values.yaml']}more: 1\n`);
    const done = await set('image', 'web', 'web:1.1', '--repo', '.', '--push', '-m', 'web 1.1');
    expect([done.code, done.err]).toEqual([0, '']);
    expect(git('log', '-1', '--format=%an %s', 'origin/main')).toBe('Ada web 1.1');
    expect(git('diff', '--name-only', 'HEAD~', 'HEAD')).toBe('web/web.yaml');
    expect(git('status', '--porcelain')).toBe('M chart/values.yaml');
    expect((await set('image', 'web', 'web:1.1', '--repo', '.')).out).toContain('it is so already');
    const refused = await set('image', 'api', 'api:4', '--repo', '.');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('chart/values.yaml: changed and not committed yet')]);
  }));

test('a version and values, on a branch of their own', () =>
  inClone(async ({ git, set }) => {
    const version = await set('version', 'shop/api', '16.1.0', '--repo', '.', '--branch', 'postgres-16');
    expect([version.code, version.out]).toEqual([0, expect.stringContaining('postgres-16; open a change request from it')]);
    expect(changedLines(git('show'))).toEqual(['-    version: 15.0.0', '+    version: 16.1.0']);
    const values = await set('values', 'api', 'replicas=4', 'image.tag=5', '--repo', '.');
    expect(values.code).toBe(0);
    expect(changedLines(git('show'))).toEqual([
      '-      values: {replicas: 2} # two are enough',
      '+      values: {replicas: 4} # two are enough',
      '-image: {repository: ghcr.io/acme/api, tag: "3"}',
      '+image: {repository: ghcr.io/acme/api, tag: 5}',
    ]);
  }));

test('by URL it is pushed on top of the branch, or beside it, and what a hook refuses is proposed', () =>
  inClone(async ({ git, set, url }) => {
    const done = await set('image', 'web', 'web:2', '--repo', url);
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('to main\nwatch it arrive: lockstep wait ')]);
    git('pull', '-q');
    expect(git('log', '-1', '--format=%s')).toBe('Set web:2 for web');
    const bare = url.slice('file://'.length);
    const hook = join(bare, 'hooks/pre-receive');
    mkdirSync(dirname(hook), { recursive: true });
    git(`--git-dir=${bare}`, 'config', 'core.hooksPath', 'hooks');
    writeFileSync(
      hook,
      '#!/bin/sh\nwhile read old new ref; do [ "$ref" = refs/heads/main ] && echo "main is protected" >&2 && exit 1; done; exit 0\n',
      { mode: 0o755 },
    );
    const refused = await set('image', 'web', 'web:3', '--repo', url);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/protected[^]*--branch NAME/)]);
    expect((await set('image', 'web', 'web:3', '--repo', url, '--branch', 'web-3')).code).toBe(0);
    git('fetch', '-q');
    expect(changedLines(git('diff', 'origin/main', 'origin/web-3'))).toHaveLength(2);
  }));

test.each([
  ['nobody is called so', ['image', 'wbe', 'web:1'], /no file of \. holds an App wbe\n.*shop\/api, shop\/web/],
  [
    'no such image',
    ['image', 'web', 'other:1'],
    /shop\/web uses no image other\n {2}ghcr.io\/acme\/web:1.0 \(container web\) in web\/web.yaml\n/,
  ],
  ['no version', ['version', 'web', '2'], /no version is written for shop\/web\n {2}spec.source in apps\/web.yaml\n {2}web\/Chart.yaml/],
  ['no values', ['values', 'web', 'a=1'], /shop\/web has no values: it is built by plain/],
  ['no version given', ['image', 'web', 'web'], /"web" is no image with a version/],
  ['no assignment', ['values', 'web', 'a'], /"a" is not KEY=VALUE/],
] as const)('refused: %s', (_name, args, says) =>
  inClone(async ({ set, git }) => {
    const said = await set(...args, '--repo', '.');
    expect(said.err).toMatch(says);
    expect(said.code).not.toBe(0);
    expect(git('log', '--format=%s')).toBe('files');
  }),
);

test('a folder that is in no clone, and a link that leads out of it', () =>
  inFolder(async (folder) => {
    expect((await cli(['set', 'image', 'web', 'web:1', '--repo', '.'], { cwd: folder, env: ada })).err).toContain('is in no clone');
    await inClone(async ({ clone, git, set }) => {
      writeFileSync(join(folder, 'secret.yaml'), FILES['web/web.yaml']);
      execFileSync('ln', ['-sf', join(folder, 'secret.yaml'), join(clone, 'web/web.yaml')]);
      git('add', '--all');
      git('commit', '-q', '-m', 'link');
      expect((await set('image', 'web', 'web:7', '--repo', '.')).code).toBe(1);
      expect(readFileSync(join(folder, 'secret.yaml'), 'utf8')).toBe(FILES['web/web.yaml']);
    });
  }));
