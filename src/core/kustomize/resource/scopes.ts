/**
 * What a build knows about kinds: their scope and how their lists merge. One for each build, because `openapi:` changes it on the way.
 * Source: kyaml/openapi/openapi.go (SetSchema, initSchema, IsNamespaceScoped).
 */
import { parseApiVersion } from '../../object/index.ts';
import { type Schema, builtinSchema } from '../../schema/index.ts';
import { type MergeSchema, typeSchema } from '../merge/schema.ts';
import { OpenApiSchema } from '../merge/openapi.ts';
import { KustomizeError } from '../problem.ts';
import type { Scopes } from './gvk.ts';
import { CLUSTER_SCOPED, NAMESPACED } from './scopes.table.ts';

/** The names under which the built-in schema goes. */
const BUILT_IN_VERSIONS: ReadonlySet<string> = new Set(['v1.21.2']);

export class SchemaState implements Scopes {
  #builtin: Schema | undefined;
  /** Whether the built-in schema was needed before a custom one came: then both count. */
  #builtinUsed = false;
  /** Whether lists were merged by it: then the custom one, read later, wins. */
  #builtinRead = false;
  #custom: OpenApiSchema | undefined;
  #version: string | undefined;
  readonly #load: () => Schema;

  constructor(load: () => Schema = builtinSchema) {
    this.#load = load;
  }

  /** `openapi:` of a kustomization; only the first one found counts, the root's own before all. Whether it changed something. */
  set(field: ReadonlyMap<string, string>, text: string | undefined): boolean {
    if (this.#custom !== undefined || this.#version !== undefined) return false;
    const version = field.get('version') ?? '';
    if (text !== undefined) {
      if (field.has('version')) throw new KustomizeError('builtin version and custom schema provided, cannot use both');
      this.#custom = new OpenApiSchema(text, (name) => (this.#builtinUsed ? this.#builtinDefinition(name) : undefined));
      return true;
    }
    if (version === '') return false;
    if (!BUILT_IN_VERSIONS.has(version)) throw new KustomizeError('the specified OpenAPI version is not built in');
    this.#version = version;
    return false;
  }

  isCluster(apiVersion: string, kind: string): boolean {
    const key = `${apiVersion} ${kind}`;
    if (CLUSTER_SCOPED.has(key)) return true;
    if (NAMESPACED.has(key)) return false;
    if (this.#custom !== undefined) {
      const scope = this.#custom.isNamespaced(apiVersion, kind);
      if (scope !== undefined || !this.#builtinUsed) return scope === false;
    }
    this.#builtinUsed = true;
    return this.#schema().resources.ofKind({ ...parseApiVersion(apiVersion), kind })?.namespaced === false;
  }

  /** How lists of this kind merge; undefined when nothing is known about it. */
  mergeSchema(apiVersion: string, kind: string): MergeSchema | undefined {
    const own = (): MergeSchema | undefined => this.#custom?.typeOf(apiVersion, kind);
    if (this.#custom !== undefined && !this.#builtinUsed) return own();
    if (this.#custom === undefined) this.#builtinRead = true;
    this.#builtinUsed = true;
    const builtin = (): MergeSchema | undefined => this.#builtinType(apiVersion, kind);
    return this.#builtinRead ? (own() ?? builtin()) : (builtin() ?? own());
  }

  #builtinType(apiVersion: string, kind: string): MergeSchema | undefined {
    const { group, version } = parseApiVersion(apiVersion);
    const schema = this.#schema();
    const type =
      schema.typeOf({ group, version, kind }) ?? (version === 'v1beta1' ? schema.typeOf({ group, version: 'v1', kind }) : undefined);
    return type === undefined ? undefined : typeSchema(type);
  }

  /** A type by the name of its definition, for schemas in comments. */
  definition(name: string): MergeSchema | undefined {
    return this.#custom?.definition(name) ?? this.#builtinDefinition(name);
  }

  #builtinDefinition(name: string): MergeSchema | undefined {
    const type = this.#schema().named(name);
    return type === undefined ? undefined : typeSchema(type);
  }

  #schema(): Schema {
    this.#builtin ??= this.#load();
    return this.#builtin;
  }
}
