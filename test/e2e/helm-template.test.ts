/** `helm template` as a process: files written, values by URL, limits, tests with coverage and reports. */
import { createServer } from 'node:http';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder, lockstep } from './program.ts';

async function chartIn(folder: string): Promise<void> {
  await mkdir(join(folder, 'c/templates'), { recursive: true });
  await mkdir(join(folder, 'c/tests'));
  await writeFile(join(folder, 'c/Chart.yaml'), 'apiVersion: v2\nname: c\nversion: 1.0.0\n');
  await writeFile(join(folder, 'c/values.yaml'), 'a: 1\n');
  await writeFile(
    join(folder, 'c/templates/a.yaml'),
    'kind: A\na: {{ .Values.a }}\n{{ if .Values.loop }}{{ range until 1000 }}{{ end }}{{ end }}',
  );
  await writeFile(
    join(folder, 'c/tests/a_test.yaml'),
    'suite: s\ntemplates: [a.yaml]\ntests:\n  - it: t\n    asserts: [{equal: {path: a, value: 1}}]\n',
  );
}

test('with --output-dir the files are written; --show-only finds nothing then, as in Helm', () =>
  inFolder(async (folder) => {
    await chartIn(folder);
    const written = await lockstep(['helm', 'template', 'c', '--output-dir', 'out'], { cwd: folder });
    expect(written).toEqual({ code: 0, out: 'wrote out/c/templates/a.yaml\n\n', err: '' });
    const shown = await lockstep(['helm', 'template', 'c', '--output-dir', 'other', '--show-only', 'templates/a.yaml'], { cwd: folder });
    expect(shown).toMatchObject({ code: 1, out: 'wrote other/c/templates/a.yaml\n' });
    expect(shown.err).toContain('could not find template templates/a.yaml in chart');
    expect(await readFile(join(folder, 'other/c/templates/a.yaml'), 'utf8')).toContain('a: 1');
  }));

test('values come from a URL', () =>
  inFolder(async (folder) => {
    await chartIn(folder);
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/v.yaml' ? 200 : 404;
      response.end('a: web\n');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await lockstep(['helm', 'template', 'c', '-f', `${url}/v.yaml`], { cwd: folder })).out).toContain('a: web');
      const missing = await lockstep(['helm', 'template', 'c', '-f', `${url}/none.yaml`], { cwd: folder });
      expect(missing).toMatchObject({ code: 1, out: '' });
      expect(missing.err).toContain('the server answers 404');
    } finally {
      server.close();
    }
  }));

test('limits come from a flag or the environment', () =>
  inFolder(async (folder) => {
    await chartIn(folder);
    const args = ['helm', 'template', 'c', '--set', 'loop=true'];
    expect((await lockstep(args, { cwd: folder })).code).toBe(0);
    const few = { code: 1, err: expect.stringContaining('rendering takes more than 500 steps') as string };
    expect(await lockstep([...args, '--limits', 'steps=500'], { cwd: folder })).toMatchObject(few);
    expect(await lockstep(args, { cwd: folder, env: { LOCKSTEP_RENDER_LIMITS: 'steps=500' } })).toMatchObject(few);
    const wrong = await lockstep(args, { cwd: folder, env: { LOCKSTEP_RENDER_LIMITS: 'many' } });
    expect(wrong.err).toContain('$LOCKSTEP_RENDER_LIMITS: "many" is no limit of a render');
  }));

test('helm unittest: coverage and a report', () =>
  inFolder(async (folder) => {
    await chartIn(folder);
    const run = await lockstep(['helm', 'unittest', 'c', '--coverage-min', '90', '-o', 'results/r.xml', '-t', 'nunit'], { cwd: folder });
    expect(run.code).toBe(1);
    expect(run.out).toContain('Coverage:    50.0% (1 of 2 blocks)\n\n  templates/a.yaml  1/2  not run: 3 if');
    expect(run.err).toContain('--coverage-min asks for 90%');
    expect(await readFile(join(folder, 'results/r.xml'), 'utf8')).toContain('<test-case name="t"');
    expect((await lockstep(['helm', 'unittest', 'c', '-o', 'r.xml', '-t', 'html'], { cwd: folder })).err).toContain(
      'JUnit, NUnit, XUnit or Sonar',
    );
  }));
