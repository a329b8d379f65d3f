/**
 * What answers behind the name of a Service: on the embedded cluster a part of this process, reached through the API server's service proxy; on a
 * real one the same part behind a port.
 */
export interface ServiceRequest {
  readonly method: string;
  /** Absolute, decoded, without a query: `/v1/cert.pem`. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Names in lower case. Credentials of the API server are not among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Who asked, where that is known: only the embedded cluster's proxy tells. */
  readonly user?: { readonly name: string; readonly groups: readonly string[] };
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or chunks as they come; the iteration ends with the client. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Answers a request; a rejection is a bug and becomes 500. */
export type ServiceBackend = (request: ServiceRequest) => Promise<ServiceResponse>;
