/**
 * `lockstep/helm`: Helm charts rendered in this process, byte for byte as Helm 4 renders them. No helm binary, no cluster, nothing fetched. This file is
 * what is published; a test checks the code against it.
 */

/** What Helm would complain about, in Helm's words. */
export class HelmError extends Error {}

/** A loaded chart with everything in `charts/`. It can be rendered any number of times. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly isLibrary: boolean;
}

export interface RenderOptions {
  /** Name of the release. Default `release-name`. */
  readonly name?: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** Values, merged over those of the files below. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Texts of values files, as with `-f`: later ones win. */
  readonly valuesFiles?: readonly string[];
  /** As `--set`, `--set-string`, `--set-json`, `--set-literal`; they win over all of the above. */
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setLiteral?: readonly string[];
  /** `1.33` or `v1.33.4-gke.1`. Default: what Helm 4.2 takes for granted. */
  readonly kubeVersion?: string;
  /** Besides Kubernetes' own: `monitoring.coreos.com/v1/ServiceMonitor`. */
  readonly apiVersions?: readonly string[];
  readonly isUpgrade?: boolean;
  readonly revision?: number;
  readonly skipSchemaValidation?: boolean;
  /** Notes of subcharts, too. */
  readonly subNotes?: boolean;
  /** The Helm whose rules are followed. Default `4`: 4.2.4 and later. */
  readonly helmVersion?: '4' | '4.2.0' | '3';
  /** Draws passwords and keys from this text, so that the same render prints the same. Default: at random. */
  readonly seed?: string;
  /** What `now` is, in milliseconds since 1970. Default: now. */
  readonly now?: number;
  /** What `lookup` finds: an object, all objects of the kind when no name is given, or nothing. Default: nothing is there. */
  readonly lookup?: (query: LookupQuery) => Promise<object | readonly object[] | undefined>;
}

export interface LookupQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Manifest {
  /** The template it comes from: `chart/templates/deployment.yaml`. */
  readonly path: string;
  /** Exactly as rendered. */
  readonly text: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export interface Hook extends Manifest {
  /** `pre-install`, `post-upgrade`, `test`, … */
  readonly events: readonly string[];
  readonly weight: number;
  readonly deletePolicies: readonly string[];
}

export interface Rendered {
  /** In the order Helm installs kinds. */
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Hook[];
  /** Files of `crds/`. */
  readonly crds: readonly { readonly path: string; readonly text: string }[];
  /** NOTES.txt. */
  readonly notes: string;
  /** What Helm would log. */
  readonly warnings: readonly string[];
  /** Lines that draw something random: there, Helm prints something else every time. */
  readonly draws: readonly { readonly file: string; readonly line: number }[];
}

export interface OutputOptions {
  readonly includeCrds?: boolean;
  readonly noHooks?: boolean;
  readonly skipTests?: boolean;
  /** Only manifests of these templates: `templates/service.yaml`. */
  readonly showOnly?: readonly string[];
}

export interface RendererOptions {
  /** What one render may spend: `steps=100M,size=2Gi`. Default: docs/helm-conformance.md. */
  readonly limits?: string;
}

/** Renders, and keeps what it parsed for the next render: templates, patterns, documents, schemas. */
export interface Renderer {
  /** @throws HelmError */
  render(chart: Chart, options?: RenderOptions): Promise<Rendered>;
}

/** A chart of this machine: a folder or an archive. @throws HelmError */
export function loadChart(path: string): Promise<Chart>;

/** A chart from its files by path: `Chart.yaml`, `values.yaml`, `templates/…`, `charts/…`. `.helmignore` has no effect, as in archives. @throws HelmError */
export function chartOfFiles(files: Readonly<Record<string, string | Uint8Array>>): Chart;

/** @throws HelmError when the limits are none */
export function createRenderer(options?: RendererOptions): Renderer;

/** Renders once. @throws HelmError */
export function render(chart: Chart, options?: RenderOptions): Promise<Rendered>;

/** What `helm template` prints. @throws HelmError when `showOnly` names nothing */
export function templateOutput(rendered: Rendered, options?: OutputOptions): string;
