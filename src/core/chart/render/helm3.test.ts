/** In what `--helm-version 3` differs, each difference found beside the real Helm 3.21.4. */
import { expect, test } from 'vitest';
import type { Ask } from '../../ask/index.ts';
import { defaultCapabilities, parseKubeVersion } from '../capabilities/index.ts';
import { ChartFile } from '../model/index.ts';
import { loadFiles } from '../load/index.ts';
import { formatTemplateOutput, helmVariants, render, RenderCache } from './index.ts';

const encoder = new TextEncoder();
const noAsk = (() => null) as unknown as Ask;

function printed(
  version: '3' | '4',
  template: string,
  options: { readonly values?: string; readonly showOnly?: readonly string[] } = {},
): string {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'values.yaml': options.values ?? '',
    'templates/a.yaml': template,
  };
  const loaded = loadFiles(Object.entries(files).map(([name, text]) => new ChartFile(name, encoder.encode(text))));
  if (!loaded.ok) throw new Error(loaded.error);
  const kubeVersion = parseKubeVersion('v1.33.4-gke.1');
  if (!kubeVersion.ok) throw new Error(kubeVersion.error);
  const variant = helmVariants[version];
  const input = {
    chart: loaded.value.chart,
    values: {},
    release: { name: 'x', namespace: 'n' },
    capabilities: { ...defaultCapabilities, kubeVersion: kubeVersion.value },
  };
  const rendered = render(noAsk, input, { cache: new RenderCache(), variant });
  if (!rendered.ok) throw new Error(rendered.error.message);
  const text = formatTemplateOutput(rendered.value, {
    split: variant.split,
    ...(options.showOnly === undefined ? {} : { showOnly: options.showOnly }),
  });
  return text.ok ? text.value : text.error;
}

const source = '---\n# Source: web/templates/a.yaml\n';
const object = (kind: string): string => `kind: ${kind}\n`;

test('separators that follow each other; white space at the end', () => {
  const template = `${object('A')}\n\n---\n---\n${object('B')}`;
  expect(printed('4', template)).toBe(`${source}kind: A\n\n\n\n${source}kind: B\n`);
  expect(printed('3', template)).toBe(`${source}kind: A\n${source}---\nkind: B\n`);
});

test('webhooks come with unknown kinds, not behind them', () => {
  const template = ['Zebra', 'ValidatingWebhookConfiguration', 'Ant'].map(object).join('---\n');
  const kinds = (version: '3' | '4'): readonly string[] =>
    [...printed(version, template).matchAll(/^kind: (.*)$/gm)].map(([, kind = '']) => kind);
  expect(kinds('4')).toEqual(['ValidatingWebhookConfiguration', 'Ant', 'Zebra']);
  expect(kinds('3')).toEqual(['Ant', 'ValidatingWebhookConfiguration', 'Zebra']);
});

test('nulls of a chart stay; the versions of Helm and of Kubernetes', () => {
  const template =
    'kind: A\nhas: {{ hasKey .Values "a" }}\nkube: {{ .Capabilities.KubeVersion }}\nhelm: {{ .Capabilities.HelmVersion.Version }}\n';
  expect(printed('4', template, { values: 'a: null\n' })).toBe(`${source}kind: A\nhas: false\nkube: v1.33.4\nhelm: v4.2\n`);
  expect(printed('3', template, { values: 'a: null\n' })).toBe(`${source}kind: A\nhas: true\nkube: v1.33.4-gke.1\nhelm: v3.21\n`);
});

test('one template alone', () => {
  const template = `${object('A')}\n`;
  expect(printed('4', template, { showOnly: ['templates/a.yaml'] })).toBe(`${source}kind: A\n\n`);
  expect(printed('3', template, { showOnly: ['templates/a.yaml'] })).toBe(`${source}kind: A\n`);
});

test('errors of templates stand in one line', () => {
  const template = '{{ include "x" . }}{{ define "x" }}{{ .Values.a.b }}{{ end }}';
  const place = (at: string): string => `web/templates/a.yaml:${at}`;
  const reason = 'nil pointer evaluating interface {}.b';
  expect(() => printed('4', template)).toThrow(
    [
      `${place('1:3')}\n  executing "web/templates/a.yaml" at <include "x" .>:\n    error calling include:`,
      `${place('1:45')}\n  executing "x" at <.Values.a.b>:\n    ${reason}`,
    ].join('\n'),
  );
  expect(() => printed('3', template)).toThrow(
    `template: ${place('1:3')}: executing "web/templates/a.yaml" at <include "x" .>: error calling include: template: ${place('1:45')}: executing "x" at <.Values.a.b>: ${reason}`,
  );
});
