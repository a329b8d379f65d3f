/**
 * Dependencies of a chart in a folder: resolved, fetched into charts/, written down in Chart.lock. Everything is fetched before anything is written, so
 * that a failure leaves the folder as it was. Source: Helm 4 pkg/downloader/manager.go, internal/resolver/resolver.go.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { packArchive, verifyProvenance } from '../adapters/charts/index.ts';
import { systemClock } from '../adapters/system/index.ts';
import { type Chart, type Dependency, loadChart } from '../core/chart/index.ts';
import { loadArchive, loadFiles, readArchive } from '../core/chart/load/index.ts';
import { lockDigest, lockProblem, lockYaml, packedFiles, type PackedChartFile } from '../core/chart/package/index.ts';
import { parseConstraints, parseVersion } from '../core/go/semver/index.ts';
import type { ChartError } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { type ChartAccess, fetchChart, type FetchedChart, fetchProvenance, lookAtRepository, type RemoteChart } from './charts.ts';
import { runOnFolder } from './engines.ts';

export interface DependencyWork {
  /** The chart's folder. */
  readonly folder: string;
  /** As it was named, for messages. */
  readonly shown: string;
  /** What Helm prints meanwhile. */
  readonly out: (text: string) => void;
  /** Signatures are checked with these public keys; absent: they are not. */
  readonly verify?: {
    readonly keyring: Uint8Array;
    /** Whether a chart without a signature is refused, or only told. */ readonly always: boolean;
  };
}

/** A chart as Helm packs it. `time`: milliseconds, for all files. */
export function packChart(chart: Chart, time: number): Result<Uint8Array, string> {
  const files = packedFiles(chart);
  return files.ok ? ok(packArchive(chart.metadata.name, files.value, time)) : files;
}

/** The files of an archive below the folder that is named after its chart. Paths that lead elsewhere are refused. */
export function unpackChart(archive: Uint8Array): Result<{ readonly name: string; readonly files: readonly PackedChartFile[] }, string> {
  const files = readArchive(archive);
  if (!files.ok) return files;
  const loaded = loadFiles(files.value);
  if (!loaded.ok) return loaded;
  return ok({ name: loaded.value.chart.metadata.name, files: files.value.map(({ name, bytes }) => ({ path: name, bytes })) });
}

const refuse = (message: string): Result<never, ChartError> => err({ code: 'VersionNotFound', message });

async function loadFolder(folder: string): Promise<Result<Chart, ChartError>> {
  const loaded = await runOnFolder(folder, (ask) => loadChart(ask, { source: '', path: '' }));
  if (!loaded.ok) return refuse(loaded.error.message);
  return loaded.value.ok ? ok(loaded.value.value.chart) : refuse(loaded.value.error);
}

async function loadOwn({ folder, shown }: DependencyWork): Promise<Result<Chart, ChartError>> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return refuse(`could not find ${shown}: stat ${shown}: no such file or directory`);
  return found.isDirectory() ? loadFolder(folder) : refuse('only unpacked charts can be updated');
}

const isVersion1 = (chart: Chart): boolean => chart.metadata.apiVersion === 'v1';

/** charts/ as the lock says; without a lock as `updateDependencies`. */
export async function buildDependencies(work: DependencyWork, access: ChartAccess): Promise<Result<void, ChartError>> {
  const chart = await loadOwn(work);
  if (!chart.ok) return chart;
  const { lock } = chart.value;
  if (lock === undefined) return updateDependencies(work, access);
  const outdated = lockProblem(chart.value);
  if (outdated !== undefined) return refuse(outdated);
  const gathered = await gather(lock.dependencies, work, access);
  return gathered.ok ? store(gathered.value, lock.dependencies, work) : gathered;
}

/** charts/ and Chart.lock anew from the ranges in Chart.yaml. */
export async function updateDependencies(work: DependencyWork, access: ChartAccess): Promise<Result<void, ChartError>> {
  const chart = await loadOwn(work);
  if (!chart.ok) return chart;
  const asked = chart.value.metadata.dependencies;
  if (asked === undefined) return ok(undefined);
  const looked = await lookAround(asked, work, access);
  if (!looked.ok) return looked;
  const gathered = await gather(asked, work, access);
  if (!gathered.ok) return gathered;
  const locked = asked.map(({ name, repository, version }, index) => ({
    ...noOptions,
    name,
    repository,
    version: gathered.value[index]?.version ?? version,
  }));
  const stored = await store(gathered.value, asked, work);
  if (!stored.ok) return stored;
  const digest = lockDigest(asked, locked);
  if (chart.value.lock?.digest === digest) return ok(undefined);
  const lock = { generated: new Date(systemClock().now()).toISOString(), digest, dependencies: locked };
  await writeFile(join(work.folder, isVersion1(chart.value) ? 'requirements.lock' : 'Chart.lock'), lockYaml(lock));
  return ok(undefined);
}

async function lookAround(asked: readonly Dependency[], { out }: DependencyWork, access: ChartAccess): Promise<Result<void, ChartError>> {
  const urls = [...new Set(asked.map(({ repository }) => repository).filter((url) => /^https?:/.test(url)))];
  if (urls.length > 0) out('Getting updates for unmanaged Helm repositories...\n');
  for (const url of urls) {
    const looked = await lookAtRepository(url, access);
    if (!looked.ok) return looked;
    out(`...Successfully got an update from the ${JSON.stringify(url)} chart repository\n`);
  }
  return ok(undefined);
}

const noOptions = { condition: '', tags: [], enabled: false, importValues: [], alias: '' } as const;

/** A dependency at hand. Without bytes: it lies in charts/ already. */
interface Gathered {
  readonly version: string;
  readonly file?: string;
  readonly bytes?: Uint8Array;
}

async function gather(
  dependencies: readonly Dependency[],
  work: DependencyWork,
  access: ChartAccess,
): Promise<Result<readonly Gathered[], ChartError>> {
  const named = dependencies.find(({ repository }) => /^(?:@|alias:)/.test(repository));
  if (named !== undefined)
    return refuse(`no repository definition for ${named.repository}: repositories have no names here, write the URL into Chart.yaml`);
  work.out(`Saving ${dependencies.length} charts\n`);
  const found: Gathered[] = [];
  for (const dependency of dependencies) {
    const range = parseConstraints(dependency.version);
    if (!range.ok) return refuse(`dependency ${JSON.stringify(dependency.name)} has an invalid version/constraint format: ${range.error}`);
    const one = await gatherOne(dependency, work, access);
    if (!one.ok) return one;
    found.push(one.value);
  }
  return ok(found);
}

async function gatherOne(dependency: Dependency, work: DependencyWork, access: ChartAccess): Promise<Result<Gathered, ChartError>> {
  const { name, version, repository } = dependency;
  if (repository === '') {
    work.out(`Dependency ${name} did not declare a repository. Assuming it exists in the charts directory\n`);
    const chart = await loadFolder(join(work.folder, 'charts', name));
    if (!chart.ok) return refuse(`unable to load chart '${join(work.shown, 'charts', name)}': ${chart.error.message}`);
    const fits = checkVersion(dependency, chart.value);
    return fits === undefined ? ok({ version }) : refuse(fits);
  }
  if (repository.startsWith('file://')) return gatherLocal(dependency, work);
  work.out(`Downloading ${name} from repo ${repository}\n`);
  const oci = repository.startsWith('oci://');
  const remote = oci ? { chart: `${repository.replace(/\/+$/, '')}/${name}`, version } : { chart: name, repo: repository, version };
  const fetched = await fetchChart(remote, access);
  if (!fetched.ok) return unresolved(dependency, fetched.error);
  const { reference, digest, archive } = fetched.value;
  if (reference !== undefined) work.out(`Pulled: ${reference}\nDigest: ${digest}\n`);
  const unsigned = await signatureProblem({ ...remote, version: fetched.value.version }, fetched.value, { work, access });
  return unsigned === undefined ? ok({ version: fetched.value.version, file: fetched.value.file, bytes: archive }) : err(unsigned);
}

/** Helm: pkg/downloader/chart_downloader.go DownloadTo with VerifyAlways and VerifyIfPossible. */
async function signatureProblem(
  remote: RemoteChart,
  { archive, file }: FetchedChart,
  { work, access }: { readonly work: DependencyWork; readonly access: ChartAccess },
): Promise<ChartError | undefined> {
  const { verify, out } = work;
  if (verify === undefined) return undefined;
  const provenance = await fetchProvenance(remote, access);
  if (!provenance.ok) return provenance.error;
  if (provenance.value === undefined) {
    const missing = `${file}.prov: not found`;
    if (verify.always) return { code: 'VerificationFailed', message: `failed to fetch provenance ${JSON.stringify(`${file}.prov`)}` };
    out(`WARNING: Verification not found for ${remote.chart}: ${missing}\n`);
    return undefined;
  }
  const verified = await verifyProvenance({ archive, file, provenance: provenance.value }, verify.keyring);
  return verified.ok ? undefined : { ...verified.error, message: `could not download ${remote.chart}: ${verified.error.message}` };
}

function unresolved({ name, repository, version }: Dependency, error: ChartError): Result<never, ChartError> {
  if (error.code !== 'VersionNotFound') return err(error);
  return refuse(
    `can't get a valid version for 1 subchart(s): ${JSON.stringify(name)} (repository ${JSON.stringify(repository)}, version ${JSON.stringify(version)}). Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
  );
}

async function gatherLocal(dependency: Dependency, { folder }: DependencyWork): Promise<Result<Gathered, ChartError>> {
  const path = dependency.repository.slice('file://'.length);
  const target = resolve(folder, path);
  if ((await stat(target).catch(() => undefined)) === undefined) return refuse(`directory ${path} not found`);
  const chart = await loadFolder(target);
  if (!chart.ok) return chart;
  const fits = checkVersion(dependency, chart.value);
  if (fits !== undefined) return refuse(fits);
  const packed = packChart(chart.value, systemClock().now());
  if (!packed.ok) return refuse(packed.error);
  const { name, version } = chart.value.metadata;
  return ok({ version, file: `${name}-${version}.tgz`, bytes: packed.value });
}

function checkVersion({ name, version }: Dependency, chart: Chart): string | undefined {
  const [range, own] = [parseConstraints(version), parseVersion(chart.metadata.version)];
  if (!own.ok) return `invalid version ${chart.metadata.version} for dependency ${name}: ${own.error}`;
  if (range.ok && range.value.check(own.value)) return undefined;
  return `dependency ${name} at version ${chart.metadata.version} does not satisfy the constraint ${version}`;
}

/** Writes what was gathered, and removes archives of charts/ that nothing names any more. */
async function store(
  gathered: readonly Gathered[],
  dependencies: readonly Dependency[],
  { folder, shown, out }: DependencyWork,
): Promise<Result<void, ChartError>> {
  const target = join(folder, 'charts');
  const there = await stat(target).catch(() => undefined);
  if (there !== undefined && !there.isDirectory()) return refuse(`"${join(shown, 'charts')}" is not a directory`);
  await mkdir(target, { recursive: true });
  const old = await readdir(target, { withFileTypes: true });
  const written = new Set<string>();
  for (const { file, bytes } of gathered) {
    if (file === undefined || bytes === undefined) continue;
    await writeFile(join(target, file), bytes);
    written.add(file);
  }
  out('Deleting outdated charts\n');
  const local = new Set(dependencies.filter(({ repository }) => repository === '').map(({ name }) => name));
  for (const entry of old) {
    if (entry.isDirectory() || written.has(entry.name)) continue;
    const file = join(target, entry.name);
    const loaded = loadArchive(await readFile(file), entry.name);
    if (!loaded.ok) out(`Could not verify ${join(shown, 'charts', entry.name)} for deletion: ${loaded.error} (Skipping)\n`);
    else if (!local.has(loaded.value.chart.metadata.name)) await rm(file);
  }
  return ok(undefined);
}
