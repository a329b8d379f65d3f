/** How long the event loop was held up: whoever waits for an answer, a heartbeat or a lease waits as long. */

/** Every so many milliseconds somebody looks; a stretch shorter than this cannot be seen. */
const EVERY = 25;

/** Calls `blocked` with the seconds of every stretch of at least `limit` milliseconds without a turn of the loop. Keeps no process alive. */
export function watchLoop(limit: number, blocked: (seconds: number) => void): { readonly stop: () => void } {
  let due = performance.now() + EVERY;
  const timer = setInterval(() => {
    const now = performance.now();
    const late = now - due;
    due = now + EVERY;
    if (late >= limit) blocked(late / 1000);
  }, EVERY);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
