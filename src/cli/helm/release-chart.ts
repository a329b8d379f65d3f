/** The chart that a command installs: where it is, what the user gave it, and how it is rendered for a cluster. */
import type { Chart, Rendered, RenderFailure } from '../../core/chart/index.ts';
import { defaultCapabilities, parseKubeVersion } from '../../core/chart/index.ts';
import type { LookupAnswer, Request } from '../../core/ask/index.ts';
import { parseApiVersion } from '../../core/object/index.ts';
import { ActionError, type RenderAs, type Renderer, type Scene, type Served } from '../../helm/index.ts';
import { ok, type Result } from '../../std/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import { load, logWarning, type Place, type RenderChoice, renderLoaded, variantOf } from './chart.ts';
import { HELM_VERSION_FLAG, VALUES_FLAGS } from './flags.ts';
import { locateChart, REMOTE_FLAGS } from './remote.ts';
import { readValues, type Values } from './values.ts';
import { limitsOf } from './limits.ts';

export const CHART_FLAGS = {
  ...VALUES_FLAGS,
  ...REMOTE_FLAGS,
  ...HELM_VERSION_FLAG,
  labels: { type: 'strings', short: 'l', value: 'KEY=VALUE', doc: 'Labels for the record of the release, separated by commas' },
  'skip-crds': { type: 'boolean', doc: 'Install no CRDs' },
  'skip-schema-validation': { type: 'boolean', doc: 'Do not check values against values.schema.json' },
  'render-subchart-notes': { type: 'boolean', doc: 'Notes of subcharts, too' },
  'hide-notes': { type: 'boolean', doc: 'Print no notes' },
  'hide-secret': { type: 'boolean', doc: 'With --dry-run: leave out what Secrets hold' },
  'take-ownership': { type: 'boolean', doc: 'Take over resources that belong to nobody or to another release' },
  'rollback-on-failure': { type: 'boolean', doc: 'Go back when it fails; waits as with --wait' },
  atomic: { type: 'boolean', hidden: true, doc: 'The same as --rollback-on-failure' },
  'create-namespace': { type: 'boolean', doc: 'Create the namespace of the release if it is not there' },
  'disable-openapi-validation': { type: 'boolean', doc: 'Understood; the server checks what it is given' },
  'dependency-update': { type: 'boolean', doc: 'Refused: use `lockstep helm dependency update`' },
  'enable-dns': { type: 'boolean', doc: 'Refused: names are never looked up' },
  'post-renderer': { type: 'string', value: 'PROGRAM', doc: 'Refused: programs are never started; use patches of an App' },
  'post-renderer-args': { type: 'strings', value: 'ARGUMENT', doc: 'Refused, as --post-renderer' },
} as const satisfies FlagTable;

export type ChartFlags = FlagValues<typeof CHART_FLAGS>;

export interface ReleaseChart {
  readonly chart: Chart;
  readonly values: Values;
  readonly labels: Readonly<Record<string, string>>;
  readonly place: Place;
}

/** @throws CommandError in Helm's words */
export async function readChart(name: string, flags: ChartFlags, io: Io): Promise<ReleaseChart> {
  refuse(flags);
  const place = await locateChart(name, flags, io);
  const values = await readValues(flags, io);
  const { chart, warnings } = await load(place);
  for (const warning of warnings) logWarning(warning, io);
  if (chart.metadata.type !== '' && chart.metadata.type !== 'application')
    throw new CommandError(`${chart.metadata.type} charts are not installable`);
  if (chart.metadata.deprecated) logWarning({ level: 'WARN', message: 'this chart is deprecated', details: '' }, io);
  return { chart, values, labels: labelsOf(flags.labels), place };
}

function refuse(flags: ChartFlags): void {
  if (flags['post-renderer'] !== undefined || flags['post-renderer-args'].length > 0)
    throw new CommandError(
      '--post-renderer is not supported: Lockstep never starts programs',
      'Use the patches of an App or of a kustomization.',
    );
  if (flags['dependency-update'])
    throw new CommandError('--dependency-update is not supported', 'Run `lockstep helm dependency update CHART` first.');
  if (flags['enable-dns']) throw new CommandError('--enable-dns is not supported: names are never looked up');
}

/** @throws CommandError in the words of Helm's flag library */
function labelsOf(given: readonly string[]): Record<string, string> {
  const pairs = given.flatMap((text) => text.split(',')).filter((text) => text !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 0)
        throw new CommandError(`invalid argument ${JSON.stringify(pair)} for "-l, --labels" flag: ${pair} must be formatted as key=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

export interface RenderScene {
  readonly place: Place;
  readonly flags: Pick<ChartFlags, 'helm-version' | 'skip-schema-validation' | 'render-subchart-notes'> & { readonly limits?: string };
  readonly io: Io;
  readonly scene: Scene;
  readonly name: string;
  /** Where randomness and time come from; absent: this machine. */
  readonly drawn?: RenderChoice['drawn'];
  /** Told what is wrong before the action fails. */
  readonly failed?: (failure: RenderFailure) => void;
}

/** Renders for the cluster of the scene: its versions, its kinds, and what `lookup` finds there. */
export const rendererOf =
  ({ place, flags, io, scene, name, drawn, failed }: RenderScene): Renderer =>
  async (as): Promise<Rendered> => {
    const outcome = await renderLoaded(place, inputOf(as, { name, namespace: scene.namespace }), {
      variant: variantOf(flags['helm-version']),
      skipSchemaValidation: flags['skip-schema-validation'],
      subNotes: flags['render-subchart-notes'],
      limits: limitsOf(flags, io),
      ...(drawn === undefined ? {} : { drawn }),
      lookup: (request) => lookup(request, scene, as.served),
    });
    for (const warning of ('failure' in outcome ? outcome.failure : outcome.rendered).warnings) logWarning(warning, io);
    if ('failure' in outcome) failed?.(outcome.failure);
    if ('failure' in outcome) throw new ActionError(outcome.failure.message);
    return outcome.rendered;
  };

function inputOf(
  { chart, values, revision, isUpgrade, kubeVersion, apiVersions }: RenderAs,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): Parameters<typeof renderLoaded>[1] {
  const parsed = parseKubeVersion(kubeVersion);
  const version = parsed.ok ? parsed.value : defaultCapabilities.kubeVersion;
  return {
    chart,
    values,
    release: { name, namespace, revision, isUpgrade },
    capabilities: { ...defaultCapabilities, kubeVersion: version, apiVersions },
  };
}

/** A kind that is not there has no objects, as for Helm. @throws ActionError when the server does not answer */
async function lookup(
  { apiVersion, kindName, namespace, name }: Extract<Request, { kind: 'lookup' }>,
  { kube }: Scene,
  served: Served,
): Promise<Result<LookupAnswer, never>> {
  const resource = served.find({ ...parseApiVersion(apiVersion), kind: kindName });
  if (resource === undefined) return ok(null);
  const where = resource.namespaced ? namespace : '';
  if (name === '') {
    const listed = await kube.list(resource, where === '' ? {} : { namespace: where });
    if (!listed.ok) throw new ActionError(listed.error.message);
    return ok(listed.value.items);
  }
  const found = await kube.get(resource, where, name);
  if (found.ok || found.error.code === 404) return ok(found.ok ? found.value : null);
  throw new ActionError(found.error.message);
}
