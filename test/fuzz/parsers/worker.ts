/** Reads one target's inputs one after the other, in a thread of its own: a reader that never ends is ended from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import { keptCases, kindOf, wrongWith } from './kept.ts';
import { inputAt, smallest } from './mutate.ts';
import { targetNamed } from './targets/index.ts';

export interface Work {
  readonly target: string;
  readonly seed: number;
  /** The first input. */
  readonly from: number;
  /** How long, in milliseconds. */
  readonly time: number;
  /** Kinds of crashes that were told already. */
  readonly known: readonly string[];
  /** The input at hand, and how many were read. */
  readonly at: Int32Array;
}

export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'crash'; readonly what: string; readonly wrong: string; readonly input: Uint8Array; readonly index: number }
  | { readonly kind: 'done'; readonly next: number };

const { target: name, seed, from, time, known, at } = workerData as Work;
const tell = (told: Told): void => parentPort?.postMessage(told);

async function work(): Promise<void> {
  const target = targetNamed(name);
  const seen = new Set(known);
  for (const kept of keptCases()) if (kept.target === name) await wrongWith(target, Buffer.from(kept.input, 'base64'));
  tell({ kind: 'ready' });
  const until = performance.now() + time;
  let index = from;
  const read = (bytes: Buffer): Promise<string | undefined> => {
    Atomics.add(at, 1, 1);
    return wrongWith(target, bytes);
  };
  for (; performance.now() < until; index += 1) {
    Atomics.store(at, 0, index);
    const bytes = inputAt(target, seed, index);
    const wrong = await read(bytes);
    if (wrong === undefined || seen.has(kindOf(wrong))) continue;
    seen.add(kindOf(wrong));
    const sameKind = async (shorter: Buffer): Promise<boolean> => {
      const again = await read(shorter);
      return again !== undefined && kindOf(again) === kindOf(wrong);
    };
    tell({ kind: 'crash', what: kindOf(wrong), wrong, input: await smallest(bytes, sameKind), index });
  }
  tell({ kind: 'done', next: index });
}

await work();
