/**
 * The tour on a real API server: planner and embedded server share code, so a mistake in it shows only here.
 * Runs when LOCKSTEP_E2E_KUBECONFIG names a cluster that may be written to. Its nodes must be simulated (kwok); a control plane without any nodes
 * works too, with LOCKSTEP_E2E_FAKE_KUBELET=1.
 */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../src/app/index.ts';
import { playKubelet } from './fake-kubelet.ts';
import { installStory } from './install-story.ts';
import { inFolder, lockstep, projectRoot } from './program.ts';

const { LOCKSTEP_E2E_KUBECONFIG: file, LOCKSTEP_E2E_FAKE_KUBELET: fake } = process.env;

test.skipIf(file === undefined)('the tour holds on a real cluster', { timeout: 600_000 }, () =>
  inFolder(async (folder) => {
    const kubeconfig = resolve(projectRoot, file ?? '');
    const ended = new AbortController();
    const playing = fake === '1' ? startKubelet(kubeconfig, ended.signal) : Promise.resolve();
    const { code, out, err } = await lockstep(['demo', '--tour', '--kubeconfig', kubeconfig], { cwd: folder });
    ended.abort();
    await playing;
    expect(`${out}${err}`).toContain('steps held');
    expect(code).toBe(0);
  }),
);

test.skipIf(file === undefined)(
  '20 tenants on an installation that has exactly its own rights, on a real cluster',
  { timeout: 600_000 },
  () =>
    inFolder(async (folder) => {
      const kubeconfig = resolve(projectRoot, file ?? '');
      const ended = new AbortController();
      const playing = fake === '1' ? startKubelet(kubeconfig, ended.signal) : Promise.resolve();
      try {
        await installStory({ kubeconfig, folder, tenants: 20 });
      } finally {
        ended.abort();
        await playing;
      }
    }),
);

async function startKubelet(kubeconfig: string, signal: AbortSignal): Promise<void> {
  const kube = await connect({ kubeconfig, cwd: projectRoot, env: {} });
  if (!kube.ok) throw new Error(kube.error.message);
  await playKubelet(kube.value, signal);
  await kube.value.close();
}
