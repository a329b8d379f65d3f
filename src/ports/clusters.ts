/** Other clusters as a port: from the text of a kubeconfig to a wire. */
import type { Result } from '../std/index.ts';
import type { KubeTransport } from './kube-transport.ts';

export interface ConnectOptions {
  /** Absent: the file's `current-context`. */
  readonly context?: string;
  readonly allowInsecureTls: boolean;
}

export interface ConnectedCluster {
  /** Nothing was sent so far. */
  readonly transport: KubeTransport;
  /** Address of the API server. */
  readonly server: string;
}

/** The kubeconfig came from somebody: it may read no files and run no programs. The error says what is wrong with it. */
export type ConnectCluster = (
  kubeconfig: string,
  options: ConnectOptions,
) => Promise<Result<ConnectedCluster, { readonly message: string }>>;
