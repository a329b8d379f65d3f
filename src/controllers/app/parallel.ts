/** Work on many items: some at a time, and never so much in one go that nobody else gets a turn of the event loop. */
import type { Clock } from '../../ports/index.ts';

/** Lets others have the event loop between pieces of work; absent: everything is done in one go. */
export type Turn = Clock['turn'];

/** Runs a task per item, at most `limit` at a time, started in order. */
export async function inParallel<T>(
  items: readonly T[],
  { limit, turn }: { readonly limit: number; readonly turn?: Turn | undefined },
  task: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      await turn?.();
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/** `map` for work that takes a while in all. */
export async function mapInTurns<T, R>(items: readonly T[], turn: Turn | undefined, map: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(map(item));
    await turn?.();
  }
  return results;
}
