/** Rehearsals: what a system of 100 Apps and 2,000 objects costs, beside a tenth of it; and what order is good for, as one scenario has it. */
import { runRehearsal } from '../src/app/index.ts';
import { type Origin, rehearse } from '../src/app/rehearsal/index.ts';
import { parseScenario } from '../src/core/kube/scenario/index.ts';
import type { Report } from '../src/core/rehearsal/index.ts';
import { MemoryCharts, MemoryGit, MemoryWeb } from '../src/testing/world/index.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';

const URL = 'https://git.test/system.git';

/** Every App: 17 ConfigMaps, a Deployment, a Service and a ServiceAccount; each tenth is what the nine behind it depend on. */
function system(apps: number): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (let app = 0; app < apps; app += 1) {
    const name = `app-${app}`;
    const on = app % 10 === 0 ? '' : `  dependsOn: [{name: app-${app - (app % 10)}}]\n`;
    files[`apps/${name}.yaml`] =
      `apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: ${name}, namespace: lockstep-system}\nspec:\n  source: {name: system, path: ${name}}\n  target: {namespace: default}\n${on}`;
    const labels = `{app: ${name}}`;
    const pod = `metadata: {labels: ${labels}}\n    spec: {serviceAccountName: ${name}, containers: [{name: main, image: "web:1"}]}`;
    files[`${name}/all.yaml`] = [
      `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}}`,
      `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: ${labels}, ports: [{port: 80}]}`,
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  selector: {matchLabels: ${labels}}\n  template:\n    ${pod}`,
      ...Array.from(
        { length: 17 },
        (_, index) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}-${index}}\ndata: {a: "${index}"}`,
      ),
    ].join('\n---\n');
  }
  return files;
}

async function rehearsed(files: Readonly<Record<string, string>>): Promise<Report> {
  const git = new MemoryGit();
  git.repository(URL, () => Date.UTC(2026, 0, 1)).commit(files);
  const mirror = await git.open({ url: URL });
  const revision = mirror.ok ? await mirror.value.fetch({ branch: 'main' }) : undefined;
  if (!mirror.ok || revision?.ok !== true) throw new Error('the repository in memory does not answer');
  const origin: Origin = { name: 'system', urls: [URL], mirror: mirror.value, revision: revision.value, label: 'bench' };
  const made = await rehearse(origin, { mirrors: git, charts: new MemoryCharts(), web: new MemoryWeb() });
  if (!made.ok || !made.value.report.passed) throw new Error(made.ok ? JSON.stringify(made.value.report.trouble) : made.error);
  return made.value.report;
}

/** Milliseconds of processor and on the wall: the latter says nothing on a busy machine. */
async function cost(apps: number): Promise<{ readonly cpu: number; readonly wall: number; readonly objects: number }> {
  const files = system(apps);
  const before = process.cpuUsage();
  const start = performance.now();
  const { objects } = await rehearsed(files);
  const wall = performance.now() - start;
  const { user, system: kernel } = process.cpuUsage(before);
  return { cpu: (user + kernel) / 1000, wall, objects };
}

const market = join(import.meta.dirname, '../examples/market');

async function scenario(ordered: boolean): Promise<Report> {
  const file = parseScenario(readFileSync(join(market, 'scenarios/slow-data.yaml'), 'utf8'), 'slow-data.yaml').value;
  const made = await runRehearsal({
    target: market,
    aliases: [],
    cwd: market,
    env: process.env,
    options: { scenario: { name: 'slow-data.yaml', file }, ordered },
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

const restartsOf = ({ apps }: Report): number => apps.reduce((all, { restarts }) => all + restarts, 0);
const limboOf = ({ apps }: Report): number => apps.reduce((all, { limbo }) => all + limbo, 0) / 1000;

export async function run(): Promise<readonly Figure[]> {
  await cost(10);
  const small = await cost(10);
  const large = await cost(100);
  const tenth = { name: 'a tenth of it', value: small.cpu };
  const [kept, left] = [await scenario(true), await scenario(false)];
  return [
    { name: 'rehearsal of 100 Apps', value: large.cpu, unit: 'ms CPU', baseline: tenth, note: `${large.objects} objects` },
    {
      name: 'the same on the wall',
      value: large.wall,
      unit: 'ms',
      baseline: { name: 'the goal, on two cores', value: 2500 },
      note: `${(large.cpu / large.wall).toFixed(2)} processors busy`,
    },
    {
      name: 'limbo of the market, data stores slow, in order (scenario)',
      value: limboOf(kept),
      unit: 's',
      baseline: { name: 'without order', value: limboOf(left) },
    },
    {
      name: 'restarts of the same (scenario)',
      value: restartsOf(kept),
      unit: 'restarts',
      baseline: { name: 'without order', value: restartsOf(left) },
    },
  ];
}
