/**
 * `lockstep/testing`: integration tests of systems in TypeScript or JavaScript, in memory and on a clock of their own.
 * In: charts, folders, repositories, scenarios. Out: live objects, reports. Never: a real cluster, real time, anything left behind.
 */
import { runRehearsal } from '../../app/index.ts';
import type * as api from './api.d.ts';
import { scenarioOf, TestWorld } from './world.ts';

export { deploy } from './deploy.ts';
export { render } from './render.ts';

export const world = (options: api.WorldOptions = {}): Promise<api.World> => TestWorld.open(options);

export async function rehearse({ repository, rev, scenario, ...options }: api.RehearseOptions): Promise<api.Report> {
  const report = await runRehearsal({
    target: repository,
    aliases: [],
    cwd: process.cwd(),
    env: process.env,
    ...(rev === undefined ? {} : { rev }),
    options: { ...options, ...(scenario === undefined ? {} : { scenario: { name: 'scenario', file: scenarioOf(scenario) } }) },
  });
  if (!report.ok) throw new Error(report.error);
  return report.value;
}

export function matrix<T extends Readonly<Record<string, readonly unknown[]>>>(
  axes: T,
): readonly { readonly [K in keyof T]: T[K][number] }[] {
  let rows: readonly Readonly<Record<string, unknown>>[] = [{}];
  for (const [name, choices] of Object.entries(axes)) rows = rows.flatMap((row) => choices.map((choice) => ({ ...row, [name]: choice })));
  return rows as readonly { readonly [K in keyof T]: T[K][number] }[];
}
