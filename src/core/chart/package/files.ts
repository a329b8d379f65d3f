/** The files of a chart's archive, in Helm's order; subcharts are unpacked below charts/. Source: Helm 4 pkg/chart/v2/util/save.go (writeTarContents). */
import { encodeUtf8, err, ok, type Result } from '../../../std/index.ts';
import type { Chart } from '../model/index.ts';
import { chartYaml, lockYaml } from './write.ts';

export interface PackedChartFile {
  /** Below the chart's folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export function packedFiles(chart: Chart, prefix = ''): Result<readonly PackedChartFile[], string> {
  const { metadata, lock, valuesFile, schema } = chart;
  const isVersion1 = metadata.apiVersion === 'v1';
  const text = (path: string, content: string): PackedChartFile => ({ path: `${prefix}${path}`, bytes: encodeUtf8(content) });
  const files = [text('Chart.yaml', chartYaml(metadata, { dependencies: isVersion1 ? 'without' : 'with' }))];
  if (!isVersion1 && lock !== undefined) files.push(text('Chart.lock', lockYaml(lock)));
  if (valuesFile !== undefined) files.push({ path: `${prefix}values.yaml`, bytes: valuesFile.bytes });
  if (schema !== undefined) {
    if (!isJson(schema)) return err('invalid JSON in values.schema.json');
    files.push(text('values.schema.json', schema));
  }
  for (const file of [...chart.templates, ...chart.files]) files.push({ path: `${prefix}${file.name}`, bytes: file.bytes });
  for (const child of chart.dependencies) {
    const inner = packedFiles(child, `${prefix}charts/${child.metadata.name}/`);
    if (!inner.ok) return inner;
    files.push(...inner.value);
  }
  return ok(files);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
