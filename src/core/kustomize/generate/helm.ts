/** Charts as generators (`helmCharts`). Source: api/internal/builtins/HelmChartInflationGenerator.go. */
import type { HelmChart, HelmGlobals } from '../config/types.ts';
import type { Loader } from '../load/loader.ts';
import { KustomizeError } from '../problem.ts';
import type { Build } from '../target/build.ts';
import type { Generator } from '../transform/plugin.ts';

export function helmGenerator(_config: HelmChart & HelmGlobals, { build }: { readonly build: Build; readonly loader: Loader }): Generator {
  if (!build.rules.helm.enabled) throw new KustomizeError('must specify --enable-helm', { field: 'helmCharts' });
  throw new KustomizeError('charts are not supported here', { field: 'helmCharts' });
}
