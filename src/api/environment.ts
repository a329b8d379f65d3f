/**
 * Which environment an App belongs to. Said by a label, else by its cluster, else by the folder convention that most repositories follow
 * (`environments/staging/shop`). Never guessed from a namespace.
 */
import { getKey, type KubeObject } from '../core/object/index.ts';
import { targetOf } from './effective.ts';
import type { App } from './types.ts';

const LABELS = ['lockstep.dev/environment', 'environment', 'env'] as const;
const FOLDER = /(?:^|\/)(?:environments|envs|overlays|stages)\/([^/]+)(?:\/|$)/;

/** What the labels of an App or of a TargetCluster say. */
export function environmentLabel({ metadata: { labels = {} } }: KubeObject | App): string | undefined {
  return LABELS.map((name) => getKey(labels, name)).find((value) => value !== undefined && value !== '');
}

/** Empty: it belongs to none, and serves all. `ofCluster`: what a target cluster says about itself; undefined: nothing. */
export function environmentOf(app: App, ofCluster: (cluster: string) => string | undefined = () => undefined): string {
  const label = environmentLabel(app);
  if (label !== undefined) return label;
  const cluster = targetOf(app).cluster ?? '';
  if (cluster !== '') return ofCluster(cluster) ?? cluster;
  return FOLDER.exec(app.spec.source.path ?? '')?.[1] ?? '';
}
