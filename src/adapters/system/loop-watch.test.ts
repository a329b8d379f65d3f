/** A stretch without a turn of the loop is told; ordinary turns are not. */
import { expect, test } from 'vitest';
import { watchLoop } from './loop-watch.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function holdUp(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test('what holds the loop up is told with its length, once', async () => {
  const told: number[] = [];
  const watch = watchLoop(200, (seconds) => told.push(seconds));
  await pause(60);
  holdUp(400);
  await pause(100);
  watch.stop();
  holdUp(400);
  await pause(60);
  expect(told.filter((seconds) => seconds >= 0.3)).toHaveLength(1);
});
