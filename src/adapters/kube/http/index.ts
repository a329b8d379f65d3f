/**
 * The Kubernetes transport over HTTP.
 * In: a connection. Out: the port KubeTransport. Never: interprets what it carries beyond JSON and lines.
 */
export { httpTransport, type HttpOptions } from './transport.ts';
export type { Credentials, KubeConnection } from './connection.ts';
