/** Charts in a registry program that is not ours: Debian's docker-registry on loopback, with a password. Not run where it is not installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';

const program = (process.env['PATH'] ?? '')
  .split(':')
  .map((folder) => join(folder, 'docker-registry'))
  .find((file) => existsSync(file));
if (program === undefined) process.stderr.write('NOT RUN: charts in a real registry (docker-registry is not installed)\n');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(program === undefined)('a real registry', () => {
  let folder = '';
  let host = '';
  let server: ChildProcess | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-registry-'));
    host = `127.0.0.1:${await freePort()}`;
    writeFileSync(join(folder, 'users'), `ada:${hashSync('open', 4)}\n`);
    const config = {
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: host },
      auth: { htpasswd: { realm: 'test', path: join(folder, 'users') } },
    };
    writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
    server = spawn(program ?? '', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
    const answers = (): Promise<number> =>
      fetch(`http://${host}/v2/`).then(
        ({ status }) => status,
        () => 0,
      );
    while ((await answers()) !== 401) await new Promise((resolve) => setTimeout(resolve, 50));
  }, 30_000);
  afterAll(() => {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function helm(line: string): Promise<{ readonly out: string; readonly err: string; readonly code: number }> {
    const text = { out: '', err: '' };
    const io: Io = {
      out: (part) => void (text.out += part),
      err: (part) => void (text.err += part),
      stdin: () => Promise.resolve(new Uint8Array()),
      program: '',
      cwd: folder,
      env: { HOME: folder, LOCKSTEP_CACHE_HOME: join(folder, 'cache') },
      terminal: false,
      color: false,
      columns: 120,
      signal: new AbortController().signal,
    };
    const code = await run(['helm', ...line.split(' ')], io);
    return { ...text, code };
  }

  test('what is pushed is found by version, range and tag, and comes back as it was', async () => {
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 0.1.0\ndescription: A shop\n');
    const access = '--plain-http --username ada --password open';
    for (const version of ['1.2.0', '1.10.0+build.5', '2.0.0-rc.1']) {
      await helm(`package . --version ${version} -d packed`);
      const pushed = await helm(`push packed/shop-${version}.tgz oci://${host}/team ${access}`);
      expect([pushed.code, pushed.err]).toEqual([0, expect.stringMatching(/^Pushed: .*\nDigest: sha256:[0-9a-f]{64}\n/)]);
    }
    const remote = `oci://${host}/team/shop`;
    const versionOf = async (how: string): Promise<string | undefined> =>
      /^version: (.*)$/m.exec((await helm(`show chart ${remote}${how} ${access}`)).out)?.[1];
    expect(await versionOf(' --version ~1.2')).toBe('1.2.0');
    expect(await versionOf('')).toBe('1.10.0+build.5');
    expect(await versionOf(' --devel')).toBe('2.0.0-rc.1');
    expect(await versionOf(':1.10.0_build.5')).toBe('1.10.0+build.5');
    await helm(`pull ${remote} --version 1.2.0 -d got ${access}`);
    expect(readFileSync(join(folder, 'got/shop-1.2.0.tgz')).equals(readFileSync(join(folder, 'packed/shop-1.2.0.tgz')))).toBe(true);
    expect((await helm(`show chart ${remote} --version 9 ${access}`)).err).toMatch(/not found|has no version/);
    expect((await helm(`show chart ${remote} --plain-http --username ada --password wrong`)).err).toContain('refuses the credentials');
  }, 60_000);
});
