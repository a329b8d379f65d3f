/** Uninstalling a release. Source: Helm 4 pkg/action/uninstall.go. A run that died is gone on with: hooks that ended do not run again. */
import { sortByKind, uninstallOrder } from '../core/chart/manifests/index.ts';
import { splitManifest, type Release } from '../core/release/index.ts';
import { isKept, ownershipProblem } from '../core/release/ownership/index.ts';
import { runHooks } from './hooks/run-hooks.ts';
import { place, type Placed, readLive } from './objects.ts';
import { ActionError } from './problem.ts';
import { deleteRecord, history, type Stored, updateRecord } from './records.ts';
import { labelsWhileGoing } from './run.ts';
import type { Scene, WaitChoice } from './scene.ts';
import { discover, type Served } from './served.ts';
import { waitGone } from './wait.ts';
import { deleteAll, type Propagation } from './write.ts';

export interface UninstallRequest {
  readonly name: string;
  readonly description?: string;
  readonly noHooks: boolean;
  readonly keepHistory: boolean;
  readonly ignoreNotFound: boolean;
  readonly dryRun: boolean;
  readonly propagation: Propagation;
  readonly wait: WaitChoice;
}

/** What Helm says besides: objects that stay. Undefined: there was no release, and that is no failure. @throws ActionError */
export async function uninstall(scene: Scene, request: UninstallRequest): Promise<string | undefined> {
  const { name } = request;
  const stored = await history(scene, name);
  const last = stored.at(-1);
  if (last === undefined) {
    if (request.ignoreNotFound) return undefined;
    throw new ActionError(`uninstall: Release not loaded: ${name}: release: not found`);
  }
  if (request.dryRun) return '';
  if (last.release.status === 'uninstalled') {
    if (request.keepHistory) throw new ActionError(`the release named ${JSON.stringify(name)} is already deleted`);
    await purge(scene, stored);
    return '';
  }
  return new Uninstall(scene, request, { stored, last, served: await discover(scene.kube) }).run();
}

class Uninstall {
  readonly #scene: Scene;
  readonly #request: UninstallRequest;
  readonly #stored: readonly Stored[];
  readonly #served: Served;
  #current: Stored;

  constructor(
    scene: Scene,
    request: UninstallRequest,
    of: { readonly stored: readonly Stored[]; readonly last: Stored; readonly served: Served },
  ) {
    this.#scene = scene;
    this.#request = request;
    this.#stored = of.stored;
    this.#current = of.last;
    this.#served = of.served;
  }

  async run(): Promise<string> {
    const { name, wait, propagation } = this.#request;
    await this.#begin();
    await this.#hooks('pre-delete');
    const { objects, kept } = await this.#objects();
    const failures = [...(await deleteAll(this.#scene, objects, propagation))];
    if (failures.length > 0) throw new ActionError(`failed to delete release: ${name}`);
    const problems: string[] = [];
    const attempt = async (work: Promise<void>): Promise<void> => {
      await work.catch((error: unknown) => {
        if (!(error instanceof ActionError)) throw error;
        problems.push(error.message);
      });
    };
    await attempt(waitGone(this.#scene, objects, wait));
    await attempt(this.#hooks('post-delete'));
    if (this.#request.keepHistory) await this.#keep();
    else await purge(this.#scene, this.#stored);
    if (problems.length > 0) throw new ActionError(`uninstallation completed with ${problems.length} error(s): ${problems.join('; ')}`);
    return kept;
  }

  /** From here on the release counts as being uninstalled; its hooks are open. */
  async #begin(): Promise<void> {
    const { release } = this.#current;
    if (release.status === 'uninstalling') return;
    const deleted = new Date(this.#scene.clock.now()).toISOString();
    const hooks = release.hooks.map((hook) =>
      hook.events.some((event) => event.endsWith('-delete')) ? { ...hook, lastRun: { phase: '' as const } } : hook,
    );
    await this.#save({
      ...release,
      labels: labelsWhileGoing(release.labels),
      status: 'uninstalling',
      deleted,
      hooks,
      description: 'Deletion in progress (or silently failed)',
    });
  }

  async #save(release: Release): Promise<void> {
    this.#current = await updateRecord(this.#scene, this.#current, release);
  }

  #hooks(event: string): Promise<void> {
    if (this.#request.noHooks) return Promise.resolve();
    return runHooks(this.#scene, {
      served: this.#served,
      event,
      timeout: this.#request.wait.timeout,
      round: this.#current.release.deleted,
      release: () => this.#current.release,
      note: (change) => this.#save(change(this.#current.release)),
    });
  }

  /** What is to be deleted, in Helm's order of deletion; what belongs to another release, or is to be kept, stays and is told. */
  async #objects(): Promise<{ readonly objects: readonly Placed[]; readonly kept: string }> {
    const { release } = this.#current;
    const all = splitManifest(release.manifest).map(({ object }) => object);
    const kept = all.filter(isKept).map(({ kind, metadata }) => `[${kind}] ${metadata.name ?? ''}\n`);
    const going = all.filter((object) => !isKept(object)).flatMap((object) => place(object, this.#served, release.namespace) ?? []);
    const owned: Placed[] = [];
    for (const placed of going) {
      const live = await readLive(this.#scene.kube, placed);
      const { kind, namespace, name } = placed.ref;
      if (live === null || ownershipProblem(live, release) === undefined) owned.push(placed);
      else
        this.#scene.log('WARN', 'skipping delete of resource not owned by this release', { kind, name, namespace, release: release.name });
    }
    const text = kept.length === 0 ? '' : `These resources were kept due to the resource policy:\n${kept.join('')}`;
    const sorted = sortByKind(
      owned.map((placed) => ({ kind: placed.ref.kind, placed })),
      uninstallOrder,
    );
    return { objects: sorted.map(({ placed }) => placed), kept: text };
  }

  async #keep(): Promise<void> {
    const description = this.#request.description ?? 'Uninstallation complete';
    await this.#save({ ...this.#current.release, status: 'uninstalled', description });
    for (const each of this.#stored)
      if (each.release.status === 'deployed' && each.release.version !== this.#current.release.version)
        await updateRecord(this.#scene, each, { ...each.release, status: 'superseded' });
  }
}

async function purge(scene: Scene, stored: readonly Stored[]): Promise<void> {
  for (const each of stored) await deleteRecord(scene, each);
}
