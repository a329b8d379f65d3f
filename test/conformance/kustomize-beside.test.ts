/**
 * Random kustomizations, built here and by the kustomize (or kubectl) of this machine: the same bytes, or both refuse in the same words.
 * `KUSTOMIZE` names the program, `KUSTOMIZE_SEED` and `KUSTOMIZE_TREES` choose others and more.
 */
import { expect, test } from 'vitest';
import { seeded } from '../differential/draw.ts';
import { compare, findOriginal } from '../differential/kustomize/beside.ts';
import { drawTree } from '../differential/kustomize/tree.ts';

const seed = Number(process.env['KUSTOMIZE_SEED'] ?? 1);
const trees = Number(process.env['KUSTOMIZE_TREES'] ?? 60);
const original = findOriginal();

test.skipIf(original === undefined)(
  original === undefined
    ? 'NOT RUN: neither kustomize nor kubectl is installed'
    : `${trees} random trees beside ${original.program} ${original.version}`,
  { timeout: 600_000 },
  async () => {
    if (original === undefined) return;
    const counts = { same: 0, bothRefuse: 0 };
    for (let at = 0; at < trees; at++) {
      const tree = drawTree(seeded(seed * 100_003 + at));
      const verdict = await compare(tree, original);
      if (verdict.kind === 'different') expect({ seed, at, tree, built: verdict.ours }).toEqual({ seed, at, tree, built: verdict.theirs });
      else counts[verdict.kind]++;
    }
    console.log(`seed ${seed}: ${counts.same} trees give the same bytes, ${counts.bothRefuse} are refused by both`);
    // Trees that nobody can build would prove nothing.
    expect(counts.same).toBeGreaterThan(counts.bothRefuse);
  },
);
