/**
 * A cluster in the same process answers within the same turn of the event loop, so a thousand requests that follow each other would let nobody else in: no
 * timer, no browser, no lease. Here whoever has held the loop for long waits for the next turn first.
 */
import type { Clock, KubeTransport } from '../../ports/index.ts';

export function inTurns(inner: KubeTransport, clock: Pick<Clock, 'turn'>): KubeTransport {
  return {
    send: async (request) => {
      await clock.turn();
      return inner.send(request);
    },
    close: () => inner.close(),
  };
}
