/** The sealing keys of a cluster from the command line: listed, exported as the original keeps them, imported elsewhere, renewed. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { noMetrics } from '../../src/adapters/metrics/index.ts';
import { startEmbeddedCluster } from '../../src/app/index.ts';
import { cli, type Said } from './in-process.ts';
import { inFolder } from './program.ts';

/** Two clusters, each with a namespace for the keys. */
async function withClusters(
  body: (keys: (cluster: 'a' | 'b', ...args: string[]) => Promise<Said>, cwd: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (cwd) => {
    const started = await Promise.all(
      ['a', 'b'].map((name) => {
        const kubeconfig = join(cwd, `${name}.kubeconfig`);
        return startEmbeddedCluster({
          folder: join(cwd, name),
          kubeconfig,
          port: 0,
          tls: true,
          log: silentLog(),
          metrics: noMetrics() as never,
        });
      }),
    );
    try {
      await body(
        (cluster, ...args) => cli(['secrets', 'sealing-keys', ...args, '-n', 'default', '--kubeconfig', `${cluster}.kubeconfig`], { cwd }),
        cwd,
      );
    } finally {
      for (const cluster of started) await cluster.close();
    }
  });
}

test('a key moves to another cluster in the original’s form, and is known to be kept', () =>
  withClusters(async (keys, cwd) => {
    expect((await keys('a', 'list')).err).toContain('no sealing keys in namespace default');
    expect((await keys('a', 'export', '--output', 'k.yaml')).err).toContain('there are no sealing keys');
    const made = await keys('a', 'renew', '--bits', '2048');
    expect(made.out).toMatch(/^default\/sealed-secrets-key\w+ seals from now on\n$/);
    expect((await keys('a', 'list')).out).toMatch(/seals and opens +\d{4}-\d\d-\d\d +never +SHA256:/);
    const exported = await keys('a', 'export', '--output', 'k.yaml');
    expect([exported.code, exported.err]).toEqual([0, '1 sealing key exported to k.yaml\n']);
    expect((await stat(join(cwd, 'k.yaml'))).mode & 0o777).toBe(0o600);
    const text = await readFile(join(cwd, 'k.yaml'), 'utf8');
    expect(text).toMatch(/type: kubernetes\.io\/tls/);
    expect(text).toContain('sealedsecrets.bitnami.com/sealed-secrets-key: active');
    expect(text).not.toMatch(/resourceVersion|uid|backed-up/);
    expect((await keys('a', 'list')).out).toMatch(/seals and opens +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d +SHA256:/);
    expect((await keys('a', 'export', '--output', 'k.yaml')).err).toContain('k.yaml exists already');

    const fingerprint = /SHA256:\S+/.exec((await keys('a', 'list')).out)?.[0] ?? 'none';
    expect((await keys('b', 'import', 'k.yaml')).out).toContain(`(${fingerprint}): imported`);
    expect((await keys('b', 'import', 'k.yaml')).out).toContain('is here already');
    await keys('b', 'renew', '--bits', '2048');
    const listed = (await keys('b', 'list')).out.split('\n').slice(1, -1);
    expect(listed.map((line) => [line.includes(fingerprint), line.includes('never')])).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
      ]),
    );
  }));

test('what is no key is refused with its name', () =>
  withClusters(async (keys, cwd) => {
    await writeFile(join(cwd, 'no.yaml'), 'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: Yg==}\n');
    expect((await keys('b', 'import', 'no.yaml')).err).toContain('no.yaml: Secret x: it has no tls.crt or no tls.key');
    expect((await keys('b', 'renew', '--bits', '512')).err).toContain('--bits must be from 2048 to 8192');
  }));
