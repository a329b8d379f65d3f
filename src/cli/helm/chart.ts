/** Loads and renders a chart of this machine for a command. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { type FolderOptions, runOnFolder } from '../../app/engines.ts';
import { defaultCapabilities, helmVariants, loadChart, parseKubeVersion, render, RenderCache } from '../../core/chart/index.ts';
import type {
  Capabilities,
  ChartLimits,
  HelmVariant,
  Loaded,
  Rendered,
  RenderFailure,
  RenderInput,
  Warning,
} from '../../core/chart/index.ts';
import { quote } from '../../core/go/strconv/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import type { CLUSTER_VERSION_FLAGS } from './flags.ts';
import { helm3Line } from './helm3-log.ts';

/** One line of standard error, as the log of that Helm prints it. */
export const logWarning = ({ level, message, details }: Warning, io: Io, version = '4'): void =>
  io.err((version === '3' ? helm3Line(message) : undefined) ?? `level=${level} msg=${quote(message)}${details}\n`);

export const variantOf = (version: string): HelmVariant => helmVariants[version as keyof typeof helmVariants] ?? helmVariants['4'];

/** A folder, or an archive inside one. */
export interface Place {
  readonly root: string;
  readonly path: string;
}

/** Where a chart of this machine is; undefined when nothing is there. */
export async function placeOf(path: string): Promise<Place | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return { root: dirname(path), path: basename(path) };
  const root = (await cloneAround(path)) ?? path;
  return { root, path: relative(root, path).split(sep).join('/') };
}

/**
 * The clone a chart lies in: its symbolic links may lead anywhere inside, as they may when the chart is an App's. Outside of any clone
 * they stay inside the chart.
 */
async function cloneAround(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await stat(join(at, '.git')).catch(() => undefined)) !== undefined) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** @throws CommandError with Helm's words for a chart that cannot be loaded */
export async function load(place: Place): Promise<Loaded> {
  const loaded = await runOnFolder(place.root, (ask) => loadChart(ask, { source: '', path: place.path }));
  if (!loaded.ok) throw new CommandError(loaded.error.message);
  if (loaded.value.ok) return loaded.value.value;
  const file = join(place.root, place.path, 'Chart.yaml');
  throw new CommandError(
    loaded.value.error === 'Chart.yaml file is missing'
      ? `unable to detect chart at ${file}: open ${file}: no such file or directory`
      : loaded.value.error,
  );
}

/** @throws CommandError for a version that cannot be read */
export function capabilitiesOf(flags: FlagValues<typeof CLUSTER_VERSION_FLAGS>): Capabilities {
  const apiVersions = [...defaultCapabilities.apiVersions, ...flags['api-versions'].flatMap((versions) => versions.split(','))];
  const text = flags['kube-version'];
  if (text === undefined) return { ...defaultCapabilities, apiVersions };
  const kubeVersion = parseKubeVersion(text);
  if (!kubeVersion.ok) throw new CommandError(`invalid kube version '${text}': ${kubeVersion.error}`);
  return { ...defaultCapabilities, apiVersions, kubeVersion: kubeVersion.value };
}

export interface RenderChoice {
  readonly variant: HelmVariant;
  readonly skipSchemaValidation: boolean;
  readonly subNotes?: boolean;
  /** Absent: the defaults. */
  readonly limits?: ChartLimits | undefined;
  /** Objects of a cluster; absent: none is asked. */
  readonly lookup?: FolderOptions['lookup'];
  /** Where randomness and time come from; absent: this machine. */
  readonly drawn?: Required<Pick<FolderOptions, 'seed' | 'now'>>;
}

/** Renders a loaded chart. Only what templates ask for besides the chart is read. */
export async function renderLoaded(
  place: Place,
  input: RenderInput,
  { lookup, drawn, limits, ...choice }: RenderChoice,
): Promise<{ readonly rendered: Rendered } | { readonly failure: RenderFailure }> {
  const cache = new RenderCache(limits);
  const answered = await runOnFolder(place.root, (ask) => render(ask, input, { cache, ...choice }), {
    ...(lookup === undefined ? {} : { lookup }),
    ...drawn,
  });
  if (!answered.ok) throw new CommandError(answered.error.message);
  return answered.value.ok ? { rendered: answered.value.value } : { failure: answered.value.error };
}
