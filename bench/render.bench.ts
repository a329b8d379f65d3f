/** How long rendering a large chart keeps the controllers' loop from everything else: in threads, beside the same in this thread. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDirectory, type FilesError } from '../src/adapters/files/index.ts';
import { renderThreads } from '../src/app/render/index.ts';
import { type BuildInput, type Engine, engineHere, standardBuilders } from '../src/controllers/index.ts';
import { composeAnswerer } from '../src/runtime/index.ts';
import type { Figure } from './figure.ts';

const corpus = join(import.meta.dirname, '../../shared/corpus/charts');

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

/** Milliseconds between two turns of the loop at most while `body` runs, and milliseconds of the whole. */
async function longestPause(body: () => Promise<unknown>): Promise<{ readonly pause: number; readonly whole: number }> {
  let [pause, last, over] = [0, performance.now(), false];
  const turn = (): void => {
    const now = performance.now();
    pause = Math.max(pause, now - last);
    last = now;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  const started = performance.now();
  await body();
  over = true;
  return { pause: Math.max(pause, performance.now() - last), whole: performance.now() - started };
}

async function measure(
  engine: Engine,
  folder: string,
  values: (n: number) => string,
): Promise<{ readonly pause: number; readonly whole: number }> {
  const tree = openDirectory(folder);
  let n = 0;
  const once = (): Promise<unknown> => {
    const data = { 'values.yaml': values(n++) };
    const lookup = () =>
      Promise.resolve({ ok: true as const, value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'values' }, data } });
    const answerer = composeAnswerer<FilesError>({ tree: () => tree, lookup });
    return engine.run(inputOf('values'), answerer).then((result) => {
      if (!result.ok || result.value.value.value.length === 0) throw new Error(JSON.stringify(result).slice(0, 1000));
    });
  };
  for (let i = 0; i < 5; i++) await once();
  const runs: Awaited<ReturnType<typeof longestPause>>[] = [];
  for (let i = 0; i < 9; i++) runs.push(await longestPause(once));
  const median = (pick: (run: (typeof runs)[number]) => number): number => runs.map(pick).toSorted((a, b) => a - b)[4] ?? 0;
  return { pause: median(({ pause }) => pause), whole: median(({ whole }) => whole) };
}

export async function run(): Promise<readonly Figure[]> {
  const monitoring = readFileSync(join(corpus, 'k8s-monitoring/cases/examples/include-by-namespace/values.yaml'), 'utf8');
  const folder = join(corpus, 'k8s-monitoring/chart');
  const values = (n: number): string => monitoring.replace('include-by-namespace-test', `cluster-${n}`);
  const threads = renderThreads();
  const here = await measure(engineHere(standardBuilders()), folder, values);
  const there = await measure(threads, folder, values);
  await threads.close();
  return [
    {
      name: 'k8s-monitoring: longest pause of the loop',
      value: there.pause,
      unit: 'ms',
      baseline: { name: 'in this thread', value: here.pause },
    },
    { name: 'k8s-monitoring: the whole render', value: there.whole, unit: 'ms', baseline: { name: 'in this thread', value: here.whole } },
  ];
}
