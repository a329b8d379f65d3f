/** Installing a chart as a new release. Source: Helm 4 pkg/action/install.go. */
import type { Chart } from '../core/chart/index.ts';
import type { GoRecord } from '../core/go/value/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import { readManifests } from '../core/plain/index.ts';
import { chartRecord, type Release, valuesJson } from '../core/release/index.ts';
import { type Draft, releaseOf } from './draft.ts';
import { reopened, runHooks } from './hooks/run-hooks.ts';
import { existing, marked, place, placeAll, type Placed } from './objects.ts';
import { ActionError } from './problem.ts';
import { type Stored, updateRecord } from './records.ts';
import { begin, failureOf, observe, type Run } from './run.ts';
import type { Scene, WaitChoice, WriteChoice } from './scene.ts';
import { discover, type Served } from './served.ts';
import { uninstall } from './uninstall.ts';
import { waitReady } from './wait.ts';
import { createAll, updateAll } from './write.ts';

export interface RenderAs {
  readonly chart: Chart;
  readonly values: GoRecord;
  readonly revision: number;
  readonly isUpgrade: boolean;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly served: Served;
}

/** Renders a chart for the cluster. @throws ActionError in Helm's words */
export type Renderer = (as: RenderAs) => Promise<Draft['rendered']>;

export interface ActionChoice {
  readonly name: string;
  readonly description?: string;
  readonly noHooks: boolean;
  /** Fall back when it fails: an install is uninstalled, an upgrade rolled back. */
  readonly rollbackOnFailure: boolean;
  readonly wait: WaitChoice;
  readonly write: WriteChoice;
}

export interface ChartChoice {
  readonly chart: Chart;
  readonly values: GoRecord;
  /** Labels for the record; `null` as text takes one away. */
  readonly labels: Release['labels'];
  readonly skipCrds: boolean;
  readonly takeOwnership: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
  readonly render: Renderer;
}

export interface InstallRequest extends ActionChoice, ChartChoice {
  readonly createNamespace: boolean;
  /** The name of an uninstalled or failed release may be used again. */
  readonly replace: boolean;
}

const systemLabels = ['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt'];

/** @throws ActionError */
export function checkLabels(labels: Release['labels']): void {
  if (systemLabels.some((label) => label in labels))
    throw new ActionError(`user supplied labels contains system reserved label name. System labels: [${systemLabels.join(' ')}]`);
}

/** What the two inputs of a run are, so that the same is gone on with. */
export const inputOf = ({ chart, values }: Pick<ChartChoice, 'chart' | 'values'>): unknown => [chartRecord(chart), valuesJson(values)];

export const kubeVersionOf = async ({ kube }: Scene): Promise<string> => {
  const version = await kube.version();
  if (!version.ok) throw new ActionError(`cluster reachability check failed: kubernetes cluster unreachable: ${version.error.message}`);
  return version.value;
};

/** @throws ActionError */
export async function install(scene: Scene, request: InstallRequest): Promise<Release> {
  const kubeVersion = await kubeVersionOf(scene);
  const { stored, digest, resumed } = await observe(scene, request.name, {
    action: 'install',
    what: inputOf(request),
    dryRun: request.dryRun,
  });
  if (resumed !== undefined) return carryOn(scene, request, { run: resumed, served: await discover(scene.kube) });
  if (!request.dryRun) checkName(scene, stored, request.replace);
  let served = await discover(scene.kube);
  if (!request.skipCrds && !request.dryRun) served = await installCrds(scene, request, served);
  const last = stored.at(-1)?.release;
  const version = request.replace && last !== undefined ? last.version + 1 : 1;
  const rendered = await request.render({
    ...request,
    revision: 1,
    isUpgrade: false,
    kubeVersion,
    apiVersions: served.apiVersions(),
    served,
  });
  checkLabels(request.labels);
  const now = new Date(scene.clock.now()).toISOString();
  const release = releaseOf(
    { ...request, rendered },
    {
      name: request.name,
      namespace: scene.namespace,
      version,
      status: 'pending-install',
      description: 'Initial install underway',
      firstDeployed: now,
      lastDeployed: now,
      applyMethod: request.write.serverSide ? 'ssa' : 'csa',
      labels: request.labels,
    },
  );
  const objects = objectsOf(release, { served, namespace: scene.namespace });
  await adoptable(scene, objects, request);
  if (request.dryRun) return { ...release, description: 'Dry run complete' };
  if (request.createNamespace) await createNamespace(scene);
  if (request.replace) await supersede(scene, stored.at(-1));
  const run = await begin(scene, { release, digest, stored, maxHistory: 0 });
  return carryOn(scene, request, { run, served });
}

function checkName(scene: Scene, stored: readonly Stored[], replace: boolean): void {
  const last = stored.at(-1)?.release;
  if (last === undefined || (replace && (last.status === 'uninstalled' || last.status === 'failed'))) return;
  const error = 'cannot reuse a name that is still in use';
  scene.log('ERROR', 'release name check failed', { error });
  throw new ActionError(`release name check failed: ${error}`);
}

const objectsOf = (
  { manifest, name, namespace }: Release,
  where: { readonly served: Served; readonly namespace: string },
): readonly Placed[] => marked(placeAll(manifest, 'release manifest', where), { name, namespace });

/** Those of the objects that are there already and may be taken over. @throws ActionError for one that belongs to somebody else */
export async function adoptable(
  scene: Scene,
  objects: readonly Placed[],
  { name, takeOwnership }: Pick<InstallRequest, 'name' | 'takeOwnership'>,
): Promise<readonly Placed[]> {
  try {
    return await existing(scene.kube, objects, { release: { name, namespace: scene.namespace }, takeOwnership });
  } catch (error) {
    throw error instanceof ActionError ? new ActionError(`unable to continue with install: ${error.message}`) : error;
  }
}

/** CRDs of `crds/` come first; one that is there stays as it is. */
async function installCrds(scene: Scene, request: InstallRequest, served: Served): Promise<Served> {
  const { chart, render: _render } = request;
  const crds = crdsOf(chart).flatMap((text) => readManifests(text, 'crds').objects.map(({ object }) => object));
  const made: Placed[] = [];
  for (const object of crds) {
    const placed = place(object, served, scene.namespace);
    if (placed === undefined)
      throw new ActionError(
        `failed to install CRD ${object.metadata.name ?? ''}: the cluster does not serve ${object.apiVersion} ${object.kind}`,
      );
    const found = await scene.kube.get(placed.resource, placed.ref.namespace, placed.ref.name);
    if (found.ok) continue;
    await createAll(scene, [placed], { ...request.write, forceReplace: false });
    made.push(placed);
  }
  if (made.length === 0) return served;
  await waitReady(scene, made, { strategy: 'watcher', jobs: false, timeout: 60_000 });
  return discover(scene.kube, { refresh: true });
}

const isCrdFile = (name: string): boolean => name.startsWith('crds/') && /\.(ya?ml|json)$/i.test(name);

const crdsOf = (chart: Chart): readonly string[] => [
  ...chart.files.filter(({ name }) => isCrdFile(name)).map(({ text }) => text),
  ...chart.dependencies.flatMap(crdsOf),
];

async function createNamespace({ kube, namespace }: Scene): Promise<void> {
  const resource = { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false, verbs: [] };
  const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { name: namespace } } };
  const made = await kube.apply(resource, object, { fieldManager: 'helm', force: false });
  if (!made.ok && made.error.reason !== 'AlreadyExists') throw new ActionError(made.error.message);
}

async function supersede(scene: Scene, last: Stored | undefined): Promise<void> {
  if (last === undefined || last.release.status === 'failed') return;
  await updateRecord(scene, last, { ...last.release, status: 'superseded', description: 'superseded by new release' });
}

async function carryOn(
  scene: Scene,
  request: InstallRequest,
  { run, served }: { readonly run: Run; readonly served: Served },
): Promise<Release> {
  try {
    await perform(scene, request, { run, served });
  } catch (error) {
    if (!(error instanceof ActionError) || run.stage === 'back') throw error;
    return failed(scene, request, { run, error });
  } finally {
    run.stop();
  }
  return run.release;
}

async function perform(
  scene: Scene,
  request: InstallRequest,
  { run, served }: { readonly run: Run; readonly served: Served },
): Promise<void> {
  const { wait, noHooks } = request;
  if (run.stage === 'back') await fallBack(scene, request, { run, error: new ActionError(failureOf(run.release)) });
  const hooks = (event: string): Promise<void> =>
    noHooks ? Promise.resolve() : hooksOf(scene, { run, served, event, timeout: wait.timeout, failure: `failed ${event}` });
  if (run.stage === 'before') {
    await hooks('pre-install');
    await run.save((release) => release, { stage: 'objects' });
  }
  const objects = objectsOf(run.release, { served, namespace: scene.namespace });
  if (run.stage === 'objects') {
    const there = await adoptable(scene, objects, request);
    if (there.length === 0) await createAll(scene, objects, { ...request.write, forceConflicts: false });
    else {
      const updated = await updateAll(scene, { ...request.write, originals: there, targets: objects, upgradeManager: true });
      if (updated.failure !== undefined) throw new ActionError(updated.failure);
    }
    await waitReady(scene, objects, wait);
    await run.save((release) => ({ ...release, hooks: reopened(release.hooks, 'post-install') }), { stage: 'after' });
  }
  await hooks('post-install');
  const description = request.description ?? 'Install complete';
  await run.save((release) => ({ ...release, status: 'deployed', description }), { end: true });
}

/** The hooks of one moment of a run. @throws ActionError that begins with `failure` */
export async function hooksOf(
  scene: Scene,
  of: { readonly run: Run; readonly served: Served; readonly event: string; readonly timeout: number; readonly failure: string },
): Promise<void> {
  const { run, served, event, timeout, failure } = of;
  try {
    await runHooks(scene, { served, event, timeout, release: () => run.release, note: (change) => run.save(change) });
  } catch (error) {
    throw error instanceof ActionError ? new ActionError(`${failure}: ${error.message}`) : error;
  }
}

/** @throws ActionError always: what failed, and what was done about it */
async function failed(
  scene: Scene,
  request: InstallRequest,
  { run, error }: { readonly run: Run; readonly error: ActionError },
): Promise<never> {
  const { name } = request;
  const description = `Release ${JSON.stringify(name)} failed: ${error.message}`;
  const { rollbackOnFailure } = request;
  await run.save((release) => ({ ...release, status: 'failed', description }), rollbackOnFailure ? { stage: 'back' } : { end: true });
  if (!rollbackOnFailure) throw error;
  return fallBack(scene, request, { run, error });
}

async function fallBack(
  scene: Scene,
  request: InstallRequest,
  { run, error }: { readonly run: Run; readonly error: ActionError },
): Promise<never> {
  const { name } = request;
  // From here on the record is changed by the uninstalling.
  run.stop();
  try {
    await uninstall(scene, { ...request, keepHistory: false, ignoreNotFound: false, dryRun: false, propagation: 'Background' });
  } catch (second) {
    if (!(second instanceof ActionError)) throw second;
    throw new ActionError(`an error occurred while uninstalling the release. original install error: ${error.message}: ${second.message}`);
  }
  throw new ActionError(`release ${name} failed, and has been uninstalled due to rollback-on-failure being set: ${error.message}`);
}
