/** Helm's commands around charts, against servers in this process: package, sign, push, pull, show, template, dependencies. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateKey } from 'openpgp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { filesServer, type FilesServer, registryServer, type RegistryServer } from '../../src/testing/servers/index.ts';

let folder = '';
let registry: RegistryServer;
let files: FilesServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-helm-'));
  [registry, files] = [await registryServer({ auth: 'token', username: 'ada', password: 'open' }), await filesServer()];
  write('shop/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: 1.16.0\n');
  write('shop/values.yaml', '# colours\ncolour: red\n');
  write('shop/README.md', '# Shop\n');
  write('shop/templates/c.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {colour: "{{ .Values.colour }}"}\n');
});
afterEach(async () => {
  await Promise.all([registry.close(), files.close()]);
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

async function helm(line: string, stdin = ''): Promise<{ readonly out: string; readonly err: string; readonly code: number }> {
  const text = { out: '', err: '' };
  const io: Io = {
    out: (part) => void (text.out += part),
    err: (part) => void (text.err += part),
    stdin: () => Promise.resolve(Buffer.from(stdin)),
    program: '',
    cwd: folder,
    env: { HOME: folder, LOCKSTEP_CACHE_HOME: join(folder, 'cache'), SOURCE_DATE_EPOCH: '1700000000' },
    terminal: false,
    color: false,
    columns: 120,
    signal: new AbortController().signal,
  };
  const code = await run(['helm', ...line.split(' ')], io);
  return { ...text, code };
}

const access = '--plain-http --username ada --password open';

test('package, push, show, pull, template: what went in comes out', async () => {
  expect((await helm('package shop --version 1.2.0+build.5 --app-version 9')).out).toBe(
    `Successfully packaged chart and saved it to: ${join(folder, 'shop-1.2.0+build.5.tgz')}\n`,
  );
  const first = readFileSync(join(folder, 'shop-1.2.0+build.5.tgz'));
  await helm('package shop --version 1.2.0+build.5 --app-version 9 -d again');
  expect(readFileSync(join(folder, 'again/shop-1.2.0+build.5.tgz')).equals(first)).toBe(true);
  const pushed = await helm(`push shop-1.2.0+build.5.tgz oci://${registry.host}/team ${access}`);
  expect(pushed).toMatchObject({ code: 0, out: '' });
  expect(pushed.err).toMatch(new RegExp(`^Pushed: ${registry.host}/team/shop:1.2.0_build.5\nDigest: sha256:[0-9a-f]{64}\n`));
  const remote = `oci://${registry.host}/team/shop`;
  expect((await helm(`show chart ${remote} --version ~1 ${access}`)).out).toBe(
    'apiVersion: v2\nappVersion: "9"\nname: shop\nversion: 1.2.0+build.5\n\n',
  );
  expect((await helm(`show all ${remote}:1.2.0_build.5 ${access}`)).out).toContain('---\n# colours\ncolour: red\n\n---\n# Shop\n');
  expect(await helm(`pull ${remote} -d got ${access}`)).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, 'got/shop-1.2.0+build.5.tgz')).equals(first)).toBe(true);
  expect(await helm(`pull ${remote} --untar --untardir open ${access}`)).toMatchObject({ code: 0 });
  expect(read('open/shop/templates/c.yaml')).toBe(read('shop/templates/c.yaml'));
  const twice = await helm(`pull ${remote} --untar --untardir open ${access}`);
  expect([twice.code, twice.err]).toEqual([
    1,
    expect.stringContaining('failed to untar: a file or directory with the name open/shop already exists'),
  ]);
  const local = await helm('template x shop');
  expect((await helm(`template x ${remote} ${access}`)).out).toBe(local.out);
});

test('passwords from standard input; wrong ones; names that lead nowhere', async () => {
  await helm('package shop');
  await helm(`push shop-0.1.0.tgz oci://${registry.host}/team ${access}`);
  const remote = `oci://${registry.host}/team/shop`;
  expect((await helm(`show chart ${remote} --plain-http --username ada --password-stdin`, 'open\n')).code).toBe(0);
  const rows: [string, string][] = [
    [`show chart ${remote} --plain-http --username ada --password no`, 'refuses the credentials'],
    [`show chart ${remote} --plain-http`, 'asks for credentials'],
    [`show chart ${remote} --version ^9 ${access}`, 'has no version that fits "^9"'],
    ['show chart ./nope', 'path "./nope" not found'],
    ['show chart nope', 'non-absolute URLs should be in form of repo_name/path_to_chart, got: nope'],
    ['show chart nope/x', 'repo nope not found'],
    ['push shop-0.1.0.tgz https://example.com/x', 'scheme "https" not supported'],
    ['push nope.tgz oci://example.com/x', 'nope.tgz: no such file'],
    ['package nope', 'stat nope: no such file or directory'],
    ['package shop --version one', 'invalid semantic version'],
    ['dependency build nope', 'could not find nope'],
  ];
  for (const [line, message] of rows) {
    const done = await helm(line);
    expect([line, done.code, done.err]).toEqual([line, 1, expect.stringContaining(message)]);
  }
  registry.seen.length = 0;
});

test('signed, verified, and refused once anything differs', async () => {
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: 'Ada', email: 'ada@example.com' }], format: 'armored' });
  write('secret.asc', privateKey);
  write('public.asc', publicKey);
  expect((await helm('package shop --sign --key Ada --keyring secret.asc')).code).toBe(0);
  const good = await helm('verify shop-0.1.0.tgz --keyring public.asc');
  expect(good.out).toMatch(
    /^Signed by: Ada <ada@example.com>\nUsing Key With Fingerprint: [0-9A-F]{40}\nChart Hash Verified: sha256:[0-9a-f]{64}\n$/,
  );
  await helm(`push shop-0.1.0.tgz oci://${registry.host}/team ${access}`);
  const pulled = await helm(`pull oci://${registry.host}/team/shop --verify --keyring public.asc -d got ${access}`);
  expect([pulled.code, pulled.out, readdirSync(join(folder, 'got'))]).toEqual([0, good.out, ['shop-0.1.0.tgz', 'shop-0.1.0.tgz.prov']]);
  const signature = read('shop-0.1.0.tgz.prov');
  write('shop-0.1.0.tgz.prov', signature.replace('name: shop', 'name: shap'));
  expect((await helm('verify shop-0.1.0.tgz --keyring public.asc')).err).toContain('the signature is not good');
  write('shop-0.1.0.tgz.prov', signature);
  write('shop-0.1.0.tgz', Buffer.concat([readFileSync(join(folder, 'shop-0.1.0.tgz')), Buffer.from('x')]));
  expect((await helm('verify shop-0.1.0.tgz --keyring public.asc')).err).toContain('sha256 sum does not match');
  const stranger = await generateKey({ userIDs: [{ name: 'Eve', email: 'eve@example.com' }], format: 'armored' });
  write('stranger.asc', stranger.publicKey);
  expect((await helm('verify got/shop-0.1.0.tgz --keyring stranger.asc')).err).toContain('the signature is not good');
});

test('dependencies: updated, locked, built, listed; a lock that is out of date is refused', async () => {
  write('common/Chart.yaml', 'apiVersion: v2\nname: common\nversion: 0.1.0\ntype: library\n');
  await helm('package shop --version 1.2.0 -d dist');
  files.files.set('/shop-1.2.0.tgz', readFileSync(join(folder, 'dist/shop-1.2.0.tgz')));
  files.files.set('/index.yaml', 'apiVersion: v1\nentries:\n  shop:\n  - name: shop\n    version: 1.2.0\n    urls: [shop-1.2.0.tgz]\n');
  await helm('package shop --version 2.1.0 -d dist');
  await helm(`push dist/shop-2.1.0.tgz oci://${registry.host}/team ${access}`);
  write('parent/charts/old-1.0.0.tgz', readFileSync(join(folder, 'dist/shop-2.1.0.tgz')));
  const dependencies = (range: string): string =>
    [
      'apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:',
      `- {name: shop, version: "${range}", repository: "${files.url}"}`,
      `- {name: shop, alias: other, version: ">=2", repository: "oci://${registry.host}/team", tags: [a]}`,
      '- {name: common, version: "*", repository: "file://../common"}\n',
    ].join('\n');
  write('parent/Chart.yaml', dependencies('~1'));
  const updated = await helm(`dependency update parent ${access}`);
  expect(updated.out.split('\n').slice(0, 5)).toEqual([
    'Getting updates for unmanaged Helm repositories...',
    `...Successfully got an update from the "${files.url}" chart repository`,
    'Saving 3 charts',
    `Downloading shop from repo ${files.url}`,
    `Downloading shop from repo oci://${registry.host}/team`,
  ]);
  expect(readdirSync(join(folder, 'parent/charts'))).toEqual(['common-0.1.0.tgz', 'shop-1.2.0.tgz', 'shop-2.1.0.tgz']);
  expect(read('parent/Chart.lock')).toMatch(
    /version: 1\.2\.0\n(?:.*\n){2}  version: 2\.1\.0\n(?:.*\n){2}  version: 0\.1\.0\ndigest: sha256:/,
  );
  rmSync(join(folder, 'parent/charts'), { recursive: true });
  expect((await helm(`dependency build parent ${access}`)).code).toBe(0);
  expect((await helm('dependency list parent')).out.split('\n')[3]).toContain('common');
  write('parent/Chart.yaml', dependencies('~1.2'));
  expect((await helm(`dependency build parent ${access}`)).err).toContain('the lock file (Chart.lock) is out of sync');
  write('parent/Chart.yaml', dependencies('^9'));
  expect((await helm(`dependency update parent ${access}`)).err).toContain('can\'t get a valid version for 1 subchart(s): "shop"');
  expect(existsSync(join(folder, 'parent/charts/shop-1.2.0.tgz'))).toBe(true);
});

test('dependencies with --verify: update refuses what is not signed, build tells of it; a bad signature is refused by both', async () => {
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: 'Ada', email: 'ada@example.com' }], format: 'armored' });
  write('secret.asc', privateKey);
  write('public.asc', publicKey);
  await helm('package shop --version 1.2.0 -d dist --sign --key Ada --keyring secret.asc');
  files.files.set('/shop-1.2.0.tgz', readFileSync(join(folder, 'dist/shop-1.2.0.tgz')));
  files.files.set('/index.yaml', 'apiVersion: v1\nentries:\n  shop:\n  - name: shop\n    version: 1.2.0\n    urls: [shop-1.2.0.tgz]\n');
  write(
    'parent/Chart.yaml',
    `apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n- {name: shop, version: 1.2.0, repository: "${files.url}"}\n`,
  );
  const dependency = (what: string) => helm(`dependency ${what} parent --verify --keyring public.asc`);
  expect(await dependency('update')).toMatchObject({ code: 1, err: expect.stringContaining('failed to fetch provenance') as string });
  expect(existsSync(join(folder, 'parent/charts'))).toBe(false);
  await helm('dependency update parent');
  const built = await dependency('build');
  expect([built.code, built.out]).toEqual([0, expect.stringContaining('WARNING: Verification not found for shop')]);
  files.files.set('/shop-1.2.0.tgz.prov', read('dist/shop-1.2.0.tgz.prov'));
  expect(await dependency('update')).toMatchObject({ code: 0, out: expect.not.stringContaining('WARNING') as string });
  files.files.set('/shop-1.2.0.tgz.prov', read('dist/shop-1.2.0.tgz.prov').replace('name: shop', 'name: shap'));
  for (const what of ['update', 'build'])
    expect(await dependency(what)).toMatchObject({ code: 1, err: expect.stringContaining('the signature is not good') as string });
  expect(await helm('dependency update parent --verify')).toMatchObject({
    code: 1,
    err: expect.stringContaining('failed to load keyring') as string,
  });
});

test('template --dependency-update fetches what charts/ lacks, and only that', async () => {
  write(
    'parent/Chart.yaml',
    'apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n- {name: shop, version: 0.1.0, repository: "file://../shop"}\n',
  );
  expect(await helm('template x parent')).toMatchObject({
    code: 1,
    err: expect.stringContaining('missing in charts/ directory: shop') as string,
  });
  const updated = await helm('template x parent --dependency-update');
  expect(updated).toMatchObject({ code: 0, out: expect.stringMatching(/^Saving 1 charts\nDeleting outdated charts\n---\n/) as string });
  expect((await helm('template x parent --dependency-update')).out).toBe((await helm('template x parent')).out);
});

test('template --seed: the same text draws the same, another one draws others', async () => {
  write('shop/templates/r.yaml', 'p: {{ randAlphaNum 12 }}\nk: {{ genPrivateKey "ecdsa" | sha256sum }}\nt: {{ now | unixEpoch }}\n');
  const [first, again, other] = [
    await helm('template shop --seed a'),
    await helm('template shop --seed a'),
    await helm('template shop --seed b'),
  ];
  expect(first.out).toContain('t: 1700000000');
  expect(again.out).toBe(first.out);
  expect(other.out).not.toBe(first.out);
});

test('a certificate of our own needs its key', async () => {
  write('own.pem', 'x');
  const told = await helm('pull oci://registry.test/shop --cert-file own.pem');
  expect(told).toMatchObject({ code: 2, err: expect.stringContaining('--cert-file and --key-file belong together') as string });
});
