/** `lockstep kustomize build` with what is named by URL: real Git, real HTTP. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { filesServer, type FilesServer, gitFixture, type GitFixture } from '../../src/testing/servers/index.ts';

const config = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
let folder = '';
let repository: GitFixture;
let web: FilesServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-kustomize-'));
  repository = gitFixture();
  repository.commit({
    'base/kustomization.yaml': 'resources: [config.yaml, ../other]\n',
    'base/config.yaml': config('old'),
    'other/kustomization.yaml': 'resources: [c.yaml]\n',
    'other/c.yaml': config('other'),
  });
  repository.git('tag', 'v1');
  repository.commit({ 'base/config.yaml': config('new') });
  web = await filesServer();
});
afterEach(async () => {
  await web.close();
  repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function build(dir: string): Promise<{ readonly out: string; readonly err: string; readonly code: number }> {
  const text = { out: '', err: '' };
  const io: Io = {
    out: (part) => void (text.out += part),
    err: (part) => void (text.err += part),
    stdin: () => Promise.resolve(new Uint8Array()),
    program: '',
    cwd: folder,
    env: { HOME: folder, PATH: process.env['PATH'] },
    terminal: false,
    color: false,
    columns: 120,
    signal: new AbortController().signal,
  };
  const code = await run(['kustomize', 'build', dir], io);
  return { ...text, code };
}

function overlay(resource: string): string {
  mkdirSync(dirname(join(folder, 'overlay/kustomization.yaml')), { recursive: true });
  writeFileSync(join(folder, 'overlay/kustomization.yaml'), `resources:\n- ${resource}\nnamePrefix: x-\n`);
  return 'overlay';
}
const at = (path: string): string => `file://${repository.path}//${path}`;

test.each([
  { ref: '?ref=v1', name: 'x-old' },
  { ref: '?ref=main', name: 'x-new' },
  { ref: '', name: 'x-new' },
])('a base in a repository, $ref: $name', async ({ ref, name }) => {
  expect(await build(overlay(at(`base${ref}`)))).toEqual({ out: `${config(name)}---\n${config('x-other')}`, err: '', code: 0 });
});

test('a repository is built by its address', async () => {
  expect(await build(at('base?ref=v1'))).toEqual({ out: `${config('old')}---\n${config('other')}`, err: '', code: 0 });
});

test('a file over HTTP, and what is none', async () => {
  web.files.set('/c.yaml', config('c'));
  web.files.set('/bad.yaml', ': : {');
  expect(await build(overlay(`${web.url}/c.yaml`))).toEqual({ out: config('x-c'), err: '', code: 0 });
  expect((await build(overlay(`${web.url}/none.yaml`))).err).toBe(
    `Error: accumulating resources: accumulating resources from '${web.url}/none.yaml': HTTP Error: status code 404 (Not Found)\n`,
  );
  expect((await build(overlay(`${web.url}/bad.yaml`))).err).toContain('MalformedYAMLError: yaml: did not find expected key');
});

test.each([
  { path: 'base?ref=v9', says: 'there is neither a tag nor a branch "v9"' },
  { path: 'none?ref=v1', says: "evalsymlink failure on '/none'" },
  { path: 'base/config.yaml?ref=v1', says: "refers to file '/base/config.yaml'; expecting directory" },
])('refused: $path', async ({ path, says }) => {
  const { err, code } = await build(overlay(at(path)));
  expect(err).toContain(says);
  expect(code).toBe(1);
});

test('a base in a repository reads nothing outside of it', async () => {
  repository.commit({
    'leak/kustomization.yaml': 'resources: [../../../../../../etc/passwd]\n',
    'link/kustomization.yaml': '-> /etc/passwd',
  });
  for (const path of ['leak', 'link']) {
    const { out, err, code } = await build(overlay(at(path)));
    expect({ code, leaked: /root:/.test(out + err) }, path).toEqual({ code: 1, leaked: false });
  }
});
