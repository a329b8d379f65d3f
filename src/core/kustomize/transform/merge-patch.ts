/** Applying a strategic merge patch to resources. Source: api/resource/resource.go (ApplySmPatch), api/resmap/reswrangler.go. */
import { commentSchema } from '../merge/comment-schema.ts';
import type { MergeRules } from '../merge/pair.ts';
import { merge } from '../merge/walk.ts';
import { about } from '../problem.ts';
import { idText } from '../resource/gvk.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import type { SchemaState } from '../resource/scopes.ts';

/** kustomize puts new elements of merged lists in front. */
export const mergeRules = (schema: SchemaState, newElements: MergeRules['newElements'] = 'prepend'): MergeRules => ({
  newElements,
  infer: false,
  schemaOf: (apiVersion, kind) => schema.mergeSchema(apiVersion, kind),
  commentSchema: (node) => (node.comments === undefined ? undefined : commentSchema(node, (name) => schema.definition(name))),
});

/** The patch may become part of the resource: it must not be used again. */
export function applyMergePatch(resource: Resource, patch: Resource, rules: MergeRules): void {
  const { name, namespace, kind } = resource;
  const mayRename = patch.mayChange('name');
  const mayRekind = patch.mayChange('kind');
  if (mayRename || mayRekind) resource.storePreviousId();
  about({ object: idText(resource.curId) }, () => {
    resource.withMarksInTree(() => {
      patch.withMarksInTree(() => undefined);
      const result = merge(resource.node, patch.node, rules);
      if (result === undefined) resource.deleted = true;
      else if (result !== resource.node) resource.node.become(result);
    });
  });
  if (resource.isEmpty) return;
  if (!mayRekind) resource.setKind(kind);
  if (!mayRename) resource.setName(name);
  resource.setNamespace(namespace);
}

/** One patch on several resources, with the kind of each; identities must stay unique. */
export function applyToSelected(
  map: ResMap,
  selected: readonly Resource[],
  patching: { readonly patch: Resource; readonly rules: MergeRules },
): void {
  const { patch, rules } = patching;
  if (selected.length === 0) return;
  for (const resource of selected) {
    const copy = patch.copy();
    copy.takeMetadataOf(patch);
    copy.setGvk(resource.gvk);
    copy.setKind(patch.kind);
    applyMergePatch(resource, copy, rules);
  }
  map.replaceAll(map.resources.filter((resource) => !resource.isEmpty));
}
