/**
 * `npm run fuzz [-- --minutes N --seed N --targets a,b]`: every reader of outside bytes on inputs made hostile by chance, until the time is over.
 * Prints inputs, crashes and hangs; keeps each crash, made small, in kept.json, which `npm test` reads again. Exits 1 unless there were none.
 */
import { parseArgs } from 'node:util';
import { startThread } from '../../thread.ts';
import { keep, type Kept } from './kept.ts';
import { inputAt } from './mutate.ts';
import { targetNamed, targets } from './targets/index.ts';
import type { Told, Work } from './worker.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    targets: { type: 'string', default: '' },
  },
});

/** Milliseconds after which an input of at most 32 KiB counts as one that never ends. */
const HANG = 15_000;

interface Findings {
  readonly inputs: number;
  readonly crashes: readonly (Kept & { readonly index: number; readonly wrong: string })[];
}

/** One thread until it is done or hangs: where it stopped, and what it found. */
function watched(work: Work): Promise<{ readonly next: number; readonly hung: boolean; readonly crashes: Findings['crashes'] }> {
  const worker = startThread(new URL('worker.ts', import.meta.url), work);
  const crashes: (Kept & { index: number; wrong: string })[] = [];
  return new Promise((resolve, reject) => {
    let [last, since, ready] = [-1, performance.now(), false];
    const end = (next: number, hung: boolean): void => {
      clearInterval(timer);
      void worker.terminate().then(() => resolve({ next, hung, crashes }));
    };
    const timer = setInterval(() => {
      const reads = Atomics.load(work.at, 1);
      if (reads !== last || !ready) [last, since] = [reads, performance.now()];
      else if (performance.now() - since > HANG) end(Atomics.load(work.at, 0) + 1, true);
    }, 500);
    worker.on('message', (told: Told) => {
      if (told.kind === 'ready') ready = true;
      else if (told.kind === 'done') end(told.next, false);
      else
        crashes.push({
          target: work.target,
          was: told.what,
          input: Buffer.from(told.input).toString('base64'),
          index: told.index,
          wrong: told.wrong,
        });
    });
    worker.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
  });
}

async function fuzz(target: string, seed: number, time: number): Promise<Findings> {
  const crashes: Findings['crashes'][number][] = [];
  const hung = new Set<number>();
  let from = 0;
  for (let left = time; left > 0;) {
    const at = new Int32Array(new SharedArrayBuffer(8));
    const started = performance.now();
    const done = await watched({ target, seed, from, time: left, known: crashes.map(({ was }) => was), at });
    left -= performance.now() - started;
    crashes.push(...done.crashes);
    from = done.next;
    if (!done.hung) break;
    const index = done.next - 1;
    hung.add(index);
    const input = inputAt(targetNamed(target), seed, index).toString('base64');
    crashes.push({ target, was: 'never ends', input, index, wrong: `no end after ${HANG / 1000} s` });
    // A reader that hangs at every turn would eat the whole time.
    if (hung.size >= 3) break;
  }
  return { inputs: from, crashes };
}

const seed = Number(values.seed);
const asked = values.targets === '' ? targets.map(({ name }) => name) : values.targets.split(',').map((name) => targetNamed(name).name);
const share = (Number(values.minutes) * 60_000) / asked.length;
console.log(`seed ${seed}, ${asked.length} readers, ${(share / 1000).toFixed(0)} s each\n`);
const totals = { inputs: 0, crashes: 0 };
for (const name of asked) {
  const { inputs, crashes } = await fuzz(name, seed, share);
  console.log(
    `${name.padEnd(28)} ${inputs.toLocaleString('en').padStart(10)} inputs  ${crashes.length === 0 ? 'well' : `${crashes.length} broke it`}`,
  );
  for (const { was, index, wrong, input } of crashes)
    console.log(
      `\n  #${index}: ${was}\n${wrong.split('\n').slice(0, 8).join('\n  ')}\n  ${JSON.stringify(Buffer.from(input, 'base64').toString('utf8').slice(0, 400))}\n`,
    );
  keep(crashes.map(({ target, was, input }) => ({ target, was, input })));
  totals.inputs += inputs;
  totals.crashes += crashes.length;
}
console.log(`\n${totals.inputs.toLocaleString('en')} inputs, ${totals.crashes} broke a reader; --seed ${seed} makes the same inputs again`);
process.exit(totals.crashes === 0 ? 0 : 1);
