/** Whole engines on trees of files: Go templates with Helm's functions, charts, kustomizations. */
import type { Ask, FileAnswer, Request } from '../../../../src/core/ask/index.ts';
import { defaultCapabilities, RenderCache, renderChart } from '../../../../src/core/chart/index.ts';
import { buildKustomization, formatOutput } from '../../../../src/core/kustomize/index.ts';
import { lintChart } from '../../../../src/core/lint/index.ts';
import { record } from '../../../../src/core/object/index.ts';
import { builtinSchema } from '../../../../src/core/schema/index.ts';
import { filesIn, inFiles, promised, type Target } from '../target.ts';

const nothing: FileAnswer = { found: 'nothing' };

/** Answers from files in memory. */
function memory(files: ReadonlyMap<string, string>): Ask {
  const below = (path: string): readonly string[] => {
    const prefix = path === '' ? '' : `${path}/`;
    return [...files.keys()].filter((name) => name.startsWith(prefix) && name !== prefix).map((name) => name.slice(prefix.length));
  };
  const file = (path: string): FileAnswer => {
    const text = files.get(path);
    if (text !== undefined) return { found: 'file', id: path, bytes: Buffer.from(text), text };
    return below(path).length > 0 ? { found: 'directory', id: path } : nothing;
  };
  return ((request: Request) => {
    switch (request.kind) {
      case 'file':
        return file(request.path);
      case 'list':
        return {
          id: request.path,
          entries: below(request.path)
            .toSorted()
            .map((path) => ({ path, type: 'file', id: path })),
        };
      case 'randomBytes':
        return new Uint8Array(request.length);
      case 'now':
        return 0;
      case 'webFile':
      case 'gitDirectory':
      case 'repositoryChart':
        return { refused: 'not while fuzzing' };
      case 'privateKey':
        return '';
      default:
        return null;
    }
  }) as Ask;
}

const chartOf = (template: string, values = 'a: {b: [1, two, null]}\nname: web\n'): string =>
  inFiles({ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'values.yaml': values, 'templates/a.yaml': template });

const chartSeeds = [
  chartOf('{{- range $i, $v := .Values.a.b }}\n{{ $i }}: {{ $v | quote }}\n{{- else }}none{{ end }}\n'),
  chartOf('{{ define "x" }}{{ .name | default "y" | trunc 63 | trimSuffix "-" }}{{ end }}name: {{ include "x" .Values | nindent 2 }}\n'),
  chartOf('kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ .Release.Name }}}\ndata: {{ toYaml .Values | nindent 2 }}\n'),
  chartOf('{{ with (dict "a" (list 1 2.5 "x")) }}{{ tpl "{{ .a | toJson }}" . }}{{ end }}{{ printf "%05.1f" 3.14159 }}\n'),
  chartOf(
    '{{ if and (eq 1 1) (not (hasKey .Values "z")) }}{{ regexReplaceAll "a(.)" "abac" "${1}x" }}{{ end }}{{ semverCompare ">=1.2" "1.3" }}\n',
  ),
  chartOf(
    '{{ $x := merge (dict) .Values }}{{ $x = set $x "k" (splitList "," "a,b") }}{{ range $x.k }}{{ . | b64enc | sha256sum }}{{ break }}{{ end }}\n',
  ),
  chartOf(
    '{{ date "2006" (toDate "2006-01-02" "2026-01-01") }}{{ untilStep 0 10 3 }}{{ genSignedCert "a" nil nil 1 (genCA "b" 1) | toString }}\n',
  ),
  `${chartOf('x: {{ .Values.sub }}\n', 'sub: {enabled: true}\ntags: {t: false}\n')}${inFiles({
    'values.schema.json': '{"type":"object","properties":{"sub":{"$ref":"#/$defs/s"}},"$defs":{"s":{"type":"object","pattern":"^a"}}}',
    'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
    'charts/sub/templates/_h.tpl': '{{- define "h" -}}{{- end -}}',
    '.helmignore': '*.txt\n!a.txt\n',
    'templates/NOTES.txt': 'hi {{ .Release.Name }}\n',
    'crds/c.yaml': 'kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nmetadata: {name: c}\n',
  })}`,
];

const templateWords = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  '{{/*',
  '*/}}',
  ' | ',
  '$',
  ':= ',
  '.Values',
  '.',
  '(',
  ')',
  '"',
  '`',
  'end',
  'if ',
  'else ',
  'range ',
  'with ',
  'define "x"',
  'template "x" .',
  'include "x" .',
  'block "y" .',
  'break',
  'continue',
  'nil',
  'index ',
  'slice ',
  'call ',
  'printf "%*d" 9 ',
  'until 9',
  'repeat 9 ',
  'tpl ',
  'toYaml ',
  'fromYaml ',
  'fromJson ',
  'lookup "v1" "Pod" "" ""',
  'required "m" ',
  'fail "f"',
  'dict "a" ',
  'list 1 ',
  'merge ',
  'mergeOverwrite ',
  'regexMatch ',
  'semverCompare ',
  'date "2006" ',
  'dateModify ',
  'b64dec ',
  'derivePassword ',
  'mustToJson ',
  'deepCopy ',
  'pick ',
  'omit ',
  'dig ',
  'coalesce ',
  'ternary ',
  'typeOf ',
  'kindIs ',
  'seq 1 9 ',
  'shuffle ',
  'wrap 1 ',
  '.Files.Get ',
  '.Files.Glob ',
  '.AsSecrets',
  '.Capabilities.APIVersions.Has ',
  '.Release',
  '\n=== templates/b.yaml\n',
  '---\n',
  'dependencies: ',
];

const limits = { steps: 200_000, size: 1 << 24, single: 1 << 20, depth: 200, documents: 1000, schema: 20_000 };

const overlay = (files: Readonly<Record<string, string>>): string =>
  inFiles({
    'a.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c, image: i:1}]}}}\n',
    ...files,
  });

const kustomizeSeeds = [
  overlay({
    'kustomization.yaml':
      'resources: [a.yaml]\nnamePrefix: p-\nlabels: [{pairs: {x: y}, includeSelectors: true}]\nimages: [{name: i, newTag: "2"}]\n',
  }),
  overlay({
    'kustomization.yaml':
      'resources: [a.yaml]\npatches:\n- target: {kind: Deployment, name: "a|b"}\n  patch: |-\n    - {op: replace, path: /spec/template/spec/containers/0/image, value: x}\n    - {op: add, path: /metadata/labels, value: {a~1b: c}}\n',
  }),
  overlay({
    'kustomization.yaml':
      'resources: [a.yaml, base]\nconfigMapGenerator: [{name: g, literals: [a=b], files: [k=f.txt], envs: [e]}]\nsecretGenerator: [{name: s, literals: ["x=y z"]}]\n',
    'base/kustomization.yaml': 'resources: [b.yaml]\nnameSuffix: -s\nnamespace: n\n',
    'base/b.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {selector: {app: x}}\n',
    'f.txt': 'text',
    e: 'A=1\n#c\nB\n',
  }),
  overlay({
    'kustomization.yaml':
      'resources: [a.yaml]\nreplacements:\n- source: {kind: Deployment, fieldPath: metadata.name, options: {delimiter: "-", index: 0}}\n  targets: [{select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.[name=c].image", "metadata.annotations.[a.b/c]"], options: {create: true}}]\nreplicas: [{name: a, count: 3}]\nvars: [{name: V, objref: {kind: Deployment, name: a, apiVersion: apps/v1}}]\n',
  }),
  overlay({
    'kustomization.yaml':
      'resources: [a.yaml]\ncomponents: [c]\npatchesStrategicMerge: [p.yaml]\ncrds: [crd.json]\nconfigurations: [conf.yaml]\ntransformers: [t.yaml]\n',
    'c/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {a: b}\n',
    'p.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c, $patch: delete}]}}}\n',
    'crd.json': '{"a.b": {"Schema": {"properties": {"x": {"x-kubernetes-object-ref-api-version": "v1"}}}}}',
    'conf.yaml': 'nameReference: [{kind: ConfigMap, fieldSpecs: [{path: spec/x[]/y, kind: Z}]}]\n',
    't.yaml': 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]\n',
  }),
];

const kustomizeWords = [
  'resources: ',
  'patches:\n- ',
  'target: {',
  'path: ',
  'patch: |-\n',
  '- op: remove\n',
  '$patch: replace',
  '$setElementOrder/containers: ',
  '[name=c]',
  'namePrefix: ',
  'nameSuffix: ',
  'commonLabels: {',
  'images: [',
  'newName: ',
  'digest: ',
  'generatorOptions: {',
  'behavior: merge',
  '[',
  ']',
  '*',
  '$(V)',
  'helmCharts: [',
  'openapi: {path: a.yaml}',
  'sortOptions: {order: fifo}',
  'buildMetadata: [',
  '\n=== kustomization.yaml\n',
  '../',
  '---\n',
  'kind: List\nitems: ',
  'metadata: {name: a}',
  'apiVersion: v1\n',
  'config.kubernetes.io/',
  '&x ',
  '*x',
  'null',
  '[]',
  '{}',
  'namespace: ',
  'index: -1',
];

const schema = builtinSchema();
const cache = new RenderCache(limits);

export const engines: readonly Target[] = [
  {
    name: 'chart',
    seeds: chartSeeds,
    words: templateWords,
    read: (bytes) => {
      const ask = memory(filesIn(bytes.toString('utf8')));
      cache.trim(200);
      const input = {
        chart: { source: '', path: '' },
        values: record<never>(),
        release: { name: 'r', namespace: 'n' },
        capabilities: defaultCapabilities,
      };
      for (const { message } of renderChart(ask, input, { cache }).problems) promised(message !== '', 'a problem has words');
    },
  },
  {
    name: 'lint',
    seeds: chartSeeds,
    words: templateWords,
    read: (bytes) => {
      cache.trim(200);
      const input = {
        path: '',
        shown: '/c',
        values: record<never>(),
        namespace: 'n',
        capabilities: defaultCapabilities,
        skipSchemaValidation: false,
      };
      lintChart(memory(filesIn(bytes.toString('utf8'))), input, cache);
    },
  },
  {
    name: 'kustomize',
    seeds: kustomizeSeeds,
    words: kustomizeWords,
    read: (bytes) => {
      const options = { order: 'none', version: '(fuzz)', loadSchema: () => schema } as const;
      const built = buildKustomization(memory(filesIn(bytes.toString('utf8'))), { source: '', path: '' }, options);
      for (const { message } of built.problems) promised(message !== '', 'a problem has words');
      formatOutput(built.value);
    },
  },
];
