/**
 * The wire to a Kubernetes API server: real HTTP, or a direct call into the embedded cluster. Both pass one suite.
 * Bodies that cross in process are frozen JSON values shared by both sides, never copies; over HTTP they are bytes.
 */
import type { Json, KubeObject } from '../core/object/index.ts';

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute and already percent-encoded, without a query: `/apis/apps/v1/namespaces/shop/deployments/web`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: KubeBody;
  readonly signal?: AbortSignal;
}

export type KubeBody = { readonly kind: 'json'; readonly value: Json } | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** For ERROR a `Status`. */
  readonly object: KubeObject;
}

export interface KubeResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body:
    | { readonly kind: 'json'; readonly value: Json }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    /** A watch: ends when the server ends it, throws when the connection breaks. */
    | { readonly kind: 'events'; readonly events: AsyncIterable<WatchEvent> }
    /** A followed log. */
    | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Uint8Array> };
}

export interface KubeTransport {
  /** Rejects only when no answer came (connection refused, reset, timed out, aborted); HTTP errors are responses. */
  send(request: KubeRequest): Promise<KubeResponse>;
  close(): Promise<void>;
}
