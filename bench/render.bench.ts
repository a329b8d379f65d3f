/** How long rendering large charts keeps the controllers' loop from everything else: in threads, beside the same in this thread. */
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectory } from '../src/adapters/files/index.ts';
import { renderThreads } from '../src/app/render/index.ts';
import { type BuildInput, type Engine, engineHere, standardBuilders } from '../src/controllers/index.ts';
import { type Answerer, composeAnswerer, type Tree } from '../src/runtime/index.ts';
import { ok } from '../src/std/index.ts';
import type { Figure } from './figure.ts';
import { type Subject, subjects } from './subjects.ts';

const inputOf = (values: string): BuildInput => ({
  name: 'bench',
  home: 'default',
  namespace: 'default',
  path: '.',
  include: [],
  exclude: [],
  ignore: '',
  build: { helm: { valuesFrom: [{ configMap: values }] } } as unknown as BuildInput['build'],
});

/**
 * Milliseconds this thread has had a processor so far, where the system says so (Linux), else milliseconds that passed: what the loop was held up by
 * others who share the machine is no work of ours.
 */
function spentTime(): { readonly now: () => number; readonly close: () => void } {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  if (!existsSync(file)) return { now: () => performance.now(), close: () => undefined };
  const handle = openSync(file, 'r');
  const buffer = Buffer.alloc(100);
  const now = (): number => {
    const length = readSync(handle, buffer, 0, buffer.length, 0);
    return Number(buffer.toString('latin1', 0, length).split(' ')[0]) / 1e6;
  };
  return { now, close: () => closeSync(handle) };
}

/** The most work between two turns of the loop while `body` runs, and the work of all of it, in milliseconds. */
async function workOf(body: () => Promise<unknown>): Promise<{ readonly longest: number; readonly whole: number }> {
  const { now, close } = spentTime();
  const started = now();
  let [longest, last, over] = [0, started, false];
  const turn = (): void => {
    if (over) return;
    longest = Math.max(longest, now() - last);
    last = now();
    setTimeout(turn, 1);
  };
  turn();
  await body();
  over = true;
  const result = { longest: Math.max(longest, now() - last), whole: now() - started };
  close();
  return result;
}

/** All files of a folder at hand, as a mirror has them. */
async function inMemory(folder: string): Promise<Tree<never>> {
  const tree = openDirectory(folder);
  const list = await tree.list('', { recursive: true });
  if (!list.ok || list.value === null) throw new Error(folder);
  const all = list.value;
  const known = new Map(all.entries.map(({ path }) => [path, tree.readNow(path) ?? { found: 'nothing' as const }]));
  return {
    readMany: (paths) => Promise.resolve(ok(paths.map((path) => known.get(path.replace(/^\.\//, '')) ?? { found: 'nothing' as const }))),
    list: () => Promise.resolve(ok(all)),
  };
}

async function measure(engine: Engine, { folder, values }: Subject): Promise<{ readonly longest: number; readonly whole: number }> {
  const tree = await inMemory(folder);
  let n = 0;
  const once = async (): Promise<void> => {
    const data = { 'values.yaml': values(n++) };
    const lookup = () => Promise.resolve(ok({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'values' }, data }));
    const answerer: Answerer<never> = composeAnswerer<never>({ tree: () => tree, lookup });
    const result = await engine.run(inputOf('values'), answerer);
    if (!result.ok || result.value.value.value.length === 0) throw new Error(JSON.stringify(result).slice(0, 1000));
  };
  for (let i = 0; i < 3; i++) await once();
  const runs: Awaited<ReturnType<typeof workOf>>[] = [];
  for (let i = 0; i < 5; i++) runs.push(await workOf(once));
  return { longest: Math.max(...runs.map(({ longest }) => longest)), whole: runs.reduce((sum, { whole }) => sum + whole / runs.length, 0) };
}

async function figuresOf(subject: Subject, threads: Engine): Promise<readonly Figure[]> {
  const here = await measure(engineHere(standardBuilders()), subject);
  const there = await measure(threads, subject);
  const name = "in the loop's own thread";
  return [
    {
      name: `${subject.name}: longest work between two turns of the loop`,
      value: there.longest,
      unit: 'ms',
      baseline: { name, value: here.longest },
    },
    { name: `${subject.name}: work of the loop for one render`, value: there.whole, unit: 'ms', baseline: { name, value: here.whole } },
  ];
}

export async function run(): Promise<readonly Figure[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const threads = renderThreads();
  try {
    const figures: Figure[] = [];
    for (const subject of subjects(scratch).filter(({ name }) => !['podinfo', 'tpl 100 times'].includes(name)))
      figures.push(...(await figuresOf(subject, threads)));
    return figures;
  } finally {
    await threads.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
