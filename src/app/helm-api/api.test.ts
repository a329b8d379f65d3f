/** What is published as types is what the code does; charts of files render as Helm renders them. */
import { expect, test } from 'vitest';
import type * as published from './api.d.ts';
import * as code from './index.ts';

const checked: typeof published = code;

test('the module exports exactly what its types name', () => {
  expect(Object.keys(checked).toSorted()).toEqual(['HelmError', 'chartOfFiles', 'createRenderer', 'loadChart', 'render', 'templateOutput']);
});

const files = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.2.3\nappVersion: "4"\n',
  'values.yaml': 'replicas: 1\n',
  'values.schema.json': '{"properties":{"replicas":{"type":"integer"}}}',
  'templates/a.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data:
  replicas: {{ .Values.replicas | quote }}
  kube: {{ .Capabilities.KubeVersion.Minor | quote }}
  found: {{ (lookup "v1" "Secret" .Release.Namespace "s").kind | quote }}
  password: {{ randAlphaNum 4 }}
`,
  'templates/test.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n',
  'templates/NOTES.txt': 'hello',
};

test('a chart of files is rendered', async () => {
  const chart = checked.chartOfFiles(files);
  expect(chart).toMatchObject({ name: 'shop', version: '1.2.3', appVersion: '4', isLibrary: false });
  const options = {
    name: 'r',
    values: { replicas: 2 },
    set: ['replicas=3'],
    kubeVersion: '1.30',
    seed: 's',
    lookup: ({ kind }: published.LookupQuery) => Promise.resolve({ kind, apiVersion: 'v1' }),
  };
  const renderer = checked.createRenderer();
  const rendered = await renderer.render(chart, options);
  const text = checked.templateOutput(rendered, { skipTests: true });
  expect(text).toMatch(
    /^---\n# Source: shop\/templates\/a.yaml\napiVersion: v1\n[^]*replicas: "3"\n {2}kube: "30"\n {2}found: "Secret"\n {2}password: \w{4}\n$/,
  );
  expect(rendered).toMatchObject({
    notes: 'hello',
    draws: [{ file: 'shop/templates/a.yaml', line: 8 }],
    hooks: [{ events: ['test'], kind: 'Pod' }],
  });
  expect(checked.templateOutput(await renderer.render(chart, options), { skipTests: true })).toBe(text);
});

test.each([
  [{ values: { replicas: 'x' } }, 'got string, want integer'],
  [{ name: 'NO' }, 'invalid release name'],
  [{ kubeVersion: 'x' }, 'could not parse'],
] as const)("%o is refused in Helm's words", async (options, message) => {
  await expect(checked.render(checked.chartOfFiles(files), options)).rejects.toThrow(message);
  await expect(checked.render(checked.chartOfFiles(files), options)).rejects.toBeInstanceOf(code.HelmError);
});

test('limits end a render', async () => {
  const chart = checked.chartOfFiles({ ...files, 'templates/b.yaml': '{{ range until 1000 }}{{ end }}' });
  await expect(checked.createRenderer({ limits: 'steps=500' }).render(chart)).rejects.toThrow('rendering takes more than 500 steps');
  expect(() => checked.createRenderer({ limits: 'much' })).toThrow(code.HelmError);
  expect(() =>
    checked.templateOutput({ manifests: [], hooks: [], crds: [], notes: '', warnings: [], draws: [] }, { showOnly: ['x'] }),
  ).toThrow(code.HelmError);
});
