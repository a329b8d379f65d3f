/**
 * The Kube port over all its transports: a direct call into the embedded cluster, HTTPS to it, and a real API server when LOCKSTEP_E2E_KUBECONFIG names
 * one. Planner and embedded server share code, so only the last one is an independent witness.
 */
import { test } from 'vitest';
import { noMetrics } from '../../src/adapters/metrics/index.ts';
import { createKubeClient, httpTransport, loadKubeconfig, parseKubeconfig } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { createCluster, type Cluster } from '../../src/apiserver/index.ts';
import { decode, sigsYaml } from '../../src/core/yaml/index.ts';
import { err, ok } from '../../src/std/index.ts';
import { kubeSuite } from '../../src/testing/ports/index.ts';

const clock = systemClock();
const cluster = (): Promise<Cluster> =>
  createCluster({ clock, random: systemRandom(), log: silentLog(), metrics: noMetrics(), storage: 'memory' });

const parse = (text: string) => {
  const decoded = decode(text, { variant: sigsYaml });
  return decoded.ok ? ok(decoded.value) : err(decoded.error.message);
};

kubeSuite('in process', async () => {
  const embedded = await cluster();
  return { client: createKubeClient(embedded.transport(), { clock }), close: () => embedded.close() };
});

kubeSuite('HTTPS to the embedded cluster', async () => {
  const embedded = await cluster();
  const { url } = await embedded.listen();
  const connection = await parseKubeconfig(embedded.kubeconfig(url), parse, { clock });
  if (!connection.ok) throw new Error(connection.error.message);
  const client = createKubeClient(httpTransport(connection.value), { clock });
  return {
    client,
    close: async () => {
      await client.close();
      await embedded.close();
    },
  };
});

const real = process.env['LOCKSTEP_E2E_KUBECONFIG'];
if (real === undefined) {
  test('HTTP to a real API server: NOT RUN (LOCKSTEP_E2E_KUBECONFIG is not set)', () => {
    console.warn('NOT RUN: the Kube port against a real API server (set LOCKSTEP_E2E_KUBECONFIG)');
  });
} else {
  kubeSuite('a real API server', async () => {
    const connection = await loadKubeconfig([real], parse, { clock, allowInsecure: true });
    if (!connection.ok) throw new Error(connection.error.message);
    const client = createKubeClient(httpTransport(connection.value), { clock });
    return { client, close: () => client.close() };
  });
}
