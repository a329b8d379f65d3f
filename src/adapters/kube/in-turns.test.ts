/** Requests in a row let timers in; each is still sent once and in order. */
import { expect, test } from 'vitest';
import type { KubeRequest, KubeTransport } from '../../ports/index.ts';
import { systemClock } from '../system/index.ts';
import { inTurns } from './in-turns.ts';

function slow(sent: string[]): KubeTransport {
  return {
    send: ({ path }: KubeRequest) => {
      for (const end = performance.now() + 2; performance.now() < end;);
      sent.push(path);
      return Promise.resolve({ status: 200, headers: {}, body: { kind: 'json', value: null } });
    },
    close: () => Promise.resolve(),
  };
}

const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);

/** Timers that fired while all were sent. */
async function turnsOf(transport: KubeTransport): Promise<number> {
  let fired = 0;
  const timer = setInterval(() => (fired += 1), 1);
  for (const path of paths) await transport.send({ method: 'GET', path });
  clearInterval(timer);
  return fired;
}

test('a row of requests lets timers in', async () => {
  const sent: string[] = [];
  expect(await turnsOf(slow([]))).toBe(0);
  expect(await turnsOf(inTurns(slow(sent), systemClock()))).toBeGreaterThan(3);
  expect(sent).toEqual(paths);
});
