/** Public charts, rendered: byte for byte against their goldens, or at all. Rows: corpus charts (see its README). */
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { formatTemplateOutput, helmVariants, loadChart, mergeOptions, render, RenderCache } from '../../src/core/chart/index.ts';
import { helm3Split } from '../../src/core/chart/manifests/index.ts';
import { askFolder } from './chart-files.ts';
import { corpusPath, describeCorpus, readCorpus, type Row, runRows } from './corpus.ts';

interface RenderRow {
  readonly name: string;
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
  readonly values: readonly string[];
  readonly golden?: string;
}

/** The goldens were made with a Helm 4 before 4.2: webhooks come last, as since Helm 4.0, and documents are trimmed, as until 4.1. */
const variant = { ...helmVariants['4'], split: helm3Split };
const cache = new RenderCache();
const charts = new Map<string, ReturnType<typeof loadChart>>();

function renderRow(folder: string, row: RenderRow): string {
  const ask = askFolder(corpusPath('charts', folder));
  const key = `${folder}/${row.chart}`;
  const loaded = charts.get(key) ?? loadChart(ask, { source: '', path: row.chart });
  charts.set(key, loaded);
  if (!loaded.ok) throw new Error(loaded.error);
  const values = mergeOptions({
    files: row.values.map((name) => ({ name, text: readFileSync(corpusPath('charts', folder, name), 'utf8') })),
  });
  if (!values.ok) throw new Error(values.error);
  const rendered = render(
    ask,
    { chart: loaded.value.chart, values: values.value, release: { name: row.release, namespace: row.namespace } },
    { cache, variant },
  );
  if (!rendered.ok) throw new Error(rendered.error.message);
  const output = formatTemplateOutput(rendered.value);
  if (!output.ok) throw new Error(output.error);
  return output.value;
}

/** The first line that differs, with its neighbours. */
function firstDifference(got: string, want: string): string {
  const ours = got.split('\n');
  const theirs = want.split('\n');
  const at = ours.findIndex((line, i) => line !== theirs[i]);
  const line = at < 0 ? ours.length : at;
  return `line ${line + 1}:\n  got  ${JSON.stringify(ours[line])}\n  want ${JSON.stringify(theirs[line])}`;
}

describeCorpus('charts', 163, () => {
  for (const folder of ['k8s-monitoring', 'podinfo', 'ingress-nginx', 'traefik']) {
    const file = existsSync(corpusPath('charts', folder, 'cases.json')) ? 'cases.json' : 'renders.json';
    const rows = readCorpus<RenderRow[]>('charts', folder, file).map((value, i): Row<RenderRow> => ({ name: `${i} ${value.name}`, value }));
    runRows(folder, rows, (row) => {
      const got = renderRow(folder, row);
      if (row.golden === undefined) {
        expect(got.length).toBeGreaterThan(1);
        return;
      }
      const want = readFileSync(corpusPath('charts', folder, row.golden), 'utf8');
      if (got !== want) throw new Error(firstDifference(got, want));
    });
  }
});
