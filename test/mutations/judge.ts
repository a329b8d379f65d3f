/** Rehearses a mutated system in memory and says whether the defect was caught: with the right App, its cause, and a remedy. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Origin, rehearse } from '../../src/app/rehearsal/index.ts';
import type { Report } from '../../src/core/rehearsal/index.ts';
import { seededRandom } from '../../src/testing/clock/index.ts';
import { MemoryCharts, MemoryGit, MemoryWeb } from '../../src/testing/world/index.ts';
import type { Mutation } from './mutation.ts';
import type { Draw, Files } from './system.ts';

const URL = 'https://git.test/system.git';
const ASSUME = ['FeatureFlag.shop.example.com'];

/** Every file of a folder, by path. */
export function filesOf(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

export const drawing = (seed: number): Draw => {
  const random = seededRandom(seed);
  return (limit) => Math.floor(random.fraction() * limit);
};

export async function rehearseFiles(files: Files): Promise<Report> {
  const git = new MemoryGit();
  git.repository(URL, () => Date.UTC(2026, 0, 1)).commit(files);
  const mirror = await git.open({ url: URL });
  const revision = mirror.ok ? await mirror.value.fetch({ branch: 'main' }) : undefined;
  if (!mirror.ok || revision?.ok !== true) throw new Error('the repository in memory does not answer');
  const origin: Origin = { name: 'system', urls: [URL], mirror: mirror.value, revision: revision.value, label: 'mutated' };
  const report = await rehearse(origin, { mirrors: git, charts: new MemoryCharts(), web: new MemoryWeb() }, { assume: ASSUME });
  if (!report.ok) throw new Error(report.error);
  return report.value.report;
}

export type Judgement = 'caught' | 'assumed' | 'wrong App' | 'wrong cause' | 'no remedy' | 'missed' | 'warned' | 'quiet' | 'false alarm';

export function judge({ apps, cause, assumed, warned }: Mutation, report: Report): Judgement {
  // Where a limit or a quota refuses it, it is judged as what is refused.
  if (warned !== undefined && report.converged)
    return report.warnings.some(({ message, hint }) => warned.test(message) && hint !== '') ? 'warned' : 'missed';
  if (assumed !== undefined)
    return report.passed && report.assumed.some(({ examples }) => examples.includes(assumed)) ? 'assumed' : 'false alarm';
  if (apps.length === 0) return report.passed ? 'quiet' : 'false alarm';
  if (report.passed) return 'missed';
  const named = report.trouble.filter(({ app, delays }) =>
    [app, ...delays].some((key) => apps.includes(key.replace('lockstep-system/', ''))),
  );
  if (named.length === 0) return 'wrong App';
  const told = named.filter(({ message, reason, file = '', object = '' }) => cause.test(`${reason}: ${message} ${file} ${object}`));
  if (told.length === 0) return 'wrong cause';
  return told.some(({ hint }) => hint !== '') ? 'caught' : 'no remedy';
}
