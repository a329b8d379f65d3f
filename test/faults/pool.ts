/** Several lives at once: threads that take the next job as soon as they have lived the last one. */
import { startThread } from '../thread.ts';
import type { Job, Lived } from './worker.ts';

/** Lives all of it; `each` hears of every life as it ends, in any order. Rejects when a life cannot be lived at all. */
export async function liveAll(jobs: readonly Job[], threads: number, each: (lived: Lived) => void): Promise<void> {
  let next = 0;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = startThread(new URL('worker.ts', import.meta.url), undefined);
      const give = (): void => {
        const job = jobs[next];
        next += 1;
        if (job === undefined) {
          resolve();
          void worker.terminate();
        } else worker.postMessage(job);
      };
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a thread ended by itself (${code}) while it lived job ${next} of ${jobs.length}`)));
      worker.on('message', (lived: Lived) => {
        each(lived);
        give();
      });
      give();
    });
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, one));
}
