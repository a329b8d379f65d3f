/**
 * Apps that are Helm charts: a chart of Git (a folder, packed or not) or of a repository (its archive), with values from everywhere the spec names. What
 * comes out is applied as ordinary objects; releases and hooks are not made here, and every hook that is left out is told.
 */
import type { App } from '../../api/index.ts';
import type { Ask } from '../../core/ask/index.ts';
import {
  type Capabilities,
  type Chart,
  defaultCapabilities,
  type Hook,
  loadChart,
  type Manifest,
  parseKubeVersion,
  render,
  RenderCache,
  type Rendered,
  type Warning,
} from '../../core/chart/index.ts';
import { type Json, type KubeObject, getKey, isObject, record } from '../../core/object/index.ts';
import { readManifests } from '../../core/plain/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { Outcome, Problem } from '../../core/problem/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import type { Builder, BuildInput, RenderedObject } from './build.ts';
import { withLocalDependencies } from './helm-dependencies.ts';
import { helmValues } from './helm-values.ts';

export type HelmSpec = NonNullable<App['spec']['build']['helm']>;

/** Parsed templates that are kept between renders. */
const mostTemplates = 20_000;

const refuse = (problem: Problem): Outcome<readonly RenderedObject[]> => ({ value: [], problems: [problem] });

/** One builder for all Apps: templates are parsed once, whoever uses them. */
export function helmBuilder(): Builder {
  const cache = new RenderCache();
  return (ask, input) => {
    cache.trim(mostTemplates);
    return buildChart(ask, input, cache);
  };
}

function buildChart(ask: Ask, input: BuildInput, cache: RenderCache): Outcome<readonly RenderedObject[]> {
  const spec: Partial<HelmSpec> = input.build.helm ?? {};
  const files = new Reads(ask);
  if (isMissing(ask, input.path))
    return refuse({
      code: 'PathNotFound',
      file: input.path,
      message: 'there is no such chart at this revision',
      hint: 'check source.path',
    });
  const loaded = loadChart(files.ask, { source: '', path: input.path });
  if (!loaded.ok) return refuse({ code: 'RenderFailed', file: input.path, message: loaded.error });
  const chart = withLocalDependencies(files.ask, loaded.value.chart, input.path);
  if (!chart.ok) return refuse({ code: 'RenderFailed', file: input.path, message: chart.error });
  const values = helmValues(ask, { input, chart: chart.value });
  if (!values.ok) return { value: [], problems: values.error };
  const capabilities = capabilitiesFor(ask, spec);
  if (!capabilities.ok) return refuse({ code: 'InvalidSpec', field: 'spec.build.helm.kubeVersion', message: capabilities.error });
  const problems: Problem[] = [];
  const seeded = seededAsk(ask, { seedOf: () => digestOf([files.digest(), values.value.digest]), problems });
  const release = { name: spec.releaseName ?? input.name, namespace: input.namespace };
  const rendered = render(
    seeded,
    { chart: chart.value, values: values.value.values, release, capabilities: capabilities.value },
    { cache, skipSchemaValidation: spec.skipSchemaValidation === true },
  );
  if (problems.length > 0) return { value: [], problems };
  if (!rendered.ok) return refuse({ code: 'RenderFailed', file: input.path, message: rendered.error.message });
  return objectsOf(rendered.value, { spec, chart: chart.value, warnings: loaded.value.warnings });
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
  if (algorithm === 'dsa') return 'the chart wants a DSA key, which cannot be made reproducibly; rsa, ecdsa and ed25519 can';
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

function objectsOf(
  rendered: Rendered,
  { spec, chart, warnings }: { readonly spec: Partial<HelmSpec>; readonly chart: Chart; readonly warnings: readonly Warning[] },
): Outcome<readonly RenderedObject[]> {
  const problems: Problem[] = [...warnings, ...rendered.warnings].map(({ message, details }) => ({
    code: 'HelmWarning',
    message: `${message}${details}`,
    severity: 'warning',
  }));
  const objects: RenderedObject[] = [];
  for (const crd of spec.crds === 'skip' ? [] : rendered.crds) {
    const read = readManifests(crd.text, crd.path);
    objects.push(...read.objects.map((item) => ({ ...item, object: keptCrd(item.object, spec.crds ?? 'replace') })));
    problems.push(...read.problems);
  }
  for (const manifest of rendered.manifests) {
    const read = objectsIn(manifest.object, manifest);
    objects.push(...read.value);
    problems.push(...read.problems);
  }
  const left = spec.disableHooks === true ? [] : rendered.hooks.filter((hook) => !isTest(hook));
  if (left.length > 0) problems.push(hookWarning(left));
  if (objects.length === 0 && problems.length === 0)
    problems.push({
      code: 'NothingRendered',
      severity: 'warning',
      message: `the chart ${chart.metadata.name} makes no object with these values`,
    });
  return { value: objects, problems };
}

const isTest = ({ events }: Hook): boolean => events.every((event) => event === 'test');

const hookWarning = (hooks: readonly Hook[]): Problem => {
  const names = hooks.slice(0, 5).map(({ kind, name, events }) => `${kind}/${name} (${events.join(', ')})`);
  const more = hooks.length > 5 ? ` and ${hooks.length - 5} more` : '';
  return {
    code: 'HooksNotRun',
    severity: 'warning',
    message: `${hooks.length} hooks of the chart are not run by this version: ${names.join(', ')}${more}`,
    hint: 'build.helm.disableHooks: true says that they are not needed',
  };
};

/** CRDs of `crds/` are never deleted (S3d); with `create` what is there stays as it is. */
function keptCrd(object: KubeObject, mode: 'create' | 'replace' | 'skip'): KubeObject {
  const marks: [string, string][] = [['lockstep.dev/prune', 'disabled']];
  if (mode === 'create') marks.push(['lockstep.dev/apply', 'ifNotPresent']);
  const annotations = record([...Object.entries(object.metadata.annotations ?? {}), ...marks]);
  return { ...object, metadata: { ...object.metadata, annotations } };
}

const mostNested = 8;

/** The objects of a document; lists are replaced by their items. */
function objectsIn(value: Json, manifest: Manifest, depth = 0): Outcome<readonly RenderedObject[]> {
  const refused = (message: string): Outcome<readonly RenderedObject[]> =>
    refuse({ code: 'NotKubernetes', file: manifest.path, message, hint: 'check the template and its values' });
  if (value === null) return { value: [], problems: [] };
  if (!isObject(value)) return refused('a document is no Kubernetes object');
  const [apiVersion, kind, metadata, items] = (['apiVersion', 'kind', 'metadata', 'items'] as const).map((key) => getKey(value, key));
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return refused('a document lacks apiVersion or kind');
  if (Array.isArray(items) && kind.endsWith('List')) {
    if (depth > mostNested) return refused('lists are nested too deeply');
    const read = (items as readonly Json[]).map((item) => objectsIn(item, manifest, depth + 1));
    return { value: read.flatMap((each) => each.value), problems: read.flatMap(({ problems }) => problems) };
  }
  const name = isObject(metadata) ? getKey(metadata, 'name') : undefined;
  if (typeof name !== 'string' || name === '') return refused(`a ${kind} has no metadata.name`);
  return { value: [{ object: value as unknown as KubeObject, file: manifest.path }], problems: [] };
}
