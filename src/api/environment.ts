/**
 * Which environment an App belongs to. Said by a label, else by its cluster, else by the folder convention that most repositories follow
 * (`environments/staging/shop`). Never guessed from a namespace.
 */
import { getKey } from '../core/object/index.ts';
import { targetOf } from './effective.ts';
import type { App } from './types.ts';

const LABELS = ['lockstep.dev/environment', 'environment', 'env'] as const;
const FOLDER = /(?:^|\/)(?:environments|envs|overlays|stages)\/([^/]+)(?:\/|$)/;

/** Empty: it belongs to none, and serves all. `ofCluster`: what a target cluster says about itself; undefined: nothing. */
export function environmentOf(app: App, ofCluster: (cluster: string) => string | undefined = () => undefined): string {
  const labels = app.metadata.labels ?? {};
  const label = LABELS.map((name) => getKey(labels, name)).find((value) => value !== undefined && value !== '');
  if (label !== undefined) return label;
  const cluster = targetOf(app).cluster ?? '';
  if (cluster !== '') return ofCluster(cluster) ?? cluster;
  return FOLDER.exec(app.spec.source.path ?? '')?.[1] ?? '';
}
