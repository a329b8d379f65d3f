/**
 * One stored version of one object. Bytes are the truth; the parsed graph is kept while the cache has room, because 50,000 objects
 * cost 170 MB as bytes and more than twice that as graphs.
 */
import type { Json, KubeObject } from '../../core/object/index.ts';

/** The slow way, for graphs with integers beyond ±2^53. */
function textOf(value: Json | undefined): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(textOf).join(',')}]`;
  const fields = Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [`${JSON.stringify(key)}:${textOf(inner)}`]));
  return `{${fields.join(',')}}`;
}

/** JSON text of a value; `bigint` is written as an integer. */
export function encodeObject(value: Json): Buffer {
  try {
    return Buffer.from(JSON.stringify(value), 'utf8');
  } catch {
    return Buffer.from(textOf(value), 'utf8');
  }
}

/** Freezes a JSON graph all the way down; parts that are frozen already are taken as done. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}

export class Entry {
  readonly key: string;
  readonly revision: number;
  #bytes: Buffer | undefined;
  #graph: KubeObject | undefined;
  #cache: GraphCache;

  constructor(
    key: string,
    revision: number,
    content: { readonly cache: GraphCache; readonly graph?: KubeObject; readonly bytes?: Buffer },
  ) {
    this.key = key;
    this.revision = revision;
    this.#bytes = content.bytes;
    this.#graph = content.graph === undefined ? undefined : deepFreeze(content.graph);
    this.#cache = content.cache;
  }

  /** The object as JSON text without a final newline. */
  get bytes(): Buffer {
    this.#bytes ??= encodeObject(this.#graph ?? null);
    return this.#bytes;
  }

  /** The object, frozen. */
  get graph(): KubeObject {
    if (this.#graph === undefined) this.#graph = deepFreeze(JSON.parse(this.bytes.toString('utf8')) as KubeObject);
    this.#cache.touch(this);
    return this.#graph;
  }

  /** Called by the cache only: from now on the bytes stand alone. */
  dropGraph(): void {
    void this.bytes;
    this.#graph = undefined;
  }

  get hasGraph(): boolean {
    return this.#graph !== undefined;
  }
}

/** Which entries may keep their graphs: the recently used ones, within a number of bytes of JSON text. */
export class GraphCache {
  #limit: number;
  #used = 0;
  #sizes = new Map<Entry, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  touch(entry: Entry): void {
    const known = this.#sizes.get(entry);
    if (known !== undefined) return this.#renew(entry, known);
    const size = entry.bytes.length;
    this.#sizes.set(entry, size);
    this.#used += size;
    if (this.#used > this.#limit) this.#evict();
  }

  forget(entry: Entry): void {
    this.#used -= this.#sizes.get(entry) ?? 0;
    this.#sizes.delete(entry);
  }

  /** Moving every hit to the end would cost more than it saves while there is room. */
  #renew(entry: Entry, size: number): void {
    if (this.#used < this.#limit / 2) return;
    this.#sizes.delete(entry);
    this.#sizes.set(entry, size);
  }

  #evict(): void {
    for (const [entry, size] of this.#sizes) {
      if (this.#used <= this.#limit * 0.9) return;
      this.#sizes.delete(entry);
      this.#used -= size;
      entry.dropGraph();
    }
  }
}
