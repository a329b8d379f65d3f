/** Kubernetes as a port: a thin dynamic client. Expected failures are values; exceptions are bugs. */
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import type { Result } from '../std/index.ts';
import type { KubeRequest, KubeResponse, WatchEvent } from './kube-transport.ts';

/** One served resource type, as discovery tells it. */
export interface ApiResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural: `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly singular?: string;
  readonly categories?: readonly string[];
}

export interface KubeError {
  /** HTTP status; 0 when there was no answer. */
  readonly code: number;
  /** The Status' reason (`NotFound`, `Conflict`, `Invalid`, …); `Unreachable` or `Timeout` without an answer. */
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
  /** What it said, where that is JSON but no `Status`: the answer of a Service behind the proxy. */
  readonly answer?: JsonObject;
}

/** Who a request acts as, by impersonation. An empty user is refused before anything is sent (S11). */
export interface Identity {
  readonly user: string;
  readonly groups?: readonly string[];
}

export interface KubeList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface WatchOptions extends ListOptions {
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
  readonly timeoutSeconds?: number;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** For example `status` or `scale`. */
  readonly subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  readonly force: boolean;
}

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export type PatchType = 'application/json-patch+json' | 'application/merge-patch+json' | 'application/strategic-merge-patch+json';

export interface KubeClient {
  /** All served types, cached until `refresh`. A group whose discovery fails is listed in `failedGroups`, never silently absent (S3g). */
  discover(options?: {
    readonly refresh?: boolean;
  }): Promise<Result<{ readonly resources: readonly ApiResource[]; readonly failedGroups: readonly string[] }, KubeError>>;
  /** The OpenAPI v3 document of a group version, cached by its hash. */
  openapi(group: string, version: string): Promise<Result<Json, KubeError>>;
  /** Git version, for example `v1.33.5`. */
  version(): Promise<Result<string, KubeError>>;
  get(resource: ApiResource, namespace: string, name: string): Promise<Result<KubeObject, KubeError>>;
  /** Pages internally; the items carry apiVersion and kind. */
  list(resource: ApiResource, options?: ListOptions): Promise<Result<KubeList, KubeError>>;
  /** One watch connection; the caller relists and resumes (see `runtime/` for the reflector). */
  watch(resource: ApiResource, options: WatchOptions): Promise<Result<AsyncIterable<WatchEvent>, KubeError>>;
  create(resource: ApiResource, object: KubeObject, options?: WriteOptions): Promise<Result<KubeObject, KubeError>>;
  /** PUT; optimistic when the object carries a resourceVersion. */
  update(resource: ApiResource, object: KubeObject, options?: WriteOptions): Promise<Result<KubeObject, KubeError>>;
  patch(
    resource: ApiResource,
    target: { readonly namespace: string; readonly name: string },
    patch: { readonly type: PatchType; readonly value: Json } & WriteOptions,
  ): Promise<Result<KubeObject, KubeError>>;
  /** Server-side apply. */
  apply(resource: ApiResource, object: KubeObject, options: ApplyOptions): Promise<Result<KubeObject, KubeError>>;
  /** `null` when it is gone at once; the object while finalizers hold it. */
  delete(resource: ApiResource, namespace: string, name: string, options?: DeleteOptions): Promise<Result<KubeObject | null, KubeError>>;
  /** For what the methods above do not cover (logs, discovery documents, health). */
  raw(request: KubeRequest): Promise<Result<KubeResponse, KubeError>>;
  /** The same server and caches, acting as somebody else. */
  as(identity: Identity): KubeClient;
  close(): Promise<void>;
}
