/** The binary encoding that SSH keys and signatures share: strings with their length before them (RFC 4251). */
export class Wire {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws RangeError when the bytes end too early. */
  take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new RangeError('the data ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  string(): Buffer {
    return this.take(this.number());
  }

  text(): string {
    return this.string().toString('latin1');
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }
}

export const wireString = (content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A positive whole number as DER and JWK want it: without leading zeros. */
export const unsigned = (bytes: Buffer): Buffer => {
  let at = 0;
  while (at < bytes.length - 1 && bytes[at] === 0) at++;
  return bytes.subarray(at);
};
