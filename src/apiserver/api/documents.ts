/** Everything served that is not an object: discovery, version, health. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../core/object/index.ts';
import { aggregatedDiscovery, legacyGroup, legacyGroups, legacyResources, legacyVersions } from '../../core/kube/discovery/index.ts';
import type { Answer } from './answer.ts';
import type { Registry } from './registry.ts';
import { type ApiRequest, headerOf } from './request.ts';

const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

export const textAnswer = (status: number, text: string): Answer => ({ kind: 'bytes', status, bytes: Buffer.from(text), headers: plain });

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

export class Documents {
  readonly #registry: Registry;
  readonly #version: Version;
  /** Encoded documents with their ETags, for one generation of the registry. */
  #cached: { readonly generation: number; readonly documents: Map<string, Answer & { readonly kind: 'bytes' }> } = {
    generation: -1,
    documents: new Map(),
  };

  constructor(registry: Registry, version: Version) {
    this.#registry = registry;
    this.#version = version;
  }

  /** The answer to a request that is not on a resource; undefined when there is no such document. */
  handle(request: ApiRequest): Answer | undefined {
    const [first = '', second = '', third = '', ...more] = request.segments;
    if (more.length > 0) return undefined;
    switch (first) {
      case 'api':
        if (second === '') return this.#root(request, 'core');
        return third === '' ? this.#json(legacyResources(this.#registry.all, '', second)) : undefined;
      case 'apis':
        if (second === '') return this.#root(request, 'groups');
        return this.#json(third === '' ? legacyGroup(this.#registry.all, second) : legacyResources(this.#registry.all, second, third));
      case 'version':
        return this.#json(this.#versionDocument());
      case 'healthz':
      case 'livez':
      case 'readyz':
        return textAnswer(200, request.query.has('verbose') ? `[+]ping ok\n[+]log ok\n[+]etcd ok\n${first} check passed\n` : 'ok');
      case '':
        return this.#json({
          paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'],
        });
      default:
        return undefined;
    }
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
  #tagged(request: ApiRequest, key: string, of: { readonly type: string; readonly make: () => Json }): Answer {
    if (this.#cached.generation !== this.#registry.generation)
      this.#cached = { generation: this.#registry.generation, documents: new Map() };
    let answer = this.#cached.documents.get(key);
    if (answer === undefined) {
      const bytes = Buffer.from(`${JSON.stringify(of.make())}\n`);
      const etag = `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`;
      answer = { kind: 'bytes', status: 200, bytes, headers: { 'content-type': of.type, etag, vary: 'Accept', 'cache-control': 'public' } };
      this.#cached.documents.set(key, answer);
    }
    const unchanged = headerOf(request, 'if-none-match') === answer.headers.etag;
    return unchanged ? { kind: 'bytes', status: 304, bytes: new Uint8Array(), headers: answer.headers } : answer;
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
