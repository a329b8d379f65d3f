/** Time that stands still until somebody moves it, so that a day of retries takes a millisecond and always happens in the same order. */
import type { Clock, Timer } from '../../ports/index.ts';

interface Pending {
  readonly at: number;
  readonly sequence: number;
  readonly action: () => void;
}

export interface VirtualClock extends Clock {
  /** Moves time on by `ms`, firing timers in order of their time (then of their creation); after each one everything it set off gets to run. */
  advance(ms: number): Promise<void>;
  /** Fires timers, however far away, until none is left or `most` have fired. Returns how many fired. */
  drain(most?: number): Promise<number>;
  /** Lets everything that is ready run, without moving time. */
  settle(): Promise<void>;
  /** Moves the wall clock only (a clock jump): `monotonic` and timers do not notice. */
  jump(ms: number): void;
  /** Timers not yet fired. */
  readonly pending: number;
  /** The moment of the earliest of them, on the scale of `monotonic`; undefined when there is none. */
  readonly next: number | undefined;
}

/** Real turns of the event loop: enough for promise chains and in-process streams that hop through several turns. */
const turnsToSettle = 5;

/** A clock at `start` (default: 2026-01-01T00:00:00Z) whose timers fire only inside `advance` and `drain`. */
export function virtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let elapsed = 0;
  let offset = start;
  let sequence = 0;
  const timers = new Set<Pending>();

  const earliest = (): Pending | undefined => {
    let first: Pending | undefined;
    for (const timer of timers) {
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.sequence < first.sequence)) first = timer;
    }
    return first;
  };

  const after = (delay: number, action: () => void): Timer => {
    const timer = { at: elapsed + Math.max(0, delay), sequence: sequence++, action };
    timers.add(timer);
    return { cancel: () => void timers.delete(timer) };
  };

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < turnsToSettle; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };

  const fireUntil = async (limit: number, most: number): Promise<number> => {
    let fired = 0;
    await settle();
    for (let next = earliest(); next !== undefined && next.at <= limit && fired < most; next = earliest()) {
      timers.delete(next);
      elapsed = Math.max(elapsed, next.at);
      next.action();
      fired++;
      await settle();
    }
    return fired;
  };

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    after,
    sleep: (delay, signal) => sleepOn(after, delay, signal),
    advance: async (ms) => {
      const target = elapsed + ms;
      await fireUntil(target, Number.POSITIVE_INFINITY);
      elapsed = target;
    },
    drain: (most = 10_000) => fireUntil(Number.POSITIVE_INFINITY, most),
    settle,
    // Nothing is held up by work that takes no time.
    turn: () => undefined,
    jump: (ms) => {
      offset += ms;
    },
    get pending() {
      return timers.size;
    },
    get next() {
      return earliest()?.at;
    },
  };
}

function sleepOn(after: Clock['after'], delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const finish = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = after(delay, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
