/** Flags and connection shared by every command that talks to a cluster. */
import { connect } from '../app/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { CommandError } from './errors.ts';
import type { FlagTable } from './flags.ts';
import type { Io } from './io.ts';

export const CLUSTER_FLAGS = {
  kubeconfig: {
    type: 'string',
    value: 'FILE',
    doc: 'The cluster to talk to; else $KUBECONFIG, else the one started here, else ~/.kube/config',
  },
  context: { type: 'string', value: 'NAME', doc: 'Context of the kubeconfig' },
} as const satisfies FlagTable;

export const NAMESPACE_FLAG = {
  namespace: { type: 'string', short: 'n', value: 'NAMESPACE', doc: 'Namespace; without it all namespaces are looked through' },
} as const satisfies FlagTable;

export interface ClusterChoice {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** Runs `body` with a client and closes it afterwards. @throws CommandError when no cluster can be chosen. */
export async function withCluster<T>(choice: ClusterChoice, io: Io, body: (kube: KubeClient) => Promise<T>): Promise<T> {
  const kube = await connect({ ...choice, cwd: io.cwd, env: io.env });
  if (!kube.ok) throw new CommandError(kube.error.message, kube.error.hint);
  try {
    return await body(kube.value);
  } finally {
    await kube.value.close();
  }
}
