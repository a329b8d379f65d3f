/** Growing delays with jitter, so that many failures neither hammer a server nor come back in step. */
import type { Random } from '../ports/index.ts';

export interface BackoffOptions {
  /** Milliseconds before the first retry. */
  readonly base: number;
  readonly most: number;
  /** Delays are spread by this share up and down. Default 0.1. */
  readonly jitter?: number;
}

/** Milliseconds before retry number `failures` (1 is the first). */
export function backoffDelay(options: BackoffOptions, failures: number, random: Random): number {
  const delay = Math.min(options.most, options.base * 2 ** Math.min(failures - 1, 52));
  return spread(delay, options.jitter ?? 0.1, random);
}

/** `delay` moved at random by up to `share` of itself, up or down. */
export const spread = (delay: number, share: number, random: Random): number =>
  Math.round(delay * (1 - share + 2 * share * random.fraction()));
