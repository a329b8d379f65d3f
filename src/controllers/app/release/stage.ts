/** What a pass over a release amounts to so far: part of `Done`, read by `conclude`. */
import type { AppStatus, ReasonCode } from '../../../api/index.ts';
import type { Next } from '../pass-end.ts';
import type { Verdict } from '../verdict.ts';

export interface ReleaseResult {
  /** For `status.release`; absent while there is no revision. */
  readonly status?: AppStatus['release'];
  /** For `status.delivery`, of an App that is no Helm release. */
  readonly delivery?: AppStatus['delivery'];
  /** For `status.tests`. */
  readonly tests?: AppStatus['tests'];
  /** The first word of the `testAt` that was acted on last. */
  readonly testsAsked?: string;
  /** Milliseconds until its tests are due again (`tests.every`). */
  readonly testsDueIn?: number;
  /** The revision is deployed and tested: nothing is left to do for it. */
  readonly complete: boolean;
  /** What to tell instead of what the objects say. */
  readonly judged?: { readonly verdict: Verdict; readonly next: Next };
  /** The release is held at an earlier revision. */
  readonly pinned?: { readonly rejected: string; readonly reason: string; readonly revert: boolean };
}

interface Told {
  readonly phase: Verdict['phase'];
  readonly reason: ReasonCode;
  readonly message: string;
  readonly about?: string;
}

/** Something runs that ends by itself, at the latest at `until` (milliseconds since the epoch). */
export function running(
  told: Told,
  times: { readonly now: number; readonly until?: number; readonly look: number },
): NonNullable<ReleaseResult['judged']> {
  const left = times.until === undefined ? times.look : Math.max(0, times.until - times.now);
  const deadline = times.until === undefined ? {} : { deadline: new Date(times.until).toISOString().replace(/\.\d+Z$/, 'Z') };
  const verdict: Verdict = { ...told, ready: 'False', moving: true, ...deadline };
  return { verdict, next: { kind: 'after', ms: Math.min(left, times.look) } };
}

/** Only another revision or a person changes it. */
export const stuck = (told: Told): NonNullable<ReleaseResult['judged']> => ({
  verdict: { ...told, ready: 'False', moving: false },
  next: { kind: 'done' },
});
