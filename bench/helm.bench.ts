/** Charts rendered here beside helm's own process: first and warm, always with changed values and every template executed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chart, formatTemplateOutput, loadChart, mergeOptions, render, RenderCache } from '../src/core/chart/index.ts';
import { askFolder } from '../test/conformance/chart-files.ts';
import { type Figure, medianTime } from './figure.ts';

/** The charts of the conformance corpus, beside the project. */
const corpus = join(import.meta.dirname, '../../shared/corpus');
/** The real Helm to compare with, named by LOCKSTEP_REAL_HELM; without it no ratio is printed. */
const helm = process.env['LOCKSTEP_REAL_HELM'] ?? '';

const template = `{{- range $i, $host := .Values.hosts }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "name" $ }}-{{ $i }}
  labels: {{- toYaml $.Values.labels | nindent 4 }}
  annotations: {{- tpl (toYaml $.Values.annotations) $ | nindent 4 }}
spec:
  rules: {{- tpl $.Values.rules (dict "host" $host "Template" $.Template) | nindent 4 }}
{{- end }}
`;

const helpers = `{{- define "name" -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}{{- end -}}\n`;

const values = `hosts: [${Array.from({ length: 100 }, (_, i) => `h${i}.example.com`).join(', ')}]
labels: {app: x, tier: front}
annotations: {"a/b": "{{ .Release.Name }}", "c/d": "{{ include \\"name\\" . | quote }}"}
rules: "- host: {{ .host | quote }}\\n  http: {paths: []}"
`;

function writeChart(folder: string, name: string, subcharts: readonly string[] = []): void {
  mkdirSync(join(folder, 'templates'), { recursive: true });
  const dependencies = subcharts.map((child) => `- {name: ${child}, version: "*"}\n`).join('');
  const listed = dependencies === '' ? '' : `dependencies:\n${dependencies}`;
  writeFileSync(join(folder, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${listed}`);
  writeFileSync(
    join(folder, 'values.yaml'),
    values.replace(/h\d+\.example\.com, /g, (host) => (subcharts.length > 0 ? '' : host)),
  );
  writeFileSync(join(folder, 'templates/_helpers.tpl'), helpers);
  writeFileSync(join(folder, 'templates/ingress.yaml'), template);
}

function writeUmbrella(folder: string, count: number): void {
  const children = Array.from({ length: count }, (_, i) => `child${i}`);
  writeChart(folder, 'umbrella', children);
  for (const child of children) writeChart(join(folder, 'charts', child), child);
}

interface Subject {
  readonly name: string;
  readonly folder: string;
  /** Values that let the chart render; `n` changes every time. */
  readonly values: (n: number) => string;
}

function subjects(scratch: string): Subject[] {
  writeChart(join(scratch, 'tpl'), 'tpl');
  writeUmbrella(join(scratch, 'umbrella'), 100);
  const monitoring = readFileSync(join(corpus, 'charts/k8s-monitoring/cases/examples/include-by-namespace/values.yaml'), 'utf8');
  return [
    { name: 'podinfo', folder: join(corpus, 'charts/podinfo/chart'), values: (n) => `replicaCount: ${n}\n` },
    { name: 'ingress-nginx', folder: join(corpus, 'charts/ingress-nginx/chart'), values: (n) => `controller: {replicaCount: ${n}}\n` },
    {
      name: 'k8s-monitoring',
      folder: join(corpus, 'charts/k8s-monitoring/chart'),
      values: (n) => monitoring.replace('include-by-namespace-test', `cluster-${n}`),
    },
    { name: 'tpl 100 times', folder: join(scratch, 'tpl'), values: (n) => `labels: {n: "${n}"}\n` },
    { name: '100 subcharts', folder: join(scratch, 'umbrella'), values: (n) => `labels: {n: "${n}"}\n` },
  ];
}

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

async function helmTime({ folder, values }: Subject, scratch: string): Promise<number | undefined> {
  if (!existsSync(helm)) return undefined;
  const file = join(scratch, 'values.yaml');
  writeFileSync(file, values(1));
  return medianTime(3, () =>
    execFileSync(helm, ['template', 'bench', folder, '-f', file], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

async function measure(subject: Subject, scratch: string): Promise<Figure[]> {
  const process = await helmTime(subject, scratch);
  const baseline = process === undefined ? {} : { baseline: { name: "helm's process", value: process } };
  const chart = load(subject.folder);
  const cache = new RenderCache();
  let n = 1;
  const first = await medianTime(3, () => renderOnce(load(subject.folder), subject.values(1), new RenderCache()));
  for (let i = 0; i < 20; i++) renderOnce(chart, subject.values(n++), cache);
  const warm = await medianTime(11, () => renderOnce(chart, subject.values(n++), cache));
  return [
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
