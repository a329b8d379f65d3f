/** From the text of one file to Kubernetes objects, each with its place; what is not one is a problem with its place. */
import { type Json, type JsonObject, type KubeObject, formatRef, getKey, isObject, record, refKey, refOf } from '../object/index.ts';
import type { Problem } from '../problem/index.ts';
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
    if (!isObject(value)) return this.report(spot, [], 'NotKubernetes', `a Kubernetes object was expected here, not ${describe(value)}`);
    const items = getKey(value, 'items');
    const kind = getKey(value, 'kind');
    if (Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')) return this.addItems(value, kind, { ...spot, items });
    const before = this.problems.length;
    const metadata = this.checkObject(value, spot);
    if (this.problems.length > before) return;
    const object = { ...value, metadata } as KubeObject;
    this.objects.push({
      object: metadata === value['metadata'] ? (value as KubeObject) : object,
      file: this.file,
      line: this.place(spot, []).line,
    });
  }

  private addItems(list: JsonObject, kind: string, spot: Spot & { readonly items: readonly Json[] }): void {
    if (spot.depth >= MAX_LIST_DEPTH)
      return this.report(spot, ['items'], 'BudgetExceeded', `lists are nested deeper than ${MAX_LIST_DEPTH}`);
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
      if (typeof word !== 'string' || word === '')
        this.report(
          spot,
          word === undefined ? [] : [field],
          'NotKubernetes',
          word === undefined ? `${field} is missing` : `${field} must be a word`,
        );
    }
    const metadata = getKey(value, 'metadata');
    if (!isObject(metadata)) {
      this.report(spot, metadata === undefined ? [] : ['metadata'], 'NotKubernetes', 'metadata.name is missing');
      return record();
    }
    return this.checkMetadata(metadata, spot);
  }

  private checkMetadata(metadata: JsonObject, spot: Spot): JsonObject {
    const name = getKey(metadata, 'name') ?? undefined;
    const at = (path: Path, message: string, hint?: string): void =>
      this.report(spot, ['metadata', ...path], 'NotKubernetes', message, hint);
    if (name === undefined && getKey(metadata, 'generateName') !== undefined)
      at(['generateName'], 'metadata.name is missing', 'generateName makes a new object each time; give it a name');
    else if (typeof name !== 'string' || name === '')
      at(name === undefined ? [] : ['name'], name === undefined ? 'metadata.name is missing' : 'metadata.name must be text');
    const namespace = getKey(metadata, 'namespace') ?? undefined;
    if (namespace !== undefined && typeof namespace !== 'string') at(['namespace'], 'metadata.namespace must be text');
    for (const field of ['labels', 'annotations']) {
      const values = getKey(metadata, field) ?? undefined;
      if (values === undefined) continue;
      if (!isObject(values)) at([field], `metadata.${field} must be an object`);
      else
        for (const [key, value] of Object.entries(values))
          if (typeof value !== 'string')
            at([field, key], `metadata.${field}["${key}"] must be text, not ${describe(value ?? null)}`, 'put it in quotes');
    }
    const entries = Object.entries(metadata);
    const kept = entries.filter((entry): entry is [string, Json] => entry[1] !== null && entry[1] !== undefined);
    return kept.length === entries.length ? metadata : record(kept);
  }

  private place(spot: Spot, path: Path): { readonly line: number; readonly column: number } {
    return positionOf(spot.manifest.node, [...spot.path, ...path]);
  }

  private report(spot: Spot, path: Path, code: string, message: string, hint?: string): void {
    const { line, column } = this.place(spot, path);
    const advice = hint ?? (code === 'NotKubernetes' ? 'complete it, or leave the file out with source.exclude' : undefined);
    this.problems.push({ code, message, file: this.file, line, column, ...(advice === undefined ? {} : { hint: advice }) });
  }
}

function describe(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(typeof value === 'bigint' ? Number(value) : value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** One problem for each object that stands in more than one place; the message names both. */
export function duplicateProblems(objects: readonly RenderedObject[]): readonly Problem[] {
  const first = new Map<string, RenderedObject>();
  const problems: Problem[] = [];
  for (const rendered of objects) {
    const ref = refOf(rendered.object);
    const key = refKey(ref);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, rendered);
    else
      problems.push({
        code: 'DuplicateObject',
        message: `the same object stands in ${earlier.file}:${earlier.line}`,
        file: rendered.file,
        line: rendered.line,
        object: formatRef(ref),
        hint: 'remove one of them',
      });
  }
  return problems;
}
