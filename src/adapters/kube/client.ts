/** The dynamic client over any transport: paging, server-side apply, preconditions, impersonation; one shared cache of discovery and schemas. */
import { isObject, type Json, type KubeObject } from '../../core/object/index.ts';
import type {
  ApiResource,
  ApplyOptions,
  Clock,
  DeleteOptions,
  Identity,
  KubeClient,
  KubeError,
  KubeList,
  KubeRequest,
  KubeResponse,
  KubeTransport,
  ListOptions,
  PatchType,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { Discovery, type Discovered } from './discovery.ts';
import { responseJson } from './errors.ts';
import { Exchange } from './exchange.ts';
import { OpenApiDocuments } from './openapi.ts';
import { resourcePath, type PathOf } from './paths.ts';

const pageSize = 500;

type Query = Record<string, string>;
type Method = KubeRequest['method'];

/** A client over `transport`; `clock` paces retries of requests that the server asked to repeat later (429). */
export function createKubeClient(transport: KubeTransport, options: { readonly clock: Clock }): KubeClient {
  const exchange = new Exchange(transport, options.clock);
  return new Client(exchange, { discovery: new Discovery(exchange), documents: new OpenApiDocuments(exchange) });
}

interface Shared {
  readonly discovery: Discovery;
  readonly documents: OpenApiDocuments;
}

class Client implements KubeClient {
  readonly #exchange: Exchange;
  readonly #shared: Shared;

  constructor(exchange: Exchange, shared: Shared) {
    this.#exchange = exchange;
    this.#shared = shared;
  }

  discover(options?: { readonly refresh?: boolean }): Promise<Result<Discovered, KubeError>> {
    if (options?.refresh === true) this.#shared.documents.refresh();
    return this.#shared.discovery.discover(options);
  }

  openapi(group: string, version: string): Promise<Result<Json, KubeError>> {
    return this.#shared.documents.get(group, version);
  }

  async version(): Promise<Result<string, KubeError>> {
    const response = await this.#exchange.send({ method: 'GET', path: '/version', headers: { accept: 'application/json' } });
    if (!response.ok) return response;
    const json = responseJson(response.value);
    const version = isObject(json) ? json['gitVersion'] : undefined;
    return typeof version === 'string' ? ok(version) : err(unexpected(response.value, '/version'));
  }

  get(resource: ApiResource, namespace: string, name: string): Promise<Result<KubeObject, KubeError>> {
    return this.#object('GET', resource, { of: { namespace, name } });
  }

  async list(resource: ApiResource, options: ListOptions = {}): Promise<Result<KubeList, KubeError>> {
    const items: KubeObject[] = [];
    let token = '';
    for (;;) {
      const query: Query = { ...selection(options), limit: String(pageSize), ...(token !== '' && { continue: token }) };
      const page = await this.#page(resource, options, query);
      // The snapshot behind the token is gone: one unpaged list is consistent again (client-go: tools/pager FullListIfExpired).
      if (!page.ok && page.error.code === 410 && token !== '') return this.#page(resource, options, selection(options));
      if (!page.ok) return page;
      items.push(...page.value.items);
      token = page.value.continue;
      if (token === '') return ok({ items, resourceVersion: page.value.resourceVersion });
    }
  }

  async watch(resource: ApiResource, options: WatchOptions): Promise<Result<AsyncIterable<WatchEvent>, KubeError>> {
    const path = resourcePath(resource, { namespace: options.namespace ?? '' });
    if (path === null) return err(refused(resource, { namespace: options.namespace ?? '' }));
    const query: Query = { ...selection(options), watch: 'true', allowWatchBookmarks: 'true', resourceVersion: options.resourceVersion };
    if (options.timeoutSeconds !== undefined) query['timeoutSeconds'] = String(options.timeoutSeconds);
    const response = await this.#exchange.send({
      method: 'GET',
      path,
      query,
      headers: { accept: 'application/json' },
      signal: options.signal,
    });
    if (!response.ok) return response;
    return response.value.body.kind === 'events'
      ? ok(response.value.body.events)
      : err(unexpected(response.value, `the watch of ${resource.resource}`));
  }

  create(resource: ApiResource, object: KubeObject, options: WriteOptions = {}): Promise<Result<KubeObject, KubeError>> {
    const namespace = object.metadata.namespace ?? '';
    const name = object.metadata.name;
    const of =
      options.subresource === undefined || name === undefined ? { namespace } : { namespace, name, subresource: options.subresource };
    return this.#object('POST', resource, { of, body: object, query: writing(options) });
  }

  update(resource: ApiResource, object: KubeObject, options: WriteOptions = {}): Promise<Result<KubeObject, KubeError>> {
    return this.#object('PUT', resource, { of: placeOf(object, options), body: object, query: writing(options) });
  }

  patch(
    resource: ApiResource,
    target: { readonly namespace: string; readonly name: string },
    patch: { readonly type: PatchType; readonly value: Json } & WriteOptions,
  ): Promise<Result<KubeObject, KubeError>> {
    const of = { ...target, ...(patch.subresource !== undefined && { subresource: patch.subresource }) };
    return this.#object('PATCH', resource, { of, body: patch.value, query: writing(patch), contentType: patch.type });
  }

  apply(resource: ApiResource, object: KubeObject, options: ApplyOptions): Promise<Result<KubeObject, KubeError>> {
    const query: Query = { ...writing(options), force: String(options.force) };
    return this.#object('PATCH', resource, {
      of: placeOf(object, options),
      body: object,
      query,
      contentType: 'application/apply-patch+yaml',
    });
  }

  async delete(
    resource: ApiResource,
    namespace: string,
    name: string,
    options: DeleteOptions = {},
  ): Promise<Result<KubeObject | null, KubeError>> {
    const result = await this.#object('DELETE', resource, { of: { namespace, name }, body: deleteBody(options) });
    if (!result.ok) return result;
    // A Status (or an object that no finalizer holds) means that it is gone.
    const held = result.value.kind !== 'Status' && result.value.metadata?.deletionTimestamp !== undefined;
    return ok(held ? result.value : null);
  }

  raw(request: KubeRequest): Promise<Result<KubeResponse, KubeError>> {
    return this.#exchange.send(request);
  }

  as(identity: Identity): KubeClient {
    return new Client(this.#exchange.as(identity), this.#shared);
  }

  close(): Promise<void> {
    return this.#exchange.close();
  }

  async #page(
    resource: ApiResource,
    options: ListOptions,
    query: Query,
  ): Promise<Result<KubeList & { readonly continue: string }, KubeError>> {
    const path = resourcePath(resource, { namespace: options.namespace ?? '' });
    if (path === null) return err(refused(resource, { namespace: options.namespace ?? '' }));
    const response = await this.#exchange.send({ method: 'GET', path, query, headers: { accept: 'application/json' } });
    if (!response.ok) return response;
    const json = responseJson(response.value);
    if (!isObject(json) || !(Array.isArray(json['items']) || json['items'] === null)) return err(unexpected(response.value, path));
    const metadata = isObject(json['metadata']) ? json['metadata'] : {};
    const items = ((json['items'] ?? []) as readonly KubeObject[]).map((item) => withType(item, resource));
    return ok({ items, resourceVersion: String(metadata['resourceVersion'] ?? ''), continue: String(metadata['continue'] ?? '') });
  }

  async #object(
    method: Method,
    resource: ApiResource,
    request: { readonly of: PathOf; readonly body?: Json; readonly query?: Query; readonly contentType?: string },
  ): Promise<Result<KubeObject, KubeError>> {
    const path = resourcePath(resource, request.of);
    if (path === null) return err(refused(resource, request.of));
    const response = await this.#exchange.send({
      method,
      path,
      ...(request.query !== undefined && { query: request.query }),
      headers: {
        accept: 'application/json',
        ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
      },
      ...(request.body !== undefined && { body: { kind: 'json', value: request.body } }),
    });
    if (!response.ok) return response;
    const json = responseJson(response.value);
    return isObject(json) && typeof json['kind'] === 'string' ? ok(json as KubeObject) : err(unexpected(response.value, path));
  }
}

const placeOf = (object: KubeObject, options: WriteOptions): PathOf => ({
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name ?? '',
  ...(options.subresource !== undefined && { subresource: options.subresource }),
});

/** Items of a list carry no type of their own on the wire. */
function withType(item: KubeObject, resource: ApiResource): KubeObject {
  if (typeof item.kind === 'string' && typeof item.apiVersion === 'string') return item;
  return { ...item, apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`, kind: resource.kind };
}

function selection(options: ListOptions): Query {
  return {
    ...(options.labelSelector !== undefined && options.labelSelector !== '' && { labelSelector: options.labelSelector }),
    ...(options.fieldSelector !== undefined && options.fieldSelector !== '' && { fieldSelector: options.fieldSelector }),
  };
}

function writing(options: WriteOptions): Query {
  return {
    ...(options.dryRun === true && { dryRun: 'All' }),
    ...(options.fieldManager !== undefined && { fieldManager: options.fieldManager }),
    ...(options.fieldValidation !== undefined && { fieldValidation: options.fieldValidation }),
  };
}

function deleteBody(options: DeleteOptions): Json {
  const { uid, resourceVersion, propagation, gracePeriodSeconds } = options;
  const preconditions = { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) };
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(Object.keys(preconditions).length > 0 && { preconditions }),
    ...(propagation !== undefined && { propagationPolicy: propagation }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(options.dryRun === true && { dryRun: ['All'] }),
  };
}

const unexpected = (response: KubeResponse, what: string): KubeError => ({
  code: response.status,
  reason: 'Unknown',
  message: `${what} did not answer as a Kubernetes API server does`,
});

const refused = (resource: ApiResource, of: PathOf): KubeError => ({
  code: 422,
  reason: 'Invalid',
  message: `${resource.kind} ${JSON.stringify([of.namespace, of.name].filter((part) => part !== undefined && part !== '').join('/'))} cannot be a path of the API`,
});
