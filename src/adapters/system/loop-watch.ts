/** How long the event loop was held up: whoever waits for an answer, a heartbeat or a lease waits as long. */

/** Every so many milliseconds somebody looks; a stretch shorter than this cannot be seen. */
const EVERY = 10;

/**
 * Calls `blocked` with the seconds of every stretch of at least `limit` milliseconds without a turn of the loop, and with how many of them this process
 * has had a processor: on a machine that is too busy the rest was somebody else's. Keeps no process alive.
 */
export function watchLoop(limit: number, blocked: (seconds: number, ofProcessor: number) => void): { readonly stop: () => void } {
  let due = performance.now() + EVERY;
  let spent = process.cpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const late = now - due;
    due = now + EVERY;
    const used = process.cpuUsage(spent);
    spent = process.cpuUsage();
    if (late >= limit) blocked(late / 1000, Math.min(late / 1000, (used.user + used.system) / 1e6));
  }, EVERY);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
