/** A stretch without a turn of the loop is told; ordinary turns are not. */
import { expect, test } from 'vitest';
import { watchLoop } from './loop-watch.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function holdUp(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test('what a stretch has had of the processor is told by whoever can tell', async () => {
  const told: number[] = [];
  let spent = 0;
  const watch = watchLoop(
    200,
    ({ ofProcessor }) => told.push(ofProcessor),
    () => spent,
  );
  await pause(60);
  spent += 7;
  holdUp(400);
  await pause(60);
  watch.stop();
  expect(told.filter((ms) => ms > 0)).toEqual([7]);
});

test('what holds the loop up is told with its length, once', async () => {
  const told: number[] = [];
  const watch = watchLoop(200, ({ began, ended }) => told.push(ended - began));
  await pause(60);
  holdUp(400);
  await pause(100);
  watch.stop();
  holdUp(400);
  await pause(60);
  expect(told.filter((ms) => ms >= 300)).toHaveLength(1);
});
