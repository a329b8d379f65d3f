/** What the server serves: aggregated discovery where it is offered, the older documents otherwise. Failed groups are named, never absent (S3g). */
import { getKey, isObject, type Json, type JsonObject } from '../../core/object/index.ts';
import type { ApiResource, KubeError, KubeResponse } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { responseJson } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { groupVersionPath } from './paths.ts';

export interface Discovered {
  readonly resources: readonly ApiResource[];
  readonly failedGroups: readonly string[];
}

const aggregated = (version: string): string => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
const accept = [aggregated('v2'), aggregated('v2beta1'), 'application/json'].join(',');

interface Document {
  readonly etag: string | undefined;
  readonly value: Json;
}

interface Found {
  readonly resources: ApiResource[];
  readonly failed: Set<string>;
}

/** One server's discovery, kept until `refresh`; documents that did not change cost a 304. */
export class Discovery {
  readonly #exchange: Exchange;
  readonly #documents = new Map<string, Document>();
  #known: Promise<Result<Discovered, KubeError>> | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Calls that overlap share one round; a failed round is not kept. */
  discover(options: { readonly refresh?: boolean } = {}): Promise<Result<Discovered, KubeError>> {
    if (this.#known !== undefined && options.refresh !== true) return this.#known;
    const round = this.#read();
    this.#known = round;
    void round.then((result) => {
      if (!result.ok && this.#known === round) this.#known = undefined;
    });
    return round;
  }

  async #read(): Promise<Result<Discovered, KubeError>> {
    const found: Found = { resources: [], failed: new Set() };
    for (const path of ['/api', '/apis']) {
      const document = await this.#get(path);
      if (!document.ok) return document;
      if (isAggregated(document.value)) readAggregated(document.value, found);
      else await this.#readLegacy(path, document.value, found);
    }
    return ok({ resources: found.resources, failedGroups: [...found.failed] });
  }

  async #get(path: string): Promise<Result<Json, KubeError>> {
    const before = this.#documents.get(path);
    const headers = { accept, ...(before?.etag !== undefined && { 'if-none-match': before.etag }) };
    const response = await this.#exchange.send({ method: 'GET', path, headers });
    if (!response.ok) return response;
    if (response.value.status === 304 && before !== undefined) return ok(before.value);
    return this.#keep(path, response.value);
  }

  #keep(path: string, response: KubeResponse): Result<Json, KubeError> {
    const value = responseJson(response);
    if (!isObject(value))
      return err({ code: response.status, reason: 'Unknown', message: `${path} did not answer with a discovery document` });
    this.#documents.set(path, { etag: getKey(response.headers, 'etag'), value });
    return ok(value);
  }

  /** `/api` lists versions, `/apis` groups with versions; each version is a document of its own and may fail alone. */
  async #readLegacy(path: string, document: Json, found: Found): Promise<void> {
    const versions =
      path === '/api' ? strings(field(document, 'versions')).map((version) => ({ group: '', version })) : legacyGroups(document);
    const documents = await Promise.all(versions.map(({ group, version }) => this.#get(groupVersionPath(group, version))));
    for (const [index, { group, version }] of versions.entries()) {
      const list = documents[index];
      if (list?.ok === true)
        found.resources.push(...objects(field(list.value, 'resources')).flatMap((entry) => legacyResource(entry, { group, version })));
      else found.failed.add(group);
    }
  }
}

const isAggregated = (document: Json): boolean => field(document, 'kind') === 'APIGroupDiscoveryList';

/** Order: the server's, which is by priority; the first version of a group is the preferred one. */
function readAggregated(document: Json, found: Found): void {
  for (const item of objects(field(document, 'items'))) {
    const group = string(field(item['metadata'], 'name'));
    for (const entry of objects(item['versions'])) {
      const version = string(entry['version']);
      if (entry['freshness'] === 'Stale') found.failed.add(group);
      else found.resources.push(...objects(entry['resources']).flatMap((resource) => aggregatedResource(resource, { group, version })));
    }
  }
}

type Of = { readonly group: string; readonly version: string };

function aggregatedResource(entry: JsonObject, of: Of): readonly ApiResource[] {
  const kind = string(field(entry['responseKind'], 'kind'));
  const resource = string(entry['resource']);
  if (kind === '' || resource === '') return [];
  return [
    resourceOf(entry, { ...of, kind, resource, namespaced: entry['scope'] === 'Namespaced', singular: string(entry['singularResource']) }),
  ];
}

function legacyResource(entry: JsonObject, of: Of): readonly ApiResource[] {
  const [kind, resource] = [string(entry['kind']), string(entry['name'])];
  if (kind === '' || resource === '' || resource.includes('/')) return [];
  return [resourceOf(entry, { ...of, kind, resource, namespaced: entry['namespaced'] === true, singular: string(entry['singularName']) })];
}

function resourceOf(
  entry: JsonObject,
  of: Of & Pick<ApiResource, 'kind' | 'resource' | 'namespaced'> & { readonly singular: string },
): ApiResource {
  const [shortNames, categories] = [strings(entry['shortNames']), strings(entry['categories'])];
  const { singular, ...rest } = of;
  return {
    ...rest,
    verbs: strings(entry['verbs']),
    ...(shortNames.length > 0 && { shortNames }),
    ...(singular !== '' && { singular }),
    ...(categories.length > 0 && { categories }),
  };
}

function legacyGroups(document: Json): readonly Of[] {
  return objects(field(document, 'groups')).flatMap((group) => {
    const name = string(group['name']);
    const preferred = string(field(group['preferredVersion'], 'version'));
    const versions = objects(group['versions']).map((entry) => string(entry['version']));
    const ordered = versions.includes(preferred) ? [preferred, ...versions.filter((version) => version !== preferred)] : versions;
    return ordered.map((version) => ({ group: name, version }));
  });
}

const field = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? getKey(value, key) : undefined);
const string = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const strings = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
const objects = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
