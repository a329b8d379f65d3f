/** Other clusters as a port: from the text of a kubeconfig to a wire. */
import type { Result } from '../std/index.ts';
import type { KubeTransport } from './kube-transport.ts';

export interface ConnectOptions {
  /** Absent: the file's `current-context`. */
  readonly context?: string;
  readonly allowInsecureTls: boolean;
  /** Who we are there, in place of what the kubeconfig says; absent: it says so itself. */
  readonly token?: TokenSource;
}

/** Tokens that end: asked for when the last one is about to, and when a server refuses it. */
export type TokenSource =
  /** @throws Error, when there is none now; `life`: milliseconds for which it may be used. */
  | { readonly kind: 'asked'; readonly ask: () => Promise<{ readonly token: string; readonly life: number }> }
  /** The name of a file in the folder of projected tokens. */
  | { readonly kind: 'file'; readonly name: string };

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
