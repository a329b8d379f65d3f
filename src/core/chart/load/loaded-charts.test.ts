/** The same files are loaded once; any other content, name or place is another chart. */
import { expect, test } from 'vitest';
import type { Ask, Request } from '../../ask/index.ts';
import { fileFound } from '../../ask/index.ts';
import { encodeUtf8 } from '../../../std/index.ts';
import { loadChart, LoadedCharts } from './index.ts';

const asking = (folder: string, files: Readonly<Record<string, string>>): Ask =>
  ((request: Request) => {
    if (request.kind === 'list') {
      if (request.path !== folder) return null;
      return { id: '', entries: Object.keys(files).map((path) => ({ path, type: 'file', id: '' })) };
    }
    const name = request.kind === 'file' ? request.path.slice(folder === '' ? 0 : folder.length + 1) : '';
    const text = files[name];
    return text === undefined ? { found: 'nothing' } : fileFound(`id of ${text}`, encodeUtf8(text));
  }) as unknown as Ask;

const web = { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'values.yaml': 'a: 1\n' };

test('by what it is made of', () => {
  const kept = new LoadedCharts();
  const load = (folder: string, files: Readonly<Record<string, string>>) =>
    loadChart(asking(folder, files), { source: '', path: folder }, kept);
  const first = load('web', web);
  expect(first).toMatchObject({ ok: true, value: { chart: { values: { a: 1 } } } });
  expect(load('web', { ...web })).toBe(first);
  expect(load('web', { ...web, 'values.yaml': 'a: 2\n' })).toMatchObject({ ok: true, value: { chart: { values: { a: 2 } } } });
  const more = load('web', { ...web, 'templates/a.yaml': 'a: 2\n' });
  expect(more.ok && more.value.chart.templates.map(({ name }) => name)).toEqual(['templates/a.yaml']);
  expect(load('', { 'web/Chart.yaml': web['Chart.yaml'], 'web/values.yaml': web['values.yaml'] })).toEqual({
    ok: false,
    error: 'Chart.yaml file is missing',
  });
  expect(load('web', web)).toBe(first);
});

test('holds a bounded number, and drops what was not used for longest', () => {
  const kept = new LoadedCharts();
  const load = (key: string, size: number) => kept.once(key, size, () => ({ ok: false, error: key }));
  const first = load('first', 1);
  for (let i = 0; i < 60; i++) load(`other ${i}`, 1);
  expect(load('first', 1)).toBe(first);
  for (let i = 0; i < 63; i++) load(`more ${i}`, 1);
  expect(load('first', 1)).toBe(first);
  load('huge', 2 ** 26);
  expect(load('first', 1)).not.toBe(first);
});
