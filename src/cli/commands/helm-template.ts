/** `lockstep helm template`: renders a chart and prints it exactly as Helm does. */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type Chart,
  formatTemplateOutput,
  outputFiles,
  type OutputOptions,
  type Rendered,
  type RenderFailure,
  type RenderInput,
  renderName,
} from '../../core/chart/index.ts';
import { missingDependencies } from '../../core/chart/dependencies/index.ts';
import { quote } from '../../core/go/strconv/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import { capabilitiesOf, load, logWarning, type Place, type RenderChoice, renderLoaded, variantOf } from '../helm/chart.ts';
import { HELM_CONNECTION_FLAGS } from '../helm/connection.ts';
import {
  CLUSTER_VERSION_FLAGS,
  GLOBAL_FLAGS,
  HELM_VERSION_FLAG,
  REFUSED_FLAGS,
  VALUES_FLAGS,
  WITHOUT_EFFECT_FLAGS,
} from '../helm/flags.ts';
import { LIMITS_FLAG, limitsOf } from '../helm/limits.ts';
import { accessOf, fail, locateChart, REMOTE_FLAGS } from '../helm/remote.ts';
import { sourceDate } from '../helm/source-date.ts';
import { readValues } from '../helm/values.ts';
import type { Io } from '../io.ts';

const FLAGS = {
  ...GLOBAL_FLAGS,
  ...VALUES_FLAGS,
  ...CLUSTER_VERSION_FLAGS,
  ...HELM_VERSION_FLAG,
  ...REMOTE_FLAGS,
  ...HELM_CONNECTION_FLAGS,
  namespace: {
    type: 'string',
    short: 'n',
    value: 'NAMESPACE',
    doc: "Namespace of the release; absent: default, with a cluster that is asked the context's",
  },
  validate: { type: 'boolean', doc: 'The same as --dry-run=server' },
  'show-only': { type: 'strings', short: 's', value: 'TEMPLATE', doc: 'Print only what these templates make' },
  'include-crds': { type: 'boolean', doc: 'Print the CRDs of the chart, too' },
  'skip-tests': { type: 'boolean', doc: 'Leave out test hooks' },
  'no-hooks': { type: 'boolean', doc: 'Leave out all hooks' },
  'is-upgrade': { type: 'boolean', doc: 'Set .Release.IsUpgrade instead of .Release.IsInstall' },
  'output-dir': { type: 'string', value: 'FOLDER', doc: 'Write files into a folder instead of printing' },
  'release-name': { type: 'boolean', doc: 'Use the release name as a folder in the output folder' },
  'name-template': { type: 'string', value: 'TEMPLATE', doc: 'Template that makes the release name' },
  'generate-name': { type: 'boolean', short: 'g', doc: 'Make up the release name' },
  seed: {
    type: 'string',
    value: 'TEXT',
    doc: 'Draw passwords and keys from this text, so that the same render prints the same; the time is SOURCE_DATE_EPOCH, else 1970',
  },
  ...LIMITS_FLAG,
  'skip-schema-validation': { type: 'boolean', doc: 'Do not check values against values.schema.json' },
  'render-subchart-notes': { type: 'boolean', doc: 'Accepted for compatibility; notes are not printed' },
  debug: { type: 'boolean', doc: 'Print what was rendered even when it is no valid YAML' },
  'dry-run': {
    type: 'string',
    default: 'client',
    alone: 'unset',
    value: 'MODE',
    doc: 'client: no cluster is asked; server: its versions and kinds count, lookup finds its objects, and what it would refuse is told',
  },
  ...WITHOUT_EFFECT_FLAGS,
  ...REFUSED_FLAGS,
} as const satisfies FlagTable;

type Flags = FlagValues<typeof FLAGS>;

export const helmTemplate = defineCommand({
  summary: 'Render a chart locally and print it as Helm does',
  usage: '[NAME] CHART',
  details:
    'A chart is a folder, an archive, `oci://…`, the URL of an archive, or with --repo a name. Unless a cluster is asked (--dry-run=server) `lookup` finds nothing.',
  examples: [
    'lockstep helm template ./chart',
    'lockstep helm template shop ./chart -n shop -f values.yaml --set image.tag=1.2.3',
    'lockstep helm template ./chart --show-only templates/service.yaml',
  ],
  flags: FLAGS,
  args: { min: 0, max: Infinity },
  run: ({ args, flags, io }) => template(args, flags, io),
});

async function template(args: readonly string[], flags: Flags, io: Io): Promise<number> {
  const chartName = args.at(-1);
  if (chartName === undefined)
    throw new CommandError('"helm template" requires at least 1 argument\n\nUsage:  helm template [NAME] [CHART] [flags]');
  if (args.length > 2) throw new CommandError(`expected at most two arguments, unexpected arguments: ${args.slice(2).join(', ')}`);
  refuseFlags(flags);
  const capabilities = capabilitiesOf(flags);
  if (flags.validate) io.err("Flag --validate has been deprecated, use '--dry-run=server' instead\n");
  const asksCluster = asksServer(flags['dry-run'], io) || flags.validate;
  if (flags['render-subchart-notes'] && flags['helm-version'] !== '3') io.err(notesAreGone);
  const name = releaseName(args, flags);
  const place = await locateChart(chartName, flags, io);
  io.endAtOnce?.();
  const values = await readValues(flags, io);
  const { chart, warnings } = await loadWhole(place, chartName, { flags, io });
  const isDeprecated = chart.metadata.deprecated && !isLibrary(chart);
  const deprecation = { level: 'WARN', message: 'this chart is deprecated', details: '' } as const;
  for (const warning of isDeprecated ? [...warnings, deprecation] : warnings) logWarning(warning, io, flags['helm-version']);
  const isUpgrade = flags['is-upgrade'];
  const drawn = flags.seed === undefined ? {} : { drawn: { seed: flags.seed, now: sourceDate(io) ?? 0 } };
  const rendered = asksCluster
    ? await (
        await import('../helm/preview.ts')
      ).previewOnCluster(
        { place, input: { chart, values, name, isUpgrade }, failed: (failure) => failed(failure, flags, io), ...drawn },
        flags,
        io,
      )
    : await renderHere(
        place,
        { chart, values, capabilities, release: { name, namespace: flags.namespace ?? 'default', isUpgrade } },
        { flags, io, ...drawn },
      );
  return flags['output-dir'] === undefined ? print(rendered, flags, io) : write(rendered, { folder: outputFolder(flags, name), flags, io });
}

/** @throws CommandError with what is wrong with the chart */
async function renderHere(
  place: Place,
  input: RenderInput,
  { flags, io, ...drawn }: Pick<RenderChoice, 'drawn'> & { readonly flags: Flags; readonly io: Io },
): Promise<Rendered> {
  const outcome = await renderLoaded(place, input, {
    variant: variantOf(flags['helm-version']),
    skipSchemaValidation: flags['skip-schema-validation'],
    limits: limitsOf(flags, io),
    ...drawn,
  });
  for (const warning of ('failure' in outcome ? outcome.failure : outcome.rendered).warnings)
    logWarning(warning, io, flags['helm-version']);
  return 'failure' in outcome ? failed(outcome.failure, flags, io) : outcome.rendered;
}

/** Loads the chart; with --dependency-update, what it depends on and does not hold is fetched into it first, as Helm does it. */
async function loadWhole(place: Place, shown: string, { flags, io }: { readonly flags: Flags; readonly io: Io }): ReturnType<typeof load> {
  const loaded = await load(place);
  if (!flags['dependency-update'] || missingDependencies(loaded.chart).ok) return loaded;
  const { updateDependencies } = await import('../../app/index.ts');
  const work = { folder: join(place.root, place.path), shown, out: io.out };
  const updated = await updateDependencies(work, await accessOf(flags, io));
  return updated.ok ? load(place) : fail(updated.error);
}

/** @throws CommandError for what Helm would do and Lockstep does not */
function refuseFlags(flags: Flags): void {
  if (flags['post-renderer'] !== undefined || flags['post-renderer-args'].length > 0) {
    throw new CommandError(
      '--post-renderer is not supported: Lockstep never starts programs',
      'Use the patches of an App or of a kustomization.',
    );
  }
}

const notesAreGone =
  "Flag --render-subchart-notes has been deprecated, this flag has no effect for 'helm template' and will be removed in Helm 5\n";

/** Whether the mode asks a cluster. @throws CommandError in Helm's words for one that is none */
function asksServer(mode: string, io: Io): boolean {
  if (mode === 'client' || mode === 'server') return mode === 'server';
  const warn = (message: string): void => logWarning({ level: 'WARN', message, details: '' }, io);
  if (mode === 'unset') warn("--dry-run is deprecated and should be replaced with '--dry-run=client'");
  else if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(mode))
    warn(`boolean '--dry-run=${mode}' flag is deprecated and must be replaced with '--dry-run=client'`);
  else throw new CommandError(`invalid dry-run value (${quote(mode)}). Must be ${dryRunChoices(mode)}`);
  return false;
}

const dryRunChoices = (mode: string): string =>
  ['none', '0', 'f', 'F', 'FALSE', 'false', 'False'].includes(mode) ? '"server" or "client"' : '"none", "server", or "client"';

const isLibrary = (chart: Chart): boolean => chart.metadata.type === 'library';

function releaseName(args: readonly string[], flags: Flags): string {
  if (args.length === 2) {
    if (flags['generate-name']) throw new CommandError('cannot set --generate-name and also specify a name');
    if (flags['name-template'] !== undefined) throw new CommandError('cannot set --name-template and also specify a name');
    return args[0] ?? '';
  }
  if (flags['name-template'] === undefined) return 'release-name';
  const name = renderName(flags['name-template']);
  if (!name.ok) throw new CommandError(name.error);
  return name.value;
}

/** With --debug, what is no YAML is shown before the complaint. */
function failed(failure: RenderFailure, flags: Flags, io: Io): never {
  if (failure.files === undefined) throw new CommandError(failure.message);
  if (!flags.debug) throw new CommandError(`${failure.message}\n\nUse --debug flag to render out invalid YAML`);
  if (failure.files.size === 0 && flags['show-only'].length > 0) throw new CommandError(failure.message);
  const manifests = [...failure.files].map(([path, text]) => ({ path, text })).filter(({ text }) => text.trim() !== '');
  const shown = formatTemplateOutput({ manifests, hooks: [], crds: [] }, outputOptions(flags));
  if (!shown.ok) throw new CommandError(shown.error);
  io.out(shown.value);
  throw new CommandError(failure.message);
}

const outputOptions = (flags: Flags): OutputOptions => ({
  includeCrds: flags['include-crds'],
  noHooks: flags['no-hooks'],
  skipTests: flags['skip-tests'],
  showOnly: flags['show-only'],
  split: variantOf(flags['helm-version']).split,
});

function print(rendered: Rendered, flags: Flags, io: Io): number {
  const text = formatTemplateOutput(rendered, outputOptions(flags));
  if (!text.ok) throw new CommandError(text.error);
  io.out(text.value);
  return 0;
}

const outputFolder = (flags: Flags, name: string): string =>
  flags['release-name'] ? join(flags['output-dir'] ?? '', name) : (flags['output-dir'] ?? '');

async function write(
  rendered: Rendered,
  { folder, flags, io }: { readonly folder: string; readonly flags: Flags; readonly io: Io },
): Promise<number> {
  const written = new Set<string>();
  for (const { path, text, isCrd } of outputFiles(rendered, outputOptions(flags))) {
    const shown = `${isCrd ? flags['output-dir'] : folder}/${path}`;
    const file = resolve(io.cwd, shown);
    await mkdir(dirname(file), { recursive: true });
    const content = `---\n# Source: ${path}\n${text}\n`;
    await (written.has(path) ? appendFile(file, content) : writeFile(file, content));
    written.add(path);
    io.out(`wrote ${shown}\n`);
  }
  // Helm looks for them in what it prints, which is nothing when files are written.
  const [first] = flags['show-only'];
  if (first !== undefined) throw new CommandError(`could not find template ${first} in chart`);
  io.out('\n');
  return 0;
}
