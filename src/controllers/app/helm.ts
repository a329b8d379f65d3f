/**
 * Apps that are Helm charts: a chart of Git (a folder, packed or not) or of a repository (its archive), with values from everywhere the spec names. With
 * `mode: release` the result is a draft of a release, with its hooks among the objects; with `template` it is ordinary objects.
 */
import type { App } from '../../api/index.ts';
import type { Ask } from '../../core/ask/index.ts';
import {
  type Capabilities,
  type Chart,
  type ChartLimits,
  defaultCapabilities,
  loadChart,
  parseKubeVersion,
  render,
  RenderCache,
} from '../../core/chart/index.ts';
import { chartContracts } from '../../core/contract/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { chartRecord, valuesJson } from '../../core/release/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import type { Builder, BuildInput, Built, ChartMark } from './build.ts';
import { withDependencies } from './chart-dependencies.ts';
import { objectsOf } from './helm-objects.ts';
import { helmValues } from './helm-values.ts';

export type HelmSpec = NonNullable<App['spec']['build']['helm']>;

/** Parsed templates that are kept between renders. */
const mostTemplates = 20_000;

const refuse = (problem: Problem): Built => ({ value: [], problems: [problem] });

/** One builder for all Apps: templates are parsed once, whoever uses them. */
export function helmBuilder(limits?: ChartLimits): Builder {
  const cache = new RenderCache(limits);
  return (ask, input) => {
    cache.trim(mostTemplates);
    return buildChart(ask, input, cache);
  };
}

function buildChart(ask: Ask, input: BuildInput, cache: RenderCache): Built {
  const spec: Partial<HelmSpec> = input.build.helm ?? {};
  const files = new Reads(ask);
  if (isMissing(ask, input.path))
    return refuse({
      code: 'PathNotFound',
      file: input.path,
      message: 'there is no such chart at this revision',
      hint: 'check source.path',
    });
  const loaded = loadChart(files.ask, { source: '', path: input.path }, cache.charts);
  if (!loaded.ok) return refuse({ code: 'RenderFailed', file: input.path, message: loaded.error });
  const chart = withDependencies(files.ask, loaded.value.chart, input.path);
  if (!chart.ok) return refuse({ code: 'DependenciesMissing', file: input.path, message: chart.error });
  const values = helmValues(ask, { input, chart: chart.value });
  if (!values.ok) return { value: [], problems: values.error };
  const capabilities = capabilitiesFor(ask, spec);
  if (!capabilities.ok) return refuse({ code: 'InvalidSpec', field: 'spec.build.helm.kubeVersion', message: capabilities.error });
  const problems: Problem[] = [];
  const seeded = seededAsk(ask, { seedOf: () => digestOf([files.digest(), values.value.digest]), problems });
  const name = spec.releaseName ?? input.name;
  const mode = spec.mode ?? 'release';
  const stage = mode === 'release' && readsRelease(chart.value) ? ask({ kind: 'release' }) : null;
  const release = { name, namespace: input.namespace, ...stage };
  const rendered = render(
    seeded,
    { chart: chart.value, values: values.value.values, release, capabilities: capabilities.value },
    { cache, skipSchemaValidation: spec.skipSchemaValidation === true },
  );
  if (problems.length > 0) return { value: [], problems };
  if (!rendered.ok) return refuse({ code: 'RenderFailed', file: input.path, message: rendered.error.message });
  const objects = objectsOf(rendered.value, {
    spec,
    chart: chart.value,
    warnings: loaded.value.warnings,
    release: { name, namespace: input.namespace },
  });
  const { value: contracts, problems: misread } = chartContracts(
    chart.value.metadata.annotations ?? {},
    input.path === '' ? 'Chart.yaml' : `${input.path}/Chart.yaml`,
  );
  const made = { ...objects, charts: [markOf(chart.value)], problems: [...objects.problems, ...misread], contracts };
  if (mode === 'template') return made;
  return {
    ...made,
    release: {
      kind: 'helm',
      name,
      chart: chartRecord(rendered.value.chart),
      config: valuesJson(values.value.values),
      notes: rendered.value.notes,
    },
  };
}

/**
 * Whether templates may ask for more of the release than its name: only then does the render depend on its revision. What cannot be told counts as yes.
 */
function readsRelease(chart: Chart): boolean {
  return (
    chart.templates.some(({ text }) => /Release(?!\.(?:Name|Namespace|Service)\b)/.test(text)) ||
    chart.dependencies.some((child) => readsRelease(child))
  );
}

function markOf({ metadata }: Chart): ChartMark {
  const { name, version, appVersion, annotations = {} } = metadata;
  return { name, version, ...(appVersion === '' ? {} : { appVersion }), annotations: { ...annotations } };
}

const isMissing = (ask: Ask, path: string): boolean =>
  path !== '' &&
  ask({ kind: 'list', source: '', path, recursive: true }) === null &&
  ask({ kind: 'file', source: '', path }).found === 'nothing';

/** Remembers which content a chart was made of. */
class Reads {
  readonly ask: Ask;
  readonly #ids: string[] = [];

  constructor(ask: Ask) {
    this.ask = ((request: Parameters<Ask>[0]) => {
      const answer = ask(request);
      if (request.kind === 'file') {
        const file = answer as { readonly id?: string };
        this.#ids.push(`${request.path}\0${file.id ?? ''}`);
      }
      return answer;
    }) as Ask;
  }

  digest(): string {
    return digestOf([...this.#ids].sort());
  }
}

/** Draws are named by chart and values (S12): the same ones draw the same, after a restart and at another commit. */
function seededAsk(ask: Ask, { seedOf, problems }: { readonly seedOf: () => string; readonly problems: Problem[] }): Ask {
  let seed: string | undefined;
  return ((request: Parameters<Ask>[0]) => {
    if (request.kind !== 'randomBytes' && request.kind !== 'privateKey') return ask(request);
    const refused = request.kind === 'privateKey' ? keyProblem(request) : undefined;
    if (refused !== undefined) {
      problems.push({ code: 'Unsupported', message: refused });
      return '';
    }
    seed ??= seedOf();
    return ask({ ...request, seed });
  }) as Ask;
}

/** Keys have to be made again after a restart, exactly as they were. */
function keyProblem({ algorithm, bits }: Extract<Parameters<Ask>[0], { kind: 'privateKey' }>): string | undefined {
  if (algorithm !== 'rsa' || (Number.isInteger(bits) && bits >= 512 && bits <= 8192)) return undefined;
  return `the chart wants an RSA key of ${bits} bits; 512 to 8192 are made`;
}

/** The target cluster's, with what the spec says instead or besides. */
function capabilitiesFor(ask: Ask, spec: Partial<HelmSpec>): Result<Capabilities, string> {
  const known = ask({ kind: 'capabilities' });
  const apiVersions = [...(known?.apiVersions ?? defaultCapabilities.apiVersions), ...(spec.apiVersions ?? [])];
  const text = spec.kubeVersion ?? known?.kubeVersion;
  if (text === undefined) return ok({ ...defaultCapabilities, apiVersions });
  const kubeVersion = parseKubeVersion(text);
  return kubeVersion.ok ? ok({ ...defaultCapabilities, apiVersions, kubeVersion: kubeVersion.value }) : err(kubeVersion.error);
}
