/** `lockstep test`: asks for the tests of one App or of a whole environment, in dependency order, and says what came of them. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type App, type AppStatus, environmentLabel, environmentOf, getCondition, names } from '../../api/index.ts';
import { patternProblem } from '../../core/release/tests/index.ts';
import { buildGraph, waves } from '../../core/graph/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { APP_RESOURCE, findApp, listApps } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { junit, type TestedApp } from '../junit.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatTable } from '../table.ts';

type Tests = NonNullable<AppStatus['tests']>;

const TARGET_CLUSTERS: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'TargetCluster',
  resource: 'targetclusters',
  namespaced: true,
  verbs: ['list'],
};

const pause = 500;
/** Tests that are meant begin at once. */
const mostPatience = 30_000;

export const test = defineCommand({
  summary: 'Run the tests of one App or of all, in the order of their dependencies',
  usage: '[APP]',
  details:
    'Tests are test hooks of charts, and Jobs and Pods annotated lockstep.dev/test: "true". Patterns: a name (`smoke-*`), a label (`tier=smoke`), an expression over `test` (name, kind, weight, labels, annotations), `!` before what is left out.',
  examples: [
    'lockstep test shop',
    "lockstep test shop --only 'smoke-*'",
    'lockstep test --only \'test.labels.tier == "smoke"\'',
    'lockstep test --env staging --junit report.xml',
  ],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    env: { type: 'string', short: 'e', value: 'ENVIRONMENT', doc: 'Only Apps of this environment' },
    only: { type: 'strings', value: 'PATTERN', doc: 'Only these tests' },
    timeout: { type: 'duration', value: 'DURATION', default: '10m', doc: 'How long the tests of one App may take' },
    junit: { type: 'string', value: 'FILE', doc: 'Write the results as JUnit XML' },
  },
  args: { min: 0, max: 1 },
  run: ({ args, flags, io }) => {
    for (const pattern of flags.only) {
      const problem = patternProblem(pattern);
      if (problem !== undefined) throw new UsageError(`--only ${pattern}: ${problem}`);
    }
    return withCluster(flags, io, async (kube) => {
      const one = args[0];
      if (one !== undefined && flags.env !== undefined) throw new UsageError('name an App or an environment, not both');
      const apps = one === undefined ? inOrder(await appsOf(kube, flags)) : [await findApp(kube, one, flags.namespace)];
      const tested: TestedApp[] = [];
      for (const app of apps) tested.push(await testedOf(kube, app, { only: flags.only, timeout: flags.timeout, io }));
      if (flags.junit !== undefined) await writeFile(resolve(io.cwd, flags.junit), junit(tested));
      io.out(report(tested));
      return tested.some(({ tests, problem }) => problem !== undefined || tests.some(({ phase }) => phase !== 'Succeeded')) ? 1 : 0;
    });
  },
});

/** Of a namespace and of an environment, or all. */
async function appsOf(
  kube: KubeClient,
  { namespace, env }: { readonly namespace: string | undefined; readonly env: string | undefined },
): Promise<readonly App[]> {
  const all = await listApps(kube, namespace);
  if (env === undefined) return all;
  const listed = await kube.list(TARGET_CLUSTERS);
  const labels = new Map((listed.ok ? listed.value.items : []).map((cluster) => [cluster.metadata.name ?? '', environmentLabel(cluster)]));
  const of = (app: App): string => environmentOf(app, (cluster) => labels.get(cluster));
  const found = all.filter((app) => of(app) === env);
  if (found.length > 0) return found;
  const known = [...new Set(all.map(of))].filter((name) => name !== '').toSorted();
  throw new CommandError(
    `no App is of the environment ${env}`,
    known.length === 0 ? 'No App says of which one it is' : `There are: ${known.join(', ')}`,
  );
}

/** Dependencies first; what runs in a circle comes in the order of names. */
function inOrder(apps: readonly App[]): readonly App[] {
  const keyOf = ({ metadata }: App): string => `${metadata.namespace}/${metadata.name}`;
  const byKey = new Map(apps.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map((app) => [keyOf(app), app]));
  const nodes = [...byKey].map(([key, app]) => ({
    key,
    dependsOn: (app.spec.dependsOn ?? [])
      .map(({ namespace, name }) => `${namespace ?? app.metadata.namespace}/${name}`)
      .filter((other) => byKey.has(other)),
  }));
  const ordered = waves(buildGraph(nodes)).flat();
  const rest = [...byKey.keys()].filter((key) => !ordered.includes(key));
  return [...ordered, ...rest].flatMap((key) => byKey.get(key) ?? []);
}

interface Asked {
  readonly only: readonly string[];
  readonly timeout: number;
  readonly io: Io;
}

/** What keeps the tests of one App from running, or from ending, keeps nobody else's. */
async function testedOf(kube: KubeClient, app: App, asked: Asked): Promise<TestedApp> {
  const key = `${app.metadata.namespace}/${app.metadata.name}`;
  const count = (app.status?.tests ?? []).length;
  if (count === 0) return { app: key, tests: [] };
  asked.io.err(`${key}: ${count} ${count === 1 ? 'test' : 'tests'} …\n`);
  try {
    return { app: key, tests: await testsOf(kube, app, asked) };
  } catch (error) {
    if (!(error instanceof CommandError) || asked.io.signal.aborted) throw error;
    return { app: key, tests: [], problem: error.message };
  }
}

/** Asks, and waits until every test that was meant has ended; none may have been. */
async function testsOf(kube: KubeClient, app: App, { only, timeout, io }: Asked): Promise<Tests> {
  const began = Date.now();
  const word = new Date().toISOString();
  const token = `${word} ${JSON.stringify(only)}`;
  const asked = await kube.patch(APP_RESOURCE, app.metadata, {
    type: 'application/merge-patch+json',
    value: { metadata: { annotations: { [names.testAt]: token } } },
    fieldManager: 'lockstep-cli',
  });
  if (!asked.ok) throw new CommandError(asked.error.message);
  // What ran before is known by when it did: this machine's clock need not be the cluster's.
  const before = new Map(((asked.value as unknown as App).status?.tests ?? []).map((test) => [test.name, test.startedAt]));
  const { namespace, name } = app.metadata;
  const until = Date.now() + timeout;
  for (;;) {
    const found = await kube.get(APP_RESOURCE, namespace, name);
    if (!found.ok) throw new CommandError(found.error.message);
    const { status } = found.value as unknown as App;
    const tests = status?.tests ?? [];
    const begun = status?.lastHandledTestAt === word;
    const open = getCondition(status?.conditions, 'Tested')?.status === 'Unknown' || tests.some(({ phase }) => phase === 'Running');
    if (!begun && Date.now() > began + mostPatience)
      throw new CommandError(`no test of ${namespace}/${name} began: ${whyNot(found.value as unknown as App)}`);
    if (begun && !open) return tests.filter((test) => test.startedAt !== undefined && test.startedAt !== before.get(test.name));
    if (Date.now() > until || io.signal.aborted)
      throw new CommandError(`the tests of ${namespace}/${name} did not end in time; look at it with: lockstep why ${namespace}/${name}`);
    await new Promise((done) => setTimeout(done, pause));
  }
}

const whyNot = ({ status }: App): string =>
  status?.waitingFor?.message ?? getCondition(status?.conditions, 'Ready')?.message ?? 'is Lockstep running?';

function report(tested: readonly TestedApp[]): string {
  const rows = tested.flatMap(({ app, tests, problem }) => [
    ...tests.map(({ name, phase, startedAt, completedAt, message = '' }) => [app, name, phase, duration(startedAt, completedAt), message]),
    ...(problem === undefined ? [] : [[app, '-', 'NotRun', '', problem]]),
  ]);
  return rows.length === 0 ? 'No tests.\n' : formatTable(['APP', 'TEST', 'RESULT', 'TIME', 'WHY'], rows);
}

const duration = (start: string | undefined, end: string | undefined): string =>
  start === undefined || end === undefined ? '' : `${Math.max(0, Math.round((Date.parse(end) - Date.parse(start)) / 1000))}s`;
