/**
 * Kubernetes: the client over any transport, and the HTTP transport with its kubeconfig.
 * In: a transport or a connection. Out: the ports KubeClient and KubeTransport, errors as values. Never: caches objects (see `runtime/`), reads the environment.
 */
export { createKubeClient } from './client.ts';
export { inTurns } from './in-turns.ts';
export { parseJson, stringifyJson } from './json.ts';
export { httpTransport, type Credentials, type HttpOptions, type KubeConnection } from './http/index.ts';
export {
  inClusterConnection,
  loadKubeconfig,
  parseKubeconfig,
  rotatedCredentials,
  type ConnectionOverrides,
  type KubeconfigError,
  type KubeconfigOptions,
  type ParseConfig,
} from './config/index.ts';
