/** `lockstep test`: asks for the tests of one App or of a whole environment, in dependency order, and says what came of them. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type App, type AppStatus, getCondition, names } from '../../api/index.ts';
import { patternProblem } from '../../core/release/tests/index.ts';
import { buildGraph, waves } from '../../core/graph/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { APP_RESOURCE, findApp, listApps } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { junit, type TestedApp } from '../junit.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatTable } from '../table.ts';

type Tests = NonNullable<AppStatus['tests']>;

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
    'lockstep test -n team-shop --junit report.xml',
  ],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
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
      const apps = args[0] === undefined ? inOrder(await listApps(kube, flags.namespace)) : [await findApp(kube, args[0], flags.namespace)];
      const tested: TestedApp[] = [];
      for (const app of apps) {
        const tests = await testsOf(kube, app, { only: flags.only, timeout: flags.timeout, io });
        tested.push({ app: `${app.metadata.namespace}/${app.metadata.name}`, tests });
      }
      if (flags.junit !== undefined) await writeFile(resolve(io.cwd, flags.junit), junit(tested));
      io.out(report(tested));
      return tested.some(({ tests }) => tests.some(({ phase }) => phase !== 'Succeeded')) ? 1 : 0;
    });
  },
});

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

/** Asks, and waits until every test that was meant has ended. An App without a release has none. */
async function testsOf(kube: KubeClient, app: App, { only, timeout, io }: Asked): Promise<Tests> {
  if ((app.status?.tests ?? []).length === 0) return [];
  const since = Math.floor(Date.now() / 1000) * 1000;
  const token = `${new Date().toISOString()} ${JSON.stringify(only)}`;
  const asked = await kube.patch(APP_RESOURCE, app.metadata, {
    type: 'application/merge-patch+json',
    value: { metadata: { annotations: { [names.testAt]: token } } },
    fieldManager: 'lockstep-cli',
  });
  if (!asked.ok) throw new CommandError(asked.error.message);
  const { namespace, name } = app.metadata;
  const until = Date.now() + timeout;
  for (let begun = false; ;) {
    const found = await kube.get(APP_RESOURCE, namespace, name);
    if (!found.ok) throw new CommandError(found.error.message);
    const { status } = found.value as unknown as App;
    const tests = status?.tests ?? [];
    begun ||= tests.some(({ startedAt }) => startedAt !== undefined && Date.parse(startedAt) >= since);
    const open = getCondition(status?.conditions, 'Tested')?.status === 'Unknown' || tests.some(({ phase }) => phase === 'Running');
    if (!begun && Date.now() > since + mostPatience)
      throw new CommandError(`no test of ${namespace}/${name} began`, 'Check --only, and that Lockstep is running');
    if (begun && !open) return tests.filter(({ startedAt }) => startedAt !== undefined && Date.parse(startedAt) >= since);
    if (Date.now() > until || io.signal.aborted)
      throw new CommandError(`the tests of ${namespace}/${name} did not end in time`, `Look at it with: lockstep why ${namespace}/${name}`);
    await new Promise((done) => setTimeout(done, pause));
  }
}

function report(tested: readonly TestedApp[]): string {
  const rows = tested.flatMap(({ app, tests }) =>
    tests.map(({ name, phase, startedAt, completedAt }) => [app, name, phase, duration(startedAt, completedAt)]),
  );
  return rows.length === 0 ? 'No tests.\n' : formatTable(['APP', 'TEST', 'RESULT', 'TIME'], rows);
}

const duration = (start: string | undefined, end: string | undefined): string =>
  start === undefined || end === undefined ? '' : `${Math.max(0, Math.round((Date.parse(end) - Date.parse(start)) / 1000))}s`;
