/** Keeping `metadata.managedFields` true on every write: the ownership engine of `core/merge` with what each endpoint resets. */
import { type KubeObject, parseApiVersion } from '../../core/object/index.ts';
import { convertTo } from '../../core/kube/convert/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import { TypedReader } from '../../core/kube/typed/index.ts';
import { ApplyCache, type Converter, recordUpdate, serverSideApply } from '../../core/merge/apply/index.ts';
import { type FieldFilter, FieldSet } from '../../core/merge/fieldset/index.ts';
import type { Schema, TypeNode } from '../../core/schema/index.ts';
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

/** Types whose versions have different forms: what somebody owns through one is looked up in that one. */
const severalForms: ReadonlySet<string> = new Set(['events', 'horizontalpodautoscalers.autoscaling']);

export class Ownership {
  readonly #reader = new TypedReader();
  readonly #schema: Schema;
  readonly #cache = new ApplyCache();
  readonly #withoutNulls = new WeakMap<KubeObject, KubeObject>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** The object with the fields that this write changed recorded for its manager. */
  update(target: Target, live: KubeObject | undefined, next: KubeObject, writer: Writer): KubeObject {
    const { type } = target.resource;
    if (type === undefined) return next;
    const before = live === undefined ? undefined : this.#bare(live);
    // A list that is taken away is a change like any other.
    const emptied =
      live !== undefined && Object.keys(next).some((key) => next[key] === null && live[key] !== null && live[key] !== undefined);
    const object = emptied ? next : this.#bare(next);
    return withNulls(recordUpdate({ live: before, object, manager: writer.manager }, this.#rules(target, type, writer)), next);
  }

  /** Server-side apply of `config` on the live object; throws the refusal of a conflict. */
  apply(target: Target, live: KubeObject | undefined, config: KubeObject, writer: Writer & { readonly force: boolean }): KubeObject {
    const { type } = target.resource;
    if (type === undefined) throw refuse.plain(`no type found matching: ${config.apiVersion}, Kind=${config.kind}`);
    const before = live === undefined ? undefined : this.#bare(live);
    const result = serverSideApply(
      { live: before, config, manager: writer.manager, force: writer.force },
      this.#rules(target, type, writer),
    );
    switch (result.kind) {
      case 'applied':
        return live !== undefined && result.object === before ? live : withNulls(result.object, live);
      case 'refused':
        throw result.code === 400 ? refuse.badRequest(result.message) : refuse.plain(result.message);
      case 'conflicts':
        throw new Refusal(409, 'Conflict', result.message, { details: { causes: result.causes } });
    }
  }

  /** Lists that Go writes as null are null in an empty object too: nobody set them, so nobody owns them. */
  #bare(object: KubeObject): KubeObject {
    if (!Object.values(object).includes(null)) return object;
    const known = this.#withoutNulls.get(object);
    if (known !== undefined) return known;
    const bare = Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)) as KubeObject;
    this.#withoutNulls.set(object, bare);
    return bare;
  }

  #converter(kind: string): Converter {
    return ({ value }, version) => {
      const type = this.#schema.typeOf({ ...parseApiVersion(version), kind });
      if (type === undefined) return { missing: true };
      if (value === null || (value as KubeObject).apiVersion === version) return { ok: { type, value } };
      // What is converted passes through Go's structs: empty maps go, and what is always written comes.
      return { ok: { type, value: this.#reader.read(convertTo(value as KubeObject, version), type).value } };
    };
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
      ...(severalForms.has(resource.table) ? { convert: this.#converter(resource.kind) } : {}),
      ...(filter === undefined ? {} : { filters: new Map([[resource.apiVersion, filter]]) }),
    };
  }
}

/** Puts the nulls back that were taken out, where nothing has come instead. */
function withNulls(object: KubeObject, from: KubeObject | undefined): KubeObject {
  const nulls = Object.keys(from ?? {}).filter((key) => from?.[key] === null && object[key] === undefined);
  return nulls.length === 0 ? object : { ...object, ...Object.fromEntries(nulls.map((key) => [key, null])) };
}
