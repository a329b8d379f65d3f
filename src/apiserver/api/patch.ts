/** PATCH in its four forms. Kubernetes: apiserver pkg/endpoints/handlers/patch.go. */
import { type Json, type JsonObject, type KubeObject, isObject, record } from '../../core/object/index.ts';
import { fieldError, invalid, Refusal, refuse } from '../../core/kube/status/index.ts';
import { asKind, goKind, placed, type ReadBody, readBody, readJson } from './body.ts';
import type { KindLogic } from './kind-logic.ts';
import { type Objects, subjectOf, type Target, type WriteAs, type Written } from './objects.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import type { Ownership } from './ownership.ts';
import type { ResourceRequest } from './request.ts';
import { mediaTypeOf } from './body.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const APPLY_PATCH = 'application/apply-patch+yaml';

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
    if (patched.value === base) return { entry: live, object: live.graph, created: false };
    const strategic = mediaType === STRATEGIC_PATCH;
    const undecodable = (why: string, restoring: string): Error =>
      brokenPatch(strategic ? carriedOut(body.value, base) : patched.value, mediaType, strategic ? restoring : why);
    const how = { body, validation: options.fieldValidation, warnings, undecodable };
    const shaped = placed(logic.shape(resource, asKind(patched.value, resource), how), request);
    return objects.update(targetOf(request), live, logic.toStored(resource, shaped), asOf(request, options));
  }

  #apply(request: ResourceRequest, options: WriteOptions): Written {
    const { objects, logic, ownership } = this.#parts;
    const { resource, namespace, name, subresource, warnings } = request;
    const body = readBody(request, APPLY_PATCH, resource.kind);
    const config = applied(body.value, request);
    const target = targetOf(request);
    const live = objects.find(resource, namespace, name);
    if (live === undefined && subresource !== '') throw refuse.notFound(subjectOf(resource), name);
    const uid = config.metadata.uid ?? '';
    if (live === undefined && uid !== '') {
      throw refuse.conflict(
        subjectOf(resource),
        name,
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    }
    const writer = { manager: options.manager, now: objects.now(), force: options.force };
    const base = live === undefined ? undefined : logic.project(resource, live.graph);
    const merged = ownership.apply(target, base, config, writer);
    if (live !== undefined && merged === base) return { entry: live, object: live.graph, created: false };
    const group = resource.group === '' ? `/${resource.version}` : resource.apiVersion;
    const named = `${group}, Kind=${resource.kind}`;
    const undecodable = (_why: string, restoring: string): Error =>
      refuse.plain(
        `failed to convert new object (${config.metadata.namespace ?? ''}/${name}; ${named}) to proper version: unable to convert unstructured object to ${named}: ${restoring}`,
      );
    const how = { body, validation: options.fieldValidation, warnings, ...(resource.custom ? {} : { undecodable }) };
    const shaped = logic.toStored(resource, placed(logic.shape(resource, merged, how), request));
    if (live === undefined) return objects.create(target, shaped, { ...asOf(request, options), tracked: true });
    return objects.update(target, live, shaped, { ...asOf(request, options), tracked: true });
  }
}

const targetOf = (request: ResourceRequest): Target => ({
  resource: request.resource,
  subresource: request.subresource,
  namespace: request.namespace,
  name: request.name,
});

const asOf = (request: ResourceRequest, options: WriteOptions): WriteAs => ({
  user: request.user,
  manager: options.manager,
  dryRun: options.dryRun,
  warnings: request.warnings,
});

const strictOperations: readonly string[] = ['op', 'path', 'from'];

/** A patch in JSON. What is wrong with its form is told in the words of the decoder at work. Kubernetes: handlers/patch.go applyJSPatch, strategicPatchObject. */
function readPatch(request: ResourceRequest, mediaType: string, validation: WriteOptions['fieldValidation']): ReadBody {
  const read = readJson(request);
  const lax = validation === 'Ignore';
  const told = (why: string): Error => refuse.badRequest(mediaType === STRATEGIC_PATCH || lax ? why : `error decoding patch: ${why}`);
  if ('error' in read) throw mediaType === MERGE_PATCH && lax ? badPatch() : told(read.error);
  const { value } = read;
  const unfit = (found: Json, wanted: string): Error => told(`json: cannot unmarshal ${goKind(found)} into Go value of type ${wanted}`);
  if (mediaType === JSON_PATCH && value === null) return { ...read, value: [] };
  if (mediaType === JSON_PATCH) {
    if (!Array.isArray(value)) throw unfit(value, lax ? 'jsonpatch.Patch' : '[]handlers.jsonPatchOp');
    for (const entry of value as readonly Json[]) {
      if (!isObject(entry)) throw unfit(entry, lax ? 'jsonpatch.Operation' : 'handlers.jsonPatchOp');
      const wrong = lax ? undefined : strictOperations.find((name) => !['string', 'undefined'].includes(typeof (entry[name] ?? undefined)));
      if (wrong !== undefined)
        throw told(`json: cannot unmarshal ${goKind(entry[wrong] ?? null)} into Go struct field jsonPatchOp.${wrong} of type string`);
    }
    return read;
  }
  if (value === null && mediaType === MERGE_PATCH) throw badPatch();
  const list = lax && mediaType === MERGE_PATCH && Array.isArray(value);
  if (isObject(value) || value === null || list) return read;
  throw lax && mediaType === MERGE_PATCH ? badPatch() : unfit(value, 'map[string]interface {}');
}

/** evanphx/json-patch: ErrBadJSONPatch. */
const badPatch = (): Error => refuse.badRequest('Invalid JSON Patch');

/** The applied configuration, checked against the endpoint. */
function applied(value: Json, request: ResourceRequest): KubeObject {
  const { resource } = request;
  if (!isObject(value)) throw refuse.badRequest('error decoding YAML: the body is not an object');
  const { apiVersion = '', kind = '' } = value;
  if (apiVersion !== resource.apiVersion || kind !== resource.kind) {
    const group = String(apiVersion).includes('/') ? String(apiVersion) : `/${String(apiVersion)}`;
    throw refuse.badRequest(`invalid object type: ${group}, Kind=${String(kind)}`);
  }
  const metadata = isObject(value.metadata) ? value.metadata : {};
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    throw refuse.badRequest('metadata.managedFields must be nil');
  return { ...value, metadata } as KubeObject;
}

/** A patch whose result is not an object of the kind. Kubernetes: handlers/patch.go; the value is printed as Go has it in hand. */
function brokenPatch(value: Json, mediaType: string, why: string): Error {
  const strategic = mediaType === STRATEGIC_PATCH;
  const shown = strategic ? goMap(value) : JSON.stringify(value);
  const text = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
  return invalid({ group: '', kind: '' }, '', [fieldError.raw('Invalid', 'patch', text)]);
}

/** A strategic patch as it is once it was carried out: an object that was not there was made from it, without what it deletes from lists. */
function carriedOut(patch: Json, base: Json | undefined): Json {
  if (!isObject(patch)) return patch;
  const original = isObject(base ?? null) ? (base as JsonObject) : undefined;
  return record(
    Object.entries(patch).map(([key, member]) => {
      const found = original?.[key];
      return [
        key,
        isObject(found ?? null) || original === undefined ? carriedOut(member ?? null, found) : withoutDeletions(member ?? null, 'top'),
      ];
    }),
  );
}

function withoutDeletions(value: Json, level: 'top' | 'below'): Json {
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return level === 'top'
      ? items
      : items.filter((item) => !isObject(item) || item.$patch !== 'delete').map((item) => withoutDeletions(item, 'below'));
  }
  return isObject(value) ? record(Object.entries(value).map(([key, member]) => [key, withoutDeletions(member ?? null, 'below')])) : value;
}

/** Go's `%+v` of decoded JSON. */
function goMap(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goMap).join(' ')}]`;
  if (!isObject(value)) return value === null ? '<nil>' : String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goMap(value[key] ?? null)}`).join(' ')}]`;
}
