/**
 * Kubernetes: the client over any transport, and the HTTP transport with its kubeconfig.
 * In: a transport or a connection. Out: the ports KubeClient and KubeTransport, errors as values. Never: caches objects (see `runtime/`), reads the environment.
 */
export { createKubeClient } from './client.ts';
export { statusError } from './errors.ts';
export { parseJson, stringifyJson } from './json.ts';
