/**
 * The rotation drill with the program as people run it: a Secret sealed for the cluster's key and followed in Git; a new key; every SealedSecret sealed for
 * it by the cluster, as one commit; and the revision from before, which still deploys, also in another cluster that has nothing but the exported keys.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { connect } from '../../src/app/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { cli, type Said } from './in-process.ts';
import { ada, git, inFolder, type Running, spawnLockstep } from './program.ts';

const named = (group: string, kind: string, resource: string): ApiResource => ({
  group,
  version: 'v1',
  kind,
  resource,
  namespaced: true,
  verbs: [],
});
const SECRETS = named('', 'Secret', 'secrets');
const APPS = named('lockstep.dev', 'App', 'apps');

interface Lockstep {
  readonly kube: KubeClient;
  readonly running: Running;
  /** Resolves with the password once the App is ready at this commit. */
  passwordAt(commit: string): Promise<string>;
  stop(): Promise<void>;
}

/** `lockstep up` in a folder of its own, following a clone. */
async function follow(cwd: string, repo: string): Promise<Lockstep> {
  mkdirSync(cwd);
  const running = spawnLockstep(['up', '--repo', repo, '--path', 'apps', '--name', 'web', '-n', 'shop'], { cwd });
  await running.says('is running');
  const client = await connect({ cwd, env: {} });
  if (!client.ok) throw new Error(client.error.message);
  const kube = client.value;
  return {
    kube,
    running,
    passwordAt: async (commit) => {
      await cli(['sync', 'web'], { cwd });
      return vi.waitFor(
        async () => {
          const app = await kube.get(APPS, 'lockstep-system', 'web');
          const status = JSON.stringify(app.ok ? app.value['status'] : app.error);
          expect(status).toContain(`sha1:${commit}`);
          expect(status).toContain('"type":"Ready","status":"True"');
          const secret = await kube.get(SECRETS, 'shop', 'db');
          const { password } = (secret.ok ? secret.value['data'] : {}) as { readonly password?: string };
          if (password === undefined) throw new Error(`Secret shop/db has no password: ${JSON.stringify(secret)}`);
          return Buffer.from(password, 'base64').toString();
        },
        { timeout: 60_000, interval: 250 },
      );
    },
    stop: async () => {
      await kube.close();
      await running.stop();
    },
  };
}

test(
  'rotate the key, seal the repository for it as one commit, deploy the old revision: here, and where only the exported keys are',
  { timeout: 300_000 },
  () =>
    inFolder(async (cwd) => {
      const repo = join(cwd, 'repo');
      mkdirSync(join(repo, 'apps/deep'), { recursive: true });
      const secret = (name: string): string =>
        `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData: {password: correct-horse-battery}\n`;
      git(cwd, 'init', '-q', '-b', 'main', 'repo');
      writeFileSync(join(repo, 'apps/ns.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n');
      git(repo, 'add', '-A');
      git(repo, 'commit', '-qm', 'a namespace');
      const first = await follow(join(cwd, 'first'), repo);
      const inRepo = (...args: string[]): Promise<Said> =>
        cli([...args, '--kubeconfig', join(cwd, 'first/.lockstep/kubeconfig')], { cwd: repo, env: ada });
      const commit = (message: string): string => {
        git(repo, 'add', '-A');
        git(repo, 'commit', '-qm', message);
        return git(repo, 'rev-parse', 'HEAD');
      };
      try {
        writeFileSync(join(repo, 'apps/db.yaml'), secret('db'));
        writeFileSync(join(repo, 'apps/deep/other.yaml'), secret('other'));
        expect(await inRepo('secrets', 'sealing-keys', 'renew', '--bits', '2048')).toMatchObject({ code: 0 });
        expect(await inRepo('seal', '--in-place', '-n', 'shop', 'apps/db.yaml', 'apps/deep/other.yaml')).toMatchObject({ code: 0 });
        const before = commit('sealed');
        expect(await first.passwordAt(before)).toBe('correct-horse-battery');

        const listed = async (): Promise<number> => (await inRepo('secrets', 'sealing-keys', 'list')).out.trim().split('\n').length - 1;
        expect(await listed()).toBe(1);
        expect(await inRepo('secrets', 'sealing-keys', 'renew', '--bits', '2048')).toMatchObject({ code: 0 });
        expect(await listed()).toBe(2);
        const old = readFileSync(join(repo, 'apps/db.yaml'), 'utf8');
        const again = await inRepo('secrets', 'reseal', '--commit');
        expect([again.code, again.err]).toEqual([0, 'apps/db.yaml: 1 value sealed again\napps/deep/other.yaml: 1 value sealed again\n']);
        const after = git(repo, 'rev-parse', 'HEAD');
        expect(git(repo, 'show', '--format=', '--name-only', after)).toBe('apps/db.yaml\napps/deep/other.yaml');
        expect([git(repo, 'rev-parse', `${after}~1`), readFileSync(join(repo, 'apps/db.yaml'), 'utf8') === old]).toEqual([before, false]);
        expect(await first.passwordAt(after)).toBe('correct-horse-battery');
        expect(await inRepo('secrets', 'sealing-keys', 'export', '--output', join(cwd, 'keys.yaml'))).toMatchObject({ code: 0 });

        // Back to what was sealed for the old key, with nothing left of the Secret.
        git(repo, 'revert', '--no-edit', after);
        await first.kube.delete(SECRETS, 'shop', 'db');
        const reverted = git(repo, 'rev-parse', 'HEAD');
        expect(readFileSync(join(repo, 'apps/db.yaml'), 'utf8')).toBe(old);
        expect(await first.passwordAt(reverted)).toBe('correct-horse-battery');

        const second = await follow(join(cwd, 'second'), repo);
        try {
          const kubeconfig = join(cwd, 'second/.lockstep/kubeconfig');
          expect(await cli(['secrets', 'sealing-keys', 'import', 'keys.yaml', '--kubeconfig', kubeconfig], { cwd })).toMatchObject({
            code: 0,
          });
          expect(await second.passwordAt(reverted)).toBe('correct-horse-battery');
        } finally {
          await second.stop();
        }
      } finally {
        await first.stop();
      }
    }),
);
