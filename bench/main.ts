/** `npm run bench [topic …]`: runs the benchmarks one after another and prints every figure with its ratio. */
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure.ts';

const SUFFIX = '.bench.ts';

function formatFigure({ name, value, unit, baseline, note }: Figure): string {
  const number = value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
  const ratio = baseline === undefined ? '' : `  ${(value / baseline.value).toPrecision(3)} × ${baseline.name}`;
  return `  ${name.padEnd(58)} ${`${number} ${unit}`.padStart(18)}${ratio}${note === undefined ? '' : `  (${note})`}`;
}

const asked = process.argv.slice(2);
const topics = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .filter((topic) => asked.length === 0 || asked.includes(topic));

console.log(`node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
for (const topic of topics) {
  console.log(`\n${topic}`);
  const { run } = (await import(join(import.meta.dirname, topic + SUFFIX))) as { run: () => Promise<readonly Figure[]> };
  for (const figure of await run()) console.log(formatFigure(figure));
}
