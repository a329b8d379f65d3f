/** Finding one chart in the index of a large public repository: only its own block is read as YAML. */
import { readIndex } from '../src/adapters/helm-repo/index.ts';
import { decode, sigsYaml } from '../src/core/yaml/index.ts';
import { medianTime, type Figure } from './figure.ts';

const version = (chart: number, index: number): string => `  - apiVersion: v2
    appVersion: 1.${index}.0
    created: "2026-11-21T10:20:00Z"
    description: A chart with a description of ordinary length, as they are
    digest: ${'f'.repeat(64)}
    name: chart-${chart}
    urls:
    - https://charts.test/chart-${chart}-1.${index}.0.tgz
    version: 1.${index}.0
`;

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const text = (charts: number, versions: number): string =>
  `apiVersion: v1\nentries:\n${range(charts)
    .map(
      (chart) =>
        `  chart-${chart}:\n${range(versions)
          .map((index) => version(chart, index))
          .join('')}`,
    )
    .join('')}generated: "2026-11-21T10:20:00Z"\n`;

export async function run(): Promise<readonly Figure[]> {
  const large = text(400, 100);
  const find = (): void => {
    const index = readIndex(large);
    const found = index.ok ? index.value.versions('chart-399') : index;
    if (!found.ok || found.value?.length !== 100) throw new Error('the chart was not found');
  };
  const whole = (): void => {
    if (!decode(large, { variant: sigsYaml }).ok) throw new Error('the index was not read');
  };
  const value = await medianTime(7, find);
  const baseline = await medianTime(3, whole);
  const name = `one chart of an index of 40,000 versions, ${Math.round(large.length / 1e6)} MB`;
  return [{ name, value, unit: 'ms', baseline: { name: 'reading the whole index as YAML', value: baseline } }];
}
