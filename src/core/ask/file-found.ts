/** A file that was read, decoded only when somebody asks for its text, and once. */
import { decodeUtf8 } from '../../std/index.ts';
import type { FileFound } from './requests.ts';

class BytesFound implements FileFound {
  readonly found = 'file';
  readonly id: string;
  readonly bytes: Uint8Array;
  #text: string | undefined;

  constructor(id: string, bytes: Uint8Array) {
    this.id = id;
    this.bytes = bytes;
  }

  get text(): string {
    this.#text ??= decodeUtf8(this.bytes);
    return this.#text;
  }
}

/** `id` names the content: what differs must not share it. A byte order mark stays part of the text: engines decide what it means. */
export const fileFound = (id: string, bytes: Uint8Array): FileFound => new BytesFound(id, bytes);
