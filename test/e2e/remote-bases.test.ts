/** Kustomizations that name bases, files and charts by URL, as stories: only what the platform allows, pinned, looked at again, nothing lost while away. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

const base = 'https://git.test/platform/base';
const config = (colour: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {colour: ${colour}}\n`;

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
  w.git
    .repository(base, () => w.clock.now())
    .commit({ 'web/kustomization.yaml': 'resources: [config.yaml]\n', 'web/config.yaml': config('red') });
});
afterEach(() => w.close());

const platform = (allowedRemotes: readonly string[], more: JsonObject = {}): Promise<unknown> =>
  w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'Platform',
    metadata: { name: 'default' },
    spec: { installation: 'test', allowedRemotes: [...allowedRemotes], ...more },
  });

async function overlay(resource: string): Promise<void> {
  await w.commit({ 'web/kustomization.yaml': `resources: [${JSON.stringify(resource)}]\nnamePrefix: x-\n` });
  await w.app();
  await w.settle();
}

const colour = async (): Promise<unknown> => ((await w.get('ConfigMap/shop/x-config'))['data'] as JsonObject)['colour'];

test('without an allow-list nothing is fetched, and the App says what to add where', async () => {
  await overlay(`${base}//web?ref=main`);
  expect(await w.condition('Ready')).toContain('spec.allowedRemotes of Platform default; none fits https://git.test/platform/base');
  expect(await w.condition('Ready')).toMatch(/^Ready=False KustomizeFailed/);
  expect(w.git.repository(base, () => 0).fetches).toBe(0);
});

test('an allowed base is built, and its move renders once', async () => {
  await platform(['https://git.test/platform']);
  await overlay(`${base}//web?ref=main`);
  expect(await colour()).toBe('red');
  const commit = w.git.repository(base, () => w.clock.now()).branches.get('main') ?? '';
  expect(await w.condition('Reproducible')).toBe(`Reproducible=False FloatingReference: ${base}?ref=main stands for ${commit}`);
  const before = w.controllers.renders;
  await w.settle(70_000);
  expect(w.controllers.renders).toBe(before);
  w.git
    .repository(base, () => w.clock.now())
    .commit({ 'web/kustomization.yaml': 'resources: [config.yaml]\n', 'web/config.yaml': config('blue') });
  await w.settle(70_000);
  expect(await colour()).toBe('blue');
  expect(w.controllers.renders).toBe(before + 1);
});

test('a commit is pinned: nothing is asked again, and the App is reproducible', async () => {
  await platform([base]);
  const commit = w.git.repository(base, () => w.clock.now()).branches.get('main') ?? '';
  await overlay(`${base}//web?ref=${commit}`);
  expect(await colour()).toBe('red');
  expect(await w.condition('Reproducible')).toBe('Reproducible is not set');
  const { fetches } = w.git.repository(base, () => 0);
  await w.settle(200_000);
  expect(w.git.repository(base, () => 0).fetches).toBe(fetches);
});

test('what the platform allows later is fetched then, commits included', async () => {
  const commit = w.git.repository(base, () => w.clock.now()).branches.get('main') ?? '';
  await overlay(`${base}//web?ref=${commit}`);
  expect(await w.condition('Ready')).toMatch(/^Ready=False KustomizeFailed/);
  await platform([base]);
  await w.settle(70_000);
  expect(await colour()).toBe('red');
});

test('a base that is away takes nothing away (S17)', async () => {
  await platform([base]);
  await overlay(`${base}//web?ref=main`);
  w.git.repository(base, () => 0).failure = 'Unreachable';
  await w.settle(130_000);
  expect(await w.condition('Ready')).toMatch(/^Ready=True/);
  expect(await w.condition('SourceFresh')).toMatch(/^SourceFresh=False Stale: since \S+Z: .*git\.test\/platform\/base/);
  expect(await colour()).toBe('red');
  const { renders } = w.controllers;
  w.git.repository(base, () => 0).failure = undefined;
  await w.settle(70_000);
  expect(await w.condition('SourceFresh')).toBe('SourceFresh is not set');
  expect(w.controllers.renders).toBe(renders);
});

test('files by URL: a move renders once, a page is not a file', async () => {
  await platform(['https://files.test/']);
  w.web.files.set('https://files.test/a/config.yaml', { text: config('green') });
  await overlay('https://files.test/a/config.yaml');
  expect(await colour()).toBe('green');
  const before = w.controllers.renders;
  w.web.files.set('https://files.test/a/config.yaml', { text: config('black') });
  await w.settle(70_000);
  expect(await colour()).toBe('black');
  expect(w.controllers.renders).toBe(before + 1);
  w.web.files.set('https://files.test/gone.yaml', { text: 'no', status: 404 });
  await w.commit({ 'web/kustomization.yaml': 'resources: [https://files.test/gone.yaml]\n' });
  await w.settle();
  expect(await w.condition('Ready')).toContain('HTTP Error: status code 404 (Not Found)');
  expect(await colour()).toBe('black');
});

test('charts of helmCharts are pulled where the platform allows it', async () => {
  const chart = {
    'values.yaml': 'colour: pink\n',
    'templates/c.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {colour: {{ .Values.colour }}}\n`,
  };
  w.charts.publish('https://charts.test', { name: 'web', version: '1.2.0' }, chart);
  await platform(['https://charts.test']);
  await w.commit({
    'web/kustomization.yaml': 'helmCharts:\n- {name: web, repo: "https://charts.test", version: 1.2.0, releaseName: x}\nnamePrefix: x-\n',
  });
  await w.app();
  await w.settle();
  expect(await colour()).toBe('pink');
});

describe('a chart in Git whose dependencies are not vendored', () => {
  const repo = 'https://charts.test/stable';
  const part = (colour: string) => ({
    'templates/c.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x-config}\ndata: {colour: ${colour}}\n`,
  });
  const chartYaml = (version: string, more = ''): string =>
    `apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies: [{name: part, version: ${version}, repository: "${repo}"${more}}]\n`;
  /** As `helm dependency update` writes it for `^1.0.0`, with 1.2.0 the newest. */
  const lock = `dependencies:\n- name: part\n  repository: ${repo}\n  version: 1.2.0\ndigest: sha256:a5f85aa7f4e7dbc12eff9a79bf9222cf55f786218319fa70e75cb5149256c198\ngenerated: "2026-01-01T00:00:00Z"\n`;

  beforeEach(() => {
    w.charts.publish(repo, { name: 'part', version: '1.2.0' }, part('pink'));
    w.charts.publish(repo, { name: 'part', version: '1.3.0' }, part('cyan'));
  });

  async function deploy(files: Readonly<Record<string, string>>): Promise<void> {
    await w.commit(Object.fromEntries(Object.entries(files).map(([path, text]) => [`web/${path}`, text])));
    await w.app();
    await w.settle();
  }

  test('has them fetched where the platform allows it, as Chart.yaml says', async () => {
    await deploy({ 'Chart.yaml': chartYaml('^1.0.0') });
    expect(await w.condition('Ready')).toMatch(/DependenciesMissing.*dependency "part": it is not in charts\/.*allowedRemotes/);
    await platform([repo]);
    await w.settle(70_000);
    expect(await colour()).toBe('cyan');
    expect(await w.condition('Reproducible')).toContain(`FloatingReference: ${repo}/part ^1.0.0 stands for sha256:`);
  });

  test('has them as the lock says', async () => {
    await platform([repo]);
    await deploy({ 'Chart.yaml': chartYaml('^1.0.0'), 'Chart.lock': lock });
    expect(await colour()).toBe('pink');
    expect(await w.condition('Reproducible')).toContain(`FloatingReference: ${repo}/part 1.2.0 stands for sha256:`);
  });

  test('is refused with a lock that is out of date, and with names of repositories', async () => {
    await platform([repo]);
    await deploy({ 'Chart.yaml': chartYaml('^1.1.0'), 'Chart.lock': lock });
    expect(await w.condition('Ready')).toContain('the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml)');
    await w.remove('App/shop/web');
    await deploy({ 'Chart.yaml': chartYaml('1.2.0').replace(repo, '@stable'), 'Chart.lock': '' });
    expect(await w.condition('Ready')).toContain('dependency "part": repositories have no names here: write the URL in place of @stable');
  });

  test('gets each once for all its aliases', async () => {
    await platform([repo]);
    const two = `, alias: one}, {name: part, version: 1.2.0, repository: "${repo}", alias: two, condition: two.enabled`;
    await deploy({ 'Chart.yaml': chartYaml('1.2.0', two), 'values.yaml': 'two: {enabled: false}\n' });
    expect(await colour()).toBe('pink');
  });
});
