/** OpenAPI v3 documents by group version. The index names each with a hash, so a document is fetched once per content. */
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { KubeError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { responseJson } from './errors.ts';
import type { Exchange } from './exchange.ts';

export class OpenApiDocuments {
  readonly #exchange: Exchange;
  /** Group version path → URL with hash and the document behind it. */
  readonly #documents = new Map<string, { readonly url: string; readonly value: Json }>();
  #index: ReadonlyMap<string, string> | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Makes the next call look at the index again; documents whose hash stayed are kept. */
  refresh(): void {
    this.#index = undefined;
  }

  async get(group: string, version: string): Promise<Result<Json, KubeError>> {
    const key = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    const url = await this.#urlOf(key);
    if (!url.ok) return url;
    const known = this.#documents.get(key);
    if (known?.url === url.value) return ok(known.value);
    const document = await this.#json(url.value);
    if (document.ok) this.#documents.set(key, { url: url.value, value: document.value });
    return document;
  }

  async #urlOf(key: string): Promise<Result<string, KubeError>> {
    const known = this.#index?.get(key);
    if (known !== undefined) return ok(known);
    const index = await this.#json('/openapi/v3');
    if (!index.ok) return index;
    this.#index = readIndex(index.value);
    const url = this.#index.get(key);
    return url === undefined ? err({ code: 404, reason: 'NotFound', message: `the server has no OpenAPI document for ${key}` }) : ok(url);
  }

  async #json(url: string): Promise<Result<Json, KubeError>> {
    const [path = url, search = ''] = url.split('?', 2);
    const query = Object.fromEntries(new URLSearchParams(search));
    const response = await this.#exchange.send({ method: 'GET', path, query, headers: { accept: 'application/json' } });
    if (!response.ok) return response;
    const value = responseJson(response.value);
    return value === undefined
      ? err({ code: response.value.status, reason: 'Unknown', message: `${path} did not answer with JSON` })
      : ok(value);
  }
}

function readIndex(document: Json): ReadonlyMap<string, string> {
  const paths = isObject(document) ? document['paths'] : undefined;
  const urls = new Map<string, string>();
  for (const [key, entry] of Object.entries(isObject(paths) ? paths : {})) {
    const url = isObject(entry) ? getKey(entry, 'serverRelativeURL') : undefined;
    // A URL from the server is only ever a path of that server.
    if (typeof url === 'string' && url.startsWith('/') && !url.startsWith('//')) urls.set(key, url);
  }
  return urls;
}
