/** `lockstep rehearse`: "would you be able to redeploy on Mars?" as a command: the whole system of a revision, built from nothing, in seconds. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { keptAuth, runRehearsal, type RehearsalChoice } from '../../app/index.ts';
import { parseScenario } from '../../core/kube/scenario/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import { formatReport, isSame, markdownReport, type Report } from '../../core/rehearsal/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { rehearsalJunit } from '../junit.ts';
import { readManifests } from '../manifest-files.ts';
import { withCluster } from '../session.ts';

const flags = {
  rev: { type: 'string', value: 'REVISION', doc: 'Branch, tag or commit; without it the folder as it is now, or the default branch' },
  base: { type: 'string', value: 'REVISION', doc: 'Compare the manifests with those of this revision' },
  against: {
    type: 'string',
    value: 'CONTEXT',
    doc: 'Hold the result against the cluster of this context: what differs, is missing, is there besides',
  },
  'check-images': {
    type: 'boolean',
    doc: 'Ask the registries whether the images exist, with the credentials that container tools keep; else that is assumed',
  },
  kubeconfig: { type: 'string', value: 'FILE', doc: 'Kubeconfig with that context; else as for every command' },
  path: { type: 'string', value: 'DIR', doc: 'Folder that the first App applies; without it the folder of Apps that no App delivers' },
  env: { type: 'string', value: 'NAME', doc: 'Only Apps of this environment, those of none, and what they depend on' },
  scenario: { type: 'string', value: 'FILE', doc: 'Trouble on the way: slow starts, crashes, API errors (docs/embedded-cluster.md)' },
  kit: { type: 'strings', value: 'FILE', doc: 'Objects that are there before Git is: credentials, keys, ServiceAccounts' },
  as: { type: 'strings', value: 'URL', doc: 'Another address by which Sources in the repository name it' },
  assume: { type: 'strings', value: 'KIND.GROUP', doc: 'Kind whose health may be assumed, because no controller reports on it here' },
  'kube-version': { type: 'string', value: 'VERSION', doc: 'Version of the Kubernetes API: 1.33' },
  'no-order': { type: 'boolean', doc: 'Let nothing wait for what it depends on, to compare' },
  output: { type: 'string', short: 'o', value: 'FORMAT', doc: 'Output format', choices: ['text', 'json', 'markdown'], default: 'text' },
  junit: { type: 'string', value: 'FILE', doc: 'Write the results as JUnit XML too' },
  markdown: { type: 'string', value: 'FILE', doc: 'Write a summary for a pull request too' },
} as const;

export const rehearse = defineCommand({
  summary: 'Build the whole system of a revision from nothing, in memory, and say what becomes of it',
  usage: 'REPOSITORY|DIR',
  details:
    'Nothing is written anywhere and no real cluster is touched: an embedded cluster on a clock of its own runs the real controllers. Times are those of\n' +
    'the scenario, never measured. Exits 1 when an App does not become ready, when something is assumed that is not allowed, or when --against finds a\n' +
    'difference.',
  examples: [
    'lockstep rehearse .',
    'lockstep rehearse . --rev HEAD --env production --junit report.xml --markdown summary.md',
    'lockstep rehearse . --rev origin/main --against production',
    'lockstep rehearse https://github.com/example/config.git --rev v1.4.0 --scenario slow-database.yaml',
  ],
  flags,
  args: { min: 1, max: 1 },
  run: async ({ args, flags: given, io }) => {
    const choice = await choiceOf(args[0] ?? '', given, io);
    const { against: context, kubeconfig } = given;
    const run = (against?: RehearsalChoice['against']): ReturnType<typeof runRehearsal> =>
      runRehearsal({ ...choice, ...(against === undefined ? {} : { against }) });
    const made =
      context === undefined ? await run() : await withCluster({ kubeconfig, context }, io, (kube) => run({ kube, name: context }));
    if (!made.ok) throw new CommandError(made.error);
    const report = made.value;
    if (given.junit !== undefined) await writeFile(resolve(io.cwd, given.junit), rehearsalJunit(report));
    if (given.markdown !== undefined) await writeFile(resolve(io.cwd, given.markdown), markdownReport(report));
    io.out(printed(report, given.output));
    return report.passed && (report.against === undefined || isSame(report.against)) ? 0 : 1;
  },
});

interface Given {
  readonly rev: string | undefined;
  readonly base: string | undefined;
  readonly path: string | undefined;
  readonly env: string | undefined;
  readonly scenario: string | undefined;
  readonly kit: readonly string[];
  readonly as: readonly string[];
  readonly assume: readonly string[];
  readonly 'kube-version': string | undefined;
  readonly 'no-order': boolean;
  readonly 'check-images': boolean;
}

async function choiceOf(target: string, given: Given, io: Io): Promise<RehearsalChoice> {
  const { rev, base, path, env, scenario, kit, assume } = given;
  const kubeVersion = given['kube-version'];
  return {
    target,
    ...(rev === undefined ? {} : { rev }),
    ...(base === undefined ? {} : { base }),
    ...(given['check-images'] ? { images: (host: string) => keptAuth(host, io.env) } : {}),
    aliases: given.as,
    cwd: io.cwd,
    env: io.env,
    options: {
      ...(path === undefined ? {} : { path }),
      ...(env === undefined ? {} : { environment: env }),
      ...(kubeVersion === undefined ? {} : { kubeVersion }),
      ...(scenario === undefined ? {} : { scenario: await readScenario(resolve(io.cwd, scenario)) }),
      kit: await kitOf(kit, io),
      assume,
      ordered: !given['no-order'],
    },
  };
}

const kitOf = async (names: readonly string[], io: Io): Promise<readonly KubeObject[]> =>
  (await Promise.all(names.map((name) => readManifests(name, io)))).flat();

async function readScenario(path: string): Promise<NonNullable<RehearsalChoice['options']['scenario']>> {
  const name = basename(path);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new CommandError(`there is no file ${path}`);
  const { value, problems } = parseScenario(text, name);
  if (problems.length > 0) throw new CommandError(problems.map(formatProblem).join('\n'));
  return { name, file: value };
}

function printed(report: Report, format: string): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  return format === 'markdown' ? markdownReport(report) : formatReport(report);
}
