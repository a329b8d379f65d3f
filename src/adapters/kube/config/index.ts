/**
 * Where a connection comes from: kubeconfig text, kubeconfig files, the pod's service account.
 * In: text, paths, permissions. Out: a connection, or an error with a stable code. Never: opens a connection or reads the environment.
 */
export { loadKubeconfig, parseKubeconfig, type ParseConfig } from './load.ts';
export { rotatedCredentials } from './credentials.ts';
export type { ConnectionOverrides } from './overrides.ts';
export { inClusterConnection } from './in-cluster.ts';
export type { KubeconfigError, KubeconfigOptions } from './kubeconfig.ts';
