/** A request as the API machinery sees it: who wants to do what to which resource. Kubernetes: apiserver pkg/endpoints/request/requestinfo.go. */
import type { Json } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';

/** The parts of a path, decoded. Throws the refusal of one that cannot be. */
export function segmentsOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  if (!path.includes('%')) return parts;
  try {
    const decoded = parts.map((part) => decodeURIComponent(part));
    // Whoever hides a slash in a part means another path, and that one leads nowhere.
    if (parts.some((part, index) => part !== decoded[index] && decoded[index]?.includes('/') === true)) throw refuse.unknownResource();
    return decoded;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw refuse.badRequest('the path is not valid percent-encoding');
  }
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Query parameters; a name may occur several times. */
export class Query {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  get(name: string): string {
    return this.#values.get(name)?.[0] ?? '';
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  entries(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(this.#values);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Go's strconv.ParseBool on the values that occur in queries. */
  flag(name: string): boolean {
    const value = this.get(name);
    return this.has(name) && value !== 'false' && value !== '0' && value !== 'f' && value !== 'F' && value !== 'FALSE' && value !== 'False';
  }
}

/** A body as it came: a value shared in process, or bytes with their media type. */
export type Body = { readonly kind: 'value'; readonly value: Json } | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export interface ApiRequest {
  readonly method: string;
  /** Decoded path segments. */
  readonly segments: readonly string[];
  readonly path: string;
  readonly query: Query;
  readonly user: User;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Body | undefined;
}

/** A request on a resource. */
export interface ResourceRequest extends ApiRequest {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly subresource: string;
  /** Empty: cluster scope or all namespaces. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  /** Warnings for the client, filled while the request is served. */
  readonly warnings: string[];
}

export const headerOf = (request: ApiRequest, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : (value?.join(', ') ?? '');
};

/** Store key of an object. */
export const storeKey = (namespace: string, name: string): string => (namespace === '' ? name : `${namespace}/${name}`);
