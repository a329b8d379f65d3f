/** Upgrading a release to another chart or other values. Source: Helm 4 pkg/action/upgrade.go. */
import { coalesceTables, copyTable } from '../core/chart/values/index.ts';
import type { GoRecord } from '../core/go/value/index.ts';
import { computedValues, isPending, type Release } from '../core/release/index.ts';
import { releaseOf } from './draft.ts';
import { reopened } from './hooks/run-hooks.ts';
import { type ActionChoice, type ChartChoice, checkLabels, hooksOf, inputOf, kubeVersionOf } from './install.ts';
import { existing, type Placed, sameObject } from './objects.ts';
import { ActionError } from './problem.ts';
import { history, lastDeployed, type Stored, updateRecord } from './records.ts';
import { rollback } from './rollback.ts';
import { begin, errPending, failureOf, observe, type Run, withoutOurs } from './run.ts';
import type { Scene } from './scene.ts';
import { discover, type Served } from './served.ts';
import { isServerSide, placedOf, type ServerSide, type Sides } from './sides.ts';
import { waitReady } from './wait.ts';
import { deleteAll, updateAll } from './write.ts';

/** `auto`: the old values are kept when no new ones are given. */
export type Reuse = 'auto' | 'reset' | 'reuse' | 'resetThenReuse';

export interface UpgradeRequest extends ActionChoice, ChartChoice {
  readonly serverSide: ServerSide;
  readonly reuse: Reuse;
  readonly maxHistory: number;
  readonly cleanupOnFail: boolean;
}

/** @throws ActionError */
export async function upgrade(scene: Scene, request: UpgradeRequest): Promise<Release> {
  const kubeVersion = await kubeVersionOf(scene);
  const { name } = request;
  const { stored, digest, resumed } = await observe(scene, name, {
    action: 'upgrade',
    what: [inputOf(request), request.reuse],
    dryRun: request.dryRun,
  });
  const served = await discover(scene.kube);
  if (resumed !== undefined) {
    const before = stored.slice(0, -1);
    return new Upgrade(scene, request, { run: resumed, served, current: lastDeployed(before) ?? before.at(-1) }).run();
  }
  const { last, current } = currentOf(stored, name);
  const { chart, values } = reuseValues(request, current.release);
  const version = last.release.version + 1;
  const rendered = await request.render({
    chart,
    values,
    revision: version,
    isUpgrade: true,
    kubeVersion,
    apiVersions: served.apiVersions(),
    served,
  });
  checkLabels(request.labels);
  const release = releaseOf(
    { values, rendered },
    {
      name,
      namespace: current.release.namespace,
      version,
      status: 'pending-upgrade',
      description: 'Preparing upgrade',
      firstDeployed: current.release.firstDeployed,
      lastDeployed: new Date(scene.clock.now()).toISOString(),
      applyMethod: isServerSide(request.serverSide, last.release) ? 'ssa' : 'csa',
      labels: mergedLabels(last.release.labels, request.labels),
    },
  );
  const { originals, targets } = placedOf(scene, { current: current.release, release, served });
  await adoptable(scene, { originals, targets }, request);
  if (request.dryRun) return { ...release, description: request.description ?? 'Dry run complete' };
  const run = await begin(scene, { release, digest, stored, maxHistory: request.maxHistory });
  return new Upgrade(scene, request, { run, served, current }).run();
}

/** The newest revision, and the one whose objects are in the cluster. */
function currentOf(stored: readonly Stored[], name: string): { readonly last: Stored; readonly current: Stored } {
  const last = stored.at(-1);
  const none = new ActionError(`${JSON.stringify(name)} has no deployed releases`);
  if (last === undefined) throw none;
  if (isPending(last.release.status)) throw new ActionError(errPending);
  const deployed = lastDeployed(stored);
  if (deployed !== undefined) return { last, current: deployed };
  if (last.release.status !== 'failed' && last.release.status !== 'superseded') throw none;
  return { last, current: last };
}

const asGo = (values: Release['config']): GoRecord => (values ?? {}) as unknown as GoRecord;

function reuseValues({ chart, values, reuse }: UpgradeRequest, current: Release): Pick<UpgradeRequest, 'chart' | 'values'> {
  switch (reuse) {
    case 'reset':
      return { chart, values };
    case 'reuse':
      return { chart: { ...chart, values: asGo(computedValues(current)) }, values: over(values, current) };
    case 'resetThenReuse':
      return { chart, values: over(values, current) };
    case 'auto':
      return { chart, values: Object.keys(values).length === 0 ? asGo(current.config) : values };
  }
}

/** The new values over the old ones. */
const over = (values: GoRecord, { config }: Release): GoRecord =>
  coalesceTables(copyTable(values), copyTable(asGo(config)), { rule: 'coalesce', warn: () => undefined, prefix: '' });

function mergedLabels(old: Release['labels'], wanted: Release['labels']): Release['labels'] {
  return Object.fromEntries(Object.entries({ ...withoutOurs(old), ...wanted }).filter(([, value]) => value !== 'null'));
}

/** What the release did not have and is there already. @throws ActionError when it is not to be taken */
async function adoptable(scene: Scene, { originals, targets }: Sides, { name, takeOwnership }: UpgradeRequest): Promise<readonly Placed[]> {
  const added = targets.filter((target) => !originals.some((original) => sameObject(original, target)));
  try {
    return await existing(scene.kube, added, { release: { name, namespace: scene.namespace }, takeOwnership });
  } catch (error) {
    throw error instanceof ActionError ? new ActionError(`unable to continue with update: ${error.message}`) : error;
  }
}

class Upgrade {
  readonly #scene: Scene;
  readonly #request: UpgradeRequest;
  readonly #run: Run;
  readonly #served: Served;
  readonly #current: Stored | undefined;
  #created: readonly Placed[] = [];

  constructor(
    scene: Scene,
    request: UpgradeRequest,
    of: { readonly run: Run; readonly served: Served; readonly current: Stored | undefined },
  ) {
    this.#scene = scene;
    this.#request = request;
    this.#run = of.run;
    this.#served = of.served;
    this.#current = of.current;
  }

  async run(): Promise<Release> {
    try {
      await this.#perform();
    } catch (error) {
      if (!(error instanceof ActionError) || this.#run.stage === 'back') throw error;
      return await this.#failed(error);
    } finally {
      this.#run.stop();
    }
    return this.#run.release;
  }

  async #perform(): Promise<void> {
    const run = this.#run;
    if (run.stage === 'back') await this.#rollBack(new ActionError(failureOf(run.release)));
    if (run.stage === 'before') {
      await this.#hooks('pre-upgrade');
      await run.save((release) => release, { stage: 'objects' });
    }
    if (run.stage === 'objects') {
      await this.#objects();
      await run.save((release) => ({ ...release, hooks: reopened(release.hooks, 'post-upgrade') }), { stage: 'after' });
    }
    await this.#hooks('post-upgrade');
    const current = this.#current;
    if (current?.release.status === 'deployed') await updateRecord(this.#scene, current, { ...current.release, status: 'superseded' });
    const description = this.#request.description ?? 'Upgrade complete';
    await run.save((release) => ({ ...release, status: 'deployed', description }), { end: true });
  }

  #hooks(event: string): Promise<void> {
    const { noHooks, wait } = this.#request;
    if (noHooks) return Promise.resolve();
    return hooksOf(this.#scene, { run: this.#run, served: this.#served, event, timeout: wait.timeout, failure: `${event} hooks failed` });
  }

  async #objects(): Promise<void> {
    const { release } = this.#run;
    const sides = placedOf(this.#scene, { current: this.#current?.release, release, served: this.#served });
    const there = await adoptable(this.#scene, sides, this.#request);
    const serverSide = release.applyMethod === 'ssa';
    const updated = await updateAll(this.#scene, {
      ...this.#request.write,
      serverSide,
      originals: [...sides.originals, ...there],
      targets: sides.targets,
      upgradeManager: serverSide && this.#current?.release.applyMethod !== 'ssa',
    });
    this.#created = updated.created;
    if (updated.failure !== undefined) throw new ActionError(updated.failure);
    await waitReady(this.#scene, sides.targets, this.#request.wait);
  }

  /** @throws ActionError always: what failed, and what was done about it */
  async #failed(error: ActionError): Promise<never> {
    const { name, cleanupOnFail, rollbackOnFailure } = this.#request;
    this.#scene.log('WARN', 'upgrade failed', { name, error: error.message });
    const description = `Upgrade ${JSON.stringify(name)} failed: ${error.message}`;
    await this.#run.save(
      (release) => ({ ...release, status: 'failed', description }),
      rollbackOnFailure ? { stage: 'back' } : { end: true },
    );
    if (cleanupOnFail && this.#created.length > 0) {
      const left = await deleteAll(this.#scene, this.#created, 'Background');
      if (left.length > 0)
        throw new ActionError(
          `an error occurred while cleaning up resources. original upgrade error: ${error.message}: unable to cleanup resources: ${left.join(', ')}`,
        );
    }
    if (!rollbackOnFailure) throw error;
    return this.#rollBack(error);
  }

  async #rollBack(error: ActionError): Promise<never> {
    const { name } = this.#request;
    const older = (await history(this.#scene, name)).filter(({ release }) => release.version < this.#run.release.version);
    const good = older.findLast(({ release: { status } }) => status === 'superseded' || status === 'deployed');
    if (good === undefined) {
      await this.#run.save((release) => release, { end: true });
      throw new ActionError(
        `unable to find a previously successful release when attempting to rollback. original upgrade error: ${error.message}`,
      );
    }
    const { description: _description, ...choice } = this.#request;
    try {
      await rollback(this.#scene, { ...choice, revision: good.release.version, dryRun: false, maxHistory: 0 });
    } catch (second) {
      if (!(second instanceof ActionError)) throw second;
      await this.#run.save((release) => release, { end: true });
      throw new ActionError(
        `an error occurred while rolling back the release. original upgrade error: ${error.message}: ${second.message}`,
      );
    }
    await this.#run.save((release) => release, { end: true });
    throw new ActionError(`release ${name} failed, and has been rolled back due to rollback-on-failure being set: ${error.message}`);
  }
}
