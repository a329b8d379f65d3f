/** Rendering for a cluster that is asked: `helm template --validate` and `--dry-run=server`. Loaded only then. */
import type { Rendered, RenderFailure, RenderInput } from '../../core/chart/index.ts';
import { preview } from '../../helm/index.ts';
import type { Io } from '../io.ts';
import { act, type ClusterFlags } from './action.ts';
import type { Place, RenderChoice } from './chart.ts';
import { type ChartFlags, rendererOf } from './release-chart.ts';

type PreviewFlags = ClusterFlags &
  Pick<ChartFlags, 'helm-version' | 'skip-schema-validation' | 'render-subchart-notes'> & { readonly limits?: string };

export interface ToPreview {
  readonly place: Place;
  readonly input: Omit<RenderInput, 'release'> & { readonly name: string; readonly isUpgrade: boolean };
  readonly drawn?: RenderChoice['drawn'];
  readonly failed: (failure: RenderFailure) => void;
}

/** @throws CommandError in Helm's words */
export function previewOnCluster({ place, input, drawn, failed }: ToPreview, flags: PreviewFlags, io: Io): Promise<Rendered> {
  const { name } = input;
  return act(flags, io, {
    run: (scene) =>
      preview(scene, {
        ...input,
        render: rendererOf({ place, flags, io, scene, name, failed, ...(drawn === undefined ? {} : { drawn }) }),
      }),
  });
}
