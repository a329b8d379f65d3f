/** Everything served that is not an object: discovery, version, health. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../core/object/index.ts';
import { aggregatedDiscovery, legacyGroup, legacyGroups, legacyResources, legacyVersions } from '../../core/kube/discovery/index.ts';
import { openApiV2, openApiV2Protobuf, openApiV3 } from '../../core/kube/openapi/index.ts';
import { apiVersionOf } from '../../core/kube/resource/index.ts';
import { refuse } from '../../core/kube/status/index.ts';
import type { Schema } from '../../core/schema/index.ts';
import type { Answer } from './answer.ts';
import type { Registry } from './registry.ts';
import { type ApiRequest, headerOf } from './request.ts';

const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

export const textAnswer = (status: number, text: string): Answer => ({ kind: 'bytes', status, bytes: Buffer.from(text), headers: plain });

/** The form in which clients of before 1.29 and some checks of later ones read the v2 document. */
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

export interface Version {
  readonly major: string;
  readonly minor: string;
}

/** The versions a client may ask the server to be, as `1.33`. */
export function parseVersion(text: string): Version {
  const match = /^v?1\.(\d{1,3})(\.\d+)?$/.exec(text);
  if (match === null) throw new Error(`kubeVersion must look like 1.33, not ${JSON.stringify(text)}`);
  return { major: '1', minor: match[1] as string };
}

/** What can be asked for on its own below /healthz, /livez and /readyz. */
const healthChecks: ReadonlySet<string> = new Set(['ping', 'log', 'etcd']);

export class Documents {
  readonly #registry: Registry;
  readonly #schema: Schema;
  readonly #version: Version;
  /** Encoded documents with their ETags, for one generation of the registry. */
  #cached: { readonly generation: number; readonly documents: Map<string, Answer & { readonly kind: 'bytes' }> } = {
    generation: -1,
    documents: new Map(),
  };

  constructor(registry: Registry, schema: Schema, version: Version) {
    this.#registry = registry;
    this.#schema = schema;
    this.#version = version;
  }

  /** The answer to a request that is not on a resource; undefined when there is no such document. */
  handle(request: ApiRequest): Answer | undefined {
    const [first = '', second = '', third = '', ...more] = request.segments;
    if (first === 'openapi') return this.#openapi(request, second, request.segments.slice(2));
    if (more.length > 0) return undefined;
    switch (first) {
      case 'api':
        if (second === '') return this.#root(request, 'core');
        return third === '' ? this.#json(legacyResources(this.#registry.all, '', second)) : undefined;
      case 'apis':
        if (second === '') return this.#root(request, 'groups');
        return third === '' ? this.#json(legacyGroup(this.#registry.all, second)) : this.#groupVersion(second, third);
      case 'version':
        return this.#json(this.#versionDocument());
      case 'healthz':
      case 'livez':
      case 'readyz':
        if (second !== '' && !healthChecks.has(second)) return undefined;
        return textAnswer(200, request.query.has('verbose') ? `[+]ping ok\n[+]log ok\n[+]etcd ok\n${first} check passed\n` : 'ok');
      case '':
        return this.#json({
          paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'],
        });
      default:
        return undefined;
    }
  }

  /** A version that a served group does not have is a resource that is not there; of other groups nobody knows. */
  #groupVersion(group: string, version: string): Answer | undefined {
    const found = legacyResources(this.#registry.all, group, version);
    const known = this.#registry.all.some((resource) => resource.group === group && !resource.custom);
    if (found === undefined && known) throw refuse.unknownResource();
    return this.#json(found);
  }

  #json(value: JsonObject | undefined): Answer | undefined {
    return value === undefined ? undefined : { kind: 'json', status: 200, value };
  }

  #root(request: ApiRequest, part: 'core' | 'groups'): Answer {
    const accept = headerOf(request, 'accept');
    for (const version of ['v2', 'v2beta1'] as const) {
      const wanted = new RegExp(
        `application/json;[^,]*g=apidiscovery\\.k8s\\.io;[^,]*v=${version};[^,]*as=APIGroupDiscoveryList|application/json;[^,]*v=${version};[^,]*g=apidiscovery`,
      );
      if (!wanted.test(accept.replaceAll(' ', ''))) continue;
      const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      return this.#tagged(request, `${part}/${version}`, { type, make: () => aggregatedDiscovery(this.#registry.all, part, version) });
    }
    const make = (): Json => (part === 'core' ? legacyVersions('127.0.0.1') : legacyGroups(this.#registry.all));
    return this.#tagged(request, `${part}/legacy`, { type: 'application/json', make });
  }

  /** A document that is kept with its ETag until what is served changes. */
  #tagged(
    request: ApiRequest,
    key: string,
    of: { readonly type: string; readonly make: () => Json | Uint8Array },
  ): Answer & { readonly kind: 'bytes' } {
    if (this.#cached.generation !== this.#registry.generation)
      this.#cached = { generation: this.#registry.generation, documents: new Map() };
    let answer = this.#cached.documents.get(key);
    if (answer === undefined) {
      const made = of.make();
      const bytes = made instanceof Uint8Array ? made : Buffer.from(`${JSON.stringify(made)}\n`);
      const etag = `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`;
      answer = { kind: 'bytes', status: 200, bytes, headers: { 'content-type': of.type, etag, vary: 'Accept', 'cache-control': 'public' } };
      this.#cached.documents.set(key, answer);
    }
    const unchanged = headerOf(request, 'if-none-match') === answer.headers.etag;
    return unchanged ? { kind: 'bytes', status: 304, bytes: new Uint8Array(), headers: answer.headers } : answer;
  }

  #openapi(request: ApiRequest, form: string, rest: readonly string[]): Answer | undefined {
    const version = `${this.#version.major}.${this.#version.minor}`;
    if (form === 'v2' && rest.length === 0) {
      const make = (): JsonObject => openApiV2(this.#registry.all, this.#schema, version);
      return headerOf(request, 'accept').includes(V2_PROTOBUF)
        ? this.#tagged(request, 'openapi/v2/protobuf', { type: V2_PROTOBUF.replace('@', '.'), make: () => openApiV2Protobuf(make()) })
        : this.#tagged(request, 'openapi/v2', { type: 'application/json', make });
    }
    if (form !== 'v3') return undefined;
    if (rest.length === 0) return this.#tagged(request, 'openapi/v3', { type: 'application/json', make: () => this.#openapiIndex() });
    const path = rest.join('/');
    const resources = this.#registry.all.filter((resource) => rootOf(resource.group, resource.version) === path);
    if (resources.length === 0) return undefined;
    const answer = this.#tagged(request, `openapi/v3/${path}`, {
      type: 'application/json',
      make: () => openApiV3(resources, this.#schema, version),
    });
    return request.query.has('hash') ? { ...answer, headers: { ...answer.headers, 'cache-control': 'public, immutable' } } : answer;
  }

  /** Each group version with the hash of what it serves: a changed hash is a changed document. */
  #openapiIndex(): JsonObject {
    const paths = new Map<string, JsonObject>();
    for (const { group, version } of this.#registry.all) {
      const path = rootOf(group, version);
      if (paths.has(path)) continue;
      const hash = this.#registry.hashOf(group, version);
      paths.set(path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` });
    }
    return { paths: Object.fromEntries([...paths].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }

  #versionDocument(): JsonObject {
    const { major, minor } = this.#version;
    const gitVersion = `v${major}.${minor}.0+lockstep`;
    const unknown = 'unknown';
    return {
      major,
      minor,
      emulationMajor: major,
      emulationMinor: minor,
      minCompatibilityMajor: major,
      minCompatibilityMinor: String(Number(minor) - 1),
      gitVersion,
      gitCommit: unknown,
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: unknown,
      compiler: 'gc',
      platform: 'linux/amd64',
    };
  }
}

export const notFoundText = (): Answer => textAnswer(404, '404 page not found\n');

const rootOf = (group: string, version: string): string => (group === '' ? `api/${version}` : `apis/${apiVersionOf(group, version)}`);
