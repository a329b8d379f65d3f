/**
 * What was decrypted, in memory only: an unchanged encrypted file costs nothing when its App is rendered again. A key is made of the encrypted content's
 * id and the keys it was opened with, so that nobody finds here what their own keys do not open.
 */
import { LRUCache } from 'lru-cache';
import type { Problem } from '../../core/problem/index.ts';
import type { Keyring } from '../../ports/index.ts';

/** A file in clear, and the texts of it that were hidden. */
export interface ClearContent {
  readonly bytes: Uint8Array;
  readonly secrets: readonly string[];
}

/** Keys that were read, and what was wrong with those that could not be. */
export interface ReadKeys {
  readonly ring: Keyring;
  readonly problems: readonly Problem[];
}

const mostBytes = 32 << 20;
const mostRings = 256;

export class Plaintexts {
  readonly #contents: LRUCache<string, ClearContent>;
  readonly #keys = new LRUCache<string, ReadKeys>({ max: mostRings });
  /** Files decrypted so far. */
  decrypted = 0;

  /** `limit`: bytes in clear that are kept at most. */
  constructor(limit = mostBytes) {
    this.#contents = new LRUCache({ maxSize: limit, sizeCalculation: ({ bytes }) => bytes.length + 1 });
  }

  /** The content, or what `open` makes; failures are not kept. */
  async content<E extends { readonly code: string }>(key: string, open: () => Promise<ClearContent | E>): Promise<ClearContent | E> {
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    this.decrypted += 1;
    const made = await open();
    if (!('code' in made)) this.#contents.set(key, made);
    return made;
  }

  /** The keys of some files, read once. */
  async keys(id: string, read: () => Promise<ReadKeys>): Promise<ReadKeys> {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const keys = await read();
    this.#keys.set(id, keys);
    return keys;
  }

  /** Bytes that are kept now, about. */
  get size(): number {
    return this.#contents.calculatedSize;
  }
}
