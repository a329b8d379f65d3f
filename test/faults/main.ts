/**
 * `npm run faults [-- --days N --seed N --stride N --ports api,git,ledger]`: strikes every call of a life with every fault, then lives through bad days by chance.
 * Prints runs, injected faults, losses and duplicates; exits 1 unless both are 0.
 */
import { parseArgs } from 'node:util';
import { live, type Port } from './life.ts';
import { FAULTS, PORTS, runMatrix } from './matrix.ts';
import { day, disturbances } from './random.ts';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    stride: { type: 'string', default: '1' },
    ports: { type: 'string', default: PORTS.join(',') },
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

const totals = { runs: 0, injected: 0, losses: 0, duplicates: 0 };
const row = (name: string, { runs, injected, losses, duplicates }: typeof totals): void =>
  console.log([name.padEnd(18), ...[runs, injected, losses, duplicates].map((number) => String(number).padStart(12))].join(''));

function add(name: string, figures: typeof totals): void {
  row(name, figures);
  totals.runs += figures.runs;
  totals.injected += figures.injected;
  totals.losses += figures.losses;
  totals.duplicates += figures.duplicates;
}

const undisturbed = await live();
const ports = values.ports.split(',').filter((name): name is Port => PORTS.includes(name as Port));
console.log(
  `Each fault (${FAULTS.join(', ')}) at every call: ${ports.map((port) => `${undisturbed.calls[port]} of ${port}`).join(', ')}\n`,
);
console.log(['port'.padEnd(18), ...['runs', 'injected', 'losses', 'duplicates'].map((word) => word.padStart(12))].join(''));
const failures: string[] = [];
for (const port of ports) {
  const report = await runMatrix(undisturbed, { ports: [port], stride: Number(values.stride), progress: progress(port) });
  const sum = (part: 'losses' | 'duplicates'): number => report.failures.reduce((count, failure) => count + failure[part].length, 0);
  add(port, { runs: report.runs, injected: report.injected, losses: sum('losses'), duplicates: sum('duplicates') });
  failures.push(...report.failures.map((failure) => JSON.stringify(failure)));
}
const [seed, days] = [Number(values.seed), Number(values.days)];
const tick = progress(`bad days from seed ${seed}`);
const bad = { runs: days, injected: 0, losses: 0, duplicates: 0 };
for (let index = 0; index < days; index += 1) {
  const { injected, losses, duplicates } = await day(seed + index);
  bad.injected += injected;
  bad.losses += losses.length;
  bad.duplicates += duplicates.length;
  failures.push(...losses, ...duplicates);
  tick(index + 1, days);
}
add(`${Object.keys(disturbances).length} disturbances`, bad);
row('all', totals);
for (const failure of failures.slice(0, 20)) console.log(`\n${failure}`);
console.log(`\nseed ${seed}: --seed ${seed} repeats the days`);
process.exit(totals.losses + totals.duplicates === 0 ? 0 : 1);
