/** Whole renders of one-template charts: rows of what was once printed otherwise than Helm prints it. */
import { expect, test } from 'vitest';
import type { Ask } from '../../ask/index.ts';
import { encodeUtf8 } from '../../../std/index.ts';
import { loadFiles } from '../load/index.ts';
import { ChartFile } from '../model/index.ts';
import { mergeOptions } from '../values/index.ts';
import { formatTemplateOutput } from './output.ts';
import { render, RenderCache } from './render.ts';

const nothing: Ask = () => {
  throw new Error('these templates ask for nothing');
};

const file = (name: string, text: string): ChartFile => new ChartFile(name, encodeUtf8(text));

function rendered(expression: string, values: string): string {
  const loaded = loadFiles([
    file('Chart.yaml', 'apiVersion: v2\nname: c\nversion: 1.0.0\n'),
    file('values.yaml', values),
    file('templates/t.yaml', `a: |-\n  ${expression}\n`),
  ]);
  const merged = mergeOptions({ files: [] });
  if (!loaded.ok || !merged.ok) throw new Error('a row is broken');
  const input = { chart: loaded.value.chart, values: merged.value, release: { name: 'r', namespace: 'n' } };
  const outcome = render(nothing, input, { cache: new RenderCache() });
  if (!outcome.ok) return outcome.error.message.split('error calling ').at(-1) ?? '';
  const printed = formatTemplateOutput(outcome.value);
  return printed.ok ? printed.value.split('a: |-\n  ')[1]!.trimEnd() : printed.error;
}

function check(expression: string, expected: string, values = '{}'): void {
  expect({ expression, printed: rendered(expression, values) }).toEqual({ expression, printed: expected });
}

test.each<[string, string, string?]>([
  ['{{ duration "no number" }}', '0s'],
  ['{{ toJson (list (get (fromJson `{"r":null}`) "r") (get (dict) "r")) }}', '[null,""]'],
  ['{{ toJson (semver "1.2.3") }}', '"1.2.3"'],
  ['{{ toYaml (semver "1.2.3-a+b") }}', '1.2.3-a+b'],
  ['{{ toJson (omit (fromJson (toJson .Capabilities.HelmVersion)) "go_version") }}', '{"kube_client_version":"v1.36","version":"v4.2"}'],
  ['{{ fromJson "ü" }}', "map[Error:invalid character 'Ã' looking for beginning of value]"],
  ['{{ fromToml "a: 1" }}', "map[Error:toml: line 1: expected '.' or '=', but got ':' instead]"],
  ['{{ b32dec "36" }}', 'illegal base32 data at input byte 0'],
  ['{{ fromYaml "" | toJson }} {{ fromYamlArray "# c" | toJson }} {{ fromJson "null" | toJson }}', '{} [] null'],
  ['{{ (fromYaml "~: ~").Error }}', 'error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>'],
  ['{{ deepCopy nil }}', 'deepCopy: reflect: call of reflect.Value.Type on zero Value'],
  ['{{ toToml .Values.x }}', 'toToml: reflect: call of reflect.Value.Type on zero Value'],
  [
    '{{ eq (until 2) .Values.m }}',
    'eq: non-comparable types [%!s(int=0) %!s(int=1)]: []int, map[string]interface {}: map[a:b]',
    'm: {a: b}',
  ],
  ['{{ range until 60 }}{{ bcrypt (repeat 80 "x") | trunc 0 }}{{ end }}', 'bcrypt: rendering takes more than 30000000 steps'],
])('%s', check);
