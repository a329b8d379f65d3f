/**
 * Dependencies of a chart in Git that are not vendored: `file://` ones are read from the same source, so that nothing has to be packaged or committed twice.
 * Those of repositories have to lie in charts/, and Helm's own message says so.
 */
import type { Ask } from '../../core/ask/index.ts';
import { type Chart, loadChart } from '../../core/chart/index.ts';
import { joinPath } from '../../core/tree/index.ts';
import { type Result, err, ok } from '../../std/index.ts';

const mostDepth = 16;

/** The chart with its `file://` dependencies among its subcharts. `path`: where the chart lies in the source. */
export function withLocalDependencies(ask: Ask, chart: Chart, path: string, depth = 0): Result<Chart, string> {
  if (depth > mostDepth) return err('dependencies by file:// are nested too deeply, or in a circle');
  const present = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  const added: Chart[] = [];
  for (const { name, repository } of chart.metadata.dependencies ?? []) {
    if (present.has(name) || !repository.startsWith('file://')) continue;
    const target = joinPath(path, repository.slice('file://'.length));
    if (target === undefined || repository.startsWith('file:///'))
      return err(`dependency ${JSON.stringify(name)}: ${repository} leads out of the source`);
    const loaded = loadChart(ask, { source: '', path: target });
    if (!loaded.ok) return err(`dependency ${JSON.stringify(name)} (${repository}): ${loaded.error}`);
    const whole = withLocalDependencies(ask, loaded.value.chart, target, depth + 1);
    if (!whole.ok) return whole;
    present.add(name);
    added.push(whole.value);
  }
  return ok(added.length === 0 ? chart : { ...chart, dependencies: [...chart.dependencies, ...added] });
}
