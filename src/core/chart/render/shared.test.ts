/** A chart that is kept serves many renders, of several tenants: whatever templates write, the next render sees nothing of it. */
import { expect, test } from 'vitest';
import type { Ask } from '../../ask/index.ts';
import { encodeUtf8 } from '../../../std/index.ts';
import { loadFiles } from '../load/index.ts';
import { ChartFile } from '../model/index.ts';
import { formatTemplateOutput, render, RenderCache } from './index.ts';

const tables = [
  '.Chart',
  '.Values',
  '.Values.inner',
  '.Release',
  '(index .Chart.Dependencies 0)',
  '(index (index .Chart.Dependencies 0).ImportValues 0)',
  '(index .Chart.Maintainers 0)',
  '.Subcharts.child.Values',
];

test('writes into everything that templates see', () => {
  const template = tables
    .map((table) => `- {{ hasKey ${table} "left" }}\n{{- if .Values.writes }}{{ $_ := set ${table} "left" .Values.secret }}{{ end }}`)
    .join('\n');
  const files = {
    'Chart.yaml':
      'apiVersion: v2\nname: web\nversion: 1.0.0\nmaintainers: [{name: a}]\ndependencies: [{name: child, version: 1.0.0, import-values: [{child: x, parent: y}]}]\n',
    'values.yaml': 'inner: {a: 1}\n',
    'templates/a.yaml': `seen:\n${template}\n`,
    'charts/child/Chart.yaml': 'apiVersion: v2\nname: child\nversion: 1.0.0\n',
    'charts/child/values.yaml': 'x: {b: 1}\n',
  };
  const loaded = loadFiles(Object.entries(files).map(([name, text]) => new ChartFile(name, encodeUtf8(text))));
  if (!loaded.ok) throw new Error(loaded.error);
  const cache = new RenderCache();
  const printed = (values: Record<string, string | boolean>): string => {
    const input = { chart: loaded.value.chart, values, release: { name: 'x', namespace: 'n' } };
    const rendered = render((() => null) as unknown as Ask, input, { cache });
    const text = rendered.ok ? formatTemplateOutput(rendered.value) : rendered;
    return text.ok ? text.value : JSON.stringify(text.error);
  };
  expect(printed({ writes: true, secret: 'of A' }).match(/- (?:true|false)/g)).toHaveLength(tables.length);
  expect(printed({ writes: false }).match(/- (?:true|false)/g)).toEqual(tables.map(() => '- false'));
});
