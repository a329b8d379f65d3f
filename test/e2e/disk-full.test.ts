/** `lockstep up` whose disk fills: it lives on, says why it stands still, and goes on once there is room. Nothing is lost. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { smallDisk, smallDiskMissing } from '../small-disk.ts';
import { inFolder, lockstep, spawnLockstep } from './program.ts';

const git = (cwd: string, ...args: readonly string[]): void => {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
};

const map = (name: string, size: number): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {x: "${Array.from({ length: size }, (_, index) => (index * 7919) % 10).join('')}"}\n`;

function commit(repo: string, name: string, text: string): void {
  mkdirSync(repo, { recursive: true });
  writeFileSync(join(repo, `${name}.yaml`), text);
  git(repo, 'add', '-A');
  git(repo, 'commit', '-qm', name);
}

async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 300)))
    if (await holds()) return;
  throw new Error(`not in ${seconds} s: ${what}`);
}

test.skipIf(smallDiskMissing !== undefined)('lockstep up on a disk that fills lives on, and goes on once there is room', () =>
  inFolder(async (folder) => {
    await using disk = smallDisk(24);
    const repo = join(folder, 'repo');
    mkdirSync(repo);
    git(repo, 'init', '-q', '-b', 'main');
    commit(repo, 'one', map('one', 10));
    const up = spawnLockstep(['up', '--repo', repo, '--data', disk.path], { cwd: folder });
    const found = async (name: string): Promise<boolean> =>
      (await lockstep(['get', 'configmap', name, '-n', 'default', '--kubeconfig', join(disk.path, 'kubeconfig')], { cwd: folder })).code ===
      0;
    try {
      await until('the first revision runs', () => /Healthy/.test(up.output()));
      const room = disk.fill();
      commit(repo, 'two', map('two', 200_000));
      await new Promise((resolve) => setTimeout(resolve, 8000));
      expect(up.output()).not.toMatch(/TypeError|ENOSPC.*\n\s+at /);
      room();
      await lockstep(['sync', 'repo', '-n', 'lockstep-system', '--kubeconfig', join(disk.path, 'kubeconfig')], { cwd: folder });
      await until('the second revision runs', () => found('two'));
      expect(await found('one')).toBe(true);
    } catch (error) {
      throw new Error(`${String(error)}\n${up.output()}`);
    } finally {
      await up.stop();
    }
  }),
);

test.runIf(smallDiskMissing !== undefined)(`NOT RUN: ${smallDiskMissing ?? ''}`, () => expect(smallDiskMissing).toBeDefined());
