/** A set of types found by kind, together with the resources that are served: built-in, read from a server, or both. */
import type { Gvk, Json, JsonObject } from '../object/index.ts';
import { isObject } from '../object/index.ts';
import { OpenApiCompiler, type OpenApiOptions } from './openapi.ts';
import { ResourceList } from './resources.ts';
import type { TypeNode } from './types.ts';

export interface Schema {
  /** The type of a kind; undefined when it is not known. */
  typeOf(gvk: Gvk): TypeNode | undefined;
  /** A type by definition name. */
  named(name: string): TypeNode | undefined;
  readonly kinds: readonly Gvk[];
  readonly resources: ResourceList;
}

export const gvkKey = (gvk: Gvk): string => `${gvk.group}/${gvk.version}/${gvk.kind}`;

/** The kinds a definition stands for: its `x-kubernetes-group-version-kind`. */
export function kindsOf(definition: Json | undefined): Gvk[] {
  const marker = isObject(definition) ? definition['x-kubernetes-group-version-kind'] : undefined;
  const entries = Array.isArray(marker) ? marker : marker === undefined ? [] : [marker];
  const kinds: Gvk[] = [];
  for (const entry of entries) {
    if (!isObject(entry)) continue;
    const { group, version, kind } = entry;
    if (typeof group === 'string' && typeof version === 'string' && typeof kind === 'string' && kind !== '')
      kinds.push({ group, version, kind });
  }
  return kinds;
}

/** A schema from the `components.schemas` of one or more OpenAPI v3 documents, merged by the caller. Types are compiled when first asked for. */
export function openApiSchema(definitions: JsonObject, options: OpenApiOptions = {}): Schema {
  const compiler = new OpenApiCompiler(definitions, options);
  const names = new Map<string, string>();
  const kinds: Gvk[] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    for (const gvk of kindsOf(definition)) {
      names.set(gvkKey(gvk), name);
      kinds.push(gvk);
    }
  }
  return {
    typeOf: (gvk) => {
      const name = names.get(gvkKey(gvk));
      return name === undefined ? undefined : compiler.named(name);
    },
    named: (name) => compiler.named(name),
    kinds,
    resources: new ResourceList([]),
  };
}

/** Looks in each schema in turn: custom types before built-in ones, for example. */
export function joinSchemas(...schemas: readonly Schema[]): Schema {
  const first = <T>(find: (schema: Schema) => T | undefined): T | undefined => {
    for (const schema of schemas) {
      const found = find(schema);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    typeOf: (gvk) => first((schema) => schema.typeOf(gvk)),
    named: (name) => first((schema) => schema.named(name)),
    kinds: schemas.flatMap((schema) => schema.kinds),
    resources: new ResourceList(schemas.flatMap((schema) => schema.resources.all)),
  };
}
