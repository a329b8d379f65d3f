/**
 * Documents that hold schemas: which of them have addresses and anchors, and what a reference leads to. Nothing is fetched: besides the schema itself only
 * metaschemas are known, and `urn:` addresses are schemas everything fits, as in Helm. Source: santhosh-tekuri/jsonschema v6 roots.go, root.go.
 */
import { quote } from '../../go/strconv/index.ts';
import { sortStrings } from '../../go/sort/index.ts';
import { getKey, hasKey, isObject, type Json, type JsonObject } from '../../object/index.ts';
import { parseUrl } from '../../template/url/index.ts';
import { type Draft, draftOfUrl, idOf, newestDraft, textOf } from './drafts.ts';
import { metaschemas } from './metaschemas.table.ts';
import type { Place } from './node.ts';
import { locationOf, pointerTo, unescaped } from './text.ts';
import { joinUrl } from './urls.ts';

const notFetched =
  'schemas are not fetched from elsewhere; --skip-schema-validation (of an App: `build.helm.skipSchemaValidation`) goes without the check';

/** Why a schema cannot be used, in the words of the library Helm uses. */
export class SchemaFailure extends Error {}

/** A schema with an address of its own. */
export interface Resource {
  readonly pointer: string;
  readonly url: string;
  draft: Draft;
  readonly anchors: Map<string, string>;
  readonly dynamicAnchors: string[];
}

export interface SchemaDocument {
  readonly url: string;
  readonly root: Json;
  /** By pointer. */
  readonly resources: Map<string, Resource>;
  readonly resourcesByUrl: Map<string, Resource>;
  /** Pointers of the schemas that were looked through. */
  readonly seen: Set<string>;
}

/** Called for each document and each schema found later, before it is used. */
export type Vet = (document: SchemaDocument, schema: Json, pointer: string) => void;

const deepest = 1000;

export class Documents {
  readonly #documents = new Map<string, SchemaDocument>();
  readonly #vet: Vet;
  /** `urn:` addresses that were taken for schemas everything fits. */
  readonly urns = new Set<string>();

  constructor(vet: Vet) {
    this.#vet = vet;
  }

  add(url: string, root: Json): SchemaDocument {
    const document: SchemaDocument = { url, root, resources: new Map(), resourcesByUrl: new Map(), seen: new Set() };
    this.#collect({ document, base: url, draft: newestDraft, depth: 0 }, root, '');
    if (!/^https?:\/\/json-schema\.org\//.test(url)) this.#vet(document, root, '');
    this.#documents.set(url, document);
    return document;
  }

  /** @throws SchemaFailure for what would have to be fetched */
  load(url: string): SchemaDocument {
    const known = this.#documents.get(url);
    if (known !== undefined) return known;
    const meta = metaschemaAt(url);
    if (meta !== undefined) return this.add(url, meta);
    if (url.startsWith('urn:')) {
      this.urns.add(url);
      return this.add(url, true);
    }
    const path = url.startsWith('file://') ? url.slice('file://'.length) : undefined;
    const reason = path === undefined ? notFetched : `open ${path}: no such file or directory`;
    throw new SchemaFailure(`failing loading ${quote(url)}: ${reason}`);
  }

  /** Makes sure that what stands there has been looked through as a schema. @throws SchemaFailure */
  ensure(place: Place, schema: Json): void {
    const document = this.load(place.url);
    if (document.seen.has(place.pointer)) return;
    const around = resourceOf(document, place.pointer);
    this.#collect({ document, base: around.url, draft: around.draft, depth: 0 }, schema, place.pointer);
    this.#vet(document, schema, place.pointer);
  }

  /** What stands at a place. @throws SchemaFailure for a pointer that leads nowhere */
  at(place: Place): Json {
    return schemaAt(this.load(place.url), place);
  }

  /** Where a reference leads that stands in the resource. @throws SchemaFailure */
  resolve(reference: string, from: Place): Place {
    const document = this.load(from.url);
    const base = resourceOf(document, from.pointer).url;
    const { address, fragment } = splitFragment(reference);
    const problem = parseUrl(address);
    if (!problem.ok) throw new SchemaFailure(`error in parsing ${quote(address)}: ${problem.error}`);
    const url = address === '' ? base : joinUrl(base, address);
    const inside = document.resourcesByUrl.get(url);
    if (inside !== undefined) return fragmentIn(document, inside, fragment);
    const other = this.load(url);
    return fragmentIn(other, resourceOf(other, ''), fragment);
  }

  #collect(at: Walk, schema: Json, pointer: string): void {
    const { document, depth } = at;
    if (document.seen.has(pointer)) return;
    if (depth > deepest) throw new SchemaFailure('schemas are nested too deeply');
    if (isObject(schema)) this.#collectObject(at, schema, pointer);
    else if (pointer === '') addResource(document, newResource('', at.base, at.draft));
    document.seen.add(pointer);
  }

  #collectObject(at: Walk, schema: JsonObject, pointer: string): void {
    const { document } = at;
    let draft = draftOf(schema, at.draft);
    let id = idOf(draft, schema);
    // Only a schema with an address may be of another draft.
    if (id === '' && pointer !== '') {
      ({ draft } = at);
      id = idOf(draft, schema);
    }
    const url = id === '' ? at.base : joined(at.base, id, { url: document.url, pointer });
    if (id !== '' || pointer === '') addResource(document, newResource(pointer, url, draft));
    const around = document.resourcesByUrl.get(url) ?? resourceOf(document, pointer);
    collectAnchors(schema, pointer, { document, resource: around });
    for (const [inner, value] of subschemas(schema, pointer, draft))
      this.#collect({ document, base: url, draft: around.draft, depth: at.depth + 1 }, value, inner);
  }
}

interface Walk {
  readonly document: SchemaDocument;
  readonly base: string;
  readonly draft: Draft;
  readonly depth: number;
}

const newResource = (pointer: string, url: string, draft: Draft): Resource => ({
  pointer,
  url,
  draft,
  anchors: new Map(),
  dynamicAnchors: [],
});

function addResource(document: SchemaDocument, resource: Resource): void {
  const same = document.resourcesByUrl.get(resource.url);
  if (same === undefined) {
    document.resources.set(resource.pointer, resource);
    document.resourcesByUrl.set(resource.url, resource);
  } else if (same.pointer !== resource.pointer)
    throw new SchemaFailure(
      `duplicate id ${quote(resource.url)} in ${quote(document.url)} at ${quote(resource.pointer)} and ${quote(same.pointer)}`,
    );
}

function joined(base: string, id: string, at: Place): string {
  if (!parseUrl(id).ok) throw new SchemaFailure(`error in parsing id at ${quote(locationOf(at))}`);
  return joinUrl(base, id);
}

/** Schemas of a draft nobody knows would have to be fetched. */
function draftOf(schema: JsonObject, otherwise: Draft): Draft {
  const named = textOf(schema, '$schema');
  if (named === undefined) return otherwise;
  const draft = draftOfUrl(named);
  if (draft !== undefined) return draft;
  throw new SchemaFailure(`failing loading ${quote(named.split('#', 1)[0] ?? '')}: ${notFetched}`);
}

function collectAnchors(
  schema: JsonObject,
  pointer: string,
  { document, resource }: { readonly document: SchemaDocument; readonly resource: Resource },
): void {
  const add = (anchor: string): void => {
    const other = resource.anchors.get(anchor);
    if (other !== undefined && other !== pointer)
      throw new SchemaFailure(`duplicate anchor ${quote(anchor)} in ${quote(document.url)} at ${quote(other)} and ${quote(pointer)}`);
    resource.anchors.set(anchor, pointer);
  };
  const { version, id } = resource.draft;
  if (version < 2019) {
    const { fragment } = splitFragment(hasKey(schema, '$ref') ? '' : (textOf(schema, id) ?? ''));
    if (fragment !== '' && !fragment.startsWith('/')) add(fragment);
    return;
  }
  const anchor = textOf(schema, '$anchor');
  if (anchor !== undefined) add(anchor);
  const dynamic = version >= 2020 ? textOf(schema, '$dynamicAnchor') : undefined;
  if (dynamic === undefined) return;
  add(dynamic);
  resource.dynamicAnchors.push(dynamic);
}

/** The schemas inside a schema, by pointer. */
function subschemas(schema: JsonObject, pointer: string, draft: Draft): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const key of draft.one) if (hasKey(schema, key)) found.set(pointerTo(pointer, key), getKey(schema, key) ?? null);
  for (const key of draft.list) {
    const items = getKey(schema, key);
    if (Array.isArray(items)) (items as readonly Json[]).forEach((item, i) => found.set(pointerTo(pointer, key, String(i)), item));
  }
  for (const key of draft.members) {
    const members = getKey(schema, key);
    if (isObject(members))
      for (const name of sortStrings(Object.keys(members))) found.set(pointerTo(pointer, key, name), members[name] ?? null);
  }
  return found;
}

/** The resource a place belongs to. */
export function resourceOf(document: SchemaDocument, pointer: string): Resource {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = document.resources.get(at);
    if (found !== undefined) return found;
  }
  return document.resources.get('') ?? newResource('', document.url, newestDraft);
}

function fragmentIn(document: SchemaDocument, resource: Resource, fragment: string): Place {
  const { url } = document;
  if (fragment === '' || fragment.startsWith('/')) return { url, pointer: resource.pointer + fragment };
  const pointer = resource.anchors.get(fragment);
  if (pointer === undefined)
    throw new SchemaFailure(`anchor in ${quote(locationOf({ url: resource.url, pointer: fragment }))} not found in schema ${quote(url)}`);
  return { url, pointer };
}

/** @throws SchemaFailure for a pointer that leads nowhere */
function schemaAt(document: SchemaDocument, place: Place): Json {
  let value: Json = document.root;
  for (const token of place.pointer.split('/').slice(1)) {
    const name = unescaped(token);
    if (name === undefined) throw new SchemaFailure(`invalid json-pointer ${quote(locationOf(place))}`);
    const next = Array.isArray(value)
      ? /^[+-]?\d+$/.test(name)
        ? (value as readonly Json[])[Number(name)]
        : undefined
      : isObject(value)
        ? getKey(value, name)
        : undefined;
    if (next === undefined) throw new SchemaFailure(`json-pointer in ${quote(locationOf(place))} not found`);
    value = next;
  }
  return value;
}

/** A reference and its decoded fragment. */
function splitFragment(reference: string): { readonly address: string; readonly fragment: string } {
  const hash = reference.indexOf('#');
  if (hash < 0) return { address: reference, fragment: '' };
  try {
    return { address: reference.slice(0, hash), fragment: decodeURIComponent(reference.slice(hash + 1)) };
  } catch {
    throw new SchemaFailure(`error in parsing ${quote(reference)}: invalid URL escape`);
  }
}

function metaschemaAt(url: string): Json | undefined {
  const known = draftOfUrl(url)?.url ?? url.replace(/^http:\/\/json-schema\.org\/draft\//, 'https://json-schema.org/draft/');
  return Object.hasOwn(metaschemas, known) ? metaschemas[known] : undefined;
}
