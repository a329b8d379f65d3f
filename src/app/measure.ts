/** What this process tells of itself besides its work: how long its loop stood still, and what room is left for its data. */
import { statfs } from 'node:fs/promises';
import { watchLoop } from '../adapters/system/index.ts';
import type { Metrics } from '../ports/index.ts';
import type { Stoppable } from '../runtime/index.ts';

/** Milliseconds: what nobody notices. */
const LOOP_LIMIT = 50;

export function measureLoop(metrics: Metrics): Stoppable {
  let longest = 0;
  metrics.count('lockstep_loop_blocked_total', {}, 0);
  metrics.gauge('lockstep_loop_longest_blocked_seconds', longest);
  const watch = watchLoop(LOOP_LIMIT, ({ began, ended }) => {
    longest = Math.max(longest, (ended - began) / 1000);
    metrics.count('lockstep_loop_blocked_total');
    metrics.gauge('lockstep_loop_longest_blocked_seconds', longest);
  });
  return { name: 'loop watch', stop: () => Promise.resolve(watch.stop()) };
}

/** Bytes of the file system with mirrors, charts and the ledger, as they are now; what cannot be told is not told. */
export async function measureRoom(metrics: Metrics, folder: string): Promise<void> {
  const found = await statfs(folder).catch(() => undefined);
  if (found === undefined) return;
  metrics.gauge('lockstep_data_free_bytes', found.bavail * found.bsize);
  metrics.gauge('lockstep_data_size_bytes', found.blocks * found.bsize);
}
