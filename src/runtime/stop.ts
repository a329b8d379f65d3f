/** Ends the parts of a program in order, and does not let one that hangs keep the others from ending. */
import type { Clock, Log } from '../ports/index.ts';

export interface Stoppable {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/** Stops one part after the other, each within `patience` milliseconds (default 10,000). Returns the names of those that did not end properly. */
export async function stopInOrder(
  parts: readonly Stoppable[],
  ports: { readonly clock: Clock; readonly log: Log },
  options: { readonly patience?: number } = {},
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const part of parts) {
    const ended = await endOf(part, ports.clock, options.patience ?? 10_000);
    if (ended === 'ended') continue;
    failed.push(part.name);
    ports.log.error('a part did not stop properly', { part: part.name, error: ended });
  }
  return failed;
}

async function endOf(part: Stoppable, clock: Clock, patience: number): Promise<string> {
  const given = new AbortController();
  const late = clock.sleep(patience, given.signal).then(() => `still running after ${patience} ms`);
  const ended = part.stop().then(
    () => 'ended',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const result = await Promise.race([ended, late]);
  given.abort();
  return result;
}
