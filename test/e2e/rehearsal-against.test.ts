/**
 * A rehearsal equals, object by object after normalising, the same system deployed: always on the embedded cluster, and on a real API server when
 * LOCKSTEP_E2E_KUBECONFIG names one that may be written to (with LOCKSTEP_E2E_FAKE_KUBELET=1 where it has no nodes).
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { chooseConnection, connect, startHosted, type HostedSystem, type SystemOptions } from '../../src/app/index.ts';
import type { Report } from '../../src/core/rehearsal/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { playKubelet } from './fake-kubelet.ts';
import { cli } from './in-process.ts';
import { inFolder, projectRoot } from './program.ts';

const { LOCKSTEP_E2E_KUBECONFIG: file, LOCKSTEP_E2E_FAKE_KUBELET: fake } = process.env;
const CONFIG_MAPS: ApiResource = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true, verbs: [] };

interface Deployed {
  readonly hosted: HostedSystem;
  readonly folder: string;
  rehearse(...args: string[]): Promise<Report>;
}

/** An example, followed by a whole Lockstep until every App is ready. */
const deployed = (example: string, cluster: SystemOptions['cluster'], body: (deployed: Deployed) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const seed = join(projectRoot, 'examples', example);
    const hosted = await startHosted({
      folder: join(folder, 'data'),
      cluster,
      statusPort: 0,
      gitPort: 0,
      env: { PATH: process.env['PATH'] },
      log: silentLog(),
      seed,
      repository: example,
      root: { path: 'apps', names: { source: example === 'shop' ? 'system' : example, app: 'root' } },
    });
    const kubeconfig = file !== undefined && 'real' in cluster ? resolve(projectRoot, file) : hosted.state.kubeconfig;
    const run = (...args: string[]): ReturnType<typeof cli> => cli([...args, '--kubeconfig', kubeconfig], { cwd: folder });
    try {
      await allReady(hosted.system.kube);
      const context = currentContext(kubeconfig);
      await body({
        hosted,
        folder,
        rehearse: async (...args) => {
          const { out, err } = await run(
            'rehearse',
            seed,
            '--against',
            context,
            '-o',
            'json',
            '--assume',
            'FeatureFlag.shop.example.com',
            ...args,
          );
          expect(err).toBe('');
          return JSON.parse(out) as Report;
        },
      });
    } finally {
      await hosted.stop();
    }
  });

const currentContext = (kubeconfig: string): string => /"?current-context"?: "?([^"\n]+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1] ?? '';

async function allReady(kube: KubeClient): Promise<void> {
  const apps: ApiResource = { group: 'lockstep.dev', version: 'v1', kind: 'App', resource: 'apps', namespaced: true, verbs: [] };
  for (let turn = 0; turn < 1200; turn += 1) {
    const listed = await kube.list(apps);
    const states = (listed.ok ? listed.value.items : []).map(
      (app) =>
        (app['status'] as { conditions?: { type: string; status: string }[] } | undefined)?.conditions?.find(({ type }) => type === 'Ready')
          ?.status,
    );
    if (states.length > 1 && states.every((status) => status === 'True')) return;
    await new Promise((wait) => setTimeout(wait, 250));
  }
  throw new Error('the example does not become ready');
}

test('what was rehearsed is what runs; what somebody changed, deleted and left behind is named', () =>
  deployed('shop', { embedded: { port: 0 } }, async ({ hosted, rehearse }) => {
    const { kube } = hosted.system;
    const same = (await rehearse()).against;
    expect(same).toMatchObject({ differ: [], missing: [], extra: [], unread: [] });
    expect(same?.same).toBeGreaterThan(30);

    await kube.patch(
      CONFIG_MAPS,
      { namespace: 'staging', name: 'web' },
      { type: 'application/merge-patch+json', value: { data: { LOG_LEVEL: 'loud' } }, fieldManager: 'kubectl' },
    );
    const left = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'left', namespace: 'staging', labels: { 'lockstep.dev/app': 'gone' } },
    };
    await kube.create(CONFIG_MAPS, left, { fieldManager: 'kubectl' });
    // Healing is under way: only what was left behind stays for certain.
    expect((await rehearse()).against?.extra).toEqual(['ConfigMap/staging/left']);
  }));

/** On a server that holds nothing else yet: the shop, or what LOCKSTEP_E2E_EXAMPLE names. */
test.skipIf(file === undefined)('an example on a real API server equals its rehearsal', { timeout: 900_000 }, async () => {
  const connection = await chooseConnection({ kubeconfig: resolve(projectRoot, file ?? ''), cwd: projectRoot, env: {} });
  if (!connection.ok) throw new Error(connection.error.message);
  const ended = new AbortController();
  const kube = await connect({ kubeconfig: resolve(projectRoot, file ?? ''), cwd: projectRoot, env: {} });
  if (!kube.ok) throw new Error(kube.error.message);
  const playing = fake === '1' ? playKubelet(kube.value, ended.signal) : Promise.resolve();
  try {
    for (const example of [process.env['LOCKSTEP_E2E_EXAMPLE'] ?? 'shop'])
      await deployed(example, { real: connection.value }, async ({ rehearse }) => {
        const { against } = await rehearse();
        console.log(`${example}: ${against?.same ?? 0} objects equal on Kubernetes ${against?.kubernetes ?? ''}`);
        expect(against).toMatchObject({ differ: [], missing: [], extra: [], unread: [] });
      });
  } finally {
    ended.abort();
    await playing;
    await kube.value.close();
  }
});
