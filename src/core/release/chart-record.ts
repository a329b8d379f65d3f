/** A chart as it stands in a release record. Source: Helm 4 pkg/chart/v2 (chart.go, metadata.go, dependency.go), pkg/chart/common/file.go. */
import type { Chart, Dependency, Lock, Metadata } from '../chart/index.ts';
import type { GoRecord } from '../go/value/index.ts';
import { type JsonObject, record } from '../object/index.ts';
import { encodeJson } from '../template/json/index.ts';
import { encodeBase64, encodeUtf8 } from '../../std/index.ts';

/** What Go writes for a time that was never set. */
const noTime = '0001-01-01T00:00:00Z';

/** Subcharts are left out, as Helm leaves them out. */
export function chartRecord(chart: Chart): JsonObject {
  return {
    metadata: metadataJson(chart.metadata),
    lock: chart.lock === undefined ? null : lockJson(chart.lock),
    templates: chart.templates.map(fileJson),
    values: chart.values === undefined ? null : valuesJson(chart.values),
    schema: chart.schema === undefined ? null : encodeBase64(encodeUtf8(chart.schema)),
    schemamodtime: noTime,
    files: chart.files.map(fileJson),
  };
}

/** Values as JSON; undefined cannot be: what comes from YAML and JSON can be written as JSON. */
export function valuesJson(values: GoRecord): JsonObject {
  const text = encodeJson(values);
  return text.ok ? (JSON.parse(text.value) as JsonObject) : {};
}

const fileJson = ({ name, bytes }: Chart['files'][number]): JsonObject => ({ name, data: encodeBase64(bytes) });

const filled = (fields: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject =>
  record(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0) ? [] : [[key, value] as const],
    ),
  );

const metadataJson = (metadata: Metadata): JsonObject =>
  filled({
    name: metadata.name,
    home: metadata.home,
    sources: metadata.sources,
    version: metadata.version,
    description: metadata.description,
    keywords: metadata.keywords,
    maintainers: metadata.maintainers.map(({ name, email, url }) => filled({ name, email, url })),
    icon: metadata.icon,
    apiVersion: metadata.apiVersion,
    condition: metadata.condition,
    tags: metadata.tags,
    appVersion: metadata.appVersion,
    deprecated: metadata.deprecated,
    annotations: metadata.annotations,
    kubeVersion: metadata.kubeVersion,
    dependencies: metadata.dependencies?.map(dependencyJson),
    type: metadata.type,
  });

const dependencyJson = (dependency: Dependency): JsonObject => ({
  name: dependency.name,
  ...filled({ version: dependency.version }),
  repository: dependency.repository,
  ...filled({
    condition: dependency.condition,
    tags: dependency.tags,
    enabled: dependency.enabled,
    'import-values': dependency.importValues,
    alias: dependency.alias,
  }),
});

const lockJson = (lock: Lock): JsonObject => ({
  generated: lock.generated === '' ? noTime : lock.generated,
  digest: lock.digest,
  dependencies: lock.dependencies.map(dependencyJson),
});
