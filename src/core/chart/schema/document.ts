/** A schema document: where subschemas are, by pointer, `$id` and anchor. Source: santhosh-tekuri/jsonschema v6 root.go, draft.go. */
import { getKey, isObject, type Json, type JsonObject } from '../../object/index.ts';
import { joinUrl } from './urls.ts';

export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** A place a reference can lead to. */
export interface Resource {
  readonly schema: Json;
  readonly base: string;
}

const drafts: readonly (readonly [RegExp, Draft])[] = [
  [/^https?:\/\/json-schema\.org\/draft-04\/schema#?$/, 4],
  [/^https?:\/\/json-schema\.org\/draft-06\/schema#?$/, 6],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, 7],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, 2019],
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, 2020],
  [/^https?:\/\/json-schema\.org\/schema#?$/, 2020],
];

/** The draft a schema names; undefined for one nobody knows. */
export function draftOf(schema: Json): Draft | undefined {
  const named = isObject(schema) ? getKey(schema, '$schema') : undefined;
  if (typeof named !== 'string') return 2020;
  return drafts.find(([pattern]) => pattern.test(named))?.[1];
}

export const rootUrl = 'file:///values.schema.json';
const maxDepth = 500;

/** Subschemas by absolute address, and the base address every one of them resolves references against. */
export class SchemaDocument {
  readonly draft: Draft;
  readonly root: Json;
  private readonly places = new Map<string, Resource>();
  private readonly bases = new Map<Json, string>();
  /** `$dynamicAnchor` by base and name. */
  private readonly dynamic = new Map<string, Resource>();

  constructor(root: Json, draft: Draft) {
    this.root = root;
    this.draft = draft;
    this.places.set(rootUrl, { schema: root, base: rootUrl });
    this.walk(root, rootUrl, 0);
  }

  private walk(schema: Json, outer: string, depth: number): void {
    if (depth > maxDepth || typeof schema !== 'object' || schema === null) return;
    if (!isObject(schema)) {
      for (const item of schema as readonly Json[]) this.walk(item, outer, depth + 1);
      return;
    }
    const base = this.register(schema, outer);
    this.bases.set(schema, base);
    for (const [key, value] of Object.entries(schema))
      if (key !== 'enum' && key !== 'const' && value !== undefined) this.walk(value, base, depth + 1);
  }

  private register(schema: JsonObject, outer: string): string {
    const id = getKey(schema, this.draft === 4 ? 'id' : '$id');
    let base = outer;
    if (typeof id === 'string' && !(this.draft < 2019 && getKey(schema, '$ref') !== undefined)) {
      const [address = '', anchor = ''] = id.split('#');
      if (address !== '') {
        base = joinUrl(outer, address);
        this.places.set(base, { schema, base });
      }
      if (this.draft < 2019 && anchor !== '') this.places.set(`${base}#${anchor}`, { schema, base });
    }
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = getKey(schema, keyword);
      if (this.draft < 2019 || typeof anchor !== 'string') continue;
      this.places.set(`${base}#${anchor}`, { schema, base });
      if (keyword === '$dynamicAnchor') this.dynamic.set(`${base}#${anchor}`, { schema, base });
    }
    return base;
  }

  baseOf(schema: JsonObject): string {
    return this.bases.get(schema) ?? rootUrl;
  }

  dynamicAnchor(base: string, name: string): Resource | undefined {
    return this.dynamic.get(`${base}#${name}`);
  }

  /** What a reference leads to; undefined when that is not in the document. */
  resolve(reference: string, from: string): Resource | undefined {
    const hash = reference.indexOf('#');
    const address = hash < 0 ? reference : reference.slice(0, hash);
    const fragment = hash < 0 ? '' : decoded(reference.slice(hash + 1));
    const base = address === '' ? from : joinUrl(from, address);
    const resource = this.places.get(base);
    if (resource === undefined) return undefined;
    if (fragment === '') return resource;
    return fragment.startsWith('/') ? this.pointed(resource, fragment) : this.places.get(`${base}#${fragment}`);
  }

  private pointed(resource: Resource, pointer: string): Resource | undefined {
    let current: Json | undefined = resource.schema;
    let { base } = resource;
    for (const token of pointer.slice(1).split('/')) {
      const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(current)) current = (current as readonly Json[])[Number(name)];
      else current = isObject(current) ? getKey(current, name) : undefined;
      if (current === undefined) return undefined;
      base = (typeof current === 'object' && current !== null ? this.bases.get(current) : undefined) ?? base;
    }
    return { schema: current, base };
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
