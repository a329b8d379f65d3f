/** Keeping `metadata.managedFields` true on every write: the ownership engine of `core/merge` with what each endpoint resets. */
import type { KubeObject } from '../../core/object/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import { ApplyCache, recordUpdate, serverSideApply } from '../../core/merge/apply/index.ts';
import { type FieldFilter, FieldSet } from '../../core/merge/fieldset/index.ts';
import type { TypeNode } from '../../core/schema/index.ts';
import type { Target } from './objects.ts';

export interface Writer {
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
}

const field = (name: string) => [{ kind: 'field', name } as const];

/** What an endpoint resets is never owned through it (the strategies' GetResetFields). */
const statusReset: FieldFilter = { exclude: FieldSet.of(field('status')) };
const specReset: FieldFilter = { exclude: FieldSet.of(field('spec')) };

export class Ownership {
  readonly #cache = new ApplyCache();

  /** The object with the fields that this write changed recorded for its manager. */
  update(target: Target, live: KubeObject | undefined, next: KubeObject, writer: Writer): KubeObject {
    const { type } = target.resource;
    if (type === undefined) return next;
    return recordUpdate({ live, object: next, manager: writer.manager }, this.#rules(target, type, writer));
  }

  /** Server-side apply of `config` on the live object; throws the refusal of a conflict. */
  apply(target: Target, live: KubeObject | undefined, config: KubeObject, writer: Writer & { readonly force: boolean }): KubeObject {
    const { type } = target.resource;
    if (type === undefined) throw refuse.plain(`no type found matching: ${config.apiVersion}, Kind=${config.kind}`);
    const result = serverSideApply({ live, config, manager: writer.manager, force: writer.force }, this.#rules(target, type, writer));
    switch (result.kind) {
      case 'applied':
        return result.object;
      case 'refused':
        throw result.code === 400 ? refuse.badRequest(result.message) : refuse.plain(result.message);
      case 'conflicts':
        throw new Refusal(409, 'Conflict', result.message, { details: { causes: result.causes } });
    }
  }

  #rules(target: Target, type: TypeNode, writer: Writer) {
    const { resource, subresource } = target;
    const apart = resource.subresources.some((candidate) => candidate.name === 'status');
    const filter = subresource === 'status' ? specReset : apart && subresource === '' ? statusReset : undefined;
    return {
      type,
      now: writer.now,
      subresource,
      struct: !resource.custom,
      cache: this.#cache,
      ...(filter === undefined ? {} : { filters: new Map([[resource.apiVersion, filter]]) }),
    };
  }
}
