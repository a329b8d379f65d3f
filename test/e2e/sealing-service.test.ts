/**
 * Whoever seals reaches Lockstep as they reach the original: through the API server's proxy, as a Service's port, with kubeseal's own flags; and with nothing
 * but the right that an installation gives to everybody who is signed in. Where kubeseal is installed it does the same, unchanged.
 */
import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { installObjects, type InstallSettings, SETTINGS } from '../../src/api/install/index.ts';
import { connect } from '../../src/app/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import type { KubeClient, ServiceBackend } from '../../src/ports/index.ts';
import { listenService } from '../../src/server/index.ts';
import { encodeUtf8 } from '../../src/std/index.ts';
import { cli, type Said } from './in-process.ts';
import { inFolder, type Running, spawnLockstep } from './program.ts';

const secret = (name: string): string => `apiVersion: v1
kind: Secret
metadata: {name: ${name}}
stringData: {password: correct-horse-battery}
`;

describe('a port for a Service', () => {
  const backend: ServiceBackend = ({ method, path, body }) =>
    path === '/fails'
      ? Promise.reject(new Error('no'))
      : Promise.resolve({ status: 200, headers: {}, body: encodeUtf8(`${method} ${path} ${body.length}`) });

  test('hands on what it is asked, and bounds it (S24)', async () => {
    const door = await listenService(backend, { host: '127.0.0.1', port: 0, log: silentLog() });
    const ask = async (path: string, init: RequestInit = {}): Promise<string> => {
      const answer = await fetch(`${door.url}${path}`, init);
      return `${answer.status} ${(await answer.text()).trim()}`;
    };
    try {
      expect(await ask('/v1/verify?x=1', { method: 'POST', body: 'abc' })).toBe('200 POST /v1/verify 3');
      expect(await ask('/v1/cert.pem', { method: 'HEAD' })).toBe('200 ');
      expect(await ask('/v1/verify', { method: 'POST', body: 'x'.repeat(1_600_000) })).toMatch(/^413 /);
      expect(await ask('/%zz')).toMatch(/^400 /);
      expect(await ask('/fails')).toBe('500 internal error');
      const { port } = new URL(door.url);
      const foreign = await new Promise((resolve, reject) =>
        get({ host: '127.0.0.1', port, headers: { host: 'evil.example' } }, ({ statusCode }) => resolve(statusCode)).on('error', reject),
      );
      expect(foreign).toBe(403);
    } finally {
      await door.close();
    }
  });
});

describe('a running Lockstep', () => {
  let running: Running;
  let ended: () => void;
  let cwd: string;
  let admin: KubeClient;
  let folderGone: Promise<unknown>;
  let certificateUrl: string;

  const put = async (object: KubeObject): Promise<void> => {
    const resources = await admin.discover();
    const resource = resources.ok ? resources.value.resources.find(({ kind }) => kind === object.kind) : undefined;
    if (resource === undefined) throw new Error(`no ${object.kind}`);
    const applied = await admin.apply(resource, object, { fieldManager: 'test', force: true });
    if (!applied.ok) throw new Error(applied.error.message);
  };

  beforeAll(async () => {
    await new Promise<void>((resolve, reject) => {
      folderGone = inFolder(async (folder) => {
        cwd = folder;
        resolve();
        await new Promise<void>((done) => (ended = done));
      }).catch(reject);
    });
    running = spawnLockstep(['up', '--sealing-port', '0'], { cwd });
    await running.says('is running');
    certificateUrl = /Sealing certificate (\S+)/.exec(running.output())?.[1] ?? running.output();
    const client = await connect({ cwd, env: {} });
    if (!client.ok) throw new Error(client.error.message);
    admin = client.value;
  });

  afterAll(async () => {
    await admin.close();
    await running.stop();
    ended();
    await folderGone;
  });

  const seal = (args: readonly string[], stdin = ''): Promise<Said> => cli(['seal', ...args], { cwd, stdin });

  test('its certificate is the same at its port, and at each name of its Service', async () => {
    const atPort = await (await fetch(certificateUrl)).text();
    expect(atPort).toContain('BEGIN CERTIFICATE');
    for (const where of [[], ['--controller-namespace', 'kube-system'], ['--controller-namespace', 'lockstep-system']])
      expect(await seal(['--fetch-cert', ...where])).toEqual({ code: 0, out: atPort, err: '' });
    const named = await cli(['seal', '--fetch-cert'], { cwd, env: { SEALED_SECRETS_CONTROLLER_NAME: 'other' } });
    expect([named.code, named.err]).toEqual([1, expect.stringContaining('Service lockstep-system/other: services "other" not found')]);
  });

  test('nobody needs more than the right that an installation gives; without it the error says whose Service it was', async () => {
    const jane = ['--as', 'jane', '--controller-namespace', 'lockstep-system'];
    const before = await seal(['--fetch-cert', ...jane]);
    expect([before.code, before.err]).toEqual([
      1,
      expect.stringMatching(/Service lockstep-system\/sealed-secrets-controller: .*"jane" cannot get/),
    ]);
    const settings = { ...Object.fromEntries(Object.entries(SETTINGS).map(([name, row]) => [name, row.default])), version: '1' };
    const rights = installObjects(settings as InstallSettings).filter(({ metadata }) => metadata.name === 'lockstep-sealing');
    expect(rights.map(({ kind }) => kind)).toEqual(['Role', 'RoleBinding']);
    for (const object of rights) await put(object);
    const made = await seal([...jane, '-n', 'shop', '-o', 'yaml'], secret('db'));
    expect([made.code, made.err, made.out]).toEqual([0, '', expect.stringContaining('namespace: shop')]);
    expect((await seal([...jane, '--validate'], made.out)).code).toBe(0);
    await writeFile(join(cwd, 'again.yaml'), made.out);
    expect(await seal([...jane, '--re-encrypt', '-f', 'again.yaml'])).toEqual({ code: 0, out: '', err: '' });
    const again = await readFile(join(cwd, 'again.yaml'), 'utf8');
    expect([again === made.out, again.startsWith('---\napiVersion: bitnami.com/v1alpha1\n')]).toEqual([false, true]);
    const moved = await seal([...jane, '--validate'], again.replaceAll('name: db', 'name: stolen'));
    expect([moved.code, moved.err]).toEqual([1, expect.stringContaining('unable to decrypt sealed secret')]);
    // It may go to that one Service and nowhere else.
    expect((await seal(['--fetch-cert', '--as', 'jane', '--controller-namespace', 'kube-system'])).err).toContain('"jane" cannot get');
  });

  test('a Secret that names no namespace gets that of the context; --request-timeout and --server count', async () => {
    const made = await seal(['-o', 'yaml'], secret('db'));
    expect(made.out).toContain('namespace: default');
    expect((await seal(['--fetch-cert', '--request-timeout', 'soon'])).err).toContain('--request-timeout must be a duration');
    expect((await seal(['--fetch-cert', '--server', 'https://127.0.0.1:1', '--request-timeout', '5s'])).err).toContain('ECONNREFUSED');
  });

  const kubeseal = process.env['LOCKSTEP_KUBESEAL'] ?? 'kubeseal';
  const found = spawnSync(kubeseal, ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found) console.warn('NOT RUN: kubeseal itself; it is not on the PATH, and $LOCKSTEP_KUBESEAL does not name it');

  test.skipIf(!found)('the real kubeseal fetches, seals, validates and re-encrypts, as a plain user', async () => {
    const run = (args: readonly string[], stdin = ''): Promise<Said> =>
      new Promise((resolve) => {
        const env = { PATH: process.env['PATH'], HOME: cwd, KUBECONFIG: join(cwd, '.lockstep/kubeconfig') };
        const child = execFile(kubeseal, [...args], { cwd, env }, (error, out, err) => resolve({ code: error === null ? 0 : 1, out, err }));
        child.stdin?.end(stdin);
      });
    const jane = ['--as', 'jane', '--controller-namespace', 'lockstep-system'];
    for (const flags of [[], jane]) {
      expect(await run([...flags, '--fetch-cert'])).toMatchObject({ code: 0, out: (await seal(['--fetch-cert'])).out });
      const made = await run([...flags, '-n', 'shop', '-o', 'yaml'], secret('db'));
      expect(made).toMatchObject({ code: 0, err: '' });
      expect(await run([...flags, '--validate'], made.out)).toMatchObject({ code: 0 });
      const again = await run([...flags, '--re-encrypt', '-o', 'yaml'], made.out);
      expect(again).toMatchObject({ code: 0, err: '' });
      await new Promise((done) => setTimeout(done, 1100));
      expect((await seal(['--validate'], again.out)).code).toBe(0);
      expect(await run([...flags, '--validate'], again.out.replaceAll('name: db', 'name: stolen'))).toMatchObject({
        code: 1,
        err: expect.stringContaining('unable to decrypt sealed secret') as string,
      });
      await new Promise((done) => setTimeout(done, 1100));
    }
  });
});
