/** The host serves clones to everybody, pushes to who has the credential, and nothing else to anybody. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitHost, type GitHost, type Push } from '../../src/githost/index.ts';

const execute = promisify(execFile);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => silent };
const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };

let folder: string;
let host: GitHost;
let url: string;
const pushes: Push[] = [];

const git = (...args: string[]) =>
  execute('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { env: { ...env, HOME: folder } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-githost-'));
  await mkdir(join(folder, 'seed/apps'), { recursive: true });
  await writeFile(join(folder, 'seed/apps/a.yaml'), 'kind: A\n');
  host = createGitHost({ root: join(folder, 'repositories'), credential: { user: 'git', password: 's3cret' }, log: silent });
  host.onPush((push) => pushes.push(push));
  await host.createRepository('shop', join(folder, 'seed'), { message: 'first' });
  url = await host.listen(0);
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

test('a clone has what the folder had; a push with the credential is announced', async () => {
  const clone = join(folder, 'clone');
  await git('clone', '--quiet', url.replace('//', '//git:s3cret@') + '/shop.git', clone);
  await writeFile(join(clone, 'apps/b.yaml'), 'kind: B\n');
  await git('-C', clone, 'add', '.');
  await git('-C', clone, 'commit', '--quiet', '-m', 'second');
  await git('-C', clone, 'push', '--quiet', 'origin', 'HEAD');
  const head = (await git('-C', clone, 'rev-parse', 'HEAD')).stdout.trim();
  expect(pushes).toEqual([{ repository: 'shop', ref: 'refs/heads/main', before: expect.stringMatching(/^[0-9a-f]{40}$/), after: head }]);
});

test('a large push (chunked, not compressible) and several at once are each announced once', async () => {
  const before = pushes.length;
  const clones = ['one', 'two', 'three'].map((name) => join(folder, `clone-${name}`));
  const target = `${url.replace('//', '//git:s3cret@')}/shop.git`;
  for (const clone of clones) {
    await git('clone', '--quiet', target, clone);
    await git('-C', clone, 'checkout', '--quiet', '-b', clone.slice(clone.lastIndexOf('-') + 1));
    await writeFile(join(clone, 'noise'), randomBytes(3_000_000));
    await git('-C', clone, 'add', '.');
    await git('-C', clone, 'commit', '--quiet', '-m', 'noise');
  }
  await Promise.all(clones.map((clone) => git('-C', clone, 'push', '--quiet', 'origin', 'HEAD')));
  const seen = pushes.slice(before);
  expect(seen.map((push) => push.ref).toSorted()).toEqual(['refs/heads/one', 'refs/heads/three', 'refs/heads/two']);
  expect(seen.every((push) => push.before === undefined && push.after !== undefined)).toBe(true);
  await git('-C', clones[0] ?? '', 'push', '--quiet', 'origin', '--delete', 'one');
  expect(pushes.at(-1)).toMatchObject({ ref: 'refs/heads/one', before: expect.any(String) });
  expect(pushes.at(-1)).not.toHaveProperty('after');
});

test('creating it again keeps what was pushed', async () => {
  const before = (await git('ls-remote', `${url}/shop.git`)).stdout;
  await host.createRepository('shop', join(folder, 'seed'), { message: 'again' });
  expect((await git('ls-remote', `${url}/shop.git`)).stdout).toBe(before);
});

describe('refused', () => {
  const cases = [
    { name: 'push without a credential', path: '/shop.git/info/refs?service=git-receive-pack', status: 401 },
    {
      name: 'push with a wrong one',
      path: '/shop.git/info/refs?service=git-receive-pack',
      authorization: 'Basic Z2l0Ondyb25n',
      status: 401,
    },
    { name: 'the dumb protocol', path: '/shop.git/info/refs', status: 403 },
    { name: 'a file', path: '/shop.git/config', status: 404 },
    { name: 'an escape', path: '/..%2f..%2fetc/passwd', status: 404 },
    { name: 'dots', path: '/a..b/../shop.git/config', status: 404 },
    { name: 'an unknown repository', path: '/none.git/info/refs?service=git-upload-pack', status: 404 },
    { name: 'a foreign host name', path: '/shop.git/info/refs?service=git-upload-pack', host: 'evil.example', status: 403 },
    { name: 'a web page', path: '/shop.git/info/refs?service=git-upload-pack', origin: 'https://evil.example', status: 403 },
    { name: 'a wrong method', path: '/shop.git/git-upload-pack', status: 405 },
  ];
  for (const { name, path, authorization, origin, host: name_, status } of cases) {
    test(name, async () => {
      const headers = {
        ...(authorization === undefined ? {} : { authorization }),
        ...(origin === undefined ? {} : { origin }),
        ...(name_ === undefined ? {} : { host: name_ }),
      };
      expect((await request(url + path, { headers })).statusCode).toBe(status);
    });
  }
});

test('a name that is not a repository name is refused', async () => {
  await expect(host.createRepository('../evil', folder, { message: 'x' })).rejects.toThrow('not a repository name');
});
