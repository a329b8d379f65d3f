/** A file that was read, decoded only when somebody asks for its text. */
import type { FileFound } from '../../core/ask/index.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class ReadFile implements FileFound {
  readonly found = 'file';
  readonly id: string;
  readonly bytes: Uint8Array;
  #text: string | undefined;

  constructor(id: string, bytes: Uint8Array) {
    this.id = id;
    this.bytes = bytes;
  }

  get text(): string {
    this.#text ??= decoder.decode(this.bytes);
    return this.#text;
  }
}

/** `id` is prefixed by its algorithm. A byte order mark stays part of the text: engines decide what it means. */
export const fileFound = (id: string, bytes: Uint8Array): FileFound => new ReadFile(id, bytes);
