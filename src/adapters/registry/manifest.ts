/** Manifests of artifacts, and how Helm packs a chart into one. Source: OCI image-spec manifest.md; Helm 4 pkg/registry/{constants,chart,client}.go. */
import type { Metadata } from '../../core/chart/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../../core/object/index.ts';
import type { ChartError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
/** What is asked for; an index of manifests is told apart by its answer. */
export const acceptedManifests = [manifestType, 'application/vnd.docker.distribution.manifest.v2+json', indexType].join(', ');

export const chartTypes = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  layer: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  legacyLayer: 'application/tar+gzip',
  provenance: 'application/vnd.cncf.helm.chart.provenance.v1.prov',
} as const;

export interface Layer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** Absent: none. */
  readonly annotations?: ReadonlyMap<string, string>;
}

export interface Manifest {
  readonly config: Layer;
  readonly layers: readonly Layer[];
  readonly annotations: ReadonlyMap<string, string>;
}

const corrupt = (message: string): Result<never, ChartError> => err({ code: 'Corrupt', message });

/** Reads a manifest. An index of manifests is no artifact of ours and is refused by name. */
export function parseManifest(bytes: Uint8Array): Result<Manifest, ChartError> {
  let value: Json;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Json;
  } catch {
    return corrupt('the manifest is not JSON');
  }
  if (!isObject(value)) return corrupt('the manifest is not an object');
  if (getKey(value, 'manifests') !== undefined)
    return corrupt('the reference names an index of several manifests; name one of them by digest');
  const config = layerOf(getKey(value, 'config'));
  const layers = getKey(value, 'layers');
  if (config === undefined || !Array.isArray(layers) || layers.length > 1000) return corrupt('the manifest has no config or no layers');
  const read = (layers as readonly Json[]).map(layerOf);
  const whole = read.filter((layer) => layer !== undefined);
  if (whole.length !== read.length) return corrupt('a layer of the manifest is malformed');
  return ok({ config, layers: whole, annotations: annotationsOf(value) });
}

function annotationsOf(value: JsonObject): ReadonlyMap<string, string> {
  const annotations = getKey(value, 'annotations');
  const entries = isObject(annotations) ? Object.entries(annotations) : [];
  return new Map(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [])));
}

function layerOf(value: Json | undefined): Layer | undefined {
  if (!isObject(value)) return undefined;
  const [mediaType, digest, size] = [getKey(value, 'mediaType'), getKey(value, 'digest'), getKey(value, 'size')];
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number') return undefined;
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || !Number.isInteger(size) || size < 0) return undefined;
  const annotations = annotationsOf(value);
  return { mediaType, digest, size, ...(annotations.size === 0 ? {} : { annotations }) };
}

/** The layer that holds the chart; undefined when the artifact is none. */
export const chartLayerOf = ({ layers }: Manifest): Layer | undefined =>
  layers.find(({ mediaType }) => mediaType === chartTypes.layer || mediaType === chartTypes.legacyLayer);

const ours = new Set(['org.opencontainers.image.version', 'org.opencontainers.image.title']);

/** Annotations of a chart's manifest. `created`: RFC 3339. */
export function describeChart(metadata: Metadata, created: string): Record<string, string> {
  const rows: [string, string][] = [
    ['org.opencontainers.image.description', metadata.description],
    ['org.opencontainers.image.title', metadata.name],
    ['org.opencontainers.image.version', metadata.version],
    ['org.opencontainers.image.url', metadata.home],
    ['org.opencontainers.image.created', created],
    ['org.opencontainers.image.source', metadata.sources[0] ?? ''],
    [
      'org.opencontainers.image.authors',
      metadata.maintainers.map(({ name, email }) => name + (email === '' ? '' : ` (${email})`)).join(', '),
    ],
  ];
  const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => !ours.has(key));
  const all = new Map([...rows.filter(([, text]) => text.trim() !== ''), ...own]);
  return Object.fromEntries([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
