/** PATCH in its four forms. Kubernetes: apiserver pkg/endpoints/handlers/patch.go. */
import { isObject, type Json, type JsonObject, type KubeObject } from '../../core/object/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import { asKind, isKnown, mediaTypeOf, noKind, placed, readBody } from './body.ts';
import type { KindLogic, ShapeOptions } from './kind-logic.ts';
import { type Objects, subjectOf, type Target, type WriteAs, type Written } from './objects.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import type { Ownership } from './ownership.ts';
import type { ResourceRequest } from './request.ts';
import { applied, APPLY_PATCH, brokenPatch, JSON_PATCH, MERGE_PATCH, readPatch, STRATEGIC_PATCH } from './patch-body.ts';

/** Applies one kind of patch to an object; a string is what is wrong with it. */
export type PatchEngine = (
  live: Json,
  patch: Json,
  type: ResourceRequest['resource']['type'],
) => { readonly value: Json } | { readonly refusal: Refusal };

export interface PatchEngines {
  readonly json: PatchEngine;
  readonly merge: PatchEngine;
  readonly strategic: PatchEngine;
}

export interface PatcherParts {
  readonly objects: Objects;
  readonly logic: KindLogic;
  readonly ownership: Ownership;
  readonly engines: PatchEngines;
}

export class Patcher {
  readonly #parts: PatcherParts;

  constructor(parts: PatcherParts) {
    this.#parts = parts;
  }

  patch(request: ResourceRequest): Written {
    const mediaType = mediaTypeOf(request);
    const accepted = [JSON_PATCH, MERGE_PATCH, ...(request.resource.custom ? [] : [STRATEGIC_PATCH]), APPLY_PATCH];
    if (!accepted.includes(mediaType)) {
      // Requests on built-in types do not get as far as to the handler.
      if (request.resource.custom) throw refuse.unsupportedMedia(accepted);
      throw new Refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });
    }
    const apply = mediaType === APPLY_PATCH;
    const options = writeOptions(request, 'PatchOptions', apply ? 'apply' : 'other');
    return apply ? this.#apply(request, options) : this.#change(request, mediaType, options);
  }

  #change(request: ResourceRequest, mediaType: string, options: WriteOptions): Written {
    const { objects, logic, engines } = this.#parts;
    const { resource, namespace, name, warnings } = request;
    const live = objects.get(resource, namespace, name);
    const body = readPatch(request, mediaType, options.fieldValidation);
    const engine = mediaType === JSON_PATCH ? engines.json : mediaType === MERGE_PATCH ? engines.merge : engines.strategic;
    const base = logic.project(resource, live.graph);
    const patched = engine(base, body.value, resource.type);
    if ('refusal' in patched) throw patched.refusal;
    if (patched.value === base) return objects.unchanged(targetOf(request), live, asOf(request, options));
    const undecodable = (plain: string, restoring: string): Error =>
      brokenPatch({ base, patch: body.value, result: patched.value }, mediaType, { plain, restoring });
    if (!isObject(patched.value) && patched.value !== null) throw undecodable(noKind(patched.value), noKind(patched.value));
    const untyped = mediaType === STRATEGIC_PATCH;
    const how = { body, validation: options.fieldValidation, warnings, undecodable, untyped, sorted: mediaType !== JSON_PATCH };
    const shaped = placed(logic.shape(resource, asPatched(patched.value, { resource, mediaType, undecodable }), how), request);
    return objects.update(targetOf(request), live, logic.toStored(resource, shaped), asOf(request, options));
  }

  #apply(request: ResourceRequest, options: WriteOptions): Written {
    const { objects, logic, ownership } = this.#parts;
    const { resource, namespace, name, subresource, warnings } = request;
    const body = readBody(request, APPLY_PATCH, resource.kind);
    const target = targetOf(request);
    const live = objects.find(resource, namespace, name);
    if (live === undefined && subresource !== '' && !createdThroughStatus.has(resource.table))
      throw refuse.notFound(subjectOf(resource), name);
    const config = applied(body.value, resource);
    const writer = { manager: options.manager, now: objects.now(), force: options.force };
    const base = live === undefined ? undefined : logic.project(resource, live.graph);
    const merged = ownership.apply(target, base, config, writer);
    if (options.fieldValidation === 'Strict' && body.lines !== undefined)
      throw refuse.badRequest(
        `error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  ${body.lines.join('\n  ')}`,
      );
    if (live !== undefined && merged === base) return objects.unchanged(target, live, asOf(request, options));
    const undecodable = (_why: string, restoring: string): Error => unconverted(request, config, restoring);
    const custom = resource.custom ? {} : { undecodable };
    const how: ShapeOptions = { body, validation: options.fieldValidation, warnings, untyped: true, ...custom };
    const typed = logic.shape(resource, merged, how);
    const uid = config.metadata.uid ?? '';
    if (live === undefined && uid !== '') {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw refuse.conflict(subjectOf(resource), name, why);
    }
    const shaped = logic.toStored(resource, placed(typed, request));
    const as: WriteAs = { user: request.user, manager: options.manager, dryRun: options.dryRun, warnings, tracked: true, byName: true };
    return live === undefined ? objects.create(target, shaped, as) : objects.update(target, live, shaped, as);
  }
}

function unconverted({ resource, name }: ResourceRequest, { metadata }: KubeObject, why: string): Error {
  const { group, version, apiVersion, kind } = resource;
  const named = `${group === '' ? `/${version}` : apiVersion}, Kind=${kind}`;
  return refuse.plain(
    `failed to convert new object (${metadata.namespace ?? ''}/${metadata.name ?? name}; ${named}) to proper version: unable to convert unstructured object to ${named}: ${why}`,
  );
}

interface PatchedAs {
  readonly resource: ResourceRequest['resource'];
  readonly mediaType: string;
  readonly undecodable: (plain: string, restoring: string) => Error;
}

/** A patch may say what the object is, too: a strategic one is not heard, another one has to name a type that there is. */
function asPatched(value: Json, { resource, mediaType, undecodable }: PatchedAs): JsonObject {
  const { apiVersion, kind, custom } = resource;
  if (custom || !isObject(value)) return asKind(value, resource);
  if (mediaType === STRATEGIC_PATCH) return asKind({ ...value, apiVersion, kind }, resource);
  const [version, named] = [String(value.apiVersion ?? ''), String(value.kind ?? '')];
  if ((version !== apiVersion || named !== kind) && !isKnown(version, named)) {
    const why = `no kind ${JSON.stringify(named)} is registered for version ${JSON.stringify(version)} in scheme "pkg/runtime/scheme.go:110"`;
    throw undecodable(why, why);
  }
  return asKind(value, resource);
}

/** Types whose storage lets an apply of the status alone create the object, if it were valid. */
const createdThroughStatus: ReadonlySet<string> = new Set(['services', 'validatingadmissionpolicies.admissionregistration.k8s.io']);

const targetOf = (request: ResourceRequest): Target => ({
  resource: request.resource,
  subresource: request.subresource,
  namespace: request.namespace,
  name: request.name,
});

export const asOf = (request: ResourceRequest, options: WriteOptions): WriteAs => ({
  user: request.user,
  manager: options.manager,
  dryRun: options.dryRun,
  warnings: request.warnings,
});
