/** A whole render: dependencies, values, schema, templates, notes, manifests. Source: Helm 4 pkg/action/install.go, action.go renderResources. */
import type { Ask } from '../../ask/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import { extension, joinPath } from '../../go/path/index.ts';
import { RegexpCache } from '../../go/regexp/index.ts';
import { RangeCache } from '../../go/semver/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { type GoRecord, type GoValue, int } from '../../go/value/index.ts';
import { record } from '../../object/index.ts';
import { type Coverage, DocumentCache, helmFunctions, TemplateCache } from '../../template/index.ts';
import { isCompatible, missingDependencies, processDependencies } from '../dependencies/index.ts';
import { LoadedCharts } from '../load/index.ts';
import {
  type HeadCache,
  helm3InstallOrder,
  helm3Split,
  helm42Split,
  helm4Split,
  type Hook,
  type Manifest,
  sortManifests,
  type SplitVariant,
} from '../manifests/index.ts';
import { type Chart, type ChartFile, childPath, isLibrary, slogDetails, type Warn, type Warning, warningLog } from '../model/index.ts';
import { SchemaCache, validateValues } from '../schema/index.ts';
import { coalesceValues, type CoalesceVariant, helm3Values, helm4Values } from '../values/index.ts';
import { type Capabilities, defaultCapabilities, goCapabilities, helm3Version } from '../capabilities/index.ts';
import { type EngineCaches, renderTemplates } from './engine.ts';
import { type ExecErrorText, helm3ExecError } from './failure.ts';
import { type ChartLimits, defaultChartLimits } from './limits.ts';

/** In what the Helm versions differ. */
export interface HelmVariant {
  readonly values: CoalesceVariant;
  readonly split: SplitVariant;
  /** In which order kinds come; absent: Helm 4's. */
  readonly order?: readonly string[];
  /** What `.Capabilities.HelmVersion` says; absent: Helm 4.2. Such a Helm also counts what follows the numbers of a Kubernetes version. */
  readonly version?: Capabilities['helmVersion'];
  /** The words of errors in templates; absent: Helm 4's. */
  readonly errorText?: ExecErrorText;
}

export const helm4: HelmVariant = Object.freeze({ values: helm4Values, split: helm4Split });

/** `4`: Helm 4.2.4 and later; `4.2.0`: Helm 4.2.0 to 4.2.3; `3`: Helm 3. */
export const helmVariants: Readonly<Record<'4' | '4.2.0' | '3', HelmVariant>> = Object.freeze({
  '4': helm4,
  '4.2.0': Object.freeze({ values: helm4Values, split: helm42Split }),
  '3': Object.freeze({
    values: helm3Values,
    split: helm3Split,
    order: helm3InstallOrder,
    version: helm3Version,
    errorText: helm3ExecError,
  }),
});

/**
 * What renders share: what each may spend, and what they keep for the next ones: parsed templates, compiled patterns, documents that were read.
 * Owned by the caller; `trim` bounds it. Nothing in it depends on values, so it may be shared by all renders with the same functions.
 */
export class RenderCache implements EngineCaches {
  readonly limits: ChartLimits;
  readonly templates: TemplateCache;
  readonly patterns = new RegexpCache();
  readonly ranges = new RangeCache();
  readonly documents = new DocumentCache();
  readonly files = new WeakMap<readonly ChartFile[], GoValue>();
  readonly heads: HeadCache = new Map();
  readonly schemas = new SchemaCache();
  readonly charts = new LoadedCharts();

  /** `coverage` is told which parts of templates run. */
  constructor(limits: ChartLimits = defaultChartLimits, coverage?: Coverage) {
    this.limits = limits;
    this.templates = new TemplateCache(helmFunctions, coverage);
  }

  /** Forgets everything of a kind that has grown beyond `entries`. */
  trim(entries: number): void {
    if (this.templates.size > entries) this.templates.clear();
    if (this.heads.size > entries) this.heads.clear();
    if (this.schemas.size > entries) this.schemas.clear();
  }
}

export interface RenderInput {
  readonly chart: Chart;
  /** The user's values, as `mergeOptions` gives them. */
  readonly values: GoRecord;
  readonly release: { readonly name: string; readonly namespace: string; readonly revision?: number; readonly isUpgrade?: boolean };
  readonly capabilities?: Capabilities;
}

export interface RenderOptions {
  readonly cache: RenderCache;
  readonly variant?: HelmVariant;
  readonly skipSchemaValidation?: boolean;
  /** Notes of subcharts, too. */
  readonly subNotes?: boolean;
}

export interface CrdFile {
  /** `chart/crds/x.yaml` */
  readonly path: string;
  readonly text: string;
}

export interface Rendered {
  /** As it was rendered, and as a release keeps it: without what is disabled, with aliases and imported values. */
  readonly chart: Chart;
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Hook[];
  readonly notes: string;
  readonly crds: readonly CrdFile[];
  readonly warnings: readonly Warning[];
  /** Where the templates drew something random, each line once: there, Helm prints something else every time. */
  readonly draws: readonly { readonly file: string; readonly line: number }[];
}

const invalidName =
  'invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53';

/** What is wrong with a release's name, in Helm's words. */
export function releaseNameProblem(name: string): string | undefined {
  if (name === '') return 'no name provided';
  return name.length <= 53 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) ? undefined : invalidName;
}

const goRelease = ({ release }: RenderInput): GoRecord =>
  record<GoValue>([
    ['Name', release.name],
    ['Namespace', release.namespace],
    ['IsUpgrade', release.isUpgrade === true],
    ['IsInstall', release.isUpgrade !== true],
    ['Revision', int(release.revision ?? 1)],
    ['Service', 'Helm'],
  ]);

function preconditionProblem(input: RenderInput, warn: Warn): string | undefined {
  const { chart } = input;
  if (isLibrary(chart)) return 'library charts are not installable';
  const missing = missingDependencies(chart);
  if (!missing.ok) {
    return `an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: ${missing.error}`;
  }
  const name = releaseNameProblem(input.release.name);
  if (name !== undefined) return logged('release name check failed', `release name ${quote(input.release.name)}: ${name}`, warn);
  return undefined;
}

function asSeenBy(helmVersion: Capabilities['helmVersion'], { kubeVersion, apiVersions }: Capabilities): Capabilities {
  return { apiVersions, helmVersion, kubeVersion: { ...kubeVersion, normalized: kubeVersion.version } };
}

function clusterProblem({ chart }: RenderInput, capabilities: Capabilities): string | undefined {
  const { kubeVersion } = chart.metadata;
  if (kubeVersion === '' || isCompatible(kubeVersion, capabilities.kubeVersion.normalized)) return undefined;
  return `chart requires kubeVersion: ${kubeVersion} which is incompatible with Kubernetes ${capabilities.kubeVersion.version}`;
}

/** Why there is no render, in Helm's words. */
export interface RenderFailure {
  readonly message: string;
  /** Once templates were to run: what they made, by path; empty unless only that turned out to be no YAML. */
  readonly files?: ReadonlyMap<string, string>;
  readonly warnings: readonly Warning[];
}

type Failed = { readonly ok: false; readonly error: Omit<RenderFailure, 'warnings'> };
const failure = (message: string): Failed => err({ message });
const failedWith = (message: string, files: ReadonlyMap<string, string>): Failed => err({ message, files });

/** A problem that Helm also logs. */
function logged(message: string, error: string, warn: Warn): string {
  warn(message, { level: 'ERROR', details: slogDetails({ error }) });
  return `${message}: ${error}`;
}

/** Renders a chart, or says why it cannot be. */
export function render(ask: Ask, input: RenderInput, options: RenderOptions): Result<Rendered, RenderFailure> {
  const { warnings, warn } = warningLog();
  const rendered = renderNoting(ask, input, { ...options, warn });
  return rendered.ok ? ok({ ...rendered.value, warnings }) : err({ ...rendered.error, warnings });
}

function renderNoting(
  ask: Ask,
  input: RenderInput,
  options: RenderOptions & { readonly warn: Warn },
): Result<Omit<Rendered, 'warnings'>, Omit<RenderFailure, 'warnings'>> {
  const { warn } = options;
  const variant = options.variant ?? helm4;
  const given = input.capabilities ?? defaultCapabilities;
  const capabilities = variant.version === undefined ? given : asSeenBy(variant.version, given);
  const problem = preconditionProblem(input, warn);
  if (problem !== undefined) return failure(problem);
  const processed = processDependencies(input.chart, input.values, { warn, variant: variant.values });
  if (!processed.ok) return failure(logged('chart dependencies processing failed', processed.error, warn));
  const chart = processed.value;
  const values = coalesceValues(chart, input.values, { warn, variant: variant.values, rule: 'coalesce' });
  if (!values.ok) return failure(values.error);
  if (options.skipSchemaValidation !== true) {
    const schema = validateValues(chart, values.value, { cache: options.cache.schemas, warn, steps: options.cache.limits.schema });
    if (schema !== undefined) return failure(`values don't meet the specifications of the schema(s) in the following chart(s):\n${schema}`);
  }
  const cluster = clusterProblem(input, capabilities);
  if (cluster !== undefined) return failedWith(cluster, new Map());
  const draws = new Map<string, Rendered['draws'][number]>();
  const files = renderTemplates(
    ask,
    { chart, values: values.value, release: goRelease(input), capabilities: goCapabilities(capabilities) },
    {
      caches: options.cache,
      errorText: variant.errorText,
      drew: (place) => draws.set(`${place.file}:${place.line}`, place),
    },
  );
  if (!files.ok) return failedWith(files.error, new Map());
  const { notes, manifests } = takeNotes(files.value, { root: chart.metadata.name, subNotes: options.subNotes === true });
  const most = options.cache.limits.documents;
  const sorted = sortManifests(manifests, {
    cache: options.cache.heads,
    split: variant.split,
    warn,
    most,
    ...(variant.order === undefined ? {} : { order: variant.order }),
  });
  if (!sorted.ok) return failedWith(sorted.error, manifests);
  return ok({ ...sorted.value, chart, notes, crds: crdsOf(chart, chart.metadata.name), draws: [...draws.values()] });
}

/** Sets files called NOTES.txt apart; the root's is the release's. */
function takeNotes(
  files: ReadonlyMap<string, string>,
  which: { readonly root: string; readonly subNotes: boolean },
): { readonly notes: string; readonly manifests: ReadonlyMap<string, string> } {
  const notes: string[] = [];
  const manifests = new Map<string, string>();
  for (const [path, text] of files) {
    if (!path.endsWith('NOTES.txt')) manifests.set(path, text);
    else if (which.subNotes || path === `${which.root}/templates/NOTES.txt`) notes.push(text);
  }
  return { notes: notes.filter((text) => text !== '').join('\n'), manifests };
}

/** The files in crds/, the chart's own first. */
function crdsOf(chart: Chart, path: string): CrdFile[] {
  const own = chart.files.filter(
    ({ name }) => name.startsWith('crds/') && ['.yaml', '.yml', '.json'].includes(extension(name).toLowerCase()),
  );
  return [
    ...own.map((file) => ({ path: joinPath([path, file.name]), text: file.text })),
    ...chart.dependencies.flatMap((child) => crdsOf(child, childPath(path, child.metadata.name))),
  ];
}
