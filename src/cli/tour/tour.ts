/** Runs the story and prints each step with its time; stops at the first step that does not hold. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import type { Io } from '../io.ts';
import { ChildDemo } from './demo-process.ts';
import type { ClusterChoice } from '../session.ts';
import { Scene } from './scene.ts';
import { STEPS, type Step } from './steps.ts';
import { WorkingCopy } from './working-copy.ts';

/** 0 when every step held. */
export async function runTour(io: Io, cluster: ClusterChoice): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-tour-'));
  const demo = new ChildDemo(io.program, { folder: join(folder, 'data'), ...cluster });
  let failed = true;
  try {
    const started = performance.now();
    const kube = await demo.start();
    const repository = await WorkingCopy.clone(demo.pushUrl, join(folder, 'clone'));
    const scene = new Scene(demo, { kube, repository, signal: io.signal });
    failed = !(await tell(scene, io, started));
    await scene.kube.close();
  } finally {
    await demo.stop();
    if (failed) io.err(`The demo's log and data are kept in ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
  return failed ? 1 : 0;
}

async function tell(scene: Scene, io: Io, started: number): Promise<boolean> {
  const colors = pc.createColors(io.color);
  const steps = STEPS.filter(({ embeddedOnly }) => scene.process.embedded || embeddedOnly !== true);
  for (const [index, step] of steps.entries()) {
    const began = index === 0 ? started : performance.now();
    const outcome = await attempt(step, scene);
    const time = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    const mark = outcome.ok ? colors.green('✔') : colors.red('✘');
    io.out(
      `${mark} ${index + 1}. ${step.title} ${colors.dim(`(${time})`)}\n     ${outcome.ok ? colors.dim(outcome.said) : outcome.said}\n`,
    );
    if (!outcome.ok) return false;
  }
  io.out(`\nAll ${steps.length} steps held, in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
  return true;
}

async function attempt(step: Step, scene: Scene): Promise<{ readonly ok: boolean; readonly said: string }> {
  try {
    return { ok: true, said: await step.run(scene) };
  } catch (error) {
    return { ok: false, said: error instanceof Error ? error.message : String(error) };
  }
}
