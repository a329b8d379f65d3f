/** Charts rendered here beside helm's own process: first and warm, always with changed values and every template executed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chart, formatTemplateOutput, loadChart, mergeOptions, render, RenderCache } from '../src/core/chart/index.ts';
import { askFolder } from '../test/conformance/chart-files.ts';
import { type Figure, medianTime } from './figure.ts';
import { type Subject, subjects } from './subjects.ts';

/** The real Helm to compare with, named by LOCKSTEP_REAL_HELM; without it no ratio is printed. */
const helm = process.env['LOCKSTEP_REAL_HELM'] ?? '';

function load(folder: string): Chart {
  const loaded = loadChart(askFolder(folder), { source: '', path: '.' });
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded.value.chart;
}

function renderOnce(chart: Chart, text: string, cache: RenderCache): string {
  const merged = mergeOptions({ files: [{ name: 'values.yaml', text }] });
  if (!merged.ok) throw new Error(merged.error);
  const release = { name: 'bench', namespace: 'default' };
  const rendered = render(askFolder('/nowhere'), { chart, values: merged.value, release }, { cache });
  if (!rendered.ok) throw new Error(rendered.error.message);
  const printed = formatTemplateOutput(rendered.value);
  if (!printed.ok) throw new Error(printed.error);
  return printed.value;
}

/** Milliseconds of a program from its start to its end; undefined where it is not there. */
async function programTime(program: string, args: readonly string[]): Promise<number | undefined> {
  if (!existsSync(program)) return undefined;
  return medianTime(5, () => {
    const { status, stderr } = spawnSync(program, args, { maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(stderr.toString());
  });
}

const here = join(import.meta.dirname, '../dist/cli/main.js');

async function measure(subject: Subject, scratch: string): Promise<Figure[]> {
  const file = join(scratch, 'values.yaml');
  writeFileSync(file, subject.values(1));
  const args = ['template', 'bench', subject.folder, '-f', file];
  const real = await programTime(helm, args);
  const command = existsSync(here) ? await programTime(process.execPath, [here, 'helm', ...args]) : undefined;
  const baseline = real === undefined ? {} : { baseline: { name: "helm's process", value: real } };
  const chart = load(subject.folder);
  const cache = new RenderCache();
  let n = 1;
  const next = (): string => renderOnce(chart, subject.values(n++), cache);
  const first = await medianTime(3, () => renderOnce(load(subject.folder), subject.values(1), new RenderCache()));
  // Until the machine code is there: what runs for days is measured.
  const warmUp = performance.now() + 2000;
  while (performance.now() < warmUp) next();
  const warm = await medianTime(21, next);
  return [
    ...(command === undefined ? [] : [{ name: `${subject.name}: the command, cold`, value: command, unit: 'ms', ...baseline }]),
    { name: `${subject.name}: load and render`, value: first, unit: 'ms', ...baseline },
    { name: `${subject.name}: warm, changed values`, value: warm, unit: 'ms', ...baseline },
  ];
}

export async function run(): Promise<readonly Figure[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const figures: Figure[] = [];
    for (const subject of subjects(scratch)) figures.push(...(await measure(subject, scratch)));
    return figures;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
