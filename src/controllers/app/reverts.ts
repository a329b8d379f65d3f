/** `onFailure: revert`: the commit that goes back, made once for each rejected revision, and told whatever became of it (S7). */
import type { App } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { rfc3339 } from '../time.ts';
import type { Parts } from './parts.ts';
import type { Next } from './pass-end.ts';
import type { Pin, Reverted } from './pin.ts';

/** Milliseconds between two reminders. */
const reminder = 3_600_000;

export class Reverts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `later`: the repository cannot be reached now. */
  async revert(app: App, pin: Pin): Promise<Reverted | 'later'> {
    const made = await this.#parts.commits.revert(app, pin);
    const at = rfc3339(this.#parts.ports.clock.now());
    if (!made.ok) {
      const { message, hint, transient = false } = made.error;
      if (transient) return 'later';
      const said = `not reverted: ${message}${hint === undefined ? '' : ` (${hint})`}`;
      this.#tell(app, pin, { type: 'RevertFailed', message: said, warning: true });
      return { at, message: said };
    }
    const { commit, branch, proposed } = made.value;
    const message =
      proposed === undefined ? `reverted by ${commit} on ${branch}` : `a revert waits for a review on ${branch}, because ${proposed}`;
    this.#tell(app, pin, { type: proposed === undefined ? 'Reverted' : 'RevertProposed', message, warning: true });
    if (proposed === undefined) this.#parts.sourceQueue().add(`${app.metadata.namespace}/${app.spec.source.name}`);
    return { at, commit, branch, message };
  }

  /** What is held is told again while it lasts (S7), and looked at in time for that; undefined: it is looked at before then anyway. */
  remind(app: App, pin: Pin, next: Next): Next | undefined {
    const since = app.status?.pinned?.digest === pin.digest ? Date.parse(app.status.pinned.since) : this.#parts.ports.clock.now();
    const held = this.#parts.ports.clock.now() - since;
    const times = Math.floor(held / reminder);
    if (times > 0) {
      const step = `${pin.digest} ${times}`;
      const message = `still held at the revision before, for ${times} ${times === 1 ? 'hour' : 'hours'}: ${pin.reason}`;
      const { rejected } = pin;
      this.#parts.journal.record(app as unknown as KubeObject, { type: 'Pinned', message, warning: true, revision: rejected, step });
    }
    const ms = (times + 1) * reminder - held;
    return next.kind === 'done' || (next.kind === 'after' && next.ms > ms) ? { kind: 'after', ms } : undefined;
  }

  #tell(
    app: App,
    { rejected, reason, digest }: Pin,
    told: { readonly type: string; readonly message: string; readonly warning: boolean },
  ): void {
    const message = `${told.message}: ${reason}`;
    this.#parts.journal.record(app as unknown as KubeObject, { ...told, message, revision: rejected, step: digest, details: { rejected } });
  }
}
