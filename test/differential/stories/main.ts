/**
 * Tells every story to a real API server and to the embedded cluster and compares what both answered.
 * Usage: `--against KUBECONFIG [--only TEXT] [--record FILE]`. A recording holds what the real server answered; CI holds the embedded cluster to it.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { clientOf } from '../client.ts';
import { differences } from '../compare.ts';
import { explanationOf } from '../explained.ts';
import { ownCluster } from '../own-cluster.ts';
import { stories } from './index.ts';
import { tell, type Told } from './tell.ts';

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};

function printDifferences(story: string, real: readonly Told[], own: readonly Told[]): number {
  let found = 0;
  for (const [index, { step, answer }] of real.entries()) {
    const lines = differences(answer, own[index]?.answer ?? 'none');
    if (lines.length === 0 || explanationOf(undefined, lines) !== undefined) continue;
    found++;
    console.log(`\n== ${story}, step ${index}: ${step.slice(0, 700)}\n  ${lines.slice(0, 12).join('\n  ').slice(0, 3000)}`);
  }
  return found;
}

async function main(): Promise<number> {
  const cluster = await ownCluster();
  const real = clientOf(option('against') ?? '');
  const own = cluster.client;
  const recorded: { readonly name: string; readonly told: readonly Told[] }[] = [];
  let [found, steps] = [0, 0];
  for (const [index, story] of stories.filter(({ name }) => name.includes(option('only') ?? '')).entries()) {
    const namespace = `story${index}${Date.now().toString(36).slice(-5)}`;
    const [left, right] = await Promise.all([tell(story, real, { namespace, pace: 'real' }), tell(story, own, { namespace, pace: 'own' })]);
    recorded.push({ name: story.name, told: left });
    steps += left.length;
    found += printDifferences(story.name, left, right);
  }
  await cluster.close();
  const file = option('record');
  if (file !== undefined) writeFileSync(file, gzipSync(JSON.stringify(recorded, undefined, 1), { level: 9 }));
  console.log(`\n${recorded.length} stories, ${steps} answers, ${found} differences`);
  return found === 0 ? 0 : 1;
}

process.exitCode = await main();
