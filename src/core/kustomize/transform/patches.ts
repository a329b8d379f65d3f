/** Strategic merge and JSON patches. Source: api/internal/builtins/Patch*Transformer.go. */
import { type Json, isObject, record } from '../../object/index.ts';
import { applyJsonPatch, type JsonPatch, parsePatch } from '../../merge/json-patch/index.ts';
import { decode, encode, sigsYaml } from '../../yaml/index.ts';
import { quote } from '../../go/strconv/index.ts';
import type { Patch, PatchArgs, Selector } from '../config/types.ts';
import type { Loader } from '../load/loader.ts';
import { canonicalJson } from '../node/go-json.ts';
import { jsonToNode, nodeToObject } from '../node/json.ts';
import { KustomizeError, about, wrapped } from '../problem.ts';
import { readResources } from '../resource/factory.ts';
import { type Kinds, gvkText, idText } from '../resource/gvk.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import type { SchemaState } from '../resource/scopes.ts';
import { select, selectorText } from '../resource/selector.ts';
import { applyMergePatch, applyToSelected, mergeRules } from './merge-patch.ts';
import type { Transformer } from './plugin.ts';

export interface PatchParts {
  readonly loader: Loader;
  readonly kinds: Kinds;
  readonly schema: SchemaState;
}

/** The text as kustomize takes it: a list at the first character is JSON, anything else YAML. */
function readJsonPatch(text: string): JsonPatch {
  if (text === '') throw new KustomizeError('empty json patch operations');
  const decoded = decode(text, { variant: sigsYaml });
  if (!decoded.ok) throw new KustomizeError(decoded.error.message);
  if (decoded.value === null) return [];
  if (!Array.isArray(decoded.value))
    throw new KustomizeError(`json: cannot unmarshal ${jsonKind(decoded.value)} into Go value of type jsonpatch.Patch`);
  if (!(decoded.value as readonly Json[]).every((item) => item === null || isObject(item))) {
    throw new KustomizeError('json: cannot unmarshal into Go value of type jsonpatch.Operation');
  }
  const parsed = parsePatch(decoded.value);
  if (!parsed.ok) throw new BadOperation(parsed.error);
  return parsed.value;
}

/** The text is a JSON patch, but one of its operations cannot be; the original notices when it applies it. */
class BadOperation extends KustomizeError {}

const jsonKind = (value: Json): string => (typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value);

/** Applies a JSON patch; the history takes part, as it stands in the annotations in the original. */
function applyOperations(resource: Resource, patch: JsonPatch): void {
  const marks = new Map(resource.marks);
  about({ object: idText(resource.curId) }, () => {
    resource.withMarksInTree(() => {
      const result = applyJsonPatch(nodeToObject(resource.node), patch);
      if (!result.ok) throw new KustomizeError(result.error.message, { field: result.error.path });
      if (!isObject(result.value ?? null)) throw new KustomizeError('json: cannot unmarshal into Go value of type map[string]interface {}');
      resource.node.become(jsonToNode(asFloats(result.value ?? null)));
    });
  });
  resource.restoreMarks(marks);
  resource.setAnnotations(resource.annotations);
}

/** encoding/json reads every number as a float64. */
function asFloats(value: Json): Json {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(asFloats);
  return isObject(value) ? record(Object.entries(value).map(([key, member]) => [key, asFloats(member ?? null)])) : value;
}

interface Patching {
  readonly source: string;
  readonly target: Selector | undefined;
}

/** PatchTransformer: `patches`. */
export function patchTransformer(patch: Patch, parts: PatchParts): Transformer {
  const { text, source } = patchText(patch, parts);
  const file = patch.path === undefined || patch.path === '' ? undefined : parts.loader.fileName(patch.path);
  const place = file === undefined ? { field: 'patches' } : { file, field: 'patches' };
  const merges = attempt(() => readResources(text, parts.kinds, file));
  const json = attempt(() => readJsonPatch(text));
  const bad = json instanceof BadOperation;
  if (Array.isArray(merges) && merges.length > 0 && Array.isArray(json) && json.length > 0) {
    throw new KustomizeError(`illegally qualifies as both an SM and JSON patch: ${source}`, place);
  }
  if (!Array.isArray(merges) && !Array.isArray(json) && !bad)
    throw new KustomizeError(`unable to parse SM or JSON patch from ${source}`, place);
  const patching = { source, target: patch.target };
  if (Array.isArray(merges)) return mergeTransformer(allowed(merges, patch.options), patching, parts);
  if (bad)
    return {
      transform: () => {
        throw json;
      },
    };
  return { transform: (map) => about(place, () => operationsTransform(map, json as JsonPatch, patching)) };
}

function patchText(patch: Patch, { loader }: PatchParts): { readonly text: string; readonly source: string } {
  const inline = (patch.patch ?? '').trim();
  const path = patch.path ?? '';
  const shown = (): string =>
    encode(
      {
        ...(path === '' ? {} : { path }),
        ...(patch.patch === undefined ? {} : { patch: patch.patch }),
        ...(patch.target === undefined ? {} : { target: { ...patch.target } }),
      },
      { variant: sigsYaml },
    );
  if (inline === '' && path === '') throw new KustomizeError(`must specify one of patch and path in\n${shown()}`, { field: 'patches' });
  if (inline !== '' && path !== '')
    throw new KustomizeError(`patch and path can't be set at the same time\n${shown()}`, { field: 'patches' });
  if (inline !== '') return { text: inline, source: `[patch: ${quote(inline)}]` };
  try {
    return { text: loader.load(path).text, source: `[path: ${quote(path)}]` };
  } catch (error) {
    throw wrapped(error, `failed to get the patch file from path(${path})`);
  }
}

function attempt<T>(run: () => T): T | KustomizeError {
  try {
    return run();
  } catch (error) {
    if (error instanceof KustomizeError) return error;
    throw error;
  }
}

function allowed(patches: readonly Resource[], options: PatchArgs | undefined): readonly Resource[] {
  for (const patch of patches) {
    if (options?.allowNameChange === true) patch.allowChange('name');
    if (options?.allowKindChange === true) patch.allowChange('kind');
  }
  return patches;
}

function mergeTransformer(patches: readonly Resource[], { source, target }: Patching, parts: PatchParts): Transformer {
  return {
    transform: (map) => {
      const rules = mergeRules(parts.schema);
      if (target !== undefined) {
        if (patches.length > 1) {
          throw new KustomizeError(
            `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
            { field: 'patches' },
          );
        }
        const [patch] = patches;
        if (patch !== undefined) applyToSelected(map, selectTarget(map, target), { patch, rules });
        return;
      }
      for (const patch of patches) patchOne(map, patch, rules);
    },
  };
}

function selectTarget(map: ResMap, target: Selector): readonly Resource[] {
  try {
    return select(map, target);
  } catch (error) {
    const { group = '', version = '', kind = '', name = '', namespace = '' } = target;
    const id = `${gvkText({ group, version, kind })}/${name === '' ? '[noName]' : name}.${namespace === '' ? '[noNs]' : namespace}`;
    throw wrapped(error, `unable to find patch target ${quote(selectorText(target, id))} in \`resources\``);
  }
}

function patchOne(map: ResMap, patch: Resource, rules: ReturnType<typeof mergeRules>): void {
  const id = patch.orgId;
  const target = findOne(map, patch, (error) => wrapped(error, `no resource matches strategic merge patch ${quote(idText(id))}`));
  applyMergePatch(target, patch.copy(), rules);
  map.refile(target);
}

function findOne(map: ResMap, patch: Resource, wrap: (error: unknown) => unknown): Resource {
  try {
    return about(patch.file === undefined ? {} : { file: patch.file }, () => map.one(patch.orgId));
  } catch (error) {
    throw wrap(error);
  }
}

function operationsTransform(map: ResMap, patch: JsonPatch, { source, target }: Patching): void {
  if (target === undefined) throw new KustomizeError(`must specify a target for JSON patch ${source}`);
  for (const resource of select(map, target)) {
    resource.storePreviousId();
    applyOperations(resource, patch);
  }
  map.touch();
}

export interface Json6902 {
  readonly target?: Selector;
  readonly path?: string;
  readonly jsonOp?: string;
}

/** PatchJson6902Transformer: `patchesJson6902`. */
export function json6902Transformer(config: Json6902, { loader }: PatchParts): Transformer {
  const { target, path = '', jsonOp = '' } = config;
  if ((target?.name ?? '') === '') throw new KustomizeError('must specify the target name');
  if (path === '' && jsonOp === '') throw new KustomizeError('empty file path and empty jsonOp');
  if (path !== '' && jsonOp !== '') throw new KustomizeError('must specify a file path or jsonOp, not both');
  const text = path === '' ? jsonOp : loader.load(path).text;
  if (text === '') throw new KustomizeError(`patch file '${path}' empty seems to be empty`);
  const patch = readPatchText(text, path);
  return {
    transform: (map) => {
      for (const resource of select(map, target as Selector)) applyOperations(resource, patch);
      map.touch();
    },
  };
}

function readPatchText(text: string, path: string): JsonPatch {
  let patch: JsonPatch;
  try {
    patch = readJsonPatch(text);
  } catch (error) {
    if (error instanceof BadOperation) throw error;
    throw wrapped(error, `decoding ${text}`);
  }
  if (patch.length === 0) throw new KustomizeError(`patch appears to be empty; file=${path}, JsonOp=${canonicalJson(null)}`);
  return patch;
}

export interface StrategicMerge {
  readonly paths?: readonly string[];
  readonly patches?: string;
}

/** PatchStrategicMergeTransformer: `patchesStrategicMerge`. */
export function strategicMergeTransformer(config: StrategicMerge, parts: PatchParts): Transformer {
  const { paths = [], patches: inline = '' } = config;
  if (paths.length === 0 && inline === '') throw new KustomizeError('empty file path and empty patch content');
  const patches = [...paths.flatMap((path) => patchesAt(path, parts)), ...(inline === '' ? [] : readResources(inline, parts.kinds))];
  if (patches.length === 0) throw new KustomizeError(`patch appears to be empty; files=[${paths.join(' ')}], Patch=${inline}`);
  return {
    transform: (map) => {
      const rules = mergeRules(parts.schema);
      for (const patch of patches) {
        const target = findOne(map, patch, (error) => error);
        applyToSelected(map, [target], { patch, rules });
      }
    },
  };
}

/** An entry is a patch itself or names a file. */
function patchesAt(path: string, { kinds, loader }: PatchParts): readonly Resource[] {
  const inline = attempt(() => readResources(path, kinds));
  if (Array.isArray(inline)) return inline;
  const { text } = loader.load(path);
  const file = loader.fileName(path);
  return about({ file }, () => {
    try {
      return readResources(text, kinds, file);
    } catch (error) {
      throw inFile(error, path);
    }
  });
}

/** What is wrong with YAML names its file. kusterr.Handler. */
export function inFile(error: unknown, path: string): unknown {
  if (error instanceof KustomizeError && error.message.includes('MalformedYAMLError')) {
    return new KustomizeError(`${error.message} in File: ${path}`, error.place, 'malformed');
  }
  return error;
}
