/** From the text of one file to Kubernetes objects, each with its place; what is not one is a problem with its place. */
import { type Json, type JsonObject, type KubeObject, getKey, isObject, record } from '../object/index.ts';
import type { Problem } from '../problem/index.ts';
import { withGeneratedName } from './generated-name.ts';
import { decodeManifests, positionOf, type Manifest } from '../yaml/index.ts';

export interface RenderedObject {
  readonly object: KubeObject;
  /** Path inside the source. */
  readonly file: string;
  /** 1-based line at which the object begins. */
  readonly line: number;
}

export interface FileContent {
  readonly objects: readonly RenderedObject[];
  readonly problems: readonly Problem[];
}

/** A `List` inside a `List` inside … */
const MAX_LIST_DEPTH = 8;

/** Reads all documents of a file; `List` kinds are replaced by their items. */
export function readManifests(text: string, file: string): FileContent {
  const decoded = decodeManifests(text, { file });
  const reader = new Reader(file, [...decoded.problems]);
  for (const manifest of decoded.value) reader.add(manifest.object, { manifest, path: [], depth: 0 });
  return { objects: reader.objects, problems: reader.problems };
}

type Path = readonly (string | number)[];

interface Spot {
  readonly manifest: Manifest;
  /** From the document to the object. */
  readonly path: Path;
  readonly depth: number;
}

class Reader {
  readonly objects: RenderedObject[] = [];
  readonly file: string;
  readonly problems: Problem[];

  constructor(file: string, problems: Problem[]) {
    this.file = file;
    this.problems = problems;
  }

  add(value: Json, spot: Spot): void {
    if (!isObject(value)) return this.reject(spot, [], { message: `a Kubernetes object was expected here, not ${describe(value)}` });
    const items = getKey(value, 'items');
    const kind = getKey(value, 'kind');
    if (Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')) return this.addItems(value, kind, { ...spot, items });
    const before = this.problems.length;
    const named = withGeneratedName(value) ?? value;
    const metadata = this.checkObject(named, spot);
    if (this.problems.length > before) return;
    const object = (metadata === named['metadata'] ? named : { ...named, metadata }) as KubeObject;
    this.objects.push({ object, file: this.file, line: positionOf(spot.manifest.node, spot.path).line });
  }

  private addItems(list: JsonObject, kind: string, spot: Spot & { readonly items: readonly Json[] }): void {
    if (spot.depth >= MAX_LIST_DEPTH) {
      this.reject(spot, ['items'], { message: `lists are nested deeper than ${MAX_LIST_DEPTH}` });
      return;
    }
    // The items of a typed list need not repeat what the list says.
    const implied = kind === 'List' ? undefined : { apiVersion: getKey(list, 'apiVersion') ?? null, kind: kind.slice(0, -'List'.length) };
    spot.items.forEach((item, index) => {
      const complete = implied !== undefined && isObject(item) && getKey(item, 'kind') === undefined ? { ...implied, ...item } : item;
      this.add(complete, { manifest: spot.manifest, path: [...spot.path, 'items', index], depth: spot.depth + 1 });
    });
  }

  /** The object's metadata without its nulls, which mean nothing. */
  private checkObject(value: JsonObject, spot: Spot): JsonObject {
    for (const field of ['apiVersion', 'kind']) {
      const word = getKey(value, field);
      if (word === undefined) this.reject(spot, [], { message: `${field} is missing` });
      else if (typeof word !== 'string' || word === '') this.reject(spot, [field], { message: `${field} must be a word` });
    }
    const metadata = getKey(value, 'metadata');
    if (!isObject(metadata)) {
      this.reject(spot, ['metadata'], { message: 'metadata.name is missing' });
      return record();
    }
    return this.checkMetadata(metadata, spot);
  }

  private checkMetadata(metadata: JsonObject, spot: Spot): JsonObject {
    const name = getKey(metadata, 'name') ?? undefined;
    if (name === undefined && getKey(metadata, 'generateName') !== undefined)
      this.reject(spot, ['metadata', 'generateName'], {
        message: 'metadata.name is missing',
        hint: 'generateName makes a new object each time; give it a name (hooks and tests need none)',
      });
    else if (name === undefined || name === '') this.reject(spot, ['metadata', 'name'], { message: 'metadata.name is missing' });
    else if (typeof name !== 'string') this.reject(spot, ['metadata', 'name'], { message: 'metadata.name must be text', hint: QUOTE });
    const namespace = getKey(metadata, 'namespace') ?? undefined;
    if (namespace !== undefined && typeof namespace !== 'string')
      this.reject(spot, ['metadata', 'namespace'], { message: 'metadata.namespace must be text', hint: QUOTE });
    for (const field of ['labels', 'annotations']) this.checkTexts(field, getKey(metadata, field) ?? undefined, spot);
    if (!Object.values(metadata).includes(null)) return metadata;
    return record(Object.entries(metadata).filter((entry): entry is [string, Json] => entry[1] !== null && entry[1] !== undefined));
  }

  private checkTexts(field: string, values: Json | undefined, spot: Spot): void {
    if (values === undefined) return;
    if (!isObject(values)) return this.reject(spot, ['metadata', field], { message: `metadata.${field} must be an object` });
    if (Object.values(values).every((value) => typeof value === 'string')) return;
    for (const [key, value] of Object.entries(values))
      if (typeof value !== 'string')
        this.reject(spot, ['metadata', field, key], {
          message: `metadata.${field}["${key}"] must be text, not ${describe(value ?? null)}`,
          hint: QUOTE,
        });
  }

  private reject(spot: Spot, path: Path, { message, hint = LEAVE_OUT }: { readonly message: string; readonly hint?: string }): void {
    const { line, column } = positionOf(spot.manifest.node, [...spot.path, ...path]);
    this.problems.push({ code: 'NotKubernetes', message, file: this.file, line, column, hint });
  }
}

const QUOTE = 'put it in quotes';
const LEAVE_OUT = 'complete it, or leave the file out with source.exclude';

function describe(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(typeof value === 'bigint' ? Number(value) : value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
