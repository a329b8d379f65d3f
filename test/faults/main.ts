/**
 * `npm run faults [-- --days N --seed N --stride N --scenes home,abroad --ports api,git,ledger,charts,cluster --threads N --part K/N]`: strikes every call of
 * each life with every fault, then lives through bad days by chance. Prints runs, injected faults, losses and duplicates; exits 1 unless both are 0.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { live } from './life.ts';
import { FAULTS, PORTS, strikesOf } from './matrix.ts';
import { liveAll } from './pool.ts';
import { disturbances } from './random.ts';
import { type Port, type SceneName, scenes } from './scenes.ts';
import type { Job } from './worker.ts';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    stride: { type: 'string', default: '1' },
    scenes: { type: 'string', default: Object.keys(scenes).join(',') },
    ports: { type: 'string', default: PORTS.join(',') },
    part: { type: 'string', default: '1/1' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});

/** A line that says how far it is, at most every two seconds. */
function progress(what: string): (done: number, all: number) => void {
  let said = 0;
  return (done, all) => {
    if (performance.now() - said < 2000 && done < all) return;
    said = performance.now();
    process.stderr.write(`\r${what}: ${done} of ${all}${done === all ? '\n' : ''}`);
  };
}

interface Figures {
  runs: number;
  injected: number;
  losses: number;
  duplicates: number;
}
const none = (): Figures => ({ runs: 0, injected: 0, losses: 0, duplicates: 0 });
/** Several runs may share the strikes: the K-th of N takes every N-th. */
const [part = 1, parts = 1] = values.part.split('/').map(Number);
const failures: string[] = [];
const totals = none();

const row = (name: string, { runs, injected, losses, duplicates }: Figures): void =>
  console.log([name.padEnd(20), ...[runs, injected, losses, duplicates].map((number) => String(number).padStart(12))].join(''));

/** Lives these, prints their line, adds them to the totals. */
async function lives(name: string, jobs: readonly Job[]): Promise<void> {
  const figures = none();
  const tick = progress(name);
  await liveAll(jobs, Number(values.threads), (lived) => {
    const { losses, duplicates } = lived.kind === 'day' ? lived.day : lived.verdict;
    figures.runs += 1;
    figures.injected += lived.kind === 'day' ? lived.day.injected : Number(lived.struck);
    figures.losses += losses.length;
    figures.duplicates += duplicates.length;
    if (losses.length + duplicates.length > 0)
      failures.push(lived.kind === 'day' ? [...losses, ...duplicates].join('\n') : JSON.stringify(lived));
    tick(figures.runs, jobs.length);
  });
  row(name, figures);
  for (const key of Object.keys(totals) as (keyof Figures)[]) totals[key] += figures[key];
}

const wanted = <T extends string>(text: string, known: readonly T[]): readonly T[] =>
  known.filter((name) => text.split(',').includes(name));
console.log(`Each fault (${FAULTS.join(', ')}) at every call\n`);
console.log(['life, port (calls)'.padEnd(20), ...['runs', 'injected', 'losses', 'duplicates'].map((word) => word.padStart(12))].join(''));
for (const scene of wanted<SceneName>(values.scenes, ['home', 'abroad'])) {
  const undisturbed = await live(scene);
  for (const port of wanted<Port>(values.ports, scenes[scene].ports)) {
    const all = strikesOf(undisturbed, { ports: [port], stride: Number(values.stride) });
    const strikes = all.filter((_, index) => index % parts === part - 1);
    await lives(
      `${scene}, ${port} (${undisturbed.calls[port]})`,
      strikes.map((strike) => ({ kind: 'strike', strike, undisturbed })),
    );
  }
}
const [seed, days] = [Number(values.seed), Number(values.days)];
await lives(
  `${Object.keys(disturbances).length} disturbances`,
  Array.from({ length: days }, (_, index) => ({ kind: 'day', seed: seed + index })),
);
row('all', totals);
for (const failure of failures.slice(0, 20)) console.log(`\n${failure}`);
console.log(`\nseed ${seed}: --seed ${seed} repeats the days`);
process.exit(totals.losses + totals.duplicates === 0 ? 0 : 1);
