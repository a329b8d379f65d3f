/** What is particular to each kind, behind one face: shape, defaults, validation. Built-in kinds and custom resources differ here only. */
import { isObject, type Json, type JsonObject, type KubeObject, parseApiVersion } from '../../core/object/index.ts';
import { type CustomType, type PatternCache } from '../../core/kube/crd/index.ts';
import { simulationProblems } from './simulation.ts';
import { convertTo } from '../../core/kube/convert/index.ts';
import { metadataErrors } from '../../core/kube/meta/index.ts';
import { Defaulter } from '../../core/kube/defaults/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { type FieldError, refuse } from '../../core/kube/status/index.ts';
import { TypedReader } from '../../core/kube/typed/index.ts';
import type { Schema } from '../../core/schema/index.ts';
import { type ReadBody, strictTexts } from './body.ts';
import { finished } from './builtin-logic.ts';
import { builtinErrors, builtinPartErrors, builtinStatusErrors, builtinUpdateErrors } from '../../core/kube/validate/index.ts';
import { warningsOf } from '../../core/kube/warnings/index.ts';
import { converted } from '../../core/kube/strategy/index.ts';
import { customErrors, customShape } from './custom-logic.ts';
import type { Target } from './objects.ts';
import type { FieldValidation } from './options.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

export interface ShapeOptions {
  readonly body: Omit<ReadBody, 'value'>;
  readonly validation: FieldValidation;
  readonly warnings: string[];
  /** Unknown fields are told in the order of their paths: Go's maps, which patches are merged in, have no other. */
  readonly sorted?: boolean;
  /** The object was converted from an untyped one, as applies and strategic patches are. */
  readonly untyped?: boolean;
  /** The refusal of an object that cannot be decoded; absent: the one of a request body. */
  readonly undecodable?: (why: string, restoring: string) => Error;
}

export class KindLogic {
  readonly #schema: Schema;
  readonly #reader = new TypedReader();
  readonly #defaulter = new Defaulter();
  readonly #zeros = new Map<Resource, Json | undefined>();
  readonly #patterns: PatternCache = new Map();
  #custom: ReadonlyMap<Resource, CustomType> = new Map();
  /** The version in which objects of a custom type are stored, by table. */
  #stored: ReadonlyMap<string, CustomType> = new Map();
  readonly #read = new WeakMap<KubeObject, { readonly type: CustomType; readonly object: KubeObject }>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  setCustom(types: readonly CustomType[]): void {
    this.#custom = new Map(types.map((type) => [type.resource, type]));
    const isStored = ({ resource }: CustomType): boolean => resource.apiVersion === resource.storedApiVersion;
    this.#stored = new Map(types.filter(isStored).map((type) => [type.resource.table, type]));
  }

  customType(resource: Resource): CustomType | undefined {
    return this.#custom.get(resource);
  }

  /** A sent object in its kind's shape with defaults; unknown and repeated fields are refused, reported or ignored. */
  shape(resource: Resource, object: JsonObject, how: ShapeOptions): KubeObject {
    const custom = this.#custom.get(resource);
    if (custom !== undefined) return this.#customShape(custom, object, how);
    if (resource.type === undefined) return object as KubeObject;
    const read = this.#reader.read(object, resource.type, { wraps: how.untyped === true });
    if (read.error !== undefined) throw this.#undecodable(resource, read.error, how, read.restoreError);
    this.#report(resource, read.unknown, how);
    return this.#defaulter.apply(converted(resource, withReset(read.value as KubeObject, object)), resource.type);
  }

  /** A stored object in the version of the request. */
  project(resource: Resource, object: KubeObject): KubeObject {
    const custom = this.#custom.get(resource);
    return custom === undefined
      ? convertTo(object, resource.apiVersion)
      : this.#asRead(custom, convertTo(this.current(resource, object), resource.apiVersion));
  }

  /** A stored object as its type has it now: what a later schema gives is there, what it does not know is not. */
  current(resource: Resource, object: KubeObject): KubeObject {
    const stored = this.#stored.get(resource.table);
    return stored === undefined ? object : this.#asRead(stored, object);
  }

  #asRead(custom: CustomType, object: KubeObject): KubeObject {
    const known = this.#read.get(object);
    if (known?.type === custom) return known.object;
    const read = customShape(custom, object).value as KubeObject;
    this.#read.set(object, { type: custom, object: read });
    return read;
  }

  /** An object of the request's version as it is stored. */
  toStored(resource: Resource, object: KubeObject): KubeObject {
    const stored = convertTo(object, resource.storedApiVersion);
    if (stored === object) return object;
    // What is read back has the defaults of its own version.
    const type = this.#schema.typeOf({ ...parseApiVersion(resource.storedApiVersion), kind: resource.kind });
    return type === undefined ? stored : this.#defaulter.apply(stored, type);
  }

  /** Fields that a custom type lets select by. */
  selectableFields(resource: Resource): readonly string[] {
    return this.#custom.get(resource)?.selectableFields ?? [];
  }

  zeroStatus(resource: Resource): Json | undefined {
    if (this.#zeros.has(resource)) return this.#zeros.get(resource);
    const type = resource.type?.map?.fields.get('status')?.type;
    const zero = type === undefined || resource.custom ? undefined : this.#reader.read({}, type).value;
    const own = { apiVersion: resource.apiVersion, kind: resource.kind, metadata: {}, ...(zero === undefined ? {} : { status: zero }) };
    const stored = resource.apiVersion === resource.storedApiVersion ? zero : this.toStored(resource, own).status;
    this.#zeros.set(resource, stored);
    return stored;
  }

  afterCreate(resource: Resource, object: KubeObject): KubeObject {
    return resource.custom ? object : finished(resource, object, undefined);
  }

  afterUpdate(target: Target, next: KubeObject, live: KubeObject): KubeObject {
    return target.resource.custom ? next : finished(target.resource, next, live);
  }

  /** What the client is told beside the answer; `live` is what the object replaces. */
  warnings({ table, custom }: Resource, object: KubeObject, live: KubeObject | undefined): readonly string[] {
    if (custom) return [];
    const found = warningsOf(table, object, live);
    const same = live !== undefined && table !== 'configmaps' && live.metadata.generation === object.metadata.generation;
    const simulation = same ? [] : simulationProblems(table, object);
    return simulation.length === 0 ? found : [...found, ...simulation];
  }

  createErrors(resource: Resource, object: KubeObject): readonly FieldError[] {
    const custom = this.#custom.get(resource);
    if (custom === undefined) return builtinErrors(resource.table, object);
    const before = metadataErrors(object.metadata, resource);
    return customErrors(custom, { object, live: undefined, subresource: '', before }, this.#patterns);
  }

  updateErrors(target: Target, next: KubeObject, live: KubeObject): readonly FieldError[] {
    const custom = this.#custom.get(target.resource);
    const { table } = target.resource;
    const part = builtinPartErrors(`${table}/${target.subresource}`, next, live);
    if (part !== undefined) return part;
    if (custom === undefined)
      return target.subresource === 'status' ? builtinStatusErrors(table, next, live) : builtinUpdateErrors(table, next, live);
    const namespaced = (next.metadata.namespace ?? '') !== '';
    const before = metadataErrors(next.metadata, { table: target.resource.table, namespaced }, live.metadata);
    return [...before, ...customErrors(custom, { object: next, live, subresource: target.subresource, before }, this.#patterns)];
  }

  #customShape(custom: CustomType, object: JsonObject, how: ShapeOptions): KubeObject {
    const { resource } = custom;
    const metaType = this.#schema.named(OBJECT_META);
    const meta = metaType === undefined ? undefined : this.#reader.read(object.metadata ?? {}, metaType);
    if (meta?.error !== undefined) throw this.#undecodable(resource, meta.error, how, meta.restoreError);
    const pruned = customShape(custom, meta === undefined ? object : { ...object, metadata: meta.value });
    const unknown = [...(meta?.unknown ?? []).map((path) => `metadata.${path}`), ...pruned.unknown].toSorted();
    // Repeated fields first: they are noticed by another reader.
    const { places: _places, ...body } = how.body;
    this.#report(resource, unknown, { ...how, body });
    return withReset(pruned.value as KubeObject, object);
  }

  #undecodable(resource: Resource, why: string, how: ShapeOptions, restoring = why): Error {
    if (how.undecodable !== undefined) return how.undecodable(why, restoring);
    return refuse.badRequest(
      `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ${why}`,
    );
  }

  #report(resource: Resource, unknown: readonly string[], how: ShapeOptions): void {
    if (how.validation === 'Ignore' || how.body.lenient === true) return;
    const { lines = [] } = how.body;
    const texts = strictTexts(how.body, how.sorted === true || lines.length > 0 ? unknown.toSorted() : unknown);
    if (texts.length === 0 && lines.length === 0) return;
    if (how.validation !== 'Strict') {
      how.warnings.push(...lines, ...texts);
      return;
    }
    const yaml = lines.length === 0 ? [] : [`yaml: unmarshal errors:\n  ${lines.join('\n  ')}`];
    throw this.#undecodable(resource, `strict decoding error: ${[...yaml, ...texts].join(', ')}`, how);
  }
}

/** An empty list of managers is no list at all to most readers; who keeps the managers is told by it to forget them. */
function withReset(read: KubeObject, sent: JsonObject): KubeObject {
  const managedFields = isObject(sent.metadata ?? null) ? (sent.metadata as JsonObject).managedFields : undefined;
  return Array.isArray(managedFields) && managedFields.length === 0 ? { ...read, metadata: { ...read.metadata, managedFields: [] } } : read;
}
