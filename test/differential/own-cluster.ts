/** The embedded cluster as a real API server stands alone: served over HTTPS, empty, nothing simulated. */
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { createCluster } from '../../src/apiserver/index.ts';
import { type Client, clientOf } from './client.ts';

export async function ownCluster(): Promise<{ readonly client: Client; readonly close: () => Promise<void> }> {
  const cluster = await createCluster({
    clock: systemClock(),
    random: systemRandom(),
    log: silentLog(),
    storage: 'memory',
    simulate: false,
  });
  const { url } = await cluster.listen();
  return { client: clientOf(cluster.kubeconfig(url)), close: () => cluster.close() };
}
