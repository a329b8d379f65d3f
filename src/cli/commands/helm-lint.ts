/** `lockstep helm lint`: what is wrong with charts, with Helm's flags, words and exit codes. Source: Helm 4 pkg/cmd/lint.go, pkg/action/lint.go. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';
import { runOnFolder } from '../../app/engines.ts';
import { type Capabilities, RenderCache } from '../../core/chart/index.ts';
import { formatLintMessage, lintChart, type LintMessage } from '../../core/lint/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import { capabilitiesOf, logWarning } from '../helm/chart.ts';
import { unpackInto } from '../helm/unpack.ts';
import { GLOBAL_FLAGS, NAMESPACE_FLAG, VALUES_FLAGS } from '../helm/flags.ts';
import { LIMITS_FLAG, limitsOf } from '../helm/limits.ts';
import { readValues, type Values } from '../helm/values.ts';
import type { Io } from '../io.ts';

const FLAGS = {
  ...VALUES_FLAGS,
  ...NAMESPACE_FLAG,
  strict: { type: 'boolean', doc: 'Warnings make it fail, too' },
  'with-subcharts': { type: 'boolean', doc: 'Lint the charts in charts/, too' },
  quiet: { type: 'boolean', doc: 'Print only warnings and errors' },
  'skip-schema-validation': { type: 'boolean', doc: 'Do not check values against values.schema.json' },
  'kube-version': {
    type: 'string',
    value: 'VERSION',
    doc: 'Kubernetes version for .Capabilities and for API versions that are going away',
  },
  ...LIMITS_FLAG,
  ...GLOBAL_FLAGS,
  debug: { type: 'boolean', hidden: true, doc: 'Understood; nothing more is printed' },
} as const satisfies FlagTable;

type Flags = FlagValues<typeof FLAGS>;

export const helmLint = defineCommand({
  summary: 'Examine charts for possible issues, as Helm does',
  usage: 'CHART...',
  details:
    'Errors make it fail; with --strict warnings do, too. Icons, names, API versions, values, schemas, templates and CRDs are looked at.',
  examples: ['lockstep helm lint ./chart', 'lockstep helm lint ./chart --strict --kube-version 1.33 -f values.yaml'],
  flags: FLAGS,
  args: { min: 0, max: Infinity },
  run: async ({ args, flags, io }) => {
    if (args.length === 0) throw new CommandError('"helm lint" requires at least 1 argument\n\nUsage:  helm lint PATH [flags]');
    const capabilities = capabilitiesOf({ 'kube-version': flags['kube-version'], 'api-versions': [] });
    const paths = flags['with-subcharts'] ? [...args, ...(await subchartsOf(args, io))] : args;
    const values = await readValues(flags, io);
    // Archives are unpacked into a folder that has to go again.
    if (!paths.some(isArchive)) io.endAtOnce?.();
    return lintAll(paths, { flags, io, values, capabilities });
  },
});

interface Work {
  readonly flags: Flags;
  readonly io: Io;
  readonly values: Values;
  readonly capabilities: Capabilities;
}

async function lintAll(paths: readonly string[], work: Work): Promise<number> {
  const { flags, io } = work;
  let failed = 0;
  let noticed = 0;
  for (const path of paths) {
    const linted = await lintPath(path, work);
    const messages = 'error' in linted ? [] : linted;
    const isNoticed = 'error' in linted || messages.some(({ severity }) => severity !== 'INFO');
    if (isNoticed) noticed++;
    if ('error' in linted || messages.some((message) => fails(message, flags))) failed++;
    if (flags.quiet && !isNoticed) continue;
    const shown = messages
      .filter(({ severity }) => !flags.quiet || severity !== 'INFO')
      .map((message) => `${formatLintMessage(message)}\n`);
    io.out(`==> Linting ${path}\n${'error' in linted ? `Error ${linted.error}\n` : shown.join('')}\n`);
  }
  const summary = `${paths.length} chart(s) linted, ${failed} chart(s) failed`;
  if (failed > 0) throw new CommandError(summary);
  if (!flags.quiet || noticed > 0) io.out(`${summary}\n`);
  return 0;
}

const fails = ({ severity }: LintMessage, { strict }: Flags): boolean => severity === 'ERROR' || (strict && severity === 'WARNING');

type Linting = readonly LintMessage[] | { readonly error: string };

async function lintPath(path: string, work: Work): Promise<Linting> {
  if (!isArchive(path)) return lintFolder(resolve(work.io.cwd, path), path, work);
  const folder = await mkdtemp(join(tmpdir(), 'helm-lint'));
  try {
    const unpacked = await unpackInto(folder, resolve(work.io.cwd, path), path);
    if ('error' in unpacked) return unpacked;
    return await lintFolder(join(folder, unpacked.name), join(folder, unpacked.name), work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isArchive = (path: string): boolean => path.endsWith('.tgz') || path.endsWith('.tar.gz');

async function lintFolder(folder: string, shown: string, { flags, io, values, capabilities }: Work): Promise<Linting> {
  const file = normalize(join(shown, 'Chart.yaml'));
  if ((await stat(join(folder, 'Chart.yaml')).catch(() => undefined)) === undefined)
    return { error: `unable to check Chart.yaml file in chart: stat ${file}: no such file or directory` };
  const limits = limitsOf(flags, io);
  const input = { path: '', shown: folder, values, capabilities, namespace: flags.namespace };
  const linted = await runOnFolder(folder, (ask) =>
    lintChart(ask, { ...input, skipSchemaValidation: flags['skip-schema-validation'] }, new RenderCache(limits)),
  );
  if (!linted.ok) return { error: linted.error.message };
  for (const warning of linted.value.warnings) logWarning(warning, io);
  return linted.value.messages;
}

/** Charts and archives below charts/, in the order a walk meets them. */
async function subchartsOf(paths: readonly string[], io: Io): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(resolve(io.cwd, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await walk(path);
      else if (entry.name === 'Chart.yaml') found.push(dirname(path));
      else if (isArchive(path)) found.push(path);
    }
  };
  for (const path of paths) await walk(join(path, 'charts'));
  return found;
}
