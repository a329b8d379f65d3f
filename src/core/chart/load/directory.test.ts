/** Folders that are hostile: links that run in a circle end with an error, not with a question too many. */
import { expect, test } from 'vitest';
import type { Ask, Request } from '../../ask/index.ts';
import { loadChart } from './directory.ts';

const metadata = 'apiVersion: v2\nname: c\nversion: 1.0.0\n';
const file = { found: 'file', id: 'x', bytes: Uint8Array.from(metadata, (char) => char.charCodeAt(0)), text: metadata };
const entries = [
  { path: 'Chart.yaml', type: 'file', id: 'x' },
  { path: 'loop', type: 'symlink', id: 'y' },
];

test('a link to its own folder', () => {
  const ask = ((request: Request) => {
    if (request.kind === 'list') return { id: 'z', entries };
    return request.kind === 'file' && request.path.endsWith('loop') ? { found: 'directory', id: 'z' } : file;
  }) as Ask;
  const loaded = loadChart(ask, { source: '', path: 'c' });
  expect(loaded.ok).toBe(false);
  expect(loaded.ok ? '' : loaded.error).toContain('symbolic links are nested too deeply, or run in a circle');
});

test('a link to nothing', () => {
  const ask = ((request: Request) => {
    if (request.kind === 'list') return { id: 'z', entries };
    return request.kind === 'file' && request.path.endsWith('loop') ? { found: 'nothing' } : file;
  }) as Ask;
  expect(loadChart(ask, { source: '', path: 'c' })).toEqual({ ok: false, error: 'error evaluating symlink loop: it leads to nothing' });
});
