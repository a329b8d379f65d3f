/** Patches for objects that any other engine has built, with the rules of `patches` in a kustomization. */
import type { Ask } from '../ask/index.ts';
import type { KubeObject } from '../object/index.ts';
import { equalJson } from '../object/value/index.ts';
import type { Outcome } from '../problem/index.ts';
import type { Schema } from '../schema/index.ts';
import type { Selector } from './config/types.ts';
import { Loader } from './load/loader.ts';
import { jsonToNode, nodeToObject } from './node/json.ts';
import { KustomizeError } from './problem.ts';
import { Kinds } from './resource/gvk.ts';
import { ResMap } from './resource/res-map.ts';
import { Resource } from './resource/resource.ts';
import { SchemaState } from './resource/scopes.ts';
import { patchTransformer } from './transform/patches.ts';

export interface ObjectPatch {
  readonly target?: Selector;
  /** A strategic merge patch or a JSON patch, as YAML or JSON. */
  readonly patch: string;
}

export interface PatchedObject {
  readonly object: KubeObject;
  /** Position of what it was made from. */
  readonly from: number;
}

/** Patches name no files. */
const nothing = ((): never => {
  throw new KustomizeError('a patch here names no file');
}) as Ask;

/**
 * The objects after all patches, in their order; deleted ones are gone. `field` names the list of patches in problems. Objects no patch touched are
 * the given ones.
 */
export function patchObjects(
  objects: readonly KubeObject[],
  patches: readonly ObjectPatch[],
  { field, loadSchema }: { readonly field: string; readonly loadSchema?: () => Schema },
): Outcome<readonly PatchedObject[]> {
  const schema = new SchemaState(loadSchema);
  const kinds = new Kinds(schema);
  const loader = new Loader({ ask: nothing, restrictions: 'rootOnly' }, { source: '', dir: '/' });
  let index = 0;
  try {
    const resources = objects.map((object) => new Resource(jsonToNode(object), kinds));
    const places = new Map(resources.map((resource, from) => [resource, from]));
    const map = new ResMap(resources);
    for (; index < patches.length; index++) {
      patchTransformer(patches[index] as ObjectPatch, { loader, kinds, schema }).transform(map);
      map.dropEmpty();
    }
    return { value: map.resources.map((resource) => patched(resource, places.get(resource) ?? 0, objects)), problems: [] };
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    const { object } = error.place;
    return {
      value: [],
      problems: [{ code: 'PatchFailed', message: error.message, field: `${field}[${index}]`, ...(object === undefined ? {} : { object }) }],
    };
  }
}

function patched(resource: Resource, from: number, objects: readonly KubeObject[]): PatchedObject {
  resource.finish();
  const object = nodeToObject(resource.node) as KubeObject;
  const before = objects[from];
  return { from, object: before !== undefined && equalJson(before, object) ? before : object };
}
