/**
 * Rendering charts for kustomizations with our own Helm engine.
 * In: a chart in a source, values, names. Out: what `helm template` prints. Never: pulls a chart.
 */
import { err, ok, type Result } from '../../../std/index.ts';
import {
  type Capabilities,
  type ChartLimits,
  defaultCapabilities,
  formatTemplateOutput,
  mergeOptions,
  parseKubeVersion,
  renderChart,
  RenderCache,
  renderName,
} from '../../chart/index.ts';
import { isError } from '../../problem/index.ts';
import type { ChartRequest, InflateChart } from '../generate/helm.ts';

function capabilitiesOf({ apiVersions, kubeVersion }: ChartRequest): Result<Capabilities, string> {
  const base = { ...defaultCapabilities, apiVersions: [...defaultCapabilities.apiVersions, ...apiVersions] };
  if (kubeVersion === '') return ok(base);
  const parsed = parseKubeVersion(kubeVersion);
  return parsed.ok ? ok({ ...base, kubeVersion: parsed.value }) : err(`invalid kube version '${kubeVersion}': ${parsed.error}`);
}

function nameOf({ releaseName, nameTemplate }: ChartRequest): Result<string, string> {
  if (nameTemplate === '') return ok(releaseName === '' ? 'release-name' : releaseName);
  if (releaseName !== '') return err('cannot set --name-template and also specify a name');
  return renderName(nameTemplate);
}

/** Charts are rendered with one cache, which belongs to the caller of this function. */
export function chartInflator(limits?: ChartLimits): InflateChart {
  const cache = new RenderCache(limits);
  return (ask, request) => {
    const capabilities = capabilitiesOf(request);
    if (!capabilities.ok) return capabilities;
    const name = nameOf(request);
    if (!name.ok) return name;
    const values = mergeOptions({ files: request.values });
    if (!values.ok) return values;
    const release = { name: name.value, namespace: request.namespace === '' ? 'default' : request.namespace };
    const chart = { source: request.source, path: request.path };
    const { value, problems } = renderChart(ask, { chart, values: values.value, release, capabilities: capabilities.value }, { cache });
    const failure = problems.find(isError);
    if (failure !== undefined) return err(failure.message);
    return formatTemplateOutput(value, { includeCrds: request.includeCrds, noHooks: request.noHooks, skipTests: request.skipTests });
  };
}
