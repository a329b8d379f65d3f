/** `lockstep/testing` as a team uses it: the published module, under Node's own test runner. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inFolder, projectRoot } from './program.ts';

const execute = promisify(execFile);

test("the tests of the example's chart pass", async () => {
  const { stdout } = await execute(process.execPath, ['--test', '--test-reporter=tap', 'examples/market/tests/service.test.mjs'], {
    cwd: projectRoot,
  });
  expect(stdout).toContain('# fail 0');
  expect(stdout).toContain('# pass 10');
});

const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Chart.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Chart.Name }}}}
  template:
    metadata: {labels: {app: {{ .Chart.Name }}}}
    spec: {containers: [{name: main, image: "ghcr.io/example/{{ .Chart.Name }}:1.0.0", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Chart.Name }}}
spec: {selector: {app: {{ .Chart.Name }}}, ports: [{port: 80}]}
`;

/** What the example takes for granted: three charts, and an App. */
const around: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['service', 'web', 'sql'].flatMap((name) => [
      [`charts/${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`],
      [`charts/${name}/values.yaml`, 'replicas: 1\n'],
      [`charts/${name}/templates/all.yaml`, workload],
    ]),
  ),
  'apps/web.yaml':
    'apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: web}\nspec:\n  source: {name: system, path: charts/web}\n  target: {namespace: shop, createNamespace: {}}\n',
};

test('the example of docs/testing.md runs as it is written', () =>
  inFolder(async (cwd) => {
    const page = await readFile(join(projectRoot, 'docs/testing.md'), 'utf8');
    const [, example = ''] = /```js\n([^]*?)```/.exec(page) ?? [];
    for (const [path, text] of Object.entries({ ...around, 'example.test.mjs': example })) {
      await mkdir(dirname(join(cwd, path)), { recursive: true });
      await writeFile(join(cwd, path), text);
    }
    await mkdir(join(cwd, 'node_modules'));
    await symlink(projectRoot, join(cwd, 'node_modules/lockstep'));
    const run = execute(process.execPath, ['--test', '--test-reporter=tap', 'example.test.mjs'], { cwd });
    const { stdout } = await run.catch((failed: { readonly stdout: string }) => failed);
    expect(stdout).toMatch(/^# pass 6$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  }));
