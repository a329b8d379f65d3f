/**
 * Stories: requests whose order matters, told once and sent to a real API server and to the embedded cluster alike. `$ns` in a path or a body stands for
 * the namespace of the telling and for the first part of every name without a namespace; `$[x]` stands for what a step before kept as `x`.
 */
import type { Json, JsonObject } from '../../../src/core/object/index.ts';
import type { Sent } from '../generator.ts';

export interface Ask extends Sent {
  /** Keeps a value of the answer, found by its path (`metadata.uid`), under a name. */
  readonly keep?: Readonly<Record<string, string>>;
  /** What the request is for; its answer is not compared. */
  readonly quiet?: true;
  /** Repeats the request until the answer has this status, or this text in its body; for what a server does a little later. */
  readonly until?: number | string;
  /** Times for the real server to let a change reach all its parts, in milliseconds. */
  readonly settle?: number;
}

export type Step = Ask | { readonly watch: string; readonly as: string } | { readonly events: string };

export interface Story {
  readonly name: string;
  readonly steps: readonly Step[];
}

const JSON_TYPE = 'application/json';

export const post = (path: string, body: Json, more: Partial<Ask> = {}): Ask => ({
  method: 'POST',
  path,
  contentType: JSON_TYPE,
  body,
  ...more,
});

export const put = (path: string, body: Json, more: Partial<Ask> = {}): Ask => ({ ...post(path, body, more), method: 'PUT' });

export const edit = (path: string, change: JsonObject, more: Partial<Ask> = {}): Ask => ({
  method: 'PUT',
  path,
  contentType: JSON_TYPE,
  edit: { from: path.split('?')[0] ?? '', change, version: 'live' },
  ...more,
});

export const merge = (path: string, body: Json, more: Partial<Ask> = {}): Ask => ({
  method: 'PATCH',
  path,
  contentType: 'application/merge-patch+json',
  body,
  ...more,
});

export const strategic = (path: string, body: Json, more: Partial<Ask> = {}): Ask => ({
  ...merge(path, body, more),
  contentType: 'application/strategic-merge-patch+json',
});

export const jsonPatch = (path: string, body: Json, more: Partial<Ask> = {}): Ask => ({
  ...merge(path, body, more),
  contentType: 'application/json-patch+json',
});

/** Server-side apply; the object's path carries the manager. */
export const apply = (path: string, body: Json, more: Partial<Ask> = {}): Ask => ({
  ...merge(path.includes('fieldManager') ? path : `${path}${path.includes('?') ? '&' : '?'}fieldManager=alice`, body, more),
  contentType: 'application/apply-patch+yaml',
});

/** A watch that is read like an answer ends after a second. */
const ending = (path: string): string =>
  /[?&]watch=|\/watch\//.test(path) ? `${path}${path.includes('?') ? '&' : '?'}timeoutSeconds=1` : path;

export const get = (path: string, more: Partial<Ask> = {}): Ask => ({ method: 'GET', path: ending(path), ...more });

export const del = (path: string, body?: Json, more: Partial<Ask> = {}): Ask => ({
  method: 'DELETE',
  path,
  ...(body === undefined ? {} : { contentType: JSON_TYPE, body }),
  ...more,
});

/** Paths in the story's namespace. */
export const core = (rest: string): string => `/api/v1/namespaces/$ns/${rest}`;
export const group = (name: string, rest: string): string => `/apis/${name}/namespaces/$ns/${rest}`;
export const apps = (rest: string): string => group('apps/v1', rest);

export const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';
export const PARTIAL = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
export const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

export const configMap = (name: string, data: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

/** A Pod that every server takes. */
export const pod = (name: string, metadata: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }], ...spec },
});

export const deployment = (name: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }] } },
    ...spec,
  },
});
