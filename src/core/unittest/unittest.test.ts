/** What Lockstep adds to helm-unittest: coverage, tests of the values' schema, reports in four formats. */
import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../std/index.ts';
import type { Ask } from '../ask/index.ts';
import { RenderCache } from '../chart/index.ts';
import { loadFiles } from '../chart/load/index.ts';
import { ChartFile } from '../chart/model/index.ts';
import {
  Coverage,
  coverageOf,
  coveragePercent,
  coverageText,
  parseSuites,
  reportText,
  runSuite,
  SnapshotCache,
  type SuiteResult,
} from './index.ts';

const chartFiles = {
  'Chart.yaml': 'apiVersion: v2\nname: ut\nversion: 1.0.0\n',
  'values.yaml': 'replicas: 1\n',
  'values.schema.json': '{"properties":{"replicas":{"type":"integer","minimum":1}}}',
  'templates/_h.tpl': '{{ define "a" }}x{{ end }}\n{{ define "b" }}y{{ end }}',
  'templates/a.yaml':
    'kind: ConfigMap\ndata:\n{{- if gt (int .Values.replicas) 1 }}\n  many: "yes"\n{{- else if .Values.none }}\n  many: {{ include "a" . }}\n{{- else }}\n  many: "no"\n{{- end }}\n',
  'templates/b.yaml': 'kind: ConfigMap\n',
};

function run(tests: string, coverage?: Coverage, files: Readonly<Record<string, string>> = {}): SuiteResult {
  const loaded = loadFiles(Object.entries({ ...chartFiles, ...files }).map(([path, text]) => new ChartFile(path, encodeUtf8(text))));
  const suites = parseSuites('a_test.yaml', `suite: s\ntemplates: [a.yaml]\ntests:\n${tests}`);
  if (!loaded.ok || !suites.ok) throw new Error('the test is wrong');
  const ask = (() => null) as unknown as Ask;
  const options = {
    chart: loaded.value.chart,
    route: 'ut',
    cache: new RenderCache(undefined, coverage),
    snapshots: new SnapshotCache(new Map(), false),
  };
  const [suite] = suites.value;
  if (suite === undefined) throw new Error('the test is wrong');
  const result = runSuite(ask, suite, options);
  if (coverage !== undefined) covered = coverageOf(loaded.value.chart, coverage, true);
  return result;
}

let covered: ReturnType<typeof coverageOf> = [];

const one = (asserts: string, set = '{}'): string => `  - {it: t, set: ${set}, asserts: [${asserts}]}\n`;

test('a block scalar in front of a separator keeps its line break, as in the plugin', () => {
  const files = { 'templates/a.yaml': 'kind: A\nscript: |\n  EOF\n\n---\nkind: B\nscript: |\n  EOF' };
  const equal = (index: number, value: string): string =>
    `{equal: {path: script, value: ${JSON.stringify(value)}}, documentIndex: ${index}}`;
  expect(run(one(`${equal(0, 'EOF\n')}, ${equal(1, 'EOF')}`), undefined, files)).toMatchObject({ passed: true });
});

test('coverage says which branches ran', () => {
  run(one('{equal: {path: data.many, value: "no"}}'), new Coverage());
  expect(coverageText(covered)).toBe(
    `Coverage:    28.6% (2 of 7 blocks)

  templates/_h.tpl  0/2  not run: nothing of it
  templates/a.yaml  2/4  not run: 3 if, 5 if
  templates/b.yaml  0/1  not run: nothing of it

`.replace('33.3% (2 of 6', '28.6% (2 of 7'),
  );
  expect(coveragePercent(covered)).toBeCloseTo(100 * (2 / 7));
  expect(coveragePercent([])).toBe(100);
});

test.each<[string, string, readonly string[]]>([
  [one('{validValues: {}}'), '{}', []],
  [one('{invalidValues: {errorMessage: "got 0, want 1"}}', '{replicas: 0}'), '', []],
  [one('{invalidValues: {errorPattern: "minimum: .* want 1"}}', '{replicas: 0}'), '', []],
  [one('{validValues: {}, not: true}', '{replicas: 0}'), '', []],
  [
    one('{validValues: {}}', '{replicas: 0}'),
    '',
    ['Expected the schema to accept the values; it says:', '\tut:', "\t- at '/replicas': minimum: got 0, want 1"],
  ],
  [one('{invalidValues: {}}'), '', ['Expected the schema to refuse the values; it accepts them']],
  [
    one('{invalidValues: {errorMessage: other}}', '{replicas: 0}'),
    '',
    ['Expected the schema to say:', '\tother', 'Actual:', '\tut:', "\t- at '/replicas': minimum: got 0, want 1"],
  ],
])('%s', (suite, _, lines) => {
  const [result] = run(suite).tests;
  expect(result).toMatchObject({ passed: lines.length === 0, assertions: [{ lines }] });
});

test('assertions about values stand in tests of their own', () => {
  expect(run(one('{validValues: {}}, {isKind: {of: ConfigMap}}')).tests[0]?.passed).toBe(false);
});

const place = { time: '2026-01-02T03:04:05', host: 'h', user: 'u', folder: '/f', platform: 'p' };

test.each<[string, string]>([
  ['JUnit', '<failure message="Failed" type=""> - asserts[0] `isKind` fail'],
  ['nunit', '<test-case name="t" description="s.t" success="false" time="0.000" executed="true" asserts="0" result="Failed">'],
  ['XUnit', '<failure exception-type="Helm-Validation">\n\t\t\t\t\t<message><![CDATA[Failed]]></message>'],
  ['sonar', '<testCase name="t" duration="0">\n\t\t\t<failure message="Failed"><![CDATA['],
])('%s', (format, part) => {
  const result = run(one('{isKind: {of: Pod}}'));
  const file = { file: 'a_test.yaml', name: 's', result, error: undefined, seconds: 0 };
  expect(reportText(format, [file], place)).toContain(part);
  const broken = { ...file, result: undefined, error: 'no & <suite>' };
  expect(reportText(format, [broken], place)).toMatch(
    format === 'sonar' ? /<file path="a_test.yaml"><\/file>/ : /no (?:&amp; &lt;suite&gt;|& <suite>\]\]>)/,
  );
});

test('other formats are none', () => expect(reportText('html', [], place)).toBeUndefined());
