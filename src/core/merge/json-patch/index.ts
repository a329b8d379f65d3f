/**
 * JSON patches (RFC 6902) with the meaning evanphx/json-patch gives them, which is what the API server and kustomize use.
 * In: a document and a list of operations. Out: the document after them, or the operation that failed. Never: changes its arguments.
 */
export { type Dialect, type JsonPatch, type Operation, parsePatch } from './operation.ts';
export { type PatchFailure, type PatchOptions, applyJsonPatch } from './apply.ts';
