/** Splits what `git cat-file --batch-command` prints into objects. Chunks end anywhere. */
export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly size: number;
  /** Absent for `info` and for objects over the limit. */
  readonly bytes?: Uint8Array;
}

export type CatFileMode = 'info' | 'contents';

export interface CatFileListener {
  /** What the next answer looks like. */
  readonly mode: () => CatFileMode;
  readonly found: (object: GitObject | null) => void;
  /** Bytes of larger objects are skipped as they come: they never fill memory. */
  readonly objectSize: number;
}

const lineEnd = 0x0a;

export class CatFileOutput {
  readonly #listener: CatFileListener;
  #header: Buffer = Buffer.alloc(0);
  #open: { readonly head: GitObject; readonly bytes: Uint8Array | undefined } | undefined;
  /** Bytes of the open object still to come, its final line end included. */
  #rest = 0;

  constructor(listener: CatFileListener) {
    this.#listener = listener;
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
    const text = chunk.toString('latin1', at, end);
    const line = this.#header.length === 0 ? text : this.#header.toString('latin1') + text;
    this.#header = Buffer.alloc(0);
    this.#begin(line);
    return end + 1;
  }

  #begin(line: string): void {
    const match = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(line);
    // `<name> missing` and `<name> ambiguous` have no bytes.
    if (match === null) return this.#listener.found(null);
    const size = Number(match[3]);
    const head: GitObject = { id: match[1] ?? '', type: match[2] as GitObject['type'], size };
    if (this.#listener.mode() === 'info') return this.#listener.found(head);
    this.#open = { head, bytes: size > this.#listener.objectSize ? undefined : new Uint8Array(size) };
    this.#rest = size + 1;
  }

  #readBytes(chunk: Buffer, at: number): number {
    const open = this.#open;
    if (open === undefined) return at;
    const taken = Math.min(this.#rest, chunk.length - at);
    const content = Math.min(taken, this.#rest - 1);
    open.bytes?.set(chunk.subarray(at, at + content), open.head.size + 1 - this.#rest);
    this.#rest -= taken;
    if (this.#rest === 0) {
      this.#open = undefined;
      this.#listener.found(open.bytes === undefined ? open.head : { ...open.head, bytes: open.bytes });
    }
    return at + taken;
  }
}
