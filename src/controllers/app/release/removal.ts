/**
 * The end of a release: its hooks before and after the deletion of its objects, and its records. Source of the order: Helm 4 pkg/action/uninstall.go. Only
 * records that this App made are touched.
 */
import type { App } from '../../../api/index.ts';
import { digestOf } from '../../../core/plan/digest/index.ts';
import { type AppId, stampOwner } from '../../../core/plan/owner/index.ts';
import type { Release } from '../../../core/release/index.ts';
import type { RecordKind } from '../../../core/release/store/index.ts';
import { HookRunner } from '../../../helm/index.ts';
import type { KubeClient, KubeError } from '../../../ports/index.ts';
import type { Served } from '../cluster.ts';
import type { AppMemory } from '../memory.ts';
import { managerFor } from '../managers.ts';
import type { Parts } from '../parts.ts';
import { deliveryPlaceOf, hookTimeoutOf, placeOf } from './draft.ts';
import { Records, type ReleasePlace, type Stored } from './records.ts';

export interface RemovalScene {
  readonly app: App;
  readonly owner: AppId;
  readonly memory: AppMemory;
  readonly client: KubeClient;
  readonly served: Served;
  /** Which of its releases; more than one while it is being renamed or moved. */
  readonly place: ReleasePlace;
}

export type RemovalEnd =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly message: string; readonly about: string }
  | { readonly kind: 'failed'; readonly error: KubeError };

const go: RemovalEnd = { kind: 'go' };

/** Whether there may be records: told by the status, or by what the spec names. */
export const mayBeRelease = ({ spec, status }: App): boolean =>
  status?.release !== undefined || status?.delivery !== undefined || spec.build.helm !== undefined || spec.source.chart !== undefined;

/** Where its records are as far as status and spec tell: for Apps whose inventory was lost. */
export function placeBySpec(app: App, kind: RecordKind = app.status?.delivery === undefined ? 'helm' : 'delivery'): ReleasePlace {
  if (kind === 'delivery') return deliveryPlaceOf(app);
  return placeOf(app, app.status?.release?.name ?? app.spec.build.helm?.releaseName ?? app.metadata.name);
}

export class Removal {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The hooks before anything is deleted; a hook that fails stops the deletion, as it does for Helm. */
  async before(scene: RemovalScene): Promise<RemovalEnd> {
    const found = await this.#newest(scene);
    if (!('release' in found)) return found;
    const { records, stored, release } = found;
    if (release.status === 'uninstalled') return go;
    if (release.status !== 'uninstalling') {
      const now = this.#parts.ports.clock.now();
      const deleted = new Date(now).toISOString();
      const description = 'Deletion in progress (or silently failed)';
      const begun = await records.update(
        stored.revision.version,
        (one) => ({
          release: {
            ...one,
            status: 'uninstalling',
            deleted,
            description,
            hooks: one.hooks.map((hook) => (isOfDeletion(hook.events) ? { ...hook, lastRun: { phase: '' } } : hook)),
          },
        }),
        now,
      );
      if (!begun.ok) return { kind: 'failed', error: begun.error };
      return this.#hooks(scene, { records, release: begun.value.release }, 'pre-delete');
    }
    return this.#hooks(scene, { records, release }, 'pre-delete');
  }

  /** The hooks after everything is gone, then the records, unless they are to tell of it. */
  async after(scene: RemovalScene): Promise<RemovalEnd> {
    const found = await this.#newest(scene);
    if (!('release' in found)) return found;
    const keeps = scene.app.spec.build.helm?.keepHistory === true && scene.place.kind === 'helm';
    if (found.release.status === 'uninstalled') return keeps ? go : this.forget(scene);
    const ended = await this.#hooks(scene, found, 'post-delete');
    if (ended.kind !== 'go') return ended;
    return keeps ? this.#close(scene, found) : this.forget(scene);
  }

  /** The newest last, so that an interrupted removal is still known as one. Source: Helm 4 pkg/action/uninstall.go, `--keep-history`. */
  async #close(
    { memory }: RemovalScene,
    { records, release }: { readonly records: Records; readonly release: Release },
  ): Promise<RemovalEnd> {
    const now = this.#parts.ports.clock.now();
    const listed = await records.list();
    if (!listed.ok) return { kind: 'failed', error: listed.error };
    const deployed = listed.value.filter(({ revision }) => revision.status === 'deployed' && revision.version !== release.version);
    for (const { revision } of deployed) {
      const written = await records.update(revision.version, (one) => ({ release: { ...one, status: 'superseded' } }), now);
      if (!written.ok) return { kind: 'failed', error: written.error };
    }
    const end = { status: 'uninstalled', description: 'Uninstallation complete' } as const;
    const written = await records.update(release.version, (one) => ({ release: { ...one, ...end } }), now);
    memory.release.stored = undefined;
    return written.ok ? go : { kind: 'failed', error: written.error };
  }

  /** Removes the records this App made: the objects stay what they are. */
  async forget(scene: RemovalScene): Promise<RemovalEnd> {
    const records = recordsOf(scene);
    const listed = await records.list();
    if (!listed.ok) return listed.error.reason === 'CorruptRelease' ? go : { kind: 'failed', error: listed.error };
    // The newest goes last, so that an interrupted removal is still known as one.
    for (const { revision, marks } of listed.value) {
      if (marks === undefined) continue;
      const deleted = await records.delete(revision.version);
      if (!deleted.ok) return { kind: 'failed', error: deleted.error };
    }
    scene.memory.release.stored = undefined;
    return go;
  }

  async #newest(
    scene: RemovalScene,
  ): Promise<RemovalEnd | { readonly records: Records; readonly stored: Stored; readonly release: Release }> {
    const records = recordsOf(scene);
    const listed = await records.list();
    if (!listed.ok) return listed.error.reason === 'CorruptRelease' ? go : { kind: 'failed', error: listed.error };
    const stored = listed.value.at(-1);
    if (stored?.marks === undefined) return go;
    const body = await records.load(stored.revision.version);
    return body.ok ? { records, stored, release: body.value } : { kind: 'failed', error: body.error };
  }

  async #hooks(scene: RemovalScene, of: { readonly records: Records; readonly release: Release }, event: string): Promise<RemovalEnd> {
    const { app, client, served, owner } = scene;
    const { records, release } = of;
    if (app.spec.build.helm?.disableHooks === true) return go;
    const runner = new HookRunner(
      { client, served, live: this.#parts.live, clock: this.#parts.ports.clock },
      {
        stamp: (object) => stampOwner(object, owner),
        fieldManager: managerFor(records.place.kind),
        namespace: release.namespace,
        hooks: release.hooks,
        event,
        run: digestOf([records.place.storage, release.name, release.version, release.deleted, event]).slice(7, 39),
        timeout: (hook) => hookTimeoutOf(app, hook),
        stopsAtFailure: true,
        note: async (hook, run) => {
          const noted = await records.update(
            release.version,
            (one) => ({
              release: {
                ...one,
                hooks: one.hooks.map((each) => (each.name === hook.name && each.kind === hook.kind ? { ...each, lastRun: run } : each)),
              },
            }),
            this.#parts.ports.clock.now(),
          );
          return noted.ok ? undefined : noted.error;
        },
        told: () => undefined,
      },
    );
    const ended = await runner.run();
    switch (ended.state) {
      case 'done':
        return go;
      case 'error':
        return { kind: 'failed', error: ended.error };
      case 'waiting':
        return { kind: 'wait', about: ended.about, message: `waiting for ${event} hook ${ended.about}: ${ended.message}` };
      case 'failed':
        return {
          kind: 'wait',
          about: `${ended.hook.kind}/${release.namespace}/${ended.hook.name}`,
          message: `${event} hook ${ended.hook.name} failed: ${ended.message}`,
        };
    }
  }
}

const recordsOf = ({ owner, client, place }: RemovalScene): Records => new Records(client, owner, place);

const isOfDeletion = (events: readonly string[]): boolean => events.includes('pre-delete') || events.includes('post-delete');
