/**
 * Releases that an App was before its name, namespace or storage changed (S4, S20): the new one is installed first; once it is healthy, the old one is
 * uninstalled as Helm does it: hooks before, its objects, hooks after, its records. Known from the inventory, so that no crash forgets one.
 */
import type { App } from '../../../api/index.ts';
import { moveAllowed } from '../../../core/plan/marks/index.ts';
import type { KubeObject } from '../../../core/object/index.ts';
import type { Plan } from '../../../core/plan/index.ts';
import type { KubeError } from '../../../ports/index.ts';
import type { Carrier } from '../carry-out.ts';
import { sameRelease } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import type { Pass } from '../pass-end.ts';
import { isSuspended } from '../suspend.ts';
import type { Hold, Target } from '../targets.ts';
import { placeFor } from './draft.ts';
import { Records, type ReleasePlace } from './records.ts';
import type { Removal } from './removal.ts';

type Failed = { readonly failed: KubeError };

/** What there still is to do about it. */
export type FormerEnd = { readonly kind: 'done' } | { readonly kind: 'again'; readonly after: number; readonly message?: string } | Failed;

const lookAgain = 5000;

const placeOf = (pass: Pass, { render }: Target): ReleasePlace | undefined =>
  render.release === undefined ? undefined : placeFor(pass.request.app, render.release);

/** Those that are not what the target is now. */
const formerOf = (pass: Pass, place: ReleasePlace): readonly ReleasePlace[] =>
  pass.inventory.releases.filter((release) => release.kind === place.kind && !sameRelease(release, place));

/** Where only the records are somewhere else, it is the same release to whoever uses it: nothing of it ends. */
const isSameInUse = (a: ReleasePlace, b: ReleasePlace): boolean => a.name === b.name && a.namespace === b.namespace;

export class FormerReleases {
  readonly #parts: Parts;
  readonly #carrier: Carrier;
  readonly #removal: Removal;

  constructor(parts: Parts, carrier: Carrier, removal: Removal) {
    this.#parts = parts;
    this.#carrier = carrier;
    this.#removal = removal;
  }

  /** Before a release is carried out: it is noted (S6), and refused when it is another one than before and nobody has said so (S4). */
  async begin(pass: Pass, target: Target): Promise<Pass | Hold | Failed> {
    const place = placeOf(pass, target);
    const { memory, app } = pass.request;
    memory.former.keepsOld = false;
    if (place === undefined || isSuspended(app, this.#parts.ports.clock.now())) return pass;
    const former = await this.#existing(pass, formerOf(pass, place));
    if ('failed' in former) return former;
    const [first] = former.places;
    if (first !== undefined && !moveAllowed(app as unknown as KubeObject)) return refusal(app, first, { place, target });
    memory.former.keepsOld = former.places.some((each) => !isSameInUse(each, place)) && !memory.former.unhooked;
    if (first === undefined) memory.former.unhooked = false;
    const others = pass.inventory.releases.filter(({ kind }) => kind !== place.kind);
    return this.#carrier.noteReleases(pass, [...others, ...former.places, place]);
  }

  /** After it has become healthy: one step of what is left to be done. `pass` as `begin` returned it. */
  async end(pass: Pass, target: Target, plan: Plan): Promise<FormerEnd> {
    const place = placeOf(pass, target);
    const former = place === undefined ? [] : formerOf(pass, place);
    if (place === undefined || former.length === 0) return { kind: 'done' };
    const { former: state } = pass.request.memory;
    if (state.keepsOld) {
      const waits = await this.#each(pass, former, { place, step: 'before' });
      if (waits === undefined) state.unhooked = true;
      return waits ?? { kind: 'again', after: 0 };
    }
    if (plan.items.some(({ operation }) => operation === 'prune')) return { kind: 'again', after: lookAgain };
    const waits = await this.#each(pass, former, { place, step: 'after' });
    if (waits !== undefined) return waits;
    return this.#forgotten(pass, former);
  }

  async #forgotten(pass: Pass, former: readonly ReleasePlace[]): Promise<FormerEnd> {
    const { app, memory } = pass.request;
    const inventory = memory.inventory ?? pass.inventory;
    const noted = await this.#carrier.noteReleases(
      { ...pass, inventory },
      inventory.releases.filter((release) => !former.includes(release) && !former.some((one) => sameRelease(one, release))),
    );
    if ('failed' in noted) return noted;
    memory.former.unhooked = false;
    const message = `nothing is left of ${former.map(nameOf).join(', ')}`;
    this.#parts.journal.record(app as unknown as KubeObject, { type: 'Moved', message, step: message });
    return { kind: 'done' };
  }

  async #each(
    pass: Pass,
    former: readonly ReleasePlace[],
    { place, step }: { readonly place: ReleasePlace; readonly step: 'before' | 'after' },
  ): Promise<FormerEnd | undefined> {
    const { request, owner, client, served } = pass;
    for (const old of former) {
      const scene = { app: request.app, owner, memory: request.memory, client, served, place: old };
      if (isSameInUse(old, place) && step === 'before') continue;
      const ended = isSameInUse(old, place) ? await this.#removal.forget(scene) : await this.#removal[step](scene);
      if (ended.kind === 'failed') return { failed: ended.error };
      if (ended.kind === 'wait') return { kind: 'again', after: lookAgain, message: `${nameOf(old)}: ${ended.message}` };
    }
    return undefined;
  }

  /** It may have been noted and never begun. */
  async #existing(
    { client, owner }: Pass,
    places: readonly ReleasePlace[],
  ): Promise<{ readonly places: readonly ReleasePlace[] } | Failed> {
    const found: ReleasePlace[] = [];
    for (const place of places) {
      const listed = await new Records(client, owner, place).list();
      if (!listed.ok && listed.error.reason !== 'CorruptRelease') return { failed: listed.error };
      if (!listed.ok || listed.value.some(({ marks }) => marks !== undefined)) found.push(place);
    }
    return { places: found };
  }
}

const nameOf = ({ kind, name, namespace, storage }: ReleasePlace): string =>
  `${kind === 'helm' ? 'release' : 'the delivery'} ${namespace}/${name}${storage === namespace ? '' : ` (records in ${storage})`}`;

function refusal(app: App, old: ReleasePlace, { place, target }: { readonly place: ReleasePlace; readonly target: Target }): Hold {
  const { namespace, name } = app.metadata;
  const message = `the target changed from ${nameOf(old)} to ${nameOf(place)}: the old one would be left behind or uninstalled`;
  const hint = `annotate App ${namespace}/${name} with lockstep.dev/move: allowed`;
  const problems = [{ code: 'MoveRefused', message, hint }];
  return { code: 'MoveRefused', message: `${message} (${hint})`, problems, transient: false, newest: target.render };
}
