/** The wait before the next attempt of a failed apply, as the App's `sync.retry` has it. */
import { type AppSpec, parseDuration } from '../../api/index.ts';
import type { Random } from '../../ports/index.ts';

/** Milliseconds; spread by a tenth, so that many Apps do not come back in step. */
export function backoff(retry: AppSpec['sync']['retry'], failures: number, random: Random): number {
  const base = parseDuration(retry.backoff) ?? 5000;
  const most = parseDuration(retry.max) ?? 300_000;
  const delay = Math.min(most, base * retry.factor ** Math.max(0, failures - 1));
  return Math.round(delay * (0.9 + 0.2 * random.fraction()));
}

/** Whether the allowed retries are used up. */
export const isExhausted = (retry: AppSpec['sync']['retry'], failures: number): boolean => retry.limit >= 0 && failures > retry.limit;
