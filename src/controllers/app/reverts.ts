/** `onFailure: revert`: the commit that goes back, made once for each rejected revision, and told whatever became of it (S7). */
import type { App } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { rfc3339 } from '../time.ts';
import type { Parts } from './parts.ts';
import type { Pin, Reverted } from './pin.ts';

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

  #tell(
    app: App,
    { rejected, reason, digest }: Pin,
    told: { readonly type: string; readonly message: string; readonly warning: boolean },
  ): void {
    const message = `${told.message}: ${reason}`;
    this.#parts.journal.record(app as unknown as KubeObject, { ...told, message, revision: rejected, step: digest, details: { rejected } });
  }
}
