/** Randomness as a port: real in production, seeded in tests and rehearsals. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** RFC 4122 version 4. */
  uuid(): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}
