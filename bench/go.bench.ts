/** Formatting on the hot path of chart rendering, beside JavaScript's own string building. */
import { sprint, sprintf } from '../src/core/go/fmt/index.ts';
import { formatFloat } from '../src/core/go/strconv/index.ts';
import { int, type GoValue } from '../src/core/go/value/index.ts';
import { record } from '../src/core/object/index.ts';
import { RegexpCache } from '../src/core/go/regexp/index.ts';
import { decodeUtf8, encodeUtf8 } from '../src/std/index.ts';
import { medianTime, type Figure } from './figure.ts';

const times = 100_000;

/** Calls a second of `body`. */
async function rate(body: (i: number) => unknown): Promise<number> {
  let sink = 0;
  const milliseconds = await medianTime(5, () => {
    for (let i = 0; i < times; i++) sink += String(body(i)).length;
  });
  return sink < 0 ? 0 : Math.round((times / milliseconds) * 1000);
}

const labels = record<GoValue>(['app', 'chart', 'release', 'heritage', 'tier'].map((key, i) => [key, `value-${i}`]));
const text = 'kind: Deployment # größe\n'.repeat(100);

export async function run(): Promise<Figure[]> {
  const cache = new RegexpCache();
  const figure = async (
    name: string,
    body: (i: number) => unknown,
    baseline: readonly [string, (i: number) => unknown],
  ): Promise<Figure> => ({
    name,
    value: await rate(body),
    unit: 'ops/s',
    baseline: { name: baseline[0], value: await rate(baseline[1]) },
  });
  return [
    await figure('sprintf %s-%s', (i) => sprintf('%s-%s', ['release', `name-${i}`]), ['concatenation', (i) => `release-name-${i}`]),
    await figure('sprintf %s:%d', (i) => sprintf('%s:%d', ['port', int(i)]), ['concatenation', (i) => `port:${i}`]),
    await figure('sprintf %v of a map', () => sprintf('%v', [labels]), ['JSON.stringify', () => JSON.stringify(labels)]),
    await figure('sprint of a float', (i) => sprint([i / 8]), ['String', (i) => String(i / 8)]),
    await figure('formatFloat %.2f', (i) => formatFloat(i / 8, 'f', { precision: 2 }), ['toFixed', (i) => (i / 8).toFixed(2)]),
    await figure('regexp replace', (i) => replaced(cache, `a-${i}_b`), ['RegExp', (i) => `a-${i}_b`.replace(/[^a-z0-9]+/g, '.')]),
    await figure('UTF-8 both ways, 2.6 kB', () => decodeUtf8(encodeUtf8(text)), ['Buffer', () => Buffer.from(text).toString()]),
  ];
}

function replaced(cache: RegexpCache, input: string): string {
  const regexp = cache.compile('[^a-z0-9]+');
  return regexp.ok ? regexp.value.replaceAll(input, '.') : '';
}
