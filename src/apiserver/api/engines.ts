/** The patch engines of `core/merge` behind one signature, with the server's refusals. Kubernetes: handlers/patch.go. */
import { isObject, type Json } from '../../core/object/index.ts';
import { mergePatch } from '../../core/merge/json-merge/index.ts';
import { applyJsonPatch } from '../../core/merge/json-patch/index.ts';
import { strategicMerge } from '../../core/merge/strategic/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import type { PatchEngine, PatchEngines } from './patch.ts';

const MAX_OPERATIONS = 10_000;

const json: PatchEngine = (live, patch): ReturnType<PatchEngine> => {
  if (!Array.isArray(patch)) {
    const shown = patch === null ? 'null' : isObject(patch) ? 'object' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    return { refusal: refuse.badRequest(`error decoding patch: json: cannot unmarshal ${shown} into Go value of type jsonpatch.Patch`) };
  }
  if (patch.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`;
    return { refusal: new Refusal(413, 'RequestEntityTooLarge', message, { details: {} }) };
  }
  if (!(patch as readonly Json[]).every(isOperation)) return { refusal: refuse.unprocessable() };
  const result = applyJsonPatch(live, patch);
  return result.ok && result.value !== undefined ? { value: result.value } : { refusal: refuse.unprocessable() };
};

const operations = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

/** Whether an entry is an operation that can be tried at all. */
function isOperation(entry: Json): boolean {
  if (!isObject(entry) || typeof entry.op !== 'string' || !operations.has(entry.op) || typeof entry.path !== 'string') return false;
  return (entry.op !== 'move' && entry.op !== 'copy') || typeof entry.from === 'string';
}

const merge: PatchEngine = (live, patch) => {
  const result = mergePatch(live, patch);
  return result.ok ? { value: result.value } : { refusal: refuse.badRequest(result.error) };
};

const strategic: PatchEngine = (live, patch, type) => {
  if (patch === null) return { value: live };
  if (!isObject(patch) || !isObject(live)) return { refusal: refuse.badRequest('error decoding patch: the patch is not an object') };
  const result = strategicMerge(live, patch, type);
  return result.ok
    ? { value: result.value }
    : { refusal: result.error.includes('retainKeys') ? refuse.badRequest(result.error) : refuse.plain(result.error) };
};

export const patchEngines: PatchEngines = { json, merge, strategic };
