/** A schema of the user's own (`openapi.path`): OpenAPI v2 definitions and paths. Source: kyaml/openapi/openapi.go. */
import { type Json, type JsonObject, getKey, isObject } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import { KustomizeError } from '../problem.ts';
import type { MergeSchema } from './schema.ts';

const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value];
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function typeKey(marker: Json): string | undefined {
  if (!isObject(marker)) return undefined;
  const group = text(marker['group']);
  return `${group === '' ? '' : `${group}/`}${text(marker['version'])} ${text(marker['kind'])}`;
}

export class OpenApiSchema {
  readonly #definitions: JsonObject;
  readonly #types = new Map<string, JsonObject>();
  readonly #namespaced = new Map<string, boolean>();
  /** Definitions that are not here. */
  readonly elsewhere: (name: string) => MergeSchema | undefined;

  constructor(source: string, elsewhere: (name: string) => MergeSchema | undefined = () => undefined) {
    this.elsewhere = elsewhere;
    const decoded = decode(source, { variant: sigsYaml });
    if (!decoded.ok) throw new KustomizeError(`invalid schema file: ${decoded.error.message}`);
    const root = isObject(decoded.value) ? decoded.value : {};
    this.#definitions = isObject(root['definitions']) ? root['definitions'] : {};
    for (const definition of Object.values(this.#definitions)) {
      if (!isObject(definition)) continue;
      for (const marker of list(definition['x-kubernetes-group-version-kind'])) {
        const key = typeKey(marker);
        if (key !== undefined) this.#types.set(key, definition);
      }
    }
    if (isObject(root['paths'])) this.#readPaths(root['paths']);
  }

  #readPaths(paths: JsonObject): void {
    for (const [path, item] of Object.entries(paths)) {
      const get = isObject(item) ? item['get'] : undefined;
      const key = isObject(get) ? typeKey(get['x-kubernetes-group-version-kind'] ?? null) : undefined;
      if (key === undefined) continue;
      if (path.includes('namespaces/{namespace}')) this.#namespaced.set(key, true);
      else if (!this.#namespaced.has(key)) this.#namespaced.set(key, false);
    }
  }

  isNamespaced(apiVersion: string, kind: string): boolean | undefined {
    return this.#namespaced.get(`${apiVersion} ${kind}`);
  }

  typeOf(apiVersion: string, kind: string): MergeSchema | undefined {
    const definition = this.#types.get(`${apiVersion} ${kind}`);
    return definition === undefined ? undefined : new OpenApiNode(definition, this);
  }

  definition(name: string): MergeSchema | undefined {
    const definition = getKey(this.#definitions, name);
    return isObject(definition) ? new OpenApiNode(definition, this) : undefined;
  }

  /** Follows references; a name when one leads out of these definitions, undefined for nothing and for circles. */
  resolve(schema: Json | undefined): JsonObject | string | undefined {
    let at = schema;
    for (let steps = 0; steps < 100; steps++) {
      if (!isObject(at)) return undefined;
      const reference = at['$ref'];
      if (typeof reference !== 'string') return at;
      const name = reference.replace('#/definitions/', '');
      at = getKey(this.#definitions, name);
      if (at === undefined) return name;
    }
    return undefined;
  }
}

export class OpenApiNode implements MergeSchema {
  readonly #schema: JsonObject;
  readonly #root: OpenApiSchema;

  constructor(schema: JsonObject, root: OpenApiSchema) {
    this.#schema = schema;
    this.#root = root;
  }

  get merges(): boolean {
    return text(this.#schema['x-kubernetes-patch-strategy']).split(',').includes('merge');
  }

  get hasStrategy(): boolean {
    return text(this.#schema['x-kubernetes-patch-strategy']) !== '';
  }

  get keys(): readonly string[] {
    if (!this.hasStrategy) return [];
    const keys = this.#schema['x-kubernetes-list-map-keys'];
    if (Array.isArray(keys)) return (keys as readonly Json[]).map(text);
    const key = text(this.#schema['x-kubernetes-patch-merge-key']);
    return key === '' ? [] : [key];
  }

  #below(schema: Json | undefined): MergeSchema | undefined {
    const resolved = this.#root.resolve(schema);
    return typeof resolved === 'string' ? this.#root.elsewhere(resolved) : resolved && new OpenApiNode(resolved, this.#root);
  }

  field(name: string): MergeSchema | undefined {
    const properties = this.#schema['properties'];
    const property = isObject(properties) ? getKey(properties, name) : undefined;
    return this.#below(property ?? this.#schema['additionalProperties']);
  }

  elements(): MergeSchema | undefined {
    return this.#schema['type'] === 'array' ? this.#below(this.#schema['items']) : undefined;
  }
}
