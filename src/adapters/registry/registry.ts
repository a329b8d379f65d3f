/** A registry as we use it: tags, manifests and blobs, in and out. Source: OCI distribution-spec v1.1. */
import { createHash } from 'node:crypto';
import type { ChartAuth, ChartError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { type WebClient, type WebRequest, type WebResponse } from '../http/index.ts';
import { errorOf, statusError } from './errors.ts';
import { acceptedManifests, indexType, type Layer, type Manifest, manifestType, parseManifest } from './manifest.ts';
import { formatReference, type Reference } from './reference.ts';
import { parseReferrers, type Referrer, referrersTag } from './referrers.ts';
import { answerChallenge, refused } from './tokens.ts';

export interface RegistryOptions {
  readonly web: WebClient;
  readonly auth?: ChartAuth;
  readonly plainHttp?: boolean;
  /** Milliseconds for one request. Default 60,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface FoundManifest {
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  /** Of the bytes, computed here. */
  readonly digest: string;
}

export interface Registry {
  /** All tags, in the registry's order. */
  tags(reference: Reference): Promise<Result<readonly string[], ChartError>>;
  /** By digest, else by tag. */
  manifest(reference: Reference): Promise<Result<FoundManifest, ChartError>>;
  /** What refers to the artifact of this digest; of registries without that API, the list under a tag. */
  referrers(reference: Reference, digest: string): Promise<Result<readonly Referrer[], ChartError>>;
  /** A blob whose digest was checked. */
  blob(reference: Reference, layer: Layer): Promise<Result<Uint8Array, ChartError>>;
  /** Uploads what is not there yet, then the manifest under the reference's tag. Returns the manifest's digest. */
  push(
    reference: Reference,
    content: { readonly blobs: readonly Uint8Array[]; readonly manifest: Uint8Array },
  ): Promise<Result<string, ChartError>>;
}

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const limits = { manifest: 4 * 1024 * 1024, page: 8 * 1024 * 1024, pages: 200, tags: 100_000, answer: 64 * 1024, blob: 100 * 1024 * 1024 };

export function createRegistry(options: RegistryOptions): Registry {
  return new HttpRegistry(options);
}

type Access = 'pull' | 'pull,push';
type Call = Omit<WebRequest, 'url' | 'timeout' | 'authorization' | 'signal'>;

class HttpRegistry implements Registry {
  readonly #options: RegistryOptions;
  /** What the last challenge of a scope was answered with. */
  readonly #authorizations = new Map<string, string>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  #origin({ host }: Reference): string {
    // Docker Hub is known by a name that is not its registry's.
    const name = host === 'docker.io' || host === 'index.docker.io' ? 'registry-1.docker.io' : host;
    return `${this.#options.plainHttp === true ? 'http' : 'https'}://${name}`;
  }

  async #send(
    reference: Reference,
    at: { readonly path: string; readonly access: Access },
    call: Call,
  ): Promise<Result<WebResponse, ChartError>> {
    const { web, auth, timeout = 60_000, signal } = this.#options;
    const origin = this.#origin(reference);
    const url = at.path.startsWith('http') ? at.path : `${origin}/v2/${reference.repository}/${at.path}`;
    const scope = `repository:${reference.repository}:${at.access}`;
    const own = new URL(url).origin === new URL(origin).origin;
    const known = own ? this.#authorizations.get(scope) : undefined;
    const request = { ...call, url, timeout, ...(signal === undefined ? {} : { signal }) };
    const first = await web.send(known === undefined ? request : { ...request, authorization: known });
    if (!first.ok) return err(errorOf(first.error));
    const challenge = first.value.headers.get('www-authenticate');
    const elsewhere = new URL(first.value.url).origin !== new URL(origin).origin;
    if (first.value.status !== 401 || challenge === undefined || !own || elsewhere) return ok(first.value);
    const answer = await answerChallenge(
      { header: challenge, origin, scope, timeout, ...(signal === undefined ? {} : { signal }) },
      auth,
      web,
    );
    if (!answer.ok) return answer;
    this.#authorizations.set(scope, answer.value);
    const second = await web.send({ ...request, authorization: answer.value });
    if (!second.ok) return err(errorOf(second.error));
    return second.value.status === 401 ? err(refused({ origin }, auth)) : ok(second.value);
  }

  async tags(reference: Reference): Promise<Result<readonly string[], ChartError>> {
    const what = formatReference({ host: reference.host, repository: reference.repository });
    const found: string[] = [];
    let path = 'tags/list?n=1000';
    for (let page = 0; page < limits.pages; page++) {
      const answered = await this.#send(reference, { path, access: 'pull' }, { limit: limits.page, compressed: true });
      if (!answered.ok) return answered;
      if (answered.value.status !== 200) return err(statusError(answered.value, what));
      const tags = tagsIn(answered.value.body);
      if (tags === undefined) return err({ code: 'Corrupt', message: `${what}: the list of tags is malformed` });
      found.push(...tags);
      if (found.length > limits.tags) return err({ code: 'TooLarge', message: `${what}: more than ${limits.tags} tags` });
      const next = nextPage(answered.value, this.#origin(reference));
      if (next === undefined) return ok(found);
      path = next;
    }
    return err({ code: 'TooLarge', message: `${what}: more than ${limits.pages} pages of tags` });
  }

  async manifest(reference: Reference): Promise<Result<FoundManifest, ChartError>> {
    const what = formatReference(reference);
    const name = reference.digest ?? reference.tag ?? 'latest';
    const answered = await this.#send(
      reference,
      { path: `manifests/${name}`, access: 'pull' },
      { limit: limits.manifest, headers: { accept: acceptedManifests } },
    );
    if (!answered.ok) return answered;
    if (answered.value.status !== 200) return err(statusError(answered.value, what));
    const bytes = answered.value.body;
    const digest = digestOf(bytes);
    const told = answered.value.headers.get('docker-content-digest');
    if (reference.digest !== undefined && reference.digest !== digest)
      return err({ code: 'Corrupt', message: `${what}: the manifest has another digest, ${digest}` });
    if (told?.startsWith('sha256:') === true && told !== digest)
      return err({ code: 'Corrupt', message: `${what}: the manifest is not what its digest says (${digest}, not ${told})` });
    const manifest = parseManifest(bytes);
    return manifest.ok
      ? ok({ manifest: manifest.value, bytes, digest })
      : err({ ...manifest.error, message: `${what}: ${manifest.error.message}` });
  }

  async referrers(reference: Reference, digest: string): Promise<Result<readonly Referrer[], ChartError>> {
    for (const path of [`referrers/${digest}`, `manifests/${referrersTag(digest)}`]) {
      const call = { limit: limits.manifest, headers: { accept: indexType } };
      const answered = await this.#send(reference, { path, access: 'pull' }, call);
      if (!answered.ok) return answered;
      const { status, body } = answered.value;
      const found = status === 200 ? parseReferrers(body) : undefined;
      if (found !== undefined) return ok(found);
      if (status >= 500 || status === 401 || status === 403 || status === 429)
        return err(statusError(answered.value, formatReference({ host: reference.host, repository: reference.repository, digest })));
    }
    return ok([]);
  }

  async blob(reference: Reference, layer: Layer): Promise<Result<Uint8Array, ChartError>> {
    const what = formatReference({ host: reference.host, repository: reference.repository, digest: layer.digest });
    if (layer.size > limits.blob)
      return err({ code: 'TooLarge', message: `${what}: ${layer.size} bytes, at most ${limits.blob} are fetched` });
    const answered = await this.#send(reference, { path: `blobs/${layer.digest}`, access: 'pull' }, { limit: layer.size });
    if (!answered.ok) return answered;
    if (answered.value.status !== 200) return err(statusError(answered.value, what));
    const { body } = answered.value;
    if (digestOf(body) !== layer.digest) return err({ code: 'Corrupt', message: `${what}: the content is not what its digest says` });
    return ok(body);
  }

  async push(
    reference: Reference,
    content: { readonly blobs: readonly Uint8Array[]; readonly manifest: Uint8Array },
  ): Promise<Result<string, ChartError>> {
    for (const blob of content.blobs) {
      const pushed = await this.#upload(reference, blob);
      if (!pushed.ok) return pushed;
    }
    const put = await this.#send(
      reference,
      { path: `manifests/${reference.tag ?? 'latest'}`, access: 'pull,push' },
      { method: 'PUT', limit: limits.answer, headers: { 'content-type': manifestType }, body: content.manifest },
    );
    if (!put.ok) return put;
    return put.value.status < 300 ? ok(digestOf(content.manifest)) : err(statusError(put.value, formatReference(reference)));
  }

  async #upload(reference: Reference, blob: Uint8Array): Promise<Result<void, ChartError>> {
    const digest = digestOf(blob);
    const what = formatReference({ host: reference.host, repository: reference.repository, digest });
    const access = 'pull,push';
    const there = await this.#send(reference, { path: `blobs/${digest}`, access }, { method: 'HEAD', limit: limits.blob });
    if (there.ok && there.value.status === 200) return ok(undefined);
    const begun = await this.#send(
      reference,
      { path: 'blobs/uploads/', access },
      { method: 'POST', limit: limits.answer, body: new Uint8Array() },
    );
    if (!begun.ok) return begun;
    const location = begun.value.headers.get('location');
    if (begun.value.status !== 202 || location === undefined || !URL.canParse(location, begun.value.url))
      return err(statusError(begun.value, what));
    const url = new URL(location, begun.value.url);
    if (new URL(this.#origin(reference)).protocol === 'https:' && url.protocol !== 'https:')
      return err({ code: 'InvalidURL', message: `${what}: the registry wants the upload without TLS, which is refused` });
    url.searchParams.set('digest', digest);
    const put = await this.#send(
      reference,
      { path: url.href, access },
      { method: 'PUT', limit: limits.answer, headers: { 'content-type': 'application/octet-stream' }, body: blob },
    );
    if (!put.ok) return put;
    return put.value.status < 300 ? ok(undefined) : err(statusError(put.value, what));
  }
}

function tagsIn(body: Uint8Array): readonly string[] | undefined {
  try {
    const { tags } = JSON.parse(Buffer.from(body).toString('utf8')) as { tags?: unknown };
    if (tags === null || tags === undefined) return [];
    return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string' && tag.length <= 128) : undefined;
  } catch {
    return undefined;
  }
}

/** The next page, if the registry names one of its own. */
function nextPage({ headers, url }: WebResponse, origin: string): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
  if (target === undefined || !URL.canParse(target, url)) return undefined;
  const next = new URL(target, url);
  return next.origin === new URL(origin).origin ? next.href : undefined;
}
