/** What the functions need from outside, all of it through the Ask protocol. One host per render. */
import type { Ask } from '../../ask/index.ts';
import type { RegexpCache } from '../../go/regexp/index.ts';
import type { RangeCache } from '../../go/semver/index.ts';
import type { GoLocation } from '../../go/value/index.ts';
import type { State } from '../exec/index.ts';

export interface SprigHost {
  readonly ask: Ask;
  /** Time zones by name, as Go's LoadLocation; undefined for unknown ones. `Local` is asked for too. */
  readonly zone: (name: string) => GoLocation | undefined;
  /** Compiled regular expressions; may outlive the render. */
  readonly patterns: RegexpCache;
  /** Version ranges that were read; may outlive the render. */
  readonly ranges: RangeCache;
  /** Where random draws have been made so far; a seeded answerer repeats them by their sequence number. */
  draws: number;
  /** Told where something random is drawn. */
  readonly drew?: (place: { readonly file: string; readonly line: number }) => void;
}

export const hostOf = (state: State): SprigHost => state.run.host as SprigHost;

/** Fresh random bytes. */
export function randomBytes(state: State, length: number): Uint8Array {
  const host = hostOf(state);
  state.run.budget.reserve(length);
  host.drew?.(state.place());
  return host.ask({ kind: 'randomBytes', sequence: host.draws++, length });
}

/** Milliseconds since 1970; one moment for a whole render. */
export const now = (state: State): number => hostOf(state).ask({ kind: 'now' });

/** A new private key as PEM. */
export function newKey(state: State, algorithm: 'rsa' | 'ecdsa' | 'ed25519' | 'dsa', bits: number): string {
  const host = hostOf(state);
  host.drew?.(state.place());
  return host.ask({ kind: 'privateKey', sequence: host.draws++, algorithm, bits });
}

/** Draws whole numbers below a bound, all equally likely. */
export class Draw {
  private readonly state: State;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private readonly expected: number;

  /** `expected`: how many draws are likely; they are asked for at once. */
  constructor(state: State, expected: number) {
    this.state = state;
    this.expected = expected;
  }

  private uint32(): number {
    if (this.at + 4 > this.bytes.length) {
      this.bytes = randomBytes(this.state, Math.max(16, 4 * this.expected));
      this.at = 0;
    }
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 4);
    this.at += 4;
    return view.getUint32(0);
  }

  /** 0 … bound-1 */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const value = this.uint32();
      if (value < limit) return value % bound;
    }
  }
}
