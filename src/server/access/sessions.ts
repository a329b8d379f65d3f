/**
 * Browser sessions: random ids known only to the browser and, as a digest, to this process. They end by time, by silence, or by signing out, and a
 * session can sign nothing: it only says who is there.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Identity, Random } from '../../ports/index.ts';

export interface Session {
  readonly identity: Identity;
  /** For people. */
  readonly name: string;
  readonly method: 'local' | 'oidc' | 'link';
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** What the page sends with every request that changes something; another page cannot read it. */
  readonly csrf: string;
}

interface Kept {
  readonly session: Session;
  seen: number;
}

/** Milliseconds. */
const LONGEST = 12 * 3_600_000;
const SILENCE = 2 * 3_600_000;
/** The oldest end when more are open: sign-ins are limited, this only bounds memory. */
const MOST = 10_000;

const digestOf = (id: string): string => createHash('sha256').update(id).digest('base64url');

export class Sessions {
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Returns the id for the cookie. */
  open(who: Pick<Session, 'identity' | 'name' | 'method'>): { readonly id: string; readonly session: Session } {
    const id = this.#secret();
    const now = this.#clock.now();
    const session: Session = { ...who, expiresAt: now + LONGEST, csrf: this.#secret() };
    for (const [key, { session: old, seen }] of this.#kept) if (isOver(old, seen, now)) this.#kept.delete(key);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(digestOf(id), { session, seen: now });
    return { id, session };
  }

  find(id: string): Session | undefined {
    const key = digestOf(id);
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const now = this.#clock.now();
    if (isOver(kept.session, kept.seen, now)) {
      this.#kept.delete(key);
      return undefined;
    }
    kept.seen = now;
    return kept.session;
  }

  /** As `find`, without counting as a sign of life: an open page alone does not keep a session. */
  alive(id: string): boolean {
    const kept = this.#kept.get(digestOf(id));
    return kept !== undefined && !isOver(kept.session, kept.seen, this.#clock.now());
  }

  close(id: string): void {
    this.#kept.delete(digestOf(id));
  }

  #secret(): string {
    return Buffer.from(this.#random.bytes(32)).toString('base64url');
  }
}

const isOver = ({ expiresAt }: Session, seen: number, now: number): boolean => now >= expiresAt || now - seen >= SILENCE;

/** Takes the same time wherever they differ. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
