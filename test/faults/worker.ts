/** Lives what it is told to, one after the other, in a thread of its own. */
import { parentPort } from 'node:worker_threads';
import { type Ending, live, type Strike } from './life.ts';
import { compare, type Verdict } from './matrix.ts';
import { type Day, day } from './random.ts';

export type Job =
  { readonly kind: 'strike'; readonly strike: Strike; readonly undisturbed: Ending } | { readonly kind: 'day'; readonly seed: number };

export type Lived =
  | { readonly kind: 'strike'; readonly strike: Strike; readonly struck: boolean; readonly verdict: Verdict }
  | { readonly kind: 'day'; readonly day: Day };

async function lived(job: Job): Promise<Lived> {
  if (job.kind === 'day') return { kind: 'day', day: await day(job.seed) };
  const ending = await live(job.strike.scene, job.strike);
  return { kind: 'strike', strike: job.strike, struck: ending.struck, verdict: compare(ending, job.undisturbed) };
}

parentPort?.on('message', (job: Job) => void lived(job).then((answer) => parentPort?.postMessage(answer)));
