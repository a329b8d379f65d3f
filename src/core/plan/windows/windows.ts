/**
 * A window is a time that recurs, and how long it lasts. Any `deny` that runs closes; where there are `allow`s, one of them has to run.
 * Source of the rule: Argo CD pkg/apis/application/v1alpha1/types.go (SyncWindows.CanSync).
 */
import { type OffsetAt, type Schedule, nextTime } from '../../go/cron/index.ts';

export interface Window {
  readonly kind: 'allow' | 'deny';
  /** When it begins, on the clocks of its place. */
  readonly schedule: Schedule;
  readonly offsetAt: OffsetAt;
  /** How long it lasts, in milliseconds. */
  readonly length: number;
  /** As people wrote it: `deny 0 18 * * fri for 62h (Europe/Berlin)`. */
  readonly text: string;
}

export type Opening =
  | { readonly open: true }
  | {
      readonly open: false;
      /** The `deny` that runs; absent: none of the `allow`s does. */
      readonly by?: Window;
      /** Milliseconds since the epoch; undefined: not in any time worth telling. */
      readonly opens: number | undefined;
    };

/** Ends and beginnings that are looked at for the next opening: enough for a year of daily ones. */
const mostSteps = 800;

export function judgeWindows(windows: readonly Window[], now: number): Opening {
  const closed = closedAt(windows, now);
  if (closed === undefined) return { open: true };
  const { by } = closed;
  return { open: false, ...(by === undefined ? {} : { by }), opens: nextOpening(windows, now) };
}

interface Closed {
  readonly by?: Window;
  /** The earliest moment at which it may be open again. */
  readonly until: number | undefined;
}

function closedAt(windows: readonly Window[], at: number): Closed | undefined {
  for (const window of windows) {
    const end = window.kind === 'deny' ? runsUntil(window, at) : undefined;
    if (end !== undefined) return { by: window, until: end };
  }
  const allows = windows.filter(({ kind }) => kind === 'allow');
  if (allows.length === 0 || allows.some((window) => runsUntil(window, at) !== undefined)) return undefined;
  const begins = allows.flatMap(({ schedule, offsetAt }) => nextTime(schedule, at, offsetAt) ?? []);
  return { until: begins.length === 0 ? undefined : Math.min(...begins) };
}

/** When the occurrence that runs at a moment ends; undefined: none does. */
function runsUntil({ schedule, offsetAt, length }: Window, at: number): number | undefined {
  const began = nextTime(schedule, at - length, offsetAt);
  return began === undefined || began > at ? undefined : began + length;
}

function nextOpening(windows: readonly Window[], now: number): number | undefined {
  let at = now;
  for (let step = 0; step < mostSteps; step += 1) {
    const closed = closedAt(windows, at);
    if (closed === undefined) return at;
    if (closed.until === undefined) return undefined;
    at = closed.until;
  }
  return undefined;
}
