/** The bodies of PATCH requests, and what is said about those that do not fit. Kubernetes: apiserver pkg/endpoints/handlers/patch.go. */
import { type Json, type JsonObject, type KubeObject, isObject, record } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { fieldError, invalid, refuse } from '../../core/kube/status/index.ts';
import { goKind, type ReadBody, readJson, strictTexts } from './body.ts';
import type { WriteOptions } from './options.ts';
import type { ResourceRequest } from './request.ts';

export const JSON_PATCH = 'application/json-patch+json';
export const MERGE_PATCH = 'application/merge-patch+json';
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

const strictOperations: readonly string[] = ['op', 'path', 'from'];

/** A patch in JSON. What is wrong with its form is told in the words of the decoder at work. Kubernetes: handlers/patch.go applyJSPatch, strategicPatchObject. */
export function readPatch(request: ResourceRequest, mediaType: string, validation: WriteOptions['fieldValidation']): ReadBody {
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
    checkOperations(request, read, validation);
    return { ...read, duplicates: [] };
  }
  if (value === null && mediaType === MERGE_PATCH) throw badPatch();
  const list = lax && mediaType === MERGE_PATCH && Array.isArray(value);
  if (isObject(value) || value === null || list) return read;
  throw lax && mediaType === MERGE_PATCH ? badPatch() : unfit(value, 'map[string]interface {}');
}

const operationFields = ['op', 'path', 'from', 'value'];

/** Repeated and unknown fields of the operations themselves. Kubernetes: handlers/patch.go decodeJSPatch. */
function checkOperations({ warnings }: ResourceRequest, read: ReadBody, validation: WriteOptions['fieldValidation']): void {
  if (validation === 'Ignore') return;
  const unknown = (read.value as readonly JsonObject[]).flatMap((operation, index) =>
    Object.keys(operation)
      .filter((name) => !operationFields.includes(name))
      .map((name) => `[${index}].${name}`),
  );
  const texts = strictTexts(read, unknown);
  if (texts.length === 0) return;
  if (validation === 'Strict') throw refuse.badRequest(`strict decoding error: ${texts.map((text) => `json patch ${text}`).join(', ')}`);
  warnings.push(...texts.map((text) => `json patch ${text}`));
}

/** evanphx/json-patch: ErrBadJSONPatch. */
const badPatch = (): Error => refuse.badRequest('Invalid JSON Patch');

/** The applied configuration, checked against the endpoint. */
export function applied(value: Json, resource: Pick<Resource, 'apiVersion' | 'kind'>): KubeObject {
  if (value === null) throw refuse.badRequest('invalid object type: /, Kind=');
  if (!isObject(value))
    throw refuse.badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`,
    );
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

export interface Patched {
  readonly base: Json;
  readonly patch: Json;
  readonly result: Json;
}

/** A patch whose result is not an object of the kind: why, in the words for each kind of patch. The value is printed as Go has it in hand. */
export function brokenPatch(
  { base, patch, result }: Patched,
  mediaType: string,
  why: { readonly plain: string; readonly restoring: string },
): Error {
  const strategic = mediaType === STRATEGIC_PATCH;
  const shown = strategic ? goMap(carriedOut(patch, base)) : JSON.stringify(result);
  const text = `Invalid value: ${JSON.stringify(shown)}: ${strategic ? why.restoring : why.plain}`;
  return invalid({ group: '', kind: '' }, '', [fieldError.raw('Invalid', 'patch', text)]);
}

/** A strategic patch as carrying it out leaves it: what was not there before was made from it, without its nulls and directives. */
function carriedOut(patch: Json, base: Json | undefined): Json {
  if (!isObject(patch)) return patch;
  const original = isObject(base ?? null) ? (base as JsonObject) : {};
  return record(
    Object.entries(patch).map(([key, value]) => {
      const member = value ?? null;
      const found = original[key];
      if (isObject(found ?? null) && isObject(member)) return [key, carriedOut(member, found)];
      const untouched = member === null || (Array.isArray(found) && Array.isArray(member));
      return [key, untouched ? member : Array.isArray(member) ? (member as readonly Json[]).map(bare) : bare(member)];
    }),
  );
}

const isDirective = (value: Json): boolean => isObject(value) && value.$patch !== undefined;

/** Without nulls and directives below; what is a directive itself is left as it is. */
function bare(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).filter((item) => !isDirective(item)).map(bare);
  if (!isObject(value) || isDirective(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null && member !== undefined && !isDirective(member));
  return record(kept.map(([key, member]) => [key, bare(member ?? null)]));
}

/** Go's `%+v` of decoded JSON. */
function goMap(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goMap).join(' ')}]`;
  if (!isObject(value)) return value === null ? '<nil>' : String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goMap(value[key] ?? null)}`).join(' ')}]`;
}
