/**
 * A cluster in the same process answers within the same turn of the event loop, so a thousand requests that follow each other would let nobody else in: no
 * timer, no browser, no lease. Here whoever has held the loop for long waits for the next turn first.
 */
import type { KubeTransport } from '../../ports/index.ts';

/** Milliseconds of one turn. Far below what anybody notices. */
const LONGEST = 8;

export function inTurns(inner: KubeTransport): KubeTransport {
  let began: number | undefined;
  return {
    send: async (request) => {
      const now = performance.now();
      if (began === undefined) {
        began = now;
        setImmediate(() => (began = undefined));
      } else if (now - began > LONGEST) await new Promise<void>((resolve) => setImmediate(resolve));
      return inner.send(request);
    },
    close: () => inner.close(),
  };
}
