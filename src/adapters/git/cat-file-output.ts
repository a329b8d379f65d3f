/** Splits what `git cat-file --batch-command` prints into objects. Chunks end anywhere. */
export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly size: number;
  /** Empty for `info`. */
  readonly bytes: Uint8Array;
}

const lineEnd = 0x0a;
const nothing = new Uint8Array();

export class CatFileOutput {
  readonly #found: (object: GitObject | null) => void;
  #mode: 'info' | 'contents' = 'info';
  #header: Buffer = Buffer.alloc(0);
  /** The object whose bytes are being read, and how many are still to come, its final line end included. */
  #open: { readonly head: GitObject; readonly bytes: Uint8Array } | undefined;
  #rest = 0;

  constructor(found: (object: GitObject | null) => void) {
    this.#found = found;
  }

  /** What the answers to the next requests look like. */
  expect(mode: 'info' | 'contents'): void {
    this.#mode = mode;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) at = this.#open === undefined ? this.#readHeader(chunk, at) : this.#readBytes(chunk, at);
  }

  #readHeader(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(lineEnd, at);
    if (end < 0) {
      this.#header = Buffer.concat([this.#header, chunk.subarray(at)]);
      return chunk.length;
    }
    const line =
      this.#header.length === 0 ? chunk.toString('latin1', at, end) : this.#header.toString('latin1') + chunk.toString('latin1', at, end);
    this.#header = Buffer.alloc(0);
    this.#begin(line);
    return end + 1;
  }

  #begin(line: string): void {
    const match = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(line);
    // `<name> missing` and `<name> ambiguous` have no bytes.
    if (match === null) return this.#found(null);
    const size = Number(match[3]);
    const head: GitObject = { id: match[1] ?? '', type: match[2] as GitObject['type'], size, bytes: nothing };
    if (this.#mode === 'info') return this.#found(head);
    this.#open = { head, bytes: new Uint8Array(size) };
    this.#rest = size + 1;
  }

  #readBytes(chunk: Buffer, at: number): number {
    const open = this.#open;
    if (open === undefined) return at;
    const taken = Math.min(this.#rest, chunk.length - at);
    const content = Math.min(taken, this.#rest - 1);
    open.bytes.set(chunk.subarray(at, at + content), open.head.size + 1 - this.#rest);
    this.#rest -= taken;
    if (this.#rest === 0) {
      this.#open = undefined;
      this.#found({ ...open.head, bytes: open.bytes });
    }
    return at + taken;
  }
}
