/**
 * A container registry in this process, answering as the reference implementation does (recorded from it): challenges, tags by page, blobs by redirect,
 * uploads in two steps. Faults on demand.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RegistryFaults {
  /** Blobs and manifests are sent with other bytes than their digests say. */
  damage?: boolean;
  /** Blobs are redirected to this origin. */
  redirect?: string;
  /** Where tokens are fetched; default: this server. */
  realm?: string;
  /** Manifests have this many bytes of blanks behind them. */
  padding?: number;
}

export interface RegistryOptions {
  readonly auth?: 'basic' | 'token';
  readonly username?: string;
  readonly password?: string;
  /** Tags of one page. Default 100. */
  readonly pageSize?: number;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

const indexType = 'application/vnd.oci.image.index.v1+json';

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export class RegistryServer {
  readonly faults: RegistryFaults = {};
  readonly seen: SeenRequest[] = [];
  /** Digest of an artifact → what refers to it, as descriptors. Without any the API is not there. */
  readonly referrers = new Map<string, readonly object[]>();
  readonly #options: RegistryOptions;
  readonly #server: Server;
  readonly #blobs = new Map<string, Uint8Array>();
  /** `repository@digest` and `repository:tag`. */
  readonly #manifests = new Map<string, Uint8Array>();
  readonly #tokens = new Map<string, string>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** A chart, or any artifact with one layer. Returns the manifest's digest. */
  put(
    repository: string,
    tag: string,
    layer: { readonly mediaType: string; readonly bytes: Uint8Array; readonly annotations?: Readonly<Record<string, string>> },
  ): string {
    const config = Buffer.from('{}');
    const describe = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: describe('application/vnd.cncf.helm.config.v1+json', config),
        layers: [
          { ...describe(layer.mediaType, layer.bytes), ...(layer.annotations === undefined ? {} : { annotations: layer.annotations }) },
        ],
      }),
    );
    for (const blob of [config, layer.bytes]) this.#blobs.set(digestOf(blob), blob);
    this.#manifests.set(`${repository}@${digestOf(manifest)}`, manifest);
    this.#manifests.set(`${repository}:${tag}`, manifest);
    return digestOf(manifest);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${this.host}`);
    const { authorization } = request.headers;
    this.seen.push({ method: request.method ?? '', path: url.pathname, authorization });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (url.pathname === '/token') return this.#token(url, authorization, response);
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    const match = /^\/v2\/(.+)\/(tags\/list|referrers\/[^/]+|manifests\/[^/]+|blobs\/uploads\/.*|blobs\/[^/]+)$/.exec(url.pathname);
    if (match === null) return void response.writeHead(404).end();
    const [, repository = '', what = ''] = match;
    if (!this.#allowed(authorization)) return this.#challenge(repository, response);
    const call = { request, response, url, repository, body: Buffer.concat(chunks) };
    if (what === 'tags/list') return this.#tags(call);
    if (what.startsWith('referrers/')) return this.#referring(call, what.slice('referrers/'.length));
    if (what.startsWith('manifests/')) return this.#manifest(call, what.slice('manifests/'.length));
    if (what.startsWith('blobs/uploads/')) return this.#upload(call);
    return this.#blob(call, what.slice('blobs/'.length));
  }

  #allowed(authorization: string | undefined): boolean {
    const { auth, username = '', password = '' } = this.#options;
    if (auth === undefined) return true;
    if (auth === 'basic') return authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    return this.#tokens.has((authorization ?? '').replace(/^Bearer /, ''));
  }

  #challenge(repository: string, response: ServerResponse): void {
    const realm = this.faults.realm ?? `http://${this.host}/token`;
    const token = `Bearer realm="${realm}",service="test",scope="repository:${repository}:pull,push"`;
    response.setHeader('www-authenticate', this.#options.auth === 'basic' ? 'Basic realm="r"' : token);
    fail(response, 401, 'UNAUTHORIZED', 'authentication required');
  }

  #token(url: URL, authorization: string | undefined, response: ServerResponse): void {
    const { username = '', password = '' } = this.#options;
    if (authorization !== `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
      return fail(response, 401, 'UNAUTHORIZED', 'no');
    const token = randomBytes(12).toString('hex');
    this.#tokens.set(token, url.searchParams.get('scope') ?? '');
    response.end(JSON.stringify({ token, expires_in: 60 }));
  }

  #referring({ response }: Call, digest: string): void {
    if (this.referrers.size === 0) return fail(response, 404, 'NOT_FOUND', 'no such page');
    response.end(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: this.referrers.get(digest) ?? [] }));
  }

  #tags({ response, url, repository }: Call): void {
    const all = [...this.#manifests.keys()]
      .filter((key) => key.startsWith(`${repository}:`))
      .map((key) => key.slice(repository.length + 1));
    if (all.length === 0) return fail(response, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
    const last = url.searchParams.get('last') ?? '';
    const rest = all.toSorted().filter((tag) => tag > last);
    const page = rest.slice(0, this.#options.pageSize ?? 100);
    if (page.length < rest.length) {
      const next = `/v2/${repository}/tags/list?last=${encodeURIComponent(page.at(-1) ?? '')}&n=100`;
      response.setHeader('link', `<${next}>; rel="next"`);
    }
    response.end(JSON.stringify({ name: repository, tags: page }));
  }

  #manifest({ request, response, repository, body }: Call, name: string): void {
    if (request.method === 'PUT') {
      for (const key of [`${repository}@${digestOf(body)}`, `${repository}:${name}`]) this.#manifests.set(key, body);
      return void response.writeHead(201, { 'docker-content-digest': digestOf(body) }).end();
    }
    const found = this.#manifests.get(`${repository}${name.startsWith('sha256:') ? '@' : ':'}${name}`);
    if (found === undefined) return fail(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    response.setHeader('docker-content-digest', digestOf(found));
    response.end(Buffer.concat([found, Buffer.from(this.faults.damage === true ? ' ' : ' '.repeat(this.faults.padding ?? 0))]));
  }

  #upload({ request, response, url, repository, body }: Call): void {
    if (request.method === 'POST') {
      return void response.writeHead(202, { location: `/v2/${repository}/blobs/uploads/${randomBytes(6).toString('hex')}?_state=x` }).end();
    }
    const digest = url.searchParams.get('digest') ?? '';
    if (digest !== digestOf(body)) return fail(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    this.#blobs.set(digest, body);
    response.writeHead(201).end();
  }

  #blob({ request, response }: Call, digest: string): void {
    const found = this.#blobs.get(digest);
    if (found === undefined) return fail(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
    if (this.faults.redirect !== undefined && request.method === 'GET')
      return void response.writeHead(307, { location: `${this.faults.redirect}/${digest}` }).end();
    response.end(request.method === 'HEAD' ? undefined : this.faults.damage === true ? Buffer.alloc(found.length, 1) : found);
  }
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly repository: string;
  readonly body: Buffer;
}

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message, detail: null }] }));
}

/** A registry on a free port of this machine. */
export async function registryServer(options: RegistryOptions = {}): Promise<RegistryServer> {
  const server = new RegistryServer(options);
  await server.listen();
  return server;
}
