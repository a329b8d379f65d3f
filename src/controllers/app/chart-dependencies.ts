/**
 * Dependencies of a chart in Git that are not vendored. `file://` ones are read from the same source, those of repositories are fetched as the lock says, so
 * that nothing has to be packaged or committed twice. Source: Helm 4 pkg/downloader/manager.go (Build).
 */
import type { Ask } from '../../core/ask/index.ts';
import { type Chart, type Dependency, loadChart } from '../../core/chart/index.ts';
import { lockProblem } from '../../core/chart/package/index.ts';
import { joinPath } from '../../core/tree/index.ts';
import { type Result, err, ok } from '../../std/index.ts';

const mostDepth = 16;

/** Where a chart lies: in the App's own source, or in a tree that an answer named. */
interface Place {
  readonly source: string;
  readonly path: string;
}

/** The chart with what its Chart.yaml names and charts/ lacks. `path`: where the chart lies in the App's own source. */
export function withDependencies(ask: Ask, chart: Chart, path: string, depth = 0): Result<Chart, string> {
  if (depth > mostDepth) return err('dependencies by file:// are nested too deeply, or in a circle');
  const vendored = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  const wanted = (chart.metadata.dependencies ?? []).filter(({ name, repository }) => !vendored.has(name) && repository !== '');
  const added = new Map<string, Chart>();
  for (const dependency of wanted) {
    const place = dependency.repository.startsWith('file://') ? localPlace(dependency, path) : remotePlace(ask, dependency, chart);
    if (!place.ok) return err(`dependency ${JSON.stringify(dependency.name)}: ${place.error}`);
    const { source, path: target } = place.value;
    const key = `${source}\0${target}`;
    if (added.has(key)) continue;
    const loaded = loadChart(ask, place.value);
    if (!loaded.ok) return err(`dependency ${JSON.stringify(dependency.name)} (${dependency.repository}): ${loaded.error}`);
    const whole = source === '' ? withDependencies(ask, loaded.value.chart, target, depth + 1) : ok(loaded.value.chart);
    if (!whole.ok) return whole;
    added.set(key, whole.value);
  }
  return ok(added.size === 0 ? chart : { ...chart, dependencies: [...chart.dependencies, ...added.values()] });
}

function localPlace({ repository }: Dependency, path: string): Result<Place, string> {
  const target = joinPath(path, repository.slice('file://'.length));
  return target === undefined || repository.startsWith('file:///')
    ? err(`${repository} leads out of the source`)
    : ok({ source: '', path: target });
}

function remotePlace(ask: Ask, { name, repository, version }: Dependency, chart: Chart): Result<Place, string> {
  if (/^(?:@|alias:)/.test(repository)) return err(`repositories have no names here: write the URL in place of ${repository}`);
  const outdated = lockProblem(chart);
  if (outdated !== undefined) return err(outdated);
  const locked = chart.lock?.dependencies.find((entry) => entry.name === name && entry.repository === repository);
  const answer = ask({ kind: 'repositoryChart', repository, chart: name, version: locked?.version ?? version });
  return 'refused' in answer ? err(`it is not in charts/, and is not fetched from ${repository}: ${answer.refused}`) : ok(answer);
}
