/** Going back: an earlier revision's content as a new one. Source: Helm 4 pkg/action/rollback.go. */
import type { Release } from '../core/release/index.ts';
import { reopened } from './hooks/run-hooks.ts';
import { type ActionChoice, hooksOf, kubeVersionOf } from './install.ts';
import { ActionError } from './problem.ts';
import { history, lastDeployed, type Stored, updateRecord } from './records.ts';
import { begin, observe, type Run, withoutOurs } from './run.ts';
import type { Scene } from './scene.ts';
import { discover, type Served } from './served.ts';
import { isServerSide, placedOf, type ServerSide } from './sides.ts';
import { waitReady } from './wait.ts';
import { deleteAll, updateAll } from './write.ts';

export interface RollbackRequest extends Omit<ActionChoice, 'rollbackOnFailure'> {
  /** 0: the one before the newest. */
  readonly revision: number;
  readonly serverSide: ServerSide;
  readonly maxHistory: number;
  readonly cleanupOnFail: boolean;
  readonly dryRun: boolean;
}

/** @throws ActionError */
export async function rollback(scene: Scene, request: RollbackRequest): Promise<void> {
  await kubeVersionOf(scene);
  const { name } = request;
  const { stored, digest, resumed } = await observe(scene, name, { action: 'rollback', what: request.revision, dryRun: request.dryRun });
  const served = await discover(scene.kube);
  if (resumed !== undefined) {
    const before = stored.slice(0, -1);
    return carryOn(scene, request, { run: resumed, served, current: lastDeployed(before) ?? before.at(-1) });
  }
  const last = stored.at(-1);
  if (last === undefined) throw new ActionError('release: not found');
  const to = request.revision === 0 ? last.release.version - 1 : request.revision;
  const target = stored.find(({ release }) => release.version === to);
  if (target === undefined) throw new ActionError(`release has no ${to} version`);
  if (request.dryRun) return undefined;
  const release = released(scene, { last: last.release, target: target.release }, request);
  const run = await begin(scene, { release, digest, stored, maxHistory: request.maxHistory });
  return carryOn(scene, request, { run, served, current: last });
}

const released = (
  { clock }: Scene,
  { last, target }: { readonly last: Release; readonly target: Release },
  { serverSide, description }: RollbackRequest,
): Release => ({
  ...target,
  namespace: last.namespace,
  version: last.version + 1,
  status: 'pending-rollback',
  description: description ?? `Rollback to ${target.version}`,
  firstDeployed: last.firstDeployed,
  lastDeployed: new Date(clock.now()).toISOString(),
  deleted: '',
  applyMethod: isServerSide(serverSide, target) ? 'ssa' : 'csa',
  labels: withoutOurs(target.labels),
  hooks: reopened(target.hooks, 'pre-rollback'),
});

interface Work {
  readonly run: Run;
  readonly served: Served;
  /** The revision whose objects are in the cluster. */
  readonly current: Stored | undefined;
}

async function carryOn(scene: Scene, request: RollbackRequest, work: Work): Promise<void> {
  const { run } = work;
  try {
    if (run.stage === 'before') {
      await hooks(scene, request, { ...work, event: 'pre-rollback' });
      await run.save((release) => release, { stage: 'objects' });
    }
    if (run.stage === 'objects') {
      await objects(scene, request, work);
      await run.save((release) => ({ ...release, hooks: reopened(release.hooks, 'post-rollback') }), { stage: 'after' });
    }
    await hooks(scene, request, { ...work, event: 'post-rollback' });
    for (const each of await history(scene, run.release.name))
      if (each.release.status === 'deployed') await updateRecord(scene, each, { ...each.release, status: 'superseded' });
    await run.save((release) => ({ ...release, status: 'deployed' }), { end: true });
  } catch (error) {
    // A failed hook leaves Helm's revision pending for ever; here it is recorded as failed, so that nothing is stuck.
    if (error instanceof ActionError && run.release.status === 'pending-rollback') await fail(run, error);
    throw error;
  } finally {
    run.stop();
  }
}

async function fail(run: Run, error: ActionError): Promise<void> {
  const description = `Rollback ${JSON.stringify(run.release.name)} failed: ${error.message}`;
  await run.save((release) => ({ ...release, status: 'failed', description }), { end: true });
}

const hooks = (
  scene: Scene,
  { noHooks, wait }: RollbackRequest,
  { run, served, event }: Work & { readonly event: string },
): Promise<void> =>
  noHooks ? Promise.resolve() : hooksOf(scene, { run, served, event, timeout: wait.timeout, failure: `failed ${event}` });

async function objects(scene: Scene, request: RollbackRequest, { run, served, current }: Work): Promise<void> {
  const { release } = run;
  const sides = placedOf(scene, { current: current?.release, release, served });
  const updated = await updateAll(scene, {
    ...request.write,
    serverSide: release.applyMethod === 'ssa',
    ...sides,
    upgradeManager: true,
  });
  if (updated.failure !== undefined) {
    if (current?.release.status === 'deployed') await updateRecord(scene, current, { ...current.release, status: 'superseded' });
    if (request.cleanupOnFail) await deleteAll(scene, updated.created, 'Background');
    throw new ActionError(updated.failure);
  }
  try {
    await waitReady(scene, sides.targets, request.wait);
  } catch (error) {
    throw error instanceof ActionError ? new ActionError(`release ${release.name} failed: ${error.message}`) : error;
  }
}
