/** Charts that were read before, by the ids of their files: rendering one again, or in the next round of questions, parses nothing of it anew. */
import type { Result } from '../../../std/index.ts';
import type { Loaded } from './files.ts';

type Read = Result<Loaded, string>;

const mostCharts = 64;
const mostBytes = 1 << 26;

/** Owned by the caller; keeps at most 64 charts and 64 MiB of their files, and forgets what was not used for longest. */
export class LoadedCharts {
  readonly #known = new Map<string, { readonly read: Read; readonly size: number }>();
  #size = 0;

  /** `key` says exactly which files; `size` is their bytes. */
  once(key: string, size: number, load: () => Read): Read {
    const known = this.#known.get(key);
    if (known !== undefined) {
      this.#known.delete(key);
      this.#known.set(key, known);
      return known.read;
    }
    const read = load();
    this.#known.set(key, { read, size });
    this.#size += size;
    for (const [oldest, { size: its }] of this.#known) {
      if (this.#known.size <= mostCharts && this.#size <= mostBytes) break;
      this.#known.delete(oldest);
      this.#size -= its;
    }
    return read;
  }
}
