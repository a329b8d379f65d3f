/** The charts that rendering is measured with: those of the corpus, and made ones of the shapes that are slow elsewhere. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The charts of the conformance corpus, beside the project. */
const corpus = join(import.meta.dirname, '../../shared/corpus/charts');

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

export interface Subject {
  readonly name: string;
  readonly folder: string;
  /** Values that let the chart render; `n` changes every time. */
  readonly values: (n: number) => string;
}

/** A chart of one's own to measure besides: `LOCKSTEP_BENCH_CHART` is its folder, such as kube-prometheus-stack with its dependencies. */
function ownChart(): readonly Subject[] {
  const folder = process.env['LOCKSTEP_BENCH_CHART'] ?? '';
  return folder === '' ? [] : [{ name: folder.split('/').at(-1) ?? folder, folder, values: (n) => `commonLabels: {n: "${n}"}\n` }];
}

/** Made charts are written into `scratch`. */
export function subjects(scratch: string): readonly Subject[] {
  writeChart(join(scratch, 'tpl'), 'tpl');
  writeUmbrella(join(scratch, 'umbrella'), 100);
  const monitoring = readFileSync(join(corpus, 'k8s-monitoring/cases/examples/include-by-namespace/values.yaml'), 'utf8');
  return [
    { name: 'podinfo', folder: join(corpus, 'podinfo/chart'), values: (n) => `replicaCount: ${n}\n` },
    { name: 'ingress-nginx', folder: join(corpus, 'ingress-nginx/chart'), values: (n) => `controller: {replicaCount: ${n}}\n` },
    {
      name: 'k8s-monitoring',
      folder: join(corpus, 'k8s-monitoring/chart'),
      values: (n) => monitoring.replace('include-by-namespace-test', `cluster-${n}`),
    },
    { name: 'tpl 100 times', folder: join(scratch, 'tpl'), values: (n) => `labels: {n: "${n}"}\n` },
    { name: '100 subcharts', folder: join(scratch, 'umbrella'), values: (n) => `labels: {n: "${n}"}\n` },
    ...ownChart(),
  ];
}
