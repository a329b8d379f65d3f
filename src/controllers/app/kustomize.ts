/**
 * Apps that are kustomizations: built in process, with what the App adds to them. A namespace the kustomization sets stands in the objects before the
 * App's own is looked at: with `namespaceMode: default` the kustomization wins, with `force` the App does.
 */
import type { ChartLimits } from '../../core/chart/index.ts';
import { type Additions, buildKustomization } from '../../core/kustomize/index.ts';
import { chartInflator } from '../../core/kustomize/helm/index.ts';
import { builtinSchema, type Schema } from '../../core/schema/index.ts';
import type { Builder, BuildInput } from './build.ts';

/** One builder for all Apps: the schema of the built-in kinds is made once, when it is first needed. */
export function kustomizeBuilder(limits?: ChartLimits): Builder {
  let schema: Schema | undefined;
  const inflate = chartInflator(limits);
  const loadSchema = (): Schema => (schema ??= builtinSchema());
  return (ask, input) => {
    const additions = additionsOf(input);
    const { value, problems } = buildKustomization(
      ask,
      { source: '', path: input.path },
      // Files only from below each kustomization, as the original's default; bases anywhere in the source.
      { order: 'legacy', helm: { inflate }, loadSchema, ...(additions === undefined ? {} : { additions }) },
    );
    return { value: value.resources.map(({ object, file }) => ({ object, ...(file === undefined ? {} : { file }) })), problems };
  };
}

function additionsOf({ build: { kustomize } }: BuildInput): Additions | undefined {
  return kustomize === undefined ? undefined : (kustomize as Additions);
}
