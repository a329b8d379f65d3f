/** One repository: its index, looked at again only when it has changed, and the archives it points to. */
import { createHash } from 'node:crypto';
import type { ChartAuth, ChartError } from '../../ports/index.ts';
import { decodeUtf8, err, ok, type Result } from '../../std/index.ts';
import { basicAuthorization, type WebClient, type WebError } from '../http/index.ts';
import { pickVersion } from '../chart-version/index.ts';
import { type IndexEntry, readIndex, type RepositoryIndex } from './read-index.ts';
import type { IndexStore, StoredIndex } from './stored.ts';

export interface HelmRepositoryOptions {
  readonly web: WebClient;
  readonly store: IndexStore;
  readonly auth?: ChartAuth;
  /** Milliseconds for one request. Default 120,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Send the credentials to the hosts of archives, too (Helm's --pass-credentials). */
  readonly passCredentials?: boolean;
}

export interface LoadedIndex {
  readonly index: RepositoryIndex;
  /** `sha256:…` of the index. */
  readonly digest: string;
}

export interface HelmRepository {
  load(): Promise<Result<LoadedIndex, ChartError>>;
  /** The version that is meant; its archive's URL is absolute. */
  find(want: { readonly chart: string; readonly version?: string }): Promise<Result<IndexEntry, ChartError>>;
  /** The bytes behind a URL of an entry. A digest that the index gives is checked. */
  archive(entry: IndexEntry): Promise<Result<Uint8Array, ChartError>>;
  /** The signature beside an archive; undefined when there is none. */
  provenance(entry: IndexEntry): Promise<Result<string | undefined, ChartError>>;
}

const limits = { index: 256 * 1024 * 1024, archive: 100 * 1024 * 1024, provenance: 1024 * 1024 };

export const createHelmRepository = (url: string, options: HelmRepositoryOptions): HelmRepository => new HttpRepository(url, options);

const errorOf = ({ code, message }: WebError): ChartError => ({ code, message });

class HttpRepository implements HelmRepository {
  readonly #url: string;
  readonly #options: HelmRepositoryOptions;
  #loaded: LoadedIndex | undefined;

  constructor(url: string, options: HelmRepositoryOptions) {
    this.#url = url;
    this.#options = options;
  }

  async load(): Promise<Result<LoadedIndex, ChartError>> {
    if (this.#loaded !== undefined) return ok(this.#loaded);
    const url = indexUrl(this.#url);
    if (url === undefined)
      return err({ code: 'InvalidURL', message: `${JSON.stringify(this.#url)} is not a valid chart repository or cannot be reached` });
    const stored = await this.#options.store.get(url);
    const fetched = await this.#fetchIndex(url, stored);
    if (!fetched.ok) return fetched;
    const text = decodeUtf8(fetched.value.bytes);
    const index = readIndex(text);
    if (!index.ok) return err({ code: 'Corrupt', message: `${url}: ${index.error}` });
    if (fetched.value !== stored) await this.#options.store.put(url, fetched.value);
    this.#loaded = { index: index.value, digest: `sha256:${createHash('sha256').update(fetched.value.bytes).digest('hex')}` };
    return ok(this.#loaded);
  }

  async #fetchIndex(url: string, stored: StoredIndex | undefined): Promise<Result<StoredIndex, ChartError>> {
    const conditions: Record<string, string> = {};
    if (stored?.etag !== undefined) conditions['if-none-match'] = stored.etag;
    if (stored?.lastModified !== undefined) conditions['if-modified-since'] = stored.lastModified;
    const answered = await this.#get(url, { limit: limits.index, headers: conditions });
    if (!answered.ok) return answered;
    const { status, body, headers } = answered.value;
    if (status === 304 && stored !== undefined) return ok(stored);
    if (status !== 200) return err(statusError(status, url, 'RepositoryNotFound'));
    const [etag, lastModified] = [headers.get('etag'), headers.get('last-modified')];
    return ok({ bytes: body, ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) });
  }

  async #get(url: string, asked: { readonly limit: number; readonly headers?: Readonly<Record<string, string>> }) {
    const { web, auth, signal, timeout = 120_000, passCredentials } = this.#options;
    const own = URL.canParse(url) && new URL(url).origin === new URL(this.#url).origin;
    const authorization = own || passCredentials === true ? authorizationOf(auth) : undefined;
    const answered = await web.send({
      ...asked,
      url,
      timeout,
      compressed: true,
      ...(signal === undefined ? {} : { signal }),
      ...(authorization === undefined ? {} : { authorization }),
    });
    return answered.ok ? answered : err(errorOf(answered.error));
  }

  async find({ chart, version }: { readonly chart: string; readonly version?: string }): Promise<Result<IndexEntry, ChartError>> {
    const loaded = await this.load();
    if (!loaded.ok) return loaded;
    const versions = loaded.value.index.versions(chart);
    if (!versions.ok) return err({ code: 'Corrupt', message: `${this.#url}: ${versions.error}` });
    if (versions.value === undefined)
      return err({ code: 'ChartNotFound', message: `chart ${JSON.stringify(chart)} not found in ${this.#url} repository` });
    const picked = pickVersion(versions.value, (entry) => entry.version, version);
    if (!picked.ok) return err({ code: 'VersionNotFound', message: picked.error });
    if (picked.value !== undefined) return this.#absolute(picked.value);
    const newest = versions.value.slice(0, 5).map((entry) => entry.version);
    const asked = JSON.stringify(chart) + (version === undefined || version === '' ? '' : ` version ${JSON.stringify(version)}`);
    return err({
      code: 'VersionNotFound',
      message: `chart ${asked} not found in ${this.#url} repository`,
      ...(newest.length === 0 ? {} : { hint: `the newest versions are ${newest.join(', ')}` }),
    });
  }

  #absolute(entry: IndexEntry): Result<IndexEntry, ChartError> {
    const urls = entry.urls.map((url) => resolveUrl(this.#url, url)).filter((url) => url !== undefined);
    if (urls.length === 0) return err({ code: 'Corrupt', message: `chart ${entry.name} ${entry.version} has no downloadable URLs` });
    return ok({ ...entry, urls });
  }

  async archive(entry: IndexEntry): Promise<Result<Uint8Array, ChartError>> {
    const [url = ''] = entry.urls;
    const answered = await this.#get(url, { limit: limits.archive });
    if (!answered.ok) return answered;
    if (answered.value.status !== 200) return err(statusError(answered.value.status, url, 'ChartNotFound'));
    const { body } = answered.value;
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    if (entry.digest === undefined || entry.digest === digest) return ok(body);
    return err({
      code: 'Corrupt',
      message: `the archive of ${entry.name} ${entry.version} is not what the index says: its digest is ${digest}, not ${entry.digest}`,
      hint: 'the repository was changed without its index, or somebody else answers for it',
    });
  }

  async provenance(entry: IndexEntry): Promise<Result<string | undefined, ChartError>> {
    const answered = await this.#get(`${entry.urls[0] ?? ''}.prov`, { limit: limits.provenance });
    if (!answered.ok) return answered;
    return ok(answered.value.status === 200 ? decodeUtf8(answered.value.body) : undefined);
  }
}

function authorizationOf(auth: ChartAuth | undefined): string | undefined {
  if (auth?.bearerToken !== undefined && auth.bearerToken !== '') return `Bearer ${auth.bearerToken.replaceAll(/[\r\n]/g, '').trim()}`;
  return basicAuthorization(auth);
}

/** The index of a repository; a query of its URL stays. */
function indexUrl(repository: string): string | undefined {
  if (!URL.canParse(repository)) return undefined;
  const url = new URL(repository);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/index.yaml`;
  return url.href;
}

/** Helm: pkg/repo/v1/chartrepo.go ResolveReferenceURL. Relative addresses take over the repository's query. */
function resolveUrl(repository: string, address: string): string | undefined {
  const base = new URL(repository);
  const { search } = base;
  base.pathname = `${base.pathname.replace(/\/+$/, '')}/`;
  base.search = '';
  if (!URL.canParse(address, base.href)) return undefined;
  const isAbsolute = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(address);
  const url = new URL(address, base.href);
  if (!isAbsolute && search !== '') url.search = search;
  return url.href;
}

function statusError(status: number, url: string, missing: 'RepositoryNotFound' | 'ChartNotFound'): ChartError {
  const shown = new URL(url);
  shown.search = '';
  const message = `failed to fetch ${shown.href} : ${status}`;
  if (status === 401 || status === 403) return { code: 'AuthenticationFailed', message };
  return { code: status === 404 || status === 410 ? missing : 'Unreachable', message };
}
