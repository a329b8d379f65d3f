/** What is shipped for monitoring names only metrics and labels that the program writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decode, sigsYaml } from '../../src/core/yaml/index.ts';
import { projectRoot, sourceFiles } from './sources.ts';

const folder = join(projectRoot, 'examples/monitoring');
const METRIC = /lockstep_[a-z_]+/g;

/** Names as the code passes them to the metrics port. */
const written = new Set(
  sourceFiles().flatMap(({ text }) =>
    [...text.matchAll(/\.(?:count|gauge|observe)\(\s*'(lockstep_[a-z_]+)'/g)].map((match) => match[1] ?? ''),
  ),
);

test.each(['alerts.yaml', 'grafana.json', 'README.md'])('%s names metrics that exist', (file) => {
  const named = new Set([...readFileSync(join(folder, file), 'utf8').matchAll(METRIC)].map(([name]) => name.replace(/_bucket$/, '')));
  expect(named.size).toBeGreaterThan(3);
  expect([...named].filter((name) => !written.has(name))).toEqual([]);
});

test('every metric is told about', () => {
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  expect([...written].filter((name) => !page.includes(name))).toEqual([]);
});

test('the alert rules are complete', () => {
  const read = decode(readFileSync(join(folder, 'alerts.yaml'), 'utf8'), { variant: sigsYaml });
  const groups = (read.ok ? read.value : {}) as {
    groups: { rules: { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string } }[] }[];
  };
  for (const rule of groups.groups.flatMap(({ rules }) => rules))
    expect([rule.alert, rule.expr !== '', rule.labels.severity, rule.annotations.summary.length > 5]).toEqual([
      expect.stringMatching(/^Lockstep\w+$/),
      true,
      expect.stringMatching(/^(?:warning|critical)$/),
      true,
    ]);
});

test('the Grafana dashboard has a query in every panel', () => {
  const { panels } = JSON.parse(readFileSync(join(folder, 'grafana.json'), 'utf8')) as {
    panels: { id: number; targets: { expr: string }[] }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ targets }) => targets.every(({ expr }) => expr === ''))).toEqual([]);
});
