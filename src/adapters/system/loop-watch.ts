/** How long the event loop was held up: whoever waits for an answer, a heartbeat or a lease waits as long. */

/** Every so many milliseconds somebody looks; a stretch shorter than this cannot be seen. */
const EVERY = 10;

/** A stretch without a turn of the loop. */
export interface Stretch {
  /** Of `performance.now()`. */
  readonly began: number;
  readonly ended: number;
  /** Milliseconds of it that this process, or the thread if `spent` can tell, has had a processor: on a machine that is too busy the rest was somebody else's. */
  readonly ofProcessor: number;
}

/** Milliseconds of processor so far, with all threads. */
const spentByProcess = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Calls `blocked` with every stretch of at least `limit` milliseconds without a turn of the loop. Keeps no process alive. */
export function watchLoop(
  limit: number,
  blocked: (stretch: Stretch) => void,
  spent: () => number = spentByProcess,
): { readonly stop: () => void } {
  let last = performance.now();
  let before = spent();
  const timer = setInterval(() => {
    const [now, used] = [performance.now(), spent()];
    const late = now - last - EVERY;
    if (late >= limit) blocked({ began: last, ended: now, ofProcessor: Math.min(now - last, used - before) });
    last = now;
    before = used;
  }, EVERY);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
