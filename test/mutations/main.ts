/**
 * `npm run mutations [COUNT [SEED]] [-- --only TEXT --in FOLDER…]`: defects made at random in the green examples; prints recall and false alarms, operator by
 * operator. `--only`: operators whose names hold it. `--in`: in these folders, which have to be green, and not in the examples.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { drawing, filesOf, judge, type Judgement, rehearseFiles } from './judge.ts';
import { mutate, OPERATORS } from './operators.ts';
import type { Draw, Files } from './system.ts';

interface Answer {
  readonly number: number;
  readonly operator: string;
  readonly verdict: Judgement;
  /** What was done, and what was said about it. */
  readonly story: string;
}

const { positionals, values: flags } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    in: { type: 'string', multiple: true, default: [] },
    /** `first/step`: what one of the processes does. */
    share: { type: 'string' },
  },
});
const [count = 500, seed = 1] = positionals.map(Number);
const share = flags.share?.split('/').map(Number);
const GOOD: readonly Judgement[] = ['caught', 'quiet', 'assumed', 'warned'];

const folder = (path: string): { readonly name: string; readonly files: Files } => ({ name: basename(path), files: filesOf(path) });
const examples = ['shop', 'market'].map((name) => folder(join(import.meta.dirname, '../../examples', name)));
/** Repositories of other people, in the corpora beside the project. */
const corpus = join(import.meta.dirname, '../../../shared/corpus/gitops');
const others = ['microservices-demo', 'podinfo'].filter((name) => existsSync(join(corpus, name))).map((name) => folder(join(corpus, name)));
const given = flags.in.map((path) => folder(resolve(path)));

/** The larger system is the dearer one: a fifth of the tries. */
function drawn(draw: Draw): (typeof examples)[number] {
  const other = others.length > 0 && draw(5) === 0 ? others[draw(others.length)] : undefined;
  return other ?? (examples[draw(5) === 0 ? 1 : 0] as (typeof examples)[number]);
}

async function tried(number: number): Promise<Answer> {
  const draw = drawing(seed * 100_000 + number);
  const example = given[draw(given.length)] ?? drawn(draw);
  const mutation = mutate(example.files, draw, flags.only);
  const report = await rehearseFiles(mutation.files).catch((error: unknown) => String(error));
  const verdict = typeof report === 'string' ? 'wrong cause' : judge(mutation, report);
  const said =
    typeof report === 'string' ? report : report.trouble.map(({ app, reason, message }) => `${app}: ${reason}: ${message}`).join(' | ');
  return {
    number,
    operator: mutation.name,
    verdict,
    story: `${example.name}, ${mutation.name} (${mutation.what})\n    ${said.slice(0, 600)}`,
  };
}

/** One process for each core; each takes every n-th number, so that the numbers stay the same whatever runs them. */
async function all(tell: (answer: Answer) => void): Promise<void> {
  const workers = Math.min(availableParallelism(), count);
  const runs = Array.from({ length: workers }, (_, index) => {
    const child = fork(import.meta.filename, [...process.argv.slice(2), '--share', `${index}/${workers}`], { execArgv: process.execArgv });
    child.on('message', (answer) => tell(answer as Answer));
    return new Promise<void>((resolve, reject) =>
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`)))),
    );
  });
  await Promise.all(runs);
}

async function work(first: number, step: number): Promise<void> {
  for (let number = first; number < count; number += step) process.send?.(await tried(number));
  process.disconnect();
}

async function main(): Promise<void> {
  const rows = new Map<string, Map<Judgement, number>>();
  let done = 0;
  await all(({ number, operator, verdict, story }) => {
    done += 1;
    const row = rows.get(operator) ?? new Map<Judgement, number>();
    row.set(verdict, (row.get(verdict) ?? 0) + 1);
    rows.set(operator, row);
    if (!GOOD.includes(verdict)) console.log(`#${number} ${verdict}: ${story}`);
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count} `);
    else if (done % 50 === 0) process.stderr.write(`${done} of ${count}\n`);
  });
  console.log(table(rows));
}

const COLUMNS: readonly Judgement[] = [
  'caught',
  'warned',
  'missed',
  'wrong App',
  'wrong cause',
  'no remedy',
  'quiet',
  'false alarm',
  'assumed',
];

function table(rows: ReadonlyMap<string, ReadonlyMap<Judgement, number>>): string {
  const sum = (verdict: Judgement): number => [...rows.values()].reduce((all, row) => all + (row.get(verdict) ?? 0), 0);
  const defects = COLUMNS.slice(0, 6).reduce((all, verdict) => all + sum(verdict), 0);
  const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  const lines = OPERATORS.filter((name) => rows.has(name)).map((name) => [
    name,
    ...COLUMNS.map((verdict) => String(rows.get(name)?.get(verdict) ?? '')),
  ]);
  return [
    '',
    ...[['operator', ...COLUMNS], ['-', ...COLUMNS.map(() => '-')], ...lines].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `noticed ${defects - sum('missed')} of ${defects} defects (${percent(defects - sum('missed'), defects)})`,
    `with the right App, cause and remedy ${sum('caught') + sum('warned')} of ${defects} (${percent(sum('caught') + sum('warned'), defects)}), ${sum('warned')} of them as warnings, as no cluster would refuse them`,
    `false alarms ${sum('false alarm')} of ${sum('quiet') + sum('false alarm')} harmless changes; ${sum('assumed')} bad images told as assumed`,
  ].join('\n');
}

await (share === undefined ? main() : work(share[0] ?? 0, share[1] ?? 1));
