/**
 * Bad repositories, manifests, charts and overlays, made by code, each with the reason its App must stop with. An App that stops for another reason, or does not stop,
 * is a failure; so is any other App that notices.
 */
import type { JsonObject } from '../../../src/core/object/index.ts';
import type { Files } from '../../../src/testing/world/index.ts';

export interface HostileCase {
  readonly name: string;
  /** Relative to the App's path. */
  readonly files: Files;
  readonly spec?: JsonObject;
  /** Reason of the App's condition Ready. */
  readonly code: string;
}

const repeat = (text: string, times: number): string => text.repeat(times);
const map = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${more}`;

const yaml = (name: string, text: string, code = 'InvalidYaml'): HostileCase => ({
  name: `yaml: ${name}`,
  files: { 'a.yaml': text },
  code,
});
const file = (name: string, files: Files, code: string, spec?: JsonObject): HostileCase => ({
  name,
  files,
  code,
  ...(spec === undefined ? {} : { spec }),
});

/** `a: [&a x, *a × 9]`, nine levels deep: 3.5 billion values when they are copied. */
const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${repeat(`*${'abcdefgh'[index]},`, 9)}]`),
].join('\n');

const brokenYaml: readonly HostileCase[] = [
  yaml('an open bracket', 'kind: ['),
  yaml('an open brace', 'kind: {a: b'),
  yaml('an open quote', 'kind: "ConfigMap'),
  yaml('an open single quote', "kind: 'ConfigMap"),
  yaml('a tab as indentation', 'metadata:\n\tname: a'),
  yaml('two values in a line', 'a: b: c: d'),
  yaml('an unknown alias', 'kind: *nobody'),
  yaml('an anchor without a name', 'kind: & x'),
  yaml('an unknown escape', 'kind: "\\q"'),
  yaml('a wrong dedent', 'a:\n    b: 1\n  c: 2'),
  yaml('a list in a mapping', 'a: 1\n- b'),
  yaml('a directive in the middle', 'a: 1\n%YAML 9.9\nb: 2'),
  yaml('a reserved character', 'kind: @at'),
  yaml('a backtick', 'kind: `x`'),
  yaml('an unknown tag handle', 'kind: !x!y z'),
  yaml('a duplicate key', 'apiVersion: v1\nkind: ConfigMap\nkind: Secret\nmetadata: {name: a}\n'),
  yaml('a control character', 'kind: \u0001'),
  yaml('a merge with a text', map('a', 'data:\n  <<: text\n')),
  yaml('a merge conflict marker', `<<<<<<< HEAD\n${map('a')}=======\n${map('b')}>>>>>>> branch\n`),
  yaml('an alias bomb', bomb),
  yaml('a bomb in a document that is well otherwise', `${map('a')}---\n${bomb}\n`),
  yaml('10,000 brackets', repeat('[', 10_000)),
  yaml('10,000 levels of mapping', `${repeat('{a: ', 10_000)}1${repeat('}', 10_000)}`),
  yaml('an alias to itself', 'a: &a [*a]'),
];

const notKubernetes: readonly HostileCase[] = [
  yaml('a text', 'hello', 'NotKubernetes'),
  yaml('a number', '42', 'NotKubernetes'),
  yaml('a list', '- a\n- b', 'NotKubernetes'),
  yaml('no kind', 'apiVersion: v1\nmetadata: {name: a}', 'NotKubernetes'),
  yaml('no apiVersion', 'kind: ConfigMap\nmetadata: {name: a}', 'NotKubernetes'),
  yaml('no name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}', 'NotKubernetes'),
  yaml('no metadata', 'apiVersion: v1\nkind: ConfigMap', 'NotKubernetes'),
  yaml('metadata is a list', 'apiVersion: v1\nkind: ConfigMap\nmetadata: [a]', 'NotKubernetes'),
  yaml('a name that is a number', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 12}', 'NotKubernetes'),
  yaml('kind is a map', 'apiVersion: v1\nkind: {a: b}\nmetadata: {name: a}', 'NotKubernetes'),
  yaml('a secret of ours left open', 'foo: bar\n__proto__: {polluted: true}', 'NotKubernetes'),
  file('json: a list', { 'a.json': '[]' }, 'NotKubernetes'),
  file('json: cut off', { 'a.json': '{"kind": "Conf' }, 'InvalidYaml'),
  file('json: deep', { 'a.json': repeat('[', 100_000) }, 'InvalidYaml'),
  file('file: binary', { 'a.yaml': 'kind: \u0000\u0000\u0000ConfigMap' }, 'BinaryFile'),
  file('file: the same object twice', { 'a.yaml': map('a'), 'b.yaml': map('a') }, 'DuplicateObject'),
  file('file: the same object twice in one', { 'a.yaml': `${map('a')}---\n${map('a')}` }, 'DuplicateObject'),
  file('file: a link out of the repository', { 'a.yaml': '-> ../../../../etc/passwd' }, 'PathEscapes'),
  file('file: a link to itself', { 'a.yaml': '-> a.yaml' }, 'PathNotFound'),
  file(
    'file: 10,001 objects',
    { 'a.yaml': Array.from({ length: 10_001 }, (_, index) => map(`m-${index}`)).join('---\n') },
    'TooManyObjects',
  ),
  file(
    'file: a chart beside manifests',
    { 'a.yaml': map('a'), 'sub/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n' },
    'NestedBuilder',
  ),
];

const refused: readonly HostileCase[] = [
  yaml('an unknown kind', 'apiVersion: example.org/v1\nkind: Nothing\nmetadata: {name: a}', 'UnknownKind'),
  yaml('an unknown version', 'apiVersion: v9\nkind: ConfigMap\nmetadata: {name: a}', 'UnknownKind'),
  yaml('a broken apiVersion', 'apiVersion: a/b/c\nkind: ConfigMap\nmetadata: {name: a}', 'UnknownKind'),
  yaml('a namespace that is not there', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: nowhere}', 'NamespaceMissing'),
  yaml('an upper-case name', map('UPPER'), 'InvalidObject'),
  yaml('a name with a slash', map('a/b'), 'InvalidObject'),
  yaml('a name that climbs', map('..'), 'InvalidObject'),
  yaml('a name that is too long', map(repeat('a', 254)), 'InvalidObject'),
  yaml('data that is a list', map('a', 'data: [a]\n'), 'SchemaError'),
  yaml('data that is a number', map('a', 'data: {a: 1}\n'), 'SchemaError'),
  yaml(
    'an unknown field of a Deployment',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: many}\n',
    'SchemaError',
  ),
  yaml(
    'a selector that does not fit',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {c: d}}, spec: {containers: [{name: a, image: b}]}}}\n',
    'InvalidObject',
  ),
  yaml('a label that is none', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {"a b": c}}\n', 'InvalidObject'),
  yaml('base64 that is none', 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: "***"}\n', 'SchemaError'),
  file('yaml: an object of another App', { 'a.yaml': map('bystander') }, 'OwnedByOther', { target: {} }),
];

const spec = (name: string, more: JsonObject, code: string, files: Files = { 'a.yaml': map('a') }): HostileCase => ({
  name: `spec: ${name}`,
  files,
  code,
  spec: more,
});

const specs: readonly HostileCase[] = [
  spec('a variable without a value', { build: { variables: { A: 'b' } } }, 'VariableNotSet', {
    'a.yaml': map('a', 'data: {x: "${NOPE}"}\n'),
  }),
  spec('a broken substitution', { build: { variables: { A: 'b' } } }, 'InvalidSubstitution', { 'a.yaml': map('a', 'data: {x: "${A"}\n') }),
  spec('a substitution that nests for ever', { build: { variables: { A: 'b' } } }, 'InvalidSubstitution', {
    'a.yaml': map('a', `data: {x: "${repeat('${A:-', 500)}"}\n`),
  }),
  spec('variables from nowhere', { build: { variablesFrom: [{ configMap: 'nowhere' }] } }, 'VariablesNotFound'),
  spec('a cycle', { dependsOn: [{ name: 'SELF' }] }, 'DependencyCycle'),
  spec('CEL that does not compile', { health: { checks: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'object..x' }] } }, 'RuleInvalid'),
  spec(
    'CEL that never ends',
    { health: { checks: [{ apiVersion: 'v1', kind: 'ConfigMap', current: `${repeat('(', 2000)}true` }] } },
    'RuleInvalid',
  ),
  spec('a patch that is no patch', { build: { patches: [{ target: { kind: 'ConfigMap' }, patch: '[{"op":"explode"}]' }] } }, 'PatchFailed'),
  spec('a Source that is not there', { source: { name: 'nowhere', path: 'x' } }, 'SourceNotFound'),
  spec('a path that is not there', { source: { name: 'config', path: 'no/such/path' } }, 'PathNotFound'),
  spec('a branch that is not there', { source: { name: 'config', path: 'PATH', ref: { branch: 'nowhere' } } }, 'SourceNotReady'),
];

/** A chart whose one template is `template`. */
const chart = (name: string, template: string, code = 'RenderFailed', more: Files = {}): HostileCase => ({
  name: `chart: ${name}`,
  files: { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'templates/a.yaml': template, ...more },
  code,
  spec: { build: { helm: { mode: 'template' } } },
});

/** A chart that is well, built with these settings. */
const built = (name: string, build: JsonObject, code: string): HostileCase => ({
  ...chart(name, map('a'), code),
  spec: { build: { helm: { mode: 'template', ...build } } },
});

const value = (expression: string): string => map('a', `data: {x: {{ ${expression} }}}\n`);

const charts: readonly HostileCase[] = [
  ...[
    '{{',
    '{{ if }}',
    '{{ if true }}',
    '{{ end }}',
    '{{ range }}{{ end }}',
    '{{ else }}',
    '{{ nosuch }}',
    '{{ "open }}',
    '{{ $x }}',
    '{{ define "a" }}',
    '{{ template "nosuch" }}',
    '{{ include "nosuch" . }}',
    '{{ with }}{{ end }}',
    '{{ ( 1 }}',
    '{{ break }}',
    '{{/* open',
    "{{ 'a' 'b' }}",
    '{{ 1 2 }}',
    '{{ .Values.a.b.c.d }}',
    '{{ index .Values "a" "b" }}',
    '{{ fail "no" }}',
    '{{ required "needed" .Values.x }}',
    '{{ tpl "{{" . }}',
    '{{ mustRegexMatch "(" "a" }}',
    '{{ mustFromJson "{" }}',
    '{{ toYaml 1 2 }}',
    '{{ div 1 0 }}',
    '{{ env "HOME" }}',
    '{{ getHostByName }}',
  ].map((text) => chart(text, text)),
  chart('a template that includes itself', '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', 'RenderFailed'),
  chart('tpl that calls itself', value('tpl .Values.t .'), 'RenderFailed', { 'values.yaml': 't: "{{ tpl .Values.t . }}"\n' }),
  chart('a loop of a billion', '{{ range until 1000000000 }}x{{ end }}', 'RenderFailed'),
  chart('a list that doubles', `{{ $l := list 1 }}${repeat('{{ $l = concat $l $l }}', 40)}${value('len $l')}`, 'RenderFailed'),
  chart('a text that doubles', `{{ $s := "xxxxxxxx" }}${repeat('{{ $s = print $s $s }}', 40)}${value('len $s')}`, 'RenderFailed'),
  chart('repeat a billion', value('repeat 1000000000 "x"'), 'RenderFailed'),
  chart('a table of tables', '{{ range until 40000 }}{{ range until 40000 }}{{ end }}{{ end }}', 'RenderFailed'),
  chart('a result that is no YAML', 'kind: [', 'RenderFailed'),
  chart('a result without a kind', 'apiVersion: v1\nmetadata: {name: a}\n', 'NotKubernetes'),
  chart('values that are no YAML', map('a'), 'RenderFailed', { 'values.yaml': 'a: [' }),
  chart('values that are a list', map('a'), 'RenderFailed', { 'values.yaml': '- a\n' }),
  chart('values against the schema', map('a'), 'RenderFailed', {
    'values.yaml': 'a: b\n',
    'values.schema.json': '{"type":"object","properties":{"a":{"type":"number"}}}',
  }),
  chart('a schema that is no JSON', map('a'), 'RenderFailed', { 'values.schema.json': '{' }),
  chart('Chart.yaml that is no YAML', map('a'), 'RenderFailed', { 'Chart.yaml': 'name: [' }),
  chart('Chart.yaml without a name', map('a'), 'RenderFailed', { 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n' }),
  chart('Chart.yaml without a version', map('a'), 'RenderFailed', { 'Chart.yaml': 'apiVersion: v2\nname: c\n' }),
  chart('a version that is none', map('a'), 'RenderFailed', { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: latest\n' }),
  chart('a dependency that is not there', map('a'), 'RenderFailed', {
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: d, version: 1.0.0, repository: ""}]\n',
  }),
  chart('a dependency outside', map('a'), 'DependenciesMissing', {
    'Chart.yaml':
      'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: d, version: 1.0.0, repository: "file://../../../../etc"}]\n',
  }),
  built('a value file that is not there', { valueFiles: ['nowhere.yaml'] }, 'ValuesNotFound'),
  built('values from a Secret that is not there', { valuesFrom: [{ secret: 'nowhere' }] }, 'ValuesNotFound'),
  chart('a kube version too old', map('a'), 'RenderFailed', {
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\nkubeVersion: ">=99"\n',
  }),
  chart('a library', map('a'), 'RenderFailed', { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\ntype: library\n' }),
];

/** An overlay whose kustomization is `text`. */
const overlay = (name: string, text: string, code = 'KustomizeFailed', more: Files = {}): HostileCase => ({
  name: `overlay: ${name}`,
  files: { 'kustomization.yaml': text, 'a.yaml': map('a'), ...more },
  code,
});

const overlays: readonly HostileCase[] = [
  overlay('broken YAML', 'resources: [', 'KustomizeFailed'),
  overlay('a list', '- a.yaml\n', 'KustomizeFailed'),
  overlay('an unknown field', 'nosuch: 1\nresources: [a.yaml]\n'),
  overlay('an unknown kind', 'kind: Nothing\nresources: [a.yaml]\n'),
  overlay('a resource that is not there', 'resources: [b.yaml]\n', 'KustomizeFailed'),
  overlay('a resource outside', 'resources: [../../../../etc/passwd]\n', 'KustomizeFailed'),
  overlay('an absolute resource', 'resources: [/etc/passwd]\n', 'KustomizeFailed'),
  overlay('itself', 'resources: [.]\n'),
  overlay('its base is above it', 'resources: [base]\n', 'KustomizeFailed', { 'base/kustomization.yaml': 'resources: [..]\n' }),
  overlay('two bases in a circle', 'resources: [x]\n', 'KustomizeFailed', {
    'x/kustomization.yaml': 'resources: [../y]\n',
    'y/kustomization.yaml': 'resources: [../x]\n',
  }),
  overlay('the same object twice', 'resources: [a.yaml, b.yaml]\n', 'KustomizeFailed', { 'b.yaml': map('a') }),
  overlay('a remote base', 'resources: ["https://example.com/base?ref=main"]\n', 'KustomizeFailed'),
  overlay('a base over ssh', 'resources: ["git@example.com:a/b.git"]\n', 'KustomizeFailed'),
  overlay('a patch for nothing', 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n', 'KustomizeFailed', { 'p.yaml': map('nobody') }),
  overlay('a patch that is not there', 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n', 'KustomizeFailed'),
  overlay('a patch outside', 'resources: [a.yaml]\npatches: [{path: ../../../etc/passwd}]\n', 'KustomizeFailed'),
  overlay(
    'a JSON patch at no place',
    'resources: [a.yaml]\npatches: [{target: {kind: ConfigMap}, patch: \'[{"op":"replace","path":"/nope/x","value":1}]\'}]\n',
  ),
  overlay(
    'a JSON patch that is none',
    'resources: [a.yaml]\npatches: [{target: {kind: ConfigMap}, patch: \'[{"op":"boom","path":"/a"}]\'}]\n',
  ),
  overlay('a patch that is no YAML', 'resources: [a.yaml]\npatches: [{patch: "a: ["}]\n'),
  overlay('a generator of files that are not there', 'configMapGenerator: [{name: g, files: [nowhere]}]\n', 'KustomizeFailed'),
  overlay('a generator of files outside', 'configMapGenerator: [{name: g, files: [../../../etc/passwd]}]\n', 'KustomizeFailed'),
  overlay('a generator without a name', 'configMapGenerator: [{literals: [a=b]}]\n'),
  overlay('a literal without a sign', 'configMapGenerator: [{name: g, literals: [ab]}]\n'),
  overlay('an env file that is none', 'configMapGenerator: [{name: g, envs: [e]}]\n', 'InvalidObject', { e: '= =\n\u0000' }),
  overlay('a program', 'resources: [a.yaml]\ngenerators: [g.yaml]\n', 'KustomizeFailed', {
    'g.yaml': 'apiVersion: x/v1\nkind: Run\nmetadata: {name: g, annotations: {config.kubernetes.io/function: "exec: {path: /bin/sh}"}}\n',
  }),
  overlay(
    'a replacement from nothing',
    'resources: [a.yaml]\nreplacements: [{source: {kind: Secret, name: x}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]}]\n',
  ),
  overlay(
    'a replacement into nothing',
    'resources: [a.yaml]\nreplacements: [{source: {kind: ConfigMap, name: a}, targets: [{select: {kind: ConfigMap}, fieldPaths: [spec.x.y]}]}]\n',
  ),
  overlay('a component that is none', 'components: [c]\n', 'KustomizeFailed', {
    'c/kustomization.yaml': 'resources: [a.yaml]\n',
    'c/a.yaml': map('c'),
  }),
  overlay('two kustomizations', 'resources: [a.yaml]\n', 'KustomizeFailed', { 'kustomization.yml': 'resources: [a.yaml]\n' }),
  overlay('an order that is none', 'resources: [a.yaml]\nsortOptions: {order: sideways}\n'),
  overlay('a chart from elsewhere', 'helmCharts: [{name: c, repo: "https://charts.example.com", version: 1.0.0}]\n', 'KustomizeFailed'),
  overlay(
    '200 levels of bases',
    'resources: [b0]\n',
    'BudgetExceeded',
    Object.fromEntries(
      Array.from({ length: 200 }, (_, level) => [
        `${Array.from({ length: level + 1 }, (_unused, index) => `b${index}`).join('/')}/kustomization.yaml`,
        `resources: [b${level + 1}]\n`,
      ]),
    ),
  ),
];

export const hostileCases: readonly HostileCase[] = [...brokenYaml, ...notKubernetes, ...refused, ...specs, ...charts, ...overlays];
