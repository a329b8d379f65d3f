/**
 * Real kubectl against the embedded cluster, compared with what the same commands printed on a real control plane (kubectl.recorded.json). With a
 * kubectl of another minor version only exit codes are compared: its texts are its own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import { clientVersion, type Printed, runGroup } from './kubectl.run.ts';
import { type Group, groups } from './kubectl.steps.ts';

interface Recorded {
  readonly client: string;
  readonly groups: Readonly<Record<string, readonly Printed[]>>;
}

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'kubectl.recorded.json'), 'utf8')) as Recorded;
const client = clientVersion();
const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

if (client === undefined) {
  test(`kubectl: NOT RUN (${groups.reduce((sum, group) => sum + group.steps.length, 0)} commands; no kubectl on the PATH)`, () => {
    console.warn('NOT RUN: the recorded kubectl commands need kubectl on the PATH');
  });
} else {
  const sameClient = minor(client) === minor(recorded.client);
  const agree = (printed: Printed, wanted: Printed): boolean =>
    printed.code === wanted.code && (!sameClient || (printed.out === wanted.out && printed.err === wanted.err));

  describe(`kubectl ${client} as recorded${sameClient ? '' : ' (exit codes only)'}`, () => {
    const home = mkdtempSync(join(tmpdir(), 'lockstep-kubectl-'));
    const kubeconfig = join(home, 'config');
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory' });
      const { url } = await cluster.listen();
      writeFileSync(kubeconfig, cluster.kubeconfig(url));
    });

    afterAll(async () => {
      await cluster.close();
      rmSync(home, { recursive: true, force: true });
    });

    test.concurrent.each(groups.map((group) => [group.name, group] as const))('%s', { timeout: 240_000 }, async (name, group: Group) => {
      const wanted = recorded.groups[name] ?? [];
      const printed = await runGroup({ kubeconfig, home }, group, (at, found) => wanted[at] !== undefined && agree(found, wanted[at]));
      const different = printed.filter((found, at) => wanted[at] === undefined || !agree(found, wanted[at]));
      expect(different).toEqual(wanted.filter((row, at) => !agree(printed[at] as Printed, row)));
    });
  });
}
