/**
 * The link that `lockstep up` prints: whoever can read the terminal (or the state file, which only its owner can) is let in as the holder of the kubeconfig.
 * Each link works once, for ten minutes; the command prints another when asked.
 */
import type { Clock, Identity, Random } from '../../ports/index.ts';
import { sameSecret } from './sessions.ts';

interface Link {
  readonly token: string;
  readonly identity: Identity;
  readonly until: number;
}

const VALID = 10 * 60_000;
const MOST = 20;

export class Links {
  readonly #clock: Clock;
  readonly #random: Random;
  #open: readonly Link[] = [];

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  issue(identity: Identity): string {
    const token = Buffer.from(this.#random.bytes(24)).toString('base64url');
    this.#open = [...this.#valid(), { token, identity, until: this.#clock.now() + VALID }].slice(-MOST);
    return token;
  }

  /** Undefined: unknown, used or too old. */
  use(token: string): Identity | undefined {
    const link = this.#valid().find((one) => sameSecret(one.token, token));
    if (link === undefined) return undefined;
    this.#open = this.#open.filter((one) => one !== link);
    return link.identity;
  }

  #valid(): readonly Link[] {
    const now = this.#clock.now();
    return this.#open.filter(({ until }) => until > now);
  }
}
