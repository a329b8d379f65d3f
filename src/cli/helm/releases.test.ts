/** Helm's tables and times, as the real Helm prints them. */
import { expect, test } from 'vitest';
import type { Release } from '../../core/release/index.ts';
import type { Io } from '../io.ts';
import { paintFor } from './paint.ts';
import { formatByTemplate } from './release-template.ts';
import { ansiTime, formatColumns, formatStatus, goTime } from './releases.ts';

test.each([
  ['2026-11-29T04:39:15Z', 'Sun Nov 29 04:39:15 2026', '2026-11-29 04:39:15 +0000 UTC'],
  ['2026-01-02T23:04:05.678901234+02:00', 'Fri Jan  2 23:04:05 2026', '2026-01-02 23:04:05.678901234 +0200 +0200'],
  ['2026-01-02T03:04:05.500Z', 'Fri Jan  2 03:04:05 2026', '2026-01-02 03:04:05.5 +0000 UTC'],
  ['', 'Mon Jan  1 00:00:00 0001', '-'],
])('%s', (text, ansi, go) => {
  expect(ansiTime(text)).toBe(ansi);
  expect(goTime(text)).toBe(go);
});

test('columns are padded, the last one, too', () => {
  expect(
    formatColumns([
      ['NAME', 'APP VERSION'],
      ['repository', '7'],
    ]),
  ).toBe('NAME      \tAPP VERSION\nrepository\t7          \n');
});

const release: Release = {
  name: 'web',
  namespace: 'shop',
  version: 3,
  status: 'deployed',
  description: 'Upgrade complete',
  firstDeployed: '2026-11-29T04:39:15Z',
  lastDeployed: '2026-11-29T05:00:00.5+02:00',
  deleted: '',
  notes: '',
  chart: { metadata: { name: 'web', version: '1.2.3', appVersion: '7', maintainers: [{ name: 'x' }] }, values: { colour: 'blue' } },
  config: undefined,
  manifest: '',
  hooks: [],
  applyMethod: 'csa',
  labels: { owner: 'helm' },
};

test.each([
  ['{{.Release.Name}} {{.Release.Version}} {{.Release.Info.Status}} {{.Release.Info.LastDeployed.Year}}', 'web 3 deployed 2026'],
  [
    '{{.Release.Chart.Name}} {{range .Release.Chart.Metadata.Maintainers}}{{.Name}}{{end}} {{.Release.Chart.Values}}',
    'web x map[colour:blue]',
  ],
  ['{{printf "%T %d" .Release .Release.Version}} {{.Release.Labels}} {{len .Release.Hooks}}', '*v1.Release 3 map[owner:helm] 0'],
])('--template %s', (template, printed) => expect(formatByTemplate(release, template)).toBe(printed));

test.each([
  ['{{.Release.Nope}}', 'template: _:1:10: executing "_" at <.Release.Nope>: can\'t evaluate field Nope in type interface {}'],
  ['{{ .Release', 'template: _:1: unclosed action'],
])('--template %s is refused', (template, message) => expect(() => formatByTemplate(release, template)).toThrow(message));

const io = (env: Io['env'], color = false): Io => ({ env, color }) as unknown as Io;

test('colours take no room; a mode that is none is refused', () => {
  const paint = paintFor({ color: 'always' }, io({}));
  expect(formatStatus(release, { detail: 'short', paint })).toContain('STATUS: \u001B[32mdeployed\u001B[0m\n');
  expect(
    formatColumns(
      [
        ['NAME', 'A'],
        ['repository', 'b'],
      ],
      (cell, row) => (row === 0 ? paint.header(cell) : cell),
    ),
  ).toBe('\u001B[1mNAME\u001B[22m      \t\u001B[1mA\u001B[22m\nrepository\tb\n');
  expect(paintFor({}, io({ HELM_COLOR: 'always', NO_COLOR: '1' })).status('failed')).toBe('failed');
  expect(() => paintFor({ colour: 'often' }, io({}))).toThrow('invalid color mode "often": must be one of: never, auto, always');
});
