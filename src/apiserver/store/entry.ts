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

function jsonOf(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    return textOf(value);
  }
}

/** JSON text of a value; `bigint` is written as an integer. */
export const encodeObject = (value: Json): Buffer => Buffer.from(jsonOf(value), 'utf8');

/** A text in memory of its own: what is kept for long must not keep 8 kB of Node's shared pool alive with it. */
function lineToKeep(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const line = Buffer.allocUnsafeSlow(size + 1);
  line.write(text, 'utf8');
  line[size] = NEWLINE;
  return line;
}

/** Copied: a slice would keep all it was cut from in memory. */
function copyToKeep(bytes: Buffer): Buffer {
  const line = Buffer.allocUnsafeSlow(bytes.length + 1);
  bytes.copy(line);
  line[bytes.length] = NEWLINE;
  return line;
}

const NEWLINE = 0x0a;

/** Freezes a JSON graph all the way down; parts that are frozen already are taken as done. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}

/** What an entry counts for whose text was not needed yet: about what a small object has. */
const UNKNOWN_SIZE = 2048;

export class Entry {
  readonly key: string;
  readonly revision: number;
  #line: Buffer | undefined;
  /** What the journal was given, until somebody needs bytes: most versions of most objects are replaced before anybody does. */
  #text: string | undefined;
  #graph: KubeObject | undefined;
  readonly #cache: GraphCache;
  /** Whether the graph was asked for since it came into the cache, or since the cache last passed it over. */
  #wanted = false;

  constructor(
    key: string,
    revision: number,
    content: { readonly cache: GraphCache; readonly graph?: KubeObject; readonly bytes?: Buffer },
  ) {
    this.key = key;
    this.revision = revision;
    this.#line = content.bytes === undefined ? undefined : copyToKeep(content.bytes);
    this.#cache = content.cache;
    this.#graph = content.graph;
  }

  /** The object as JSON text without a final newline. */
  get bytes(): Buffer {
    const { line } = this;
    return line.subarray(0, line.length - 1);
  }

  /** The object as JSON text and a newline, as it is sent. */
  get line(): Buffer {
    if (this.#line === undefined) {
      this.#line = lineToKeep(this.#ownText());
      this.#text = undefined;
    }
    return this.#line;
  }

  /** The same, in whichever form is at hand. */
  get content(): Buffer | string {
    return this.#line === undefined ? this.#ownText() : this.bytes;
  }

  #ownText(): string {
    this.#text ??= jsonOf(this.#graph ?? null);
    return this.#text;
  }

  /** The object. It is shared: whatever leaves the server by reference is frozen on its way out. */
  get graph(): KubeObject {
    this.#wanted = true;
    if (this.#graph === undefined) {
      this.#graph = JSON.parse(this.bytes.toString('utf8')) as KubeObject;
      this.#cache.add(this);
    }
    return this.#graph;
  }

  /** About how many bytes of JSON text it is, or a guess where nobody needed it as text yet (it is not made for the sake of counting). */
  get size(): number {
    return this.#line?.length ?? this.#text?.length ?? UNKNOWN_SIZE;
  }

  /** Called by the cache only: from now on the bytes stand alone, unless the graph was wanted lately. */
  dropGraph(): 'dropped' | 'wanted' {
    if (this.#wanted) {
      this.#wanted = false;
      return 'wanted';
    }
    void this.line;
    this.#graph = undefined;
    return 'dropped';
  }
}

/**
 * Which entries may keep their graphs: all that have one stand in a queue, within a number of bytes of JSON text. The first of the queue loses its
 * graph, or goes to the end when it was wanted since it was last passed over ("second chance"), so that a read costs no more than a flag.
 */
export class GraphCache {
  readonly #limit: number;
  #used = 0;
  readonly #queue = new Map<Entry, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** An entry that has just got its graph: it was made of one, or parsed. */
  add(entry: Entry): void {
    this.#queue.set(entry, entry.size);
    this.#used += entry.size;
    if (this.#used > this.#limit) this.#evict();
  }

  #evict(): void {
    for (const [entry, size] of this.#queue) {
      if (this.#used <= this.#limit * 0.9) return;
      this.#queue.delete(entry);
      if (entry.dropGraph() === 'wanted') this.#queue.set(entry, size);
      else this.#used -= size;
    }
  }
}
