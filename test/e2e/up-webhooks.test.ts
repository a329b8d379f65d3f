/**
 * A running `lockstep up`, from outside: a signed webhook makes a push act at once though the Source would look in an hour; and `lockstep channels` against it,
 * with a receiver that checks signatures.
 */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Ended, inFolder, lockstep, spawnLockstep } from './program.ts';

const KEY = 'a long random text';

const git = (cwd: string, ...args: readonly string[]): void => {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
};

function commit(repo: string, path: string, text: string): void {
  mkdirSync(join(repo, path, '..'), { recursive: true });
  writeFileSync(join(repo, path), text);
  git(repo, 'add', '-A');
  git(repo, 'commit', '-qm', path);
}

const map = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {value: "${value}"}\n`;

const objects = (repo: string, receiver: string): string => `
apiVersion: v1
kind: Secret
metadata: {name: push, namespace: default}
stringData: {token: "${KEY}", key: "${KEY}"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: lockstep, namespace: default}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: lockstep, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: lockstep, namespace: default}]
---
apiVersion: lockstep.dev/v1
kind: Source
metadata: {name: shop, namespace: default}
spec: {git: {url: "file://${repo}"}, interval: 1h, webhook: {secretRef: {name: push}}}
---
apiVersion: lockstep.dev/v1
kind: App
metadata: {name: shop, namespace: default}
spec: {source: {name: shop, path: shop}}
---
apiVersion: lockstep.dev/v1
kind: Channel
metadata: {name: ci, namespace: default}
spec: {webhook: {url: "${receiver}", secretRef: {name: push}}}
`;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200)))
    if (await holds()) return;
  throw new Error(`not in time: ${what}`);
}

/** A receiver that keeps the reasons of what is signed with the key. */
async function receiver(): Promise<{ readonly url: string; readonly told: string[]; readonly close: () => void }> {
  const told: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const genuine = request.headers['x-signature'] === `sha256=${createHmac('sha256', KEY).update(body).digest('hex')}`;
      if (genuine) told.push((JSON.parse(body.toString()) as { reason: string }).reason);
      response.writeHead(genuine ? 204 : 401).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told, close: () => void server.close() };
}

/** A push as GitHub announces it. */
async function announce(address: string, key: string): Promise<number> {
  const body = JSON.stringify({ ref: 'refs/heads/main', repository: { clone_url: 'https://github.com/shop/config.git' } });
  const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-github-event': 'push', 'x-hub-signature-256': signature };
  return (await fetch(address, { method: 'POST', headers, body })).status;
}

test('a signed webhook makes a push act at once, and channels are listed, previewed and tested, on a running lockstep up', () =>
  inFolder(async (folder) => {
    const repo = join(folder, 'repo');
    mkdirSync(repo);
    git(repo, 'init', '-q', '-b', 'main');
    commit(repo, 'shop/map.yaml', map('1'));
    commit(repo, 'system/map.yaml', map('1').replace('name: shop', 'name: system'));
    const news = await receiver();
    writeFileSync(join(folder, 'objects.yaml'), objects(repo, news.url));
    const up = spawnLockstep(['up', '--repo', repo, '--path', 'system', '--data', join(folder, 'data')], { cwd: folder });
    const run = (...args: readonly string[]): Promise<Ended> =>
      lockstep([...args, '--kubeconfig', join(folder, 'data/kubeconfig'), '-n', 'default'], { cwd: folder });
    const valueIs = async (value: string): Promise<boolean> => {
      const { out } = await run('get', 'configmap', 'shop', '-o', 'json');
      return out.includes(`"value": "${value}"`) || out.includes(`"value":"${value}"`);
    };
    try {
      await until('Lockstep runs', () => Promise.resolve(up.output().includes('Lockstep is running')));
      const applied = await run('apply', '-f', join(folder, 'objects.yaml'));
      expect([applied.code, applied.err]).toEqual([0, '']);
      await until('the first revision is there', () => valueIs('1'));
      const source = JSON.parse((await run('get', 'source', 'shop', '-o', 'json')).out) as { status: { webhookPath: string } };
      const hooks = /Webhooks (http:\S+)\/hooks\//.exec(up.output())?.[1] ?? '';
      commit(repo, 'shop/map.yaml', map('2'));
      expect(await announce(hooks + source.status.webhookPath, 'another key')).toBe(401);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(await valueIs('1')).toBe(true);
      expect(await announce(hooks + source.status.webhookPath, KEY)).toBe(202);
      await until('the second revision is there', () => valueIs('2'));

      expect((await run('channels', 'list')).out).toMatch(/ci .*webhook/);
      const preview = await run('channels', 'preview', 'ci', '--type', 'DriftDetected');
      expect(preview.out).toMatch(/"reason": ?"DriftDetected"/);
      const sent = await run('channels', 'test-send', 'ci');
      expect([sent.code, sent.err]).toEqual([0, '']);
      expect(news.told).toContain('Applied');
      expect(news.told.length).toBeGreaterThan(1);
    } catch (error) {
      throw new Error(`${String(error)}\n${up.output()}`);
    } finally {
      await up.stop();
      news.close();
    }
  }));
