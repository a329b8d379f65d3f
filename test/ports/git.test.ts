/** The Git adapter against real repositories: what is read, what is fetched when, and every kind of bad input (issue: the main job). */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createGitMirrors, type GitMirrorsOptions } from '../../src/adapters/git/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import { createGitHost, type GitHost } from '../../src/githost/index.ts';
import type { GitError, GitMirror, GitMirrors, GitRef, GitRepository, GitRevision } from '../../src/ports/index.ts';
import type { Result } from '../../src/std/index.ts';
import { gitFixture, type GitFixture } from '../../src/testing/servers/index.ts';

let root: string;
const open: GitMirrors[] = [];
const fixtures: GitFixture[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lockstep-mirrors-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((mirrors) => mirrors.close()));
  for (const fixture of fixtures.splice(0)) fixture.remove();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let next = 0;
function mirrorsAt(options: Partial<GitMirrorsOptions> = {}): { readonly mirrors: GitMirrors; readonly folder: string } {
  const folder = join(root, `m${next++}`);
  const mirrors = createGitMirrors({
    root: folder,
    clock: systemClock(),
    log: silentLog(),
    environment: process.env,
    allowLocal: true,
    ...options,
  });
  open.push(mirrors);
  return { mirrors, folder };
}

function fixture(options: { readonly init?: readonly string[] } = {}): GitFixture {
  const made = gitFixture(options);
  fixtures.push(made);
  return made;
}

async function mirrorOf(repository: GitRepository | string, options: Partial<GitMirrorsOptions> = {}): Promise<GitMirror> {
  const opened = await mirrorsAt(options).mirrors.open(typeof repository === 'string' ? { url: repository } : repository);
  return must(opened);
}

function must<T>(result: Result<T, GitError>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

const codeOf = (result: Result<unknown, GitError>): string => (result.ok ? 'ok' : result.error.code);

async function read(mirror: GitMirror, revision: GitRevision, path: string): Promise<string> {
  const [answer] = must(await mirror.readMany(revision.commit, [path]));
  if (answer?.found === 'file') return answer.text;
  return answer?.found === 'outside' ? `outside ${answer.target}` : `<${answer?.found}>`;
}

describe('reading', () => {
  test('files, folders, links, odd names; nothing outside the tree', async () => {
    const repository = fixture();
    const binary = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
    repository.commit({
      'apps/shop/web.yaml': 'kind: Web\n',
      'apps/alias': '-> shop',
      'apps/deep': '-> ../apps/alias/web.yaml',
      'apps/leave': '-> ../../etc/passwd',
      'apps/absolute': '-> /etc/passwd',
      loop: '-> loop',
      'a b\nc': 'odd',
      'bin/data': binary,
      'big.bin': Buffer.alloc(2000),
      empty: '',
      'é/ü.yaml': 'x',
    });
    const mirror = await mirrorOf(repository.path, { limits: { fileSize: 1000 } });
    const revision = must(await mirror.fetch({}));
    const rows: [string, string][] = [
      ['apps/shop/web.yaml', 'kind: Web\n'],
      ['apps/alias/web.yaml', 'kind: Web\n'],
      ['apps/deep', 'kind: Web\n'],
      ['apps/leave', 'outside ../../etc/passwd'],
      ['apps/absolute', 'outside /etc/passwd'],
      ['loop', '<nothing>'],
      ['a b\nc', 'odd'],
      ['empty', ''],
      ['é/ü.yaml', 'x'],
      ['big.bin', '<tooLarge>'],
      ['apps', '<directory>'],
      ['', '<directory>'],
      ['none', '<nothing>'],
      ['apps/shop/web.yaml/x', '<nothing>'],
      ['../x', 'outside ../x'],
      ['/etc/passwd', 'outside /etc/passwd'],
      ['--help', '<nothing>'],
    ];
    for (const [path, expected] of rows) expect([path, await read(mirror, revision, path)]).toEqual([path, expected]);
    const answers = must(await mirror.readMany(revision.commit, [...rows.map(([path]) => path), 'bin/data']));
    const data = answers.at(-1);
    expect(data?.found === 'file' && [...data.bytes]).toEqual([...binary]);
    expect(data?.found === 'file' && data.id).toBe(`sha1:${repository.git('rev-parse', 'HEAD:bin/data')}`);
    const all = must(await mirror.list(revision.commit, '', { recursive: true }));
    expect(all?.entries.filter((entry) => entry.type !== 'directory').map((entry) => entry.path)).toEqual(
      repository
        .git('ls-tree', '-r', '--name-only', '-z', 'HEAD')
        .split('\0')
        .filter((name) => name !== ''),
    );
    const folder = must(await mirror.list(revision.commit, 'apps/alias', { recursive: false }));
    expect(folder?.entries).toEqual([
      { path: 'web.yaml', type: 'file', id: `sha1:${repository.git('rev-parse', 'HEAD:apps/shop/web.yaml')}` },
    ]);
    expect(must(await mirror.list(revision.commit, 'none', { recursive: true }))).toBeNull();
    expect(codeOf(await mirror.readMany('HEAD', ['x']))).toBe('RefNotFound');
    expect(codeOf(await mirror.readMany('0'.repeat(40), ['x']))).toBe('RefNotFound');
  });

  test('3,000 files in one round, and a listing with its bounds', async () => {
    const repository = fixture();
    const files = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`d${index % 50}/f${index}.yaml`, `n: ${index}\n`]));
    repository.commit(files);
    const mirror = await mirrorOf(repository.path, { limits: { entries: 100 } });
    const revision = must(await mirror.fetch({}));
    const answers = must(await mirror.readMany(revision.tree, Object.keys(files)));
    expect(answers.map((answer) => (answer.found === 'file' ? answer.text : answer.found))).toEqual(Object.values(files));
    expect(codeOf(await mirror.list(revision.tree, '', { recursive: true }))).toBe('TooLarge');
    expect(codeOf(await mirror.list(revision.tree, 'd1', { recursive: true }))).toBe('ok');
  });
});

describe('reading much', () => {
  test('objects that are too large to be read cost a line and not their bytes', async () => {
    const repository = fixture();
    repository.commit({ a: '1' });
    // A link whose target is no path, as only a hostile repository has.
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: repository.path,
      input: 'x/'.repeat(100_000),
      encoding: 'utf8',
    }).trim();
    repository.git('update-index', '--add', '--cacheinfo', `120000,${blob},link`);
    repository.git('commit', '--quiet', '-m', 'link');
    const mirror = await mirrorOf(repository.path);
    const revision = must(await mirror.fetch({}));
    expect(codeOf(await mirror.readMany(revision.commit, ['link/y']))).toBe('TooLarge');
    expect(await read(mirror, revision, 'a')).toBe('1');
  });

  test('many readers at once each get their own answers', async () => {
    const repository = fixture();
    const files = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`f${index}`, `${index}`.repeat(index)]));
    repository.commit(files);
    const mirror = await mirrorOf(repository.path);
    const revision = must(await mirror.fetch({}));
    const texts = await Promise.all(Object.keys(files).map((path) => read(mirror, revision, path)));
    expect(texts).toEqual(Object.values(files));
  });
});

describe('refs', () => {
  test('branch, tag, range, commit, default branch; with and without the network', async () => {
    const repository = fixture();
    const first = repository.commit({ a: '1' });
    repository.git('tag', 'v1.0.0');
    const second = repository.commit({ a: '2' });
    repository.git('tag', '-a', 'v1.1.0', '-m', 'release');
    repository.git('tag', 'v2.0.0-rc.1');
    repository.git('tag', 'not-a-version');
    const third = repository.commit({ a: '3' });
    repository.git('branch', 'feature/x');
    const mirror = await mirrorOf(repository.path);
    const rows: [GitRef, string, string][] = [
      [{}, third, `main@sha1:${third}`],
      [{ branch: 'main' }, third, `main@sha1:${third}`],
      [{ branch: 'feature/x' }, third, `feature/x@sha1:${third}`],
      [{ tag: 'v1.1.0' }, second, `v1.1.0@sha1:${second}`],
      [{ tag: 'v1.0.0', branch: 'main' }, first, `v1.0.0@sha1:${first}`],
      [{ semver: '^1.0' }, second, `v1.1.0@sha1:${second}`],
      [{ semver: '>=1.0.0-0' }, second, `v2.0.0-rc.1@sha1:${second}`],
      [{ commit: first }, first, `sha1:${first}`],
      [{ commit: second.slice(0, 10), semver: '^1' }, second, `sha1:${second}`],
    ];
    for (const [ref, commit, name] of rows) {
      const fetched = must(await mirror.fetch(ref));
      expect([ref, fetched.commit, fetched.name]).toEqual([ref, commit, name]);
      expect(fetched.tree).toBe(repository.git('rev-parse', `${commit}^{tree}`));
      expect(must(await mirror.resolve(ref))).toEqual(fetched);
    }
  });

  test.each<[string, GitRef, string, string]>([
    ['an unknown branch', { branch: 'none' }, 'RefNotFound', 'no branch none'],
    ['an unknown tag', { tag: 'v9' }, 'RefNotFound', 'no tag v9'],
    ['a range nothing satisfies', { semver: '^9' }, 'RefNotFound', 'no tag satisfies'],
    ['a range that is none', { semver: 'what' }, 'RefNotFound', 'not a version range'],
    ['an unknown commit', { commit: 'a'.repeat(40) }, 'RefNotFound', 'no commit'],
    ['an unknown abbreviation', { commit: 'abcdef1' }, 'RefNotFound', 'no commit'],
    ['a commit that is an option', { commit: '--upload-pack=x' }, 'RefNotFound', 'not a commit id'],
    ['a branch that is an option', { branch: '--upload-pack=touch x' }, 'RefNotFound', 'not a name'],
    ['a branch with a refspec', { branch: 'main:refs/heads/evil' }, 'RefNotFound', 'not a name'],
    ['a branch that climbs', { branch: '../../config' }, 'RefNotFound', 'not a name'],
    ['a wildcard', { branch: '*' }, 'RefNotFound', 'not a name'],
  ])('%s is refused with a reason', async (_name, ref, code, message) => {
    const repository = fixture();
    repository.commit({ a: '1' });
    repository.git('tag', 'v1.0.0');
    const result = await (await mirrorOf(repository.path)).fetch(ref);
    expect(result).toMatchObject({ ok: false, error: { code, message: expect.stringContaining(message) } });
  });

  test('S17 a force push is followed, and what was kept stays readable', async () => {
    const repository = fixture();
    const before = repository.commit({ a: 'old' });
    const { mirrors, folder } = mirrorsAt();
    const mirror = must(await mirrors.open({ url: repository.path }));
    must(await mirror.fetch({ branch: 'main' }));
    must(await mirror.keep('team/shop', before));
    repository.git('checkout', '--quiet', '--orphan', 'fresh');
    const after = repository.commit({ a: 'new' });
    repository.git('branch', '--force', 'main', after);
    repository.git('checkout', '--quiet', 'main');
    repository.git('reflog', 'expire', '--expire=now', '--all');
    repository.git('gc', '--quiet', '--prune=now');
    const revision = must(await mirror.fetch({ branch: 'main' }));
    expect(revision.commit).toBe(after);
    expect(must(await mirror.isAncestor(before, after))).toBe(false);
    const [name = ''] = readdirSync(folder).filter((entry) => entry.endsWith('.git'));
    execFileSync('git', [`--git-dir=${join(folder, name)}`, 'gc', '--quiet', '--prune=now']);
    expect(must(await mirror.readMany(before, ['a']))[0]).toMatchObject({ found: 'file', text: 'old' });
    must(await mirror.release('team/shop'));
    expect(codeOf(await mirror.keep('x', 'f'.repeat(40)))).toBe('RefNotFound');
  });

  test('a branch that becomes a folder of branches', async () => {
    const repository = fixture();
    repository.commit({ a: '1' });
    repository.git('branch', 'release');
    const mirror = await mirrorOf(repository.path);
    must(await mirror.fetch({ branch: 'release' }));
    repository.git('branch', '-D', 'release');
    repository.git('branch', 'release/1.0');
    expect(codeOf(await mirror.fetch({ branch: 'release/1.0' }))).toBe('ok');
    expect(codeOf(await mirror.fetch({ branch: 'release' }))).toBe('RefNotFound');
  });

  test('a repository that names its objects by SHA-256', async () => {
    const repository = fixture({ init: ['--object-format=sha256'] });
    const first = repository.commit({ 'a/x': '1' });
    const mirror = await mirrorOf(repository.path);
    const revision = must(await mirror.fetch({ branch: 'main' }));
    expect(revision.name).toBe(`main@sha256:${first}`);
    expect(await read(mirror, revision, 'a/x')).toBe('1');
    const [answer] = must(await mirror.readMany(revision.commit, ['a/x']));
    expect(answer?.found === 'file' && answer.id).toBe(`git-sha256:${repository.git('rev-parse', 'HEAD:a/x')}`);
    repository.commit({ 'a/x': '2' });
    expect(await read(mirror, must(await mirror.fetch({})), 'a/x')).toBe('2');
    expect(must(await mirror.fetch({ commit: first })).commit).toBe(first);
  });

  test('history: commits, log by path, ancestry', async () => {
    const repository = fixture();
    const first = repository.commit({ 'a/x': '1' }, 'first');
    const second = repository.commit({ 'b/y': '1' }, 'second\n\nwith a body');
    const third = repository.commit({ 'a/x': '2' }, 'third');
    const mirror = await mirrorOf(repository.path);
    must(await mirror.fetch({}));
    expect(must(await mirror.commit(second))).toMatchObject({
      id: second,
      parents: [first],
      message: 'second\n\nwith a body\n',
      author: { name: 'Ada', email: 'ada@example.org' },
    });
    expect(must(await mirror.log(third, { limit: 10 })).map((commit) => commit.id)).toEqual([third, second, first]);
    expect(must(await mirror.log(third, { limit: 10, paths: ['a'] })).map((commit) => commit.id)).toEqual([third, first]);
    expect(must(await mirror.log(third, { limit: 1, paths: ['--all'] }))).toEqual([]);
    expect(must(await mirror.isAncestor(first, third))).toBe(true);
    expect(must(await mirror.isAncestor(third, first))).toBe(false);
  });
});

describe('bad remotes', () => {
  test.each([
    ['https://user:secret@example.org/r.git', 'contains credentials'],
    ['ext::sh -c touch% /tmp/x', 'spaces'],
    ['ext::sh', 'not a repository URL'],
    ['fd::17/foo', 'not a repository URL'],
    ['--upload-pack=touch', 'dash'],
    ['ftp://example.org/r', 'scheme'],
    ['https://exa mple.org/', 'spaces'],
    ['ssh://-oProxyCommand=x/y', 'host'],
    ['-oProxyCommand=x:y', 'dash'],
    ['file:///etc', 'machine of the controller'],
    ['/etc', 'machine of the controller'],
    ['../x', 'machine of the controller'],
    ['', 'empty'],
    ['nonsense', 'not a repository URL'],
  ])('the URL %j is refused', async (url, message) => {
    const result = await mirrorsAt({ allowLocal: false }).mirrors.open({ url });
    expect(result).toMatchObject({ ok: false, error: { code: 'InvalidURL', message: expect.stringContaining(message) } });
  });

  test.each(['https://example.org/r.git', 'ssh://git@example.org:2222/r.git', 'git@example.org:team/r.git', 'http://[::1]:3000/r.git'])(
    'the URL %j is accepted',
    async (url) => {
      expect(codeOf(await mirrorsAt({ allowLocal: false }).mirrors.open({ url }))).toBe('ok');
    },
  );

  test('nothing listens; no such folder; an empty repository; not a repository', async () => {
    expect(await (await mirrorOf('http://127.0.0.1:9/r.git')).fetch({ branch: 'main' })).toMatchObject({
      ok: false,
      error: { code: 'Unreachable' },
    });
    expect(codeOf(await (await mirrorOf(join(root, 'absent'))).fetch({ branch: 'main' }))).toBe('RepositoryNotFound');
    const empty = await mirrorOf(fixture().path);
    expect([codeOf(await empty.fetch({})), codeOf(await empty.fetch({ branch: 'main' }))]).toEqual(['EmptyRepository', 'EmptyRepository']);
    expect(codeOf(await empty.resolve({}))).toBe('RefNotFound');
  });

  test('a server that never answers ends in Timeout, and cancelling ends at once', async () => {
    const server: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const mirror = await mirrorOf({ url: `http://127.0.0.1:${port}/r.git`, timeout: 700 });
    expect(codeOf(await mirror.fetch({ branch: 'main' }))).toBe('Timeout');
    const patient = await mirrorOf({ url: `http://127.0.0.1:${port}/r.git`, timeout: 60_000 });
    const cancel = new AbortController();
    const fetching = patient.fetch({ branch: 'main' }, cancel.signal);
    setTimeout(() => cancel.abort(), 100);
    expect(codeOf(await fetching)).toBe('Timeout');
    server.close();
  });

  test('a repository larger than the limit', async () => {
    const repository = fixture();
    const noise = new Uint8Array(200_000);
    for (let at = 0, state = 1; at < noise.length; at++) noise[at] = state = (state * 48271) % 2147483647;
    repository.commit({ noise });
    const mirror = await mirrorOf(repository.path, { limits: { mirrorSize: 50_000 } });
    const result = await mirror.fetch({ branch: 'main' });
    expect(codeOf(result)).toBe('TooLarge');
    // One that never ends is stopped while it arrives.
    const endless = join(root, 'endless-git');
    writeFileSync(
      endless,
      `#!/bin/sh\ncase "$*" in *fetch*) for a in "$@"; do case "$a" in --git-dir=*) dir="\${a#--git-dir=}";; esac; done; head -c 100000 /dev/zero > "$dir/objects/pack/tmp_pack_x"; sleep 60;; *) exec git "$@";; esac\n`,
    );
    chmodSync(endless, 0o755);
    expect(
      codeOf(await (await mirrorOf(repository.path, { command: endless, limits: { mirrorSize: 50_000 } })).fetch({ branch: 'main' })),
    ).toBe('TooLarge');
  });

  test('a hundred pushes are joined without losing one', async () => {
    const repository = fixture();
    const mirror = await mirrorOf(repository.path);
    const commits: string[] = [];
    for (let round = 0; round < 101; round++) {
      commits.push(repository.commit({ a: `${round}` }));
      must(await mirror.fetch({ branch: 'main' }));
    }
    const texts = await Promise.all(commits.map(async (commit) => must(await mirror.readMany(commit, ['a']))[0]));
    expect(texts.map((answer) => (answer?.found === 'file' ? answer.text : ''))).toEqual(commits.map((_, round) => `${round}`));
  });

  test('a full disk is said to be one', async () => {
    const repository = fixture();
    repository.commit({ a: '1' });
    const full = join(root, 'full-git');
    writeFileSync(
      full,
      '#!/bin/sh\ncase "$*" in *fetch*) echo "fatal: write error: No space left on device" >&2; exit 128;; *) exec git "$@";; esac\n',
    );
    chmodSync(full, 0o755);
    expect(codeOf(await (await mirrorOf(repository.path, { command: full })).fetch({ branch: 'main' }))).toBe('DiskFull');
  });

  test('git is not installed', async () => {
    const opened = await mirrorsAt({ command: join(root, 'no-such-git') }).mirrors.open({ url: 'https://example.org/r' });
    expect(opened).toMatchObject({ ok: false, error: { code: 'GitFailed', hint: expect.stringContaining('install git') } });
  });

  test('git is too old', async () => {
    const old = join(root, 'old-git');
    writeFileSync(old, '#!/bin/sh\necho "git version 2.30.2"\n');
    chmodSync(old, 0o755);
    const opened = await mirrorsAt({ command: old }).mirrors.open({ url: 'https://example.org/r' });
    expect(opened).toMatchObject({ ok: false, error: { code: 'GitFailed', message: expect.stringContaining('2.30.2 is too old') } });
  });

  test('a shallow server, submodules and hooks that want to run', async () => {
    const origin = fixture();
    for (const n of ['1', '2', '3']) origin.commit({ a: n });
    const shallow = join(root, `shallow${next++}`);
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${origin.path}`, shallow]);
    const mirror = await mirrorOf(shallow);
    const revision = must(await mirror.fetch({ branch: 'main' }));
    expect(await read(mirror, revision, 'a')).toBe('3');
    origin.git('update-index', '--add', '--cacheinfo', `160000,${'b'.repeat(40)},sub`);
    origin.git('commit', '--quiet', '-m', 'submodule');
    const second = await mirrorOf(origin.path);
    const withModule = must(await second.fetch({}));
    expect(must(await second.list(withModule.commit, '', { recursive: true }))?.entries.map((entry) => entry.type)).toEqual([
      'file',
      'submodule',
    ]);
    expect(await read(second, withModule, 'sub')).toBe('<nothing>');
    expect(await read(second, withModule, 'sub/x')).toBe('<nothing>');
  });
});

describe('damage', () => {
  /** Every way a mirror can be broken under our feet. */
  const ways: [string, (mirror: string) => void][] = [
    ['packs emptied', (mirror) => eachFile(join(mirror, 'objects'), (file) => overwrite(file, ''))],
    ['packs filled with noise', (mirror) => eachFile(join(mirror, 'objects'), (file) => overwrite(file, 'noise'.repeat(100)))],
    ['objects gone', (mirror) => rmSync(join(mirror, 'objects'), { recursive: true })],
    ['configuration broken', (mirror) => overwrite(join(mirror, 'config'), '[core\n')],
    ['HEAD gone', (mirror) => rmSync(join(mirror, 'HEAD'))],
  ];
  test.each(ways)('%s: a fetch repairs it', async (_name, damage) => {
    const repository = fixture();
    repository.commit({ a: '1' });
    const { mirrors, folder } = mirrorsAt();
    must(await must(await mirrors.open({ url: repository.path })).fetch({ branch: 'main' }));
    await mirrors.close();
    damage(mirrorFolder(folder));
    repository.commit({ a: '2' });
    const mirror = must(await mirrors.open({ url: repository.path }));
    const revision = must(await mirror.fetch({ branch: 'main' }));
    expect(await read(mirror, revision, 'a')).toBe('2');
  });

  test('S17 damage while the remote is away: nothing more is lost, and what was pinned survives the repair', async () => {
    const repository = fixture();
    const old = repository.commit({ a: 'old' });
    const { mirrors, folder } = mirrorsAt();
    const mirror = must(await mirrors.open({ url: repository.path }));
    must(await mirror.fetch({ branch: 'main' }));
    must(await mirror.keep('team/shop', old));
    repository.git('checkout', '--quiet', '--orphan', 'fresh');
    repository.commit({ a: 'new', b: 'newer' });
    repository.git('branch', '--force', 'main');
    const fresh = must(await mirror.fetch({ branch: 'main' }));
    const lostBlob = repository.git('rev-parse', 'HEAD:b');
    const objects = join(mirrorFolder(folder), 'objects');
    rmSync(join(objects, lostBlob.slice(0, 2), lostBlob.slice(2)));
    repository.git('checkout', '--quiet', '--detach');
    repository.git('branch', '-D', 'main');
    repository.git('branch', 'other');
    renameSync(repository.path, `${repository.path}.away`);
    expect(codeOf(await mirror.readMany(fresh.commit, ['b']))).toBe('Corrupt');
    expect(await read(mirror, fresh, 'a')).toBe('new');
    renameSync(`${repository.path}.away`, repository.path);
    expect(await read(mirror, fresh, 'b')).toBe('newer');
    expect(must(await mirror.readMany(old, ['a']))[0]).toMatchObject({ text: 'old' });
  });

  test('a reader process that is killed is replaced without cloning anything', async () => {
    const repository = fixture();
    repository.commit({ a: '1' });
    const pids = join(root, `pids${next++}`);
    const spy = join(root, `pid-git${next++}`);
    writeFileSync(spy, `#!/bin/sh\ncase "$*" in *batch-command*) echo $$ >> ${pids};; esac\nexec git "$@"\n`);
    chmodSync(spy, 0o755);
    const { mirrors, folder } = mirrorsAt({ command: spy });
    const mirror = must(await mirrors.open({ url: repository.path }));
    const revision = must(await mirror.fetch({ branch: 'main' }));
    writeFileSync(join(mirrorFolder(folder), 'witness'), 'x');
    const reading = read(mirror, revision, 'a');
    process.kill(Number(readFileSync(pids, 'utf8').trim().split('\n').at(-1)), 'SIGKILL');
    expect([await reading, await read(mirror, revision, 'a')]).toEqual(['1', '1']);
    expect(readFileSync(join(mirrorFolder(folder), 'witness'), 'utf8')).toBe('x');
    expect(readFileSync(pids, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test('damage found while reading is repaired and the read succeeds', async () => {
    const repository = fixture();
    repository.commit({ a: '1' });
    const { mirrors, folder } = mirrorsAt();
    const mirror = must(await mirrors.open({ url: repository.path }));
    const revision = must(await mirror.fetch({ branch: 'main' }));
    const blob = repository.git('rev-parse', 'HEAD:a');
    const objects = join(mirrorFolder(folder), 'objects');
    rmSync(join(objects, blob.slice(0, 2), blob.slice(2)), { force: true });
    for (const file of readdirSync(join(objects, 'pack'))) rmSync(join(objects, 'pack', file), { force: true });
    expect(await read(mirror, revision, 'a')).toBe('1');
  });

  test('locks left by a killed process do not stop the next one', async () => {
    const repository = fixture();
    repository.commit({ a: '1' });
    const { mirrors, folder } = mirrorsAt();
    must(await must(await mirrors.open({ url: repository.path })).fetch({ branch: 'main' }));
    await mirrors.close();
    const mirror = mirrorFolder(folder);
    for (const lock of ['config.lock', 'HEAD.lock', 'packed-refs.lock', 'refs/lockstep/heads/main.lock', 'shallow.lock'])
      writeFileSync(join(mirror, lock), '');
    repository.commit({ a: '2' });
    const again = must(await mirrors.open({ url: repository.path }));
    expect(await read(again, must(await again.fetch({ branch: 'main' })), 'a')).toBe('2');
  });
});

const mirrorFolder = (folder: string): string => join(folder, readdirSync(folder).find((entry) => entry.endsWith('.git')) ?? '');

function overwrite(file: string, content: string): void {
  chmodSync(file, 0o644);
  writeFileSync(file, content);
}

function eachFile(folder: string, act: (file: string) => void): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) act(join(entry.parentPath, entry.name));
}

describe('over HTTP', () => {
  let host: GitHost;
  let url: string;
  beforeAll(async () => {
    const seed = fixture();
    seed.commit({ 'apps/a.yaml': 'kind: A\n' });
    host = createGitHost({
      root: join(root, 'host'),
      credential: { user: 'git', password: 's3cret-word' },
      privateReads: true,
      log: silentLog(),
    });
    await host.createRepository('shop', seed.path, { message: 'first' });
    url = `${await host.listen(0)}/shop.git`;
  });
  afterAll(() => host.close());

  test('the credential is proved to the server, and is nowhere to be seen', async () => {
    const seen = join(root, 'commands');
    const spy = join(root, 'spy-git');
    writeFileSync(spy, `#!/bin/sh\necho "$@" >> ${seen}\nexec git "$@"\n`);
    chmodSync(spy, 0o755);
    const { mirrors, folder } = mirrorsAt({ command: spy });
    const mirror = must(await mirrors.open({ url, auth: { username: 'git', password: 's3cret-word' } }));
    const revision = must(await mirror.fetch({ branch: 'main' }));
    expect(await read(mirror, revision, 'apps/a.yaml')).toBe('kind: A\n');
    const encoded = Buffer.from('git:s3cret-word').toString('base64');
    const places = [readFileSync(seen, 'utf8')];
    eachFile(folder, (file) => places.push(readFileSync(file, 'latin1')));
    expect(places.filter((text) => text.includes('s3cret-word') || text.includes(encoded))).toEqual([]);
    // Somebody else's right to read is not this caller's.
    const anonymous = must(await mirrors.open({ url }));
    expect(codeOf(await anonymous.fetch({ commit: revision.commit }))).toBe('AuthenticationFailed');
  });

  test.each([
    ['no credential', undefined],
    ['a wrong one', { username: 'git', password: 'wrong' }],
    ['a token with a line break', { bearerToken: 'abc\r\nX-Evil: 1' }],
  ])('%s is AuthenticationFailed', async (_name, auth) => {
    const mirror = await mirrorOf(auth === undefined ? { url } : { url, auth });
    const result = await mirror.fetch({ branch: 'main' });
    expect(codeOf(result)).toBe('AuthenticationFailed');
    expect(JSON.stringify(result)).not.toContain('wrong');
  });

  test('a credential does not follow a redirect to another server', async () => {
    const carried: unknown[] = [];
    const thief = createHttpServer((request, response) => {
      carried.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const redirecting = createHttpServer((request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${(thief.address() as { port: number }).port}${request.url}` }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const mirror = await mirrorOf({
      url: `http://127.0.0.1:${(redirecting.address() as { port: number }).port}/r.git`,
      auth: { username: 'git', password: 's3cret-word' },
    });
    expect((await mirror.fetch({ branch: 'main' })).ok).toBe(false);
    expect(carried).toEqual([]);
    for (const server of [thief, redirecting]) {
      server.closeAllConnections();
      server.close();
    }
  });

  test('a repository that the server does not have', async () => {
    const mirror = await mirrorOf({ url: url.replace('shop', 'none'), auth: { username: 'git', password: 's3cret-word' } });
    expect(codeOf(await mirror.fetch({ branch: 'main' }))).toBe('RepositoryNotFound');
  });

  test('a fetch when nothing moved reads no objects from the server', async () => {
    const mirror = await mirrorOf({ url, auth: { username: 'git', password: 's3cret-word' } });
    const [first, second] = [must(await mirror.fetch({ branch: 'main' })), must(await mirror.fetch({ branch: 'main' }))];
    expect(second).toEqual(first);
  });
});

describe('over ssh', () => {
  test('the key is in a file that only we can read and that is gone afterwards; the host must be known', async () => {
    const repository = fixture();
    repository.commit({ a: '1' });
    const bin = join(root, `bin${next++}`);
    mkdirSync(bin);
    const seen = join(root, 'ssh-seen');
    writeFileSync(
      join(bin, 'ssh'),
      `#!/bin/sh
for a in "$@"; do case "$a" in IdentityFile=*) f="\${a#IdentityFile=}"; echo "key $(stat -c %a "$f") $(cat "$f")" >> ${seen};; UserKnownHostsFile=*) echo "hosts $(cat "\${a#UserKnownHostsFile=}")" >> ${seen};; *) echo "arg $a" >> ${seen};; esac; done
for last; do :; done
exec sh -c "$last"
`,
    );
    chmodSync(join(bin, 'ssh'), 0o755);
    const before = new Set(readdirSync(tmpdir()));
    const auth = { sshPrivateKey: 'PRIVATE-KEY', knownHosts: 'git.example.org ssh-ed25519 AAAA' };
    const mirror = await mirrorOf(
      { url: `ssh://git@git.example.org:2222${repository.path}`, auth },
      { environment: { PATH: `${bin}:${process.env['PATH']}` } },
    );
    expect(await read(mirror, must(await mirror.fetch({ branch: 'main' })), 'a')).toBe('1');
    const lines = readFileSync(seen, 'utf8').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'key 600 PRIVATE-KEY',
        'hosts git.example.org ssh-ed25519 AAAA',
        'arg StrictHostKeyChecking=yes',
        'arg BatchMode=yes',
        'arg git@git.example.org',
        'arg 2222',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('arg') && line.includes('PRIVATE'))).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('lockstep-git-') && !before.has(name))).toEqual([]);
  });

  test.each([
    ['Host key verification failed.', 'HostKeyUnknown'],
    ['git@x: Permission denied (publickey).', 'AuthenticationFailed'],
    ['ssh: connect to host x port 22: Connection refused', 'Unreachable'],
    ['ssh: Could not resolve hostname x: Name or service not known', 'Unreachable'],
  ])('%s is %s', async (message, code) => {
    const bin = join(root, `bin${next++}`);
    mkdirSync(bin);
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\necho '${message}' >&2\nexit 255\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    const mirror = await mirrorOf({ url: 'git@x:team/r.git', auth: {} }, { environment: { PATH: `${bin}:${process.env['PATH']}` } });
    expect(codeOf(await mirror.fetch({ branch: 'main' }))).toBe(code);
  });
});

describe('signatures', () => {
  // A fresh machine may have git without OpenSSH; recorded signatures are checked in the unit tests either way.
  const program = 'ssh-keygen';
  const hasOpenSsh = spawnSync(program, ['-?']).error === undefined;
  if (!hasOpenSsh) console.warn('NOT RUN: signatures made by ssh-keygen, which is not installed here');
  const keygen = (folder: string, ...args: string[]): string => {
    const file = join(folder, `key${next++}`);
    execFileSync(program, ['-q', '-N', '', '-C', '', '-f', file, ...args]);
    return file;
  };

  test.skipIf(!hasOpenSsh).each([
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['ecdsa 256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa 384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa 521', ['-t', 'ecdsa', '-b', '521']],
  ])('ssh %s: commits and tags', async (_name, args) => {
    const repository = fixture();
    const [key, other] = [keygen(root, ...args), keygen(root, '-t', 'ed25519')];
    for (const [name, value] of [
      ['gpg.format', 'ssh'],
      ['user.signingkey', key],
      ['commit.gpgsign', 'true'],
    ] as const)
      repository.git('config', name, value);
    const signed = repository.commit({ a: '1' }, 'signed\n\nwith -----BEGIN PGP SIGNATURE----- in its body');
    repository.git('tag', '-s', 'v1', '-m', 'signed tag');
    repository.git('tag', '-a', 'v2', '-m', 'plain tag');
    repository.git('config', 'commit.gpgsign', 'false');
    const plain = repository.commit({ a: '2' });
    const mirror = await mirrorOf(repository.path);
    for (const ref of [{}, { tag: 'v1' }, { tag: 'v2' }]) must(await mirror.fetch(ref));
    const line = readFileSync(`${key}.pub`, 'utf8').trim();
    const allowed = [`ada@example.org namespaces="git" ${line}`];
    expect(await mirror.verify({ commit: signed }, { ssh: allowed, pgp: [] })).toEqual({
      ok: true,
      value: { signer: 'ada@example.org', kind: 'ssh' },
    });
    expect(must(await mirror.verify({ tag: 'v1' }, { ssh: [line], pgp: [] })).signer).toMatch(/^SHA256:/);
    const refused: [Parameters<GitMirror['verify']>[0], string[], string][] = [
      [{ commit: signed }, [readFileSync(`${other}.pub`, 'utf8')], 'not among the allowed'],
      [{ commit: signed }, [], 'not among the allowed'],
      [{ commit: signed }, [`ada namespaces="file" ${line}`], 'not among the allowed'],
      [{ commit: signed }, [`ada cert-authority ${line}`], 'not among the allowed'],
      [{ commit: signed }, [`ada valid-before="20200101" ${line}`], 'not valid now'],
      [{ commit: plain }, allowed, 'not signed'],
      [{ tag: 'v2' }, allowed, 'not signed'],
    ];
    for (const [target, ssh, message] of refused) {
      expect(await mirror.verify(target, { ssh, pgp: [] })).toMatchObject({
        ok: false,
        error: { code: 'VerificationFailed', message: expect.stringContaining(message) },
      });
    }
  });

  test.skipIf(!hasOpenSsh)('a signature moved to other content does not hold', async () => {
    const repository = fixture();
    const key = keygen(root, '-t', 'ed25519');
    for (const [name, value] of [
      ['gpg.format', 'ssh'],
      ['user.signingkey', key],
      ['commit.gpgsign', 'true'],
    ] as const)
      repository.git('config', name, value);
    repository.commit({ a: '1' }, 'honest');
    const forged = execFileSync('sh', ['-c', "git cat-file commit HEAD | sed 's/honest/forged/' | git hash-object -t commit -w --stdin"], {
      cwd: repository.path,
      encoding: 'utf8',
    }).trim();
    repository.git('update-ref', 'refs/heads/main', forged);
    const mirror = await mirrorOf(repository.path);
    must(await mirror.fetch({ branch: 'main' }));
    const result = await mirror.verify({ commit: forged }, { ssh: [readFileSync(`${key}.pub`, 'utf8')], pgp: [] });
    expect(result).toMatchObject({ ok: false, error: { code: 'VerificationFailed', message: expect.stringContaining('does not belong') } });
  });

  test('pgp: a commit signed with a key of the library', async () => {
    const { createMessage, generateKey, readPrivateKey, sign } = await import('openpgp');
    const make = () =>
      generateKey({ userIDs: [{ name: 'Ada', email: 'ada@example.org' }], date: new Date(Date.now() - 3_600_000), format: 'armored' });
    const [mine, others] = [await make(), await make()];
    const repository = fixture();
    repository.commit({ a: '1' }, 'signed');
    const content = execFileSync('git', ['cat-file', 'commit', 'HEAD'], { cwd: repository.path });
    const armored = await sign({
      message: await createMessage({ binary: new Uint8Array(content) }),
      signingKeys: await readPrivateKey({ armoredKey: mine.privateKey }),
      detached: true,
    });
    const header = `gpgsig ${armored.replaceAll('\r', '').trimEnd().replaceAll('\n', '\n ')}\n`;
    const text = content.toString('utf8').replace('\n\n', `\n${header}\n`);
    const signed = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
      cwd: repository.path,
      input: text,
      encoding: 'utf8',
    }).trim();
    repository.git('update-ref', 'refs/heads/main', signed);
    const mirror = await mirrorOf(repository.path);
    must(await mirror.fetch({ branch: 'main' }));
    expect(must(await mirror.verify({ commit: signed }, { ssh: [], pgp: [others.publicKey, mine.publicKey] })).signer).toMatch(
      /^Ada <ada@example.org> \([0-9A-F]{40}\)$/,
    );
    expect(await mirror.verify({ commit: signed }, { ssh: [], pgp: [others.publicKey] })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('not among the allowed') },
    });
    expect(await mirror.verify({ commit: signed }, { ssh: [], pgp: ['garbage'] })).toMatchObject({
      ok: false,
      error: { code: 'VerificationFailed' },
    });
  });
});

describe('writing', () => {
  const author = { name: 'Lockstep', email: 'lockstep@example.org', at: Date.UTC(2026, 0, 2) };
  const change = { branch: 'main', message: 'write', author };
  const file = (path: string, content: string | null) => new Map([[path, content]]);
  const bare = (): { readonly clone: GitFixture; readonly url: string } => {
    const clone = fixture();
    const url = join(clone.path, '../bare.git');
    clone.git('init', '--quiet', '--bare', '--initial-branch=main', url);
    clone.git('remote', 'add', 'origin', url);
    return { clone, url };
  };

  test('an empty repository gets its first commit', async () => {
    const { clone, url } = bare();
    const mirror = await mirrorOf(url);
    const written = must(await mirror.write({ ...change, files: file('a/b.yaml', 'b') }));
    clone.git('fetch', '--quiet', 'origin');
    expect(clone.git('log', '--format=%H %an %s', 'origin/main')).toBe(`${written.commit} Lockstep write`);
    expect(clone.git('show', 'origin/main:a/b.yaml')).toBe('b');
  });

  test('whoever pushed first keeps what they pushed', async () => {
    const { clone, url } = bare();
    clone.commit({ 'a.yaml': '1' });
    clone.git('push', '--quiet', 'origin', 'main');
    const [one, two, three] = await Promise.all([mirrorOf(url), mirrorOf(url), mirrorOf(url)]);
    const written = await Promise.all([
      one.write({ ...change, files: file('one', '1') }),
      two.write({ ...change, files: file('two', '2') }),
      three.write({ ...change, files: file('three', '3') }),
    ]);
    expect(written.map(({ ok }) => ok)).toEqual([true, true, true]);
    clone.git('fetch', '--quiet', 'origin');
    expect(clone.git('ls-tree', '-r', '--name-only', 'origin/main').split('\n')).toEqual(['a.yaml', 'one', 'three', 'two']);
    expect(clone.git('rev-list', '--count', 'origin/main')).toBe('4');
  });

  test('a server that refuses is told as it is, once', async () => {
    const { clone, url } = bare();
    clone.commit({ 'a.yaml': '1' });
    clone.git('push', '--quiet', 'origin', 'main');
    const [hook, counter] = [join(url, 'hooks/update'), join(url, 'refusals')];
    mkdirSync(join(url, 'hooks'), { recursive: true });
    clone.git(`--git-dir=${url}`, 'config', 'core.hooksPath', 'hooks');
    writeFileSync(hook, `#!/bin/sh\necho x >> ${counter}\necho "main is protected" >&2\nexit 1\n`);
    chmodSync(hook, 0o755);
    const refused = await (await mirrorOf(url)).write({ ...change, files: file('a.yaml', '2') });
    expect(refused.ok ? '' : `${refused.error.code} ${refused.error.message}`).toMatch(/^PushRejected .*main is protected/);
    expect(readFileSync(counter, 'utf8')).toBe('x\n');
  });

  test.each(['../a', '/a', 'a//b', '.git/config', 'a/.GIT/x', ''])('the path %j is refused', async (path) => {
    const { url } = bare();
    const refused = await (await mirrorOf(url)).write({ ...change, files: file(path, 'x') });
    expect(refused.ok ? '' : refused.error.code).toBe('GitFailed');
  });
});
