/** A disk that is really full: what was acknowledged stays, what was not is refused in words, and once there is room everything goes on. */
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { createKubeClient } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import { FileJournal, Store } from '../../src/apiserver/store/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { smallDisk, smallDiskMissing } from '../small-disk.ts';

const maps: ApiResource = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true, verbs: ['create'] };
const opened: Cluster[] = [];
afterEach(async () => {
  for (const cluster of opened.splice(0)) await cluster.close();
});

async function start(dataDir: string): Promise<KubeClient> {
  const clock = systemClock();
  const cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: { dataDir } });
  opened.push(cluster);
  return createKubeClient(cluster.transport(), { clock });
}

const create = (client: KubeClient, name: string) =>
  client.create(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { x: 'x'.repeat(50_000) } });

const names = async (client: KubeClient): Promise<readonly string[]> => {
  const listed = await client.list(maps, { namespace: 'default' });
  return listed.ok ? listed.value.items.map(({ metadata }) => metadata.name ?? '').filter((name) => name.startsWith('m')) : [];
};

describe.skipIf(smallDiskMissing !== undefined)('the embedded cluster on a full disk', () => {
  test('refuses writes, answers reads, and has after a restart exactly what it acknowledged', async () => {
    await using disk = smallDisk(2);
    const client = await start(disk.path);
    const acknowledged: string[] = [];
    let refusal = '';
    for (let index = 0; index < 100 && refusal === ''; index += 1) {
      const made = await create(client, `m${index}`);
      if (made.ok) acknowledged.push(`m${index}`);
      else refusal = `${made.error.code} ${made.error.message}`;
    }
    expect(acknowledged.length).toBeGreaterThan(5);
    expect(refusal).toMatch(/^500 .*no space left on device/i);
    expect((await names(client)).toSorted()).toEqual(acknowledged.toSorted());
    disk.resize(8);
    expect((await create(client, 'm-later')).ok).toBe(true);
    await opened.pop()?.close();
    expect((await names(await start(disk.path))).toSorted()).toEqual([...acknowledged, 'm-later'].toSorted());
    await opened.pop()?.close();
  });

  test('a journal that finds no room to be rewritten goes on in the old file', async () => {
    await using disk = smallDisk(20);
    const { journal } = FileJournal.open(disk.path, false);
    const store = new Store({ journal });
    journal.attach(function* () {
      for (const table of store.tables()) for (const entry of Array.from(table.entries.values())) yield { table: table.name, entry };
    });
    const object = (data: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { data } });
    let stored = 0;
    try {
      // 5 MB of objects, written over and over: at 16 MB of history a rewrite begins, for which 4 MB are left.
      for (; stored < 400; stored += 1) {
        store.put('configmaps', `k${stored % 50}`, object('x'.repeat(100_000) + String(stored)));
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
    expect(stored).toBeGreaterThan(160);
    expect(readdirSync(disk.path)).toEqual(['journal']);
    const before = [...store.table('configmaps').entries.values()].map(({ key, revision }) => `${key} ${revision}`);
    await store.close();
    const again = FileJournal.open(disk.path, false);
    const reopened = new Store({ journal: again.journal }, again.loaded);
    expect([...reopened.table('configmaps').entries.values()].map(({ key, revision }) => `${key} ${revision}`).toSorted()).toEqual(
      before.toSorted(),
    );
    await reopened.close();
  });
});
