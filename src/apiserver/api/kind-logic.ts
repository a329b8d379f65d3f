/** What is particular to each kind, behind one face: shape, defaults, validation. Built-in kinds and custom resources differ here only. */
import type { Json, JsonObject, KubeObject } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { type FieldError, refuse } from '../../core/kube/status/index.ts';
import { TypedReader } from '../../core/kube/typed/index.ts';
import type { ReadBody } from './body.ts';
import type { Target } from './objects.ts';
import type { FieldValidation } from './options.ts';

export class KindLogic {
  readonly #reader = new TypedReader();
  readonly #zeros = new Map<Resource, Json | undefined>();

  /** A sent object in its kind's shape with defaults; unknown and repeated fields are refused, reported or ignored. */
  shape(
    resource: Resource,
    object: JsonObject,
    how: { readonly body: Pick<ReadBody, 'duplicates'>; readonly validation: FieldValidation; readonly warnings: string[] },
  ): KubeObject {
    if (resource.type === undefined || resource.custom) return object as KubeObject;
    const read = this.#reader.read(object, resource.type);
    if (read.error !== undefined) throw this.#undecodable(resource, read.error);
    this.#report(resource, { unknown: read.unknown, duplicates: how.body.duplicates }, how);
    return read.value as KubeObject;
  }

  /** A stored object in the version of the request. */
  project(_resource: Resource, object: KubeObject): KubeObject {
    return object;
  }

  /** An object of the request's version as it is stored. */
  toStored(_resource: Resource, object: KubeObject): KubeObject {
    return object;
  }

  /** Fields that a custom type lets select by. */
  selectableFields(_resource: Resource): readonly string[] {
    return [];
  }

  zeroStatus(resource: Resource): Json | undefined {
    if (this.#zeros.has(resource)) return this.#zeros.get(resource);
    const type = resource.type?.map?.fields.get('status')?.type;
    const zero = type === undefined || resource.custom ? undefined : this.#reader.read({}, type).value;
    this.#zeros.set(resource, zero);
    return zero;
  }

  afterCreate(_resource: Resource, object: KubeObject): KubeObject {
    return object;
  }

  afterUpdate(_target: Target, next: KubeObject, _live: KubeObject): KubeObject {
    return next;
  }

  createErrors(_resource: Resource, _object: KubeObject): readonly FieldError[] {
    return [];
  }

  updateErrors(_target: Target, _next: KubeObject, _live: KubeObject): readonly FieldError[] {
    return [];
  }

  #undecodable(resource: Resource, why: string): Error {
    return refuse.badRequest(
      `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ${why}`,
    );
  }

  #report(
    resource: Resource,
    found: { readonly unknown: readonly string[]; readonly duplicates: readonly string[] },
    how: { readonly validation: FieldValidation; readonly warnings: string[] },
  ): void {
    if (how.validation === 'Ignore') return;
    const texts = [
      ...found.unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
      ...found.duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`),
    ];
    if (texts.length === 0) return;
    if (how.validation === 'Strict') throw this.#undecodable(resource, `strict decoding error: ${texts.join(', ')}`);
    how.warnings.push(...texts);
  }
}
