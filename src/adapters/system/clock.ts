/** The machine's clock. Everything else in the product is told the time through this port, so that tests can own it. */
import type { Clock, Timer } from '../../ports/index.ts';
import { turn } from './turns.ts';

/** `setTimeout` fires at once for longer delays, so those are cut into pieces. */
const longestDelay = 2 ** 31 - 1;

function after(delay: number, action: () => void): Timer {
  let handle: NodeJS.Timeout;
  let rest = Math.max(0, delay);
  const arm = (): void => {
    const piece = Math.min(rest, longestDelay);
    rest -= piece;
    handle = setTimeout(() => (rest > 0 ? arm() : action()), piece);
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}

function sleep(delay: number, signal?: AbortSignal): Promise<void> {
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

/** Wall time, monotonic time and timers of this machine. */
export const systemClock = (): Clock => ({ now: () => Date.now(), monotonic: () => performance.now(), after, sleep, turn });
