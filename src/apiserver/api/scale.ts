/** The scale subresource of workloads and custom resources. Kubernetes: pkg/registry/apps/deployment/storage ScaleREST. */
import { formatSelector, selectorOf } from '../../core/object/selector/index.ts';
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, withKey } from '../../core/object/index.ts';
import { fieldError, invalid, refuse } from '../../core/kube/status/index.ts';
import { fromScale, toScale } from '../../core/merge/scale/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import type { Schema } from '../../core/schema/index.ts';
import type { Result } from '../../std/index.ts';
import type { Entry } from '../store/index.ts';
import type { Answer } from './answer.ts';
import { asKind, mediaTypeOf, placed, readBody, readObject } from './body.ts';
import type { KindLogic } from './kind-logic.ts';
import { type Objects, subjectOf } from './objects.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { type OwnType, ownResource } from './own-type.ts';
import type { Ownership } from './ownership.ts';
import { asOf, type PatchEngines } from './patch.ts';
import { applied, APPLY_PATCH, brokenPatch, JSON_PATCH, MERGE_PATCH, readPatch, STRATEGIC_PATCH } from './patch-body.ts';
import type { ResourceRequest } from './request.ts';

export interface ScaleParts {
  readonly objects: Objects;
  readonly logic: KindLogic;
  readonly ownership: Ownership;
  readonly engines: PatchEngines;
  readonly schema: Schema;
}

interface Paths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: string;
}

const scaleSubject = { group: 'autoscaling', kind: 'Scale' };
const scaleType: OwnType = { ...scaleSubject, version: 'v1', definition: 'io.k8s.api.autoscaling.v1.Scale' };

interface ScaleWrite {
  readonly next: KubeObject;
  readonly options: WriteOptions;
}

/** Entries nobody can read stop the request, as they do on a real server. */
function ofOwnership(entries: Result<readonly JsonObject[], string>): readonly JsonObject[] {
  if (!entries.ok) throw refuse.plain(entries.error);
  return entries.value;
}

const NO_MANAGER =
  'failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1';

/** What a patch finds where a custom resource has no number: the smallest int32, which nobody means. */
const NEVER_SET = -2147483648;

/** Kubernetes: autoscaling validation ValidateScale, and the precondition of the uid. */
function checkScale(
  next: KubeObject,
  live: KubeObject,
  { request, replicas, path }: { readonly request: ResourceRequest; readonly replicas: Json; readonly path: string },
): void {
  const { name, namespace, resource } = request;
  const { uid = '' } = next.metadata;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid ?? ''}`;
  if (resource.custom) {
    // Whether the number is good is for the rules of its own object to say.
    if (replicas === NEVER_SET) throw refuse.badRequest(`the spec replicas field ${JSON.stringify(path)} cannot be empty`);
    if (uid === '' || uid === live.metadata.uid) return;
    const key = `/registry/${resource.group}/${resource.resource}/${namespace === '' ? '' : `${namespace}/`}${name}`;
    const error = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
    throw refuse.conflict(subjectOf(resource), name, error);
  }
  if (typeof replicas === 'number' && replicas < 0)
    throw invalid(scaleSubject, name, [fieldError.invalid('spec.replicas', replicas, 'must be greater than or equal to 0')]);
  if (uid === '' || uid === live.metadata.uid) return;
  throw refuse.conflict({ ...subjectOf(resource), plural: `${resource.resource}/scale` }, name, why);
}

const pathOf = (value: Json | undefined): readonly string[] =>
  typeof value === 'string' ? value.split('.').filter((step) => step !== '') : [];

const at = (object: JsonObject, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), object);

function put(object: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return object;
  return withKey(object, step, rest.length === 0 ? value : put(objectAt(object[step]), rest, value));
}

export class Scales {
  readonly #parts: ScaleParts;

  constructor(parts: ScaleParts) {
    this.#parts = parts;
  }

  handle(request: ResourceRequest): Answer {
    const { objects } = this.#parts;
    const { name, namespace, resource } = request;
    // What cannot be read is refused before anybody looks for the object.
    if (request.verb === 'update') this.#sent(request, []);
    const live = objects.get(resource, namespace, name);
    const now = this.#scaleOf(request, live.graph);
    if (request.verb === 'get' && resource.custom && !this.#isSet(request, live))
      throw refuse.internal(`the spec replicas field ${JSON.stringify(`.${this.#paths(request).spec.join('.')}`)} does not exist`);
    if (request.verb === 'get' || request.verb === 'watch') return { kind: 'object', status: 200, resource, value: now };
    const replicaPath = this.#paths(request).spec;
    const replicaPaths = new Map([[resource.apiVersion, replicaPath.map((step) => ({ kind: 'field', name: step }) as const)]]);
    const owned = ofOwnership(toScale(live.graph.metadata.managedFields, replicaPaths));
    const unset = resource.custom && request.verb === 'patch' && objectAt(now.spec).replicas === undefined && !this.#isSet(request, live);
    const spec = unset ? { replicas: NEVER_SET } : (now.spec ?? {});
    const before = { ...now, metadata: { ...now.metadata, managedFields: owned }, spec } as KubeObject;
    const { next, options } = request.verb === 'patch' ? this.#patched(request, before) : this.#replaced(request, before);
    const replicas = objectAt(next.spec).replicas ?? 0;
    checkScale(next, live.graph, { request, replicas, path: `.${replicaPath.join('.')}` });
    const managedFields = ofOwnership(
      fromScale(
        { parent: live.graph.metadata.managedFields, scale: next.metadata.managedFields, apiVersion: resource.apiVersion },
        replicaPaths,
      ),
    );
    const changed = put(live.graph, replicaPath, replicas) as KubeObject;
    const { resourceVersion = live.graph.metadata.resourceVersion ?? '' } = next.metadata;
    const metadata = { ...changed.metadata, resourceVersion, managedFields };
    const as = { ...asOf(request, options), tracked: true as const };
    const written = objects.update({ resource, subresource: 'scale', namespace, name }, live, { ...changed, metadata }, as);
    return { kind: 'object', status: 200, resource, value: this.#scaleOf(request, written.object) };
  }

  #isSet(request: ResourceRequest, live: Entry): boolean {
    return at(live.graph, this.#paths(request).spec) !== undefined;
  }

  #resource(request: ResourceRequest): Resource {
    return ownResource(request.resource, scaleType, this.#parts.schema);
  }

  #replaced(request: ResourceRequest, before: KubeObject): ScaleWrite {
    const { sent, options } = this.#sent(request, request.warnings);
    return { next: this.#tracked(request, before, sent, options), options };
  }

  #sent(request: ResourceRequest, warnings: string[]): { readonly sent: KubeObject; readonly options: WriteOptions } {
    const options = writeOptions(request, 'UpdateOptions', 'other');
    const resource = this.#resource(request);
    const body = readObject(request, 'Scale');
    // The scheme of custom resources knows no Scale, and says so when it cannot read one.
    const undecodable = () => refuse.badRequest('no kind is registered for the type v1.Scale in scheme "pkg/runtime/scheme.go:110"');
    const how = { body, validation: options.fieldValidation, warnings, ...(request.resource.custom ? { undecodable } : {}) };
    return { sent: placed(this.#parts.logic.shape(resource, asKind(body.value, resource), how), { ...request, resource }), options };
  }

  #patched(request: ResourceRequest, before: KubeObject): ScaleWrite {
    const { engines, logic, ownership } = this.#parts;
    const media = mediaTypeOf(request);
    const accepted = [JSON_PATCH, MERGE_PATCH, ...(request.resource.custom ? [] : [STRATEGIC_PATCH]), APPLY_PATCH];
    if (!accepted.includes(media)) throw refuse.unsupportedMedia(accepted);
    const apply = media === APPLY_PATCH;
    const options = writeOptions(request, 'PatchOptions', apply ? 'apply' : 'other');
    const resource = this.#resource(request);
    const target = { resource, subresource: 'scale', namespace: request.namespace, name: request.name };
    const body = apply ? readBody(request, APPLY_PATCH, 'Scale') : readPatch(request, media, options.fieldValidation);
    const how = { body, validation: options.fieldValidation, warnings: request.warnings };
    if (apply) {
      // Whoever is the first to apply is to be told apart from who was there before, which the scheme of custom resources cannot do with a Scale.
      if (request.resource.custom && (before.metadata.managedFields ?? []).length === 0) throw refuse.plain(NO_MANAGER);
      const writer = { manager: options.manager, now: this.#parts.objects.now(), force: options.force };
      const merged = ownership.apply(target, before, applied(body.value, resource), writer);
      return { next: placed(logic.shape(resource, merged, how), { ...request, resource }), options };
    }
    const engine = media === JSON_PATCH ? engines.json : media === MERGE_PATCH ? engines.merge : engines.strategic;
    const result = engine(before, body.value, resource.type);
    if ('refusal' in result) throw result.refusal;
    const undecodable = (plain: string, restoring: string): Error =>
      brokenPatch({ base: before, patch: body.value, result: result.value }, media, { plain, restoring });
    const shaped = placed(logic.shape(resource, asKind(result.value, resource), { ...how, undecodable }), { ...request, resource });
    return { next: this.#tracked(request, before, shaped, options), options };
  }

  #tracked(request: ResourceRequest, before: KubeObject, next: KubeObject, { manager }: WriteOptions): KubeObject {
    const { objects, ownership } = this.#parts;
    const target = { resource: this.#resource(request), subresource: 'scale', namespace: request.namespace, name: request.name };
    return ownership.update(target, before, next, { manager, now: objects.now() });
  }

  #paths(request: ResourceRequest): Paths {
    const scale = this.#parts.logic.customType(request.resource)?.scale;
    if (scale === undefined) return { spec: ['spec', 'replicas'], status: ['status', 'replicas'], selector: '' };
    return {
      spec: pathOf(scale.specReplicasPath),
      status: pathOf(scale.statusReplicasPath),
      selector: pathOf(scale.labelSelectorPath).join('.'),
    };
  }

  #selector(request: ResourceRequest, object: KubeObject): string {
    const { selector } = this.#paths(request);
    if (selector !== '') {
      const found = at(object, selector.split('.'));
      return typeof found === 'string' ? found : '';
    }
    if (request.resource.custom) return '';
    const spec = objectAt(objectAt(object.spec).selector);
    // Replication controllers select by a plain map.
    const parsed = selectorOf(request.resource.table === 'replicationcontrollers' ? { matchLabels: spec } : spec);
    return parsed.ok && parsed.value !== 'nothing' ? formatSelector(parsed.value) : '';
  }

  #scaleOf(request: ResourceRequest, object: KubeObject): KubeObject {
    const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
    const paths = this.#paths(request);
    const selector = this.#selector(request, object);
    const wanted = at(object, paths.spec);
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: wanted === undefined || wanted === 0 ? {} : { replicas: wanted },
      status: { replicas: at(object, paths.status) ?? 0, ...(selector === '' ? {} : { selector }) },
    };
  }
}
