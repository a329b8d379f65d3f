/** The wire to another cluster, from a kubeconfig that somebody put into a Secret: it may name no files and start no programs (S22). */
import { httpTransport, parseKubeconfig } from '../adapters/kube/index.ts';
import { systemClock } from '../adapters/system/index.ts';
import type { ConnectCluster } from '../ports/index.ts';
import { err, ok } from '../std/index.ts';
import { parseConfig } from './connect.ts';

/** A server that says nothing for this long does not answer; shorter than for Lockstep's own cluster, because others wait in the same process. */
const TIMEOUT = 15_000;

export const connectCluster: ConnectCluster = async (text, { context, allowInsecureTls }) => {
  const connection = await parseKubeconfig(text, parseConfig, {
    clock: systemClock(),
    allowInsecure: allowInsecureTls,
    ...(context === undefined ? {} : { context }),
  });
  if (!connection.ok) return err({ message: connection.error.message });
  const { server } = connection.value;
  return ok({ transport: httpTransport(connection.value, { userAgent: 'lockstep', timeout: TIMEOUT, connections: 16 }), server });
};
