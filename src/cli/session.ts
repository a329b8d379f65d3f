/** Flags and connection shared by every command that talks to a cluster. */
import { chooseConnection, connect, type SystemOptions } from '../app/index.ts';
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

export interface RunChoice extends ClusterChoice {
  readonly inCluster?: boolean;
  /** Of the embedded cluster's API. */
  readonly port: number;
}

/** Where the controllers work: on a real cluster only when one is asked for by name. @throws CommandError when it cannot be chosen. */
export async function chooseCluster(choice: RunChoice, io: Io): Promise<SystemOptions['cluster']> {
  const real = choice.inCluster === true || choice.kubeconfig !== undefined || choice.context !== undefined;
  if (!real) return { embedded: { port: choice.port } };
  const connection = await chooseConnection({ ...choice, cwd: io.cwd, env: io.env });
  if (!connection.ok) throw new CommandError(connection.error.message, connection.error.hint);
  return { real: connection.value };
}
