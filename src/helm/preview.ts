/** A chart rendered for a cluster and held against it, without a release: `helm template --dry-run=server`. Source: Helm 4 pkg/action/install.go. */
import { manifestOf } from './draft.ts';
import { adoptable, kubeVersionOf, type RenderAs, type Renderer } from './install.ts';
import { marked, placeAll } from './objects.ts';
import type { Scene } from './scene.ts';
import { discover } from './served.ts';

export interface PreviewRequest extends Pick<RenderAs, 'chart' | 'values' | 'isUpgrade'> {
  readonly name: string;
  readonly render: Renderer;
}

/**
 * Renders with the cluster's versions, its kinds and what `lookup` finds there. Nothing is written.
 * @throws ActionError in Helm's words for kinds that the cluster does not serve, and unless it is an upgrade for objects that belong to somebody else
 */
export async function preview(scene: Scene, { name, render, ...as }: PreviewRequest): ReturnType<Renderer> {
  const kubeVersion = await kubeVersionOf(scene);
  const served = await discover(scene.kube);
  const rendered = await render({ ...as, revision: 1, kubeVersion, apiVersions: served.apiVersions(), served });
  const { namespace } = scene;
  const objects = marked(placeAll(manifestOf(rendered), 'release manifest', { served, namespace }), { name, namespace });
  if (!as.isUpgrade) await adoptable(scene, objects, { name, takeOwnership: false });
  return rendered;
}
