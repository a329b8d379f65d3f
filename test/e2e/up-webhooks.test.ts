/**
 * A running `lockstep up`, from outside: a signed webhook makes a push act at once though the Source would look in an hour; and `lockstep channels` against it,
 * with a receiver that checks signatures.
 */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitFixture } from '../../src/testing/servers/index.ts';
import { type Ended, inFolder, lockstep, spawnLockstep } from './program.ts';

const KEY = 'a long random text';

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
    const clone = gitFixture();
    clone.commit({ 'shop/map.yaml': map('1'), 'system/map.yaml': map('1').replace('name: shop', 'name: system') });
    const news = await receiver();
    writeFileSync(join(folder, 'objects.yaml'), objects(clone.path, news.url));
    const up = spawnLockstep(['up', '--repo', clone.path, '--path', 'system', '--data', join(folder, 'data')], { cwd: folder });
    const run = (...args: readonly string[]): Promise<Ended> =>
      lockstep([...args, '--kubeconfig', join(folder, 'data/kubeconfig'), '-n', 'default'], { cwd: folder });
    const value = async (): Promise<string | undefined> => {
      const { code, out } = await run('get', 'configmap', 'shop', '-o', 'json');
      return code === 0 ? (JSON.parse(out) as { readonly data: { readonly value: string } }).data.value : undefined;
    };
    const soon = { timeout: 90_000, interval: 200 };
    try {
      await up.says('Lockstep is running');
      const applied = await run('apply', '-f', join(folder, 'objects.yaml'));
      expect([applied.code, applied.err]).toEqual([0, '']);
      await expect.poll(value, soon).toBe('1');
      const source = JSON.parse((await run('get', 'source', 'shop', '-o', 'json')).out) as { status: { webhookPath: string } };
      const hooks = /Webhooks (http:\S+)\/hooks\//.exec(up.output())?.[1] ?? '';
      clone.commit({ 'shop/map.yaml': map('2') });
      expect(await announce(hooks + source.status.webhookPath, 'another key')).toBe(401);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(await value()).toBe('1');
      expect(await announce(hooks + source.status.webhookPath, KEY)).toBe(202);
      await expect.poll(value, soon).toBe('2');

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
      clone.remove();
    }
  }));
