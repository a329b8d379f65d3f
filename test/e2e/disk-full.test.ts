/** `lockstep up` whose disk fills: it lives on, says why it stands still, and goes on by itself once there is room. Nothing is lost. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitFixture } from '../../src/testing/servers/index.ts';
import { smallDisk, smallDiskMissing } from '../small-disk.ts';
import { type Ended, inFolder, lockstep, spawnLockstep } from './program.ts';

const map = (name: string, size: number): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {x: "${Array.from({ length: size }, (_, index) => (index * 7919) % 10).join('')}"}\n`;

/** The Source that `up --name repo` makes, looked at often. */
const often = (repo: string): string =>
  `apiVersion: lockstep.dev/v1\nkind: Source\nmetadata: {name: repo}\nspec: {git: {url: "file://${repo}"}, interval: 5s}\n`;

const soon = { timeout: 60_000, interval: 300 };

test.skipIf(smallDiskMissing !== undefined)('lockstep up on a disk that fills lives on, and goes on once there is room', () =>
  inFolder(async (folder) => {
    await using disk = smallDisk(24);
    const clone = gitFixture();
    clone.commit({ 'one.yaml': map('one', 10) });
    const up = spawnLockstep(['up', '--repo', clone.path, '--name', 'repo', '--data', disk.path], { cwd: folder });
    const run = (...args: readonly string[]): Promise<Ended> =>
      lockstep([...args, '--kubeconfig', join(disk.path, 'kubeconfig')], { cwd: folder });
    const found = async (name: string): Promise<boolean> => (await run('get', 'configmap', name, '-n', 'default')).code === 0;
    try {
      await up.says('Healthy');
      writeFileSync(join(folder, 'often.yaml'), often(clone.path));
      expect(await run('apply', '-f', 'often.yaml', '-n', 'lockstep-system')).toMatchObject({ code: 0, err: '' });
      const { statusUrl } = JSON.parse(readFileSync(join(disk.path, 'state.json'), 'utf8')) as { readonly statusUrl: string };
      const fetches = async (): Promise<number> => {
        const metrics = await (await fetch(`${statusUrl}/metrics`)).text();
        return Number(/^lockstep_fetch_seconds_count.* (\d+)$/m.exec(metrics)?.[1]);
      };
      const room = disk.fill();
      clone.commit({ 'two.yaml': map('two', 200_000) });
      // It has tried to fetch what there is no room for.
      const before = await fetches();
      await expect.poll(fetches, soon).toBeGreaterThan(before);
      const refused = await run('sync', 'repo', '-n', 'lockstep-system');
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('no space left on device')]);
      expect([await found('one'), await found('two')]).toEqual([true, false]);
      expect(up.output()).not.toMatch(/TypeError|ENOSPC.*\n\s+at /);
      room();
      await expect.poll(() => found('two'), soon).toBe(true);
      expect(await found('one')).toBe(true);
    } catch (error) {
      throw new Error(`${String(error)}\n${up.output()}`);
    } finally {
      await up.stop();
      clone.remove();
    }
  }),
);
